"""E23: a household that nobody lives in hangs on whoever belonged to it last."""

import datetime as dt

import pytest

from registry.cleanup.scan import scan, scan_due
from registry.households.work import close_if_empty
from registry.models import Finding, Household, Membership, Resident
from tests.factories import HouseholdFactory, MembershipFactory, ResidentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(commune) -> Household:
    return HouseholdFactory(commune=commune, code="00217")


def member(home: Household, name: str, *, state: str = "living", to_on: dt.date | None = None) -> Resident:
    person = ResidentFactory(commune=home.commune, full_name=name, state=state)
    MembershipFactory(household=home, resident=person, to_on=to_on)
    return person


def found(*people) -> list[str]:
    scan([one.pk for one in people])
    return list(Finding.objects.filter(rule="E23", state="open").values_list("resident__full_name", flat=True))


def test_the_last_to_leave_is_asked_and_only_once(home):
    people = [
        member(home, "Lê Mẫu Đi Trước", state="moved", to_on=dt.date(2026, 1, 1)),
        member(home, "Lê Mẫu Đi Sau", state="moved", to_on=dt.date(2026, 5, 1)),
    ]
    assert found(*people) == ["Lê Mẫu Đi Sau"]
    assert Finding.objects.get().evidence["values"] == [["Hộ 00217", "Số 5, Thôn 2"]]


def test_a_dead_member_whom_nobody_took_off_comes_before_who_left(home):
    dead = member(home, "Lê Mẫu Mất", state="deceased")
    left = member(home, "Lê Mẫu Đi", state="moved", to_on=dt.date(2026, 5, 1))
    assert found(dead, left) == ["Lê Mẫu Mất"]


def test_one_living_member_is_enough(home):
    dead = member(home, "Lê Mẫu Mất", state="deceased")
    living = member(home, "Lê Mẫu Còn")
    assert found(dead, living) == []
    Membership.objects.filter(resident=living).update(to_on=dt.date(2026, 6, 1))
    assert found(dead, living) == ["Lê Mẫu Mất"]


def test_a_closed_household_and_somebody_elses_are_left_alone(home, other_commune):
    gone = member(home, "Lê Mẫu Mất", state="deceased")
    assert found(gone) == ["Lê Mẫu Mất"]
    Household.objects.update(closed_on=dt.date(2026, 6, 1))
    assert found(gone) == []
    Household.objects.update(closed_on=None)
    Resident.objects.filter(pk=gone.pk).update(commune=other_commune)
    assert found(gone) == []


def test_closing_the_household_closes_the_finding_by_itself(home):
    left = member(home, "Lê Mẫu Đi", state="moved", to_on=dt.date(2026, 5, 1))
    assert found(left) == ["Lê Mẫu Đi"]
    Resident.objects.update(scan_due=False)
    assert close_if_empty(home, on=dt.date(2026, 6, 1))
    assert scan_due() == 1
    assert not Finding.objects.filter(rule="E23", state="open").exists()
