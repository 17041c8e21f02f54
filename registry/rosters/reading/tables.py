"""Rows out of text: columns parted by a sign, or the table of a web page saved as a file."""

import csv
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import islice
from typing import Any, Final

from registry.rosters.reading.encodings import Text
from registry.rosters.reading.given import Cell

SIGNS: Final = "\t;,|"
MOST_COLUMNS: Final = 200
LONGEST_FIELD: Final = 100_000
SIGN_NAMES: Final = {"\t": "dấu tab", ";": "dấu chấm phẩy", ",": "dấu phẩy", "|": "dấu gạch đứng"}
OPEN_QUOTE: Final = "Tệp có dấu ngoặc kép không đóng; đọc dấu ngoặc kép như chữ thường."
_AS_TEXT: Final = re.compile(r'="(.*)"', re.DOTALL)
_BINARY: Final = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")


def looks_binary(content: bytes) -> bool:
    head = content[:8192]
    return len(_BINARY.findall(head)) > len(head) // 50 + 3 or head.count(0) > len(head) // 10


def counted(source: Any, most: int) -> tuple[int, list[str]]:
    """How many rows there are, at most one more than `most`, and what is to be told of them."""
    rows = sum(1 for _ in islice(source(0), most + 1))
    return rows, source.notes()


class Separated:
    """Rows of a text file. Which sign parts the columns is found in its first lines."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.quoting = True
        self.sign, self.skip = _sign(text)
        self.cut = False

    def notes(self) -> list[str]:
        return [OPEN_QUOTE] * (not self.quoting) + ["Có dòng rộng quá 200 cột; chỉ đọc 200 cột đầu."] * self.cut

    def __call__(self, start: int) -> Iterator[tuple[int, list[Cell]]]:
        if self.quoting and start == 0 and not self._quotes_close():
            self.quoting = False
        count = 0
        for number, cells in enumerate(self._records(), start=1):
            if number <= self.skip:
                continue
            row = [_plain(cell) for cell in cells[:MOST_COLUMNS]]
            self.cut |= any(cells[MOST_COLUMNS:])
            while row and not row[-1]:
                row.pop()
            if not row:
                continue
            count += 1
            if count > start:
                yield number, list(row)

    def _records(self) -> Iterator[list[str]]:
        csv.field_size_limit(LONGEST_FIELD)
        if not self.quoting:
            return csv.reader(self._lines(), delimiter=self.sign, quoting=csv.QUOTE_NONE)
        return csv.reader(self._lines(), delimiter=self.sign)

    def _lines(self) -> Iterator[str]:
        """A line that is longer than any field is cut: it is no list of people."""
        for line in self.text.lines():
            yield line if len(line) <= LONGEST_FIELD else line[: LONGEST_FIELD // 2] + "\n"

    def _quotes_close(self) -> bool:
        """One quote that is never closed would swallow the rest of the file into a cell."""
        try:
            return all(max(map(len, cells), default=0) < LONGEST_FIELD // 10 for cells in self._records())
        except csv.Error:
            return False


def _plain(cell: str) -> str:
    match = _AS_TEXT.fullmatch(cell) if cell.startswith('="') else None
    return (match[1] if match else cell).strip()


def _sign(text: Text) -> tuple[str, int]:
    """The sign between columns, and how many lines say so themselves ("sep=;")."""
    head = [line[:5000] for line in islice(text.lines(), 80)]
    if head and (match := re.fullmatch(r'"?sep=(.)"?\s*', head[0], re.IGNORECASE)):
        return match[1], 1
    best = max(SIGNS, key=lambda sign: _evenness(head, sign))
    return (best if _evenness(head, best) > 0 else ","), 0


def _evenness(head: list[str], sign: str) -> float:
    """How evenly the sign parts the lines: columns of the usual line, times the share of lines that have so many."""
    try:
        widths = [len(cells) for cells in csv.reader(head, delimiter=sign) if cells]
    except csv.Error:
        widths = [line.count(sign) + 1 for line in head]
    wide = [width for width in widths if width > 1]
    if not wide:
        return 0.0
    usual = max(set(wide), key=lambda width: (wide.count(width), width))
    return min(usual, 30) ** 0.5 * sum(abs(width - usual) <= 1 for width in wide) / len(widths)


class HtmlTable:
    """Rows of the tables of a page, one after the other: what old registers call "xuất Excel"."""

    def __init__(self, text: Text, most_rows: int) -> None:
        self.parser = _Cells(most_rows + 1)
        for line in text.lines():
            self.parser.feed(line)
            if self.parser.is_full:
                break
        self.parser.finish()

    def notes(self) -> list[str]:
        return []

    def __call__(self, start: int) -> Iterator[tuple[int, list[Cell]]]:
        rows = [(number, row) for number, row in enumerate(self.parser.rows, start=1) if any(row)]
        for number, row in rows[start:]:
            yield number, list(row)


class _Cells(HTMLParser):
    def __init__(self, most_rows: int) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.cell: list[str] | None = None
        self.span, self.most_rows = 1, most_rows

    @property
    def is_full(self) -> bool:
        return len(self.rows) > self.most_rows

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.finish()
            self.rows.append([])
        elif tag in ("td", "th"):
            self.finish()
            span = dict(attrs).get("colspan") or "1"
            self.cell, self.span = [], min(int(span), MOST_COLUMNS) if span.isdecimal() and len(span) < 4 else 1
        elif tag == "br" and self.cell is not None:
            self.cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self.finish()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def finish(self) -> None:
        """The cell that is open, as the next of its row."""
        if self.cell is None:
            return
        if not self.rows:
            self.rows.append([])
        row = self.rows[-1]
        if len(row) < MOST_COLUMNS:
            row.append(" ".join("".join(self.cell).split()))
            row.extend([""] * min(self.span - 1, MOST_COLUMNS - len(row)))
        self.cell = None
