"""Views of changes: the form, its preview, what waits, one change."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action, Officer
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.sign_in import drafts, held
from accounts.sign_in.drafts import Here
from accounts.way_back import way_back
from accounts.working_days import add_working_days
from registry import tasks
from registry.changes import kinds, run
from registry.changes.forms import ChangeForm
from registry.changes.kinds import Kind, Subject
from registry.changes.people_field import found_people
from registry.changes.refusal import ChangeMoved, ChangeRefused
from registry.changes.run import Preview
from registry.changes.tables import ChangeFilter, ChangeTable
from registry.models import Change, ChangeState, Household, Resident, ResidentState
from registry.residents.masking import shown_text
from registry.residents.refusal import RegisterRefused

STEP = "buoc"
NOT_TYPED = {"csrfmiddlewaretoken", STEP, "seen", "about"}
CHECKED_AT_ONCE = 12


@desk(Right.RESIDENT_WRITE)
def resident_change_new(request: OfficerRequest, public_id: uuid.UUID, kind: str) -> HttpResponse:
    """Each form has an address of its own: its draft and its double click are told apart by it."""
    find(request, Resident.objects.all(), public_id)
    return _fresh(request, "registry:resident_change", public_id, _kind(kind, "resident").code)


@desk(Right.RESIDENT_WRITE)
def household_change_new(request: OfficerRequest, public_id: uuid.UUID, kind: str) -> HttpResponse:
    find(request, Household.objects.all(), public_id)
    return _fresh(request, "registry:household_change", public_id, _kind(kind, "household").code)


@desk(Right.RESIDENT_WRITE)
def resident_change(request: OfficerRequest, public_id: uuid.UUID, kind: str, token: uuid.UUID) -> HttpResponse:
    person = find(request, Resident.objects.select_related("commune__parent"), public_id)
    return _work_on(request, _kind(kind, "resident"), person, token)


@desk(Right.RESIDENT_WRITE)
def household_change(request: OfficerRequest, public_id: uuid.UUID, kind: str, token: uuid.UUID) -> HttpResponse:
    home = find(request, Household.objects.select_related("commune__parent"), public_id)
    return _work_on(request, _kind(kind, "household"), home, token)


@desk(Right.RESIDENT_VIEW)
def changes(request: OfficerRequest) -> HttpResponse:
    """What waits, the nearest term first; or what was done."""
    rows = Change.objects.in_scope(request.user).select_related("resident", "household", "created_by")
    filtered = ChangeFilter(request.GET, rows)
    if not (filtered.form.is_valid() and filtered.form.cleaned_data.get("state")):
        filtered = ChangeFilter(request.GET, rows.waiting())
    table = paged(request, ChangeTable(filtered.qs), listed="việc cư trú, hộ tịch")
    return render(request, "registry/changes/list.html", {"table": table, "filter": filtered})


@desk(Right.RESIDENT_VIEW)
def change(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    rows = Change.objects.select_related("resident__commune", "household__commune", "created_by", "decided_by")
    one = find(request, rows, public_id)
    record(request, Action.VIEW, target=one.resident or one.household, sentence=f"Xem việc “{one.title}”")
    return _show_change(request, one)


@require_POST
@desk(Right.RESIDENT_WRITE)
def change_decide(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Apply what was received, refuse it, or let the citizen withdraw it."""
    rows = Change.objects.select_related("resident__commune", "household__commune", "created_by", "decided_by")
    one = find(request, rows, public_id)
    note, step = request.POST.get("note", "").strip()[:300], request.POST.get(STEP, "")
    try:
        if step == "xem":
            return _show_change(request, one, looked=True, note=note)
        if step == "dong-y":
            kind, subject, form = _received(one, request)
            if not form.is_valid():
                raise ChangeRefused(None, "Nội dung đã nhận không còn hợp lệ; mở sửa lại.")
            seen = request.POST.get("seen", "")
            one = run.accept(one, kind, subject, form.cleaned_data, by=request.user, seen=seen, note=note)
            _start_checks(one)
        elif step in ("tu-choi", "rut"):
            state = ChangeState.REFUSED if step == "tu-choi" else ChangeState.WITHDRAWN
            one = run.turn_down(one, state=state, by=request.user, note=note)
        else:
            raise ChangeRefused(None, "Chọn một cách giải quyết.")
    except RegisterRefused as refused:
        return _show_change(request, one, refused=str(refused), note=note, status=422)
    messages.success(request, f"{one.title}: {one.get_state_display().lower()}.")
    _say_what_is_next(request, one)
    return redirect(_home_of(one))


@require_POST
@desk(Right.RESIDENT_WRITE)
def pick_person(request: OfficerRequest) -> HttpResponse:
    """People found for a person field while it is typed in, as radios. ?o= names the field."""
    name = request.GET.get("o", "")
    text = request.POST.get(name, "").strip()
    found = found_people(text, request.user) if name.isidentifier() and len(text) > 1 else []
    if found:
        record(request, Action.VIEW, sentence=f"Tìm người để chọn “{text[:60]}”: {len(found)} kết quả")
    context = {"name": name, "found": found, "picked": found[0] if len(found) == 1 else None, "asked": bool(text)}
    return render(request, "registry/changes/_people_found.html", context)


