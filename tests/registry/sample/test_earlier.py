"""The sample's past: cases that were found weeks ago, and cases put right since."""

import datetime as dt

import pytest
from django.utils import timezone

from registry.models import Finding, FindingState, Household, Resident
from registry.sample import earlier
from tests.factories import FindingFactory, HouseholdFactory, MembershipFactory, ResidentFactory

pytestmark = pytest.mark.django_db


def lived_here(person, days: int) -> None:
    Resident.objects.filter(pk=person.pk).update(created_at=timezone.now() - dt.timedelta(days=days))


def test_cases_begin_before_today_but_not_before_the_record(commune):
    old, new = ResidentFactory(commune=commune), ResidentFactory(commune=commune)
    lived_here(old, 900)
    lived_here(new, 0)
    home = HouseholdFactory(commune=commune)
    MembershipFactory(household=home, resident=old)
    cases = [FindingFactory(resident=old, rule=f"E{n:02d}") for n in range(1, 5)]
    fresh = FindingFactory(resident=new)
    earlier.date_back()
    days = {timezone.localdate(one.opened_at) for one in Finding.objects.filter(pk__in=[one.pk for one in cases])}
    assert len(days) == 4
    assert max(days) < timezone.localdate()
    fresh.refresh_from_db()
    new.refresh_from_db()
    assert fresh.opened_at >= new.created_at
    assert Household.objects.get(pk=home.pk).created_at < timezone.now() - dt.timedelta(days=899)


def test_some_of_those_without_a_case_had_one_that_is_closed(commune):
    people = ResidentFactory.create_batch(2 * 1000 // earlier.MENDED_PER_THOUSAND, commune=commune)
    Resident.objects.update(created_at=timezone.now() - dt.timedelta(days=900))
    FindingFactory(resident=people[0])
    earlier.date_back()
    closed = Finding.objects.filter(state=FindingState.CLOSED)
    assert 1 <= closed.count() <= 2
    for case in closed:
        assert case.opened_at < case.closed_at < timezone.now()
        assert case.resident != people[0]
