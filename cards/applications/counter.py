"""What the counter does with a filled form: take the file in; or, where only the person's data stand in the way, write
it and let it wait for them (facts 2.5, step 2)."""

import uuid
from collections.abc import Iterable

from django.db import transaction

from accounts.models import Officer
from cards.applications import intake, workflow
from cards.applications.eligibility import DataFault, Entry, Fault
from cards.applications.intake import IntakeRefused
from cards.applications.workflow import MoveRefused
from cards.models import Application, State
from registry.models import Resident

LONGEST_SAID = 220
"""Of the sentence that goes into the step; the day by which the data are to be right follows it."""


@transaction.atomic
def take_in(
    resident: Resident, *, by: Officer, entry: Entry, submit_token: uuid.UUID, proposed: str = ""
) -> Application:  # fmt: skip
    """A file in state "Đã thu nhận", or "Chờ điều chỉnh dữ liệu" when nothing but data stands in the way. Raises
    IntakeRefused for everything else, with nothing written."""
    try:
        return intake.open(resident, by=by, entry=entry, submit_token=submit_token, proposed=proposed)
    except IntakeRefused as refused:
        if not _only_data(refused.faults):
            raise
        said = str(refused)
    begun = intake.begin(
        resident, by=by, entry=entry, submit_token=submit_token, state=State.TAKING, proposed=proposed
    )  # fmt: skip
    return _wait(begun, said, by)


@transaction.atomic
def complete(application: Application, *, by: Officer, entry: Entry, seen: str) -> Application:
    """Write the form of a begun file and receive it; or let it wait for data, as take_in() does. Raises IntakeRefused
    or MoveRefused, with nothing written."""
    current = intake.change(application, by=by, entry=entry, seen=seen)
    if current.state in (State.DRAFT, State.BOOKED):
        current = workflow.move(current, "start", by=by)
    try:
        if current.state == State.WAITING_FOR_DATA:
            current = workflow.move(current, "data_corrected", by=by)
        return workflow.move(current, "receive", by=by)
    except MoveRefused as refused:
        if not _only_data(refused.faults):
            raise
        return current if current.state == State.WAITING_FOR_DATA else _wait(current, refused.faults[0].sentence, by)


def _wait(application: Application, said: str, by: Officer) -> Application:
    return workflow.move(application, "wait_for_data", by=by, note=said[:LONGEST_SAID].rstrip("."))


def _only_data(faults: Iterable[Fault]) -> bool:
    found = list(faults)
    return bool(found) and all(isinstance(one, DataFault) for one in found)
