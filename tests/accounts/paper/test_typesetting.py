"""The fonts that set-up cuts for paper, and the typesetter that writes slips with them."""

import pytest
from fontTools.ttLib import TTFont

from accounts.paper import typesetting
from accounts.paper.render import FONTS, FontsMissing

VOWELS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]


def letters() -> set[str]:
    """Every letter Việt Nam writes, what the Êđê, Bahnar and Gia Rai add, and what stands between letters."""
    import unicodedata

    toned = {unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES}
    return (
        toned
        | set("bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVXfjwzFJWZ0123456789")
        | set("ĬĭŎŏŬŭČčÑñƀɃ’'-–—“”.,;:/()%₫×…№\u00a0")
    )


@pytest.mark.parametrize("font", ["400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic"])
def test_a_cut_font_has_every_letter_and_is_a_quarter_of_the_whole(font):
    path = FONTS / f"Tinos_{font}.ttf"
    has = set(TTFont(path).getBestCmap())
    whole = set(TTFont(FONTS.parent / "tinos" / path.name).getBestCmap())
    assert {letter for letter in letters() if ord(letter) in whole and ord(letter) not in has} == set()
    assert {"ợ", "Ữ", "ẵ", "Đ"} <= {chr(code) for code in has}
    assert path.stat().st_size * 4 < (FONTS.parent / "tinos" / path.name).stat().st_size


def test_a_paper_that_cannot_be_accessible_is_not_made(tmp_path, monkeypatch):
    """The typesetter itself checks PDF/UA-1: a picture without words for it stops the paper."""
    (tmp_path / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    (tmp_path / "bad.typ").write_text('#set document(title: "x")\n#image("dot.svg")')
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path)
    with pytest.raises(Exception, match="alt"):
        typesetting.pdf("bad.typ", {})


def test_a_template_reads_no_file_outside_its_folder(tmp_path, monkeypatch):
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "inside" / "bad.typ").write_text('#set document(title: "x")\n#read("../secret.txt")')
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path / "inside")
    typesetting._compiler.cache_clear()
    with pytest.raises(Exception, match="(?i)outside|root|denied"):
        typesetting.pdf("bad.typ", {})
    typesetting._compiler.cache_clear()


def test_without_the_cut_fonts_nothing_is_made_in_another(monkeypatch, tmp_path):
    monkeypatch.setattr(typesetting, "FONTS", tmp_path)
    typesetting._compiler.cache_clear()
    with pytest.raises(FontsMissing, match="make setup"):
        typesetting.pdf("slip.typ", {})
