"""The answers where a colleague's draft stands in the way: of opening the form, and of sending it."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from accounts.models import Draft
from accounts.scope import OfficerRequest
from accounts.sign_in import drafts, taking_over
from accounts.sign_in.drafts import Here

SHOWN = 6  # rows of the home page, the officer's own and the colleagues' each
LOOKED_AT = 60


def waiting_page(request: OfficerRequest, here: Here) -> HttpResponse | None:
    """The page instead of the form of a new record while a colleague's draft counts there. None lets the form open."""
    if here.holder is None:
        return None
    mine = [one for one in (here.own, *here.aside) if one]
    context = {"held": colleagues(request, [here.holder])[0], "mine": mine, "form": drafts.form_at(request.path)}
    return render(request, "accounts/drafts/held.html", context)


def refusal(request: OfficerRequest, here: Here) -> str:
    """Why the form of a new record is not written: a colleague has it. What was sent is kept. "" lets it pass."""
    if here.holder is None:
        return ""
    try:
        drafts.keep(request.user, request.path, request.POST)
    except drafts.DraftRefused as refused:
        return f"{drafts.took_over(here.holder)} Chưa ghi. {refused}"
    return f"{drafts.took_over(here.holder)} Chưa ghi; nội dung đồng chí nhập được giữ riêng, không mất."


def colleagues(request: OfficerRequest, rows: Iterable[Draft]) -> list[dict[str, Any]]:
    """What a page says of colleagues' drafts, and whether they may be taken over. No query."""
    return [
        {
            "draft": one,
            "what": drafts.what(one),
            "sentence": taking_over.busy_sentence(one),
            "may_take": taking_over.may_take(one, request.user),
            "wait": taking_over.wait_sentence(one),
        }
        for one in rows
    ]


def of_office(request: OfficerRequest) -> dict[str, Any]:
    """What the home page shows as left half-done: the officer's own, and the colleagues'. One query."""
    rows = Draft.objects.with_lease().in_scope(request.user).select_related("officer", "taken_from").defer("fields")
    newest = list(rows.order_by("-saved_at")[:LOOKED_AT])
    mine = [one for one in newest if one.officer_id == request.user.pk]
    theirs = [one for one in newest if one.officer_id != request.user.pk]
    return {
        "mine": [{"draft": one, "what": drafts.what(one)} for one in mine[:SHOWN]],
        "theirs": colleagues(request, theirs[:SHOWN]),
        "count": len(newest),
        "more": max(len(mine) - SHOWN, 0) + max(len(theirs) - SHOWN, 0),
    }
