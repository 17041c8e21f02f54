"""Which area the address asks for: `?xa=06001` or `?tinh=20`, and within a commune `?thon=` or `?can_bo=` by their
public ids. Always within the officer's scope; whoever works in one commune asks about that one without naming it."""

import uuid
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.roles import Role
from accounts.scope import OfficerRequest, find, works_in_one_commune
from registry.models import Hamlet
from registry.scores import places
from supervision.catalogue.asked import UNASSIGNED, UNLISTED
from supervision.figures import Area

REST: Final[dict[str, str]] = {UNLISTED: places.UNLISTED, UNASSIGNED: places.UNASSIGNED}


def area_of(request: OfficerRequest) -> Area:
    """At most two queries; everything in scope without a word. Elsewhere: 404, and audited."""
    whole = _unit_of(request)
    hamlet, officer = request.GET.get("thon", ""), request.GET.get("can_bo", "")
    if not hamlet and not officer:
        return whole
    if whole.unit is None or whole.is_province:
        raise Http404
    if hamlet == places.UNLISTED:
        return replace(whole, rest=UNLISTED)
    if hamlet:
        rows = Hamlet.objects.filter(commune=whole.unit, valid_to=None)
        return replace(whole, hamlet=find(request, rows, _id(hamlet)))
    if officer == places.UNASSIGNED:
        return replace(whole, rest=UNASSIGNED)
    return replace(whole, officer=_officer_of(request, whole.unit, officer))


def _unit_of(request: OfficerRequest) -> Area:
    if code := request.GET.get("xa"):
        return Area(_unit(request, Unit.objects.communes(), code))
    if code := request.GET.get("tinh"):
        if request.user.role != Role.MINISTRY_SUPERVISOR:
            raise _refused(request)
        return Area(_unit(request, Unit.objects.provinces(), code), is_province=True)
    return Area(request.user.unit) if works_in_one_commune(request.user) else Area()


def _officer_of(request: OfficerRequest, commune: Unit, text: str) -> Officer:
    """Of the commune, also one who left the service; of another commune: 404, and audited."""
    found = Officer.objects.filter(public_id=_id(text)).first()
    if found is None:
        raise Http404
    if found.unit_id != commune.pk:
        raise _refused(request)
    return found


def _unit(request: OfficerRequest, units: Any, code: str) -> Unit:
    """The newest unit of that code; a code may have been given again."""
    if not code.isdigit():
        raise Http404
    unit = units.in_scope(request.user).filter(code=code).select_related("parent").order_by("-valid_from").first()
    if unit is None:
        raise _refused(request)
    return unit


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


def _refused(request: OfficerRequest) -> Http404:
    record(request, Action.REFUSED, sentence=f"Mở số liệu ngoài địa bàn: {request.get_full_path()[:200]}")
    return Http404()


def words_of(area: Area) -> dict[str, str]:
    """The part of an address that leads to the same area."""
    found: dict[str, str] = {}
    if area.unit is not None:
        found["tinh" if area.is_province else "xa"] = area.unit.code
    if area.hamlet is not None:
        found["thon"] = str(area.hamlet.public_id)
    if area.officer is not None:
        found["can_bo"] = str(area.officer.public_id)
    if area.rest:
        found["thon" if area.rest == UNLISTED else "can_bo"] = REST[area.rest]
    return found


def query_of(area: Area) -> str:
    """The same as text: "?xa=06001", or nothing."""
    found = words_of(area)
    return f"?{urlencode(found)}" if found else ""


def name_of(area: Area, officer: Officer) -> str:
    """What the numbers are about, in words: "Thôn Bản Chu, Xã Lộc Bình"."""
    if area.unit is None:
        return officer.unit.name if officer.unit else "Toàn quốc"
    if area.hamlet is not None:
        return f"{area.hamlet.name}, {area.unit.name}"
    if area.officer is not None:
        return f"{area.officer}, {area.unit.name}"
    if area.rest:
        part = "Ngoài danh sách thôn, tổ" if area.rest == UNLISTED else "Chưa phân công cán bộ"
        return f"{part}, {area.unit.name}"
    return area.unit.name
