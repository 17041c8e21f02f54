"""Confirming what the columns of a list are."""

import uuid
from typing import Any

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from accounts.audit import record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from registry import tasks
from registry.models import Roster, RosterState
from registry.rosters import intake, page
from registry.rosters.fields import FIELDS
from registry.rosters.forms import ColumnsForm, letter_of
from registry.rosters.refusal import RosterRefused
from registry.rosters.tables import is_sensitive

SAMPLES = 3
LONGEST_SAMPLE = 60
SHEET_STEP = "trang-tinh"
CONFIRMABLE = (RosterState.READ, RosterState.CHECKED)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.ROSTERS_WORK)
def roster_columns(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    one = page.found(request, public_id)
    if one.state not in CONFIRMABLE or one.purged_at is not None:
        if request.method == "POST":
            messages.warning(request, "Danh sách đã qua bước xác nhận cột.")
        return redirect(one)
    if request.method != "POST":
        return _page(request, one, _form(one))
    if request.POST.get("buoc") == SHEET_STEP:
        return _another_sheet(request, one)
    form = _form(one, request.POST)
    if not form.is_valid():
        return _page(request, one, form, status=422)
    try:
        intake.set_columns(one, form.chosen(), sheet=one.sheet, by=request.user)
    except RosterRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, one, form, status=422)
    tasks.roster_go_on.delay_on_commit(one.pk)
    return redirect(one)


def _another_sheet(request: OfficerRequest, one: Roster) -> HttpResponse:
    sheet = request.POST.get("sheet", "")
    if sheet == one.sheet:
        return redirect("registry:roster_columns", one.public_id)
    try:
        intake.set_columns(one, {}, sheet=sheet, by=request.user)
    except RosterRefused as refused:
        return _page(request, one, _form(one), status=422, sheet_error=str(refused))
    tasks.roster_go_on.delay_on_commit(one.pk)
    return redirect(one)


def _form(one: Roster, data: Any = None) -> ColumnsForm:
    return ColumnsForm(data, headings=one.told.get("headings", []), columns=one.columns)


def _page(
    request: OfficerRequest, one: Roster, form: ColumnsForm, *, status: int = 200, sheet_error: str = ""
) -> HttpResponse:
    record(request, Action.VIEW, target=one, sentence=f"Xem các cột của {one.audit_label()}")
    context = page.told_of(one) | {
        "roster": one,
        "form": form,
        "columns": _columns(one, form),
        "remembered": _remembered(one),
        "sheet_error": sheet_error,
        "earlier": page.earlier_of(one, request.user),
        "may_drop": page.may_drop(one),
        "is_again": one.state == RosterState.CHECKED,
    }
    return render(request, "registry/rosters/columns.html", context, status=status)


def _columns(one: Roster, form: ColumnsForm) -> list[dict[str, Any]]:
    """Each column with its heading, its samples, its choice, and what else it may be. Samples of sensitive columns
    are not shown."""
    samples, unsure = one.told.get("samples", []), one.told.get("unsure", {})
    shown = []
    for at, heading in enumerate(one.told.get("headings", [])):
        field = form[f"cot_{at}"]
        is_secret = is_sensitive(str(field.value() or "")) or is_sensitive(one.columns.get(str(at), ""))
        cells = [str(row[at])[:LONGEST_SAMPLE] for row in samples[:SAMPLES] if at < len(row) and str(row[at]).strip()]
        maybe = [FIELDS[name].label for name in unsure.get(str(at), []) if name in FIELDS]
        shown.append({"letter": letter_of(at), "heading": heading, "field": field, "is_secret": is_secret,
                      "cells": [] if is_secret else cells, "maybe": maybe, "select": _select(field, at)})  # fmt: skip
    return shown


def _select(field: BoundField, at: int) -> SafeString:
    says = f"Cột {letter_of(at)}, {field.label}, là thông tin"
    attrs: dict[str, str | bool] = {
        "class": "form-select is-invalid" if field.errors else "form-select",
        "aria-label": says,
    }
    if field.errors:
        attrs["aria-describedby"] = f"{field.id_for_label}_error"
    return field.as_widget(attrs=attrs)


def _remembered(one: Roster) -> str:
    """What is told when columns were recognised by what the officer said of this source before."""
    if one.source is None or not (count := int(one.told.get("remembered", 0) or 0)):
        return ""
    return f"{count} cột được nhận như đồng chí đã chọn lần trước cho nguồn “{one.source.name}”."
