"""The parts of a file: seen, ticked in place, and the scans of their papers."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from cards.components import panel, scans, ticking
from cards.components.forms import RepresentativeForm, TickForm, uploads
from cards.components.scans import ScanRefused, UploadsRefused
from cards.components.ticking import TickRefused
from cards.models import Application, Scan, ScanKind
from registry.tasks import scan_resident

FILES = Application.objects.select_related("resident", "commune")
SCANS = Scan.objects.select_related("application__resident", "application__commune")
# A browser shows a PDF by a page of its own making, with an object and a style in it; our PDF holds pictures alone.
PAGES = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
PICTURE = "default-src 'none'; img-src 'self'; frame-ancestors 'none'; sandbox"


@require_safe
@desk(Right.APPLICATION_VIEW)
def parts(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    application = find(request, FILES, public_id)
    record(request, Action.VIEW, target=application, sentence=f"Xem thành phần hồ sơ {application.file_number}")
    return _page(request, application)


@require_POST
@desk(Right.APPLICATION_TAKE)
def part_tick(request: OfficerRequest, public_id: uuid.UUID, code: str) -> HttpResponse:
    """One tick. htmx gets the panel again, a plain browser the page of the file."""
    application = find(request, FILES, public_id)
    form = TickForm(request.POST)
    if not form.is_valid():
        return _refused(request, application, [str(form.errors[name][0]) for name in form.errors])
    try:
        application = ticking.tick(application, code, by=request.user, **form.values())
    except TickRefused as refused:
        return _refused(request, application, [str(refused)])
    scan_resident.delay_on_commit(application.resident_id)
    return _done(request, application)


@require_POST
@desk(Right.APPLICATION_TAKE)
def representative(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    application = find(request, FILES, public_id)
    form = RepresentativeForm(request.POST)
    if not form.is_valid():
        return _refused(request, application, [str(form.errors[name][0]) for name in form.errors])
    try:
        application = ticking.name_representative(application, by=request.user, **form.cleaned_data)
    except TickRefused as refused:
        return _refused(request, application, [str(refused)])
    scan_resident.delay_on_commit(application.resident_id)
    return _done(request, application)


@require_POST
@desk(Right.APPLICATION_TAKE)
def scan_add(request: OfficerRequest, public_id: uuid.UUID, code: str) -> HttpResponse:
    """Several files at once: all are kept, or none and each sentence is said."""
    application = find(request, FILES, public_id)
    try:
        added, known = scans.add(application, code, uploads(request.FILES.getlist("files")), by=request.user)
    except UploadsRefused as refused:
        return _refused(request, application, refused.sentences)
    except TickRefused as refused:
        return _refused(request, application, [str(refused)])
    if added:
        messages.success(request, f"Đã thêm {len(added)} bản quét.")
    if known:
        messages.info(request, f"{known} tệp đã có trong hồ sơ, không thêm lần nữa.")
    return _done(request, application)


@require_safe
@desk(Right.SENSITIVE_VIEW)
def scan_show(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The bytes we made. Every opening is written down; the browser may neither keep them nor take them for anything
    else than a picture or pages of pictures."""
    scan = find(request, SCANS, public_id)
    if scan.content is None:
        raise Http404
    sentence = f"Xem bản quét “{scan.name}” của hồ sơ {scan.application.file_number}"
    record(request, Action.REVEAL, target=scan.application, sentence=sentence)
    is_pdf = scan.kind == ScanKind.PDF
    name = f"ban-quet-{scan.application.file_number}{'.pdf' if is_pdf else '.jpg'}"
    return HttpResponse(
        bytes(scan.content),
        content_type="application/pdf" if is_pdf else "image/jpeg",
        headers={
            "Content-Disposition": content_disposition_header(False, name) or "inline",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Content-Security-Policy": PAGES if is_pdf else PICTURE,
        },
    )


@require_POST
@desk(Right.APPLICATION_TAKE)
def scan_remove(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    scan = find(request, SCANS.defer("content"), public_id)
    try:
        scans.remove(scan, by=request.user, reason=request.POST.get("reason", ""))
    except (ScanRefused, TickRefused) as refused:
        return _refused(request, scan.application, [str(refused)])
    messages.success(request, "Đã xóa bản quét; lý do còn ghi trong hồ sơ.")
    return _done(request, scan.application)


def _done(request: OfficerRequest, application: Application) -> HttpResponse:
    if request.htmx:
        return _panel(request, application)
    return redirect(f"{reverse('cards:application', args=[application.public_id])}#thanh-phan")


def _refused(request: OfficerRequest, application: Application, sentences: list[str]) -> HttpResponse:
    if request.htmx:
        return _panel(request, application, sentences, status=422)
    return _page(request, application, sentences, status=422)


def _panel(
    request: OfficerRequest, application: Application, refused: list[str] | None = None, *, status: int = 200
) -> HttpResponse:
    shown = panel.everything(application, request.user) | {"refused": refused or []}
    return render(request, panel.TEMPLATE, {"panel": shown, "application": application}, status=status)


def _page(
    request: OfficerRequest, application: Application, refused: list[str] | None = None, *, status: int = 200
) -> HttpResponse:
    shown = panel.everything(application, request.user) | {"refused": refused or []}
    return render(
        request, "cards/components/parts.html", {"panel": shown, "application": application}, status=status
    )  # fmt: skip
