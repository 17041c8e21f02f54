"""The full name. Writings differ by accents, dropped words, dialect and slips; people differ by their given name."""

from __future__ import annotations

from typing import Final

from rapidfuzz.distance import OSA

from registry.matching.compare.level import Field, Level, always, both_know
from registry.matching.text import Name, is_word, read_name, reading, sound, southern, stands_for

LEAST_LETTERS: Final = 6
"""Below so many letters two slips make another name."""


def exact(one: Name, other: Name) -> bool:
    """Letter for letter, with accents: Nguyễn Văn Hùng, NGUYỄN VĂN HÙNG."""
    return one.written == other.written and not one.is_plain


def without_accents(one: Name, other: Name) -> bool:
    """The same letters, one side typed without any accent, which says nothing of the accents."""
    return one.bare == other.bare and (one.is_plain or other.is_plain)


def same_given_accents(one: Name, other: Name) -> bool:
    """The same letters and the same given name; accents differ elsewhere: Đặng / Đăng Văn Hùng."""
    return one.bare == other.bare and one.given == other.given


def hoi_for_nga(one: Name, other: Name) -> bool:
    """Differ only by hỏi for ngã, which half of the country does not hear: Dũng, Dủng."""
    return one.bare == other.bare and tuple(map(southern, one.syllables)) == tuple(map(southern, other.syllables))


def other_given_accents(one: Name, other: Name) -> bool:
    """The same letters, the given name bears other accents: Hùng and Hưng are two people more often than one."""
    return one.bare == other.bare


def contained(one: Name, other: Name) -> bool:
    """A word left out or cut short, surname and given name kept: Nguyễn Thị Thu Hà, Nguyễn Thị Hà, Ng. Thị Thu Hà."""
    few, many = sorted((one.syllables, other.syllables), key=len)
    if len(few) < 2 or not stands_for(few[0], many[0]) or not stands_for(few[-1], many[-1]):
        return False
    if len(few) == len(many):
        return all(map(stands_for, few, many))
    return all(any(stands_for(short, long) for long in many) for short in few)


def other_order(one: Name, other: Name) -> bool:
    """The same words in another order: Lan Nguyễn Thị."""
    return sorted(one.bares) == sorted(other.bares)


def north_south(one: Name, other: Name) -> bool:
    """One character read in the north and in the south: Hoàng, Huỳnh; legally two names, so a weak sign."""
    return tuple(map(reading, one.syllables)) == tuple(map(reading, other.syllables))


def sounds_alike(one: Name, other: Name) -> bool:
    """Written as a dialect hears it: Trang, Chang; Thắng, Thắn."""
    return tuple(map(sound, one.syllables)) == tuple(map(sound, other.syllables))


def slip(one: Name, other: Name) -> bool:
    """One letter too many, missing, wrong or two swapped, not in the given name."""
    return one.bares[-1] == other.bares[-1] and _slips(one, other) <= 1


def slip_to_no_word(one: Name, other: Name) -> bool:
    """One letter, in the given name, and only one side is a Vietnamese syllable: Liên, Lmên is nobody's sister."""
    return is_word(one.given) != is_word(other.given) and _slips(one, other) <= 1


def slip_in_given(one: Name, other: Name) -> bool:
    """One letter, in the given name: Hoa, Hoan may be sisters."""
    return _slips(one, other) <= 1


def two_slips(one: Name, other: Name) -> bool:
    """Two letters, the given name the same."""
    return (
        one.bares[-1] == other.bares[-1]
        and min(len(one.bare), len(other.bare)) >= LEAST_LETTERS
        and _slips(one, other) <= 2
    )


def other_given(one: Name, other: Name) -> bool:
    """All the same but the given name: brothers and sisters, Trần Thị Lan, Trần Thị Hoa."""
    return len(one.bares) > 2 and one.bares[:-1] == other.bares[:-1]


def surname_and_given(one: Name, other: Name) -> bool:
    """Trần Thị Lan, Trần Ngọc Lan."""
    return min(len(one.bares), len(other.bares)) > 1 and one.bares[0] == other.bares[0] and _same_given(one, other)


def given(one: Name, other: Name) -> bool:
    """Only the given name: after a legal change of the surname, or by chance."""
    return _same_given(one, other)


def surname(one: Name, other: Name) -> bool:
    """Only the surname: a third of the country, and every brother."""
    return one.bares[0] == other.bares[0]


def _same_given(one: Name, other: Name) -> bool:
    return one.bares[-1] == other.bares[-1]


def _slips(one: Name, other: Name) -> int:
    return OSA.distance(one.bare, other.bare, score_cutoff=2)


def _of(holds):
    return lambda one, other: holds(read_name(one.name), read_name(other.name))


NAME: Final = Field(
    "name",
    both_know("name"),
    (
        Level("exact", _of(exact), rarity="name"),
        Level("without_accents", _of(without_accents), rarity="bare_name"),
        Level("same_given_accents", _of(same_given_accents), rarity="bare_name"),
        Level("hoi_for_nga", _of(hoi_for_nga), rarity="bare_name"),
        Level("other_given_accents", _of(other_given_accents), rarity="bare_name"),
        Level("contained", _of(contained), rarity="given"),
        Level("other_order", _of(other_order)),
        Level("north_south", _of(north_south)),
        Level("sounds_alike", _of(sounds_alike)),
        Level("slip", _of(slip), rarity="given"),
        Level("slip_to_no_word", _of(slip_to_no_word)),
        Level("slip_in_given", _of(slip_in_given)),
        Level("two_slips", _of(two_slips), rarity="given"),
        Level("other_given", _of(other_given)),
        Level("surname_and_given", _of(surname_and_given), rarity="given"),
        Level("given", _of(given), rarity="given"),
        Level("surname", _of(surname)),
        Level("none", always),
    ),
)
