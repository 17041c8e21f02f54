"""Marks under many hands: nobody waits in a circle, and no mark is lost."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, transaction

from registry.cleanup import scan as scanning
from registry.cleanup.scan import mark_household, plan_all, scan, scan_due, work_on_jobs
from registry.models import Finding, HouseholdRole, Job, JobState, Resident
from registry.residents.register import correct
from tests.factories import (
    HouseholdFactory,
    HouseholdRoleFactory,
    IdentityNumberFactory,
    MembershipFactory,
    ResidentFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 30


@pytest.fixture
def family(commune) -> list[Resident]:
    """Six of a household in which nothing is wrong, so that a scan of one marks none of the others."""
    home, child = HouseholdFactory(commune=commune), HouseholdRoleFactory(code="CON_DE")
    people = ResidentFactory.create_batch(6, commune=commune, phone="")
    for person in people:
        role = child if person is not people[0] else HouseholdRoleFactory(code="CHU_HO")
        MembershipFactory(household=home, resident=person, role=role)
    return people


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    """Run these side by side, each on a connection of its own; answers what went wrong."""
    faults: list[BaseException] = []

    def run(work) -> None:
        try:
            work()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work], daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return faults


def change(person: Resident, *, meanwhile: Callable[[], object] = lambda: None) -> None:
    """What a correction does to the marks: its own row first, then those who live with the person."""
    with transaction.atomic():
        Resident.objects.select_for_update(no_key=True).get(pk=person.pk)
        Resident.objects.filter(pk=person.pk).update(scan_due=True)
        meanwhile()
        mark_household([person.pk])


def marked() -> set[int]:
    return set(Resident.objects.filter(scan_due=True).values_list("pk", flat=True))


@pytest.mark.parametrize("turn", range(20))
def test_two_of_a_family_are_changed_at_once(family, turn):
    both_hold = threading.Barrier(2, timeout=SECONDS)
    works = [lambda person=person: change(person, meanwhile=both_hold.wait) for person in (family[0], family[-1])]
    assert at_once(*works) == []
    assert marked() == {person.pk for person in family}


def test_two_of_a_family_are_corrected_at_once(family, officer):
    home = family[0].memberships.get().household
    roles = [HouseholdRoleFactory(code=code, name=code) for code in ("CHAU_NOI", "EM_RUOT")]

    def correction(person: Resident, role: HouseholdRole) -> None:
        values = {"household_choice": "existing", "household_code": home, "household_role": role}
        correct(person, values | {"full_name": person.full_name}, by=officer)

    for turn in range(20):
        Resident.objects.update(scan_due=False)
        role, pair = roles[turn % 2], (family[0], family[-1])
        assert at_once(*(partial(correction, person, role) for person in pair)) == []
        assert marked() == {person.pk for person in family}


def test_the_night_scan_goes_on_beside_corrections(family, commune, monkeypatch):
    monkeypatch.setattr(scanning, "CHUNK", 4)
    for turn in range(5):
        Job.objects.all().delete()
        plan_all()
        last_first = [lambda person=person: change(person) for person in reversed(family)]
        assert at_once(lambda: work_on_jobs(seconds=SECONDS), *last_first) == [], turn
        work_on_jobs(seconds=SECONDS)
        assert {job.state for job in Job.objects.all()} == {JobState.DONE}


def test_the_scan_waits_for_one_whom_a_correction_holds_without_a_circle(family):
    """The scan holds the first and waits for the last; the correction holds the last and marks the first."""
    held, may_end = threading.Event(), threading.Event()

    def correction() -> None:
        def meanwhile() -> None:
            held.set()
            may_end.wait(SECONDS)

        change(family[-1], meanwhile=meanwhile)

    def scanner() -> None:
        held.wait(SECONDS)
        threading.Timer(0.5, may_end.set).start()  # by then the scan has the others
        scan([person.pk for person in family])

    assert at_once(correction, scanner) == []
    assert {person.pk for person in family[:-1]} <= marked()  # the scan read them before the correction was there


def test_a_mark_set_while_a_scan_holds_the_row_is_not_lost(family):
    first, last = family[0], family[-1]
    Resident.objects.filter(pk=first.pk).update(scan_due=True)
    has_read, may_end = threading.Event(), threading.Event()

    def slow_scan() -> None:
        with transaction.atomic():
            scan([first.pk])
            has_read.set()
            may_end.wait(SECONDS)

    def correction() -> None:
        has_read.wait(SECONDS)
        threading.Timer(0.5, may_end.set).start()
        change(last)

    assert at_once(slow_scan, correction) == []
    assert marked() == {person.pk for person in family}


def test_a_mark_that_was_there_already_is_not_swept_before_the_change_is_seen(family):
    first, last = family[0], family[-1]
    Resident.objects.filter(pk=first.pk).update(scan_due=True)
    with transaction.atomic():
        change(last)
        assert at_once(scan_due) == []
        assert first.pk in marked()
    assert first.pk in marked()


def test_two_scans_of_two_holders_of_one_number(commune, monkeypatch):
    for number in range(81234567, 81234572):
        one, two = ResidentFactory.create_batch(2, commune=commune)
        for person in (one, two):
            IdentityNumberFactory(resident=person, kind="CMND9", number=f"0{number}")
        both_hold = threading.Barrier(2, timeout=SECONDS)
        real = scanning._mark_the_others

        def mark(*args, both_hold=both_hold, real=real):
            both_hold.wait()
            real(*args)

        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(scanning, "_mark_the_others", mark)
            assert at_once(*(lambda person=person: scan([person.pk]) for person in (one, two))) == []
        assert {one.pk, two.pk} <= marked()  # each may have been read before the other was there
        scan_due()
        assert marked() == set()
    assert Finding.objects.filter(rule="S02").count() == 10
