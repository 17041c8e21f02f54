"""Paper is made of our own files only; a code reads back; the same text gives the same bytes."""

import subprocess
from pathlib import Path

import pytest

from accounts.paper import layout, render

HTML = '<!doctype html><html lang="vi"><head><title>Thử</title></head><body><h1>Thử</h1>{}</body></html>'


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/x.png",
        "https://example.org/x.png",
        "ftp://example.org/x",
        "file:///etc/passwd",
        f"file://{render.STATIC}/print/../css/tokens.css",
        f"file://{render.STATIC}/print/%2e%2e/css/tokens.css",
        "file://server/share/x",
    ],
)
def test_nothing_outside_the_print_files_is_fetched(url):
    with pytest.raises(ValueError, match=r"outside the print files|only own files"):
        layout.OwnFilesOnly().fetch(url)


def test_our_own_files_are_fetched():
    assert layout.OwnFilesOnly().fetch((render.STATIC / "print" / "list-a4.css").as_uri()).read()


def test_a_page_that_asks_for_a_foreign_picture_is_made_without_it():
    evil = HTML.format('<img src="file:///etc/passwd" alt="x"><img src="http://127.0.0.1:9/x.png" alt="y">')
    assert render.Paper(evil, "list-a4.css").pdf().startswith(b"%PDF-")


def test_the_same_text_gives_the_same_bytes():
    assert render.Paper(HTML.format("a"), "list-a4.css").pdf() == render.Paper(HTML.format("a"), "list-a4.css").pdf()


def test_pages_are_counted_before_the_bytes_are_made():
    assert render.Paper(HTML.format("<p>a</p>" * 200), "list-a4.css").pages > 1


def test_a_code_reads_back_from_paper(tmp_path: Path):
    pdf = tmp_path / "code.pdf"
    image = f'<img src="{render.qr_image("1234567890" * 4, border=2)}" alt="mã">'
    pdf.write_bytes(render.Paper(HTML.format(image), "list-a4.css").pdf())
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-singlefile", pdf, tmp_path / "page"], check=True)
    read = subprocess.run(["zbarimg", "-q", "--raw", tmp_path / "page.pgm"], capture_output=True, text=True, check=True)
    assert read.stdout.strip() == "1234567890" * 4
