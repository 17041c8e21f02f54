"""Pages of going out: the sheets, making one, typing one back, and what visits left to be done."""

import re
import uuid
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action, Unit
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.sign_in import drafts
from accounts.submit_once import first_time, new_token, token_of
from registry import tasks
from registry.fieldwork import choosing, entering, following, making, page, printing
from registry.fieldwork.forms import CancelForm, ListBackForm, NewSheetForm
from registry.fieldwork.refusal import EntryRefused, SheetRefused
from registry.fieldwork.tables import SheetTable, ToDoTable, listed, work_for
from registry.models import FieldLine, FieldSheet, Outcome, SheetState
from registry.models.field_sheet import read_code
from registry.residents.fields import DayField

SHEETS_A_PAGE, WORK_A_PAGE = 25, 25
NUMBER = re.compile(r"(?:(\d{2}|\d{4})\s*[-/])?\s*0*(\d{1,6})")
DAY = DayField(label="Ngày đến", required=False)


@require_GET
@desk(Right.CLEANUP_WORK)
def sheets(request: OfficerRequest) -> HttpResponse:
    """The sheets of the commune; ?tat-ca=1 also those that are done or cancelled."""
    rows = FieldSheet.objects.in_scope(request.user)
    everything = "tat-ca" in request.GET
    shown = rows if everything else rows.filter(state=SheetState.OPEN)
    table = paged(request, SheetTable(listed(shown)), listed="phiếu phúc tra", per_page=SHEETS_A_PAGE)
    context = {
        "table": table,
        "everything": everything,
        "to_do": FieldLine.objects.in_scope(request.user).to_do().count(),
    }
    return render(request, "registry/fieldwork/sheets.html", context)


@desk(Right.CLEANUP_WORK)
def sheet_new(request: OfficerRequest) -> HttpResponse:
    """Choose households and make the sheet; ?ho=<number> or ?thon=<name> begin the form."""
    commune = cast(Unit, request.user.unit)
    if request.method != "POST":
        start: dict[str, Any] = {"codes": request.GET.get("ho", ""), "hamlets": request.GET.getlist("thon")}
        start |= {"assigned_to": request.user.public_id, "planned_on": f"{timezone.localdate():%d/%m/%Y}"}
        return _new_page(request, NewSheetForm(initial=start, commune=commune))
    form = NewSheetForm(request.POST, commune=commune)
    if not form.is_valid():
        return _new_page(request, form, status=422)
    values = form.cleaned_data
    try:
        with transaction.atomic():
            if not first_time(request):
                messages.info(request, "Phiếu này đã lập, không lập thêm lần nữa.")
                return redirect("registry:field")
            homes = choosing.chosen(commune, form.wish(), today=timezone.localdate())
            made = making.make(commune, homes, by=request.user, which=values["which"],
                               assigned_to=values["assigned_to"], planned_on=values["planned_on"])  # fmt: skip
            printed = printing.ask(made, by=request.user)
    except SheetRefused as refused:
        form.add_error(refused.field, str(refused))
        return _new_page(request, form, status=422)
    if len(homes) <= printing.AT_ONCE_HOUSEHOLDS:
        printing.render_and_store(printed.pk)
    else:
        tasks.render_field_print.delay_on_commit(printed.pk)
    messages.success(request, f"Đã lập {made}: {len(homes)} hộ.")
    return redirect(made)


def _new_page(request: OfficerRequest, form: NewSheetForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "submit_token": token_of(request)}
    return render(request, "registry/fieldwork/new.html", context, status=status)


@require_GET
@desk(Right.CLEANUP_WORK)
def find_code(request: OfficerRequest) -> HttpResponse:
    """A household's code from the paper, or the number of a sheet: opens the sheet, at that household."""
    text = request.GET.get("ma", "").strip()
    line_id = read_code(text)
    rows = FieldSheet.objects.in_scope(request.user)
    if line_id is not None:
        line = find(request, FieldLine.objects.select_related("sheet"), line_id)
        return redirect(f"{line.sheet.get_absolute_url()}#ho-{line.told.get('place', 1)}")
    match = NUMBER.fullmatch(text)
    if match:
        year, serial = match[1] or str(timezone.localdate().year), int(match[2])
        found = rows.filter(year=2000 + int(year) % 100, serial=serial).first()
        if found is not None:
            return redirect(found)
    messages.error(request, f"Không có phiếu “{text[:60]}”. Quét mã trên phiếu, hoặc gõ số phiếu như 26-0012.")
    return redirect("registry:field")


# --- one sheet -------------------------------------------------------------------------------------------------------


