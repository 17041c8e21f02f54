"""The whole register at once: the same pairs as one by one, frequencies, parked keys, and a worker killed between."""

import pytest

from registry.duplicates import everything, index
from registry.duplicates.everything import RanAway, search_everything
from registry.duplicates.review import decide
from registry.duplicates.search import search_due
from registry.matching.keys import hashed
from registry.models import DuplicatePair, MatchBusyKey, MatchFrequency, MatchModel, MatchProfile, PairState, Resident
from tests.factories import IdentityNumberFactory, RelationFactory, ResidentFactory

pytestmark = pytest.mark.django_db

NAMES = ["Nguyễn Thị Mẫu Lan", "NGUYEN THI MAU LAN", "Trần Văn Hùng", "Trần Văn Hưng", "Lê Thị Hoà", "Lê Thị Hòa"]


@pytest.fixture
def people(commune, other_commune) -> list[Resident]:
    made = [
        ResidentFactory(
            commune=(commune, other_commune)[at % 2], full_name=name, phone=f"09123456{at:02d}", home_town="",
            birth_day=1 + at // 2 * 3, matching_due=True,
        )
        for at, name in enumerate(NAMES * 3)
    ]  # fmt: skip
    for at, person in enumerate(made):
        if at % 3:
            IdentityNumberFactory(resident=person, number=f"0011900{at // 4:05d}", is_active=False)
        RelationFactory(resident=person, kind="mother", name=f"Lê Thị {'Mẫu' if at % 2 else 'Mau'}")
    return made


def stored() -> list[tuple]:
    rows = DuplicatePair.objects.order_by("left", "right")
    shown = ("left_id", "right_id", "state", "kind", "score", "lines", "sentence")
    return [tuple(getattr(pair, name) for name in shown) for pair in rows]


def test_it_finds_what_the_sweep_finds_and_says_the_same_of_it(people):
    search_everything()  # counts the frequencies that both use
    first = stored()
    assert len(first) > 5
    DuplicatePair.objects.all().delete()
    while search_due():
        pass
    assert stored() == first


def test_twice_changes_nothing(people):
    search_everything()
    first, events = stored(), DuplicatePair.pgh_event_model.objects.count()
    assert search_everything().written == 0
    assert (stored(), DuplicatePair.pgh_event_model.objects.count()) == (first, events)


def test_what_more_than_two_bear_is_counted(people):
    outcome = search_everything()
    assert outcome.residents == len(people) == MatchProfile.objects.count()
    assert MatchModel.objects.get(is_current=True).residents == len(people)
    assert MatchFrequency.objects.get(field="bare_name", value=hashed("tran van hung")).count == 6
    assert not MatchFrequency.objects.filter(count__lte=2).exists()


def test_a_decision_holds(people, chief):
    search_everything()
    pair = DuplicatePair.objects.order_by("-score").first()
    decide(pair, "different", by=chief, note="Hai người")
    search_everything()
    pair.refresh_from_db()
    assert pair.state == PairState.DIFFERENT


def test_what_no_longer_resembles_is_gone(people):
    search_everything()
    pair = DuplicatePair.objects.order_by("-score").first()
    Resident.objects.filter(pk=pair.left_id).update(full_name="Vàng A Páo", birth_year=1950, sex=1)
    pair.left.numbers.all().delete()
    pair.left.relations.all().delete()
    index.refresh([pair.left_id])
    search_everything()
    pair.refresh_from_db()
    assert pair.state == PairState.GONE


def test_who_changes_meanwhile_is_left_to_the_sweep(people, monkeypatch):
    real = everything._write

    def change_first(*args, **kwargs):
        people[0].relations.all().delete()
        Resident.objects.filter(pk=people[0].pk).update(full_name="Vàng A Páo", birth_year=1950, sex=1, phone="",
                                                        matching_due=True)  # fmt: skip
        index.refresh([people[0].pk])
        return real(*args, **kwargs)

    monkeypatch.setattr(everything, "_write", change_first)
    search_everything()
    first = DuplicatePair.objects.filter(left=people[0])
    assert DuplicatePair.objects.exists()
    # Pairs are written with the others, who have not changed; the sweep, which the mark calls, ends them.
    while search_due():
        pass
    assert not first.waiting().exists()


def test_a_worker_that_died_is_taken_over(people, monkeypatch):
    monkeypatch.setattr(everything, "RESIDENTS_AT_ONCE", 5)
    reached = []

    def die(done: int, total: int, last: int) -> None:
        reached.append(last)
        if len(reached) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search_everything(progress=die)
    half = len(stored())
    search_everything(after=reached[-1])
    whole = stored()
    assert 0 < half < len(whole)
    DuplicatePair.objects.all().delete()
    search_everything()
    assert [row[:2] for row in stored()] == [row[:2] for row in whole]


def test_far_too_many_pairs_write_nothing(people, monkeypatch):
    monkeypatch.setattr(everything, "MOST_PAIRS", 0.0)
    monkeypatch.setattr(everything, "FEW_PAIRS", 1)
    with pytest.raises(RanAway):
        search_everything()
    assert not DuplicatePair.objects.exists()


def test_keys_that_are_too_common_are_kept_and_forgotten(people, monkeypatch):
    from registry.matching.batch import blocks

    monkeypatch.setattr(everything, "CAP", 2)
    assert search_everything().parked > 0
    assert MatchBusyKey.objects.filter(kind="words + line").exists() or MatchBusyKey.objects.exists()
    monkeypatch.setattr(everything, "CAP", blocks.CAP)
    assert search_everything().parked == 0
    assert not MatchBusyKey.objects.exists()
