"""A couple with a child in one household, on Monday 23/11/2026."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.utils import timezone

from accounts.models import Officer
from registry.models import Household, HouseholdRole, Relation, Resident
from registry.residents import family
from tests.factories import IdentityNumberFactory, MembershipFactory, ResidenceFactory, ResidentFactory

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


PAPER = {"paper_number": "12/2026", "paper_on": "20/11/2026", "paper_by": "UBND xã Mẫu Sơn"}


def person(
    home: Household, name: str, *, sex: int, year: int, role: str | None, number: str = "", **fields
) -> Resident:
    """Born 21/05 of the year; lives and is registered at the household's address since 2010."""
    one = ResidentFactory(commune=home.commune, full_name=name, sex=sex, birth_year=year, **fields)
    if number:
        IdentityNumberFactory(resident=one, number=number)
    found = HouseholdRole.objects.get(code=role) if role else None
    MembershipFactory(household=home, resident=one, role=found, from_on=dt.date(2015, 1, 1))
    for kind in ("permanent", "present"):
        ResidenceFactory(resident=one, kind=kind, from_on=dt.date(2015, 1, 1))
    return one


@dataclass
class Couple:
    """The wife is the head (the resident of the cast); the husband; their daughter."""

    wife: Resident
    husband: Resident
    daughter: Resident
    home: Household


@pytest.fixture
def couple(resident: Resident, officer: Officer) -> Couple:
    home = resident.memberships.get().household
    resident.marital_status = "2"
    resident.save()
    resident.relations.all().delete()
    husband = person(home, "Trần Mẫu Chồng", sex=1, year=1988, role="CHONG", marital_status="2")
    daughter = person(home, "Trần Mẫu Con", sex=2, year=2014, role="CON_DE")
    family.link(resident, "spouse", by=officer, person=husband, from_on=dt.date(2012, 3, 4))
    family.link(daughter, "mother", by=officer, person=resident)
    family.link(daughter, "father", by=officer, person=husband)
    return Couple(resident, husband, daughter, home)


def tied(one: Resident) -> list[tuple[str, str, bool, str]]:
    """(kind, name, still current, until) of every tie."""
    rows = Relation.objects.filter(resident=one).order_by("kind", "name")
    return [(row.kind, row.name, row.is_current, f"{row.to_on or ''}") for row in rows]
