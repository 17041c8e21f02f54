"""While an officer types a place: the units it may be. And the page that tells what a unit was called on a day."""

import datetime as dt
from dataclasses import dataclass

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from accounts.text import clean
from accounts.units import lookup
from accounts.units.find import find_units

SUGGESTED = 10


@dataclass(frozen=True)
class Suggestion:
    """One option of the list below a field: what it writes, and what stands beside it."""

    value: str
    label: str = ""


@require_GET
@desk(Right.WORK)
def suggest_units(request: OfficerRequest) -> HttpResponse:
    """Options of a datalist for `?q=` (or for the field that asks by htmx); with `?chi-hien-nay=1` only today's units,
    found by their former names, too.

    Units are public: no scope, no audit.
    """
    only_today = request.GET.get("chi-hien-nay") == "1"
    typed = request.GET.get("q") or request.GET.get(request.htmx.trigger_name or "", "")
    typed = clean(typed[:100])
    found = _todays(typed) if only_today else _all(typed)
    return render(request, "accounts/units/_options.html", {"suggestions": [_shown(one, typed) for one in found]})


def _all(typed: str) -> list[Suggestion]:
    return [
        Suggestion(place.unit.path, "" if place.unit.is_current else place.label)
        for place in find_units(typed, limit=SUGGESTED)
    ]


def _todays(typed: str) -> list[Suggestion]:
    """Today's units, and behind a former name what it has become."""
    found: dict[str, Suggestion] = {}
    for place in find_units(typed, limit=SUGGESTED):
        for unit in place.today:
            label = "" if unit.pk == place.unit.pk else f"trước là {place.unit.path}"
            found.setdefault(unit.path, Suggestion(unit.path, label))
    return list(found.values())[:SUGGESTED]


def _shown(one: Suggestion, typed: str) -> Suggestion:
    """Browsers hide an option that does not hold the typed text: typed without accents, it is put into the label."""
    if typed.casefold() in one.value.casefold() or typed.casefold() in one.label.casefold():
        return one
    return Suggestion(one.value, f"{typed} → {one.label or one.value}")


class UnitLookupForm(forms.Form):
    ten = forms.CharField(  # not `q`: that is the one box at the top of every page
        label="Tên cũ hoặc tên mới",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "Xã Kim Chung, Huyện Đông Anh"}),
    )
    ngay = forms.DateField(
        label="Tên vào ngày",
        required=False,
        input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d%m%Y", "%Y-%m-%d"],
        error_messages={"invalid": "Ghi đủ ngày, tháng, năm, ví dụ 01/07/2025."},
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


@require_GET
@desk(Right.WORK)
def unit_lookup(request: OfficerRequest) -> HttpResponse:
    """Type an old or a new name: what it was, what it is today, since when and on what basis. Units are public."""
    form = UnitLookupForm(request.GET if request.GET else None)
    on: dt.date | None = None
    found: list[lookup.Answer] = []
    if form.is_valid():
        on = form.cleaned_data["ngay"]
        found = lookup.look_up(form.cleaned_data["ten"], on=on)
    context = {"form": form, "found": found, "on": on, "asked": form.is_bound and form.is_valid()}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "accounts/units/lookup.html", context, status=status)
