"""Finding slips, and printing many together: each is counted, stamped where it was printed before, stored once."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
import uuid
from types import SimpleNamespace
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from cards.applications import intake
from cards.models import Application, PrintJob, Receipt, ReceiptCopy, RenderState, State
from cards.papers import store as jobs
from cards.receipts import copies, issue, papers, render, store
from tests.cards.conftest import ENTRY
from tests.conftest import settled
from tests.factories import ApplicationFactory, ResidentFactory

pytestmark = pytest.mark.django_db


def slips_of(officer, commune, count: int) -> list[Receipt]:
    """Rendered ones, of so many people."""
    found = []
    for place in range(1, count + 1):
        file = ApplicationFactory(resident=ResidentFactory(commune=commune), created_by=officer, serial=100 + place)
        with transaction.atomic():
            slip = issue.issue(file, by=officer)
        claim = store.take(slip.pk)
        store.store(claim, {paper: f"%PDF-1.7 {paper}".encode() for paper in ("A5", "A4")})
        found.append(slip)
    return found


@pytest.fixture
def three_slips(officer, commune) -> list[Receipt]:
    return slips_of(officer, commune, 3)


def order(slips, officer, **more) -> PrintJob:
    return papers.order_slips(
        slips, "A5", commune=officer.unit, by=officer, **{"token": uuid.uuid4(), "reason": ""} | more
    )


def test_each_slip_of_the_order_is_counted_and_written_down_once(three_slips, officer):
    token = uuid.uuid4()
    job = order(three_slips, officer, token=token)
    assert order(three_slips, officer, token=token) == job  # a double click
    assert list(Receipt.objects.values_list("print_count", flat=True)) == [1, 1, 1]
    assert ReceiptCopy.objects.count() == 3
    lines = AuditEvent.objects.filter(action="print", sentence__startswith="In phiếu hẹn").order_by("pk")
    assert [line.target_ref for line in lines] == [str(slip.public_id) for slip in three_slips]


def test_those_printed_before_want_a_reason_and_bear_the_stamp(three_slips, officer):
    copies.print_first(three_slips[1], "A4", source=SimpleNamespace(user=officer))
    with pytest.raises(copies.CopyRefused, match="Có 1 phiếu đã in trước đó"):
        order(three_slips, officer)
    assert ReceiptCopy.objects.count() == 1
    job = order(three_slips, officer, reason="Máy in kẹt giấy")
    assert [row["again"] for row in job.content["slips"]] == [0, 1, 0]
    assert ReceiptCopy.objects.get(n=2).reason == "Máy in kẹt giấy"


def test_withdrawn_unrendered_and_strange_slips_are_left_out(three_slips, officer, chief, stranger, other_commune):
    issue.withdraw(three_slips[0], by=chief, reason="Nhầm")
    Receipt.objects.filter(pk=three_slips[1].pk).update(state=RenderState.WAITING)
    bait = slips_of(stranger, other_commune, 1)
    job = order([*three_slips, *bait], officer)
    assert [row["slip"] for row in job.content["slips"]] == [str(three_slips[2].public_id)]
    with pytest.raises(copies.CopyRefused):
        order([*three_slips[:2], *bait], officer)


def test_the_document_is_drawn_and_a_later_opening_leaves_a_line_for_each(three_slips, officer, client_of):
    job = order(three_slips[:2], officer)
    assert jobs.render_and_store(job.pk) is True
    job.refresh_from_db()
    assert (job.pages, bytes(job.pdf)[:5]) == (2, b"%PDF-")
    browser, address = client_of(officer), reverse("cards:print_pdf", args=[job.public_id])
    before = AuditEvent.objects.count()
    browser.get(address)
    assert AuditEvent.objects.count() == before + 1
    browser.get(address)
    assert AuditEvent.objects.filter(sentence__endswith="in hàng loạt", action="view").count() == 2


def test_a_copy_of_a_bulk_print_opens_by_itself(three_slips, officer, monkeypatch):
    monkeypatch.setattr(render, "slip", lambda content, paper, stamp=None: f"%PDF-1.7 {stamp}".encode())
    order(three_slips, officer)
    order(three_slips[:1], officer, reason="Mất")
    first, second = ReceiptCopy.objects.filter(receipt=three_slips[0])
    assert copies.pdf_of(first) == b"%PDF-1.7 A5"
    assert b"again=1" in copies.pdf_of(second)


# --- The page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(officer, commune) -> dict[str, Receipt]:
    found = {}
    for number, name, phone in [
        ("001190000124", "Trần Văn Đức", "0912345678"),
        ("001190000125", "Lê Thị Mai", "0987654321"),
    ]:
        person = settled(commune, number=number, name=name, phone=phone)
        found[name] = intake.open(person, by=officer, entry=ENTRY, submit_token=uuid.uuid4()).receipt
    return found


def shown(browser, **query) -> list[str]:
    answer = browser.get(reverse("cards:receipts"), query)
    assert answer.status_code == 200
    return [row.record.number for row in answer.context["table"].page.object_list]


def test_a_lost_slip_is_found_by_number_phone_or_name(browser, people):
    mai = people["Lê Thị Mai"]
    for asked in [
        mai.number,
        mai.application.file_number,
        "001190000125",
        "0987 654 321",
        "le thi mai",
        mai.content["qr"],
    ]:
        assert shown(browser, q=asked) == [mai.number], asked
    assert shown(browser, q="nguyen van khong") == []


def test_the_list_is_of_a_day_and_of_a_state(browser, people, chief):
    duc, mai = people.values()
    Receipt.objects.filter(pk=duc.pk).update(issued_at=timezone.now() - dt.timedelta(days=2))
    issue.withdraw(mai, by=chief, reason="Nhầm")
    assert shown(browser, ngay=f"{timezone.localdate():%d/%m/%Y}") == [mai.number]
    assert shown(browser, tinh_trang="thu-hoi") == [mai.number]
    assert shown(browser, tinh_trang="chua-in") == [duc.number]


def test_a_stranger_sees_none_of_them(client_of, stranger, people):
    assert shown(client_of(stranger)) == []
    assert shown(client_of(stranger), q="001190000125") == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_few_queries(browser, officer, commune, django_assert_max_num_queries, count):
    slips_of(officer, commune, count)
    browser.get(reverse("cards:receipts"))
    with django_assert_max_num_queries(12):
        browser.get(reverse("cards:receipts"))


def test_ticked_slips_are_ordered_and_the_page_leads_to_the_print(browser, three_slips):
    chosen = [str(slip.public_id) for slip in three_slips[:2]]
    sent = {"chon": chosen, "paper": "A5", "token": str(uuid.uuid4()), "reason": ""}
    first, again = (browser.post(reverse("cards:receipts_print"), sent) for _ in range(2))
    job = PrintJob.objects.get()
    assert first.url == again.url == reverse("cards:print", args=[job.public_id])
    assert [row["slip"] for row in job.content["slips"]] == chosen


def test_a_days_slips_are_ordered_by_the_filter_of_the_page(browser, three_slips):
    Receipt.objects.filter(pk=three_slips[0].pk).update(issued_at=timezone.now() - dt.timedelta(days=2))
    address = f"{reverse('cards:receipts_print')}?ngay={timezone.localdate():%d/%m/%Y}"
    browser.post(address, {"all": "1", "paper": "A4", "token": str(uuid.uuid4())})
    assert len(PrintJob.objects.get().content["slips"]) == 2


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"paper": "A5"}, "Chọn ít nhất một phiếu."),
        ({"paper": "A5", "chon": ["hư"]}, "Chọn ít nhất một phiếu."),
        ({"paper": "A3", "all": "1"}, "Chọn khổ giấy"),
    ],
)
def test_a_refusal_stands_beside_the_field_and_nothing_is_counted(browser, three_slips, sent, sentence):
    answer = browser.post(reverse("cards:receipts_print"), sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ReceiptCopy.objects.exists()


# --- The refusal notice ----------------------------------------------------------------------------------------------


def test_a_refused_file_has_a_slip_for_cc03_and_no_other_file_has(browser, taken, officer):
    address, page = (
        reverse("cards:refusal_print", args=[taken.public_id]),
        reverse("cards:application", args=[taken.public_id]),
    )
    assert address not in browser.get(page).content.decode()
    assert browser.post(address, {"token": str(uuid.uuid4())}).url == page
    assert not PrintJob.objects.exists()
    Application.objects.update(state=State.REFUSED)
    taken.steps.create(move="refuse", to_state=State.REFUSED, by=officer, note="Không chứng minh được nhân thân")
    assert address in browser.get(page).content.decode()
    browser.post(address, {"token": str(uuid.uuid4())})
    content = PrintJob.objects.get().content
    assert content["why"] == "Không chứng minh được nhân thân"
    assert content["person"]["number"] == "001190000123"


# --- Killed in the middle --------------------------------------------------------------------------------------------

WORKER = """
import datetime, sys, time, django
django.setup()
from cards.papers import store
from accounts.paper import typesetting

def slow(*args):
    print("here", flush=True)
    time.sleep(60)

typesetting.pdf = slow
store.ORDERS.lease = datetime.timedelta(seconds=2)
store.render_and_store(int(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_many_leaves_one_paper_once_time_has_passed(catalogues, officer, commune):
    job = order(slips_of(officer, commune, 3), officer)
    PrintJob.objects.update(asked_at=timezone.now() - dt.timedelta(minutes=1))
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(job.pk)], stdout=subprocess.PIPE, text=True, cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
    )  # fmt: skip
    assert process.stdout.readline().strip() == "here"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert PrintJob.objects.get().state == RenderState.WAITING
    until = time.monotonic() + 30
    while not any(jobs.render_and_store(pk) for pk in jobs.due(10)):  # what the sweep does
        assert time.monotonic() < until
        time.sleep(0.1)
    done = PrintJob.objects.get()
    assert (done.state, done.attempts, done.pages) == (RenderState.READY, 2, 3)
    assert AuditEvent.objects.filter(action="system", target_ref=str(job.public_id)).count() == 1
    assert jobs.render_and_store(job.pk) is False
