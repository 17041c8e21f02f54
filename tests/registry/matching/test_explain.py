"""Sentences an officer reads: the strongest signs, for and against, and what else it may be."""

import pytest

from registry.matching import explain
from registry.matching.fields import FIELDS
from registry.matching.score import Score


def test_what_speaks_for_stands_before_what_speaks_against_each_the_strongest_first():
    lines = (("name", "other_given_accents", -300), ("mother", "exact", 700), ("cmnd", "equal", 1200))
    said = explain.sentence(Score(1600, "M", lines, "strangers"))
    assert said == "Cùng số CMND, cùng mẹ; nhưng khác dấu ở tên."


@pytest.mark.parametrize(
    ("rival", "ending"),
    [
        ("twins", "Có thể là sinh đôi."),
        ("siblings", "Có thể là anh chị em."),
        ("generations", "Có thể là cha con, mẹ con hoặc người cùng nhà."),
        ("", "Có thể là người trong nhà."),
    ],
)
def test_a_family_is_named(rival, ending):
    lines = (("birth", "exact", 300), ("name", "other_given", -900))
    said = explain.sentence_of("F", lines, rival=rival)
    assert said == f"Cùng ngày sinh; nhưng cùng họ và đệm, khác tên. {ending}"
    assert explain.sentence_of("U", lines, rival=rival) == "Cùng ngày sinh; nhưng cùng họ và đệm, khác tên."


def test_only_what_speaks_against_begins_the_sentence_too():
    assert explain.sentence_of("U", [("sex", "other", -500)]) == "Khác giới tính."
    assert explain.sentence_of("U", []) == ""


def test_what_says_next_to_nothing_is_left_out_unless_there_is_nothing_else():
    weak = ("sex", "same", 3)
    assert explain.sentence_of("M", [weak, ("mother", "exact", 700)]) == "Cùng mẹ."
    assert explain.sentence_of("M", [weak]) == "Cùng giới tính."


def test_no_more_than_four_signs_are_named_on_either_side():
    lines = [(field.name, field.names()[0], 100 + place) for place, field in enumerate(FIELDS)]
    assert explain.sentence_of("M", lines).count(",") == explain.MOST_NAMED - 1 == 3


def test_a_mother_and_father_who_changed_places_are_named_once():
    lines = [("mother", "swapped", 400), ("father", "swapped", 390)]
    assert explain.sentence_of("M", lines) == "Tên cha, mẹ đổi chỗ."


@pytest.mark.parametrize(
    ("bits", "word"), [(1200, "rất mạnh"), (-800, "rất mạnh"), (400, "mạnh"), (-150, "vừa"), (0, "nhẹ")]
)
def test_strength_is_told_in_words(bits, word):
    assert explain.strength(bits) == word


def test_lines_stand_in_the_order_of_their_strength_and_then_of_the_fields():
    lines = [("phone", "equal", 100), ("name", "exact", -100), ("birth", "exact", 300)]
    assert explain.in_order(lines) == [("birth", "exact", 300), ("name", "exact", -100), ("phone", "equal", 100)]


def test_every_field_has_a_title_and_a_foreign_level_is_refused():
    assert set(explain.TITLES) == {field.name for field in FIELDS}
    with pytest.raises(KeyError):
        explain.words("name", "vanished")
