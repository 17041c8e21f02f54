"""Every paper that left the office: numbered, with a reason, stamped, and the same bytes whenever it is opened."""

import hashlib
import threading
from types import SimpleNamespace

import pytest
from django.db import connections
from django.urls import reverse

from accounts.models import AuditEvent
from cards.models import Receipt, ReceiptCopy
from cards.receipts import copies, issue, render, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(monkeypatch) -> list:
    """What was drawn; the bytes themselves are test_render's affair."""
    made = []

    def slip(content, paper, stamp=None):
        made.append((paper, stamp))
        return f"%PDF-1.7 {paper} {stamp}".encode()

    monkeypatch.setattr(render, "slip", slip)
    return made


@pytest.fixture
def once(printable, officer) -> Receipt:
    """Printed once, on A5."""
    copies.print_first(printable, "A5", source=SimpleNamespace(user=officer))
    return Receipt.objects.get()


def test_the_first_printing_is_copy_one_and_the_stored_bytes(once):
    copy = once.copies.get()
    stored = once.files.get(paper="A5")
    assert (copy.n, copy.paper, copy.reason, copy.sha256) == (1, "A5", "", stored.sha256)
    assert copies.pdf_of(copy) == bytes(stored.pdf)
    assert once.print_count == 1


def test_a_later_printing_is_stamped_drawn_once_and_kept(once, officer, drawn):
    copy = copies.reprint(once, "A4", by=officer, reason=" Công dân  làm mất ")
    assert (copy.n, copy.reason) == (2, "Công dân làm mất")
    first, again = copies.pdf_of(copy), copies.pdf_of(ReceiptCopy.objects.get(n=2))
    assert first == again
    ((paper, stamp),) = drawn
    assert (paper, stamp.again) == ("A4", 1)
    stored = ReceiptCopy.objects.get(n=2)
    assert (bytes(stored.pdf), stored.sha256) == (first, hashlib.sha256(first).hexdigest())
    line = AuditEvent.objects.get(sentence__startswith="In lại lần 1")
    assert (line.reason, line.data) == ("Công dân làm mất", {"paper": "A4", "copy": 2})
    assert Receipt.objects.get().print_count == 2


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("no reason", "Ghi lý do in lại."),
        ("too long", "Lý do dài quá 200 ký tự"),
        ("another paper", "Chọn khổ giấy"),
        ("withdrawn", "đã thu hồi, không in lại"),
        ("stranger", "Phiếu chưa có bản in"),
    ],
)
def test_a_reprint_is_refused_and_nothing_is_counted(once, officer, stranger, chief, case, sentence):
    if case == "withdrawn":
        issue.withdraw(once, by=chief, reason="Nhầm")
    reason = {"no reason": " ", "too long": "x" * 201}.get(case, "Mất")
    with pytest.raises(copies.CopyRefused, match=sentence):
        copies.reprint(
            once,
            "A3" if case == "another paper" else "A5",
            by=stranger if case == "stranger" else officer,
            reason=reason,
        )
    assert ReceiptCopy.objects.count() == 1


def test_before_the_first_printing_there_is_no_reprint(printable, officer):
    with pytest.raises(copies.CopyRefused, match="chưa in lần nào"):
        copies.reprint(printable, "A5", by=officer, reason="Mất")


def test_a_slip_withdrawn_before_it_was_printed_is_not_printed(printable, chief, officer):
    issue.withdraw(printable, by=chief, reason="Nhầm")
    with pytest.raises(copies.CopyRefused):
        copies.print_first(printable, "A5", source=SimpleNamespace(user=officer))
    assert not ReceiptCopy.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_numbers(catalogues, once, officer):
    start, got = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        try:
            got.append(copies.reprint(once, "A5", by=officer, reason="Mất").n)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [2, 3]


def test_the_page_lists_the_copies_and_prints_again_with_a_reason(browser, once, drawn):
    page = reverse("cards:receipt", args=[once.public_id])
    again = reverse("cards:receipt_reprint", args=[once.public_id])
    empty = browser.post(again, {"paper": "A4", "reason": ""})
    assert empty.status_code == 422
    assert "Ghi lý do in lại." in empty.content.decode()
    assert browser.post(again, {"paper": "A4", "reason": "Rách"}).url == page
    shown = browser.get(page).content.decode()
    assert "Lý do: Rách" in shown
    address = reverse("cards:receipt_copy", args=[once.public_id, 2])
    assert address in shown
    first, second = browser.get(address), browser.get(address)
    assert first.content == second.content
    assert len(drawn) == 1
    assert browser.get(reverse("cards:receipt_copy", args=[once.public_id, 3])).status_code == 404
    assert AuditEvent.objects.filter(sentence__startswith="Mở lại bản in lại lần 1").count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_few_queries(browser, once, officer, django_assert_max_num_queries, count):
    for _ in range(count - 1):
        copies.reprint(once, "A5", by=officer, reason="Mất")
    page = reverse("cards:receipt", args=[once.public_id])
    browser.get(page)
    with django_assert_max_num_queries(12):
        assert browser.get(page).status_code == 200


def test_a_withdrawn_slip_says_why_and_by_whom(client_of, chief, once):
    browser, page = client_of(chief), reverse("cards:receipt", args=[once.public_id])
    away = reverse("cards:receipt_withdraw", args=[once.public_id])
    assert browser.post(away, {"reason": ""}).status_code == 422
    assert browser.post(away, {"reason": "Cấp nhầm người"}).url == page
    shown = browser.get(page).content.decode()
    assert "Cấp nhầm người" in shown
    assert "In lại</button>" not in shown


def test_a_stamped_copy_is_really_drawn(taken, officer):
    """Once through, without any stand-in."""
    store.render_and_store(taken.receipt.pk)
    slip = Receipt.objects.get()
    copies.print_first(slip, "A5", source=SimpleNamespace(user=officer))
    pdf = copies.pdf_of(copies.reprint(slip, "A5", by=officer, reason="Mất"))
    assert pdf.startswith(b"%PDF-")
    assert pdf != bytes(slip.files.get(paper="A5").pdf)
