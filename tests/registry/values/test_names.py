"""Names split and judged. All names are invented."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import registry.sample
from accounts.text import clean
from registry.codes import ETHNIC_GROUPS
from registry.values.legacy_fonts import as_tcvn3, as_utf8_garbage, as_vni, encoding_flaw
from registry.values.names import (
    NameParts,
    flaws,
    is_placeholder,
    marked_sex,
    misplaced_tones,
    split_name,
    telex_leftovers,
)
from registry.values.syllables import finish_typing, is_syllable, read, with_tone_in_place

with (Path(registry.sample.__file__).parent / "name_variants.csv").open(encoding="utf-8", newline="") as stream:
    VARIANTS = [(row["correct"], row["variant"], row["kind"]) for row in csv.DictReader(stream)]


def of_kind(*kinds: str) -> list[tuple[str, str]]:
    return [(correct, variant) for correct, variant, kind in VARIANTS if kind in kinds]


@pytest.mark.parametrize(
    ("name", "group", "parts"),
    [
        ("Nguyễn Thị Mẫu Lan", None, ("Nguyễn", "Thị Mẫu", "Lan")),
        ("Lê Nam", "01", ("Lê", "", "Nam")),
        ("Lan", "01", ("", "", "Lan")),
        ("Tôn Nữ Thị Mẫu", "01", ("Tôn Nữ", "Thị", "Mẫu")),
        ("Y Thuyên Niê", "12", ("Niê", "Y", "Thuyên")),
        ("Y Thuyên Niê", None, ("Niê", "Y", "Thuyên")),
        ("H'Nhin Mlô", "12", ("Mlô", "", "H'Nhin")),
        ("H' Nhin Buôn Yă", "12", ("Buôn Yă", "H'", "Nhin")),
        ("Y Bhăn Niê Kdăm", "12", ("Niê Kdăm", "Y", "Bhăn")),
        ("Siu Thơng", "10", ("Siu", "", "Thơng")),
        ("Rơ Châm H'Nhi", "10", ("Rơ Châm", "", "H'Nhi")),
        ("A Nhiu", "13", ("", "A", "Nhiu")),
        ("Đinh Hyăt", "13", ("Đinh", "", "Hyăt")),
        ("Y Bình", "14", ("", "Y", "Bình")),
        ("K'Brốp", "16", ("", "", "K'Brốp")),
        ("Ka Nhủi", "16", ("", "Ka", "Nhủi")),
        ("Điểu Krang", "22", ("Điểu", "", "Krang")),
        ("Thị Nhung", "22", ("", "Thị", "Nhung")),
        ("Chamaléa Khiêm", "21", ("Chamaléa", "", "Khiêm")),
        ("Pi Năng Thị Thảo", "21", ("Pi Năng", "Thị", "Thảo")),
        ("Giàng A Páo", "08", ("Giàng", "A", "Páo")),
        ("  Nguyễn   Văn  Mẫu ", None, ("Nguyễn", "Văn", "Mẫu")),
        ("", None, ("", "", "")),
    ],
)
def test_names_split_by_the_order_of_their_group(name: str, group: str | None, parts: tuple[str, str, str]) -> None:
    assert split_name(name, group) == NameParts(*parts)


@pytest.mark.parametrize(
    ("name", "group", "sex"),
    [
        ("Nguyễn Thị Mẫu", "01", "2"),
        ("Nguyễn Văn Mẫu", "01", "1"),
        ("Nguyễn Minh Mẫu", "01", None),
        ("Thị Mẫu", "01", None),
        ("Văn Thị Mẫu", None, "2"),
        ("Thị Nhung", "22", "2"),
        ("Y Thuyên Niê", "12", "1"),
        ("Y Bình", "14", "2"),
        ("K'Brốp", "16", "1"),
        ("H'Nhin Mlô", "12", "2"),
    ],
)
def test_the_word_that_tells_the_sex(name: str, group: str | None, sex: str | None) -> None:
    assert marked_sex(name, ethnic_group=group) == sex


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Văn Mẫu", "Nguyễn Thị Thuý", "Nguyễn Thị Thúy", "Ông Văn Tám", "Lê Y", "Võ Danh",
        "Khổng Nho", "Trịnh Gia Khuê",
        "Quách Thị Huế", "Phùng Thị Quỳnh", "Doãn Quốc Việt",
        "Giáp Thị Giềng", "Nguyễn Khoả", "Lường Thị Oanh", "Nghiêm Thuở",
    ],
)  # fmt: skip
def test_a_good_name_has_no_flaw(name: str) -> None:
    assert flaws(name) == []


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("Y Thuyên Niê", "12"),
        ("H'Nhin Mlô", "12"),
        ("Bhnướch Coor", "26"),
        ("K'Brêu", "16"),
        ("Thạch Sa Rây", "05"),
        ("Lee Anders", "55"),
    ],
)
def test_names_of_other_languages_are_not_spelt_in_vietnamese(name: str, group: str) -> None:
    assert flaws(name, ethnic_group=group) == []


@pytest.mark.parametrize(
    ("name", "rule", "proposal"),
    [
        ("NguyÔn V¨n §øc", "S15", "Nguyễn Văn Đức"),
        ("TrÇn ThÞ H\u00ad¬ng Giang", "S15", "Trần Thị Hương Giang"),
        ("Nguyeãn Vaên Ñöùc", "S15", "Nguyễn Văn Đức"),
        ("NGUYEÃN VAÊN ÑÖÙC", "S15", "NGUYỄN VĂN ĐỨC"),
        ("Nguyá»…n VÄƒn Máº«u", "S16", "Nguyễn Văn Mẫu"),
        ("HÃ Ná»™i", "S16", "Hà Nội"),
        ("Nguyễn Văn 2", "S18", ""),
        ("Nguyễn V\u0430n Mẫu", "S18", ""),
        ("Nguyeenx Thị Mẫu", "S19", "Nguyễn Thị Mẫu"),
        ("Nguye64n Thị Mẫu", "S18", ""),
        ("Hùynh Thị Qúy", "S20", "Huỳnh Thị Quý"),
        ("NGUYỄN VĂN MẪU", "S22", "Nguyễn Văn Mẫu"),
        ("nguyễn văn Mẫu", "S22", "Nguyễn Văn Mẫu"),
        ("Ng. Văn Mẫu", "S23", ""),
        ("Nguyễn T Mẫu", "S23", ""),
        ("Bà Nguyễn Thị Mẫu", "S23", "Nguyễn Thị Mẫu"),
        ("Ông Nguyễn Văn Mẫu", "S23", "Nguyễn Văn Mẫu"),
        ("Không rõ", "S24", ""),
        ("...", "S24", ""),
    ],
)
def test_the_first_flaw_of_a_bad_name(name: str, rule: str, proposal: str) -> None:
    first = flaws(name)[0]
    assert (first.rule, first.proposal) == (rule, proposal)


@pytest.mark.parametrize(("correct", "variant"), of_kind("tone_misplaced"))
def test_misplaced_tones_are_put_right(correct: str, variant: str) -> None:
    assert misplaced_tones(f"Lê {variant}") == f"Lê {correct}"
    assert misplaced_tones(f"Lê {correct}") is None


@pytest.mark.parametrize(("correct", "variant"), of_kind("ime_leftover"))
def test_unfinished_typing_is_finished(correct: str, variant: str) -> None:
    assert telex_leftovers(f"Lê {variant}") == f"Lê {correct}"


@pytest.mark.parametrize(("correct", "variant"), of_kind("tcvn3", "vni_font", "utf8_mojibake"))
def test_broken_encodings_are_told_and_mended_in_company(correct: str, variant: str) -> None:
    kinds = {variant: convert for _, variant, kind in VARIANTS for convert in [CONVERT.get(kind)] if convert}
    found = encoding_flaw(f"{kinds[variant]('Nguyễn')} {variant}")
    assert found is not None
    assert found.proposal == f"Nguyễn {correct}"


CONVERT = {"tcvn3": as_tcvn3, "vni_font": as_vni, "utf8_mojibake": as_utf8_garbage}


@pytest.mark.parametrize(
    "word", sorted({word for pair in of_kind("tone_style", "i_y", "north_south_pair") for word in pair})
)
def test_both_styles_are_right(word: str) -> None:
    assert is_syllable(word)
    assert with_tone_in_place(word) is None
    assert finish_typing(word) is None
    assert encoding_flaw(word) is None


@pytest.mark.parametrize("name", ["LÃ VĂN MẪU", "Lã Văn Mẫu", "Trần Thị Lệ", "Mlô H'Nhin", "São Paulo", "Ân"])
def test_good_text_is_not_taken_for_broken(name: str) -> None:
    assert encoding_flaw(name) is None


@pytest.mark.parametrize(
    "text", ["không rõ", "Chưa có", "test", "xxx", "N/A", "…", "-", "000000000", "123456789", "0123456789", "Vô danh"]
)
def test_stand_ins_are_seen(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["", "Võ Danh", "Na", "Trọng", "080123456", "0912345678", "Thôn 1", "Xuân"])
def test_real_values_are_no_stand_ins(text: str) -> None:
    assert not is_placeholder(text)


names_like = st.text(max_size=30) | st.text(alphabet="NguyễnThịHòàÐÃ¡»¨§ø­'. sfwz1YAKoaeiquyĐđ", max_size=20)


@given(names_like, st.sampled_from([None, *ETHNIC_GROUPS]))
def test_any_text_splits_and_is_judged(text: str, group: str | None) -> None:
    parts = split_name(text, group)
    together = sorted(" ".join([parts.surname, parts.middle, parts.given]).split())
    assert together == sorted(text.split())
    assert parts.sort_key().isascii()
    marked_sex(text, ethnic_group=group)
    for flaw in flaws(text, ethnic_group=group):
        assert flaw.sentence


@given(st.text(max_size=8))
def test_any_word_is_a_syllable_or_not(word: str) -> None:
    read(word)
    is_syllable(word)
    assert with_tone_in_place(with_tone_in_place(word) or "a") is None
    finish_typing(word)


def test_a_cleaned_name_keeps_its_flaws() -> None:
    assert [flaw.rule for flaw in flaws(clean("  NguyÔn V¨n §øc "))] == ["S15"]
