"""Who gets which case, and how it is decided."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Action, AuditEvent
from registry.cleanup.queue import (
    QueueRefused,
    claim_next,
    findings_open,
    release,
    set_aside,
    verify,
)
from registry.cleanup.queues import named
from registry.models import Finding, FindingState, Resident
from tests.factories import FindingFactory, OfficerFactory, ResidentFactory

pytestmark = pytest.mark.django_db


def case(commune, *, days_old: int = 1, resident=None, **fields) -> Finding:
    resident = resident or ResidentFactory(commune=commune)
    return FindingFactory(resident=resident, opened_at=timezone.now() - dt.timedelta(days=days_old), **fields)


def tomorrow() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=1)


def test_errors_come_before_warnings_and_the_oldest_first(commune, officer):
    case(commune, days_old=9, rule="E07", severity="warning")
    new = case(commune, days_old=1)
    old = case(commune, days_old=5)
    blocked = case(commune, days_old=0, severity="block")
    seen = []
    for _ in range(3):
        finding = claim_next(officer, named("e"))
        verify_or_aside = set_aside
        verify_or_aside(finding, by=officer, until=tomorrow())
        seen.append(finding.pk)
    assert seen == [blocked.pk, old.pk, new.pk]


def test_a_group_gets_only_its_own(commune, officer):
    case(commune, rule="D04", group="D")
    wanted = case(commune)
    assert claim_next(officer, named("e")).pk == wanted.pk
    assert claim_next(officer, named("s")) is None


def test_ones_own_unfinished_case_comes_first(commune, officer):
    case(commune, days_old=9)
    mine = case(commune, days_old=1)
    Finding.objects.filter(pk=mine.pk).update(
        claimed_by=officer, claimed_until=timezone.now() + dt.timedelta(minutes=5)
    )
    assert claim_next(officer, named("e")).pk == mine.pk


def test_a_colleague_gets_another_person_even_in_another_group(commune, officer, colleague):
    resident = ResidentFactory(commune=commune)
    case(commune, days_old=9, resident=resident)
    case(commune, days_old=9, resident=resident, rule="D04", group="D")
    other = case(commune, days_old=1, rule="D05", group="D")
    assert claim_next(officer, named("e")).resident == resident
    assert claim_next(colleague, named("d")).pk == other.pk
    assert claim_next(colleague, named("e")) is None


def test_a_lease_that_ran_out_is_free_again(commune, officer, colleague):
    finding = case(commune)
    claim_next(officer, named("e"))
    Finding.objects.update(claimed_until=timezone.now() - dt.timedelta(seconds=1))
    assert claim_next(colleague, named("e")).pk == finding.pk


def test_another_commune_is_never_given(commune, other_commune, officer, supervisor):
    case(other_commune)
    assert claim_next(officer, named("e")) is None
    assert not findings_open(officer).exists()
    assert findings_open(supervisor).count() == 1


def test_verifying_needs_a_basis(commune, officer):
    finding = case(commune)
    with pytest.raises(QueueRefused, match="căn cứ") as refused:
        verify(finding, by=officer, basis="  ")
    assert refused.value.field == "basis"
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN


def test_verified_says_who_when_and_why(commune, officer):
    finding = case(commune)
    verify(finding, by=officer, basis="Giấy khai sinh số 12/1990")
    finding.refresh_from_db()
    assert (finding.state, finding.decided_by, finding.basis) == ("verified", officer, "Giấy khai sinh số 12/1990")
    assert finding.decided_at is not None
    assert not findings_open(officer).exists()
    event = AuditEvent.objects.get(action=Action.DECIDE)
    assert event.sentence == "Đã xác minh, đúng: E06 Thiếu nơi đăng ký khai sinh"
    assert (event.reason, event.actor_badge) == ("Giấy khai sinh số 12/1990", officer.badge_number)
    assert event.target_ref == str(finding.resident.public_id)


def test_what_blocks_must_be_mended(commune, officer):
    with pytest.raises(QueueRefused, match="CHẶN"):
        verify(case(commune, severity="block"), by=officer, basis="Giấy khai sinh")


def test_a_decided_case_cannot_be_decided_again(commune, officer, colleague):
    finding = case(commune)
    verify(finding, by=officer, basis="Giấy khai sinh")
    with pytest.raises(QueueRefused, match="không còn mở"):
        set_aside(finding, by=colleague, until=tomorrow())


def test_a_case_in_a_colleagues_hands_is_refused(commune, officer, colleague):
    finding = claim_next(officer, named("e")) or case(commune)
    claim_next(officer, named("e"))
    with pytest.raises(QueueRefused, match="Lê Mẫu Hải đang xử lý"):
        verify(finding, by=colleague, basis="Giấy khai sinh")


def test_set_aside_comes_back_on_its_day(commune, officer):
    finding = case(commune)
    set_aside(finding, by=officer, until=tomorrow(), reason="Hẹn công dân mang giấy khai sinh")
    assert not findings_open(officer).exists()
    Finding.objects.update(set_aside_until=timezone.localdate())
    assert claim_next(officer, named("e")).pk == finding.pk


@pytest.mark.parametrize("days", [0, -3, 400])
def test_set_aside_refuses_a_day_that_makes_no_sense(commune, officer, days):
    with pytest.raises(QueueRefused) as refused:
        set_aside(case(commune), by=officer, until=timezone.localdate() + dt.timedelta(days=days))
    assert refused.value.field == "until"


def test_giving_back_frees_the_whole_person(commune, officer, colleague):
    resident = ResidentFactory(commune=commune)
    case(commune, resident=resident)
    case(commune, resident=resident, rule="D04", group="D")
    finding = claim_next(officer, named("e"))
    release(finding, by=officer)
    assert claim_next(colleague, named("d")).resident == resident


@pytest.mark.django_db(transaction=True)
def test_officers_who_ask_at_once_get_different_people(commune):
    """Six officers, four people with two cases each, one of them handed to the last officer: four are served, each with
    a person of his own, and the last with whom he was given."""
    officers = OfficerFactory.create_batch(6, unit=commune)
    people = ResidentFactory.create_batch(4, commune=commune)
    for person in people:
        case(commune, resident=person)
        case(commune, resident=person, rule="E11")
    Finding.objects.filter(resident=people[0]).update(
        handed_to=officers[-1], handed_by=officers[0], handed_at=timezone.now()
    )
    barrier, got = threading.Barrier(len(officers)), []

    def ask(officer) -> None:
        try:
            barrier.wait()
            finding = claim_next(officer, named("e"))
            got.append((officer.pk, finding and finding.resident_id))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[officer]) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    served = [person for _, person in got if person]
    assert len(got) == 6
    assert dict(got)[officers[-1].pk] == people[0].pk
    assert sorted(served) == sorted(Resident.objects.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_person_under_the_scan_is_waited_for_when_nobody_else_is_left(commune, officer):
    finding = case(commune)
    locked, go = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Resident.objects.select_for_update(no_key=True).get(pk=finding.resident_id)
                locked.set()
                go.wait(10)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(10)
    threading.Timer(0.3, go.set).start()
    assert claim_next(officer, named("e")).pk == finding.pk
    holder.join(10)
