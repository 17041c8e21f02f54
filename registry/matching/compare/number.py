"""Numbers: the twelve digits, the old nine, the telephone. Equal by chance almost never, so frequency tells junk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rapidfuzz.distance import OSA

from registry.matching.compare.level import Field, Level, always, both_know
from registry.matching.record import Record


def equal(one: str, other: str) -> bool:
    """A number that both bear, in use or retired."""
    return one == other or (" " in one + other and bool(set(one.split()) & set(other.split())))


def next_number(one: str, other: str) -> bool:
    """The same first ten of twelve digits: numbers set one after the other, as those of twins are."""
    return one[:10] == other[:10]


def one_digit(one: str, other: str) -> bool:
    """One digit wrong, missing or too many, or two neighbours swapped, in the numbers in use."""
    return OSA.distance(one.partition(" ")[0], other.partition(" ")[0], score_cutoff=1) <= 1


def same_last_six(one: str, other: str) -> bool:
    """The random part is the same; birth, sex or place were typed wrong in the first six."""
    return one.partition(" ")[0][-6:] == other.partition(" ")[0][-6:]


def _of(field: str, holds: Callable[[str, str], bool]) -> Callable[[Record, Record], bool]:
    at = Record._fields.index(field)
    return lambda one, other: holds(one[at], other[at])


NUMBER: Final = Field(
    "number",
    both_know("number"),
    (
        Level("equal", _of("number", equal), rarity="number"),
        Level("next_number", _of("number", next_number)),
        Level("one_digit", _of("number", one_digit)),
        Level("same_last_six", _of("number", same_last_six)),
        Level("other", always),
    ),
)
CMND: Final = Field(
    "cmnd",
    both_know("cmnd"),
    (
        Level("equal", _of("cmnd", equal), rarity="cmnd"),
        Level("one_digit", _of("cmnd", one_digit)),
        Level("other", always),
    ),
)
PHONE: Final = Field(
    "phone",
    both_know("phone"),
    (
        Level("equal", _of("phone", equal), rarity="phone"),
        Level("one_digit", _of("phone", one_digit)),
        Level("other", always),
    ),
)
