"""When a file is late: the rule, the row, the list and the figure are of one mind, in every state and on every day."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Setting
from cards.applications.rules import card_is_waiting_long, file_is_overdue, load
from cards.models import PROMISED_STATES, Application, State, due_today, overdue, waiting_long
from cards.registry_hooks import counts
from registry.cleanup.examples import person
from supervision.figures import FIGURES, Ask
from tests.cards.conftest import came_back
from tests.factories import ApplicationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(resident, officer) -> Application:
    return ApplicationFactory(resident=resident, created_by=officer)


def found(check, file: Application) -> bool:
    """Whether a clean-up rule finds this file today."""
    facts = person(more={"applications": load([file.resident_id])[file.resident_id]})
    facts.on = timezone.localdate()
    return check(facts) is not None


def test_a_file_is_overdue_from_the_day_after_its_promise_once_received(file, officer, subtests):
    for state in State:
        for days in (-1, 0, 1):
            with subtests.test(state=state, days=days):
                promised = timezone.localdate() - dt.timedelta(days=days)
                Application.objects.update(state=state, promised_on=promised)
                file.refresh_from_db()
                late = state in PROMISED_STATES and days > 0
                assert found(file_is_overdue, file) is late
                assert file.days_overdue == (days if late else 0)
                assert Application.objects.overdue().exists() is late
                assert Application.objects.filter(overdue()).exists() is late
                assert FIGURES["ho-so-qua-han"].count(Ask(officer)) == late
                assert counts(officer)["counts"][2]["value"] == late
                assert Application.objects.filter(due_today()).exists() is (state in PROMISED_STATES and days >= 0)


def test_what_is_not_received_yet_is_promised_nothing():
    assert not {State.DRAFT, State.BOOKED, State.TAKING, State.ARRIVED, State.HANDED_OVER} & set(PROMISED_STATES)


@pytest.mark.parametrize(("days", "long"), [(29, False), (30, False), (31, True)])
@pytest.mark.parametrize("state", [State.ARRIVED, State.HANDED_OVER])
def test_a_card_waits_long_after_thirty_whole_days_and_until_it_is_taken(file, officer, state, days, long):
    """Days, not moments: the card came back one second before midnight."""
    Application.objects.update(state=state)
    came_back(file, days_ago=days, by=officer)
    file.refresh_from_db()
    assert found(card_is_waiting_long, file) is (long and state == State.ARRIVED)
    assert Application.objects.filter(waiting_long()).exists() is (long and state == State.ARRIVED)


def test_the_administrators_row_moves_the_limit(file, officer):
    Application.objects.update(state=State.ARRIVED)
    came_back(file, days_ago=20, by=officer)
    assert not Application.objects.filter(waiting_long()).exists()
    Setting.objects.create(code="card_waiting_days", value=19, valid_from=dt.date(2026, 1, 1))
    assert Application.objects.filter(waiting_long()).exists()
