"""Who gets which case, for how long, and what happens to one that is put aside."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Setting
from registry.duplicates import queue, review
from registry.duplicates.queue import QueueRefused, cases_open, claim_next, next_pair, release, skip, take
from registry.models import DuplicateCase, PairState
from tests.factories import OfficerFactory, PairFactory, ResidentFactory

pytestmark = pytest.mark.django_db


def case_in(left, right=None, **fields) -> DuplicateCase:
    pair = PairFactory(
        left=ResidentFactory(commune=left), right=ResidentFactory(commune=right or left), **{"score": 500, **fields}
    )
    return pair.case


def test_the_strongest_comes_first_and_then_the_oldest(commune, officer):
    week_ago = timezone.now() - dt.timedelta(days=7)
    new, old = case_in(commune), case_in(commune, found_at=week_ago)
    strong = case_in(commune, score=1500)
    got = []
    for _ in range(3):
        got.append(claim_next(officer))
        review.decide(next_pair(got[-1], officer), "different", by=officer)
    assert got == [strong, old, new]
    assert claim_next(officer) is None


def test_what_one_holds_comes_first(commune, officer):
    case_in(commune, score=1500)
    mine = case_in(commune)
    take(mine, by=officer)
    assert claim_next(officer) == mine


def test_two_officers_get_different_cases(commune, officer, colleague):
    first, second = case_in(commune, score=900), case_in(commune, score=800)
    assert (claim_next(officer), claim_next(colleague)) == (first, second)
    assert claim_next(officer) == first


def test_a_lease_runs_as_long_as_the_office_set_and_then_ends(commune, officer, colleague):
    Setting.objects.create(code="duplicate_lease_minutes", value=40, valid_from=timezone.localdate())
    case = claim_next(officer) or case_in(commune)
    case = claim_next(officer)
    left = case.held_until - timezone.now()
    assert dt.timedelta(minutes=39) < left <= dt.timedelta(minutes=40)
    assert claim_next(colleague) is None
    DuplicateCase.objects.update(held_until=timezone.now() - dt.timedelta(seconds=1))
    assert claim_next(colleague) == case


def test_skipped_cases_come_last_today_and_are_not_lost(commune, officer, colleague):
    first, second = case_in(commune, score=900), case_in(commune, score=800)
    skip(claim_next(officer), by=officer)
    assert claim_next(officer) == second
    assert claim_next(colleague) == first
    release(first, by=colleague)
    skip(second, by=officer)
    assert claim_next(officer) == first  # the one skipped longer ago
    release(first, by=officer)
    first.skips.update(at=timezone.now() - dt.timedelta(days=1))
    second.skips.update(at=timezone.now() - dt.timedelta(days=1))
    assert claim_next(officer) == first


def test_giving_back_frees_only_ones_own(commune, officer, colleague):
    case = case_in(commune)
    claim_next(officer)
    release(case, by=colleague)
    assert claim_next(colleague) is None
    release(case, by=officer)
    assert claim_next(colleague) == case


def test_another_commune_is_never_given(commune, other_commune, officer, supervisor):
    case_in(other_commune)
    assert claim_next(officer) is None
    assert cases_open(supervisor).count() == 1


def test_a_case_of_two_communes_is_only_for_who_may_look_across(commune, other_commune, officer, chief, stranger):
    case = case_in(commune, other_commune)
    assert (claim_next(officer), claim_next(stranger)) == (None, None)
    assert cases_open(officer).count() == 0
    assert claim_next(chief) == case


def test_of_a_mixed_case_an_officer_gets_the_pairs_of_his_own_commune(commune, other_commune, officer, chief):
    case = case_in(commune)
    here = case.pairs.get()
    across = PairFactory(left=here.right, right=ResidentFactory(commune=other_commune), score=2000)
    assert next_pair(claim_next(officer), officer) == here
    assert next_pair(case, chief) == across


def test_cases_for_the_chief_are_given_to_the_chief(commune, officer, chief):
    case = case_in(commune)
    for _ in range(4):
        PairFactory(left=case.pairs.first().left, right=ResidentFactory(commune=commune))
    case.refresh_from_db()
    assert (case.people, case.is_for_chief) == (6, True)
    assert claim_next(officer) is None
    with pytest.raises(QueueRefused, match="trưởng công an xã"):
        take(case, by=officer)
    assert claim_next(chief) == case


def test_who_asked_is_not_asked_himself(commune, officer, colleague):
    case = case_in(commune)
    review.decide(case.pairs.get(), "ask", by=officer, note="Đồng chí Vân biết không?")
    release(case, by=officer)
    assert claim_next(officer) is None
    assert cases_open(officer).count() == 1
    assert claim_next(colleague) == case


def test_taking_a_case_a_colleague_holds_is_refused_with_his_name_and_until_when(commune, officer, colleague):
    case = case_in(commune)
    take(case, by=officer)
    case.refresh_from_db()
    with pytest.raises(QueueRefused) as refused:
        take(case, by=colleague)
    until = timezone.localtime(case.held_until)
    assert str(refused.value) == f"Đồng chí Đại úy Lê Mẫu Hải đang xử lý vụ này, đến {until:%H:%M}."


def test_the_chief_takes_over_and_that_is_written_down(commune, officer, chief):
    case = case_in(commune)
    take(case, by=officer)
    take(case, by=chief)
    case.refresh_from_db()
    assert case.held_by == chief
    line = AuditEvent.objects.get(action="decide")
    assert (line.sentence, line.actor_badge) == ("Nhận lại vụ nghi trùng từ Đại úy Lê Mẫu Hải", chief.badge_number)


def test_a_finished_case_cannot_be_taken(commune, officer):
    case = case_in(commune)
    review.decide(case.pairs.get(), "different", by=officer)
    with pytest.raises(QueueRefused, match="đã xong"):
        take(case, by=officer)


@pytest.mark.django_db(transaction=True)
def test_officers_who_ask_at_once_get_different_cases(commune):
    """Six officers, four cases: four are served, each with a case of his own."""
    officers = OfficerFactory.create_batch(6, unit=commune)
    for _ in range(4):
        case_in(commune)
    barrier, got = threading.Barrier(len(officers)), []

    def ask(officer) -> None:
        try:
            barrier.wait()
            case = claim_next(officer)
            got.append(case and case.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[officer]) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(got) == 6
    assert sorted(filter(None, got)) == sorted(DuplicateCase.objects.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_twenty_officers_decide_everything_once_and_nobody_waits_for_ever(commune):
    """Each works until nothing is left; cases of three records fall apart and close meanwhile."""
    officers = OfficerFactory.create_batch(20, unit=commune)
    for _ in range(15):
        middle = ResidentFactory(commune=commune)
        for _ in range(2):
            PairFactory(left=middle, right=ResidentFactory(commune=commune))
    barrier, faults, decided = threading.Barrier(len(officers)), [], []

    def work(officer) -> None:
        try:
            barrier.wait()
            while case := claim_next(officer):
                while pair := next_pair(case, officer):
                    review.decide(pair, "different", by=officer)
                    decided.append(pair.pk)
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[officer]) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert len(decided) == len(set(decided)) == 30
    assert not DuplicateCase.objects.open().exists()
    assert not DuplicateCase.objects.filter(pairs__state=PairState.SUSPECTED).exists()


@pytest.mark.django_db(transaction=True)
def test_a_case_somebody_is_just_deciding_is_waited_for_when_nothing_else_is_left(commune, officer):
    case = case_in(commune)
    locked, go = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                DuplicateCase.objects.select_for_update().get(pk=case.pk)
                locked.set()
                go.wait(10)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(10)
    threading.Timer(0.3, go.set).start()
    assert claim_next(officer) == case
    holder.join(10)


def test_renewing_is_for_the_holder(commune, officer, colleague):
    case = case_in(commune)
    take(case, by=officer)
    soon = timezone.now() + dt.timedelta(minutes=1)
    DuplicateCase.objects.update(held_until=soon)
    case.refresh_from_db()
    queue.renew(case, colleague)
    case.refresh_from_db()
    assert case.held_until == soon
    queue.renew(case, officer)
    case.refresh_from_db()
    assert case.held_until > soon
