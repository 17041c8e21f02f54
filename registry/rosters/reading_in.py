"""The step from the sealed file to its rows: UPLOADED -> READ, or REFUSED with a sentence.

The first piece opens the file and finds its columns; each further one stores some thousands of rows. The open file
stays with the process; another one that goes on opens it again and begins where the stored rows end.
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.db import connection
from django.utils import timezone
from psycopg import sql

from accounts import vault
from registry.bulk import tell_planner
from registry.models import Roster, RosterKind, RosterRow, RosterState
from registry.rosters import intake, stages
from registry.rosters.reading import columnwise, headings
from registry.rosters.reading.book import Book, open_book
from registry.rosters.reading.given import Cell, as_text
from registry.rosters.reading.sifting import Sifter
from registry.rosters.refusal import FileRefused, RosterRefused

PIECE: Final = 2000
LOOK_ROWS: Final = 3000
MANY: Final = 1000
SAMPLES: Final = 5
LONGEST_SAMPLE: Final = 80
NOT_WHOLE: Final = "Tệp lưu trong hệ thống không còn nguyên vẹn; nộp lại tệp."
NOBODY: Final = "Không thấy dòng nào ghi người trong trang tính “{sheet}”. Chọn trang tính khác hoặc nộp tệp khác."
STATE: Final = "sifting"
"""Where reading stands, in Roster.told while it goes on."""


@dataclass
class _Open:
    """The one file this process holds open, and the row it comes to next."""

    key: tuple[int, str, str]
    book: Book
    rows: Iterator[tuple[int, list[Cell]]]
    at: int


_open: _Open | None = None


def next_piece(roster: Roster) -> bool:
    """Read on. A file that cannot be read moves the list to REFUSED with the sentence; nothing is left of its rows."""
    try:
        if STATE not in roster.told:
            _begin(roster)
            return False
        return _read_on(roster)
    except vault.CannotOpen:
        _refuse(roster, NOT_WHOLE)
    except RosterRefused as refused:
        _refuse(roster, str(refused))
    return True


def _refuse(roster: Roster, said: str) -> None:
    _close()
    roster.rows.all().delete()
    roster.told.pop(STATE, None)
    stages.move(roster, RosterState.REFUSED)
    roster.said = said[:500]


def _close() -> None:
    global _open
    _open = None


def _book(roster: Roster) -> _Open:
    """The open file, at the row after those that are done."""
    global _open
    key = (roster.pk, roster.sha256, roster.sheet)
    if _open is None or _open.key != key or _open.at != roster.done_rows:
        same = _open is not None and _open.key[:2] == key[:2]
        book = _open.book if _open is not None and same else open_book(intake.content_of(roster), roster.file_name)
        sheet = roster.sheet or book.first_sheet()
        _open = _Open(key, book, book.rows(sheet, start=roster.done_rows), roster.done_rows)
    return _open


# --- the first piece -------------------------------------------------------------------------------------------------


def _begin(roster: Roster) -> None:
    roster.rows.all().delete()  # of a reading that was broken off before this one
    roster.done_rows = 0
    book = _book(roster).book
    _recognise_return(roster, book)
    _close_if_other_sheet(roster, book)
    first = list(islice(book.rows(roster.sheet), LOOK_ROWS))
    found = headings.find(first, _remembered(roster))
    texts = [(number, [as_text(cell) for cell in cells]) for number, cells in first]
    body = [cells for number, cells in texts if number >= found.first_row]
    confirmed = bool(roster.told.get("confirmed"))
    if not confirmed:
        roster.columns = {str(at): name for at, name in sorted(found.columns.items())}
        _take_parents_columns(roster, found)
    hints = columnwise.hints_of([cells for number, cells in first if number >= found.first_row], body, roster.columns,
                                is_1904=book.is_1904)  # fmt: skip
    sifter = Sifter.of(found, body, roster.columns)
    kept = {name: roster.told[name] for name in ("confirmed",) if name in roster.told}
    roster.told = kept | {
        "format": book.format, "encoding": book.encoding,
        "sheets": [{"name": one.name, "rows": one.rows, "hidden": one.is_hidden} for one in book.sheets],
        "headings": [columnwise.shown(text) for text in found.headings],
        "header_rows": list(found.header_rows), "first_row": found.first_row,
        "unsure": {str(at): names for at, names in sorted(found.unsure.items())},
        "remembered": found.remembered, "hints": hints.as_json(),
        "samples": columnwise.samples_of(body, hints, sifter, SAMPLES, LONGEST_SAMPLE),
        "notes": [*book.notes, *found.notes, *columnwise.notes_of(hints, found.headings, roster.columns)],
        STATE: sifter.as_json(),
    }  # fmt: skip
    roster.step_began_at = roster.step_began_at or timezone.now()
    roster.total_rows = next(one.rows for one in book.sheets if one.name == roster.sheet)


def _close_if_other_sheet(roster: Roster, book: Book) -> None:
    names = [one.name for one in book.sheets]
    if roster.sheet not in names:
        roster.sheet = book.first_sheet()[:100]
        if roster.sheet not in names:
            raise FileRefused("Tên trang tính dài quá 100 ký tự; đặt tên ngắn hơn rồi nộp lại.")


def _recognise_return(roster: Roster, book: Book) -> None:
    """A list of ours that comes back edited says so itself. Raises FileRefused for one that is not this commune's."""
    from registry.rosters.out import returning

    export = returning.recognise(book, by=roster.uploaded_by)
    if export is not None:
        roster.kind, roster.export = RosterKind.RETURN, export