@desk(Right.CLEANUP_WORK)
def sheet(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The sheet in the order of its paper: GET shows what stands and what was being typed, POST writes it."""
    one = _sheet(request, public_id)
    if request.method == "POST":
        return _save(request, one)
    record(request, Action.VIEW, target=one, sentence=f"Xem {one}")
    here = drafts.here(request)
    lines = _lines(one)
    typed = page.typed_of(lines, here.typed) if here.own else None
    day = here.typed.get(entering.VISITED_ON) or f"{timezone.localdate():%d/%m/%Y}"
    return _sheet_page(request, one, lines, typed=typed, day=day, here=here)


def _save(request: OfficerRequest, one: FieldSheet) -> HttpResponse:
    lines = _lines(one)
    typed = page.typed_of(lines, request.POST.dict())
    day_text = request.POST.get(entering.VISITED_ON, "")
    day, errors = _read_day(day_text)
    try:
        if errors:
            raise EntryRefused(errors)
        with transaction.atomic():
            if not first_time(request):
                messages.info(request, "Kết quả này đã ghi, không ghi thêm lần nữa.")
                return redirect(one)
            done = entering.enter(one, typed, visited_on=day, by=request.user)
            drafts.forget(request)
    except EntryRefused as refused:
        return _sheet_page(request, one, lines, typed=typed, errors=refused.errors, day=day_text, status=422)
    except SheetRefused as refused:
        messages.error(request, str(refused))
        return redirect(one)
    say(request, done, one)
    return redirect(one)


def say(request: OfficerRequest, done: entering.Entered, one: FieldSheet) -> None:
    """What a save did; and that the workers are to look."""
    messages.success(request, done.sentence)
    for told in done.told:
        messages.warning(request, told)
    if done.is_done:
        messages.success(request, f"{one} đã nhập đủ.")
    for person in done.people[:10]:  # the sweep takes the rest
        tasks.scan_resident.delay_on_commit(person)


def _read_day(text: str) -> tuple[Any, dict[str, str]]:
    from django.core.exceptions import ValidationError

    try:
        return DAY.clean(text), {}
    except ValidationError as refused:
        return None, {entering.VISITED_ON: " ".join(refused.messages)}


def _sheet_page(
    request: OfficerRequest,
    one: FieldSheet,
    lines: list[FieldLine],
    *,
    day: str,
    typed: dict[uuid.UUID, entering.Typed] | None = None,
    errors: dict[str, str] | None = None,
    here: drafts.Here | None = None,
    cancel: CancelForm | None = None,
    status: int = 200,
) -> HttpResponse:
    people = [line for line in lines if line.resident_id is not None]
    context = {
        "sheet": one,
        "homes": page.rows_of(lines, typed, errors),
        "people": len(people),
        "entered": sum(line.is_entered for line in people),
        # A draft is compared with what it was typed on: what a colleague entered since is asked about, not overwritten.
        "versions": here.typed.get(page.VERSIONS, "{}") if here and here.own else page.versions_of(lines),
        "day": day,
        "day_error": (errors or {}).get(entering.VISITED_ON, ""),
        "error_count": len(errors or {}),
        "submit_token": new_token(),
        "here": here,
        "outcomes": [(value, label) for value, label in Outcome.choices],
        "cancel": cancel or CancelForm(auto_id="huy_%s"),
        "back_form": ListBackForm(),
        **prints_of(one),
    }
    return render(request, "registry/fieldwork/sheet.html", context, status=status)


def prints_of(one: FieldSheet) -> dict[str, Any]:
    """What the corner of prints shows; the bytes stay where they are."""
    rows = list(one.prints.select_related("asked_by").defer("pdf"))
    return {"prints": rows, "last_print": rows[-1] if rows else None}


def _sheet(request: OfficerRequest, public_id: uuid.UUID) -> FieldSheet:
    return find(request, FieldSheet.objects.select_related("commune__parent", "assigned_to", "created_by"), public_id)


def _lines(one: FieldSheet) -> list[FieldLine]:
    return list(one.lines.select_related("resident", "entered_by").order_by("position"))


@require_POST
@desk(Right.CLEANUP_WORK)
def sheet_finish(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    one = _sheet(request, public_id)
    making.finish(one, by=request.user)
    messages.success(request, f"Đã kết thúc {one}.")
    return redirect(one)


@require_POST
@desk(Right.CLEANUP_WORK)
def sheet_cancel(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    one = _sheet(request, public_id)
    form = CancelForm(request.POST, auto_id="huy_%s")
    if form.is_valid():
        try:
            making.cancel(one, by=request.user, reason=form.cleaned_data["reason"])
        except SheetRefused as refused:
            form.add_error("reason", str(refused))
    if form.errors:
        today = f"{timezone.localdate():%d/%m/%Y}"
        return _sheet_page(request, one, _lines(one), day=today, cancel=form, status=422)
    messages.success(request, f"Đã hủy {one}; số phiếu vẫn giữ.")
    return redirect("registry:field")


# --- what visits left ------------------------------------------------------------------------------------------------


@require_GET
@desk(Right.CLEANUP_WORK)
def to_do(request: OfficerRequest) -> HttpResponse:
    rows = FieldLine.objects.in_scope(request.user).to_do()
    rows = rows.select_related("sheet", "household", "resident", "entered_by")
    table = paged(request, ToDoTable(rows), listed="việc sau phúc tra", per_page=WORK_A_PAGE)
    for row in table.page.object_list:
        row.record.work = work_for(row.record)
    return render(request, "registry/fieldwork/to_do.html", {"table": table})


@require_POST
@desk(Right.CLEANUP_WORK)
def to_do_done(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    line = find(request, FieldLine.objects.select_related("sheet", "household", "resident"), public_id)
    if following.done(line, by=request.user):
        messages.success(request, f"Đã làm xong: {line.name or line.household}.")
    return redirect("registry:field_to_do")
