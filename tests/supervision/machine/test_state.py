"""What somebody has to look at, and how bad it is."""

import datetime as dt
import json
import os
import time

import pytest
from django.utils import timezone

from cards.models import PrintJob
from registry.models import Job
from supervision.machine import queues, state
from supervision.machine.version import code_version
from supervision.models import FailedTask

pytestmark = pytest.mark.django_db


@pytest.fixture
def well(store, settings, tmp_path, commune):
    """A machine where everything runs, with a back-up of this night."""
    settings.BACKUP_DIR = str(tmp_path)
    (tmp_path / "dancu.dump").write_bytes(b"x" * 100)
    now = time.time()
    store.set(queues.BEAT, int(now))
    said = {
        "at": now,
        "since": now - 60,
        "version": code_version(),
        "queues": queues.queue_names(),
        "doing": [],
        "done": 0,
    }
    store.hset(queues.WORKERS, "worker@mau", json.dumps(said))
    for kind, place in (("scan", commune), ("match-all", None), ("scores", commune)):
        Job.objects.create(kind=kind, commune=place, state="done", finished_at=timezone.now())
    return said


def problems() -> dict[str, str]:
    return {one.code: one.level.value for one in state.look().problems}


def test_when_all_is_well_there_is_nothing_to_say(well):
    assert problems() == {}
    assert state.look().level == state.Level.OK


def test_a_worker_that_was_killed_leaves_its_queues_unserved(well, store):
    store.hset(queues.WORKERS, "worker@mau", json.dumps(well | {"at": time.time() - 120}))
    assert problems() == {
        "queue-unserved:bulk": "broken", "queue-unserved:celery": "broken", "queue-unserved:receipts": "broken",
        "worker-silent:worker@mau": "attention",
    }  # fmt: skip
    assert state.look().level == state.Level.BROKEN


def test_a_worker_of_other_code_and_a_beat_that_does_not_tick_are_named(well, store):
    store.hset(queues.WORKERS, "worker@mau", json.dumps(well | {"version": "older"}))
    store.delete(queues.BEAT)
    assert problems() == {"worker-version:worker@mau": "attention", "beat-silent": "broken"}


def test_a_message_that_waits_too_long_is_named(well, store):
    store.lpush("bulk", json.dumps({"headers": {"sent_at": time.time() - 400, "task": "cards.tasks.render_print"}}))
    assert problems() == {"queue-slow:bulk": "attention"}


def test_without_redis_the_rest_is_still_told(well, settings, silent_port, officer):
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_port}/0"
    PrintJob.objects.create(commune=officer.unit, kind="x", title="x", asked_by=officer, state="failed")
    assert problems() == {"redis-silent": "broken", "orders-failed:giay-in": "attention"}


def test_orders_that_wait_too_long_and_a_missed_night_are_named(well, officer):
    then = timezone.now() - dt.timedelta(hours=30)
    PrintJob.objects.create(commune=officer.unit, kind="x", title="x", asked_by=officer, asked_at=then)
    Job.objects.filter(kind="scan").update(finished_at=then)
    assert problems() == {"orders-slow:giay-in": "attention", "run-late:scan": "attention"}


def test_failed_tasks_of_the_day_are_named_until_somebody_closes_them(well):
    row = FailedTask.objects.create(task="registry.tasks.scan_due", reason="KeyError", times=3)
    assert problems() == {"tasks-failed": "attention"}
    FailedTask.objects.filter(pk=row.pk).update(closed_at=timezone.now())
    assert problems() == {}


def test_a_backup_of_the_day_before_yesterday_is_as_bad_as_a_dead_part(well, settings, tmp_path):
    settings.BACKUP_DIR = ""
    assert problems() == {"backup-not-told": "attention"}
    settings.BACKUP_DIR = str(tmp_path)
    then = time.time() - 27 * 3600
    os.utime(tmp_path / "dancu.dump", (then, then))
    assert problems() == {"backup-old": "broken"}


def test_the_whole_look_takes_nine_statements_with_its_savepoint(well, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        state.look(one_by_one=True)
