"""The score of one pair: whole numbers, the same from either side and in any order of fields."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.matching.generate import generate
from registry.matching import score as scoring
from registry.matching.fields import FIELDS
from registry.matching.keys import hashed
from registry.matching.model import SAME, STRANGERS, shipped
from registry.matching.normalise import RAW_COLUMNS, normalise
from registry.matching.rarity import Counted
from registry.matching.score import is_worth_a_look, kind_of, score

LAN = {
    "full_name": "Trần Thị Lan", "birth_date": "1990-05-03", "sex": "F", "personal_number": "079190001234",
    "mother_name": "Phạm Thị Hòa", "father_name": "Trần Văn Nam", "commune_code": "00001", "address": "Số 9, Thôn 3",
    "home_town": "Đồng Tiến, Hưng Yên",
}  # fmt: skip
NOTHING_COUNTED = Counted(30_000, {})


def _score(one, other, frequencies=NOTHING_COUNTED):
    return score(normalise(one), normalise(other), shipped(), frequencies)


@pytest.fixture(scope="module")
def records():
    people, _ = generate(600, 5, "dirty")
    return [normalise(row) for row in people.fill_null("").to_dicts()]


def test_one_person_written_twice_is_one_person():
    found = _score(LAN, LAN | {"full_name": "Tran Thi Lan", "birth_date": "3/5/1990"})
    assert found.kind == "M"
    assert found.bits >= shipped().certain


def test_twins_are_a_family():
    twin = {"full_name": "Trần Thị Liên", "personal_number": "079190001235"}
    found = _score(LAN, LAN | twin)
    assert (found.kind, found.rival) == ("F", "twins")
    assert found.bits < 0


def test_two_who_share_a_name_and_nothing_else_are_strangers():
    other = {
        "full_name": "Trần Thị Lan", "birth_date": "1961-11-20", "mother_name": "Lê Thị Sen", "father_name": "Trần Hữu",
        "personal_number": "001161007788", "commune_code": "09087", "home_town": "Bắc Ninh",
    }  # fmt: skip
    assert _score(LAN, LAN | other).kind == "U"


def test_a_rare_name_says_more_than_a_common_one():
    one, other = {"full_name": "Khổng Mị Nhiên"}, {"full_name": "Nguyễn Văn Hùng"}
    common = normalise(other)
    counted = Counted(30_000, {("name", hashed(common.name)): 400, ("given", hashed("hung")): 900})
    assert _score(one, one, counted).bits > _score(other, other, counted).bits


def test_nothing_known_is_nothing_said():
    found = _score({"full_name": "Lê An"}, {"full_name": "", "sex": "M"})
    assert found.lines == ()
    assert found.kind == "U"


def test_whole_numbers_and_lines_that_sum_up(records):
    model, generator = shipped(), random.Random(3)
    for _ in range(2_000):
        one, other = generator.sample(records, 2)
        found = score(one, other, model, NOTHING_COUNTED)
        assert type(found.bits) is int
        assert all(type(bits) is int for _, _, bits in found.lines)
        shown = scoring.measured_against(found.rival)
        prior = model.prior(SAME, 30_000) - (0 if shown == STRANGERS else model.prior(shown, 30_000))
        if shown == found.rival:
            assert prior + sum(bits for _, _, bits in found.lines) == found.bits


def test_the_order_of_the_fields_does_not_matter(records, monkeypatch):
    pairs = [tuple(random.Random(seed).sample(records, 2)) for seed in range(300)]
    before = [score(*pair, shipped(), NOTHING_COUNTED) for pair in pairs]
    turned = tuple(reversed(FIELDS))
    monkeypatch.setattr(scoring, "FIELDS", turned)
    monkeypatch.setattr(scoring, "levels_of", lambda one, other: tuple(field.level(one, other) for field in turned))
    after = [score(*pair, shipped(), NOTHING_COUNTED) for pair in pairs]
    assert [one.bits for one in before] == [one.bits for one in after]
    assert [set(one.lines) for one in before] == [set(one.lines) for one in after]


ROWS = st.fixed_dictionaries({}, optional=dict.fromkeys(RAW_COLUMNS, st.text(max_size=15)))


@settings(deadline=None)
@given(one=ROWS, other=ROWS)
def test_the_score_is_the_same_from_either_side(one, other):
    assert _score(one, other) == _score(other, one)


def test_the_sign_tells_a_person_and_the_rival_a_family():
    assert [kind_of(0, "twins"), kind_of(-1, "siblings"), kind_of(-1, "neighbours"), kind_of(-1, STRANGERS)] == list(
        "MFUU"
    )


def test_one_number_on_two_records_is_always_worth_a_look():
    other = {"full_name": "Lê Văn Hùng", "sex": "M", "birth_date": "1961-11-20", "personal_number": "079190001234"}
    found = _score(LAN, other)
    assert found.bits < 0
    assert is_worth_a_look(found, 0)
    assert not is_worth_a_look(_score(LAN, other | {"personal_number": ""}), 0)