# --- one form --------------------------------------------------------------------------------------------------------


def _fresh(request: OfficerRequest, address: str, public_id: uuid.UUID, kind: str) -> HttpResponse:
    url = reverse(address, args=[public_id, kind, uuid.uuid4()])
    return redirect(f"{url}?{request.GET.urlencode()}" if request.GET else url)


def _kind(code: str, subject: str) -> Kind:
    kind = kinds.named(code, subject)
    if kind is None:
        raise Http404
    return kind


def _work_on(request: OfficerRequest, kind: Kind, subject: Any, token: uuid.UUID) -> HttpResponse:
    """GET: the form, or its draft. POST: look (`buoc=xem`), write (`ghi`), take in (`nhan`), or back to the form."""
    known = Change.objects.in_scope(request.user).filter(submit_token=token).first()
    if known:
        return _already(request, known)
    if not kind.offered(subject):
        messages.warning(request, f"Không làm được việc “{kind.title}” với hồ sơ này lúc này.")
        return redirect(subject)
    here = drafts.here(request)
    if request.method != "POST":
        if waiting := held.waiting_page(request, here):
            return waiting
        record(request, Action.VIEW, target=subject, sentence=f"Mở “{kind.title}”: {subject.audit_label()}")
        typed = here.typed
        if typed:
            form = _bound(kind, typed, subject, request, quiet=True)
        else:
            form = kind.form(officer=request.user, subject=subject, initial=_given(request))
        return _show(request, kind, subject, form, here=here)
    form = _bound(kind, request.POST, subject, request)
    step = request.POST.get(STEP, "xem")
    if step == "sua":
        return _show(request, kind, subject, _bound(kind, request.POST, subject, request, quiet=True))
    if not form.is_valid() or here.holder:
        if said := held.refusal(request, here):
            form.add_error(None, said)
        return _show(request, kind, subject, form, status=422)
    try:
        if step == "ghi":
            return _write(request, kind, subject, form, token)
        if step == "nhan":
            return _take_in(request, kind, subject, form, token)
        seen = run.preview(kind, subject, form.cleaned_data, by=request.user)
        return _show_preview(request, kind, subject, form, seen)
    except ChangeMoved as moved:
        seen = run.preview(kind, subject, form.cleaned_data, by=request.user)
        return _show_preview(request, kind, subject, form, seen, notice=str(moved), status=422)
    except RegisterRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        if refused.asked_outside:
            record(request, Action.SEARCH_OUTSIDE, sentence=f"{kind.title}: số đã thuộc hồ sơ của xã khác, từ chối ghi")
        return _show(request, kind, subject, form, status=422)


def _write(request: OfficerRequest, kind: Kind, subject: Subject, form: ChangeForm, token: uuid.UUID) -> HttpResponse:
    with transaction.atomic():
        one, is_new = run.apply(
            kind, subject, form.cleaned_data, by=request.user, token=token, fields=_typed(request.POST),
            seen=request.POST.get("seen", ""),
        )  # fmt: skip
        drafts.forget(request)
    if not is_new:
        return _already(request, one)
    _start_checks(one)
    messages.success(request, f"{kind.title}: đã ghi vào hồ sơ.")
    _say_what_is_next(request, one)
    return redirect(way_back(request) or _home_of(one))


def _take_in(request: OfficerRequest, kind: Kind, subject: Subject, form: ChangeForm, token: uuid.UUID) -> HttpResponse:
    with transaction.atomic():
        one, is_new = run.receive(
            kind, subject, form.cleaned_data, by=request.user, token=token, fields=_typed(request.POST)
        )
        drafts.forget(request)
    if not is_new:
        return _already(request, one)
    due = f", hạn {one.due_on:%d/%m/%Y}" if one.due_on else ""
    messages.success(request, f"Đã nhận “{kind.title}”{due}.")
    return redirect(way_back(request) or one)


def _say_what_is_next(request: OfficerRequest, one: Change) -> None:
    for sentence in one.next_steps:
        messages.warning(request, sentence)


def _already(request: OfficerRequest, one: Change) -> HttpResponse:
    drafts.forget(request)
    messages.info(request, "Phiếu này đã gửi, không ghi thêm lần nữa.")
    return redirect(one)


def _bound(kind: Kind, typed: Any, subject: Subject, request: OfficerRequest, *, quiet: bool = False) -> ChangeForm:
    """The form with what was typed; `quiet` shows it again without finding fault."""
    form = kind.form(typed, officer=request.user, subject=subject)
    if quiet:
        form._errors = {}  # type: ignore[attr-defined]
        form.cleaned_data = {}
    return form


def _given(request: OfficerRequest) -> dict[str, Any]:
    """What a link brought along (?effective_on=…)."""
    return {name: value for name, value in request.GET.items() if name != "ve"}


def _typed(data: QueryDict) -> dict[str, list[str]]:
    return {name: data.getlist(name) for name in data if name not in NOT_TYPED}


