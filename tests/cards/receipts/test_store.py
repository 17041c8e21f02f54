"""A receipt is stored once, whatever dies: real processes killed with SIGKILL, real threads, a real Celery worker."""

import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from accounts.models import AuditEvent
from cards.models import Paper, Receipt, ReceiptFile, RenderState
from cards.receipts import render, store
from cards.tasks import render_due
from config.celery import app

pytestmark = pytest.mark.django_db

WORKER = """
import sys, time, django
django.setup()
from cards.receipts import render, store

def stuck(*args, **kwargs):
    print("{where}", flush=True)
    time.sleep(60)

{patch}
store.render_and_store(int(sys.argv[1]))
"""
STUCK_IN_RENDER = "real = render.slip\nrender.slip = lambda c, p: real(c, p) if p == 'A5' else stuck()"
SHORT_LEASE = "import datetime\nstore.ORDERS.lease = datetime.timedelta(seconds=2)\n"
STUCK_IN_STORE = "store.record = stuck"


def later(receipt: Receipt) -> None:
    """The lease runs out."""
    Receipt.objects.filter(pk=receipt.pk).update(claimed_until=timezone.now() - dt.timedelta(seconds=1))


def killed_worker(receipt: Receipt, patch: str) -> None:
    """Start a process that renders this receipt, wait until it is where `patch` holds it, and kill it with -9."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    code = WORKER.format(where="here", patch=patch)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(receipt.pk)], env=environment, stdout=subprocess.PIPE, text=True,
        cwd=settings.BASE_DIR,
    )  # fmt: skip
    assert process.stdout.readline().strip() == "here"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def ready_once(receipt: Receipt) -> None:
    receipt.refresh_from_db()
    assert (receipt.state, receipt.claimed_until, receipt.error) == (RenderState.READY, None, "")
    files = ReceiptFile.objects.filter(receipt=receipt)
    assert sorted(files.values_list("paper", flat=True)) == ["A4", "A5"]
    assert AuditEvent.objects.filter(action="system", target_ref=str(receipt.public_id)).count() == 1


def test_rendering_stores_both_papers_with_their_hashes(taken):
    assert store.render_and_store(taken.receipt.pk) is True
    ready_once(taken.receipt)
    for file in ReceiptFile.objects.all():
        assert bytes(file.pdf).startswith(b"%PDF-")
        assert file.sha256 == hashlib.sha256(bytes(file.pdf)).hexdigest()
        assert file.renderer == render.RENDERER


def test_a_receipt_that_is_ready_is_not_rendered_again(taken):
    store.render_and_store(taken.receipt.pk)
    assert store.render_and_store(taken.receipt.pk) is False
    ready_once(taken.receipt)


def test_a_held_receipt_is_left_alone_until_its_lease_runs_out(taken):
    assert store.take(taken.receipt.pk) is not None
    assert store.take(taken.receipt.pk) is None
    later(taken.receipt)
    assert store.take(taken.receipt.pk) is not None


def test_a_worker_that_comes_back_too_late_stores_nothing(taken):
    slow = store.take(taken.receipt.pk)
    later(taken.receipt)
    assert store.render_and_store(taken.receipt.pk) is True
    assert store.store(slow, {Paper.A5: b"late", Paper.A4: b"late"}) is False
    ready_once(taken.receipt)
    assert not ReceiptFile.objects.filter(pdf=b"late").exists()


def test_an_error_gives_the_row_back_and_the_fifth_gives_it_up(taken, monkeypatch):
    monkeypatch.setattr(render, "slip", lambda *args: 1 / 0)
    for attempt in range(1, 6):
        with pytest.raises(ZeroDivisionError):
            store.render_and_store(taken.receipt.pk)
        receipt = Receipt.objects.get()
        assert receipt.attempts == attempt
        later(receipt) if attempt < 5 else None
    assert (receipt.state, receipt.error) == (RenderState.FAILED, store.GAVE_UP)
    assert not ReceiptFile.objects.exists()
    assert store.render_and_store(receipt.pk) is False


def test_a_worker_that_dies_five_times_leaves_a_failed_row(taken):
    for _ in range(5):
        assert store.take(taken.receipt.pk) is not None
        later(taken.receipt)
    assert store.take(taken.receipt.pk) is None
    assert Receipt.objects.get().state == RenderState.FAILED


def test_retry_sets_a_failed_receipt_waiting_and_nothing_else(taken, officer, stranger):
    assert store.retry(taken.receipt, by=officer) is False
    Receipt.objects.update(state=RenderState.FAILED, attempts=5, error=store.GAVE_UP)
    assert store.retry(taken.receipt, by=stranger) is False
    assert store.retry(taken.receipt, by=officer) is True
    assert store.render_and_store(taken.receipt.pk) is True


def test_the_sweep_looks_at_what_waits_too_long_and_is_held_by_nobody(taken):
    assert store.due(10) == []
    Receipt.objects.update(issued_at=timezone.now() - dt.timedelta(seconds=6))
    assert store.due(10) == [taken.receipt.pk]
    store.take(taken.receipt.pk)
    assert store.due(10) == []
    later(taken.receipt)
    assert store.due(10) == [taken.receipt.pk]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("patch", [STUCK_IN_RENDER, STUCK_IN_STORE], ids=["in render", "in store"])
def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_does_it_once(catalogues, taken, patch):
    killed_worker(taken.receipt, patch)
    assert not ReceiptFile.objects.exists()
    receipt = Receipt.objects.get()
    assert (receipt.state, receipt.attempts) == (RenderState.WAITING, 1)
    assert store.render_and_store(receipt.pk) is False  # the dead worker's lease still runs
    later(receipt)
    until = time.monotonic() + 10  # PostgreSQL may need a moment to see that the dead worker's connection is gone
    while not store.render_and_store(receipt.pk):
        assert time.monotonic() < until
        time.sleep(0.1)
    ready_once(receipt)
    assert Receipt.objects.get().attempts == 2


@pytest.mark.django_db(transaction=True)
def test_after_a_killed_worker_nothing_but_time_must_pass(catalogues, taken):
    """Its lease is short here, and nobody touches the row: the sweep finds it, and it is stored once."""
    Receipt.objects.update(issued_at=timezone.now() - dt.timedelta(minutes=1))
    killed_worker(taken.receipt, SHORT_LEASE + STUCK_IN_RENDER)
    lease = Receipt.objects.get().claimed_until
    until = time.monotonic() + 20
    while not any(store.render_and_store(pk) for pk in store.due(10)):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert timezone.now() >= lease
    ready_once(taken.receipt)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_store_it_once(catalogues, taken):
    start, stored = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        try:
            stored.append(store.render_and_store(taken.receipt.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(stored) == [False, True]
    ready_once(taken.receipt)


@pytest.mark.django_db(transaction=True)
def test_the_sweep_renders_what_redis_lost(catalogues, taken):
    redis.from_url(settings.REDIS_URL).flushdb()
    Receipt.objects.update(issued_at=timezone.now() - dt.timedelta(minutes=1))
    with start_worker(app, perform_ping_check=False, pool="solo", queues=["receipts"]):
        render_due.delay()
        until = time.monotonic() + 20
        while Receipt.objects.get().state != RenderState.READY and time.monotonic() < until:
            time.sleep(0.1)
    ready_once(taken.receipt)
