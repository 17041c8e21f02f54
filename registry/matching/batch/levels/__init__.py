"""The levels of many pairs at once: compare/*.py over columns. One function a field, each answering level numbers.

tests/registry/matching/test_same_integers.py holds both to one answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from registry.matching.batch.columns import Longs
from registry.matching.batch.levels.births import birth_levels, sex_levels
from registry.matching.batch.levels.ladder import Levels
from registry.matching.batch.levels.names import name_levels, parent_levels
from registry.matching.batch.levels.numbers import number_levels
from registry.matching.batch.levels.places import address_levels, home_town_levels
from registry.matching.batch.register import Register
from registry.matching.compare.level import Field
from registry.matching.fields import FIELDS

__all__ = ["Levels", "levels_of_pairs"]

_LEVELS: Final[dict[str, Callable[[Register, Field, Longs, Longs], Levels]]] = {
    "name": name_levels,
    "birth": birth_levels,
    "sex": sex_levels,
    "number": number_levels,
    "cmnd": number_levels,
    "mother": parent_levels,
    "father": parent_levels,
    "address": address_levels,
    "home_town": home_town_levels,
    "phone": number_levels,
}


def levels_of_pairs(register: Register, left: Longs, right: Longs) -> dict[str, Levels]:
    """field -> the level of each pair, UNKNOWN where a side does not know the value."""
    return {field.name: _LEVELS[field.name](register, field, left, right) for field in FIELDS}
