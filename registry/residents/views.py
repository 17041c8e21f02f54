"""Views of the residents desk: list, register, correct, confirm, the record."""

import uuid
from collections.abc import Iterable

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape, format_html
from django.views.decorators.http import require_POST

from accounts import submit_once
from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action, AuditEvent, Draft
from accounts.roles import Right
from accounts.scope import OfficerRequest, answers_for, desk, find
from accounts.sign_in import drafts, held
from accounts.sign_in.drafts import Here
from accounts.way_back import way_back
from registry import tasks
from registry.cleanup.checklist import open_items
from registry.duplicates import check, old_addresses
from registry.hamlets.names import names_for, not_listed
from registry.models import ConfirmedHow, Household, Resident
from registry.residents import edit_sheet, record_page
from registry.residents.edit_sheet import Sheet
from registry.residents.family import end_relation
from registry.residents.forms import ResidentForm, drafted
from registry.residents.masking import shown_text
from registry.residents.refusal import RecordMoved, RegisterRefused
from registry.residents.register import confirm, correct, register
from registry.residents.scan_compare import after_register
from registry.residents.tables import (
    HouseholdFilter,
    HouseholdTable,
    ResidentFilter,
    ResidentTable,
    listed,
    listed_homes,
)

BROUGHT_ALONG = ("full_name", "number", "birth_date", "cmnd", "sex")  # what a search that found nobody hands over


@desk(Right.RESIDENT_VIEW)
def residents(request: OfficerRequest) -> HttpResponse:
    rows = Resident.objects.in_scope(request.user)
    filtered = ResidentFilter(request.GET, rows, request=request)
    if not (filtered.form.is_valid() and filtered.form.cleaned_data.get("state")):
        filtered = ResidentFilter(request.GET, rows.current(), request=request)
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
    here = drafts.here(request)
    if request.method != "POST":
        known = Resident.objects.in_scope(request.user).filter(submit_token=token).first()
        if known:
            return already_written(request, known)
        return held.waiting_page(request, here) or show_form(request, fresh_form(request, here), here=here)
    form = ResidentForm(request.POST, officer=request.user)
    is_free = here.holder is None or Resident.objects.in_scope(request.user).filter(submit_token=token).exists()
    if not form.is_valid() or not is_free:
        form.add_error(None, [] if is_free else held.refusal(request, here))
        return show_form(request, form, status=422)
    try:
        with transaction.atomic():
            resident, is_new = register(form.cleaned_data, by=request.user, token=token)
            if is_new:
                after_register(resident, form.cleaned_data, by=request.user)
                drafts.forget(request)
                submit_once.first_time(request, str(token))
    except RegisterRefused as refused:
        return show_refusal(request, form, refused)
    if not is_new:
        return already_written(request, resident)
    start_checks(resident)
    messages.success(request, f"Đã ghi nhận {resident.full_name}.")
    say_who_else(request, resident)
    say_of_places(request, form)
    return redirect(resident)


