"""The list of cases, one pair side by side, and the decision; then the next opens itself."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import record_all
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.sign_in import drafts
from registry.duplicates import bulk, masks, queue, score, second_look, undo
from registry.duplicates.page import merge_url, page_of
from registry.duplicates.review import Decision, ReviewRefused, decide
from registry.duplicates.tables import CaseFilter, CaseTable, listed
from registry.models import DuplicateCase, DuplicatePair

PER_PAGE = 25
SAID = {
    Decision.SAME: "Đã ghi kết luận: một người. Tiếp theo chọn thông tin giữ lại và gộp hai hồ sơ.",
    Decision.DIFFERENT: "Đã ghi kết luận: hai người khác nhau. Cặp này chỉ trở lại khi thông tin quyết định thay đổi.",
    Decision.ASK: "Đã ghi: hỏi đồng chí khác. Cặp này vẫn chờ kết luận.",
    Decision.REOPEN: "Cặp này đã trở lại danh sách chờ kết luận.",
    Decision.UNDO: "Đã hoàn tác. Cặp này chờ kết luận như trước.",
}
TAKE, SKIP, RELEASE = "take", "skip", "release"


@require_GET
@desk(Right.CLEANUP_VIEW)
def duplicates(request: OfficerRequest) -> HttpResponse:
    officer, certain_at = request.user, score.certain_at()
    filtered = CaseFilter(request.GET, listed(officer), officer=officer, certain_at=certain_at)
    table = CaseTable(filtered.qs, certain_at=certain_at)
    paged(request, table, listed="vụ nghi trùng", per_page=PER_PAGE)
    may_work = officer.can(Right.CLEANUP_WORK)
    context = {
        "table": table,
        "filter": filtered,
        "may_work": may_work,
        "plain_count": bulk.eligible(officer, certain_at).count() if may_work else 0,
        "looks_count": second_look.looks_for(officer).count() if may_work else 0,
        "agreement": next(iter(second_look.by_month(officer)), None),
        "undo": undo.offered(request),
    }
    return render(request, "registry/duplicates/list.html", context)


@require_POST
@desk(Right.CLEANUP_WORK)
def duplicates_next(request: OfficerRequest) -> HttpResponse:
    """“Làm tiếp”."""
    return _go_on(request)


def _go_on(request: OfficerRequest, *, but: DuplicateCase | None = None) -> HttpResponse:
    """Claim the next case and open it; the case `but`, which was just put aside, only when another is left."""
    case = queue.claim_next(request.user)
    pair = queue.next_pair(case, request.user) if case else None
    if case is not None and case == but:
        queue.release(case, by=request.user)
        messages.info(request, "Không còn vụ nào khác; vụ vừa để sau vẫn ở trong danh sách.")
        return redirect("registry:duplicates")
    if pair is None:
        messages.success(request, "Không còn vụ nghi trùng nào chờ đồng chí.")
        return redirect("registry:duplicates")
    return redirect("registry:duplicate_pair", pair.public_id)


@require_GET
@desk(Right.CLEANUP_VIEW)
def duplicate_case(request: OfficerRequest, public_id: str) -> HttpResponse:
    """A case opens at the pair that is to be decided next, or at its strongest."""
    case = find(request, DuplicateCase.objects.all(), public_id)
    seen = DuplicatePair.objects.in_scope(request.user).filter(case=case)
    pair = queue.next_pair(case, request.user) or seen.waiting().first() or seen.first()
    return redirect("registry:duplicate_pair", pair.public_id) if pair else redirect("registry:duplicates")


@require_GET
@desk(Right.CLEANUP_VIEW)
def duplicate_pair(request: OfficerRequest, public_id: str) -> HttpResponse:
    pair = _find(request, public_id)
    typed = drafts.load(request)  # what a late submit carried, when the session had ended
    return _shown(request, pair, note=typed.get("note", ""))


def _find(request: OfficerRequest, public_id: str) -> DuplicatePair:
    rows = DuplicatePair.objects.select_related("left__commune", "right__commune", "decided_by", "case__held_by")
    return find(request, rows, public_id)


def _shown(request: OfficerRequest, pair: DuplicatePair, *, status: int = 200, **said: Any) -> HttpResponse:
    """The page, whether opened or answered with a refusal, is a view of both people."""
    both = ((pair.left, pair.right), (pair.right, pair.left))
    record_all(request, Action.VIEW, ((one, f"Xem cặp nghi trùng với {other.audit_label()}") for one, other in both))
    context = page_of(request, pair) | {"undo": undo.offered(request, besides=pair), "note": "", **said}
    return render(request, "registry/duplicates/pair.html", context, status=status)


@require_POST
@desk(Right.CLEANUP_WORK)
def duplicate_decide(request: OfficerRequest, public_id: str) -> HttpResponse:
    """Decide, then open what comes next: merging, or the next pair. A refusal answers the same page: its sentence, and
    what was typed."""
    pair = _find(request, public_id)
    note = request.POST.get("note", "")
    try:
        decision = Decision(request.POST.get("decision", ""))
        pair = decide(pair, decision, by=request.user, note=note)
    except ValueError:
        return _again(request, public_id, note, "Chọn một trong các kết luận.")
    except ReviewRefused as refused:
        return _again(request, public_id, note, str(refused))
    drafts.forget(request, reverse("registry:duplicate_pair", args=[pair.public_id]))
    messages.success(request, SAID[decision])
    undo.offer(request, pair, decision)
    if decision in (Decision.REOPEN, Decision.UNDO):
        return redirect("registry:duplicate_pair", pair.public_id)
    if decision == Decision.SAME and (address := merge_url(pair)):
        return redirect(address)
    return _after(request, pair)


def _again(request: OfficerRequest, public_id: str, note: str, error: str) -> HttpResponse:
    return _shown(request, _find(request, public_id), status=422, note=note, error=error)


def _after(request: OfficerRequest, pair: DuplicatePair) -> HttpResponse:
    """The next pair of the same case; of a case in which only a colleague's answer is awaited, the lease ends."""
    case = DuplicateCase.objects.in_scope(request.user).open().filter(pairs=pair).first()
    if case and (following := queue.next_pair(case, request.user)):
        return redirect("registry:duplicate_pair", following.public_id)
    if case:
        queue.release(case, by=request.user)
    return _go_on(request)


