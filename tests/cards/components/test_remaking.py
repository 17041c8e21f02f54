"""What an uploaded file becomes: pixels of ours and nothing else; and the sentence for each that is refused."""

import io
import time

import pypdf
import pytest
from PIL import Image

from cards.components import remaking
from cards.components.remaking import MOST_PDF_BYTES, TOO_HARD, ScanRefused, remade, tidy
from tests.cards.components.papers import encrypted, endless_page, filled_form, huge_page, pdf, picture, with_secrets
from tests.registry.papers.test_image import bomb

MARKER = "MARKERXYZ"


def made(name: str, data: bytes, most_pages: int = 20) -> remaking.Remade:
    return remade(name, io.BytesIO(data), most_pages=most_pages)


def refusal(name: str, data: bytes, most_pages: int = 20) -> str:
    with pytest.raises(ScanRefused) as refused:
        made(name, data, most_pages)
    return str(refused.value)


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "JPEG"), ("a.JPEG", "JPEG"), ("a.png", "PNG"), ("anh", "PNG")])
def test_an_image_is_drawn_anew_as_a_jpeg_and_what_hung_on_it_is_gone(name, kind):
    kept = made(name, picture(kind, colour="teal") + MARKER.encode())
    assert (kept.kind, kept.pages) == (kind.lower(), 1)
    assert MARKER.encode() not in kept.content
    drawn = Image.open(io.BytesIO(kept.content))
    assert (drawn.format, drawn.size) == ("JPEG", (320, 200))
    assert abs(drawn.getpixel((9, 9))[1] - 128) < 4


def test_a_pdf_is_drawn_page_by_page_into_a_pdf_of_ours():
    kept = made("to-khai.pdf", pdf(3, colour="teal"))
    assert (kept.kind, kept.pages) == ("pdf", 3)
    read = pypdf.PdfReader(io.BytesIO(kept.content), strict=True)
    assert [tuple(map(float, page.mediabox[2:])) for page in read.pages] == [(595, 842)] * 3
    drawn = read.pages[2].images[0].image
    assert drawn.size == (1240, 1755)
    assert abs(drawn.convert("RGB").getpixel((600, 900))[1] - 128) < 4


def test_script_attachment_link_and_metadata_stay_behind():
    hostile = with_secrets(MARKER)
    assert hostile.count(MARKER.encode()) >= 4
    kept = made("a.pdf", hostile).content
    assert MARKER.encode() not in kept
    for word in (b"/JavaScript", b"/JS", b"/OpenAction", b"/EmbeddedFile", b"/URI", b"/Annot", b"/Info", b"/AcroForm"):
        assert word not in kept, word


def test_what_was_typed_into_a_form_is_part_of_the_paper():
    def ink(value: str) -> int:
        page = pypdf.PdfReader(io.BytesIO(made("a.pdf", filled_form(value)).content)).pages[0]
        return sum(page.images[0].image.convert("L").histogram()[:100])

    assert ink("MMMM") > 1000
    assert ink("") == 0


def test_the_same_file_makes_the_same_bytes():
    assert made("a.pdf", pdf(2)).sha256 == made("b.pdf", pdf(2)).sha256
    assert made("a.pdf", pdf(2)).sha256 != made("a.pdf", pdf(2, colour="teal")).sha256


def test_a_page_of_five_kilometres_is_drawn_small():
    kept = made("a.pdf", huge_page())
    image = pypdf.PdfReader(io.BytesIO(kept.content)).pages[0].images[0].image
    assert max(image.size) <= remaking.LONGEST_SIDE_PX


