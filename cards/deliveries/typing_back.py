"""The signed list comes back from the table: who came is ticked, and each card is handed over as at the counter.

All lines or none: with one line to be mended nothing is written, and what was typed stays on the screen. A card that a
colleague handed over meanwhile is such a line.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.audit import record
from accounts.models import Action, Officer
from cards.applications import workflow
from cards.applications.handover import PrintedCard, expiry
from cards.applications.workflow import MoveRefused
from cards.batches.sending import lock_files
from cards.models import Application, PrintJob, State


class LinesRefused(Exception):
    """`errors`: per file (its public id as text), the sentences by the field they belong to ("" for none)."""

    def __init__(self, errors: dict[str, dict[str, list[str]]]) -> None:
        super().__init__("Có dòng cần sửa.")
        self.errors = errors


@dataclass(frozen=True)
class Taken:
    """One line of somebody who came. `expires_on` None with `by_law`: what Điều 21 gives for the day of issue."""

    file: Application
    issued_on: dt.date
    expires_on: dt.date | None
    by_law: bool
    old_card_returned: bool
    as_printed: bool
    receiver: str
    receiver_name: str = ""
    receiver_number: str = ""

    def card(self) -> PrintedCard:
        ends = self.expires_on
        born = self.file.resident.known_birth
        if self.by_law and born is not None:
            ends = expiry(born, self.issued_on)
        return PrintedCard(
            issued_on=self.issued_on, expires_on=ends, old_card_returned=self.old_card_returned,
            as_printed=self.as_printed, receiver=self.receiver, receiver_name=self.receiver_name,
            receiver_number=self.receiver_number,
        )  # fmt: skip


def files_of(job: PrintJob, officer: Officer) -> list[tuple[dict[str, Any], Application | None]]:
    """The rows of the printed list, each with its file as it stands; None where it is out of reach now. One query."""
    rows = job.content.get("rows", [])
    wanted = [row["file"] for row in rows]
    files = Application.objects.in_scope(officer).filter(public_id__in=wanted).select_related("resident", "stock")
    found = {str(file.public_id): file for file in files}
    return [(row, found.get(row["file"])) for row in rows]


def may_be_taken(file: Application | None) -> bool:
    return file is not None and file.state == State.ARRIVED


@transaction.atomic
def hand_over(job: PrintJob, lines: Iterable[Taken], *, by: Officer) -> int:
    """Hand over every card of these lines. Answers how many. Raises LinesRefused, with nothing written.

    The files are locked in one order first, so that two officers with two lists never wait for each other in a ring.
    """
    taken = list(lines)
    lock_files(line.file.pk for line in taken)
    errors: dict[str, dict[str, list[str]]] = {}
    for line in taken:
        try:
            workflow.move(line.file, "hand_over", by=by, card=line.card())
        except MoveRefused as refused:
            errors[str(line.file.public_id)] = _told(refused)
    if errors:
        raise LinesRefused(errors)
    record(by, Action.CHANGE, target=job, sentence=f"Nhập lại {job.title}: trả {len(taken)} thẻ")
    return len(taken)


def _told(refused: MoveRefused) -> dict[str, list[str]]:
    if not refused.faults:
        return {"": [str(refused)]}
    told: dict[str, list[str]] = {}
    for fault in refused.faults:
        told.setdefault(fault.field, []).append(fault.sentence)
    return told
