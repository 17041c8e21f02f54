"""What tests of the card desk share: a complete entry, a file taken in by it, the card it ends in, and a browser."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Holiday, Officer
from cards.applications import intake
from cards.applications.eligibility import Entry
from cards.applications.handover import PrintedCard, expiry
from cards.applications.reasons import REASONS
from cards.models import Application, Paper, Receipt, State, Step
from cards.receipts import store
from registry.models import Resident
from tests.conftest import settled
from tests.factories import ApplicationFactory

ENTRY = Entry(
    reason=REASONS["g"], channel="counter", delivery="office", biometrics_taken=True, cc01_signed=True,
    old_card_taken=True,
)  # fmt: skip


def form_url(resident: Resident, token: uuid.UUID | None = None) -> str:
    return reverse("cards:application_form", args=[resident.public_id, token or uuid.uuid4()])


def move_url(application: Application, move: str) -> str:
    return reverse("cards:application_move", args=[application.public_id, move])


def queries(browser: Client, url: str) -> int:
    """How many queries a page takes once it was opened before."""
    browser.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(url).status_code == 200
    return len(caught)


@pytest.fixture
def browser(client_of, officer) -> Client:
    return client_of(officer)


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
def printable(taken: Application) -> Receipt:
    """The receipt of `taken` with two small files stored; that real ones are rendered is test_store's affair."""
    claim = store.take(taken.receipt.pk)
    assert claim is not None
    store.store(claim, {paper: f"%PDF-1.7 {paper}".encode() for paper in Paper})
    taken.receipt.refresh_from_db()
    return taken.receipt


@pytest.fixture
def printed(resident: Resident) -> PrintedCard:
    """The card of `resident`, issued today, as the law wants it."""
    today = timezone.localdate()
    return PrintedCard(issued_on=today, expires_on=expiry(resident.birth_date, today))


@pytest.fixture
def three(commune, officer, resident) -> list[Application]:
    """Three files: promised yesterday, today, and long ago but arrived."""
    today = timezone.localdate()
    people = [resident, settled(commune, number="001190000124", name="Trần Văn Đức"),
              settled(commune, number="001190000125", name="Lê Thị Mai")]  # fmt: skip
    days = [today - dt.timedelta(days=1), today, today - dt.timedelta(days=60)]
    states = [State.SENT_UP, State.RECEIVED, State.ARRIVED]
    rows = [
        ApplicationFactory(resident=person, created_by=officer, promised_on=day, state=state, serial=number)
        for number, (person, day, state) in enumerate(zip(people, days, states, strict=True), start=1)
    ]
    came_back(rows[2], days_ago=45, by=officer)
    return rows


def came_back(application: Application, *, days_ago: int, by: Officer) -> None:
    """The step that brought the card back so many days ago, at the last moment of that day."""
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    at = timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59, 59)))
    Step.objects.create(application=application, move="arrive", to_state=State.ARRIVED, by=by, at=at)


@pytest.fixture
def holidays(db) -> None:
    """24/11/2026 (a Tuesday), and Tết of 2027: 05–11/02, with Saturday 20/02 worked in exchange."""
    rows = [Holiday(day=dt.date(2026, 11, 24), name="Ngày Văn hóa Việt Nam")]
    rows += [Holiday(day=dt.date(2027, 2, day), name="Tết Nguyên đán") for day in range(5, 12)]
    rows.append(Holiday(day=dt.date(2027, 2, 20), name="Làm bù", is_working=True))
    for row in rows:
        Holiday.objects.update_or_create(day=row.day, defaults={"name": row.name, "is_working": row.is_working})
