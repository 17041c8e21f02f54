"""Claim a waiting receipt, render it, store it: whatever dies in between, each paper is stored once or not at all.

A claim is a lease on the row. A worker that dies leaves the row WAITING with a lease that runs out; the sweep finds
it. A worker that comes back too late finds another lease on the row and throws its own work away.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from cards.models import Paper, Receipt, ReceiptFile, RenderState
from cards.receipts import render

LEASE: Final = dt.timedelta(seconds=60)
REST: Final = dt.timedelta(seconds=10)  # between a failed attempt and the next
GRACE: Final = dt.timedelta(seconds=5)  # the message sent with the receipt is given this long before the sweep looks
MOST_ATTEMPTS: Final = 5
GAVE_UP: Final = "Đã thử in 5 lần nhưng chưa được. Bấm “In lại”; nếu vẫn vậy, báo quản trị kèm số hồ sơ."


@dataclass(frozen=True)
class Claim:
    """The right to render one receipt until `until`; also the proof that it is still ours."""

    receipt_pk: int
    until: dt.datetime
    content: dict[str, Any]


def render_and_store(receipt_pk: int) -> bool:
    """Render one receipt, if it waits and nobody holds it. True when this call stored it.

    An error while rendering gives the row back and is raised on, for the log.
    """
    claim = take(receipt_pk)
    if claim is None:
        return False
    try:
        pages = {paper: render.slip(claim.content, paper) for paper in Paper}
    except Exception:
        give_back(claim)
        raise
    return store(claim, pages)


@transaction.atomic
def take(receipt_pk: int) -> Claim | None:
    """Claim one waiting receipt; None when it does not wait, or is held. The fifth broken attempt makes it FAILED."""
    rows = free().filter(pk=receipt_pk).select_for_update(skip_locked=True, of=("self",))
    receipt = rows.first()
    if receipt is None:
        return None
    if receipt.attempts >= MOST_ATTEMPTS:
        _give_up(receipt)
        return None
    receipt.attempts += 1
    receipt.claimed_until = timezone.now() + LEASE
    receipt.save(update_fields=["attempts", "claimed_until"])
    return Claim(receipt.pk, receipt.claimed_until, receipt.content)


@transaction.atomic
def store(claim: Claim, pages: dict[Paper, bytes]) -> bool:
    """Both papers, their hashes, the new state and the audit line at once. False when the claim was lost meanwhile."""
    receipt = _held(claim)
    if receipt is None:
        return False
    ReceiptFile.objects.bulk_create(
        ReceiptFile(
            receipt=receipt, paper=paper, pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), renderer=render.RENDERER
        )
        for paper, pdf in pages.items()
    )
    receipt.state = RenderState.READY
    receipt.rendered_at = timezone.now()
    receipt.claimed_until = None
    receipt.error = ""
    receipt.save(update_fields=["state", "rendered_at", "claimed_until", "error"])
    record(None, Action.SYSTEM, target=receipt, sentence=f"Lập bản in phiếu hẹn {receipt.application.file_number}")
    return True


@transaction.atomic
def give_back(claim: Claim) -> None:
    """Rendering failed: let the row rest a little, or give it up after the last attempt."""
    receipt = _held(claim)
    if receipt is None:
        return
    if receipt.attempts >= MOST_ATTEMPTS:
        _give_up(receipt)
        return
    receipt.claimed_until = timezone.now() + REST
    receipt.save(update_fields=["claimed_until"])


@transaction.atomic
def retry(receipt: Receipt, *, by: Officer) -> bool:
    """Set a failed receipt waiting again. False when it is not failed: nothing to do."""
    rows = Receipt.objects.in_scope(by).filter(pk=receipt.pk, state=RenderState.FAILED)
    current = rows.select_for_update(of=("self",)).first()
    if current is None:
        return False
    current.state, current.attempts, current.error, current.claimed_until = RenderState.WAITING, 0, "", None
    current.save(update_fields=["state", "attempts", "error", "claimed_until"])
    record(by, Action.CHANGE, target=current, sentence=f"Yêu cầu in lại phiếu hẹn {current.application.file_number}")
    return True


def free() -> QuerySet[Receipt]:
    """Waiting, and held by nobody whose lease still runs."""
    waiting = Receipt.objects.filter(state=RenderState.WAITING)
    return waiting.filter(Q(claimed_until=None) | Q(claimed_until__lte=timezone.now()))


def due(limit: int) -> list[int]:
    """Receipts that the sweep must send out again, oldest first."""
    rows = free().filter(issued_at__lt=timezone.now() - GRACE).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def _held(claim: Claim) -> Receipt | None:
    rows = Receipt.objects.select_for_update(of=("self",)).select_related("application__resident")
    return rows.filter(pk=claim.receipt_pk, state=RenderState.WAITING, claimed_until=claim.until).first()


def _give_up(receipt: Receipt) -> None:
    receipt.state, receipt.claimed_until, receipt.error = RenderState.FAILED, None, GAVE_UP
    receipt.save(update_fields=["state", "claimed_until", "error"])
    record(None, Action.SYSTEM, target=receipt, sentence=f"Không in được phiếu hẹn {receipt.application.file_number}")
