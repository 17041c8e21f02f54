"""Where somebody lives and where the family comes from."""

from __future__ import annotations

from typing import Final

from rapidfuzz.distance import Indel

from registry.matching.compare.level import Field, Level, always, both_know
from registry.matching.record import Record

ALIKE: Final = 0.8
"""Share of letters that two address lines have in common, their words in alphabetical order."""


def same_line(one: Record, other: Record) -> bool:
    """The same words in the same commune: "Số 12, ngõ 5 Trần Phú", "12/5 đường Trần Phú" have the same words."""
    return bool(one.address) and one.address == other.address and not _communes_differ(one, other)


def alike_line(one: Record, other: Record) -> bool:
    """Most of the words, in the same commune."""
    if not one.address or not other.address or _communes_differ(one, other):
        return False
    return Indel.normalized_similarity(one.address, other.address, score_cutoff=ALIKE) >= ALIKE


def same_hamlet(one: Record, other: Record) -> bool:
    """The same thôn, tổ or khu phố of one commune."""
    return bool(one.hamlet) and one.hamlet == other.hamlet and not _communes_differ(one, other)


def same_commune(one: Record, other: Record) -> bool:
    """Only the commune."""
    return bool(one.commune) and one.commune == other.commune


def same_line_elsewhere(one: Record, other: Record) -> bool:
    """The same line, in communes of different names: one of them is an old name."""
    return bool(one.address) and one.address == other.address


def _communes_differ(one: Record, other: Record) -> bool:
    return bool(one.commune) and bool(other.commune) and one.commune != other.commune


def _is_known(one: Record, other: Record) -> bool:
    return (bool(one.commune) and bool(other.commune)) or (bool(one.address) and bool(other.address))


ADDRESS: Final = Field(
    "address",
    _is_known,
    (
        Level("same_line", same_line, rarity="line"),
        Level("alike_line", alike_line, rarity="commune"),
        Level("same_hamlet", same_hamlet, rarity="hamlet"),
        Level("same_commune", same_commune, rarity="commune"),
        Level("same_line_elsewhere", same_line_elsewhere),
        Level("other", always),
    ),
)


def same_town(one: Record, other: Record) -> bool:
    """All parts the same."""
    return one.home_town == other.home_town


def within(one: Record, other: Record) -> bool:
    """One is the other with parts left out: "Hưng Yên", "Đồng Tiến, Hưng Yên"."""
    few, many = sorted((one.home_town.split(","), other.home_town.split(",")), key=len)
    return set(few) == set(many) if len(few) == len(many) else set(few) <= set(many)


def same_province(one: Record, other: Record) -> bool:
    """The last part is the same."""
    return one.home_town.rpartition(",")[2] == other.home_town.rpartition(",")[2]


HOME_TOWN: Final = Field(
    "home_town",
    both_know("home_town"),
    (
        Level("same", same_town, rarity="home_town"),
        Level("within", within, rarity="province"),
        Level("same_province", same_province, rarity="province"),
        Level("other", always),
    ),
)
