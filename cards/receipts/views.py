"""The receipt on the page of its file: waiting, ready, failed; the PDF itself; and trying again.

A reprint serves the same stored bytes. Which copy it is stands in the audit trail ("in lần 2") and on the page ("Đã in
2 lần"), not yet on the paper: the stamp "IN LẠI LẦN n" comes with the corrections of slips, a later part.
"""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from cards.models import Application, Receipt
from cards.receipts import store
from cards.tasks import render_receipt

# A browser shows a PDF by a page of its own making, with an object and a style in it: for the paper alone these may be.
READER = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


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
    """The stored bytes of one paper. Every opening counts as a print and is written down."""
    receipt = find(request, Receipt.objects.select_related("application__resident"), public_id)
    stored = receipt.files.filter(paper=paper).first()
    if stored is None:
        raise Http404
    store.count_print(receipt, stored.paper, source=request)
    name = f"phieu-hen-{receipt.application.file_number}-{stored.paper}.pdf"
    return HttpResponse(
        bytes(stored.pdf),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "Cache-Control": "no-store",
            "Content-Security-Policy": READER,
        },
    )


@require_POST
@desk(Right.APPLICATION_TAKE)
def receipt_retry(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    receipt = find(request, Receipt.objects.select_related("application"), public_id)
    if store.retry(receipt, by=request.user):
        render_receipt.delay_on_commit(receipt.pk)
        messages.success(request, "Đang in lại phiếu hẹn.")
    return redirect("cards:application", public_id=receipt.application.public_id)
