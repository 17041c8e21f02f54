"""A file as sheets of rows, whatever it was saved as and whatever it is called. Knows no database.

Workbooks are taken apart by another process under limits (unpack.py); what comes back is kept packed, some 50 bytes a
row. Text is decoded while it is read.
"""

import datetime as dt
import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from registry.rosters.reading import tables, workbook
from registry.rosters.reading.encodings import Text
from registry.rosters.reading.given import Cell
from registry.rosters.refusal import FileRefused

LARGEST_BYTES: Final = 50 * 1024 * 1024
MOST_ROWS: Final = 120_000
SLACK_ROWS: Final = 500  # titles, headings, group lines and signatures are no people
TOO_LARGE: Final = "Tệp lớn hơn 50 MB. Chia danh sách thành nhiều tệp rồi nộp từng tệp."
EMPTY: Final = "Tệp rỗng; không có gì để nhập."
TOO_LONG: Final = "Danh sách có hơn 120.000 dòng. Chia thành nhiều tệp (ví dụ theo thôn) rồi nộp từng tệp."
NO_SHEET: Final = "Tệp không có trang tính “{name}”."
_OTHER: Final = (
    (b"%PDF", "Đây là tệp PDF, không đọc được thành danh sách. Nộp tệp Excel hoặc CSV."),
    (b"Rar!", "Đây là tệp nén. Giải nén rồi nộp từng tệp Excel hoặc CSV."),
    (b"7z\xbc\xaf", "Đây là tệp nén. Giải nén rồi nộp từng tệp Excel hoặc CSV."),
    (b"\x1f\x8b", "Đây là tệp nén. Giải nén rồi nộp từng tệp Excel hoặc CSV."),
    (b"\x89PNG", "Đây là tệp ảnh, không phải danh sách. Nộp tệp Excel hoặc CSV."),
    (b"\xff\xd8\xff", "Đây là tệp ảnh, không phải danh sách. Nộp tệp Excel hoặc CSV."),
    (b"{\\rtf", "Đây là tệp văn bản Word (RTF). Chép bảng sang Excel, lưu dạng .xlsx rồi nộp."),
)
XML_SHEET: Final = "Đây là bảng tính lưu dạng XML 2003. Mở bằng Excel, lưu lại dạng .xlsx rồi nộp."
WEB_ARCHIVE: Final = "Đây là trang web lưu trữ (.mht). Mở bằng Excel, lưu lại dạng .xlsx rồi nộp."
NO_LIST: Final = "Không đọc được tệp thành danh sách. Nộp tệp .xlsx, .xls, .ods hoặc .csv."
WRONG_ENDING: Final = "Tệp có đuôi “.{ending}” nhưng thật ra là {kind}; đã đọc theo nội dung."
KINDS: Final = {"xlsx": "tệp Excel .xlsx", "xls": "tệp Excel 97–2003", "ods": "bảng tính LibreOffice .ods",
                "csv": "văn bản có dấu ngăn cột (CSV)", "html": "bảng của trang web (HTML)"}  # fmt: skip
ENDINGS: Final = {"xlsx": {"xlsx"}, "xls": {"xls"}, "ods": {"ods"}, "csv": {"csv", "txt", "tsv", "tab"},
                  "html": {"htm", "html"}}  # fmt: skip


@dataclass(frozen=True)
class SheetInfo:
    name: str
    rows: int
    is_hidden: bool = False


class Rows(Protocol):
    """Where the rows of a sheet come from."""

    def __call__(self, start: int) -> Iterator[tuple[int, list[Cell]]]: ...


@dataclass
class Book:
    """`format`: xlsx, xls, ods, csv or html; `encoding`: "" of a workbook, else utf-8, utf-16, cp1258, tcvn3, vni or
    what was found. `merged`: sheet -> [first row, last row, first column, last column], rows from 1, columns from 0."""

    format: str
    encoding: str = ""
    sheets: list[SheetInfo] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_1904: bool = False
    merged: dict[str, list[list[int]]] = field(default_factory=dict)
    sources: dict[str, Rows] = field(default_factory=dict)

    def rows(self, sheet_name: str, *, start: int = 0) -> Iterator[tuple[int, list[Cell]]]:
        """(row number as Excel shows it, cells) of every row that is not blank, from the `start`th such row on.
        Raises FileRefused when there is no such sheet, or it is longer than MOST_ROWS."""
        info = next((one for one in self.sheets if one.name == sheet_name), None)
        if info is None:
            raise FileRefused(NO_SHEET.format(name=sheet_name))
        if info.rows > MOST_ROWS + SLACK_ROWS:
            raise FileRefused(TOO_LONG)
        return self.sources[sheet_name](start)

    def first_sheet(self) -> str:
        """The first that is shown and holds two rows at least, else the first that is shown; "" without any."""
        shown = [one for one in self.sheets if not one.is_hidden]
        filled = [one for one in shown if one.rows > 1] or shown
        return filled[0].name if filled else ""


