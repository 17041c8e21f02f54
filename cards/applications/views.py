"""The card desk: the list, taking an application in, its page, and its moves."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.sign_in import drafts, held
from cards.applications import eligibility, intake, reasons, workflow
from cards.applications.fees import exemption_for_age
from cards.applications.forms import ApplicationForm, HandOverForm, MoveForm
from cards.applications.outlook import outlook
from cards.applications.page import everything
from cards.applications.tables import ApplicationFilter, ApplicationTable
from cards.models import Application, Kind
from cards.tasks import render_receipt
from registry.models import Resident
from registry.tasks import scan_resident

PER_PAGE = 25


@require_safe
@desk(Right.APPLICATION_VIEW)
def applications(request: OfficerRequest) -> HttpResponse:
    rows = Application.objects.in_scope(request.user).select_related("resident", "commune")
    filtered = ApplicationFilter(request.GET, rows, request=request)
    table = ApplicationTable(filtered.qs, officer=request.user)
    paged(request, table, listed="hồ sơ căn cước", per_page=PER_PAGE)
    return render(request, "cards/applications/list.html", {"table": table, "filter": filtered})


@require_safe
@desk(Right.APPLICATION_TAKE)
def application_new(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """A fresh form with an address of its own, so that its draft and its double click are its own too."""
    resident = find(request, Resident.objects.all(), public_id)
    return redirect("cards:application_form", public_id=resident.public_id, token=uuid.uuid4())


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.APPLICATION_TAKE)
def application_form(request: OfficerRequest, public_id: uuid.UUID, token: uuid.UUID) -> HttpResponse:
    resident = find(request, Resident.objects.select_related("commune"), public_id)
    here = drafts.here(request)
    if request.method != "POST":
        fresh = ApplicationForm(initial=here.typed or _proposed(resident), on=timezone.localdate())
        return held.waiting_page(request, here) or _form_page(request, resident, fresh)
    form = ApplicationForm(request.POST, on=timezone.localdate())
    if "preview" in request.POST:
        return _preview(request, resident, form)
    if form.is_valid() and here.holder:
        form.add_error(None, held.refusal(request, here))
    elif form.is_valid():
        try:
            with transaction.atomic():
                opened = intake.open(resident, by=request.user, entry=form.entry(), submit_token=token)
                drafts.forget(request)
                slip = opened.receipt
                assert slip is not None  # opened with the file
                render_receipt.delay_on_commit(slip.pk)
                scan_resident.delay_on_commit(resident.pk)
        except intake.IntakeRefused as refused:
            form.show(refused.faults)
        else:
            return redirect("cards:application", public_id=opened.public_id)
    return _form_page(request, resident, form, status=422)


def _proposed(resident: Resident) -> dict[str, Any]:
    """What the papers and the age propose."""
    proposed = reasons.propose(
        age_years=resident.age_years, documents=resident.documents.all(), on=timezone.localdate()
    )
    return {"reason": proposed, "exemption": exemption_for_age(resident.age_years)}


def _preview(request: OfficerRequest, resident: Resident, form: ApplicationForm) -> HttpResponse:
    """What the choice made so far costs and needs; nothing is written. A fragment for htmx, otherwise the page."""
    if request.htmx:
        return render(request, "cards/applications/_outlook.html", {"outlook": outlook(resident, form.data)})
    plain = ApplicationForm(initial=request.POST.dict(), on=timezone.localdate())
    return _form_page(request, resident, plain)


def _form_page(
    request: OfficerRequest, resident: Resident, form: ApplicationForm, *, status: int = 200
) -> HttpResponse:
    today = timezone.localdate()
    chosen = form["reason"].value()
    offers = reasons.offers(age_years=resident.age_years, documents=resident.documents.all(), on=today)
    context = {
        "resident": resident,
        "form": form,
        "columns": [(kind.label, [one for one in offers if one.reason.kind == kind]) for kind in Kind],
        "chosen": chosen,
        "outlook": outlook(resident, {name: form[name].value() or "" for name in form.fields}),
        "fault": eligibility.person_fault(resident),
        "open_file": intake.open_file_of(resident),
    }
    return render(request, "cards/applications/form.html", context, status=status)


PAGE = ("resident", "commune", "created_by")


@require_safe
@desk(Right.APPLICATION_VIEW)
def application(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    found = find(request, Application.objects.select_related(*PAGE), public_id)
    record(request, Action.VIEW, target=found, sentence=f"Xem hồ sơ {found.file_number}")
    return render(request, "cards/applications/page.html", everything(found, request.user))


@require_POST
@desk(Right.APPLICATION_TAKE)
def application_move(request: OfficerRequest, public_id: uuid.UUID, move: str) -> HttpResponse:
    found = find(request, Application.objects.select_related(*PAGE), public_id)
    form = _move_form(request, found, move)
    if form.is_valid():
        try:
            moved = workflow.move(found, move, by=request.user, **form.values())
        except workflow.MoveRefused as refused:
            return _refused(request, found, form, refused)
        scan_resident.delay_on_commit(moved.resident_id)
        messages.success(request, f"Hồ sơ {moved.file_number}: {moved.get_state_display().lower()}.")
        return redirect("cards:application", public_id=found.public_id)
    return _refused(request, found, form)


def _move_form(request: OfficerRequest, found: Application, move: str) -> MoveForm | HandOverForm:
    """The fields of the card only where it can be handed over now; otherwise workflow.move() says why not."""
    row = workflow.MOVES.get(move)
    if row is not None and row.needs_card and found.state in row.sources:
        return HandOverForm(request.POST, application=found)
    return MoveForm(request.POST)


def _refused(
    request: OfficerRequest,
    found: Application,
    form: MoveForm | HandOverForm,
    refused: workflow.MoveRefused | None = None,
) -> HttpResponse:
    """Beside the fields when there are some to mend; otherwise one sentence on the page of the file."""
    if isinstance(form, HandOverForm) and (refused is None or refused.faults):
        form.show(refused.faults if refused else ())
        context = everything(found, request.user, hand_over=form)
        return render(request, "cards/applications/page.html", context, status=422)
    messages.error(request, str(refused or form.errors["note"][0]))
    return redirect("cards:application", public_id=found.public_id)
