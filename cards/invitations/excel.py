"""Lists of people as Excel: every cell is text, none a formula, and the foot says who took it out and when."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone

from accounts.models import Officer
from registry.fieldwork.excel import write_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD_ROW = 3


@dataclass(frozen=True)
class Sheet:
    """`columns` are (heading, width in characters); `rows` hold one text for each."""

    title: str
    under: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[str]]
    is_signed: bool = False  # rows high enough for a signature


def book(sheet: Sheet, *, by: Officer) -> bytes:
    """The .xlsx, A4 across, its heading repeated on every page."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as made:
        made.set_properties({"title": sheet.title, "author": str(by), "created": timezone.now()})
        _fill(made, sheet, by)
    return buffer.getvalue()


def _fill(made: Any, sheet: Sheet, by: Officer) -> None:
    tab = made.add_worksheet("Danh sách")
    cell = {"valign": "top", "text_wrap": True, "border": 1, "num_format": "@"}
    plain, quoted = made.add_format(cell), made.add_format(cell | {"quote_prefix": True})
    head = made.add_format(cell | {"bold": True, "bg_color": "#E4F1E9"})
    tab.write_string(0, 0, sheet.title, made.add_format({"bold": True, "font_size": 13}))
    tab.write_string(1, 0, sheet.under, made.add_format({"italic": True}))
    for column, (heading, width) in enumerate(sheet.columns):
        tab.write_string(HEAD_ROW, column, heading, head)
        tab.set_column(column, column, width)
    for row, texts in enumerate(sheet.rows, start=HEAD_ROW + 1):
        if sheet.is_signed:
            tab.set_row(row, 30)
        for column, text in enumerate(texts):
            write_text(tab, row, column, text, plain, quoted)
    tab.freeze_panes(HEAD_ROW + 1, 2)
    tab.set_landscape()
    tab.set_paper(9)
    tab.fit_to_pages(1, 0)
    tab.repeat_rows(HEAD_ROW)
    now = f"{timezone.localtime():%H:%M %d/%m/%Y}"
    tab.set_footer(f"&L&8{str(by).replace('&', '&&')}, {now} · có dữ liệu cá nhân&R&8Trang &P/&N")


def answer(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)
