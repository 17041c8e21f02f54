"""The clean-up rules that look at card files: E24, L16, L17, found and closed by a real scan."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from cards.applications import intake, workflow
from cards.models import Application, State
from registry.cleanup.scan import scan, scan_due
from registry.models import Finding
from tests.cards.conftest import came_back
from tests.factories import IdentityDocumentFactory

pytestmark = pytest.mark.django_db


def open_rules(resident) -> set[str]:
    standing = Finding.objects.filter(resident=resident, state="open")
    return set(standing.values_list("rule", flat=True)) & {"E24", "L13", "L14", "L16", "L17"}


def test_taking_a_file_in_closes_the_finding_that_one_was_missing(resident, officer, entry):
    scan([resident.pk])
    assert open_rules(resident) == {"E24"}
    intake.open(resident, by=officer, entry=entry("from_14", old_card_taken=False), submit_token=uuid.uuid4())
    scan_due()
    assert open_rules(resident) == set()


def test_an_overdue_file_is_found_and_moving_it_on_closes_it(resident, officer, taken):
    Application.objects.update(state=State.PRINTING, promised_on=timezone.localdate() - dt.timedelta(days=1))
    scan([resident.pk])
    assert open_rules(resident) == {"L16"}
    workflow.move(taken, "arrive", by=officer)
    scan_due()
    assert open_rules(resident) == set()


def test_a_card_that_waits_long_is_found_until_it_is_handed_over(resident, officer, taken, printed):
    """Then the register has its card: E24, L13 and L14 find nothing any more."""
    old = IdentityDocumentFactory(resident=resident, kind="CMND9", number="081234567", expires_on=None)
    Application.objects.update(state=State.ARRIVED)
    came_back(taken, days_ago=31, by=officer)
    scan([resident.pk])
    assert open_rules(resident) == {"L17", "L14"}
    workflow.move(taken, "hand_over", by=officer, card=printed)
    scan_due()
    assert open_rules(resident) == set()
    old.refresh_from_db()
    assert old.state == "replaced"


def test_the_new_card_closes_the_finding_of_the_expired_one(resident, officer, taken, printed):
    IdentityDocumentFactory(resident=resident, issued_on=dt.date(2016, 1, 4), expires_on=dt.date(2025, 5, 21))
    Application.objects.update(state=State.ARRIVED)
    scan([resident.pk])
    assert open_rules(resident) == {"L13"}
    workflow.move(taken, "hand_over", by=officer, card=printed)
    scan_due()
    assert open_rules(resident) == set()
