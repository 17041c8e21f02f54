"""Which commune or province the address asks for: `?xa=06001` or `?tinh=20`. Always within the officer's scope."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.roles import Role
from accounts.scope import OfficerRequest
from supervision.figures import Area


def area_of(request: OfficerRequest) -> Area:
    """The unit of the address, at most one query; everything in scope without one. Elsewhere: 404, and audited."""
    if code := request.GET.get("xa"):
        return Area(_unit(request, Unit.objects.communes(), code))
    if code := request.GET.get("tinh"):
        if request.user.role != Role.MINISTRY_SUPERVISOR:
            raise _refused(request)
        return Area(_unit(request, Unit.objects.provinces(), code), is_province=True)
    return Area()


def _unit(request: OfficerRequest, units: Any, code: str) -> Unit:
    """The newest unit of that code; a code may have been given again."""
    if not code.isdigit():
        raise Http404
    unit = units.in_scope(request.user).filter(code=code).select_related("parent").order_by("-valid_from").first()
    if unit is None:
        raise _refused(request)
    return unit


def _refused(request: OfficerRequest) -> Http404:
    record(request, Action.REFUSED, sentence=f"Mở số liệu ngoài địa bàn: {request.get_full_path()[:200]}")
    return Http404()


def query_of(area: Area) -> str:
    """The part of an address that leads to the same area: "?xa=06001", or nothing."""
    if area.unit is None:
        return ""
    return "?" + urlencode({"tinh" if area.is_province else "xa": area.unit.code})


def name_of(area: Area, officer: Officer) -> str:
    """What the numbers are about, in words."""
    if area.unit is not None:
        return area.unit.name
    return officer.unit.name if officer.unit else "Toàn quốc"