def open_book(content: bytes, file_name: str) -> Book:
    """Read a file by what it is, not by what it is called. Raises FileRefused, and nothing else."""
    if len(content) > LARGEST_BYTES:
        raise FileRefused(TOO_LARGE)
    if not content[:4096].strip(b"\0 \r\n\t") and not content.strip(b"\0 \r\n\t"):
        raise FileRefused(EMPTY)
    for mark, said in _OTHER:
        if content.startswith(mark):
            raise FileRefused(said)
    book = _workbook(content) if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else _text(content)
    ending = file_name.rpartition(".")[2].lower()
    if "." in file_name and ending not in ENDINGS[book.format] and any(ending in one for one in ENDINGS.values()):
        book.notes.insert(0, WRONG_ENDING.format(ending=ending, kind=KINDS[book.format]))
    name = book.first_sheet()
    if not name or not any(one.rows for one in book.sheets):
        raise FileRefused("Tệp không có trang tính nào có dữ liệu." if not name else EMPTY)
    if all(one.rows > MOST_ROWS + SLACK_ROWS for one in book.sheets if one.name == name):
        raise FileRefused(TOO_LONG)
    return book


# --- workbooks -------------------------------------------------------------------------------------------------------


class _Blocks:
    """The rows of one sheet as the other process packed them: blocks of zlib, opened one at a time."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []

    def __call__(self, start: int) -> Iterator[tuple[int, list[Cell]]]:
        first = start // workbook.BLOCK_ROWS
        for at, packed in enumerate(self.blocks[first:], start=first):
            rows = json.loads(zlib.decompress(packed))
            skip = max(0, start - at * workbook.BLOCK_ROWS)
            for number, cells in rows[skip:]:
                yield number, [_cell(cell) if isinstance(cell, dict) else cell for cell in cells]


def _cell(told: dict[str, str]) -> Cell:
    return dt.datetime.fromisoformat(told["t"]) if "t" in told else dt.date.fromisoformat(told["d"])


def _workbook(content: bytes) -> Book:
    book, blocks = Book("xlsx"), _Blocks()
    about: dict[str, Any] = {}
    for packed in _frames(workbook.unpacked(content)):
        if isinstance(packed, bytes):
            blocks.blocks.append(packed)
        elif "sheet" in packed:
            about, blocks = packed, _Blocks()
            if "formulas" in packed or "format" in packed:
                book.format = packed.get("format", book.format)
                book.is_1904 = packed.get("is_1904", False)
                book.notes += workbook.notes_of(packed)
        else:
            book.sheets.append(SheetInfo(packed["end"], packed["rows"], about["hidden"]))
            book.merged[packed["end"]] = packed["merged"]
            book.sources[packed["end"]] = blocks
            if packed["wide"]:
                book.notes.append(f"Trang tính “{packed['end']}” rộng quá 200 cột; chỉ đọc 200 cột đầu.")
    book.notes += workbook.notes_of_sheets([(one.name, one.is_hidden) for one in book.sheets if one.rows])
    return book


def _frames(out: bytes) -> Iterator[dict[str, Any] | bytes]:
    """What is told of the workbook as a dictionary, blocks of rows still packed."""
    at = 0
    while at + 4 <= len(out):
        (size,) = struct.unpack_from(">I", out, at)
        packed = out[at + 4 : at + 4 + size]
        at += 4 + size
        is_told = zlib.decompressobj().decompress(packed, 1) == b"{"
        yield json.loads(zlib.decompress(packed)) if is_told else packed


# --- text ------------------------------------------------------------------------------------------------------------


def _text(content: bytes) -> Book:
    head = content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head and head.startswith(b"<?xml"):
        raise FileRefused(XML_SHEET)
    if head.startswith(b"mime-version"):
        raise FileRefused(WEB_ARCHIVE)
    text = Text(content)
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta")) or b"<table" in head:
        source: Rows = tables.HtmlTable(text, MOST_ROWS + SLACK_ROWS)
        kind, name = "html", "Bảng"
    else:
        if text.encoding != "utf-16" and tables.looks_binary(content):
            raise FileRefused(NO_LIST)
        source, kind, name = tables.Separated(text), "csv", "Danh sách"
    rows, notes = tables.counted(source, MOST_ROWS + SLACK_ROWS)
    if not rows:
        raise FileRefused(EMPTY)
    return Book(kind, text.encoding, [SheetInfo(name, rows)], text.notes + notes, sources={name: source})
