"""A paper that was ordered: waiting, ready or failed; the PDF itself; and trying again."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.audit import record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from cards.models import PrintJob, RenderState
from cards.papers import store
from cards.papers.orders import KINDS
from cards.tasks import render_print

# A browser shows a PDF by a page of its own making, with an object and a style in it: for the paper alone these may be.
READER = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def pdf_answer(pdf: bytes, name: str) -> HttpResponse:
    """The bytes for the browser's own reader, never kept by it."""
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}.pdf"',
            "Cache-Control": "no-store",
            "Content-Security-Policy": READER,
        },
    )


@require_safe
@desk(Right.APPLICATION_VIEW)
def print_page(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    job = find(request, PrintJob.objects.select_related("asked_by", "commune").defer("pdf"), public_id)
    record(request, Action.VIEW, target=job, sentence=f"Xem bản in: {job.title}")
    return render(request, "cards/papers/print.html", _context(request, job))


@require_safe
@desk(Right.APPLICATION_VIEW, poll=True)
def print_corner(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The fragment that asks for itself until the PDF is there. Without htmx it is the page."""
    job = find(request, PrintJob.objects.select_related("asked_by").defer("pdf"), public_id)
    if not request.htmx:
        return redirect("cards:print", public_id=job.public_id)
    return render(request, "cards/papers/_print.html", _context(request, job))


@require_GET
@desk(Right.APPLICATION_VIEW)
def print_pdf(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The stored bytes. Every opening counts as a print and is written down."""
    job = find(request, PrintJob.objects.select_related("commune"), public_id)
    if job.state != RenderState.READY or job.pdf is None:
        raise Http404
    store.opened(job, source=request)
    return pdf_answer(bytes(job.pdf), slugify(job.title.replace("đ", "d").replace("Đ", "D")) or "ban-in")


@require_POST
@desk(Right.APPLICATION_VIEW)
def print_retry(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    job = find(request, PrintJob.objects.defer("pdf"), public_id)
    if store.retry(job, by=request.user):
        render_print.delay_on_commit(job.pk)
        messages.success(request, "Đang in lại.")
    return redirect("cards:print", public_id=job.public_id)


def _context(request: OfficerRequest, job: PrintJob) -> dict[str, object]:
    kind = KINDS.get(job.kind)
    return {"job": job, "kind_label": kind.label if kind else job.title}
