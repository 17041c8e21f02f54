"""Claim a waiting receipt, render it, store it (accounts/claims.py)."""

import datetime as dt
import hashlib
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.claims import Claim, Orders
from accounts.models import Action, Officer
from cards.models import Paper, Receipt, ReceiptFile, RenderState
from cards.receipts import render

GAVE_UP: Final = "Đã thử in 5 lần nhưng chưa được. Bấm “In lại”; nếu vẫn vậy, báo quản trị kèm số hồ sơ."


def _tell(receipt: Receipt) -> None:
    record(None, Action.SYSTEM, target=receipt, sentence=f"Không in được phiếu hẹn {receipt.application.file_number}")


ORDERS = Orders(
    rows=lambda: Receipt.objects.select_related("application__resident"),
    lease=dt.timedelta(seconds=60),
    gave_up=GAVE_UP,
    told=_tell,
    asked="issued_at",
)
take, free, due = ORDERS.take, ORDERS.free, ORDERS.due


def render_and_store(receipt_pk: int) -> bool:
    """Render one receipt, if it waits and nobody holds it. True when this call stored it.

    An error while rendering gives the row back and is raised on, for the log.
    """
    claim = ORDERS.take(receipt_pk)
    if claim is None:
        return False
    try:
        pages = {paper: render.slip(claim.row.content, paper) for paper in Paper}
    except Exception:
        ORDERS.give_back(claim)
        raise
    return store(claim, pages)


@transaction.atomic
def store(claim: Claim[Receipt], pages: dict[Paper, bytes]) -> bool:
    """Both papers, their hashes, the new state and the audit line at once. False when the claim was lost meanwhile."""
    receipt = ORDERS.held(claim)
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


def retry(receipt: Receipt, *, by: Officer) -> bool:
    """Set a failed receipt waiting again. False when it is not failed: nothing to do."""

    def tell(row: Receipt) -> None:
        record(by, Action.CHANGE, target=row, sentence=f"Yêu cầu in lại phiếu hẹn {row.application.file_number}")

    return ORDERS.again(receipt.pk, by=by, told=tell)
