"""No level without an example, a near miss and words: whoever adds one is told here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.matching import explain
from registry.matching.fields import FIELDS, levels_of
from registry.matching.normalise import RAW_COLUMNS, normalise
from tests.registry.matching.compare import test_birth as birth
from tests.registry.matching.compare import test_name as name
from tests.registry.matching.compare import test_number as number
from tests.registry.matching.compare import test_parent as parent
from tests.registry.matching.compare import test_place as place

TABLES = {
    "name": name.PAIRS,
    "birth": birth.PAIRS,
    "sex": birth.SEX_PAIRS,
    "number": number.NUMBER_PAIRS,
    "cmnd": number.CMND_PAIRS,
    "mother": parent.PAIRS + parent.SWAPPED_PAIRS,
    "father": parent.PAIRS + parent.SWAPPED_PAIRS,
    "address": place.ADDRESS_PAIRS,
    "home_town": place.TOWN_PAIRS,
    "phone": number.PHONE_PAIRS,
}
LEVELS = [(field.name, level) for field in FIELDS for level in field.names()]


@pytest.mark.parametrize(("field", "level"), LEVELS)
def test_every_level_has_an_example_and_a_near_miss(field, level):
    assert [pair for pair in TABLES[field] if pair.level == level and not pair.misses], "no pair stands on it"
    assert [pair for pair in TABLES[field] if pair.misses == level and pair.level != level], "nothing nearly does"


@pytest.mark.parametrize(("field", "level"), LEVELS)
def test_every_level_has_words_of_its_own(field, level):
    said = explain.words(field, level)
    assert said
    assert [other for one, other in LEVELS if one == field and explain.words(field, other) == said] == [level]


def test_every_pair_says_why():
    assert all(pair.why for pairs in TABLES.values() for pair in pairs)


ROWS = st.fixed_dictionaries({column: st.text(max_size=20) for column in RAW_COLUMNS})


@given(one=ROWS, other=ROWS)
def test_levels_are_the_same_from_either_side_whatever_was_typed(one, other):
    left, right = normalise(one), normalise(other)
    assert levels_of(left, right) == levels_of(right, left)