def _show(
    request: OfficerRequest, kind: Kind, subject: Any, form: ChangeForm, *, status: int = 200, here: Here | None = None
) -> HttpResponse:
    context = {
        "kind": kind,
        "form": form,
        "subject": subject,
        "is_household": isinstance(subject, Household),
        "here": here,
        "colleagues": held.colleagues(request, here.others) if here else [],
        "term": _term(kind, {}),
    }
    return render(request, kind.template, context, status=status)


def _show_preview(
    request: OfficerRequest, kind: Kind, subject: Any, form: ChangeForm, seen: Preview, *, notice: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "kind": kind,
        "subject": subject,
        "is_household": isinstance(subject, Household),
        "preview": seen,
        "people": grouped(seen.lines, about=subject, seen_by=request.user, new=seen.new),
        "typed": [(name, value) for name, values in _typed(request.POST).items() for value in values],
        "term": _term(kind, form.cleaned_data),
        "notice": notice,
    }
    return render(request, "registry/changes/preview.html", context, status=status)


def _term(kind: Kind, values: dict[str, Any]) -> dict[str, Any] | None:
    days = kind.term_days(values)
    if not days:
        return None
    received = values.get("received_on") or timezone.localdate()
    return {"days": days, "due_on": add_working_days(received, days), "deadline": kind.deadline}


def grouped(
    lines: list[dict[str, str]], *, about: Any, seen_by: Officer, new: frozenset[str] = frozenset()
) -> list[dict[str, Any]]:
    """The lines person by person, for the table of before and after: whom it is about first, then people, then
    households. Numbers as the officer may see them; `new` have no page yet.
    """
    people: dict[str, dict[str, Any]] = {}
    for line in lines:
        ref = line["ref"]
        one = {"who": line["who"], "of": line["of"], "ref": ref, "lines": [], "is_new": not ref or ref in new}
        told = {name: shown_text(line[name], seen_by) for name in ("before", "after")}
        people.setdefault(ref, one)["lines"].append(line | told)
    first = str(about.public_id)
    return sorted(people.values(), key=lambda one: (one["ref"] != first, one["of"] == "household"))


# --- one change ------------------------------------------------------------------------------------------------------


def _received(one: Change, request: OfficerRequest) -> tuple[Kind, Any, ChangeForm]:
    """What was typed when it was received, as a form again, asked in the name of who decides."""
    subject: Any = one.resident or one.household
    kind = kinds.named(one.kind, "household" if one.household_id else "resident")
    if kind is None:
        raise ChangeRefused(None, "Loại việc này không còn trong danh mục.")
    data = QueryDict(mutable=True)
    for name, values in one.fields.items():
        data.setlist(name, values)
    return kind, subject, kind.form(data, officer=request.user, subject=subject)


def _show_change(
    request: OfficerRequest,
    one: Change,
    *,
    looked: bool = False,
    refused: str = "",
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    """The change as it was received or written; `looked`: what it would write now, with the button that writes it."""
    people = grouped(one.lines, about=one.resident or one.household, seen_by=request.user)
    context: dict[str, Any] = {"change": one, "people": people, "note": note, "refused": refused}
    context |= {name: shown_text(getattr(one, name), request.user) for name in ("paper", "basis", "decision_note")}
    context["overdue"] = bool(one.is_waiting and one.due_on and one.due_on < timezone.localdate())
    if one.is_waiting and request.user.can(Right.RESIDENT_WRITE):
        kind = kinds.every().get(one.kind)
        own = bool(kind and kind.second_officer and one.created_by_id == request.user.pk)
        context |= {"may_decide": True, "needs_second": own, "may_accept": not own, "kind": kind}
        context |= _as_it_stands(request, one) if looked and not own else {}
    return render(request, "registry/changes/change.html", context, status=status)


def _as_it_stands(request: OfficerRequest, one: Change) -> dict[str, Any]:
    """What it would write today, or why it cannot."""
    try:
        kind, subject, form = _received(one, request)
        if not form.is_valid():
            wrong = [
                f"{form.fields[name].label}: {said[0]}" if name in form.fields else said[0]
                for name, said in form.errors.items()
            ]
            return {"cannot": "; ".join(map(str, wrong))}
        seen = run.preview(kind, subject, form.cleaned_data, by=request.user)
    except RegisterRefused as refused:
        return {"cannot": str(refused)}
    about = one.resident or one.household
    return {"preview": seen, "people": grouped(seen.lines, about=about, seen_by=request.user, new=seen.new)}


def _home_of(one: Change) -> Any:
    """Where the officer goes on: the person or the household; a household that closed shows the change itself."""
    if one.household and one.household.closed_on is None:
        return reverse("registry:household", args=[one.household.public_id])
    if one.resident and one.resident.state != ResidentState.MERGED:
        return one.resident
    return one


def _start_checks(one: Change) -> None:
    """The workers look at once at those who were touched; the sweeps would find their marks anyway."""
    for pk in one.touched.values_list("resident", flat=True)[:CHECKED_AT_ONCE]:
        tasks.scan_resident.delay_on_commit(pk)
        tasks.search_resident.delay_on_commit(pk)
