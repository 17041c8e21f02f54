"""A list as CSV: UTF-8 with its mark, semicolons, every cell in quotes.

The byte order mark is what makes Excel read UTF-8 at a double click. The semicolon is what Excel divides by under the
Vietnamese settings of Windows: their decimal sign is the comma, so the comma cannot divide; where a machine is set to
English, Data > From Text/CSV finds it. The line "sep=;" that would settle it everywhere makes Excel overlook the byte
order mark, and every name would be broken. Numbers lose their zeros when Excel opens a CSV: who works in Excel takes
the .xlsx, CSV is for programs. The watermark is the first line, the headings the second.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, the sign for text.
"""

import csv
import io
from collections.abc import Sequence
from typing import Final

from accounts.text import is_like_a_formula
from registry.rosters.out.sheet import LONGEST, Sheet

BOM: Final = "\ufeff"
DIVIDES: Final = ";"


class CsvWriter:
    def __init__(self, sheet: Sheet) -> None:
        self._bytes = io.BytesIO()
        self._text = io.TextIOWrapper(self._bytes, encoding="utf-8", newline="", write_through=True)
        self._text.write(BOM)
        self._rows = csv.writer(self._text, delimiter=DIVIDES, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        filters = f" · {sheet.filters}" if sheet.filters else ""
        self._add([f"{sheet.office} · {sheet.title}{filters} · {sheet.watermark}"])
        self._add(["TT", *(one.label for one in sheet.columns)])
        self._place = 0

    def _add(self, texts: Sequence[str]) -> None:
        self._rows.writerow([neutral(text) for text in texts])

    def add_row(self, texts: Sequence[str]) -> None:
        self._place += 1
        self._add([str(self._place), *texts])

    def close(self) -> bytes:
        self._text.flush()
        return self._bytes.getvalue()

    def throw_away(self) -> None:
        self._bytes.close()


def neutral(text: str) -> str:
    text = text[:LONGEST].replace("\x00", "")
    return f"'{text}" if is_like_a_formula(text) else text
