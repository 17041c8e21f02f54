"""What reading a row works with: a cell, its text, what only the whole column shows, and the row as it comes out."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from registry.rosters.problems import Problem, Repair
from registry.values.personal_number import PersonalNumber

Cell = str | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None
LONGEST_CELL: Final = 1000
MERGED_MARK, ABOVE_MARK = "\u2062", "\u2063"
"""Invisible, at the end of a cell that was filled while reading: from a merged cell above, or where it said "nt"."""
_UNSTORABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Hints:
    """What only a whole column shows; kept in Roster.told["hints"], columns counted from 0.

    `fonts`: column -> "tcvn3", "vni" or "utf8", whose text is repaired. `capitals`: names all in capitals. `numeric`:
    kept as numbers by the file, so that zeros in front are lost. `month_first`: dates written month/day.
    `sex_codes`: what 0, 1, 2 stand for, proved by the personal numbers beside them.
    """

    fonts: tuple[tuple[int, str], ...] = ()
    capitals: frozenset[int] = frozenset()
    numeric: frozenset[int] = frozenset()
    month_first: frozenset[int] = frozenset()
    sex_codes: tuple[tuple[str, str], ...] = ()
    is_1904: bool = False

    @classmethod
    def of(cls, told: Mapping[str, Any] | None) -> "Hints":
        told = told or {}
        return cls(
            fonts=tuple((int(column), kind) for column, kind in told.get("fonts", {}).items()),
            capitals=frozenset(told.get("capitals", ())),
            numeric=frozenset(told.get("numeric", ())),
            month_first=frozenset(told.get("month_first", ())),
            sex_codes=tuple(told.get("sex_codes", {}).items()),
            is_1904=bool(told.get("is_1904")),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "fonts": {str(column): kind for column, kind in self.fonts},
            "capitals": sorted(self.capitals), "numeric": sorted(self.numeric),
            "month_first": sorted(self.month_first), "sex_codes": dict(self.sex_codes), "is_1904": self.is_1904,
        }  # fmt: skip


NO_HINTS: Final = Hints()


@dataclass
class RowTyped:
    """`typed`: field -> text; a cell that is empty, or whose problem blocks, has no entry."""

    typed: dict[str, str] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    own: PersonalNumber | None = None  # what a whole number on the row tells

    def repair(self, name: str, was: str, now: str, why: str) -> None:
        self.repairs.append(Repair(name, was, now, why))

    def problem(self, name: str, code: str, said: str, *, blocks: bool = True) -> None:
        self.problems.append(Problem(name, code, said, blocks))


def as_text(cell: Cell) -> str:
    """The cell as a person reads it in the sheet; nothing that PostgreSQL cannot store."""
    if isinstance(cell, str):
        text = cell if cell.isprintable() else _UNSTORABLE.sub("", cell)
        return text.strip()[:LONGEST_CELL]
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, dt.datetime):
        return f"{cell:%d/%m/}{cell.year:04d}" + (f" {cell:%H:%M}" if cell.time() != dt.time(0) else "")
    if isinstance(cell, dt.date):
        return f"{cell:%d/%m/}{cell.year:04d}"
    return str(cell)


def _number(value: float) -> str:
    """Without ".0" and never as 1.19E+09: a number cell of Excel carries fifteen digits."""
    if isinstance(value, int) or (abs(value) < 1e18 and value == int(value)):
        return str(int(value))
    return f"{value:.15g}"
