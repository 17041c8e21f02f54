"""Many plain cases at once: tick, confirm, and read line by line what was done."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from registry.duplicates import bulk, score
from registry.duplicates.tables import PlainTable, listed, shown_pair

CONFIRMED = "yes"


@require_http_methods(["GET", "POST"])
@desk(Right.CLEANUP_WORK)
def duplicates_bulk(request: OfficerRequest) -> HttpResponse:
    if request.method != "POST":
        return _tick(request)
    chosen = _chosen(request)
    if not chosen or len(chosen) > bulk.AT_ONCE:
        said = f"Chọn nhiều nhất {bulk.AT_ONCE} vụ một lần." if chosen else "Chưa chọn vụ nào."
        return _tick(request, error=said)
    if request.POST.get("confirmed") != CONFIRMED:
        return _confirm(request, chosen)
    outcomes = bulk.conclude_same(chosen, by=request.user)
    done = sum(outcome.done for outcome in outcomes)
    return render(
        request,
        "registry/duplicates/bulk_done.html",
        {"outcomes": outcomes, "done": done, "left": len(outcomes) - done},
    )


def _tick(request: OfficerRequest, *, error: str = "") -> HttpResponse:
    certain_at = score.certain_at()
    rows = listed(request.user).filter(pk__in=bulk.eligible(request.user, certain_at).values("pk"))
    table = PlainTable(rows, certain_at=certain_at)
    paged(request, table, listed="vụ nghi trùng gần như chắc chắn", per_page=bulk.AT_ONCE)
    context = {"table": table, "error": error}
    return render(request, "registry/duplicates/bulk.html", context, status=422 if error else 200)


def _confirm(request: OfficerRequest, chosen: list[UUID]) -> HttpResponse:
    """What is about to be concluded, once more by name."""
    cases = [(case, shown_pair(case)) for case in listed(request.user).filter(public_id__in=chosen)]
    record(request, Action.VIEW, sentence=f"Xem {len(cases)} vụ nghi trùng trước khi kết luận cùng lúc")
    context = {"cases": cases, "confirmed": CONFIRMED}
    return render(request, "registry/duplicates/bulk_confirm.html", context)


def _chosen(request: OfficerRequest) -> list[UUID]:
    """The ticked cases; what is no address of a case was never on the page."""
    found = []
    for text in request.POST.getlist("case"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))
