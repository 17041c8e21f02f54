"""The timetable, and which queue a task goes to."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.tasks import clear_sessions
from config.celery import app
from config.demo import commands

app.loader.import_default_modules()


@pytest.mark.parametrize("name", app.conf.beat_schedule)
def test_every_name_of_the_timetable_is_a_task(name):
    assert app.conf.beat_schedule[name]["task"] in app.tasks


def queue_of(task: str) -> str:
    return app.amqp.router.route({}, task)["queue"].name


def test_receipts_have_a_queue_of_their_own():
    ours = [name for name in app.tasks if not name.startswith("celery.")]
    queues = {name: queue_of(name) for name in ours}
    assert {name for name, queue in queues.items() if queue == "receipts"} == {
        name for name in ours if name.startswith("cards.tasks.")
    }
    assert set(queues.values()) == {"receipts", "celery"}


def test_the_worker_of_the_demo_serves_every_queue():
    worker = commands(8000)["worker"]
    assert worker[worker.index("-Q") + 1].split(",") == ["receipts", "celery"]


@pytest.mark.django_db
def test_sessions_that_ended_are_cleared():
    for key, hours in (("ended", -1), ("running", 1)):
        Session.objects.create(session_key=key, expire_date=timezone.now() + dt.timedelta(hours=hours))
    clear_sessions()
    assert [session.session_key for session in Session.objects.all()] == ["running"]
