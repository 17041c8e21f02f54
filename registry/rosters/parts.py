"""A step cut into parts, so that several workers do one list at once.

Whoever does a part holds its row to the end of the transaction; one that dies gives it back with its connection. A part
that is done is gone with what it wrote. The list moves on when no part is left, so nobody moves it under a worker.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

from django.db.models import Func, IntegerField, Sum

from registry.models import Roster, RosterPart

T = TypeVar("T")
LONGEST: Final = 1_200
"""Rows of one key beyond which it is no household, and is cut (household_keys.MOST is far below)."""


def cut(rows: Iterable[tuple[int, Iterable[str]]], size: int) -> Iterator[list[int]]:
    """Row numbers in parts of about `size`, in the order of the file; rows that bear a key together in one part,
    wherever in the file they stand. `rows`: (number, its keys), by number."""
    groups = _Groups()
    for number, keys in rows:
        groups.add(number, keys)
    part: list[int] = []
    for together in groups.by_first_row():
        part += together
        if len(part) >= size:
            yield part
            part = []
    if part:
        yield part


class _Groups:
    """Rows that hang together by keys, also over third ones."""

    def __init__(self) -> None:
        self.first: dict[int, int] = {}  # row -> an earlier one of its group, or itself
        self.bearer: dict[tuple[str, int], int] = {}
        self.borne: Counter[str] = Counter()

    def add(self, number: int, keys: Iterable[str]) -> None:
        self.first[number] = number
        for key in keys:
            other = self.bearer.setdefault((key, self.borne[key] // LONGEST), number)
            self.borne[key] += 1
            one, other = sorted((self._root(number), self._root(other)))
            self.first[other] = one

    def _root(self, number: int) -> int:
        while (first := self.first[number]) != number:
            self.first[number] = number = self.first[first]
        return number

    def by_first_row(self) -> Iterable[list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for number in self.first:
            found[self._root(number)].append(number)
        return found.values()


def slices(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """So many at a time, whatever belongs together."""
    rest = iter(rows)
    while part := list(islice(rest, size)):
        yield part


def make(roster: Roster, parts: Iterable[RosterPart]) -> None:
    """Lay out these parts, the first of the file first. The caller holds the list."""
    RosterPart.objects.bulk_create(parts, batch_size=200)


def take(roster_pk: int, *, passed: int = 0) -> RosterPart | None:
    """A part that nobody does, held to the end of the caller's transaction. The first `passed` of them come last: a
    worker died in one of them."""
    rows = RosterPart.objects.filter(roster=roster_pk).select_for_update(skip_locked=True, of=("self",))
    if not passed:
        return rows.first()
    ids = deque(RosterPart.objects.filter(roster=roster_pk).order_by("pk").values_list("pk", flat=True))
    ids.rotate(-passed)
    held = (rows.filter(pk=pk).first() for pk in ids)
    return next((part for part in held if part is not None), None)


def are_left(roster_pk: int) -> bool:
    return RosterPart.objects.filter(roster=roster_pk).exists()


def done(part: RosterPart, left: Collection[int] = ()) -> None:
    """The part is done but for these rows."""
    if left:
        part.rows = sorted(left)
        part.save()
    else:
        part.delete()


def forget(roster_pk: int) -> None:
    """Whatever parts are left; waits for those who do one."""
    RosterPart.objects.filter(roster=roster_pk).delete()


def rows_left(roster_pk: int) -> int:
    many = Func("rows", function="cardinality", output_field=IntegerField())
    return RosterPart.objects.filter(roster=roster_pk).order_by().aggregate(rows=Sum(many))["rows"] or 0
