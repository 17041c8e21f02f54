"""Pages of requests: the list, asking, one request with the talk about it, and its end."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.lists import paged
from accounts.models import Unit
from accounts.roles import Right, Role
from accounts.scope import OfficerRequest, desk, find
from accounts.submit_once import new_token
from supervision.figures import FIGURES, Figure
from supervision.models import Request
from supervision.requests import measure, work
from supervision.requests.forms import AboutForm, AnswerForm, AskForm, EndForm, SayForm
from supervision.requests.page import everything
from supervision.requests.places import PlaceRefused, commune_meant
from supervision.requests.tables import RequestFilter, RequestTable, listed
from supervision.requests.work import RequestRefused
from supervision.targets.hundredths import is_of_period, said, typed
from supervision.targets.resolve import resolve
from supervision.targets.work import goal_of

PER_PAGE = 25
ROWS = ("unit__parent", "asked_by", "ended_by")
TWO_WEEKS = dt.timedelta(days=14)


@require_safe
@desk(Right.FIGURES_VIEW)
def requests_list(request: OfficerRequest) -> HttpResponse:
    """No list of people, and not written down; the figures are those kept last."""
    filtered = RequestFilter(request.GET, listed(Request.objects.in_scope(request.user)), request=request)
    table = RequestTable(filtered.qs, officer=request.user)
    paged(request, table, per_page=PER_PAGE)
    context = {
        "taken_at": table.measure(),
        "table": table,
        "filter": filtered,
        "overdue": Request.objects.in_scope(request.user).overdue().count(),
        "may_ask": request.user.can(Right.REQUESTS_ASK),
    }
    return render(request, "supervision/requests/list.html", context)


# --- asking ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.REQUESTS_ASK)
def request_new(request: OfficerRequest) -> HttpResponse:
    """`?chi-so=&xa=` name the figure and the commune; then its number is shown and the request is written."""
    about = AboutForm(request.GET if request.GET else None, officer=request.user)
    figure, unit = _meant(request, about)
    if figure is None or unit is None:
        context = {"about": about}
        return render(request, "supervision/requests/new.html", context, status=422 if about.errors else 200)
    if request.method != "POST":
        return _new_page(request, figure, unit)
    form = AskForm(request.POST, figure=figure)
    if form.is_valid():
        try:
            asked = work.ask(unit, figure.code, by=request.user, token=_token(request), **form.cleaned_data)
        except RequestRefused as refused:
            form.show(refused)
        else:
            messages.success(request, f"Đã giao việc cho {unit}, hạn {asked.due_on:%d/%m/%Y}.")
            return redirect("supervision:request", public_id=asked.public_id)
    return _new_page(request, figure, unit, form=form, status=422)


def _meant(request: OfficerRequest, about: AboutForm) -> tuple[Figure | None, Unit | None]:
    """What the address names; a commune of elsewhere is 404, whatever else is wrong."""
    unit = None
    about.is_valid()  # what was refused stands beside the fields
    if text := request.GET.get("xa", ""):
        try:
            unit = commune_meant(request, text)
        except PlaceRefused as refused:
            about.add_error("xa", str(refused))
    return FIGURES.get(request.GET.get("chi-so", "")), unit


def _new_page(
    request: OfficerRequest, figure: Figure, unit: Unit, *, form: AskForm | None = None, status: int = 200
) -> HttpResponse:
    today = timezone.localdate()
    target = resolve([unit], [figure.code], today).get((unit.pk, figure.code))
    then = measure.when_asked(request.user, unit, figure, on=today)
    due_on = work.next_working_day(today + TWO_WEEKS)
    other = Request.objects.in_scope(request.user).open().filter(unit=unit, code=figure.code).first()
    goal = typed(figure, target.value) if target and not is_of_period(figure) else ""
    named = unit.path if request.user.role == Role.MINISTRY_SUPERVISOR else unit.code
    context = {
        "about": AboutForm(initial={"chi-so": figure.code, "xa": named}, officer=request.user),
        "figure": figure,
        "unit": unit,
        "form": form or AskForm(figure=figure, initial={"due_on": f"{due_on:%d/%m/%Y}", "goal": goal}),
        "then": said(figure, then),
        "then_title": f"{measure.THIRTY} ngày qua" if is_of_period(figure) else "Hiện nay",
        "target": goal_of(target) if target else "",
        "other": other,
        "submit_token": request.POST.get("submit_token") or new_token(),
        "now_at": timezone.localtime(),
    }
    return render(request, "supervision/requests/new.html", context, status=status)


def _token(request: OfficerRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("submit_token", ""))
    except ValueError:
        return None


# --- one request -----------------------------------------------------------------------------------------------------


@require_safe
@desk(Right.FIGURES_VIEW)
def request_page(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    return _page(request, _found(request, public_id))


def _found(request: OfficerRequest, public_id: uuid.UUID) -> Request:
    return find(request, Request.objects.select_related(*ROWS), public_id)


def _page(request: OfficerRequest, found: Request, *, status: int = 200, **forms: Any) -> HttpResponse:
    """With the form that was refused, or empty ones. What came after the end is shown once more, to be copied."""
    context = everything(found, request.user)
    seen = {"seen": context["seen"]}
    empty = {"answering": AnswerForm(), "saying": SayForm(initial=seen), "ending": EndForm(initial=seen)}
    late = None
    if status != 200 and found.is_open:
        _show_again(forms, context["seen"])
    elif status != 200:
        late = next(iter(forms.values()))
    return render(
        request,
        "supervision/requests/page.html",
        context | empty | forms | {"late": late, "submit_token": request.POST.get("submit_token") or new_token()},
        status=status,
    )


def _show_again(forms: dict[str, Any], seen: int) -> None:
    """Whoever was told of an answer that came meanwhile has it before his eyes now."""
    for form in forms.values():
        if "seen" in form.fields:
            form.data = form.data.copy()
            form.data["seen"] = seen


@require_POST
@desk(Right.REQUESTS_ANSWER)
def request_answer(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The commune's answer."""
    found, form = _found(request, public_id), AnswerForm(request.POST)
    if form.is_valid():
        try:
            work.answer(found, by=request.user, token=_token(request), **form.cleaned_data)
        except RequestRefused as refused:
            form.show(refused)
        else:
            messages.success(request, "Đã ghi trả lời; cấp trên thấy ngay.")
            return redirect("supervision:request", public_id=found.public_id)
    return _page(request, _found(request, public_id), answering=form, status=422)


@require_POST
@desk(Right.REQUESTS_ASK)
def request_say(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The supervisor's word, perhaps with another date."""
    found, form = _found(request, public_id), SayForm(request.POST)
    if form.is_valid():
        try:
            said_now = work.say(found, by=request.user, token=_token(request), **form.cleaned_data)
        except RequestRefused as refused:
            form.show(refused)
        else:
            date = f" Hạn mới {said_now.new_due_on:%d/%m/%Y}." if said_now.new_due_on else ""
            messages.success(request, f"Đã ghi, chờ xã trả lời.{date}")
            return redirect("supervision:request", public_id=found.public_id)
    return _page(request, _found(request, public_id), saying=form, status=422)


@require_POST
@desk(Right.REQUESTS_ASK)
def request_end(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Done, or taken back."""
    found, form = _found(request, public_id), EndForm(request.POST)
    if form.is_valid():
        try:
            ended = work.end(found, by=request.user, **form.cleaned_data)
        except RequestRefused as refused:
            form.show(refused)
        else:
            messages.success(request, f"Đã kết thúc việc giao: {ended.get_state_display().lower()}.")
            return redirect("supervision:request", public_id=found.public_id)
    return _page(request, _found(request, public_id), ending=form, status=422)
