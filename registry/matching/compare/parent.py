"""Names of mother and father: written from memory by others, so cut short, unaccented and sometimes swapped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from registry.matching.compare import name as names
from registry.matching.compare.level import Field, Level, always, both_know
from registry.matching.record import Record
from registry.matching.text import Name, read_name


def same_letters(one: Name, other: Name) -> bool:
    """The same letters, other or no accents."""
    return one.bare == other.bare


def alike(one: Name, other: Name) -> bool:
    """A word left out, another order, another dialect, a slip: see name.py."""
    return (
        names.contained(one, other)
        or names.other_order(one, other)
        or names.north_south(one, other)
        or names.sounds_alike(one, other)
        or names.slip_in_given(one, other)
        or names.two_slips(one, other)
    )


def swapped(one: Record, other: Record) -> bool:
    """The mother stands where the father should, or the father where the mother should."""
    if not (one.mother and one.father and other.mother and other.father):
        return False
    return (
        read_name(one.mother).bare == read_name(other.father).bare
        or read_name(one.father).bare == read_name(other.mother).bare
    )


def given(one: Name, other: Name) -> bool:
    """Only the given name: "bà Lan", or another Lan."""
    return one.bares[-1] == other.bares[-1]


def _of(field: str, holds: Callable[[Name, Name], bool]) -> Callable[[Record, Record], bool]:
    at = Record._fields.index(field)
    return lambda one, other: holds(read_name(one[at]), read_name(other[at]))


def _parent(field: str) -> Field:
    return Field(
        field,
        both_know(field),
        (
            Level("exact", _of(field, names.exact), rarity=field),
            Level("same_letters", _of(field, same_letters), rarity=f"bare_{field}"),
            Level("swapped", swapped),
            Level("alike", _of(field, alike), rarity=f"given_{field}"),
            Level("given", _of(field, given), rarity=f"given_{field}"),
            Level("other", always),
        ),
    )


MOTHER: Final = _parent("mother")
FATHER: Final = _parent("father")
