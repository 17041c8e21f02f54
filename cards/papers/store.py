"""Claim a waiting order, render it, store it (accounts/claims.py)."""

import datetime as dt
import hashlib
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.audit import record
from accounts.claims import Claim, Orders
from accounts.models import Action, Officer
from cards.models import PrintJob, RenderState
from cards.papers import render
from cards.papers.orders import KINDS

GAVE_UP: Final = "Đã thử in 5 lần nhưng chưa được. Bấm “Thử in lại”; nếu vẫn vậy, báo quản trị kèm tên giấy, giờ in."


def _tell(job: PrintJob) -> None:
    record(None, Action.SYSTEM, target=job, sentence=f"Không in được: {job.title}")


ORDERS = Orders(
    rows=lambda: PrintJob.objects.select_related("commune__parent").defer("pdf"),
    lease=dt.timedelta(seconds=240),  # a day's slips in one paper: 300 take half a minute
    gave_up=GAVE_UP,
    told=_tell,
)
take, free, due = ORDERS.take, ORDERS.free, ORDERS.due


def render_and_store(job_pk: int) -> bool:
    """Render one order, if it waits and nobody holds it. True when this call stored it.

    An error while rendering gives the row back and is raised on, for the log.
    """
    claim = ORDERS.take(job_pk)
    if claim is None:
        return False
    try:
        pdf, pages = render.paper(claim.row.kind, claim.row.content)
    except Exception:
        ORDERS.give_back(claim)
        raise
    return store(claim, pdf, pages)


@transaction.atomic
def store(claim: Claim[PrintJob], pdf: bytes, pages: int) -> bool:
    """The bytes, their hash, the new state and the audit line at once. False when the claim was lost meanwhile."""
    job = ORDERS.held(claim)
    if job is None:
        return False
    job.pdf, job.pages, job.sha256 = pdf, pages, hashlib.sha256(pdf).hexdigest()
    job.renderer, job.state, job.rendered_at = render.RENDERER, RenderState.READY, timezone.now()
    job.claimed_until, job.error = None, ""
    job.save(update_fields=["pdf", "pages", "sha256", "renderer", "state", "rendered_at", "claimed_until", "error"])
    record(None, Action.SYSTEM, target=job, sentence=f"Lập bản in: {job.title}")
    return True


def retry(job: PrintJob, *, by: Officer) -> bool:
    """Set a failed order waiting again. False when it is not failed: nothing to do."""
    return ORDERS.again(
        job.pk, by=by, told=lambda row: record(by, Action.CHANGE, target=row, sentence=f"Yêu cầu in lại: {row.title}")
    )


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
