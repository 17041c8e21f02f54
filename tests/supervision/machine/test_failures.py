"""A task that fails is written down with what went wrong and where, and with nothing of anybody."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.utils import timezone

from config.celery import app
from registry.cleanup import scan
from registry.tasks import scan_resident
from supervision.machine import failures
from supervision.models import FailedTask
from tests.factories import IdentityNumberFactory, ResidentFactory

pytestmark = pytest.mark.django_db
NUMBER = "001190000123"


class WorkerLostError(Exception):
    """What billiard raises when a child was killed."""


def note(error: BaseException = ValueError("Nguyễn Thị Mẫu Lan, 001190000123"), **more) -> None:  # noqa: B008
    values = {"task": "registry.tasks.scan_resident", "task_id": "t-1", "queue": "celery", "args": [7], "kwargs": {}}
    failures.note(**(values | more), error=error)


def test_the_tracer_of_celery_tells_and_of_what_postgresql_quotes_only_the_names_stay(resident, monkeypatch):
    """The real error of a real constraint, through the real tracer."""

    def taken(ids: list[int]) -> None:
        with transaction.atomic():
            IdentityNumberFactory(resident=ResidentFactory(commune=resident.commune), number=NUMBER)

    monkeypatch.setattr(scan, "scan", taken)
    scan_resident.apply([resident.pk])
    row = FailedTask.objects.get()
    assert row.task == "registry.tasks.scan_resident"
    assert row.args == [resident.pk]
    assert row.reason.startswith("IntegrityError · SQLSTATE 23505 registry_identitynumber ")
    assert " · tests/supervision/machine/test_failures.py:" in row.reason
    assert NUMBER not in str(list(FailedTask.objects.values()))


def test_what_an_error_says_is_never_kept():
    note(ValueError("Nguyễn Thị Mẫu Lan, 001190000123"))
    assert FailedTask.objects.get().reason == "ValueError"


def test_a_killed_worker_and_a_task_that_took_too_long_have_sentences():
    assert failures.reason_of(WorkerLostError("signal 9 (SIGKILL)")).startswith("Tiến trình làm việc bị dừng đột ngột")


def test_an_error_that_came_from_a_child_process_keeps_its_kind():
    error = Exception("001190000123")
    error.exc_cls_name = "RenderFailed"
    assert failures.reason_of(error) == "RenderFailed"
    error.exc_cls_name = "Nguyễn Văn Mẫu"
    assert failures.reason_of(error) == "Lỗi không rõ loại"


def test_arguments_that_are_no_ids_are_hidden():
    day, public_id = "2026-11-22", "0f8fad5b-d9cb-469f-a165-70867728950e"
    note(args=[7, "lan", day, public_id, NUMBER, 912_345_678, "Mẫu Lan", {"a": 1}], kwargs={"by": 3, "Tên": "x"})
    row = FailedTask.objects.get()
    assert row.args == [7, "…", day, public_id, "…", "…", "…", "…"]
    assert row.kwargs == {"by": 3}


def test_a_flood_is_one_row_a_reason():
    for number in range(40):
        note(args=[number])
    note(KeyError("x"))
    assert list(FailedTask.objects.order_by("times").values_list("reason", "times", "args")) == [
        ("KeyError", 1, [7]),
        ("ValueError", 40, [39]),
    ]


def test_what_fails_every_minute_stays_one_row_and_after_a_quiet_hour_it_is_another():
    now = timezone.now()
    note()
    FailedTask.objects.update(first_at=now - dt.timedelta(hours=9), last_at=now - dt.timedelta(minutes=59))
    note()
    assert FailedTask.objects.get().times == 2
    FailedTask.objects.update(last_at=now - dt.timedelta(minutes=61))
    note()
    assert FailedTask.objects.count() == 2


def test_one_that_was_closed_opens_as_another():
    note()
    FailedTask.objects.update(closed_at=timezone.now())
    note()
    assert sorted(FailedTask.objects.values_list("times", flat=True)) == [1, 1]


def test_old_ones_are_forgotten():
    note()
    FailedTask.objects.update(last_at=timezone.now() - dt.timedelta(days=91))
    note(KeyError("x"))
    assert [row.reason for row in FailedTask.objects.all()] == ["KeyError"]


def test_while_the_database_does_not_take_it_nothing_is_raised(caplog):
    with transaction.atomic():
        transaction.set_rollback(True)  # every query is refused from here on
        note()
    assert "registry.tasks.scan_resident was not written down" in caplog.text
    assert "Mẫu" not in caplog.text
    assert FailedTask.objects.count() == 0
    assert connection.connection is not None


def test_every_message_says_when_it_was_sent():
    """The header that before_task_publish puts on it, as config/celery.py connects it."""
    seen = {}
    with app.connection_for_write() as line, line.channel() as channel:
        channel.queue_purge("celery")
        scan_resident.apply_async([7])
        message = channel.basic_get("celery", no_ack=True)
        seen = message.headers
    assert abs(seen["sent_at"] - timezone.now().timestamp()) < 10
