"""A level: one way in which two known values of a field can agree or differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from registry.matching.record import Record


@dataclass(frozen=True)
class Level:
    """`holds` answers for two records of which both know the field. `rarity` names the value whose frequency tells how
    easily strangers agree on it ("" when it does not depend on the value)."""

    name: str
    holds: Callable[[Record, Record], bool]
    rarity: str = ""


@dataclass(frozen=True)
class Field:
    """Levels in the order in which they are tried; the last one holds always."""

    name: str
    is_known: Callable[[Record, Record], bool]
    levels: tuple[Level, ...]

    def level(self, one: Record, other: Record) -> int:
        """The place of the first level that holds, -1 when a side does not know the value."""
        if not self.is_known(one, other):
            return UNKNOWN
        for place, level in enumerate(self.levels):
            if level.holds(one, other):
                return place
        raise AssertionError(f"the last level of {self.name} must hold always")

    def names(self) -> list[str]:
        return [level.name for level in self.levels]


UNKNOWN: Final = -1


def always(one: Record, other: Record) -> bool:
    """Nothing in common that would say something."""
    return True


def both_know(field: str) -> Callable[[Record, Record], bool]:
    at = Record._fields.index(field)
    return lambda one, other: bool(one[at]) and bool(other[at])