@desk(Right.RESIDENT_WRITE)
def resident_edit(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    resident = find(request, Resident.objects.select_related("commune__parent"), public_id)
    record(request, Action.VIEW, target=resident, sentence=f"Mở để sửa: {resident.audit_label()}")
    if not resident.is_current:
        messages.warning(request, f"Hồ sơ ở tình trạng “{resident.get_state_display()}”, không sửa tại đây.")
        return put_aside(request, resident)
    if request.method == "POST":
        return send_edit(request, resident)
    here = drafts.here(request)
    sheet = edit_sheet.opened(resident, by=request.user, typed=here.typed)
    return show_form(request, sheet.form, resident=resident, here=here, sheet=sheet)


def send_edit(request: OfficerRequest, resident: Resident, *, again: bool = True) -> HttpResponse:
    """Write the form that was sent, once. What a colleague wrote meanwhile is put into it, or asked about."""
    if submit_once.was_written(request):
        return edit_written(request, resident)
    sheet = edit_sheet.sent(resident, by=request.user, data=request.POST)
    if not sheet.is_writable():
        return show_form(request, sheet.form, resident=resident, sheet=sheet, status=422)
    values = sheet.form.cleaned_data
    try:
        with transaction.atomic():
            if not submit_once.first_time(request):
                return edit_written(request, resident)
            changed = correct(
                resident, values, by=request.user, basis=values["note"], opened_with=sheet.compared_with,
                how=how_edited(request),
            )  # fmt: skip
            drafts.forget(request)
    except RecordMoved as moved:
        if again:  # a colleague was faster by a blink: compare with what he wrote
            fresh = find(request, Resident.objects.select_related("commune__parent"), resident.public_id)
            return send_edit(request, fresh, again=False)
        return show_refusal(request, sheet.form, moved, resident=resident, sheet=sheet)
    except RegisterRefused as refused:
        return show_refusal(request, sheet.form, refused, resident=resident, sheet=sheet)
    start_checks(resident)
    messages.success(request, f"Đã sửa: {', '.join(changed)}." if changed else "Không có gì thay đổi.")
    if changed:
        say_who_else(request, resident)
    say_of_places(request, sheet.form)
    if sheet.told:
        messages.info(request, f"Giữ theo hồ sơ những ô đồng chí không sửa. {sheet.told}.")
    return redirect(way_back(request) or resident)


def how_edited(request: OfficerRequest) -> ConfirmedHow | None:
    """Opened from the record, a correction is made with the citizen at the counter. Who was sent here by a queue or a
    list mends what a rule found and has met nobody."""
    return None if way_back(request) else ConfirmedHow.COUNTER


def say_who_else(request: OfficerRequest, resident: Resident) -> None:
    """Who on the books may be the person just written: told, never refused, also when no worker runs."""
    for sentence in check.like(resident, officer=request.user).sentences():
        messages.warning(request, sentence)


def say_of_places(request: OfficerRequest, form: ResidentForm) -> None:
    """What became of a former commune's name, and hamlets that the chief's list does not have: told, never refused."""
    for notice in form.notices:
        messages.info(request, notice)
    typed = {form.cleaned_data.get(f"{kind}_hamlet", "") for kind in ("permanent", "temporary")}
    if request.user.unit and form.cleaned_data.get("permanent_unit") in (None, request.user.unit):
        for told in filter(None, (not_listed(request.user.unit, hamlet) for hamlet in sorted(typed))):
            messages.warning(request, told)


def edit_written(request: OfficerRequest, resident: Resident) -> HttpResponse:
    """The same sending again: nothing is written twice, and nothing went wrong."""
    drafts.forget(request)
    messages.info(request, "Thay đổi này đã ghi, không ghi thêm lần nữa.")
    return redirect(way_back(request) or resident)


def put_aside(request: OfficerRequest, resident: Resident) -> HttpResponse:
    """What was typed can no longer be written here; it stays to be read."""
    kept = drafts.set_aside(request, request.POST)
    if kept:
        say_where(request, kept)
    return redirect(resident)


@require_POST
@desk(Right.RESIDENT_WRITE)
def resident_confirm(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    resident = find(request, Resident.objects.all(), public_id)
    try:
        with transaction.atomic():
            is_first = submit_once.first_time(request)
            if is_first:
                confirm(resident, by=request.user)
    except RegisterRefused as refused:
        messages.error(request, str(refused))
        return redirect(resident)
    if not is_first:
        messages.info(request, "Phúc tra này đã ghi, không ghi thêm lần nữa.")
        return redirect(way_back(request) or resident)
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
    rows = Resident.objects.select_related("commune__parent", "confirmed_by")
    person = find(request, record_page.with_waiting(rows), public_id)
    if answer := led_to_survivor(request, person):
        return answer
    record(request, Action.VIEW, target=person, sentence=f"Xem hồ sơ {person.audit_label()}")
    context = record_page.everything(person, request.user) | {"submit_token": submit_once.new_token()}
    return render(request, "registry/residents/record.html", context)


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
    known_as = old_addresses.refs_of(person)
    events = once_a_minute(AuditEvent.objects.filter(target_ref__in=known_as).order_by("-pk")[:100])[:20]
    template = "registry/residents/_trail.html" if request.htmx else "registry/residents/trail.html"
    for event in events:
        event.reason, event.sentence = (shown_text(text, request.user) for text in (event.reason, event.sentence))
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
    rows = Household.objects.in_scope(request.user).filter(closed_on=None)
    filtered = HouseholdFilter(request.GET, rows, request=request)
    table = paged(request, HouseholdTable(listed_homes(filtered.qs)), listed="hộ gia đình")
    return render(
        request,
        "registry/residents/households.html",
        {"table": table, "filter": filtered, "hamlets": hamlets_of(request)},
    )


def once_a_minute(events: Iterable[AuditEvent]) -> list[AuditEvent]:
    """The parts of one page each leave a line; one look is shown as one. Changes are all shown."""
    shown: dict[tuple[object, ...], AuditEvent] = {}
    for event in events:
        looked = event.action == Action.VIEW
        key = (event.actor_badge, f"{event.at:%Y%m%d%H%M}") if looked else (event.pk,)
        shown.setdefault(key, event)
    return list(shown.values())


def led_to_survivor(request: OfficerRequest, person: Resident) -> HttpResponse | None:
    """The address of a folded record leads to the one that was kept, where the officer may see it.

    302, not 301: a merge can be taken back, and a browser would remember the other for ever. ?ban_cu shows the folded
    record itself.
    """
    survivor = old_addresses.survivor_of(person) if "ban_cu" not in request.GET else None
    if survivor is None or not answers_for(request.user, survivor.commune):
        return None
    record(request, Action.VIEW, target=person, sentence=f"Mở địa chỉ cũ của {person.audit_label()}")
    told = f"Hồ sơ {person.full_name} đã gộp vào hồ sơ này; đồng chí đang xem hồ sơ được giữ lại."
    messages.info(request, told)
    return redirect(survivor)


# --- What the views share -------------------------------------------------------------------------------------------


def fresh_form(request: OfficerRequest, here: Here) -> ResidentForm:
    typed = here.typed
    return ResidentForm(officer=request.user, initial=drafted(typed) if typed else start_values(request))


def show_form(
    request: OfficerRequest,
    form: ResidentForm,
    *,
    resident: Resident | None = None,
    here: Here | None = None,
    sheet: Sheet | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "resident": resident,
        "hamlets": hamlets_of(request),
        "back": way_back(request),
        "here": here,
        "colleagues": held.colleagues(request, here.others) if here else [],
        "sheet": sheet,
    }
    return render(request, "registry/residents/form.html", context, status=status)


def show_refusal(
    request: OfficerRequest,
    form: ResidentForm,
    refused: RegisterRefused,
    *,
    resident: Resident | None = None,
    sheet: Sheet | None = None,
) -> HttpResponse:
    """The form again, with the sentence where it belongs. A number held elsewhere was a question about elsewhere."""
    form.add_error(refused.field, str(refused))
    if refused.asked_outside:
        number = form.cleaned_data.get("number") or form.data.get("number", "")
        record(request, Action.SEARCH_OUTSIDE, sentence=f"Số {number} đã thuộc hồ sơ của xã khác: từ chối ghi")
    return show_form(request, form, resident=resident, sheet=sheet, status=422)


def already_written(request: OfficerRequest, resident: Resident) -> HttpResponse:
    """The same form again: by a double click, or by Back. It makes no second person, and says so.

    The very same sending takes its draft away; anything else that was typed is set aside, to be read.
    """
    if submit_once.was_written(request, str(resident.submit_token)):
        drafts.forget(request)
    messages.info(request, "Phiếu này đã ghi thành hồ sơ dưới đây, không ghi thêm lần nữa. Cần thay đổi thì bấm Sửa.")
    return put_aside(request, resident)


def say_where(request: OfficerRequest, kept: Draft) -> None:
    url = reverse("accounts:draft_look", args=[kept.public_id])
    told = 'Những gì đồng chí gõ thêm không mất: <a href="{}">xem bản cất riêng</a>.'
    messages.info(request, format_html(told, url))


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
    """The commune's hamlets for the field's suggestions: the chief's list, or what households are called by."""
    return names_for(request.user)
