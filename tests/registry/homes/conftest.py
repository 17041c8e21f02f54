"""Monday 23/11/2026, nine in the morning: terms and windows are counted from it."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from registry.models import HouseholdRole, Residence, Resident
from tests.factories import MembershipFactory, ResidenceFactory, ResidentFactory

Clock = Callable[[dt.date], None]


@pytest.fixture
def clock(monkeypatch) -> Clock:
    def stand(day: dt.date) -> None:
        moment = timezone.make_aware(dt.datetime.combine(day, dt.time(9)))
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return stand


@pytest.fixture(autouse=True)
def today(clock: Clock) -> None:
    clock(dt.date(2026, 11, 23))


@pytest.fixture
def guest(commune, other_commune) -> Resident:
    """Lives here, is registered next door: the ordinary case of a temporary residence."""
    person = ResidentFactory(commune=commune, full_name="Trần Mẫu Khách", sex=1)
    ResidenceFactory(resident=person, unit=other_commune, from_on=dt.date(2015, 1, 1))
    return person


@pytest.fixture
def child(resident) -> Resident:
    """The resident's child, in her household and at her address."""
    person = ResidentFactory(commune=resident.commune, full_name="Trần Mẫu Con", birth_year=2015, sex=1)
    home = resident.memberships.get().household
    role = HouseholdRole.objects.get(code="CON_DE")
    MembershipFactory(household=home, resident=person, role=role, from_on=dt.date(2015, 6, 1))
    for kind in ("permanent", "present"):
        ResidenceFactory(resident=person, kind=kind, from_on=dt.date(2015, 6, 1))
    return person


def held(person: Resident, *kinds: str) -> list[tuple[str, str, str, str, str]]:
    """(kind, address, from, to, why closed) of every row, the oldest first."""
    rows = Residence.objects.filter(resident=person).select_related("unit").order_by("kind", "from_on", "pk")
    return [
        (row.kind, row.address, f"{row.from_on or ''}", f"{row.to_on or ''}", row.closed_reason)
        for row in rows
        if not kinds or row.kind in kinds
    ]
