"""The card desk: the list, and the form of a file, new or begun."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.sign_in import drafts, held
from cards.applications import counter, data, eligibility, intake, law, reasons
from cards.applications.fees import exemption_for_age
from cards.applications.forms import PAPERS, RELATIONS, ApplicationForm, initial_of, with_seen_papers
from cards.applications.fresh import look_at_once
from cards.applications.intake import IntakeRefused
from cards.applications.outlook import outlook, papers_needed
from cards.applications.tables import ApplicationFilter, ApplicationTable
from cards.applications.workflow import MoveRefused
from cards.models import Application, Kind, State
from cards.tasks import render_receipt
from registry.models import Resident
from registry.tasks import scan_resident

PER_PAGE = 25
WITH_OPEN_FILE = Resident.objects.select_related("commune").annotate(
    has_open_file=Exists(Application.objects.open().filter(resident=OuterRef("pk")))
)
LATER = "de-sau"
"""The button that keeps what is known by now, without receiving."""


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
    """A fresh form with an address of its own, so that its draft and its double click are its own too. Somebody whose
    file was begun goes on with that one."""
    resident = find(request, Resident.objects.all(), public_id)
    begun = intake.open_file_of(resident)
    if begun is not None and intake.may_be_filled(begun):
        return redirect("cards:application_fill", public_id=begun.public_id)
    return redirect("cards:application_form", public_id=resident.public_id, token=uuid.uuid4())


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.APPLICATION_TAKE)
def application_form(request: OfficerRequest, public_id: uuid.UUID, token: uuid.UUID) -> HttpResponse:
    resident = find(request, WITH_OPEN_FILE, public_id)
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
            opened = _take_in(request, resident, form, token)
        except IntakeRefused as refused:
            form.show(refused.faults)
        else:
            return _go_to(request, opened)
    return _form_page(request, resident, form, status=422)


def _take_in(request: OfficerRequest, resident: Resident, form: ApplicationForm, token: uuid.UUID) -> Application:
    by, entry, proposed = request.user, form.entry(), _proposed(resident)["reason"]
    data.look(resident)
    with transaction.atomic():
        if LATER in request.POST:
            made = intake.begin(resident, by=by, entry=entry, submit_token=token, proposed=proposed)
        else:
            made = counter.take_in(resident, by=by, entry=entry, submit_token=token, proposed=proposed)
        drafts.forget(request)
        _afterwards(made)
    return made


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.APPLICATION_TAKE)
def application_fill(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The form of a file that was begun: kept for later, or received."""
    found = find(request, with_seen_papers().select_related("resident__commune", "commune"), public_id)
    if not intake.may_be_filled(found):
        messages.info(request, f"Hồ sơ {found.file_number} không còn sửa ở phiếu thu nhận.")
        return redirect("cards:application", public_id=found.public_id)
    if request.method != "POST":
        typed = drafts.here(request).typed or initial_of(found)
        return _form_page(request, found.resident, ApplicationForm(initial=typed, on=timezone.localdate()), found)
    form = ApplicationForm(request.POST, on=timezone.localdate())
    if "preview" in request.POST:
        return _preview(request, found.resident, form, found)
    if form.is_valid():
        try:
            filled = _fill(request, found, form)
        except IntakeRefused as refused:
            form.show(refused.faults)
        except MoveRefused as refused:
            form.show(refused.faults or (eligibility.Fault("", str(refused)),))
        else:
            return _go_to(request, filled)
    return _form_page(request, found.resident, form, found, status=422)


def _fill(request: OfficerRequest, found: Application, form: ApplicationForm) -> Application:
    seen, entry = request.POST.get("seen", ""), form.entry()
    data.look(found.resident)
    with transaction.atomic():
        if LATER in request.POST:
            filled = intake.change(found, by=request.user, entry=entry, seen=seen)
        else:
            filled = counter.complete(found, by=request.user, entry=entry, seen=seen)
        drafts.forget(request)
        _afterwards(filled)
    return filled


def _afterwards(made: Application) -> None:
    """What waits for a worker: the slip, where there is one now, and the rules."""
    if slip := made.receipt:
        render_receipt.delay_on_commit(slip.pk)
    scan_resident.delay_on_commit(made.resident_id)


def _go_to(request: OfficerRequest, made: Application) -> HttpResponse:
    if made.state == State.WAITING_FOR_DATA:
        day = f" trước hết ngày {made.data_due_on:%d/%m/%Y}" if made.data_due_on else ""
        messages.warning(request, f"Hồ sơ {made.file_number} đã ghi và đang chờ: điều chỉnh dữ liệu in trên thẻ{day}.")
    elif made.received_at is None:
        messages.success(request, f"Đã lưu hồ sơ {made.file_number}; chưa thu nhận, chưa có phiếu hẹn.")
    return redirect("cards:application", public_id=made.public_id)


def _proposed(resident: Resident) -> dict[str, Any]:
    """What the papers and the age propose."""
    prefetch_related_objects([resident], "documents")
    proposed = reasons.propose(
        age_years=resident.age_years, documents=resident.documents.all(), on=timezone.localdate()
    )
    return {"reason": proposed, "exemption": exemption_for_age(resident.age_years)}


def _preview(
    request: OfficerRequest, resident: Resident, form: ApplicationForm, begun: Application | None = None
) -> HttpResponse:
    """What the choice made so far costs and needs; nothing is written. A fragment for htmx, otherwise the page."""
    if request.htmx:
        typed = ApplicationForm(initial=request.POST.dict(), on=timezone.localdate())
        context = {"outlook": outlook(resident, form.data), "papers": _papers(resident, typed)}
        return render(request, "cards/applications/_preview.html", context)
    plain = ApplicationForm(initial=request.POST.dict(), on=timezone.localdate())
    return _form_page(request, resident, plain, begun)


def _papers(resident: Resident, form: ApplicationForm) -> list[Any]:
    """The ticks of the papers that the choice made so far needs. One query."""
    values = {name: form[name].value() or "" for name in ("reason", "channel", "exemption", "representative_name",
                                                          "representative_number")}  # fmt: skip
    needed = papers_needed(resident, values)
    return [form[name] for name, part in PAPERS.items() if part.code in needed]


def _form_page(
    request: OfficerRequest,
    resident: Resident,
    form: ApplicationForm,
    begun: Application | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    today, documents = timezone.localdate(), list(resident.documents.all())
    chosen = form["reason"].value()
    offers = reasons.offers(age_years=resident.age_years, documents=documents, on=today)
    look_at_once(request, resident)
    record(
        request, Action.VIEW, target=resident, sentence=f"Mở phiếu thu nhận hồ sơ căn cước của {resident.audit_label()}"
    )
    context = {
        "resident": resident,
        "form": form,
        "begun": begun,
        "seal": request.POST.get("seen") or (intake.seal(begun) if begun else ""),
        "columns": [(kind.label, [one for one in offers if one.reason.kind == kind]) for kind in Kind],
        "chosen": chosen,
        "outlook": outlook(resident, {name: form[name].value() or "" for name in form.fields}),
        "papers": _papers(resident, form),
        "answers": law.answers(resident, documents=documents, on=today),
        "stops": data.stops(resident, chosen or ""),
        "data_law": data.ARTICLE,
        "may_correct": request.user.can(Right.RESIDENT_WRITE),
        "relations": RELATIONS,
        "fault": eligibility.person_fault(resident),
        "open_file": intake.open_file_of(resident) if getattr(resident, "has_open_file", False) else None,
    }
    return render(request, "cards/applications/form.html", context, status=status)
