"""The levels of mother and father."""

import pytest

from tests.registry.matching.compare import NOT_KNOWN, Pair, level_of

PAIRS = [
    Pair("exact", "Trần Thị Hòa", "TRẦN THỊ HOÀ", "the tone may stand on either letter"),
    Pair("same_letters", "Trần Thị Hòa", "Tran Thi Hoa", "without accents", misses="exact"),
    Pair("same_letters", "Trần Thị Hòa", "Trần Thị Hoa", "or with others: written from memory"),
    Pair("alike", "Trần Thị Hòa", "Trần Thị Hoàn", "a letter more", misses="same_letters"),
    Pair("alike", "Trần Thị Thu Hòa", "Trần Thị Hòa", "a word left out"),
    Pair("alike", "Trần Thị Hòa", "Hòa Trần Thị", "another order"),
    Pair("alike", "Hoàng Thị Hòa", "Huỳnh Thị Hòa", "another dialect's reading"),
    Pair("alike", "Trần Thị Trang", "Trần Thị Chang", "as a dialect hears it"),
    Pair("given", "Trần Thị Thu Hòa", "Trần Ngọc Hòa", "another middle name is another woman", misses="alike"),
    Pair("given", "Trần Thị Hòa", "Hòa", "bà Hòa"),
    Pair("other", "Trần Thị Hòa", "Trần Thị Lan", "the surname alone says nothing", misses="given"),
    Pair("other", "Trần Thị Hòa", "Nguyễn Thị Sen", "another mother"),
    Pair("given", "Trần Thị Hòa", "Nguyễn Thu Hòa", "not quite", misses="other"),
    Pair(NOT_KNOWN, "không rõ", "Trần Thị Hòa", "not known", misses="other"),
]
_RIGHT = {"mother_name": "Trần Thị Hòa", "father_name": "Lê Văn Nam"}
SWAPPED_PAIRS = [
    Pair("swapped", _RIGHT, {"mother_name": "Lê Văn Nam", "father_name": "Trần Thị Hòa"}, "both in the other's place"),
    Pair("swapped", _RIGHT, {"mother_name": "Lê Văn Nam", "father_name": "Lê Hữu Tạo"}, "one of them is enough"),
    Pair("other", _RIGHT, {"mother_name": "Lê Văn Năng", "father_name": "Trần Thị Sen"}, "neither", misses="swapped"),
]


@pytest.mark.parametrize("field", ["mother", "father"])
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.one}-{pair.other}")
def test_two_parents_stand_on_their_level(field, pair):
    assert level_of(field, pair.one, pair.other) == pair.level, pair.why


@pytest.mark.parametrize("pair", SWAPPED_PAIRS, ids=lambda pair: pair.why)
def test_a_mother_in_the_fathers_place_is_seen_from_both_fields(pair):
    assert level_of("mother", pair.one, pair.other) == pair.level, pair.why
    assert level_of("father", pair.one, pair.other) == pair.level, pair.why