LIES = [
    ("a.pdf", b"", "Tệp rỗng (0 byte); quét lại."),
    ("a.pdf", b"<html><script>alert(1)</script>", "Chỉ nhận tệp PDF, JPEG, PNG; nội dung tệp này là loại khác."),
    ("a.svg", b"<svg onload='alert(1)'/>", "Chỉ nhận tệp PDF, JPEG, PNG; nội dung tệp này là loại khác."),
    ("a.jpg", b"GIF89a" + picture(), "Chỉ nhận tệp PDF, JPEG, PNG; nội dung tệp này là loại khác."),
    ("a.pdf", b"MZ\x90" + pdf(), "Chỉ nhận tệp PDF, JPEG, PNG; nội dung tệp này là loại khác."),
    ("a.pdf", picture(), "Tên tệp ghi “.pdf” nhưng nội dung là JPEG; lưu lại cho đúng loại."),
    ("a.jpg", pdf(), "Tên tệp ghi “.jpg” nhưng nội dung là PDF; lưu lại cho đúng loại."),
    ("a.pdf.exe", pdf(), "Tên tệp ghi “.exe” nhưng nội dung là PDF; lưu lại cho đúng loại."),
    ("a.pdf", pdf()[:-200], "Tệp PDF bị cắt dở hoặc có dữ liệu lạ ở cuối; quét lại."),
    ("a.pdf", pdf() + b"PK\x03\x04" + b"z" * 2000, "Tệp PDF bị cắt dở hoặc có dữ liệu lạ ở cuối; quét lại."),
    ("a.pdf", b"%PDF-1.7\nnothing\n%%EOF", "Tệp PDF bị hỏng; quét lại."),
    ("a.pdf", encrypted(), "Tệp PDF có mật khẩu; bỏ mật khẩu rồi thêm lại."),
    ("a.pdf", b"%PDF-" + b"0" * MOST_PDF_BYTES, "Tệp lớn hơn 15 MB; quét lại với độ nét thấp hơn."),
    ("a.jpg", picture() + b"0" * 5 * 1024 * 1024, "Tệp lớn hơn 5 MB; quét lại với độ nét thấp hơn."),
    ("a.jpg", picture()[:-40], "Không đọc được ảnh này; chụp hoặc quét lại."),
    ("a.png", bomb(30_000, 30_000), "Ảnh quá lớn (trên 40 triệu điểm ảnh); chụp lại với cỡ nhỏ hơn."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "sentence"), LIES, ids=range(len(LIES)))
def test_what_is_not_an_honest_scan_is_refused_with_its_sentence(name, data, sentence):
    assert refusal(name, data) == sentence


def test_too_many_pages_are_refused_with_their_number():
    assert refusal("a.pdf", pdf(4), most_pages=3) == "Tệp có 4 trang; mỗi tệp nhiều nhất 3 trang, tách ra rồi thêm."


def test_a_page_that_would_take_minutes_is_given_up(monkeypatch):
    monkeypatch.setattr(remaking, "TIMEOUT_SECONDS", 1)
    began = time.monotonic()
    assert refusal("a.pdf", endless_page()) == TOO_HARD
    assert time.monotonic() - began < 5


def test_a_process_that_dies_or_talks_nonsense_is_a_sentence_too(monkeypatch, tmp_path):
    renderer = tmp_path / "renderer.py"
    monkeypatch.setattr(remaking, "RENDERER", renderer)
    for code in ("import os; os.abort()", "print('{')", "print('{\"sizes\": [[1, 1, 9]]}')", ""):
        renderer.write_text(code)
        assert refusal("a.pdf", pdf()) == TOO_HARD


def test_memory_and_time_of_that_process_are_limited(monkeypatch, tmp_path):
    renderer = tmp_path / "renderer.py"
    renderer.write_text(
        f"import sys; sys.path.insert(0, {str(remaking.RENDERER.parent)!r}); import pdf_pages; pdf_pages.confine();"
        'bytearray(2 * 1024 ** 3); print(\'{"refused": "empty"}\')'
    )
    monkeypatch.setattr(remaking, "RENDERER", renderer)
    assert refusal("a.pdf", pdf()) == TOO_HARD


NAMES = [
    ("../../etc/passwd.pdf", "passwd.pdf"),
    ("C:\\Users\\Lan\\Tờ khai.pdf", "Tờ khai.pdf"),
    ("a\u202efdp.exe\x00.png", "afdp.exe.png"),
    ("Tờ khai.pdf", "Tờ khai.pdf"),
    ("", "ban-quet"),
    ("x" * 300 + ".pdf", "x" * 95 + "….pdf"),
]


@pytest.mark.parametrize(("name", "shown"), NAMES)
def test_a_name_loses_its_path_and_its_tricks_and_keeps_its_ending(name, shown):
    assert tidy(name) == shown
    assert len(tidy(name)) <= remaking.LONGEST_NAME
