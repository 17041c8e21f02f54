"""Going on with lists: whoever claims one does the next pieces of the step it stands at, until the time is over.

A claim is a lease on the list's row. A piece is one transaction that first looks whether the claim is still ours
(`held`): a worker that fell asleep and was overtaken writes nothing. What a dead worker left is found by the sweep.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from registry.models import Roster, RosterRow, RosterState
from registry.models.roster import AT_WORK
from registry.rosters import applying, checking, reading_in, taking_back

LEASE = dt.timedelta(seconds=90)
BROKE = "Hệ thống không làm tiếp được; báo quản trị kèm tên tệp và giờ này."
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claim:
    """The right to go on with one list, while its row still says so."""

    roster_pk: int
    until: dt.datetime


class Overtaken(Exception):
    """Another worker holds the list now; the piece is thrown away."""


Step = Callable[[Roster], bool]
"""Do the next piece of this list, inside the caller's transaction, whose row is locked. True when the step is over:
then it has moved the list on (stages.move). It counts with `roster.done_rows`; the caller saves."""
STEPS: dict[str, Step] = {
    RosterState.UPLOADED: reading_in.next_piece,
    RosterState.CHECKING: checking.next_piece,
    RosterState.APPLYING: applying.next_piece,
    RosterState.TAKING_BACK: taking_back.next_piece,
}


def go_on(roster_id: int, *, seconds: float) -> bool:
    """Do pieces for so many seconds; True when nothing is left to do for a worker. False as well when somebody else
    holds the list."""
    claim = take(roster_id)
    if claim is None:
        return not Roster.objects.filter(pk=roster_id, state__in=AT_WORK).exists()
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            claim, at_work = _piece(claim)
            if not at_work:
                return True
    except Overtaken:
        return False
    except OperationalError as yielded:
        log.warning("List %d is put off: %s", roster_id, yielded)
    finally:
        give_back(claim)
    return False


def sweep(*, seconds: float) -> int:
    """Go on with lists that nobody holds, the oldest first; answers how many were taken up."""
    until = time.monotonic() + seconds
    ids = list(Roster.objects.filter(_free(), state__in=AT_WORK).order_by("pk").values_list("pk", flat=True))
    taken = 0
    for roster_id in ids:
        if time.monotonic() > until:
            break
        go_on(roster_id, seconds=max(0.5, until - time.monotonic()))
        taken += 1
    return taken


@transaction.atomic
def take(roster_id: int) -> Claim | None:
    rows = Roster.objects.filter(_free(), pk=roster_id, state__in=AT_WORK)
    if rows.select_for_update(skip_locked=True, of=("self",)).defer("content").first() is None:
        return None
    until = timezone.now() + LEASE
    Roster.objects.filter(pk=roster_id).update(claimed_until=until)
    return Claim(roster_id, until)


def give_back(claim: Claim) -> None:
    Roster.objects.filter(pk=claim.roster_pk, claimed_until=claim.until).update(claimed_until=None)


def _piece(claim: Claim) -> tuple[Claim, bool]:
    """One piece; answers the renewed claim and whether a worker is still wanted. A list on which a step fails is set
    aside (REFUSED before anything was written, else back to where an officer decides) and the failure is raised."""
    try:
        with transaction.atomic():
            roster = _held(claim)
            state = roster.state
            if state not in STEPS:
                return claim, False
            STEPS[state](roster)
            roster.claimed_until = timezone.now() + LEASE
            roster.save()
    except (Overtaken, OperationalError):
        raise
    except Exception:
        _set_aside(claim)
        raise
    return Claim(claim.roster_pk, roster.claimed_until), roster.is_at_work


def _held(claim: Claim) -> Roster:
    rows = Roster.objects.select_for_update(of=("self",)).select_related("commune", "uploaded_by", "source")
    roster = rows.defer("content").filter(pk=claim.roster_pk, claimed_until=claim.until).first()
    if roster is None:
        raise Overtaken
    return roster


def _set_aside(claim: Claim) -> None:
    """Back to where an officer decides. A list of which something was written is never open again for other columns."""
    written = RosterRow.objects.filter(roster=claim.roster_pk, applied_at__isnull=False).exists()
    back = {
        RosterState.UPLOADED: RosterState.REFUSED,
        RosterState.CHECKING: RosterState.READ,
        RosterState.APPLYING: RosterState.APPLIED if written else RosterState.CHECKED,
        RosterState.TAKING_BACK: RosterState.APPLIED,
    }
    for state, stands in back.items():
        rows = Roster.objects.filter(pk=claim.roster_pk, state=state, claimed_until=claim.until)
        if rows.update(state=stands, said=BROKE, claimed_until=None):
            return


def _free() -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
