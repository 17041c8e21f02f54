"""The sample comes with a past: figures of the last weeks, and the last periods closed."""

import datetime as dt

import pytest
from django.utils import timezone

from registry.models import Resident
from registry.sample import afterwards
from supervision import sample, snapshots
from supervision.models import FigureDay, FrozenPeriod
from tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


def test_the_sample_has_weeks_behind_it_and_periods_that_are_closed(commune, province, monkeypatch):
    monkeypatch.setattr(sample, "DAYS", 1)
    monkeypatch.setattr(sample, "WEEKS", 4)
    ResidentFactory(commune=commune)
    Resident.objects.update(created_at=timezone.now() - dt.timedelta(days=500))
    sample.plant()
    today = timezone.localdate()
    told = snapshots.trend(province, [today, today - dt.timedelta(days=1)])
    assert [one and one.values["nhan-khau"] for one in told] == [1, 1]
    assert FigureDay.objects.filter(unit=commune).count() == FigureDay.objects.filter(unit=None).count() >= 6
    closed = FrozenPeriod.objects.filter(unit=commune).values_list("kind", flat=True)
    assert {"week", "month"} & set(closed)
    before = FrozenPeriod.objects.count()
    sample.plant()
    assert FrozenPeriod.objects.count() == before


def test_it_runs_when_the_sample_is_filled():
    assert any(step.run == sample.plant for step in afterwards._steps.values())
