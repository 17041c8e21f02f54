"""What tests of the card desk share: a complete entry, and a file taken in by it."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest

from accounts.models import Holiday, Officer
from cards.applications import intake
from cards.applications.eligibility import Entry
from cards.applications.reasons import REASONS
from cards.models import Application
from registry.models import Resident

ENTRY = Entry(
    reason=REASONS["g"], channel="counter", delivery="office", biometrics_taken=True, cc01_signed=True,
    old_card_taken=True,
)  # fmt: skip


@pytest.fixture
def entry() -> Callable[..., Entry]:
    """A complete entry for an adult, with what the test is about changed; `reason` by its code."""

    def make(reason: str = "g", **changes) -> Entry:
        return replace(ENTRY, reason=REASONS[reason], **changes)

    return make


@pytest.fixture
def taken(officer: Officer, resident: Resident) -> Application:
    """A file that the officer took in just now; its receipt waits."""
    return intake.open(resident, by=officer, entry=ENTRY, submit_token=uuid.uuid4())


@pytest.fixture
def holidays(db) -> None:
    """24/11/2026 (a Tuesday), and Tết of 2027: 05–11/02, with Saturday 20/02 worked in exchange."""
    rows = [Holiday(day=dt.date(2026, 11, 24), name="Ngày Văn hóa Việt Nam")]
    rows += [Holiday(day=dt.date(2027, 2, day), name="Tết Nguyên đán") for day in range(5, 12)]
    rows.append(Holiday(day=dt.date(2027, 2, 20), name="Làm bù", is_working=True))
    for row in rows:
        Holiday.objects.update_or_create(day=row.day, defaults={"name": row.name, "is_working": row.is_working})
