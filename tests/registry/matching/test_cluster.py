"""From pairs to people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.matching.cluster import MOST_PEOPLE, Cluster, clusters, components, conflict
from registry.matching.record import Record


def test_what_hangs_together_is_one_group():
    assert components([(3, 1), (1, 7), (4, 5)]) == [(1, 3, 7), (4, 5)]
    assert components([]) == []


def test_a_pair_decided_to_be_two_people_does_not_join_but_others_may():
    assert components([(1, 2), (3, 4)], never=[(2, 1)]) == [(3, 4)]
    assert components([(1, 2), (1, 3), (2, 3)], never=[(1, 2)]) == [(1, 2, 3)]


PAIRS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)).filter(lambda pair: pair[0] != pair[1]), max_size=40)


@given(pairs=PAIRS, never=PAIRS)
def test_groups_are_those_that_walking_from_one_to_the_next_finds(pairs, never):
    apart = {frozenset(pair) for pair in never}
    edges = [pair for pair in pairs if frozenset(pair) not in apart]
    expected = set()
    for start in {one for pair in edges for one in pair}:
        reached, waiting = {start}, [start]
        while waiting:
            here = waiting.pop()
            for pair in edges:
                if here in pair:
                    new = set(pair) - reached
                    reached |= new
                    waiting += new
        expected.add(tuple(sorted(reached)))
    assert components(pairs, never=never) == sorted(expected)


@given(pairs=PAIRS)
def test_the_order_of_pairs_does_not_matter(pairs):
    assert components(pairs) == components([(two, one) for one, two in reversed(pairs)])


def test_more_than_five_go_to_the_chief():
    assert not Cluster(tuple(range(MOST_PEOPLE))).is_for_chief
    assert Cluster(tuple(range(MOST_PEOPLE + 1))).is_for_chief
    assert MOST_PEOPLE == 5


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"number": "079190001234"}, {"number": "001161007788"}, "number"),
        ({"number": "079190001234 001161007788"}, {"number": "001161007788"}, "number"),  # two in use
        ({"number": "079190001234 001161007788"}, {"number": "079190001234"}, ""),
        ({"number": "079190001234"}, {}, ""),
        ({"sex": "M"}, {"sex": "F"}, "sex"),
        ({"sex": "M"}, {}, ""),
        ({"birth": "1990-05-03"}, {"birth": "1985-11-20"}, "birth"),
        ({"birth": "1990-05-03"}, {"birth": "1990-05-04"}, ""),  # an edit apart
        ({"birth": "1990-05-03"}, {"birth": "1990-03-05"}, ""),  # swapped
        ({"birth": "1990-05-03"}, {"birth": "1985"}, ""),  # a year alone speaks against nothing
        ({"birth": "1990-05-03"}, {"birth": "1985-01-01"}, ""),
        ({"birth": "1990-05-03"}, {"birth": "1985-02-31"}, ""),  # nor does a day that never was
        ({"number": "079190001234", "sex": "M"}, {"number": "001161007788", "sex": "F"}, "number"),
    ],
)
def test_what_speaks_against_one_person(one, other, expected):
    assert conflict([Record("1", **one), Record("2", **other)]) == expected
    assert conflict([Record("2", **other), Record("1", **one)]) == expected


def test_a_cluster_says_what_speaks_against_it():
    records = {1: Record("1", sex="M"), 2: Record("2", sex="F"), 3: Record("3"), 4: Record("4")}
    assert clusters([(1, 2), (3, 4)], records) == [Cluster((1, 2), "sex"), Cluster((3, 4))]
