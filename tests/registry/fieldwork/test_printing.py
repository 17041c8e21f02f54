"""A print is stored once, whatever dies: a real process killed with SIGKILL, a real Celery worker."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from config.celery import app
from registry.fieldwork import making, paper, printing
from registry.fieldwork.refusal import SheetRefused
from registry.models import FieldPrint, PrintState
from registry.tasks import field_prints_due

pytestmark = pytest.mark.django_db

KILLED = """
import sys, time, django
django.setup()
from registry.fieldwork import paper, printing

def stuck(*args, **kwargs):
    print("here", flush=True)
    time.sleep(60)

paper.sheet_pdf = stuck
printing.render_and_store(int(sys.argv[1]))
"""


@pytest.fixture
def waiting(sheet, officer) -> FieldPrint:
    return printing.ask(sheet, by=officer)


def later(one: FieldPrint) -> None:
    """The lease runs out."""
    FieldPrint.objects.filter(pk=one.pk).update(claimed_until=timezone.now() - dt.timedelta(seconds=1))


def ready_once(one: FieldPrint) -> None:
    one.refresh_from_db()
    assert (one.state, one.claimed_until, one.error) == (PrintState.READY, None, "")
    assert bytes(one.pdf).startswith(b"%PDF-")
    told = AuditEvent.objects.filter(action="system", sentence__startswith="Lập bản in 1")
    assert told.count() == 1


def test_a_print_that_is_ready_is_not_rendered_again(waiting):
    assert printing.render_and_store(waiting.pk) is True
    assert printing.render_and_store(waiting.pk) is False
    ready_once(waiting)


def test_a_worker_that_comes_back_too_late_stores_nothing(waiting):
    slow = printing.take(waiting.pk)
    assert printing.take(waiting.pk) is None  # held
    later(waiting)
    assert printing.render_and_store(waiting.pk) is True
    assert printing.store(slow, b"late", 1) is False
    ready_once(waiting)


def test_an_error_gives_the_row_back_and_the_fifth_gives_it_up(waiting, officer, monkeypatch):
    monkeypatch.setattr(paper, "sheet_pdf", lambda *args: 1 / 0)
    for attempt in range(1, 6):
        with pytest.raises(ZeroDivisionError):
            printing.render_and_store(waiting.pk)
        waiting.refresh_from_db()
        assert waiting.attempts == attempt
        later(waiting) if attempt < 5 else None
    assert (waiting.state, waiting.error) == (PrintState.FAILED, printing.GAVE_UP)
    assert printing.ask(waiting.sheet, by=officer).copy == 2  # asked again, it is a new print


def test_a_cancelled_sheet_is_not_printed(sheet, officer):
    making.cancel(sheet, by=officer, reason="In nhầm")
    with pytest.raises(SheetRefused, match="đã hủy"):
        printing.ask(sheet, by=officer)


@pytest.mark.django_db(transaction=True)
def test_a_killed_renderer_loses_nothing_and_a_real_worker_finds_it_again(catalogues, waiting):
    """Killed with -9 while it renders; the message is lost with it. The sweep of a real worker does it, once."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(waiting.pk)], env=environment,
                               stdout=subprocess.PIPE, text=True, cwd=settings.BASE_DIR)  # fmt: skip
    assert process.stdout.readline().strip() == "here"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts, waiting.pdf) == (PrintState.WAITING, 1, None)
    FieldPrint.objects.update(asked_at=timezone.now() - dt.timedelta(minutes=1))
    assert printing.due(10) == []  # the dead worker's lease still runs
    later(waiting)
    redis.from_url(settings.REDIS_URL).flushdb()
    with start_worker(app, perform_ping_check=False, pool="solo", queues=["celery"]):
        field_prints_due.delay()
        until = time.monotonic() + 30
        while FieldPrint.objects.get().state != PrintState.READY and time.monotonic() < until:
            time.sleep(0.1)
    ready_once(waiting)
    assert waiting.attempts == 2
