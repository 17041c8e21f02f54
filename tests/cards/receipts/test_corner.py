"""The receipt on the page of its file: waiting, failed, served, counted."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from cards.models import Receipt, RenderState
from cards.receipts import store

pytestmark = pytest.mark.django_db


def corner(browser, taken) -> str:
    url = reverse("cards:receipt_corner", args=[taken.public_id])
    return browser.get(url, headers={"HX-Request": "true"}).content.decode()


def test_the_corner_asks_until_the_pdf_is_there(browser, taken):
    assert 'hx-trigger="every 1s"' in corner(browser, taken)
    store.render_and_store(taken.receipt.pk)
    ready = corner(browser, taken)
    assert "hx-trigger" not in ready
    assert reverse("cards:receipt_pdf", args=[taken.receipt.public_id, "A5"]) in ready


def test_a_failed_receipt_has_a_sentence_and_a_button(browser, taken):
    Receipt.objects.update(state=RenderState.FAILED, error=store.GAVE_UP, attempts=5)
    retry = reverse("cards:receipt_retry", args=[taken.receipt.public_id])
    shown = corner(browser, taken)
    assert store.GAVE_UP.replace("“", "").split("Bấm")[0] in shown
    assert retry in shown
    assert browser.post(retry).status_code == 302
    assert Receipt.objects.get().state == RenderState.WAITING


@pytest.mark.parametrize("paper", ["A5", "A4"])
def test_the_first_printing_is_served_inline_uncached_counted_and_audited(browser, taken, paper, printable):
    answer = browser.get(reverse("cards:receipt_pdf", args=[printable.public_id, paper]))
    assert answer.content == bytes(printable.files.get(paper=paper).pdf)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="phieu-hen-{printable.number}-{paper}.pdf"'
    assert answer["Cache-Control"] == "no-store"
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "default-src 'none'; object-src 'self'" in answer["Content-Security-Policy"]
    assert Receipt.objects.get().print_count == 1
    line = AuditEvent.objects.get(action="print")
    assert line.sentence == f"In phiếu hẹn {printable.number} (hồ sơ {taken.file_number}), khổ {paper}"


def test_opened_again_the_first_printing_is_the_same_and_the_other_paper_asks_for_a_reason(browser, taken, printable):
    assert "Đã in" not in corner(browser, taken)
    a5, a4 = (reverse("cards:receipt_pdf", args=[printable.public_id, paper]) for paper in ("A5", "A4"))
    first, again, other = browser.get(a5), browser.get(a5), browser.get(a4)
    assert first.content == again.content
    assert (other.status_code, other.url) == (302, reverse("cards:receipt", args=[printable.public_id]))
    named = f"phiếu hẹn {printable.number} (hồ sơ {taken.file_number})"
    lines = AuditEvent.objects.filter(target_kind="phiếu hẹn").exclude(action="system").order_by("pk")
    assert [line.sentence for line in lines] == [f"In {named}, khổ A5", f"Mở lại bản đầu của {named}"]
    assert "Đã in 1 lần" in corner(browser, taken)


def test_an_unknown_paper_and_an_unrendered_receipt_are_404(browser, taken):
    assert browser.get(reverse("cards:receipt_pdf", args=[taken.receipt.public_id, "A5"])).status_code == 404
    store.render_and_store(taken.receipt.pk)
    assert browser.get(reverse("cards:receipt_pdf", args=[taken.receipt.public_id, "A3"])).status_code == 404
    assert Receipt.objects.get().print_count == 0
