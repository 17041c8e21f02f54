"""Cases are the connected components of pairs that wait, and keep their identity while pairs come and go."""

import datetime as dt
from collections import Counter
from itertools import combinations

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.duplicates.cases import Person, is_a_slip, is_mixed, regroup
from registry.models import DuplicateCase, DuplicatePair, PairState, Resident
from tests.factories import IdentityNumberFactory, PairFactory, ResidentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(commune) -> list[Resident]:
    return [ResidentFactory(commune=commune) for _ in range(7)]


def join(people, left: int, right: int, **fields) -> DuplicatePair:
    return PairFactory(left=people[left], right=people[right], **fields)


def decide(pair, state=PairState.DIFFERENT) -> None:
    DuplicatePair.objects.filter(pk=pair.pk).update(state=state)
    regroup([pair.left_id, pair.right_id])


def case_of(pair) -> DuplicateCase:
    return DuplicatePair.objects.select_related("case").get(pk=pair.pk).case


# --- Identity --------------------------------------------------------------------------------------------------------


def test_pairs_that_hang_together_are_one_case(people):
    chain = [join(people, 0, 1), join(people, 1, 2), join(people, 2, 3)]
    apart = join(people, 4, 5)
    assert len({case_of(pair) for pair in chain}) == 1
    assert case_of(apart) != case_of(chain[0])
    assert (case_of(chain[0]).people, case_of(apart).people) == (4, 2)


def test_a_case_keeps_its_identity_when_it_grows(people):
    first = join(people, 0, 1)
    before = case_of(first).public_id
    join(people, 1, 2)
    assert case_of(first).public_id == before


def test_two_that_grow_together_become_the_older(people):
    older, younger = join(people, 2, 3), join(people, 0, 1)
    oldest, swallowed = case_of(older), case_of(younger)
    join(people, 1, 2)
    assert case_of(younger) == oldest
    swallowed.refresh_from_db()
    assert swallowed.closed_at is not None
    assert DuplicateCase.objects.open().get() == oldest


def test_the_part_with_the_strongest_pair_keeps_the_case(people):
    weak, bridge, strong = join(people, 0, 1, score=100), join(people, 1, 2, score=50), join(people, 2, 3, score=900)
    whole = case_of(strong)
    decide(bridge)
    assert case_of(strong) == whole
    assert case_of(weak) != whole
    assert [case_of(pair).people for pair in (weak, strong)] == [2, 2]
    assert case_of(weak).score == 100


def test_a_case_closes_with_its_last_pair_and_opens_again_when_one_returns(people, officer):
    pair = join(people, 0, 1)
    case = case_of(pair)
    DuplicateCase.objects.update(held_by=officer, held_until=timezone.now())
    decide(pair)
    case.refresh_from_db()
    assert case.closed_at is not None
    assert (case.held_by, case.held_until) == (None, None)
    decide(pair, PairState.SUSPECTED)
    assert case_of(pair) == case
    assert case_of(pair).closed_at is None


def test_a_decided_pair_stays_with_the_case_that_was(people):
    pair = join(people, 0, 1)
    case = case_of(pair)
    decide(pair)
    later = join(people, 1, 2)
    assert case_of(pair) == case
    assert case_of(later) != case


def test_a_case_in_work_is_not_left_for_an_older_closed_one(people):
    old = join(people, 0, 1)
    decide(old)
    new = join(people, 1, 2)
    open_case = case_of(new)
    decide(old, PairState.SUSPECTED)
    assert case_of(old) == case_of(new) == open_case


def test_regrouping_twice_writes_nothing(people, django_assert_num_queries):
    join(people, 0, 1)
    join(people, 1, 2)
    history = DuplicateCase.pgh_event_model.objects.count()
    rows = list(DuplicateCase.objects.values())
    regroup([person.pk for person in people])
    assert list(DuplicateCase.objects.values()) == rows
    assert DuplicateCase.pgh_event_model.objects.count() == history


def test_regrouping_costs_the_same_for_one_pair_and_for_many(commune, django_assert_max_num_queries):
    people = [ResidentFactory(commune=commune) for _ in range(60)]
    DuplicatePair.objects.bulk_create(
        DuplicatePair(left=left, right=right) for left, right in zip(people[::2], people[1::2], strict=True)
    )
    with django_assert_max_num_queries(12):
        regroup([person.pk for person in people])
    assert DuplicateCase.objects.open().count() == 30


# --- What a case says ------------------------------------------------------------------------------------------------


def test_a_case_says_its_best_score_and_since_when(people):
    long_ago = timezone.now() - dt.timedelta(days=40)
    join(people, 0, 1, score=300, kind="F", found_at=long_ago)
    pair = join(people, 1, 2, score=1200)
    case = case_of(pair)
    assert (case.score, case.kind, case.found_at, case.people) == (1200, "M", long_ago, 3)
    decide(pair)
    case = DuplicateCase.objects.open().get()
    assert (case.score, case.kind, case.people) == (300, "F", 2)


