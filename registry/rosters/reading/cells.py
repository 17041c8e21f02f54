"""One row of a list, typed: every cell in the form in which an officer would type it, with what was repaired and what
is doubtful. Pure, without database.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from registry.rosters.problems import Problem, Repair
from registry.rosters.reading.given import NO_HINTS, Cell, Hints, RowTyped, as_text
from registry.rosters.reading.row import RowReader

__all__ = ["NO_HINTS", "Cell", "Hints", "RowTyped", "as_json", "as_text", "read_row", "typed_columns"]


def read_row(raw: Sequence[str], columns: Mapping[int, str], hints: Hints = NO_HINTS) -> RowTyped:
    """Read one row by what its columns mean. `hints`: Hints.of(roster.told.get("hints"))."""
    return _reader(tuple(columns.items()), hints).read(raw)


@lru_cache(maxsize=8)
def _reader(columns: tuple[tuple[int, str], ...], hints: Hints) -> RowReader:
    return RowReader(columns, hints)


def typed_columns(columns: Mapping[str, str]) -> dict[int, str]:
    """Roster.columns as read_row() takes them."""
    return {int(column): name for column, name in columns.items() if name}


def as_json(found: Iterable[Repair | Problem]) -> list[dict[str, Any]]:
    return [one.as_json() for one in found]
