"""Everything that is compared, in the order in which columns, tables and explanations list it."""

from __future__ import annotations

from typing import Final

from registry.matching.compare.birth import BIRTH, SEX
from registry.matching.compare.level import Field
from registry.matching.compare.name import NAME
from registry.matching.compare.number import CMND, NUMBER, PHONE
from registry.matching.compare.parent import FATHER, MOTHER
from registry.matching.compare.place import ADDRESS, HOME_TOWN
from registry.matching.record import Record

FIELDS: Final[tuple[Field, ...]] = (NAME, BIRTH, SEX, NUMBER, CMND, MOTHER, FATHER, ADDRESS, HOME_TOWN, PHONE)


def levels_of(one: Record, other: Record) -> tuple[int, ...]:
    """The level of each field, -1 where a side does not know it. Symmetric."""
    return tuple(field.level(one, other) for field in FIELDS)
