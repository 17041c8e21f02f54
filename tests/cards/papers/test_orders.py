"""A paper is ordered with frozen content, rendered by whoever claims it, stored once, and opened with a line."""

import datetime as dt
import hashlib
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from cards.models import PrintJob, RenderState
from cards.papers import orders, render, store
from cards.papers.heads import head
from cards.papers.orders import PaperKind

pytestmark = pytest.mark.django_db

TRIAL = PaperKind("trial", "Giấy thử", "print/_paper.html")


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setitem(orders.KINDS, "trial", TRIAL)


@pytest.fixture
def job(commune, officer) -> PrintJob:
    content = head(commune, by=officer) | {"title": "Giấy thử", "heading": "GIẤY THỬ"}
    return orders.order("trial", commune=commune, by=officer, title="Giấy thử 1", content=content)


@pytest.fixture
def quick(monkeypatch):
    """Rendering takes no time: these tests are about the row."""
    monkeypatch.setattr(render, "paper", lambda kind, content: (b"%PDF-1.7 " + content["heading"].encode(), 2))


def later(job: PrintJob) -> None:
    PrintJob.objects.filter(pk=job.pk).update(claimed_until=timezone.now() - dt.timedelta(seconds=1))


def test_the_same_token_is_the_same_order(commune, officer):
    token = uuid.uuid4()
    first, again = (
        orders.order("trial", commune=commune, by=officer, title="Một", content={"n": n}, token=token) for n in (1, 2)
    )
    assert (first.pk, again.content) == (again.pk, {"n": 1})
    assert AuditEvent.objects.filter(sentence="Yêu cầu in: Một").count() == 1


def test_an_unknown_kind_and_content_that_is_no_text_are_refused(commune, officer):
    with pytest.raises(KeyError):
        orders.order("nobody's", commune=commune, by=officer, title="x", content={})
    with pytest.raises(TypeError):
        orders.order("trial", commune=commune, by=officer, title="x", content={"day": dt.date(2026, 11, 22)})
    assert not PrintJob.objects.exists()


def test_two_kinds_may_not_share_a_code():
    orders.register(TRIAL)
    with pytest.raises(ValueError, match="trial"):
        orders.register(PaperKind("trial", "Khác", "print/_paper.html"))


def test_it_is_rendered_and_stored_once_with_its_hash(job):
    assert store.render_and_store(job.pk) is True
    assert store.render_and_store(job.pk) is False
    job.refresh_from_db()
    assert (job.state, job.pages, job.renderer) == (RenderState.READY, 1, render.RENDERER)
    assert bytes(job.pdf).startswith(b"%PDF-")
    assert job.sha256 == hashlib.sha256(bytes(job.pdf)).hexdigest()


def test_a_held_order_is_left_alone_and_who_comes_too_late_stores_nothing(job, quick):
    slow = store.take(job.pk)
    assert store.take(job.pk) is None
    later(job)
    assert store.render_and_store(job.pk) is True
    assert store.store(slow, b"late", 1) is False
    assert bytes(PrintJob.objects.get().pdf) == "%PDF-1.7 GIẤY THỬ".encode()


def test_an_error_gives_the_row_back_and_the_fifth_gives_it_up(job, monkeypatch, officer, stranger):
    monkeypatch.setattr(render, "paper", lambda *args: 1 / 0)
    for attempt in range(1, 6):
        with pytest.raises(ZeroDivisionError):
            store.render_and_store(job.pk)
        assert PrintJob.objects.get().attempts == attempt
        if attempt < 5:
            later(job)
    failed = PrintJob.objects.get()
    assert (failed.state, failed.error) == (RenderState.FAILED, store.GAVE_UP)
    assert store.retry(job, by=stranger) is False
    assert store.retry(job, by=officer) is True
    assert store.retry(job, by=officer) is False


def test_the_sweep_looks_at_what_waits_too_long_and_is_held_by_nobody(job):
    assert store.due(10) == []
    PrintJob.objects.update(asked_at=timezone.now() - dt.timedelta(seconds=6))
    assert store.due(10) == [job.pk]
    store.take(job.pk)
    assert store.due(10) == []
    later(job)
    assert store.due(10) == [job.pk]


def test_the_page_polls_until_the_pdf_is_there_and_every_opening_is_written_down(client_of, officer, job, quick):
    browser, page = client_of(officer), reverse("cards:print", args=[job.public_id])
    corner, pdf = (reverse(name, args=[job.public_id]) for name in ("cards:print_corner", "cards:print_pdf"))
    assert corner in browser.get(page).content.decode()
    assert browser.get(pdf).status_code == 404
    store.render_and_store(job.pk)
    shown = browser.get(corner, headers={"HX-Request": "true"}).content.decode()
    assert pdf in shown
    assert "hx-get" not in shown
    first, again = browser.get(pdf), browser.get(pdf)
    assert first.content == again.content == "%PDF-1.7 GIẤY THỬ".encode()
    assert first["Content-Disposition"] == 'inline; filename="giay-thu-1.pdf"'
    assert first["Cache-Control"] == "no-store"
    lines = AuditEvent.objects.filter(sentence__startswith="Mở bản in").order_by("pk")
    assert [line.sentence for line in lines] == ["Mở bản in: Giấy thử 1", "Mở bản in: Giấy thử 1, lần 2"]


def test_a_failed_order_has_a_sentence_and_a_button(client_of, officer, job):
    PrintJob.objects.update(state=RenderState.FAILED, attempts=5, error=store.GAVE_UP)
    browser, retry = client_of(officer), reverse("cards:print_retry", args=[job.public_id])
    assert retry in browser.get(reverse("cards:print", args=[job.public_id])).content.decode()
    assert browser.post(retry).status_code == 302
    assert PrintJob.objects.get().state == RenderState.WAITING


def test_a_stranger_finds_no_paper_of_another_commune(client_of, stranger, job, quick):
    store.render_and_store(job.pk)
    browser = client_of(stranger)
    for name in ("cards:print", "cards:print_corner", "cards:print_pdf"):
        assert browser.get(reverse(name, args=[job.public_id])).status_code == 404
    assert PrintJob.objects.get().print_count == 0


def test_the_page_takes_few_queries(client_of, officer, job, django_assert_max_num_queries):
    browser, page = client_of(officer), reverse("cards:print", args=[job.public_id])
    browser.get(page)
    with django_assert_max_num_queries(12):
        browser.get(page)
