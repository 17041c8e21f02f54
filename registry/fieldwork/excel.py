"""The sheet as an Excel list for where no network reaches: the same lines, outcomes by drop-down, the rest locked.

The list says who it is by a seal: the sheet, and a digest of everything locked. A cell of the locked part that was
changed, a row that was added or left out, breaks the digest.
"""

import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

import xlsxwriter
from django.core import signing
from django.utils import timezone
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from accounts.models import Officer
from accounts.text import is_like_a_formula
from registry.models import FieldLine, FieldSheet, Outcome

SALT: Final = "field-sheet-list"
TAB: Final = "Phúc tra"
TITLES: Final = (
    "Mã dòng", "TT", "Hộ", "Họ và tên", "Ngày sinh", "Quan hệ", "Số định danh", "Cần hỏi",
    "Kết quả", "Đã hỏi, đúng", "Ghi lại", "Ngày đến",
)  # fmt: skip
LOCKED: Final = 8  # so many columns from the left are ours
WIDTHS: Final = (15, 6, 26, 28, 12, 16, 16, 44, 18, 14, 44, 13)
SEAL_ROW, TITLE_ROW, FIRST_ROW = 1, 3, 4
ALL_RIGHT: Final = "có"
# Excel takes a comma for the end of a choice.
CHOICES: Final = {f"{one.value} {str(one.label).replace(',', ' –')}": one.value for one in Outcome}


def sheet_list(sheet: FieldSheet, lines: Sequence[FieldLine], *, by: Officer) -> bytes:
    """The .xlsx. No cell is a formula: what begins like one is kept as text, also after it was edited."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": f"Phiếu phúc tra {sheet.number}", "author": str(by), "created": timezone.now()})
        _fill(book, sheet, lines, by)
    return buffer.getvalue()


def _fill(book: xlsxwriter.Workbook, sheet: FieldSheet, lines: Sequence[FieldLine], by: Officer) -> None:
    tab = book.add_worksheet(TAB)
    style = _styles(book)
    rows = [locked_cells(line) for line in lines]
    now = f"{timezone.localtime():%H:%M %d/%m/%Y}"
    tab.write_string(0, 0, f"Phiếu phúc tra {sheet.number} · {', '.join(sheet.hamlets)} · {by}, {now}", style["title"])
    tab.write_string(SEAL_ROW, 0, seal_of(sheet, rows), style["seal"])
    tab.write_string(2, 0, "Chỉ nhập ở các cột nền vàng. Không xóa, không thêm dòng. Nộp lại tệp này.", style["note"])
    for column, title in enumerate(TITLES):
        tab.write_string(TITLE_ROW, column, title, style["head"])
        tab.set_column(column, column, WIDTHS[column])
    for row, (line, cells) in enumerate(zip(lines, rows, strict=True), start=FIRST_ROW):
        for column, text in enumerate(cells):
            write_text(tab, row, column, text, style["home" if line.resident_id is None else "locked"], style["quoted"])
        for column in range(LOCKED, len(TITLES)):
            tab.write_blank(row, column, None, style["open"])
        _offer(tab, row, line)
    _finish(tab, sheet, by, now)


def _offer(tab: Worksheet, row: int, line: FieldLine) -> None:
    """The drop-downs of a line: a household has box 6 alone, a person the others."""
    is_home = line.resident_id is None
    offered = [words for words, value in CHOICES.items() if (value == Outcome.MORE) == is_home]
    tab.data_validation(row, LOCKED, row, LOCKED, _one_of(offered, "Chọn một kết quả trong danh sách."))
    tab.data_validation(row, LOCKED + 1, row, LOCKED + 1, _one_of([ALL_RIGHT], "Ghi “có” hoặc để trống."))


def _one_of(offered: list[str], said: str) -> dict[str, Any]:
    return {"validate": "list", "source": offered, "error_title": "Chưa đúng", "error_message": said}


def _finish(tab: Worksheet, sheet: FieldSheet, by: Officer, now: str) -> None:
    tab.set_row(SEAL_ROW, None, None, {"hidden": True})
    tab.freeze_panes(FIRST_ROW, 4)
    tab.protect("", {"select_locked_cells": True, "format_columns": True, "format_rows": True, "autofilter": True})
    tab.set_landscape()
    tab.set_paper(9)
    tab.fit_to_pages(1, 0)
    tab.repeat_rows(TITLE_ROW)
    tab.set_footer(f"&L&8Phiếu {sheet.number} · {by}, {now} · có dữ liệu cá nhân&R&8Trang &P/&N")


def _styles(book: xlsxwriter.Workbook) -> dict[str, Format]:
    cell = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#B8C0CA", "num_format": "@"}
    return {
        "title": book.add_format({"bold": True, "font_size": 13}),
        "seal": book.add_format({"font_color": "#FFFFFF", "font_size": 1}),
        "note": book.add_format({"italic": True}),
        "head": book.add_format(cell | {"bold": True, "bg_color": "#E4F1E9"}),
        "home": book.add_format(cell | {"bold": True, "bg_color": "#F1F3F5"}),
        "locked": book.add_format(cell),
        "quoted": book.add_format(cell | {"quote_prefix": True}),
        "open": book.add_format(cell | {"locked": False, "bg_color": "#FFF7DC"}),
    }


def write_text(tab: Worksheet, row: int, column: int, text: str, style: Format, quoted: Format) -> None:
    """As text always. What begins like a formula bears Excel's own mark for text, so that it stays text when somebody
    edits the cell; the text itself is not changed."""
    tab.write_string(row, column, text, quoted if is_like_a_formula(text) else style)


# --- what is locked --------------------------------------------------------------------------------------------------


def locked_cells(line: FieldLine) -> list[str]:
    """The first columns of a line, as text: its opaque code, and what was printed of it."""
    told, asked = line.told, "; ".join(one["sentence"] for one in line.asked)
    if line.resident_id is None:
        head = f"{told.get('household', '')}, {told.get('address', '')}".strip(", ")
        return [line.public_id.hex, f"{told.get('place', '')}", head, told.get("head", ""), "", "", "", asked]
    return [
        line.public_id.hex, f"{told.get('place', '')}", "", told.get("name", ""), told.get("birth", ""),
        told.get("relation", ""), told.get("number", ""), asked,
    ]  # fmt: skip


def digest_of(rows: Iterable[Sequence[str]]) -> str:
    """Of the locked part, whatever order the rows are in: sorting a list changes nothing."""
    plain = sorted([str(cell).strip() for cell in row[:LOCKED]] for row in rows)
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()


def seal_of(sheet: FieldSheet, rows: Iterable[Sequence[str]]) -> str:
    made = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    told = {"sheet": str(sheet.public_id), "digest": digest_of(rows), "at": made}
    return signing.dumps(told, salt=SALT, compress=True)
