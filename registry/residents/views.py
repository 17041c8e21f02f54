"""Views of the residents desk: list, register, correct, confirm, the record."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, OuterRef, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action, AuditEvent
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.sign_in import drafts
from registry import tasks
from registry.cleanup.checklist import open_items
from registry.models import HEAD, Household, Membership, Resident
from registry.residents import record_page
from registry.residents.family import end_relation
from registry.residents.forms import ResidentForm, drafted, initial_of
from registry.residents.refusal import RegisterRefused
from registry.residents.register import confirm, correct, may_be_corrected, register
from registry.residents.tables import HouseholdFilter, HouseholdTable, ResidentFilter, ResidentTable, listed

HAMLETS_SHOWN = 60
BROUGHT_ALONG = ("full_name", "number", "birth_date", "cmnd", "sex")  # what a search that found nobody hands over


@desk(Right.RESIDENT_VIEW)
def residents(request: OfficerRequest) -> HttpResponse:
    rows = Resident.objects.in_scope(request.user)
    filtered = ResidentFilter(request.GET, rows)
    if not (filtered.form.is_valid() and filtered.form.cleaned_data.get("state")):
        filtered = ResidentFilter(request.GET, rows.current())
    table = paged(request, ResidentTable(listed(filtered.qs), officer=request.user), listed="cư dân")
    return render(
        request, "registry/residents/list.html", {"table": table, "filter": filtered, "hamlets": hamlets_of(request)}
    )


@desk(Right.RESIDENT_WRITE)
def resident_new(request: OfficerRequest) -> HttpResponse:
    """A fresh form has an address of its own: its draft and its double click are told apart by it."""
    address = reverse("registry:resident_form", args=[uuid.uuid4()])
    return redirect(f"{address}?{request.GET.urlencode()}" if request.GET else address)


@desk(Right.RESIDENT_WRITE)
def resident_form(request: OfficerRequest, token: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        known = Resident.objects.in_scope(request.user).filter(submit_token=token).first()
        return already_written(request, known) if known else show_form(request, fresh_form(request))
    form = ResidentForm(request.POST, officer=request.user)
    if not form.is_valid():
        return show_form(request, form, status=422)
    try:
        with transaction.atomic():
            resident, is_new = register(form.cleaned_data, by=request.user, token=token)
            drafts.forget(request)
    except RegisterRefused as refused:
        return show_refusal(request, form, refused)
    if not is_new:
        return already_written(request, resident)
    start_checks(resident)
    messages.success(request, f"Đã ghi nhận {resident.full_name}.")
    return redirect(resident)


@desk(Right.RESIDENT_WRITE)
def resident_edit(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    resident = find(request, Resident.objects.select_related("commune__parent"), public_id)
    record(request, Action.VIEW, target=resident, sentence=f"Mở để sửa: {resident.audit_label()}")
    if not may_be_corrected(resident):
        messages.warning(request, f"Hồ sơ ở tình trạng “{resident.get_state_display()}”, không sửa tại đây.")
        return redirect(resident)
    initial = initial_of(resident)
    if request.method != "POST":
        typed = drafts.load(request)
        form = ResidentForm(officer=request.user, resident=resident, initial=drafted(typed) if typed else initial)
        return show_form(request, form, resident=resident)
    form = ResidentForm(request.POST, officer=request.user, resident=resident, initial=initial)
    if not form.is_valid():
        return show_form(request, form, resident=resident, status=422)
    values = form.cleaned_data
    try:
        with transaction.atomic():
            changed = correct(
                resident, values, by=request.user, basis=values["note"], opened_with=values["opened_with"]
            )
            drafts.forget(request)
    except RegisterRefused as refused:
        sent = request.POST.copy()
        sent["opened_with"] = initial["opened_with"]  # the next submit has seen what changed
        form.data = sent
        return show_refusal(request, form, refused, resident=resident)
    start_checks(resident)
    messages.success(request, f"Đã sửa: {', '.join(changed)}." if changed else "Không có gì thay đổi.")
    return redirect(way_back(request) or resident)


@require_POST
@desk(Right.RESIDENT_WRITE)
def resident_confirm(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    resident = find(request, Resident.objects.all(), public_id)
    try:
        confirm(resident, by=request.user)
    except RegisterRefused as refused:
        messages.error(request, str(refused))
        return redirect(resident)
    start_checks(resident)
    messages.success(request, "Đã ghi phúc tra: thông tin đúng đến hôm nay.")
    return redirect(way_back(request) or resident)


@require_POST
@desk(Right.RESIDENT_WRITE)
def relation_end(request: OfficerRequest, public_id: uuid.UUID, relation_id: uuid.UUID) -> HttpResponse:
    """A second father or mother that should not be there is taken off the record."""
    resident = find(request, Resident.objects.all(), public_id)
    relation = resident.relations.filter(public_id=relation_id, is_current=True).first()
    if relation:
        end_relation(relation, by=request.user)
        start_checks(resident)
        messages.success(request, f"Đã bỏ dòng “{relation}”.")
    return redirect(resident)


@desk(Right.RESIDENT_VIEW)
def resident(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    person = find(request, Resident.objects.select_related("commune__parent", "confirmed_by"), public_id)
    record(request, Action.VIEW, target=person, sentence=f"Xem hồ sơ {person.audit_label()}")
    return render(request, "registry/residents/record.html", record_page.everything(person, request.user))


@desk(Right.RESIDENT_VIEW, poll=True)
def resident_checklist(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The checklist of the record, asked again until the worker has looked at it."""
    person = find(request, Resident.objects.all(), public_id)
    context = {"resident": person, "checklist": open_items(person, request.user), "being_checked": person.scan_due}
    return render(request, "registry/residents/_checklist_card.html", context)