@require_POST
@desk(Right.CLEANUP_WORK)
def duplicate_case_work(request: OfficerRequest, public_id: str) -> HttpResponse:
    """Take the case, skip it, or give it back."""
    case, outcome = find(request, DuplicateCase.objects.all(), public_id), request.POST.get("outcome", "")
    if outcome == SKIP:
        queue.skip(case, by=request.user)
        messages.info(request, "Đã để vụ này xuống cuối danh sách của đồng chí trong hôm nay.")
        return _go_on(request, but=case)
    if outcome == RELEASE:
        queue.release(case, by=request.user)
        messages.success(request, "Đã trả lại hàng đợi.")
        return redirect("registry:duplicates")
    try:
        if outcome == TAKE:
            queue.take(case, by=request.user)
            messages.success(request, "Đồng chí đang giữ vụ này.")
    except queue.QueueRefused as refused:
        messages.warning(request, str(refused))
    return redirect("registry:duplicate_case", case.public_id)


@require_POST
@desk(Right.SENSITIVE_VIEW)
def duplicate_unmask(request: OfficerRequest, public_id: str) -> HttpResponse:
    """Say why, and see the numbers of the person outside."""
    case = find(request, DuplicateCase.objects.all(), public_id)
    pairs = list(
        DuplicatePair.objects.in_scope(request.user).filter(case=case).select_related("left__commune", "right__commune")
    )
    pair = next((one for one in pairs if str(one.public_id) == request.POST.get("pair", "")), pairs[0])
    try:
        until = masks.take_off(request, case, pairs, request.POST.get("reason", ""))
    except masks.MaskStays as stays:
        reason = request.POST.get("reason", "")
        return _shown(
            request, _find(request, str(pair.public_id)), status=422, mask_error=str(stays), mask_reason=reason
        )
    if request.user.can(Right.CLEANUP_WORK):
        queue.renew(case, request.user)
    messages.success(
        request, f"Đã mở che đến {timezone.localtime(until):%H:%M}; lượt xem được ghi cho mọi người liên quan."
    )
    return redirect("registry:duplicate_pair", pair.public_id)
