"""The frozen contents of a report: plain JSON, everything that is on the paper, with each number as it is printed.

Page, Excel and PDF are drawn from it alone, so that a report opened after years says what it said.
"""

from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple, NotRequired, TypedDict, cast

from registry.scores.share import dotted

VERSION: Final = 1
UNKNOWN: Final = "–"
CellKind = Literal["text", "count", "percent", "days"]


class Cell(TypedDict):
    """`text` is what is read, `number` the same in hundredths for Excel; None where there is no number."""

    text: str
    kind: CellKind
    number: int | None


class Column(TypedDict):
    """`group` stands above columns that belong together; empty for a column alone."""

    title: str
    group: str


class Row(TypedDict):
    """A `section` has no cells; a `total` is all rows of the table together."""

    place: str
    name: str
    kind: Literal["", "section", "total"]
    cells: list[Cell]


class Table(TypedDict):
    """`names` is what the rows are called: "Nội dung", "Xã, phường, đặc khu"."""

    key: str
    title: str
    names: str
    note: str
    columns: list[Column]
    rows: list[Row]


class Point(TypedDict):
    label: str
    text: str
    number: int | None


class Chart(TypedDict):
    key: str
    title: str
    note: str
    kind: Literal["bars", "line"]
    points: list[Point]


class Head(TypedDict):
    """The head, the foot and the signature, with the keys of templates/print/_paper.html."""

    agency_above: str
    agency: str
    agency_in_text: str
    place_date: str
    number: str
    title: str
    heading: str
    under_heading: str
    send_to: str
    receivers: list[str]
    sign_head: str
    sign_name: str


class Remarks(TypedDict):
    difficulties: str
    proposals: str


class Contents(TypedDict):
    version: int
    head: Head
    unit: str
    period: str
    as_of: str
    is_preliminary: bool
    is_wide: bool
    tables: list[Table]
    corrections: NotRequired[Table]
    charts: list[Chart]
    remarks: Remarks
    notes: list[str]
    definitions: Table


def read(stored: Any) -> Contents:
    """What a row keeps. Another version would be another shape: nothing reads it by guessing."""
    if stored.get("version") != VERSION:
        raise ValueError(f"contents of version {stored.get('version')!r}")
    return cast(Contents, stored)


def every_table(contents: Contents) -> list[Table]:
    """In the order of the paper."""
    return [*contents["tables"], *([contents["corrections"]] if "corrections" in contents else [])]


# --- cells ----------------------------------------------------------------------------------------------------------


def text_cell(text: str) -> Cell:
    return {"text": text, "kind": "text", "number": None}


def number_cell(hundredths: int | None, kind: CellKind) -> Cell:
    return {"text": in_words(hundredths, kind), "kind": kind, "number": hundredths}


def change_cell(hundredths: int | None, kind: CellKind) -> Cell:
    """A difference: its sign is always written, "+12", "−0,35"; points of percent and days without their unit."""
    if hundredths is None:
        return number_cell(None, kind)
    bare = in_words(abs(hundredths), kind).removesuffix(" %")
    sign = "+" if hundredths > 0 else "−" if hundredths < 0 else ""
    return {"text": f"{sign}{bare}", "kind": kind, "number": hundredths}


def in_words(hundredths: int | None, kind: CellKind) -> str:
    """ "1.234", "86,27 %", "5,5"; a dash where nothing is known."""
    if hundredths is None:
        return UNKNOWN
    if kind == "count":
        return dotted(hundredths // 100)
    exact = Decimal(hundredths) / 100
    if kind == "percent":
        return f"{exact:.2f} %".replace(".", ",")
    return f"{exact.normalize():f}".replace(".", ",")


# --- the head of a table --------------------------------------------------------------------------------------------


class Heading(NamedTuple):
    title: str
    columns: int
    rows: int
    first: int
    """The place of its first column, those of the row's place and name not counted."""
    is_text: bool = False


def headings(table: Table) -> list[list[Heading]]:
    """One row of headings or, where columns have a group, two."""
    columns, texts = table["columns"], _text_columns(table)
    if not any(one["group"] for one in columns):
        return [[Heading(one["title"], 1, 1, place, place in texts) for place, one in enumerate(columns)]]
    above: list[Heading] = []
    below: list[Heading] = []
    for place, one in enumerate(columns):
        if not one["group"]:
            above.append(Heading(one["title"], 1, 2, place, place in texts))
            continue
        below.append(Heading(one["title"], 1, 1, place, place in texts))
        last = above[-1] if above else None
        if last and last.rows == 1 and last.title == one["group"] and last.first + last.columns == place:
            above[-1] = last._replace(columns=last.columns + 1)
        else:
            above.append(Heading(one["group"], 1, 1, place))
    return [above, below]


def _text_columns(table: Table) -> set[int]:
    """Columns in which no row has a number."""
    rows = [row["cells"] for row in table["rows"] if row["cells"]]
    return {place for place in range(len(table["columns"])) if all(one[place]["kind"] == "text" for one in rows)}
