"""Claim a waiting print, render it, store it: whatever dies in between, each copy is stored once or not at all.

As with receipts (cards/receipts/store.py): a claim is a lease on the row, the sweep finds what was left behind, and a
worker that comes back too late throws its own work away.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from accounts.audit import record, record_all
from accounts.models import Action, Officer
from registry.fieldwork import paper
from registry.fieldwork.refusal import SheetRefused
from registry.models import FieldLine, FieldPrint, FieldSheet, PrintState, SheetState

LEASE: Final = dt.timedelta(seconds=120)
REST: Final = dt.timedelta(seconds=10)  # between a failed attempt and the next
GRACE: Final = dt.timedelta(seconds=5)  # the message sent with the print is given this long before the sweep looks
MOST_ATTEMPTS: Final = 5
AT_ONCE_HOUSEHOLDS: Final = 3
"""So few are rendered while the officer waits: about a second."""
GAVE_UP: Final = "Đã thử in 5 lần nhưng chưa được. Bấm “In lại”; nếu vẫn vậy, báo quản trị kèm số phiếu."


@dataclass(frozen=True)
class Claim:
    """The right to render one print until `until`; also the proof that it is still ours."""

    printing: FieldPrint
    until: dt.datetime


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
    claim = take(print_pk)
    if claim is None:
        return False
    try:
        lines = FieldLine.objects.filter(sheet=claim.printing.sheet_id).order_by("position")
        pdf, pages = paper.sheet_pdf(claim.printing, lines)
    except Exception:
        give_back(claim)
        raise
    return store(claim, pdf, pages)


@transaction.atomic
def take(print_pk: int) -> Claim | None:
    """Claim one waiting print; None when it does not wait, or is held. The fifth broken attempt makes it FAILED."""
    rows = free().filter(pk=print_pk).select_related("sheet__commune", "asked_by")
    printing = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if printing is None:
        return None
    if printing.attempts >= MOST_ATTEMPTS:
        _give_up(printing)
        return None
    printing.attempts += 1
    printing.claimed_until = timezone.now() + LEASE
    printing.save(update_fields=["attempts", "claimed_until"])
    return Claim(printing, printing.claimed_until)


@transaction.atomic
def store(claim: Claim, pdf: bytes, pages: int) -> bool:
    """The bytes, their hash, the new state and the audit line at once. False when the claim was lost meanwhile."""
    printing = _held(claim)
    if printing is None:
        return False
    printing.pdf, printing.pages, printing.sha256 = pdf, pages, hashlib.sha256(pdf).hexdigest()
    printing.renderer, printing.state, printing.rendered_at = paper.RENDERER, PrintState.READY, timezone.now()
    printing.claimed_until, printing.error = None, ""
    printing.save()
    record(None, Action.SYSTEM, target=printing.sheet, sentence=f"Lập bản in {printing.copy} của {printing.sheet}")
    return True


@transaction.atomic
def give_back(claim: Claim) -> None:
    """Rendering failed: let the row rest a little, or give it up after the last attempt."""
    printing = _held(claim)
    if printing is None:
        return
    if printing.attempts >= MOST_ATTEMPTS:
        _give_up(printing)
        return
    printing.claimed_until = timezone.now() + REST
    printing.save(update_fields=["claimed_until"])


def opened(printing: FieldPrint, *, source: Any) -> None:
    """The paper left the office: a line for the sheet, and one for every household on it. `source` is the request."""
    sheet = printing.sheet
    record(source, Action.PRINT, target=sheet, sentence=f"Mở bản in {printing.copy} của {sheet}")
    homes = [line.household for line in sheet.lines.filter(resident=None).select_related("household")]
    record_all(source, Action.PRINT, [(home, f"In {sheet}: {home.audit_label()}") for home in homes])


def free() -> QuerySet[FieldPrint]:
    """Waiting, and held by nobody whose lease still runs."""
    waiting = FieldPrint.objects.filter(state=PrintState.WAITING)
    return waiting.filter(Q(claimed_until=None) | Q(claimed_until__lte=timezone.now()))


def due(limit: int) -> list[int]:
    """Prints that the sweep must send out again, oldest first."""
    rows = free().filter(asked_at__lt=timezone.now() - GRACE).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def _held(claim: Claim) -> FieldPrint | None:
    rows = FieldPrint.objects.select_for_update(of=("self",)).select_related("sheet__commune")
    return rows.filter(pk=claim.printing.pk, state=PrintState.WAITING, claimed_until=claim.until).first()


def _give_up(printing: FieldPrint) -> None:
    printing.state, printing.claimed_until, printing.error = PrintState.FAILED, None, GAVE_UP
    printing.save(update_fields=["state", "claimed_until", "error"])
    record(None, Action.SYSTEM, target=printing.sheet, sentence=f"Không in được {printing.sheet}")
