"""The date of birth: known to the day, the month or the year, and 1 January often means "only the year is known"."""

from __future__ import annotations

from typing import Final

from rapidfuzz.distance import OSA

from registry.matching.compare.level import Field, Level, always, both_know
from registry.matching.record import Record


def exact(one: str, other: str) -> bool:
    """Both known to the day, the same day."""
    return len(one) == 10 and one == other and not _is_new_year(one)


def exact_new_year(one: str, other: str) -> bool:
    """Both 1 January of one year: whom it is true of, and whom it was typed for."""
    return one == other and _is_new_year(one)


def same_year_day_unknown(one: str, other: str) -> bool:
    """The same year, and one side knows no more (or only 1 January); a month known on both sides must agree."""
    if one[:4] != other[:4] or not (_is_vague(one) or _is_vague(other)):
        return False
    return len(one) == 4 or len(other) == 4 or one[4:7] == other[4:7] or _is_new_year(one) or _is_new_year(other)


def swapped(one: str, other: str) -> bool:
    """Day and month changed places: 05/03, 03/05."""
    return _full(one, other) and one[:4] == other[:4] and one[5:7] == other[8:] and one[8:] == other[5:7]


def same_year_near(one: str, other: str) -> bool:
    """The same year, and the day or the month too."""
    return _full(one, other) and one[:4] == other[:4] and (one[5:7] == other[5:7] or one[8:] == other[8:])


def same_day_other_year(one: str, other: str) -> bool:
    """The same day and month, the year off by one, two or ten: 1979, 1989."""
    return _full(one, other) and one[4:] == other[4:] and _years_apart(one, other) in (1, 2, 10)


def one_digit(one: str, other: str) -> bool:
    """One digit wrong, or two neighbours swapped: 1968, 1986."""
    return _full(one, other) and OSA.distance(one, other, score_cutoff=1) <= 1


def same_year(one: str, other: str) -> bool:
    """Only the year."""
    return one[:4] == other[:4]


def near_year(one: str, other: str) -> bool:
    """One or two years apart."""
    return _years_apart(one, other) <= 2


def same_generation(one: str, other: str) -> bool:
    """Up to fifteen years apart: brothers and sisters, man and wife."""
    return _years_apart(one, other) <= 15


def _full(one: str, other: str) -> bool:
    return len(one) == 10 and len(other) == 10


def _is_new_year(born: str) -> bool:
    return born[4:] == "-01-01"


def _is_vague(born: str) -> bool:
    return len(born) < 10 or _is_new_year(born)


def _years_apart(one: str, other: str) -> int:
    return abs(int(one[:4]) - int(other[:4]))


def _of(holds):
    return lambda one, other: holds(one.birth, other.birth)


BIRTH: Final = Field(
    "birth",
    both_know("birth"),
    (
        Level("exact", _of(exact)),
        Level("exact_new_year", _of(exact_new_year)),
        Level("same_year_day_unknown", _of(same_year_day_unknown)),
        Level("swapped", _of(swapped)),
        Level("same_year_near", _of(same_year_near)),
        Level("same_day_other_year", _of(same_day_other_year)),
        Level("one_digit", _of(one_digit)),
        Level("same_year", _of(same_year)),
        Level("near_year", _of(near_year)),
        Level("same_generation", _of(same_generation)),
        Level("other", always),
    ),
)


def same_sex(one: Record, other: Record) -> bool:
    return one.sex == other.sex


SEX: Final = Field("sex", both_know("sex"), (Level("same", same_sex), Level("other", always)))
