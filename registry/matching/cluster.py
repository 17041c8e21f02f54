"""From pairs to people: what hangs together, what must not, and what is too much for one look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from rapidfuzz.distance import OSA

from registry.matching.record import Record

MOST_PEOPLE: Final = 5
"""More records than this go to the chief: a person is rarely written more often."""


@dataclass(frozen=True)
class Cluster:
    """Places of the records, ordered. `conflict` says why they cannot be one person, "" when nothing speaks against."""

    members: tuple[int, ...]
    conflict: str = ""

    @property
    def is_for_chief(self) -> bool:
        return len(self.members) > MOST_PEOPLE


def components(pairs: Iterable[tuple[int, int]], *, never: Iterable[tuple[int, int]] = ()) -> list[tuple[int, ...]]:
    """Groups of places joined by pairs, each ordered, ordered by their first. `never` (pairs an officer decided to be
    two people) do not join by themselves, but others may."""
    apart = {(min(pair), max(pair)) for pair in never}
    parent: dict[int, int] = {}

    def root(one: int) -> int:
        parent.setdefault(one, one)
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for left, right in pairs:
        if (min(left, right), max(left, right)) not in apart:
            one, other = root(left), root(right)
            parent[max(one, other)] = min(one, other)
    groups: dict[int, list[int]] = {}
    for one in sorted(parent):
        groups.setdefault(root(one), []).append(one)
    return sorted(tuple(group) for group in groups.values() if len(group) > 1)


def clusters(pairs: Iterable[tuple[int, int]], records: Mapping[int, Record]) -> list[Cluster]:
    """The components, each with what speaks against its being one person."""
    return [Cluster(group, conflict([records[one] for one in group])) for group in components(pairs)]


def conflict(records: list[Record]) -> str:
    """ "number", "sex" or "birth" when two records of one cluster cannot be one person by it, "" otherwise."""
    if len({record.number.partition(" ")[0] for record in records if record.number}) > 1:
        return "number"
    if len({record.sex for record in records if record.sex}) > 1:
        return "sex"
    births = sorted({record.birth for record in records if _is_day(record.birth)})
    if any(OSA.distance(one, other) > 1 and not _swapped(one, other) for one in births for other in births):
        return "birth"
    return ""


def _is_day(text: str) -> bool:
    """Whether the text is a day of the calendar: no other speaks against anything."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10 and not text.endswith("-01-01")


def _swapped(one: str, other: str) -> bool:
    return one[:4] == other[:4] and one[5:7] == other[8:] and one[8:] == other[5:7]
