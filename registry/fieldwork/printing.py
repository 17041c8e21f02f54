"""Ask for a print, claim it, render it, store it (accounts/claims.py)."""

import datetime as dt
import hashlib
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.audit import record, record_all
from accounts.claims import Claim, Orders
from accounts.models import Action, Officer
from registry.fieldwork import paper
from registry.fieldwork.refusal import SheetRefused
from registry.models import FieldLine, FieldPrint, FieldSheet, PrintState, SheetState

AT_ONCE_HOUSEHOLDS: Final = 3
"""So few are rendered while the officer waits: about a second."""
GAVE_UP: Final = "Đã thử in 5 lần nhưng chưa được. Bấm “In lại”; nếu vẫn vậy, báo quản trị kèm số phiếu."


def _tell(printing: FieldPrint) -> None:
    record(None, Action.SYSTEM, target=printing.sheet, sentence=f"Không in được {printing.sheet}")


ORDERS = Orders(
    rows=lambda: FieldPrint.objects.select_related("sheet__commune", "asked_by"),
    lease=dt.timedelta(seconds=120),
    gave_up=GAVE_UP,
    told=_tell,
)
take, due = ORDERS.take, ORDERS.due


@transaction.atomic
def ask(sheet: FieldSheet, *, by: Officer) -> FieldPrint:
    """One more copy, to be rendered; from the second on it says that it is a reprint. While one waits, that one is
    answered: a double click makes no second copy. Raises SheetRefused for a cancelled sheet."""
    locked = FieldSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if locked.state == SheetState.CANCELLED:
        raise SheetRefused("Phiếu đã hủy, không in.")
    if waiting := locked.prints.filter(state=PrintState.WAITING).first():
        return waiting
    copy = (locked.prints.aggregate(last=Max("copy"))["last"] or 0) + 1
    printing = FieldPrint.objects.create(sheet=locked, copy=copy, asked_by=by)
    again = f"In lại lần {copy - 1}" if copy > 1 else "Yêu cầu in"
    record(by, Action.PRINT, target=locked, sentence=f"{again} {locked}", data={"copy": copy})
    return printing


def render_and_store(print_pk: int) -> bool:
    """Render one print, if it waits and nobody holds it. True when this call stored it.

    An error while rendering gives the row back and is raised on, for the log.
    """
    claim = ORDERS.take(print_pk)
    if claim is None:
        return False
    try:
        lines = FieldLine.objects.filter(sheet=claim.row.sheet_id).order_by("position")
        pdf, pages = paper.sheet_pdf(claim.row, lines)
    except Exception:
        ORDERS.give_back(claim)
        raise
    return store(claim, pdf, pages)


@transaction.atomic
def store(claim: Claim[FieldPrint], pdf: bytes, pages: int) -> bool:
    """The bytes, their hash, the new state and the audit line at once. False when the claim was lost meanwhile."""
    printing = ORDERS.held(claim)
    if printing is None:
        return False
    printing.pdf, printing.pages, printing.sha256 = pdf, pages, hashlib.sha256(pdf).hexdigest()
    printing.renderer, printing.state, printing.rendered_at = paper.RENDERER, PrintState.READY, timezone.now()
    printing.claimed_until, printing.error = None, ""
    printing.save()
    record(None, Action.SYSTEM, target=printing.sheet, sentence=f"Lập bản in {printing.copy} của {printing.sheet}")
    return True


def opened(printing: FieldPrint, *, source: Any) -> None:
    """The paper left the office: a line for the sheet, and one for every household on it. `source` is the request."""
    sheet = printing.sheet
    record(source, Action.PRINT, target=sheet, sentence=f"Mở bản in {printing.copy} của {sheet}")
    homes = [line.household for line in sheet.lines.filter(resident=None).select_related("household")]
    record_all(source, Action.PRINT, [(home, f"In {sheet}: {home.audit_label()}") for home in homes])
