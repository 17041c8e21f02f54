"""Cards that arrive: one screen, one number after the other."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit import record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from cards.deliveries import arriving
from cards.deliveries.arriving import Told
from cards.deliveries.stock import StockRefused
from cards.models import StockCard


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.APPLICATION_TAKE)
def arrivals(request: OfficerRequest) -> HttpResponse:
    """GET the screen; POST one number. The answer is the screen again, ready for the next; htmx gets its inner part."""
    if request.method != "POST":
        record(request, Action.VIEW, sentence="Mở màn hình ghi nhận thẻ về")
        return _screen(request)
    told = arriving.arrive(request.POST.get("ma", ""), by=request.user, box=request.POST.get("hop", ""))
    text = "" if told.kind == "ok" else request.POST.get("ma", "")
    return _screen(request, told, text=text if told.kind == "block" else "")


@require_POST
@desk(Right.APPLICATION_TAKE)
def arrival_undo(request: OfficerRequest) -> HttpResponse:
    """Take back the last entry; the form names it, so that a second click takes back nothing more."""
    card = _named(request, request.POST.get("the", ""))
    if card is None:
        return _screen(request, Told("warn", "Dòng này đã bỏ rồi."))
    try:
        told = arriving.undo(card, by=request.user)
    except StockRefused as refused:
        told = Told("block", str(refused))
    return _screen(request, told)


def _named(request: OfficerRequest, text: str) -> StockCard | None:
    """Another commune's answers 404 and leaves a line; one that is gone, None."""
    try:
        wanted = uuid.UUID(text)
    except ValueError:
        return None
    if not StockCard.objects.filter(public_id=wanted).exists():
        return None
    return find(request, StockCard.objects.all(), wanted)


def _screen(request: OfficerRequest, told: Told | None = None, *, text: str = "") -> HttpResponse:
    rows = arriving.mine(request.user)
    context: dict[str, Any] = {
        "told": told,
        "text": text[:300],
        "box": request.POST.get("hop", ""),
        "rows": list(rows[: arriving.SHOWN]),
        "count": rows.count(),
    }
    name = "cards/deliveries/_arrivals.html" if request.htmx else "cards/deliveries/arrivals.html"
    return render(request, name, context)
