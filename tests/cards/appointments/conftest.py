"""What tests of appointments share: hours on every weekday, a file that is begun, and a Monday to book."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Unit
from cards.appointments.slots import at
from cards.models import Application, Purpose, SlotRule, State
from tests.factories import ApplicationFactory

EARLIER = dt.date(2026, 1, 1)


def next_weekday(weekday: int = 0) -> dt.date:
    """The next such weekday after today that no holiday of the catalogue closes, a week off at least."""
    day = timezone.localdate() + dt.timedelta(days=7)
    while day.weekday() != weekday:
        day += dt.timedelta(days=1)
    return day


def hours(commune: Unit, *, purpose: str = Purpose.INTAKE, weekday: int = 0, starts: int = 8, **more) -> SlotRule:
    """Three slots of an hour each, two places a slot."""
    values = {"starts": dt.time(starts), "ends": dt.time(starts + 3), "minutes": 60, "capacity": 2}
    return SlotRule.objects.create(
        commune=commune, purpose=purpose, weekday=weekday, **values | {"valid_from": EARLIER} | more
    )


@pytest.fixture(autouse=True)
def no_holiday_but_ours(db) -> None:
    from accounts.models import Holiday

    Holiday.objects.all().delete()


@pytest.fixture
def monday() -> dt.date:
    return next_weekday(0)


@pytest.fixture
def nine(monday) -> dt.datetime:
    return at(monday, dt.time(9))


@pytest.fixture
def rule(commune) -> SlotRule:
    return hours(commune)


@pytest.fixture
def draft(resident, officer) -> Application:
    """A file that was begun and not received."""
    return begun(resident, officer)


def begun(resident, officer, **more) -> Application:
    values = {"state": State.DRAFT, "received_at": None, "promised_on": None, "fee_vnd": 0, "fee_text": ""}
    return ApplicationFactory(resident=resident, created_by=officer, **values | more)