def test_several_communes_make_it_cross(people, other_commune):
    assert case_of(join(people, 0, 1)).is_cross is False
    outside = ResidentFactory(commune=other_commune)
    assert case_of(PairFactory(left=people[1], right=outside)).is_cross is True


def test_more_than_five_records_are_for_the_chief(people):
    pairs = [join(people, 0, other) for other in range(1, 6)]
    assert (case_of(pairs[0]).people, case_of(pairs[0]).is_for_chief) == (6, True)
    decide(pairs[0])
    assert (case_of(pairs[1]).people, case_of(pairs[1]).is_for_chief) == (5, False)


def test_a_case_with_two_decided_to_be_two_is_mixed(people):
    apart = join(people, 0, 1)
    join(people, 1, 2)
    decide(apart)
    assert case_of(join(people, 0, 2)).is_mixed is True


def test_two_different_numbers_in_use_make_it_mixed(people):
    IdentityNumberFactory(resident=people[0], number="001190000001")
    IdentityNumberFactory(resident=people[1], number="001190000002")
    IdentityNumberFactory(resident=people[2], number="001190000003", is_active=False)
    assert case_of(join(people, 0, 1)).is_mixed is True
    assert case_of(join(people, 2, 3)).is_mixed is False


LAN = Person(commune=1, sex=2, born=(1990, 5, 21), number="001190000001")


@pytest.mark.parametrize(
    "other, mixed",
    [
        (LAN, False),
        (Person(1, 0, None, ""), False),  # nothing known, nothing against
        (Person(1, 1, None, ""), True),
        (Person(1, 2, None, "001190000002"), True),
        (Person(1, 2, None, "097190000002"), False),  # no such number was ever given
        (Person(1, 2, (1990, 5, 22), ""), False),
        (Person(1, 2, (1991, 6, 22), ""), True),
    ],
)
def test_what_makes_a_case_mixed(other, mixed):
    assert is_mixed([LAN, other]) is mixed


@pytest.mark.parametrize(
    "one, other, slip",
    [
        ((1990, 5, 21), (1990, 5, 21), True),
        ((1990, 5, 21), (1990, 5, 12), True),  # neighbours changed over
        ((1990, 5, 11), (1990, 11, 5), True),  # day and month
        ((1990, 5, 21), (1909, 5, 21), True),
        ((1990, 5, 21), (1980, 5, 21), True),
        ((1990, 5, 21), (1981, 5, 21), False),
        ((1990, 5, 21), (1990, 6, 22), False),
    ],
)
def test_a_slip_of_a_birth_date(one, other, slip):
    assert is_a_slip(one, other) is is_a_slip(other, one) is slip


# --- Against union-find ----------------------------------------------------------------------------------------------

STEP = st.tuples(
    st.lists(st.sampled_from(list(combinations(range(12), 2))), min_size=1, max_size=6),
    st.sampled_from([PairState.SUSPECTED, PairState.ASKED, PairState.SAME, PairState.DIFFERENT, PairState.GONE]),
)


def naive(pairs: set[tuple[int, int]]) -> set[frozenset[int]]:
    groups: list[set[int]] = []
    for pair in pairs:
        joined = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in joined] + [set(pair).union(*joined)]
    return {frozenset(group) for group in groups}


def stored() -> list[frozenset[int]]:
    found = []
    for case in DuplicateCase.objects.open():
        pairs = case.pairs.waiting().values_list("left_id", "right_id")
        found.append(frozenset(person for pair in pairs for person in pair))
    return found


@given(st.lists(STEP, min_size=1, max_size=8))
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_cases_are_what_union_find_says_whatever_happens_to_pairs(commune, steps):
    DuplicatePair.objects.all().delete()
    DuplicateCase.objects.all().delete()
    Resident.objects.all().delete()
    people = Resident.objects.bulk_create(
        Resident(commune=commune, full_name=f"Nguyễn {place}", scan_due=False, matching_due=False)
        for place in range(12)
    )
    for pairs, state in steps:
        for left, right in set(pairs):
            DuplicatePair.objects.update_or_create(left=people[left], right=people[right], defaults={"state": state})
        regroup({people[place].pk for pair in pairs for place in pair})
        waiting = set(DuplicatePair.objects.waiting().values_list("left_id", "right_id"))
        found = stored()
        assert Counter(found) == Counter(naive(waiting))
        assert Counter(map(len, found)) == Counter(DuplicateCase.objects.open().values_list("people", flat=True))
        before = list(DuplicateCase.objects.order_by("pk").values())
        regroup([person.pk for person in people])
        assert list(DuplicateCase.objects.order_by("pk").values()) == before
