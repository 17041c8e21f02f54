"""How big the database is, which migrations it has, and when the long runs over everybody ended."""

import datetime as dt

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from registry.models import Job
from supervision.machine import database

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)
Migration = MigrationRecorder.Migration


def test_the_biggest_tables_come_first():
    found = database.sizes()
    sizes = [one.size_bytes for one in found.tables]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) == database.BIGGEST
    assert found.whole_bytes > sum(sizes)


def test_a_database_that_is_up_to_date_misses_no_migration():
    found = database.migrations()
    assert (found.missing, found.unknown) == ([], [])
    assert found.applied == Migration.objects.count()


def test_a_migration_that_was_not_run_is_named_and_so_is_one_the_code_does_not_know():
    Migration.objects.filter(app="supervision", name="0001_figures_kept").delete()
    Migration.objects.create(app="cards", name="0999_from_tomorrow")
    found = database.migrations()
    assert found.missing == ["supervision.0001_figures_kept"]
    assert found.unknown == ["cards.0999_from_tomorrow"]
    assert found.last == "cards.0999_from_tomorrow"


def run_of(kind: str) -> database.Run:
    return next(one for one in database.runs() if one.kind == kind)


def test_a_run_is_whole_when_every_commune_of_its_day_is_done(commune, other_commune, django_assert_num_queries):
    today = timezone.localdate()
    ended = timezone.now() - dt.timedelta(hours=30)
    for place, days_ago, state in [(commune, 1, "done"), (other_commune, 1, "done"), (commune, 0, "done")]:
        day = today - dt.timedelta(days=days_ago)
        Job.objects.create(kind="scan", commune=place, for_day=day, state=state, finished_at=ended)
    Job.objects.create(kind="scan", commune=other_commune, for_day=today, state="failed", finished_at=timezone.now())
    with django_assert_num_queries(1):
        found = run_of("scan")
    assert (found.whole_at, found.day, found.done, found.planned) == (ended, today, 1, 2)


def test_a_run_that_never_was_is_told_too():
    assert run_of("match-all") == database.Run("match-all", "Tìm trùng cả sổ")
