"""Dates of birth and sex: compare/birth.py over columns of years, months and days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from registry.matching.batch.columns import Flags, Longs
from registry.matching.batch.levels.distances import one_slip
from registry.matching.batch.levels.ladder import Ladder, Levels, among
from registry.matching.batch.register import Register
from registry.matching.compare.level import Field


def birth_levels(register: Register, field: Field, left: Longs, right: Longs) -> Levels:
    one, other = _dates(register, left), _dates(register, right)
    same_year, same_month, same_day = one.year == other.year, one.month == other.month, one.day == other.day
    full = one.is_full & other.is_full
    either_new_year = one.is_new_year | other.is_new_year
    vague = ~full | either_new_year
    month_unknown = (one.month < 0) | (other.month < 0)
    apart = np.abs(one.year - other.year)
    ladder = Ladder(field, (one.year >= 0) & (other.year >= 0))
    ladder.take("exact", full & same_year & same_month & same_day & ~one.is_new_year)
    ladder.take("exact_new_year", same_year & one.is_new_year & other.is_new_year)
    ladder.take("same_year_day_unknown", same_year & vague & (month_unknown | same_month | either_new_year))
    ladder.take("swapped", full & same_year & (one.month == other.day) & (one.day == other.month))
    ladder.take("same_year_near", full & same_year & (same_month | same_day))
    ladder.take("same_day_other_year", full & same_month & same_day & ((apart == 1) | (apart == 2) | (apart == 10)))
    ladder.take_some("one_digit", lambda at: _one_digit(register, full, left, right, at))
    ladder.take("same_year", same_year)
    ladder.take("near_year", apart <= 2)
    ladder.take("same_generation", apart <= 15)
    return ladder.done()


def _one_digit(register: Register, full: Flags, left: Longs, right: Longs, at: Longs) -> Flags:
    birth = register.column("birth")
    one, other = birth.codes[left[at]], birth.codes[right[at]]
    return among(full[at], lambda near: one_slip(birth.texts, birth.letters, one[near], other[near]))


@dataclass(frozen=True)
class _Dates:
    """Parts of the dates of some records, -1 where not known."""

    year: npt.NDArray[np.int16]
    month: npt.NDArray[np.int8]
    day: npt.NDArray[np.int8]
    is_full: Flags
    is_new_year: Flags


def _dates(register: Register, places: Longs) -> _Dates:
    codes = register.column("birth").codes[places]
    years, months, days = register.days
    month, day = months[codes], days[codes]
    return _Dates(years[codes], month, day, day >= 0, (month == 1) & (day == 1))


def sex_levels(register: Register, field: Field, left: Longs, right: Longs) -> Levels:
    codes = register.column("sex").codes
    one, other = codes[left], codes[right]
    ladder = Ladder(field, (one >= 0) & (other >= 0))
    ladder.take("same", one == other)
    return ladder.done()
