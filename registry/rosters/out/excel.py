"""A list as Excel: text cells only, none a formula; heading and watermark on top, the watermark again at every foot.

Rows are written as they come and kept on disk, not in memory (XlsxWriter's constant_memory), in a folder of their own
that is gone with the writer.
"""

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from django.utils import timezone
from xlsxwriter.utility import xl_rowcol_to_cell

from accounts.text import is_like_a_formula
from registry.rosters.fields import FIELDS
from registry.rosters.out import choices
from registry.rosters.out.sheet import LONGEST, Sheet

TAB: Final = "Danh sách"
SCRATCH: Final = "danh-sach-xuat-"
OFFICE, TITLE, FILTERS, WATERMARK, NOTE, MARK, HEAD = range(7)
FOOT_CHARACTERS: Final = 200
"""Excel takes 255 for the whole foot, its signs included."""
LEFT_FROZEN: Final = 2
OPTIONS: Final = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                  "strings_to_numbers": False}  # fmt: skip


class ExcelWriter:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.place = sheet, 0
        self._scratch = tempfile.TemporaryDirectory(prefix=SCRATCH)
        self._bytes = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._bytes, OPTIONS | {"tmpdir": self._scratch.name})
        self._book.set_properties({"title": sheet.title, "author": sheet.author, "comments": sheet.watermark[:250],
                                   "created": timezone.now()})  # fmt: skip
        self._style = _styles(self._book)
        self._tab = self._book.add_worksheet(TAB)
        self._begin()

    def add_row(self, texts: Sequence[str]) -> None:
        """A cell is text always; what begins like a formula bears Excel's own mark for text, so that it stays text when
        somebody edits it. The text itself is not changed."""
        self.place += 1
        row = HEAD + self.place
        self._tab.write_number(row, 0, self.place, self._style["place"])
        for column, (told, text) in enumerate(zip(self.sheet.columns, texts, strict=True), start=1):
            if is_like_a_formula(text):
                style = "quoted" if told.is_locked or not self.sheet.mark else "open_quoted"
            else:
                style = "cell" if told.is_locked or not self.sheet.mark else "open"
            self._tab.write_string(row, column, text[:LONGEST], self._style[style])

    def close(self) -> bytes:
        try:
            self._finish()
            self._book.close()
            return self._bytes.getvalue()
        finally:
            self._scratch.cleanup()

    def throw_away(self) -> None:
        """Nothing of a list that is given up stays open: XlsxWriter closes the file of its rows only with the book."""
        for tab in self._book.worksheets():
            if (rows := getattr(tab, "row_data_fh", None)) is not None:
                rows.close()
        self._scratch.cleanup()

    def _begin(self) -> None:
        tab, sheet = self._tab, self.sheet
        tab.set_column(0, 0, 6)
        for column, told in enumerate(sheet.columns, start=1):
            tab.set_column(column, column, told.width)
        for row, text, style in (
            (OFFICE, sheet.office, "office"), (TITLE, sheet.title, "title"), (FILTERS, sheet.filters, "note"),
            (WATERMARK, sheet.watermark, "note"), (NOTE, " ".join(sheet.notes), "note"),
        ):  # fmt: skip
            if text:
                tab.write_string(row, 0, text[:LONGEST], self._style[style])
            else:
                tab.set_row(row, None, None, {"hidden": True})
                tab.write_blank(row, 0, None, self._style["note"])  # a row without a cell is not written at all
        tab.set_row(MARK, None, None, {"hidden": True})
        tab.write_string(MARK, 0, sheet.mark, self._style["mark"])
        tab.set_row(HEAD, 32)
        for column, label in enumerate(["TT", *(one.label for one in sheet.columns)]):
            tab.write_string(HEAD, column, label, self._style["head"])

    def _finish(self) -> None:
        tab, last = self._tab, HEAD + max(1, self.place)
        tab.autofilter(HEAD, 0, last, len(self.sheet.columns))
        tab.freeze_panes(HEAD + 1, min(LEFT_FROZEN, len(self.sheet.columns)))
        tab.set_landscape()
        tab.set_paper(9)
        tab.fit_to_pages(1, 0)
        tab.repeat_rows(HEAD)
        tab.set_footer(foot_of(self.sheet.watermark))
        if self.sheet.mark:
            self._lock(last)

    def _lock(self, last: int) -> None:
        """Only the open cells can be typed into, and the coded ones by drop-down."""
        lists = choices.code_lists()
        for column, told in enumerate(self.sheet.columns, start=1):
            if told.is_locked or told.name not in FIELDS:
                continue
            first = xl_rowcol_to_cell(HEAD + 1, column)
            if (rule := choices.check_of(told.name, lists, first_cell=first)) is not None:
                self._tab.data_validation(HEAD + 1, column, last, column, rule)
        self._tab.protect("", {"select_locked_cells": True, "format_columns": True, "format_rows": True,
                               "autofilter": True})  # fmt: skip
        choices.write_lists(self._book, lists, self._style["head"])


def foot_of(watermark: str) -> str:
    told = watermark if len(watermark) <= FOOT_CHARACTERS else f"{watermark[: FOOT_CHARACTERS - 1]}…"
    left = told.replace("&", "&&")[: FOOT_CHARACTERS + 20]
    return f"&L&7{left}&R&7Trang &P/&N"


def leftovers() -> list[Path]:
    """Folders that a killed worker left behind."""
    return list(Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"))


def _styles(book: Any) -> dict[str, Any]:
    cell = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#B8C0CA", "num_format": "@"}
    free = cell | {"locked": False, "bg_color": "#FFF7DC"}
    return {
        "office": book.add_format({"bold": True}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"italic": True, "font_size": 9}),
        "mark": book.add_format({"font_color": "#FFFFFF", "font_size": 1}),
        "head": book.add_format(cell | {"bold": True, "bg_color": "#E4F1E9", "valign": "vcenter"}),
        "place": book.add_format({"valign": "top", "border": 1, "border_color": "#B8C0CA"}),
        "cell": book.add_format(cell),
        "quoted": book.add_format(cell | {"quote_prefix": True}),
        "open": book.add_format(free),
        "open_quoted": book.add_format(free | {"quote_prefix": True}),
    }
