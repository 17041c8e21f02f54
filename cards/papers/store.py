"""Claim a waiting order, render it, store it: whatever dies in between, each paper is stored once or not at all.

As with receipts (cards/receipts/store.py): a claim is a lease on the row, the sweep finds what was left behind, and a
worker that comes back too late throws its own work away.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from cards.models import PrintJob, RenderState
from cards.papers import render
from cards.papers.orders import KINDS, Content

LEASE: Final = dt.timedelta(seconds=240)  # a day's slips in one paper: 300 take half a minute
REST: Final = dt.timedelta(seconds=10)  # between a failed attempt and the next
GRACE: Final = dt.timedelta(seconds=5)  # the message sent with the order is given this long before the sweep looks
MOST_ATTEMPTS: Final = 5
GAVE_UP: Final = "Đã thử in 5 lần nhưng chưa được. Bấm “Thử in lại”; nếu vẫn vậy, báo quản trị kèm tên giấy, giờ in."


@dataclass(frozen=True)
class Claim:
    """The right to render one order until `until`; also the proof that it is still ours."""

    job_pk: int
    until: dt.datetime
    kind: str
    content: Content


def render_and_store(job_pk: int) -> bool:
    """Render one order, if it waits and nobody holds it. True when this call stored it.

    An error while rendering gives the row back and is raised on, for the log.
    """
    claim = take(job_pk)
    if claim is None:
        return False
    try:
        pdf, pages = render.paper(claim.kind, claim.content)
    except Exception:
        give_back(claim)
        raise
    return store(claim, pdf, pages)


@transaction.atomic
def take(job_pk: int) -> Claim | None:
    """Claim one waiting order; None when it does not wait, or is held. The fifth broken attempt makes it FAILED."""
    job = free().filter(pk=job_pk).select_for_update(skip_locked=True, of=("self",)).first()
    if job is None:
        return None
    if job.attempts >= MOST_ATTEMPTS:
        _give_up(job)
        return None
    job.attempts += 1
    job.claimed_until = timezone.now() + LEASE
    job.save(update_fields=["attempts", "claimed_until"])
    return Claim(job.pk, job.claimed_until, job.kind, job.content)


@transaction.atomic
def store(claim: Claim, pdf: bytes, pages: int) -> bool:
    """The bytes, their hash, the new state and the audit line at once. False when the claim was lost meanwhile."""
    job = _held(claim)
    if job is None:
        return False
    job.pdf, job.pages, job.sha256 = pdf, pages, hashlib.sha256(pdf).hexdigest()
    job.renderer, job.state, job.rendered_at = render.RENDERER, RenderState.READY, timezone.now()
    job.claimed_until, job.error = None, ""
    job.save(update_fields=["pdf", "pages", "sha256", "renderer", "state", "rendered_at", "claimed_until", "error"])
    record(None, Action.SYSTEM, target=job, sentence=f"Lập bản in: {job.title}")
    return True


@transaction.atomic
def give_back(claim: Claim) -> None:
    """Rendering failed: let the row rest a little, or give it up after the last attempt."""
    job = _held(claim)
    if job is None:
        return
    if job.attempts >= MOST_ATTEMPTS:
        _give_up(job)
        return
    job.claimed_until = timezone.now() + REST
    job.save(update_fields=["claimed_until"])


@transaction.atomic
def retry(job: PrintJob, *, by: Officer) -> bool:
    """Set a failed order waiting again. False when it is not failed: nothing to do."""
    rows = PrintJob.objects.in_scope(by).filter(pk=job.pk, state=RenderState.FAILED)
    current = rows.select_for_update(of=("self",)).first()
    if current is None:
        return False
    current.state, current.attempts, current.error, current.claimed_until = RenderState.WAITING, 0, "", None
    current.save(update_fields=["state", "attempts", "error", "claimed_until"])
    record(by, Action.CHANGE, target=current, sentence=f"Yêu cầu in lại: {current.title}")
    return True


@transaction.atomic
def opened(job: PrintJob, *, source: Any) -> None:
    """The paper left the office once more: counted on the row and written down. `source` is the request."""
    rows = PrintJob.objects.filter(pk=job.pk)
    rows.update(print_count=F("print_count") + 1)  # holds the row, so that the count read next is ours
    count = rows.values_list("print_count", flat=True).get()
    again = f", lần {count}" if count > 1 else ""
    record(source, Action.PRINT, target=job, sentence=f"Mở bản in: {job.title}{again}", data={"count": count})
    kind = KINDS.get(job.kind)
    if kind is not None and kind.opened is not None:
        kind.opened(job, source)


def free() -> QuerySet[PrintJob]:
    """Waiting, and held by nobody whose lease still runs."""
    waiting = PrintJob.objects.filter(state=RenderState.WAITING)
    return waiting.filter(Q(claimed_until=None) | Q(claimed_until__lte=timezone.now()))


def due(limit: int) -> list[int]:
    """Orders that the sweep must send out again, oldest first."""
    rows = free().filter(asked_at__lt=timezone.now() - GRACE).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def _held(claim: Claim) -> PrintJob | None:
    rows = PrintJob.objects.select_for_update(of=("self",)).select_related("commune__parent").defer("pdf")
    return rows.filter(pk=claim.job_pk, state=RenderState.WAITING, claimed_until=claim.until).first()


def _give_up(job: PrintJob) -> None:
    job.state, job.claimed_until, job.error = RenderState.FAILED, None, GAVE_UP
    job.save(update_fields=["state", "claimed_until", "error"])
    record(None, Action.SYSTEM, target=job, sentence=f"Không in được: {job.title}")
