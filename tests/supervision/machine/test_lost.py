"""A process that is killed under a task is written down, though Celery only gives the message out again."""

import pytest
from billiard.einfo import ExceptionInfo
from billiard.exceptions import WorkerLostError

from config.celery import app
from registry.tasks import scan_resident
from supervision.machine.lost import ToldRequest
from supervision.models import FailedTask

pytestmark = pytest.mark.django_db


def raised(error: BaseException) -> ExceptionInfo:
    try:
        raise error
    except type(error):
        return ExceptionInfo()


@pytest.fixture
def taken():
    """A real message as a worker holds it, and what became of it."""
    with app.connection_for_write() as line, line.channel() as channel:
        channel.queue_purge("celery")
        scan_resident.apply_async([7])
        message = channel.basic_get("celery", no_ack=True)
        said = []
        request = ToldRequest(
            message, on_reject=lambda log, errors, requeue: said.append(("reject", requeue)),
            on_ack=lambda log, errors: said.append(("ack",)), app=app, task=scan_resident,
            hostname="worker@mau", eventer=None, connection_errors=(),
        )  # fmt: skip
        yield request, said


def test_the_workers_of_the_portal_use_it():
    assert scan_resident.Request == "supervision.machine.lost:ToldRequest"


@pytest.mark.parametrize("error", [WorkerLostError("signal 9 (SIGKILL)"), SystemExit(0)])
def test_a_killed_process_is_written_down_and_its_message_given_out_again(taken, error):
    request, said = taken
    request.on_failure(raised(error))
    request.on_failure(raised(error))
    row = FailedTask.objects.get()
    assert (row.task, row.args, row.times) == ("registry.tasks.scan_resident", [7], 2)
    assert row.reason.startswith("Tiến trình làm việc bị dừng đột ngột")
    assert said[0] == ("reject", True)


def test_an_ordinary_error_is_left_to_the_signal(taken):
    """The process that met it has told it already (config/celery.py); the main one only puts the message away."""
    request, said = taken
    request.on_failure(raised(KeyError("x")), return_ok=True)
    assert FailedTask.objects.count() == 0
    assert said == [("ack",)]
