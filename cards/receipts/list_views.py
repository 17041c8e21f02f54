"""The list of slips, and printing many of them together."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.lists import paged
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find, works_in_one_commune
from cards.models import Application, Paper, Receipt
from cards.receipts import copies, papers
from cards.receipts.tables import ReceiptFilter, ReceiptTable, listed
from cards.tasks import render_print

MOST_AT_ONCE = 500
PER_PAGE = 50


@require_safe
@desk(Right.APPLICATION_VIEW)
def receipts(request: OfficerRequest) -> HttpResponse:
    return _page(request)


def _page(request: OfficerRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    filtered = ReceiptFilter(request.GET, listed(request.user), request=request)
    table = ReceiptTable(filtered.qs, officer=request.user)
    paged(request, table, listed="phiếu hẹn", per_page=PER_PAGE)
    context = {
        "table": table,
        "filter": filtered,
        "papers": Paper.choices,
        "token": uuid.uuid4(),
        "can_print": request.user.can(Right.APPLICATION_TAKE) and works_in_one_commune(request.user),
        "narrowed": any(request.GET.get(name) for name in filtered.filters),
        "query": request.GET.urlencode(),
        "typed": {"paper": Paper.A5, "reason": ""},
    }
    return render(request, "cards/receipts/list.html", context | more, status=status)


@require_POST
@desk(Right.APPLICATION_TAKE)
def receipts_print(request: OfficerRequest) -> HttpResponse:
    """The ticked slips, or everything the filter of the page keeps, in one document."""
    filtered = ReceiptFilter(request.GET, listed(request.user), request=request)
    rows = filtered.qs.order_by("year", "serial")
    if "all" not in request.POST:
        rows = rows.filter(public_id__in=_ids(request.POST.getlist("chon")))
    chosen = list(rows[: MOST_AT_ONCE + 1])
    try:
        job = _order(request, chosen)
    except copies.CopyRefused as refused:
        typed = {"paper": request.POST.get("paper", Paper.A5), "reason": request.POST.get("reason", "")}
        more = {"typed": typed, "print_error": str(refused), "ticked": request.POST.getlist("chon")}
        return _page(request, **more, status=422)
    return redirect("cards:print", public_id=job.public_id)


def _order(request: OfficerRequest, chosen: list[Receipt]) -> Any:
    """One transaction: the order, and the printing of each slip."""
    commune, paper = request.user.unit, request.POST.get("paper", Paper.A5)
    if not chosen:
        raise copies.CopyRefused("Chọn ít nhất một phiếu.")
    if len(chosen) > MOST_AT_ONCE:
        raise copies.CopyRefused(f"Mỗi lần in nhiều nhất {MOST_AT_ONCE} phiếu; lọc theo ngày hoặc chọn ít hơn.")
    if paper not in Paper.values:
        raise copies.CopyRefused("Chọn khổ giấy A5 hoặc A4.")
    if commune is None or not works_in_one_commune(request.user):
        raise copies.CopyRefused("Chỉ cán bộ của xã in phiếu của xã mình.")
    reason, token = request.POST.get("reason", ""), _ids([request.POST.get("token", "")])
    with transaction.atomic():
        job = papers.order_slips(
            chosen, paper, commune=commune, by=request.user, reason=reason, token=token[0] if token else uuid.uuid4()
        )
        render_print.delay_on_commit(job.pk)
    return job


def _ids(texts: list[str]) -> list[uuid.UUID]:
    """Those that are public ids; a hand-made request may send anything."""
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


@require_POST
@desk(Right.APPLICATION_TAKE)
def refusal_print(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The office's slip about a refused file, to go with notice CC03."""
    file = find(request, Application.objects.select_related("resident", "commune__parent"), public_id)
    token = _ids([request.POST.get("token", "")])
    try:
        with transaction.atomic():
            job = papers.order_refusal(file, by=request.user, token=token[0] if token else uuid.uuid4())
            render_print.delay_on_commit(job.pk)
    except papers.RefusalRefused as refused:
        messages.error(request, str(refused))
        return redirect("cards:application", public_id=file.public_id)
    return redirect("cards:print", public_id=job.public_id)
