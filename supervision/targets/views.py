"""Pages of targets: those that hold, setting one, ending one."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action, Level, Unit
from accounts.roles import Right, Role
from accounts.scope import OfficerRequest, desk, find
from accounts.submit_once import first_time, token_of
from supervision.models import Target
from supervision.targets import work
from supervision.targets.forms import COUNTRY, TargetForm
from supervision.targets.resolve import told_to
from supervision.targets.tables import TargetFilter, TargetTable
from supervision.targets.work import TargetRefused

PER_PAGE = 25


@require_safe
@desk(Right.FIGURES_VIEW)
def targets_list(request: OfficerRequest) -> HttpResponse:
    may_set = request.user.can(Right.REQUESTS_ASK)
    rows = told_to(request.user).select_related("unit__parent", "set_by")
    filtered = TargetFilter(request.GET, rows, request=request)
    table = TargetTable(filtered.qs, officer=request.user, may_set=may_set, order_by=request.GET.get("sort", "code"))
    paged(request, table, per_page=PER_PAGE)
    table.mark_ends()
    context = {"table": table, "filter": filtered, "may_set": may_set}
    return render(request, "supervision/targets/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.REQUESTS_ASK)
def target_new(request: OfficerRequest) -> HttpResponse:
    """`?chi-so=&xa=` choose the figure and a commune beforehand."""
    wanted = request.POST.get("unit", "") if request.method == "POST" else request.GET.get("xa", "")
    chosen = _unit(request, wanted)
    initial = {"code": request.GET.get("chi-so", ""), "unit": chosen.code if chosen else _own(request)}
    if request.method != "POST":
        return _new_page(request, TargetForm(initial=initial, officer=request.user, chosen=chosen))
    form = TargetForm(request.POST, officer=request.user, chosen=chosen)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            with transaction.atomic():
                if first_time(request):
                    work.set_target(
                        chosen, asked["code"], asked["value"], by=request.user, since=asked["since"],
                        until=asked["until"], period=asked["period"], note=asked["note"],
                    )  # fmt: skip
        except TargetRefused as refused:
            form.show(refused)
        else:
            messages.success(request, f"Đã đặt chỉ tiêu từ {asked['since']:%d/%m/%Y}.")
            return redirect("supervision:targets")
    return _new_page(request, form, status=422)


def _own(request: OfficerRequest) -> str:
    if request.user.role == Role.MINISTRY_SUPERVISOR:
        return COUNTRY
    return request.user.unit.code if request.user.unit else ""


def _unit(request: OfficerRequest, code: str) -> Unit | None:
    """The commune or province of today that a code names. One of elsewhere, or the whole country for a province, is
    404, audited; what names nothing is refused by the form."""
    if code == COUNTRY:
        if request.user.role != Role.MINISTRY_SUPERVISOR:
            raise _refused(request, "cả nước")
        return None
    if not (code.isascii() and code.isdecimal()):
        return None
    units = Unit.objects.current().filter(code=code, level__in=[Level.PROVINCE, Level.COMMUNE])
    unit = units.select_related("parent").order_by("-valid_from").first()
    if unit is None or request.user.role == Role.MINISTRY_SUPERVISOR:
        return unit
    if request.user.unit_id not in (unit.pk, unit.parent_id):
        raise _refused(request, unit.path)
    return unit


def _refused(request: OfficerRequest, place: str) -> Http404:
    record(request, Action.REFUSED, sentence=f"Đặt chỉ tiêu ngoài địa bàn: {place}"[:300])
    return Http404()


def _new_page(request: OfficerRequest, form: TargetForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "submit_token": token_of(request)}
    return render(request, "supervision/targets/new.html", context, status=status)


@require_POST
@desk(Right.REQUESTS_ASK)
def target_end(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    found: Target = find(request, Target.objects.select_related("unit", "set_by"), public_id)
    try:
        work.end_target(found, by=request.user)
    except TargetRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Đã thôi áp dụng: {work.in_words(found)}.")
    return redirect("supervision:targets")
