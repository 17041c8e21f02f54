"""What a unit was called on a day: backwards through its predecessors, forwards through its successors.

A commune that was put together from several has no one name of before; then the text of the old address (`hint`) tells
which of them is meant, or today's name stands.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import Unit, UnitSuccessor
from accounts.text import fold
from accounts.units.find import successors_of
from accounts.units.reading import bare, plain, words_of


@dataclass(frozen=True)
class Named:
    """The name that held between two days, both included; None is open."""

    unit: Unit
    name: str
    from_on: dt.date | None
    to_on: dt.date | None


def unit_on(unit: Unit, on: dt.date, *, hint: str = "") -> Unit | None:
    """The row that held on that day: the unit itself, what it came from, or what it became. None when that is unclear
    (several, and `hint` names none of them) or before our table begins."""
    return units_on([(unit, hint)], on)[0]


def units_on(asked: Sequence[tuple[Unit, str]], on: dt.date) -> list[Unit | None]:
    """As unit_on(), for many at once: one query for each step of history."""
    lines = iter(lineages([(unit, hint) for unit, hint in asked if on < unit.valid_from]))
    later = successors_of([unit for unit, _ in asked if unit.valid_to and unit.valid_to < on], on=on)
    found: list[Unit | None] = []
    for unit, _ in asked:
        if on < unit.valid_from:
            found.append(next((row for row in next(lines) if row.valid_from <= on), None))
        else:
            became = later.get(unit.pk, [unit])
            found.append(became[0] if len(became) == 1 else None)
    return found


def unit_name_on(unit: Unit, on: dt.date, *, hint: str = "") -> str:
    """The unit's own name on that day; the name it bears in its row where the day's is not known."""
    return (unit_on(unit, on, hint=hint) or unit).name


def path_on(unit: Unit, on: dt.date, *, hint: str = "") -> str:
    """The name with what it belonged to on that day: "Xã An Viễn, Tỉnh Đồng Nai" before 30/04/2026."""
    return paths_on([(unit, hint)], on)[0]


def paths_on(asked: Sequence[tuple[Unit, str]], on: dt.date) -> list[str]:
    """As path_on(), for many at once.

    A commune that goes on unchanged keeps its row when its province changes, so what it belonged to is asked for the
    day, too.
    """
    rows = [then or unit for (unit, _), then in zip(asked, units_on(asked, on), strict=True)]
    parents = list({row.parent_id: row.parent for row in rows if row.parent}.values())
    above: dict[int | None, str] = {}
    if parents:
        above = {row.pk: path for row, path in zip(parents, paths_on([(row, "") for row in parents], on), strict=True)}
    return [f"{row.name}, {above[row.parent_id]}" if row.parent_id else row.name for row in rows]


def lineage(unit: Unit, *, hint: str = "") -> list[Unit]:
    """The unit and what it came from, newest first, as far as there is one answer. One query a step."""
    return lineages([(unit, hint)])[0]


def lineages(asked: Iterable[tuple[Unit, str]]) -> list[list[Unit]]:
    """As lineage(), for many at once: one query for each step of history (2026, 2025)."""
    lines = [([unit], hint) for unit, hint in asked]
    growing = lines
    while growing:
        before = predecessors_of({line[-1].pk for line, _ in growing})
        grown = []
        for line, hint in growing:
            earlier = _the_one(before.get(line[-1].pk, []), hint)
            if earlier is not None:
                line.append(earlier)
                grown.append((line, hint))
        growing = grown
    return [line for line, _ in lines]


def predecessors_of(ids: Iterable[int]) -> dict[int, list[Unit]]:
    """Unit -> the rows it took over from, in the order of their names. One query."""
    found = defaultdict(list)
    rows = UnitSuccessor.objects.filter(new__in=ids).select_related("old__parent__parent").order_by("old__sort_key")
    for row in rows:
        found[row.new_id].append(row.old)
    return found


def names_over(
    unit: Unit, *, from_on: dt.date | None, to_on: dt.date | None, line: list[Unit] | None = None
) -> list[Named]:
    """The names that held one after the other between two days, oldest first: what a life line draws.

    `line` is the unit's lineage, where the caller asked for many at once. Names that stayed the same are one piece.
    """
    pieces: list[Named] = []
    for row in reversed(line if line is not None else lineage(unit)):
        begins, ends = row.valid_from, row.valid_to
        if row.pk == unit.pk:
            ends = None  # what an ended unit became is not written on the row: its name stands until it is moved
        if row is (line or [unit])[-1]:
            begins = dt.date.min  # before our table begins the oldest name we know is the best we have
        start = max(begins, from_on or dt.date.min)
        end = min(ends or dt.date.max, to_on or dt.date.max)
        if start <= end:
            pieces.append(Named(row, row.path, None if start == dt.date.min else start,
                                None if end == dt.date.max else end))  # fmt: skip
    return pieces


def _the_one(rows: list[Unit], hint: str) -> Unit | None:
    """Which predecessor the old address was in: the only one, or the only one that its text names."""
    if len(rows) <= 1:
        return rows[0] if rows else None
    written = f" {' '.join(words_of(hint))} "
    for name_of in (lambda row: plain(fold(row.name)), lambda row: bare(plain(fold(row.name)))):
        named = [row for row in rows if f" {name_of(row)} " in written]
        if len(named) > 1:
            named = [row for row in named if row.parent and f" {bare(plain(fold(row.parent.name)))} " in written]
        if len(named) == 1:
            return named[0]
    return None