def _remembered(roster: Roster) -> Mapping[str, str]:
    """What the officer said of this source before; for a mended file, of the list whose rows it mends."""
    remembered: dict[str, str] = {}
    if roster.parent_id:
        parent = Roster.objects.values("told", "columns").get(pk=roster.parent_id)
        for at, heading in enumerate(parent["told"].get("headings", [])):
            if key := headings.key_of(heading):
                remembered[key] = parent["columns"].get(str(at), "")
    return remembered | (roster.source.columns if roster.source else {})


def _take_parents_columns(roster: Roster, found: headings.Found) -> None:
    """A mended file has the very columns of the list it mends, and the reasons behind them."""
    if roster.parent_id is None:
        return
    parent = Roster.objects.values("told", "columns").get(pk=roster.parent_id)
    before = parent["told"].get("headings", [])
    if found.headings[: len(before)] == before and len(found.headings) == len(before) + 1:
        roster.columns = parent["columns"] | {str(len(before)): "note"}
        found.unsure, found.notes, found.remembered = {}, [], len(parent["columns"])


# --- the others ------------------------------------------------------------------------------------------------------


def _read_on(roster: Roster) -> bool:
    held = _book(roster)
    sifter = Sifter.from_json(roster.told[STATE], held.book.merged.get(roster.sheet, []))
    rows, taken = [], 0
    for number, cells in islice(held.rows, PIECE):
        taken += 1
        raw = sifter.take(number, [as_text(cell) for cell in cells])
        if raw is not None:
            rows.append((number, raw))
    _store(roster, rows)
    held.at += taken
    roster.done_rows += taken
    roster.told = roster.told | {STATE: sifter.as_json()}
    if taken == PIECE:
        return False
    _finish(roster, sifter)
    return True


def _store(roster: Roster, rows: list[tuple[int, list[str]]]) -> None:
    """By COPY: of a row's many columns a fresh one has values in four, and Django writes out all of them one by one."""
    fields = [one for one in RosterRow._meta.concrete_fields if not one.primary_key]
    fresh = RosterRow(roster=roster)
    empty: dict[str, Any] = {}
    for one in fields:
        value = getattr(fresh, one.attname)
        kind = one.get_internal_type()
        empty[str(one.column)] = json.dumps(value) if kind == "JSONField" else "{}" if kind == "ArrayField" else value
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in empty)
    table = sql.Identifier(RosterRow._meta.db_table)
    with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)) as copy:
        for number, raw in rows:
            told = empty | {"number": number, "public_id": str(uuid.uuid4()), "raw": json.dumps(raw)}
            copy.write_row(list(told.values()))


def _finish(roster: Roster, sifter: Sifter) -> None:
    _close()
    count = roster.rows.count()
    if not count:
        several = len([one for one in roster.told.get("sheets", []) if one["rows"]]) > 1
        if not several:
            raise FileRefused(NOBODY.format(sheet=roster.sheet))
    told: dict[str, Any] = {name: value for name, value in roster.told.items() if name != STATE}
    told["notes"] = [*told["notes"], *sifter.notes()]
    if not count:
        told["notes"].insert(0, NOBODY.format(sheet=roster.sheet))
    told["left_out"], told["carries"] = sifter.left_out, sifter.carries
    said, confirmed = roster.said, told.pop("confirmed", False)
    roster.told = told
    stages.move(roster, RosterState.READ)
    if confirmed and count:
        stages.move(roster, RosterState.CHECKING)
    roster.said, roster.total_rows = said, count
    if count > MANY:
        tell_planner(RosterRow)
