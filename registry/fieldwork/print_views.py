"""The paper of a sheet: asked for, waited for, opened."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from registry import tasks
from registry.fieldwork import printing
from registry.fieldwork.refusal import SheetRefused
from registry.fieldwork.views import prints_of
from registry.models import FieldSheet, PrintState

# A browser shows a PDF by a page of its own making, with an object and a style in it: for the paper alone these may be.
READER = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@require_safe
@desk(Right.CLEANUP_WORK, poll=True)
def prints(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The fragment that asks for itself until the PDF is there. Without htmx it is the page of the sheet."""
    sheet = find(request, FieldSheet.objects.all(), public_id)
    if not request.htmx:
        return redirect(sheet)
    return render(request, "registry/fieldwork/_prints.html", {"sheet": sheet, **prints_of(sheet)})


@require_POST
@desk(Right.CLEANUP_WORK)
def print_again(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    sheet = find(request, FieldSheet.objects.all(), public_id)
    try:
        printed = printing.ask(sheet, by=request.user)
    except SheetRefused as refused:
        messages.error(request, str(refused))
        return redirect(sheet)
    tasks.render_field_print.delay_on_commit(printed.pk)
    return redirect(sheet)


@require_GET
@desk(Right.CLEANUP_WORK)
def print_pdf(request: OfficerRequest, public_id: uuid.UUID, copy: int) -> HttpResponse:
    """The stored bytes of one printing. Every opening is written down."""
    sheet = find(request, FieldSheet.objects.select_related("commune"), public_id)
    stored = sheet.prints.filter(copy=copy, state=PrintState.READY).first()
    if stored is None:
        raise Http404
    stored.sheet = sheet
    printing.opened(stored, source=request)
    name = f"phieu-phuc-tra-{sheet.number}-{copy}.pdf"
    return HttpResponse(
        bytes(stored.pdf or b""),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "Cache-Control": "no-store",
            "Content-Security-Policy": READER,
        },
    )
