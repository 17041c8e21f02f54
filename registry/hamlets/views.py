"""Pages of the hamlets desk: the list for everybody who may look, and the chief's work on it."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.lists import paged
from accounts.models import Unit
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find, works_in_one_commune
from accounts.submit_once import first_time, token_of
from registry.hamlets import work
from registry.hamlets.forms import CallForm, CloseForm, NewHamletForm, OfficerForm, RenameForm
from registry.hamlets.names import open_hamlets
from registry.hamlets.tables import HamletTable
from registry.hamlets.unlisted import Unlisted, by_key, texts_of, unlisted
from registry.hamlets.work import HamletRefused
from registry.models import Hamlet

PER_PAGE = 100


@require_GET
@desk(Right.RESIDENT_VIEW)
def hamlets(request: OfficerRequest) -> HttpResponse:
    return _list_page(request, NewHamletForm())


@require_POST
@desk(Right.HAMLETS_MANAGE)
def hamlet_add(request: OfficerRequest) -> HttpResponse:
    form = NewHamletForm(request.POST)
    if not form.is_valid():
        return _list_page(request, form, status=422)
    try:
        with transaction.atomic():
            if first_time(request):
                values = form.cleaned_data
                new = work.add(_commune(request), values["name"], by=request.user, since=values["since"])
                messages.success(request, f"Đã thêm {new.name}.")
    except HamletRefused as refused:
        form.add_error(refused.field, str(refused))
        return _list_page(request, form, status=422)
    return redirect("registry:hamlets")


@desk(Right.HAMLETS_MANAGE)
def hamlet(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One hamlet: its new name, or its end."""
    one = _find(request, public_id)
    if request.method != "POST":
        return _hamlet_page(request, one)
    form = RenameForm(request.POST)
    if not form.is_valid():
        return _hamlet_page(request, one, rename=form, status=422)
    try:
        with transaction.atomic():
            if first_time(request):
                values = form.cleaned_data
                done = work.rename(one, values["name"], by=request.user, basis=values["basis"])
                messages.success(request, f"{one.name} nay là {values['name']}: đã sửa {done}.")
    except HamletRefused as refused:
        form.add_error(refused.field, str(refused))
        return _hamlet_page(request, one, rename=form, status=422)
    return redirect("registry:hamlets")


@require_POST
@desk(Right.HAMLETS_MANAGE)
def hamlet_officer(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who looks after it."""
    one = _find(request, public_id)
    form = OfficerForm(request.POST, hamlet=one)
    if not form.is_valid():
        return _hamlet_page(request, one, officer=form, status=422)
    try:
        with transaction.atomic():
            if first_time(request):
                officer = form.cleaned_data["officer"]
                work.look_after(one, officer, by=request.user)
                who = f"đồng chí {officer} phụ trách" if officer else "chưa ai phụ trách"
                messages.success(request, f"{one.name}: {who}.")
    except HamletRefused as refused:
        form.add_error(refused.field, str(refused))
        return _hamlet_page(request, one, officer=form, status=422)
    return redirect("registry:hamlets")


@require_POST
@desk(Right.HAMLETS_MANAGE)
def hamlet_close(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    one = _find(request, public_id)
    form = CloseForm(request.POST, hamlet=one)
    if not form.is_valid():
        return _hamlet_page(request, one, close=form, status=422)
    try:
        with transaction.atomic():
            if first_time(request):
                values = form.cleaned_data
                done = work.close(one, by=request.user, on=values["on"], into=values["into"], basis=values["basis"])
                heir = f" và nhập vào {values['into'].name}: {done}" if values["into"] else ""
                messages.success(request, f"Đã đóng {one.name}{heir}.")
    except HamletRefused as refused:
        form.add_error(refused.field, str(refused))
        return _hamlet_page(request, one, close=form, status=422)
    return redirect("registry:hamlets")


@require_POST
@desk(Right.HAMLETS_MANAGE)
def hamlet_call(request: OfficerRequest) -> HttpResponse:
    """A writing in the records: added to the list, or called as the list calls it, for everybody at once."""
    commune = _commune(request)
    form = CallForm(request.POST, commune=commune)
    if not form.is_valid():
        return _list_page(request, NewHamletForm(), call=form, status=422)
    try:
        with transaction.atomic():
            if first_time(request):
                messages.success(request, _called(commune, form.cleaned_data, request))
    except HamletRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _list_page(request, NewHamletForm(), call=form, status=422)
    return redirect("registry:hamlets")


# --- What the views share -------------------------------------------------------------------------------------------


def _called(commune: Unit, values: dict[str, Any], request: OfficerRequest) -> str:
    texts = work.spellings_of(commune, {values["key"]})
    into = values["hamlet"] or work.add(commune, values["name"], by=request.user)
    done = work.call_it(commune, texts, into, by=request.user)
    return f"Đã thêm {into.name}; ghi thống nhất {done}." if values["name"] else f"Là {into.name}: đã sửa {done}."


def _commune(request: OfficerRequest) -> Unit:
    return cast(Unit, request.user.unit)  # who manages hamlets is a chief, and has a commune (roles.py)


def _find(request: OfficerRequest, public_id: uuid.UUID) -> Hamlet:
    return find(request, Hamlet.objects.select_related("commune__parent", "officer"), public_id)


def _list_page(
    request: OfficerRequest, form: NewHamletForm, *, call: CallForm | None = None, status: int = 200
) -> HttpResponse:
    """The list, and what records call hamlets without the list knowing it. Seven queries of its own."""
    rows = Hamlet.objects.in_scope(request.user).filter(valid_to=None).select_related("commune", "officer")
    may_manage = request.user.can(Right.HAMLETS_MANAGE)
    context: dict[str, Any] = {"form": form, "may_manage": may_manage, "submit_token": token_of(request)}
    counts = None
    if works_in_one_commune(request.user):
        commune = _commune(request)
        counted = texts_of(commune)
        counts, listed = by_key(counted), list(open_hamlets(commune))
        context |= {"unlisted": _with_forms(unlisted(counted, listed), call), "listed": listed, "call": call}
    context["count"] = rows.count()
    table = HamletTable(rows, counts=counts, may_manage=may_manage)
    context["table"] = paged(request, table, listed="thôn, tổ dân phố", per_page=PER_PAGE)
    return render(request, "registry/hamlets/list.html", context, status=status)


def _with_forms(places: list[Unlisted], call: CallForm | None) -> list[dict[str, Any]]:
    """Each with what was typed for it, when that was refused."""
    key = call.data.get("key") if call is not None else None
    return [{"place": one, "refused": call if one.key == key else None} for one in places]


def _hamlet_page(
    request: OfficerRequest,
    one: Hamlet,
    *,
    rename: RenameForm | None = None,
    close: CloseForm | None = None,
    officer: OfficerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The hamlet with its three forms; one of them may have been sent and refused."""
    people, households = by_key(texts_of(one.commune)).get(one.name_folded, (0, 0))
    context = {
        "hamlet": one,
        "officer_form": officer or OfficerForm(hamlet=one),
        "rename": rename or RenameForm(initial={"name": one.name}),
        "close": close or CloseForm(hamlet=one),
        "people": people,
        "households": households,
        "submit_token": token_of(request),
    }
    return render(request, "registry/hamlets/hamlet.html", context, status=status)
