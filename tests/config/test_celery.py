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


def test_receipts_have_a_queue_of_their_own_and_so_has_bulk_work():
    ours = [name for name in app.tasks if not name.startswith("celery.")]
    queues = {name: queue_of(name) for name in ours}
    assert {name for name, queue in queues.items() if queue == "receipts"} == {
        "cards.tasks.render_receipt", "cards.tasks.render_due",
    }  # fmt: skip
    assert {name for name, queue in queues.items() if queue == "bulk"} == {
        "cards.tasks.render_print", "registry.tasks.make_export", "registry.tasks.roster_go_on",
        "registry.tasks.roster_help", "registry.tasks.rosters_left", "supervision.tasks.make_report",
    }  # fmt: skip
    assert set(queues.values()) == {"receipts", "bulk", "celery"}


def test_the_workers_of_the_demo_serve_every_queue_and_the_counter_has_its_own():
    started = [command for command in commands(8000).values() if "-Q" in command]
    served = [command[command.index("-Q") + 1].split(",") for command in started]
    assert served == [["receipts"], ["celery", "bulk"]]


@pytest.mark.django_db
def test_sessions_that_ended_are_cleared():
    for key, hours in (("ended", -1), ("running", 1)):
        Session.objects.create(session_key=key, expire_date=timezone.now() + dt.timedelta(hours=hours))
    clear_sessions()
    assert [session.session_key for session in Session.objects.all()] == ["running"]
