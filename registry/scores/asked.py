"""What the address asks for: since when, which group, and whose score. Everything within the officer's scope."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.roles import Role
from accounts.scope import OfficerRequest, find, works_in_one_commune
from registry.models import Hamlet, Household, Resident, RuleGroup
from registry.scores import places
from registry.scores.figures import ALL
from registry.scores.places import UNASSIGNED, UNLISTED, Place
from registry.scores.standing import year_began

TOO_EARLY = dt.date(2000, 1, 1)


class SinceForm(forms.Form):
    """Since when “phải làm sạch” counts; the beginning of the year without a day."""

    error_css_class = "has-error"

    tu = forms.DateField(
        label="Tính từ ngày",
        required=False,
        widget=forms.TextInput(attrs={"class": "w-date", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Ghi ngày theo kiểu 01/01/2026."},
    )

    def clean_tu(self) -> dt.date:
        day = self.cleaned_data["tu"] or year_began(timezone.localdate())
        if day > timezone.localdate():
            raise forms.ValidationError("Ngày bắt đầu tính không được sau hôm nay.")
        if day < TOO_EARLY:
            raise forms.ValidationError("Chọn một ngày từ năm 2000.")
        return day


@dataclass(frozen=True)
class Asked:
    """`query` is what leads to the same answer: day and group, where they are not the usual ones."""

    form: SinceForm
    since: dt.date
    group: str
    place: Place

    @property
    def query(self) -> dict[str, str]:
        day = "" if self.since == year_began(timezone.localdate()) else f"{self.since:%d/%m/%Y}"
        return {"nhom": self.group.lower(), "tu": day}

    def address(self, place: Place | None = None, **more: str) -> str:
        return (place or self.place).address(**(self.query | more))


def asked(request: OfficerRequest, *, place: Place | None = None) -> Asked:
    """An address with a day that is none keeps to the beginning of the year; the form says so."""
    form = SinceForm(request.GET if "tu" in request.GET else {"tu": ""})
    since = form.cleaned_data["tu"] if form.is_valid() else year_began(timezone.localdate())
    group = request.GET.get("nhom", "").upper()
    if group not in {ALL, *RuleGroup.values}:
        raise Http404
    return Asked(form, since, group, place or place_of(request))


def place_of(request: OfficerRequest) -> Place:
    """Whose people: ?cu_dan=, ?ho=, ?thon=, ?can_bo= by their public ids, ?xa=, ?tinh= by their codes. At most five
    queries. Elsewhere: 404, and audited."""
    if one := request.GET.get("cu_dan"):
        person = find(request, Resident.objects.all(), _id(one))
        return Place(resident=person, name=person.full_name, query={"cu_dan": one})
    if one := request.GET.get("ho"):
        home = find(request, Household.objects.all(), _id(one))
        return Place(household=home, name=str(home), query={"ho": one})
    whole = area_of(request)
    if "thon" not in request.GET and "can_bo" not in request.GET:
        return whole
    if whole.unit is None or whole.is_province:
        raise Http404
    inside = _part_of(request, whole.unit)
    return Place(**(vars(inside) | {"query": whole.query | inside.query}))


def _part_of(request: OfficerRequest, commune: Unit) -> Place:
    hamlet, officer = request.GET.get("thon", ""), request.GET.get("can_bo", "")
    texts = places.texts_of(commune)
    if hamlet and hamlet != UNLISTED:
        return places.in_hamlet(commune, find(request, Hamlet.objects.all(), _id(hamlet)), texts)
    listed = places.hamlets_of(commune)
    if hamlet:
        return places.unlisted(commune, listed, texts)
    if officer == UNASSIGNED:
        return places.unassigned(commune, listed, texts)
    chosen = Officer.objects.filter(pk__in=[one.officer_id for one in listed], public_id=_id(officer)).first()
    if chosen is None:
        raise Http404
    return places.looked_after(commune, chosen, listed, texts)


def area_of(request: OfficerRequest) -> Place:
    """The officer's own commune, the unit of the address, or everything in scope."""
    officer = request.user
    if works_in_one_commune(officer):
        assert officer.unit is not None
        return Place(officer.unit, name=officer.unit.name)
    if code := request.GET.get("xa"):
        unit = _unit(request, Unit.objects.communes(), code)
        return Place(unit, name=unit.name, query={"xa": code})
    if code := request.GET.get("tinh"):
        if request.user.role != Role.MINISTRY_SUPERVISOR:
            raise _refused(request)
        unit = _unit(request, Unit.objects.provinces(), code)
        return Place(unit, is_province=True, name=unit.name, query={"tinh": code})
    return Place(name=officer.unit.name if officer.unit else "Toàn quốc")


def _unit(request: OfficerRequest, units: Any, code: str) -> Unit:
    """The newest unit of that code; a code may have been given again."""
    rows = units.in_scope(request.user).filter(code=code) if code.isdigit() else Unit.objects.none()
    unit = rows.select_related("parent").order_by("-valid_from").first()
    if unit is None:
        raise _refused(request)
    return unit


def _refused(request: OfficerRequest) -> Http404:
    record(request, Action.REFUSED, sentence=f"Mở điểm sạch ngoài địa bàn: {request.get_full_path()[:200]}")
    return Http404()


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None
