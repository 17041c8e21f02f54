"""The levels of birth and sex."""

import pytest

from tests.registry.matching.compare import NOT_KNOWN, Pair, level_of

PAIRS = [
    Pair("exact", "1990-05-03", "3/5/1990", "one day, written two ways"),
    Pair("same_year_near", "1990-05-03", "1990-05-13", "one digit of the day", misses="exact"),
    Pair("exact_new_year", "1960-01-01", "01/01/1960", "true of some, typed for many"),
    Pair("exact", "1960-01-02", "1960-01-02", "2 January was typed because it is true", misses="exact_new_year"),
    Pair("same_year_day_unknown", "1948", "1948-07-12", "the old papers give the year"),
    Pair("same_year_day_unknown", "1948-01-01", "1948-07-12", "1 January stands for the year"),
    Pair("same_year_day_unknown", "1966-07", "1966-07-12", "month and year"),
    Pair("same_year_day_unknown", "1966", "1966", "both know the year alone"),
    Pair("same_year", "1966-08", "1966-07-12", "the months differ", misses="same_year_day_unknown"),
    Pair("swapped", "1990-05-03", "1990-03-05", "day and month changed places"),
    Pair("same_year_near", "1990-05-13", "1990-03-13", "13 is no month", misses="swapped"),
    Pair("same_year_near", "1990-05-03", "1990-05-30", "the month agrees"),
    Pair("same_year_near", "1990-05-03", "1990-11-03", "the day agrees"),
    Pair("same_year", "1990-05-03", "1990-11-20", "neither agrees", misses="same_year_near"),
    Pair("same_day_other_year", "1979-05-03", "1989-05-03", "ten years off"),
    Pair("same_day_other_year", "1989-05-03", "1990-05-03", "a year off, as the lunar calendar makes it"),
    Pair("same_generation", "1985-05-03", "1990-05-03", "a birthday shared", misses="same_day_other_year"),
    Pair("one_digit", "1968-05-03", "1986-05-03", "two neighbours changed places"),
    Pair("one_digit", "1960-05-03", "1930-05-03", "one digit of the year, neither one, two nor ten years"),
    Pair("other", "1968-05-03", "1986-05-04", "two digits", misses="one_digit"),
    Pair("same_year", "1990-05-03", "1990-11-20", "only the year"),
    Pair("near_year", "1990-05-03", "1991-11-20", "not even the year", misses="same_year"),
    Pair("near_year", "1990-05-03", "1992-11-20", "two years apart"),
    Pair("same_generation", "1990-05-03", "1993-11-20", "three years apart", misses="near_year"),
    Pair("same_generation", "1990", "2005-11-20", "fifteen years apart"),
    Pair("other", "1990", "2006-11-20", "sixteen years apart", misses="same_generation"),
    Pair("other", "1960-02-01", "1990-11-20", "parent and child"),
    Pair("same_generation", "1975-02-01", "1990-11-20", "fifteen calendar years, whatever the day", misses="other"),
    Pair(NOT_KNOWN, "01/01/1900", "1990-11-20", "the zero of spreadsheets", misses="other"),
]  # fmt: skip
SEX_PAIRS = [
    Pair("same", "M", "Nam", "one word, two alphabets"),
    Pair("same", "2", "Nữ", "code and word"),
    Pair("other", "Nam", "Nữ", "a man and a woman"),
    Pair("other", "F", "M", "a man and a woman", misses="same"),
    Pair("same", "nữ", "NU", "typed without its accent", misses="other"),
    Pair(NOT_KNOWN, "", "Nữ", "nothing typed", misses="other"),
    Pair(NOT_KNOWN, "x", "Nữ", "no sex", misses="other"),
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.one}-{pair.other}")
def test_two_births_stand_on_their_level(pair):
    assert level_of("birth", pair.one, pair.other) == pair.level, pair.why


@pytest.mark.parametrize("pair", SEX_PAIRS, ids=lambda pair: f"{pair.one}-{pair.other}")
def test_two_sexes_stand_on_their_level(pair):
    assert level_of("sex", pair.one, pair.other) == pair.level, pair.why
