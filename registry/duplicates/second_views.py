"""The second officer's pages: what waits, the pair without the first answer, and how often both agree."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import record_all
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right, Role
from accounts.scope import OfficerRequest, desk, find
from registry.duplicates import second_look as work
from registry.duplicates.comparison import rows_of, sides
from registry.duplicates.page import evidence_of_page, rows_of_page
from registry.duplicates.tables import LookTable
from registry.models import SecondLook, Verdict

PER_PAGE = 25
LATEST_DISAGREEMENTS = 20


@require_GET
@desk(Right.CLEANUP_VIEW)
def second_looks(request: OfficerRequest) -> HttpResponse:
    officer = request.user
    waiting = work.looks_for(officer).select_related("pair__left__commune", "pair__right__commune")
    table = LookTable(waiting)
    paged(request, table, listed="lượt xem lần hai", per_page=PER_PAGE)
    following = work.next_for(officer) if officer.can(Right.CLEANUP_WORK) else None
    context: dict[str, Any] = {"table": table, "following": following, "months": work.by_month(officer)}
    if officer.role != Role.OFFICER:
        contested = SecondLook.objects.in_scope(officer).contested().order_by("-second_at", "-pk")
        context["officers"] = work.by_officer(officer)
        context["contested"] = contested.select_related("pair__left", "pair__right", "first_by", "second_by")[
            :LATEST_DISAGREEMENTS
        ]
    return render(request, "registry/duplicates/second_looks.html", context)


@require_GET
@desk(Right.CLEANUP_WORK)
def second_look(request: OfficerRequest, public_id: str) -> HttpResponse:
    look = _find(request, public_id)
    if look.second_at:
        messages.info(request, "Cặp này đã được xem lần hai.")
        return redirect("registry:second_looks")
    return _shown(request, look)


def _find(request: OfficerRequest, public_id: str) -> SecondLook:
    """An officer's own decision is nothing to look at a second time: it is not found."""
    rows = SecondLook.objects.select_related("pair__left__commune", "pair__right__commune", "second_by")
    look = find(request, rows, public_id)
    if look.first_by_id == request.user.pk:
        raise Http404
    return look


def _shown(request: OfficerRequest, look: SecondLook, *, status: int = 200, error: str = "") -> HttpResponse:
    """Both records as the first officer had them, without his answer. A view of both people."""
    pair = look.pair
    both = ((pair.left, pair.right), (pair.right, pair.left))
    lines = ((one, f"Xem lần hai cặp nghi trùng với {other.audit_label()}") for one, other in both)
    record_all(request, Action.VIEW, lines)
    left, right = sides(pair.left, pair.right, officer=request.user)
    context: dict[str, Any] = {"look": look, "pair": pair, "left": left, "right": right, "error": error}
    context |= rows_of_page(rows_of({row: sides for row, *sides in look.picture}, left, right)) | evidence_of_page(pair)
    return render(request, "registry/duplicates/second_look.html", context, status=status)


@require_POST
@desk(Right.CLEANUP_WORK)
def second_look_answer(request: OfficerRequest, public_id: str) -> HttpResponse:
    look = _find(request, public_id)
    try:
        verdict = Verdict(request.POST.get("verdict", ""))
        look = work.answer(look, verdict, by=request.user)
    except ValueError:
        return _shown(request, look, status=422, error="Chọn “một người” hoặc “hai người”.")
    except work.LookRefused as refused:
        messages.warning(request, str(refused))
        return redirect("registry:second_looks")
    if look.second_verdict == look.first_verdict:
        messages.success(request, "Đã ghi: hai đồng chí cùng kết luận.")
    else:
        messages.success(request, "Đã ghi: hai đồng chí kết luận khác nhau, cặp này chuyển trưởng công an xã.")
    following = work.next_for(request.user)
    return redirect("registry:second_look", following.public_id) if following else redirect("registry:second_looks")
