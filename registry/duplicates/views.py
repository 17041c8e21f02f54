"""The list of pairs, one pair side by side, and the decision."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from accounts.audit import record_all
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.sign_in import drafts
from registry.duplicates import reasons as why
from registry.duplicates.comparison import Side, compare, mask, sides
from registry.duplicates.people import people_of
from registry.duplicates.queue import place_of
from registry.duplicates.review import WAITING, Decision, ReviewRefused, decide
from registry.duplicates.tables import STATE_PILLS, PairFilter, PairTable
from registry.models import DuplicatePair, PairState

SAID = {
    Decision.SAME: "Đã ghi kết luận: một người. Hai hồ sơ chưa thay đổi; việc gộp do trưởng công an xã làm ở bước sau.",
    Decision.DIFFERENT: "Đã ghi kết luận: hai người khác nhau. Cặp này chỉ trở lại khi có thêm điểm giống nhau mới.",
    Decision.ASK: "Đã ghi: hỏi đồng chí khác. Cặp này vẫn nằm trong danh sách chờ.",
    Decision.REOPEN: "Cặp này đã trở lại danh sách chờ kết luận.",
}


@desk(Right.CLEANUP_VIEW)
def duplicates(request: OfficerRequest) -> HttpResponse:
    rows = DuplicatePair.objects.in_scope(request.user).select_related("left__commune", "right__commune")
    filtered = PairFilter(request.GET, rows, request=request)
    table = PairTable(filtered.qs)
    paged(request, table, listed="cặp nghi trùng", per_page=25)
    return render(request, "registry/duplicates/list.html", {"table": table, "filter": filtered})


@desk(Right.CLEANUP_VIEW)
def duplicate_pair(request: OfficerRequest, public_id: str) -> HttpResponse:
    pair = _find(request, public_id)
    _audit_view(request, pair)
    typed = drafts.load(request)  # what a late submit carried, when the session had ended
    return render(request, "registry/duplicates/pair.html", _page(request, pair) | {"note": typed.get("note", "")})


@desk(Right.CLEANUP_WORK)
@require_POST
def duplicate_decide(request: OfficerRequest, public_id: str) -> HttpResponse:
    """Decide, then open the next pair that waits. A refusal answers the same page: its sentence, and what was typed."""
    pair = _find(request, public_id)
    note = request.POST.get("note", "")
    following = place_of(pair, officer=request.user).after
    try:
        decision = Decision(request.POST.get("decision", ""))
        decide(pair, decision, by=request.user, note=note)
    except ValueError:
        return _again(request, pair, note, "Chọn một trong ba kết luận.")
    except ReviewRefused as refused:
        return _again(request, pair, note, str(refused))
    again = reverse("registry:duplicate_pair", args=[pair.public_id])
    drafts.forget(request, again)
    undo = "" if decision == Decision.REOPEN else format_html(' <a href="{}" data-key="z">Xem lại, hoàn tác</a>', again)
    messages.success(request, format_html("{}{}", SAID[decision], undo))
    if decision == Decision.REOPEN:
        return redirect("registry:duplicate_pair", pair.public_id)
    if following:
        return redirect("registry:duplicate_pair", following)
    messages.info(request, "Không còn cặp nào sau cặp vừa rồi.")
    return redirect("registry:duplicates")


def _find(request: OfficerRequest, public_id: str) -> DuplicatePair:
    rows = DuplicatePair.objects.select_related("left__commune", "right__commune", "decided_by")
    return find(request, rows, public_id)


def _again(request: OfficerRequest, pair: DuplicatePair, note: str, error: str) -> HttpResponse:
    fresh = _find(request, str(pair.public_id))
    _audit_view(request, fresh)
    context = _page(request, fresh) | {"note": note, "error": error}
    return render(request, "registry/duplicates/pair.html", context, status=422)


def _audit_view(request: OfficerRequest, pair: DuplicatePair) -> None:
    """Looking at a pair is looking at two people; each of them has the line."""
    both = ((pair.left, pair.right), (pair.right, pair.left))
    record_all(request, Action.VIEW, ((one, f"Xem cặp nghi trùng với {other.audit_label()}") for one, other in both))


def _page(request: OfficerRequest, pair: DuplicatePair) -> dict[str, Any]:
    left, right = sides(pair.left, pair.right, officer=request.user)
    kind, words = why.level(pair.strength)
    is_waiting = pair.state in WAITING
    return {
        "pair": pair,
        "left": left,
        "right": right,
        "rows": [row for row in compare(left, right) if row.verdict != "cả hai trống"],
        "items": _evidence(pair, left, right),
        "level_kind": kind,
        "level": words,
        "is_cross": pair.left.commune_id != pair.right.commune_id,
        "is_waiting": is_waiting,
        "is_returned": pair.state == PairState.SUSPECTED and bool(pair.decided_on_reasons),
        "what_is_new": why.what_is_new(pair.reasons, pair.decided_on_reasons),
        "state_pill": STATE_PILLS[PairState(pair.state)],
        "place": place_of(pair, officer=request.user),
        "may_decide": request.user.can(Right.CLEANUP_WORK),
        "decide_url": reverse("registry:duplicate_decide", args=[pair.public_id]),
        "note": "",
    }


def _evidence(pair: DuplicatePair, left: Side, right: Side) -> list[why.Evidence]:
    """The evidence of the stored reasons, numbers masked where the page masks them."""
    people = people_of([pair.left, pair.right])
    lines = why.evidence(people[pair.left_id], people[pair.right_id], why.read_reasons(pair.reasons))
    return [_masked(line, left, right) for line in lines]


def _masked(line: why.Evidence, left: Side, right: Side) -> why.Evidence:
    if not line.is_number:
        return line
    return replace(
        line,
        left=mask(line.left) if left.is_masked else line.left,
        right=mask(line.right) if right.is_masked else line.right,
    )
