"""Which commune a supervisor means: a code of the address or of a list, or a name that was typed."""

from django.http import Http404

from accounts.audit import record
from accounts.models import Action, Unit
from accounts.scope import OfficerRequest, answers_for
from accounts.units.find import current_unit, successors_today

CODE_LENGTH = 5


class PlaceRefused(ValueError):
    """The message is the sentence beside the field."""


def commune_meant(request: OfficerRequest, text: str) -> Unit:
    """The commune of today. Of one that ended, the one that took over; a divided one must be chosen anew.

    Raises PlaceRefused, and Http404, audited, for one outside the officer's scope. Five queries at most.
    """
    text = text.strip()
    unit = _by_code(text) if text.isascii() and text.isdecimal() else _by_name(request, text)
    if not answers_for(request.user, unit):
        record(request, Action.REFUSED, target=unit, sentence=f"Giao việc cho xã ngoài địa bàn: {unit.path}"[:300])
        raise Http404
    return unit


def _by_code(code: str) -> Unit:
    """The newest of that code; a code may have been given again."""
    rows = Unit.objects.communes().filter(code=code).select_related("parent")
    unit = rows.order_by("-valid_from").first() if len(code) == CODE_LENGTH else None
    if unit is None:
        raise PlaceRefused("Không có xã, phường mang mã này.")
    if unit.is_current:
        return unit
    after = successors_today(unit)
    if len(after) == 1:
        return after[0]
    if not after:
        raise PlaceRefused(f"{unit.name} không còn và chưa ghi đơn vị tiếp nhận; báo quản trị.")
    names = ", ".join(one.name for one in after)
    raise PlaceRefused(f"{unit.name} đã chia về nhiều nơi: {names}. Chọn một đơn vị hiện nay.")


def _by_name(request: OfficerRequest, text: str) -> Unit:
    if not text:
        raise PlaceRefused("Chọn xã, phường.")
    found = current_unit(text, near=request.user.unit)
    if found.unit is None:
        raise PlaceRefused(found.sentence)
    return found.unit
