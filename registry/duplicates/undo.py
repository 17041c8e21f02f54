"""Z: the decision just made is taken back with one key. Kept in the session, for as long as review.py allows it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from accounts.scope import OfficerRequest
from registry.duplicates.review import SENTENCES, UNDO_WITHIN, Decision
from registry.models import DuplicatePair

KEY = "duplicates_last"


@dataclass(frozen=True)
class Offer:
    url: str
    said: str


def offer(request: OfficerRequest, pair: DuplicatePair, decision: Decision) -> None:
    """Remember what was just decided; after an undo there is nothing more to take back."""
    if decision in (Decision.UNDO, Decision.REOPEN):
        request.session.pop(KEY, None)
        return
    until = timezone.now() + UNDO_WITHIN
    request.session[KEY] = [str(pair.public_id), decision.value, until.timestamp()]


def offered(request: OfficerRequest, *, besides: DuplicatePair | None = None) -> Offer | None:
    """What Z would take back on this page; the page of the pair itself (`besides`) has its own button. No query."""
    pair, decision, until = request.session.get(KEY, ("", "", 0))
    if timezone.now().timestamp() > until or (besides is not None and str(besides.public_id) == pair):
        return None
    return Offer(reverse("registry:duplicate_decide", args=[pair]), SENTENCES[Decision(decision)])
