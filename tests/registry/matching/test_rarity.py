"""How easily strangers agree on a value."""

from hypothesis import given
from hypothesis import strategies as st

from registry.matching import rarity
from registry.matching.fields import FIELDS
from registry.matching.keys import hashed
from registry.matching.rarity import UNCOUNTED, VALUES, Counted, bits, of_pair
from registry.matching.record import Record


def test_the_more_bear_a_value_the_less_it_says():
    assert [bits("name", count, 1024) for count in (2, 3, 5, 17)] == [-1000, -900, -800, -600]
    assert bits("name", 100_000, 1024) == 0  # never for strangers more than certain


def test_a_number_is_one_persons_until_more_bear_it_than_one_is_written_times():
    assert bits("number", 2, 30_000) == bits("number", 4, 30_000) < bits("number", 6, 30_000)
    assert bits("phone", 6, 30_000) < bits("phone", 8, 30_000)


def test_of_two_values_that_do_not_quite_agree_the_commoner_counts():
    counted = Counted(1024, {("given", hashed("lan")): 17})
    one, other = Record("1", name="trân` thi. lan"), Record("2", name="trân` thi. hoang`")
    assert of_pair("given", one, other, counted) == of_pair("given", other, one, counted) == bits("given", 17, 1024)


def test_a_value_that_a_side_does_not_know_has_no_rarity():
    assert of_pair("phone", Record("1"), Record("2", phone="0912345670"), Counted(1024, {})) == 0


def test_what_nobody_counted_is_borne_by_these_two():
    assert Counted(10, {}).count("name", "x") == UNCOUNTED == 2


def test_every_level_names_a_value_that_is_counted():
    named = {level.rarity for field in FIELDS for level in field.levels if level.rarity}
    assert named <= set(VALUES)


@given(value=st.sampled_from(sorted(VALUES)), count=st.integers(0, 10**7), size=st.integers(0, 10**7))
def test_bits_are_whole_never_positive_and_grow_with_the_count(value, count, size):
    assert type(rarity.bits(value, count, size)) is int
    assert rarity.bits(value, count, size) <= rarity.bits(value, count + 1, size) <= 0
