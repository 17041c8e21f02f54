"""Looking at the person outside: with a reason, for a while, written down for both.

Kept in the session: only this officer, only this case, and it ends with the sign-out.
"""

import datetime as dt

from django.utils import timezone

from accounts.audit import note_basis, record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, answers_for
from registry.models import DuplicateCase, DuplicatePair

OPEN_FOR = dt.timedelta(minutes=30)
SHORTEST_REASON = 10
KEY = "duplicates_unmasked"


class MaskStays(Exception):
    """Nothing was shown; the message is the sentence the officer reads."""


def take_off(request: OfficerRequest, case: DuplicateCase, pairs: list[DuplicatePair], reason: str) -> dt.datetime:
    """Show this officer the whole numbers of everybody in these pairs of the case, until the moment it answers.

    One line in the trail for each person, with the reason. Raises MaskStays: nobody there is outside, no proper reason,
    or an officer who may not see sensitive data anywhere.
    """
    people = {one.pk: one for pair in pairs for one in (pair.left, pair.right)}
    outside = [one for one in people.values() if not answers_for(request.user, one.commune)]
    reason = " ".join(reason.split())[:300]
    if not request.user.can(Right.SENSITIVE_VIEW):
        raise MaskStays("Số định danh và điện thoại chỉ hiện cho cán bộ được xem dữ liệu nhạy cảm.")
    if not outside:
        raise MaskStays("Vụ này không có hồ sơ ngoài địa bàn.")
    if len(reason) < SHORTEST_REASON:
        raise MaskStays("Ghi rõ lý do cần xem, ví dụ: “Công dân khai từng đăng ký ở xã Mẫu Hạ”.")
    names = ", ".join(one.audit_label() for one in outside)
    for one in people.values():
        sentence = f"Mở che số của hồ sơ ngoài địa bàn để xem vụ nghi trùng: {names}"
        record(request, Action.SEARCH_OUTSIDE, target=one, sentence=sentence, reason=reason)
    note_basis(reason)
    until = timezone.now() + OPEN_FOR
    request.session[KEY] = _still_open(request) | {str(case.public_id): until.isoformat()}
    return until


def open_until(request: OfficerRequest, case: DuplicateCase | None) -> dt.datetime | None:
    """Until when this officer sees the case without masks; None when he does not."""
    until = _still_open(request).get(str(case.public_id)) if case else None
    return dt.datetime.fromisoformat(until) if until else None


def _still_open(request: OfficerRequest) -> dict[str, str]:
    now = timezone.now()
    return {
        case: until for case, until in request.session.get(KEY, {}).items() if dt.datetime.fromisoformat(until) > now
    }
