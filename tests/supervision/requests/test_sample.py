"""The sample's follow-up: planted once, and there for both sides to see."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.roles import Role
from registry.sample import afterwards
from supervision.models import Alert, FigureDay, Request, Target
from supervision.requests import sample
from tests.factories import OfficerFactory

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - dt.timedelta(days=1)


def test_it_is_planted_once_with_the_figures_of_the_days_before(chief, other_commune, supervisor, ministry):
    OfficerFactory(unit=other_commune, role=Role.CHIEF)
    for unit in (chief.unit, other_commune):
        for days in (20, 12, 5, 1):
            day = timezone.localdate() - dt.timedelta(days=days)
            values = {"co-dd2-tu-14": 40, "tu-14": 100, "the-cho-tra": 9}
            FigureDay.objects.create(unit=unit, day=day, values=values)
    sample.plant()
    sample.plant()
    answered, overdue = Request.objects.order_by("-due_on")
    assert (answered.unit, answered.state, answered.value_then) == (chief.unit, "answered", 40_00)
    assert (answered.answers.get().by, answered.answers.get().value_then) == (chief, 40_00)
    assert (overdue.unit, overdue.value_then) == (other_commune, 9_00)
    assert Target.objects.count() == 3
    assert Alert.objects.filter(kind="below_target", since__gt=YESTERDAY).count() == 2


def test_without_supervisors_nothing_is_planted(chief):
    sample.plant()
    assert not Request.objects.exists()


def test_what_is_added_to_the_sample_runs_in_order(monkeypatch):
    ran: list[str] = []
    monkeypatch.setattr(afterwards, "_steps", {})
    afterwards.register(afterwards.Step("follow-up", 20, lambda: ran.append("follow-up")))
    afterwards.register(afterwards.Step("history", 10, lambda: ran.append("history")))
    afterwards.run()
    assert ran == ["history", "follow-up"]
