"""The clean-up rules that look at card files: E24, L16, L17, found and closed by a real scan."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from cards.applications import intake, workflow
from cards.models import Application, State, Step
from registry.cleanup.scan import scan, scan_due
from registry.models import Finding

pytestmark = pytest.mark.django_db


def open_rules(resident) -> set[str]:
    standing = Finding.objects.filter(resident=resident, state="open")
    return set(standing.values_list("rule", flat=True)) & {"E24", "L16", "L17"}


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


def test_a_card_that_waits_long_is_found_until_it_is_handed_over(resident, officer, taken):
    Application.objects.update(state=State.ARRIVED)
    Step.objects.create(
        application=taken, move="arrive", to_state=State.ARRIVED, by=officer, at=timezone.now() - dt.timedelta(days=31)
    )
    scan([resident.pk])
    assert open_rules(resident) == {"L17"}
    workflow.move(taken, "hand_over", by=officer)
    scan_due()
    assert open_rules(resident) == {"E24"}  # handed over, but no card of his stands in the register yet
