"""The slip on the page of its file: waiting, ready, failed; the PDF of its first printing; and trying again."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from cards.models import Application, Receipt
from cards.papers.views import pdf_answer
from cards.receipts import copies, store
from cards.tasks import render_receipt


@require_safe
@desk(Right.APPLICATION_VIEW, poll=True)
def receipt_corner(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The fragment that asks for itself until the PDF is there. Without htmx it is the page of the file."""
    application = find(request, Application.objects.all(), public_id)
    if not request.htmx:
        return redirect("cards:application", public_id=application.public_id)
    context = {
        "application": application,
        "receipt": application.receipt,
        "can_take": request.user.can(Right.APPLICATION_TAKE),
    }
    return render(request, "cards/receipts/_corner.html", context)


@require_GET
@desk(Right.APPLICATION_VIEW)
def receipt_pdf(request: OfficerRequest, public_id: uuid.UUID, paper: str) -> HttpResponse:
    """The first printing, of one paper. Asked for the other paper afterwards it leads to the copies, where a reason is
    given. Every opening is written down."""
    receipt = find(request, Receipt.objects.select_related("application__resident"), public_id)
    if not receipt.files.filter(paper=paper).exists():
        raise Http404
    try:
        copy = copies.print_first(receipt, paper, source=request)
    except copies.CopyRefused as refused:
        messages.error(request, str(refused))
        return redirect("cards:receipt", public_id=receipt.public_id)
    if copy is None:
        messages.info(request, "Phiếu đã in rồi: ghi lý do để in lại, bản in lại có dấu “IN LẠI LẦN …”.")
        return redirect("cards:receipt", public_id=receipt.public_id)
    return pdf_answer(copies.pdf_of(copy), f"phieu-hen-{receipt.number}-{paper}")


@require_POST
@desk(Right.APPLICATION_TAKE)
def receipt_retry(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    receipt = find(request, Receipt.objects.select_related("application"), public_id)
    if store.retry(receipt, by=request.user):
        render_receipt.delay_on_commit(receipt.pk)
        messages.success(request, "Đang lập lại bản in của phiếu hẹn.")
    return redirect("cards:application", public_id=receipt.application.public_id)