@desk(Right.RESIDENT_VIEW)
def resident_trail(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who looked and who changed, as a fragment of the record (or a page of its own without scripts)."""
    person = find(request, Resident.objects.all(), public_id)
    record(request, Action.VIEW, target=person, sentence=f"Xem nhật ký của {person.audit_label()}")
    events = AuditEvent.objects.filter(target_ref=str(person.public_id)).order_by("-pk")[:20]
    template = "registry/residents/_trail.html" if request.htmx else "registry/residents/trail.html"
    return render(request, template, {"resident": person, "events": events})


@desk(Right.SENSITIVE_VIEW)
def reveal(request: OfficerRequest, public_id: uuid.UUID, field: str) -> HttpResponse:
    """One sensitive value (dân tộc, tôn giáo), shown on request and written down (NĐ 356/2025 Đ4)."""
    person = find(request, Resident.objects.all(), public_id)
    label, value = record_page.sensitive(person, field)
    record(request, Action.REVEAL, target=person, sentence=f"Xem {label} của {person.audit_label()}")
    if request.htmx:
        return HttpResponse(escape(value))
    messages.info(request, f"{label.capitalize()}: {value}")
    return redirect(person)


@desk(Right.RESIDENT_VIEW)
def households(request: OfficerRequest) -> HttpResponse:
    head = Membership.objects.filter(household=OuterRef("pk"), to_on=None, role__code=HEAD)
    rows = (
        Household.objects.in_scope(request.user)
        .filter(closed_on=None)
        .annotate(
            head_name=head.values("resident__full_name")[:1],
            head_folded=head.values("resident__name_folded")[:1],
            member_count=Count("memberships", filter=Q(memberships__to_on=None)),
        )
    )
    filtered = HouseholdFilter(request.GET, rows)
    table = paged(request, HouseholdTable(filtered.qs), listed="hộ gia đình")
    return render(
        request,
        "registry/residents/households.html",
        {"table": table, "filter": filtered, "hamlets": hamlets_of(request)},
    )


@desk(Right.RESIDENT_VIEW)
def household(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    members = Membership.objects.select_related("resident", "role").order_by("to_on", "pk")
    home = find(
        request,
        Household.objects.select_related("commune").prefetch_related(Prefetch("memberships", members)),
        public_id,
    )
    record(request, Action.VIEW, target=home, sentence=f"Xem {home.audit_label()}")
    return render(request, "registry/residents/household.html", {"household": home, "members": home.memberships.all()})


# --- What the views share -------------------------------------------------------------------------------------------


def fresh_form(request: OfficerRequest) -> ResidentForm:
    typed = drafts.load(request)
    return ResidentForm(officer=request.user, initial=drafted(typed) if typed else start_values(request))


def show_form(
    request: OfficerRequest, form: ResidentForm, *, resident: Resident | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "resident": resident,
        "hamlets": hamlets_of(request),
        "back": way_back(request),
        "draft_saved_at": None if form.is_bound else drafts.saved_at(request),
    }
    return render(request, "registry/residents/form.html", context, status=status)


def show_refusal(
    request: OfficerRequest, form: ResidentForm, refused: RegisterRefused, *, resident: Resident | None = None
) -> HttpResponse:
    """The form again, with the sentence where it belongs. A number held elsewhere was a question about elsewhere."""
    form.add_error(refused.field, str(refused))
    if refused.asked_outside:
        number = form.cleaned_data.get("number") or form.data.get("number", "")
        record(request, Action.SEARCH_OUTSIDE, sentence=f"Số {number} đã thuộc hồ sơ của xã khác: từ chối ghi")
    return show_form(request, form, resident=resident, status=422)


def already_written(request: OfficerRequest, resident: Resident) -> HttpResponse:
    """The same form again: by a double click, or by Back. It makes no second person, and says so."""
    drafts.forget(request)
    messages.info(request, "Phiếu này đã ghi thành hồ sơ dưới đây, không ghi thêm lần nữa. Cần thay đổi thì bấm Sửa.")
    return redirect(resident)


def start_values(request: OfficerRequest) -> dict:
    """What a link brought along (?full_name=…), and the commune as a first guess."""
    commune = request.user.unit.name if request.user.unit else ""
    given = {
        name: request.GET[name] for name in ("full_name", "number", "birth_date", "cmnd", "sex") if name in request.GET
    }
    defaults = {"nationality": "VN", "permanent_unit": commune, "present_same": True, "household_choice": "none"}
    return defaults | given


def start_checks(resident: Resident) -> None:
    """The workers look at the record as soon as it is committed; the sweeps would find its marks anyway."""
    tasks.scan_resident.delay_on_commit(resident.pk)
    tasks.search_resident.delay_on_commit(resident.pk)


def hamlets_of(request: OfficerRequest) -> list[str]:
    """The commune's hamlets as its households name them, for the field's suggestions."""
    rows = Household.objects.in_scope(request.user).exclude(hamlet="").values_list("hamlet", flat=True)
    return list(rows.distinct().order_by("hamlet")[:HAMLETS_SHOWN])


def way_back(request: OfficerRequest) -> str:
    """?ve=…: the queue case that sent the officer here; only addresses of our own."""
    url = request.POST.get("ve") or request.GET.get("ve") or ""
    return url if url and url_has_allowed_host_and_scheme(url, {request.get_host()}) else ""
