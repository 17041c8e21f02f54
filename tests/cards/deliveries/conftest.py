"""What tests of cards in stock share: cards that lie here, and one next door."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Officer, Unit
from cards.applications import workflow
from cards.applications.handover import PrintedCard, expiry
from cards.models import Application, State
from tests.conftest import settled
from tests.factories import ApplicationFactory


def arrived(commune: Unit, officer: Officer, *, n: int, **fields: Any) -> Application:
    """A file whose card came today by a move of its own."""
    return workflow.move(on_its_way(commune, officer, n=n, **fields), "arrive", by=officer)


def on_its_way(commune: Unit, officer: Officer, *, n: int, **fields: Any) -> Application:
    person = settled(commune, number=f"001190000{300 + n}", name=f"Công Dân {chr(64 + n)}")
    defaults = {"biometrics_taken": True, "cc01_signed": True, "serial": n, "state": State.PRINTING} | fields
    return ApplicationFactory(resident=person, created_by=officer, **defaults)


@pytest.fixture
def here(commune, officer) -> list[Application]:
    """Three cards that came today."""
    return [arrived(commune, officer, n=n) for n in (1, 2, 3)]


@pytest.fixture
def next_door(other_commune, stranger) -> Application:
    """The bait: a card in the stock of the commune next door, with a number of ours."""
    return arrived(other_commune, stranger, n=9, serial=1)


def printed_card(file: Application, **changes: Any) -> PrintedCard:
    today = timezone.localdate()
    return PrintedCard(issued_on=today, expires_on=expiry(file.resident.birth_date, today), **changes)
