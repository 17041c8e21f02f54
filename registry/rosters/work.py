"""Going on with lists: whoever claims one does the next pieces of the step it stands at, until the time is over.

A claim is a lease on the list's row. A piece is one transaction that first looks whether the claim is still ours
(`held`): a worker that fell asleep and was overtaken writes nothing. What a dead worker left is found by the sweep.
Where a step is cut into parts (parts.py), other workers help: they need no claim, for every part is held by itself.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db import OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from registry.models import Roster, RosterPart, RosterRow, RosterState
from registry.models.roster import AT_WORK
from registry.rosters import applying, checking, parts, reading_in, taking_back, weighing

LEASE = dt.timedelta(seconds=90)
WAIT_SECONDS = 0.1
"""Until whoever claimed a list looks again whether its helpers are done."""
BROKE = "Hệ thống không làm tiếp được; báo quản trị kèm tên tệp và giờ này."
DEATHS: Final = "deaths"
"""In Roster.told: how many workers died with this list in their hands, and nothing was done in between."""
MOST_DEATHS: Final = 5
PASSED: Final = "passed"
"""In Roster.told: how many died in this step of it. So many parts are passed by, until nothing else is left: what kills
whoever touches it does not hold up the rest."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claim:
    """The right to go on with one list, while its row still says so. `done`: its rows that were done when it was last
    looked at."""

    roster_pk: int
    until: dt.datetime
    done: int = 0


class Overtaken(Exception):
    """Another worker holds the list now; the piece is thrown away."""


Step = Callable[[Roster], bool]
"""Do the next piece of this list, inside the caller's transaction, whose row is locked. True when the step is over:
then it has moved the list on (stages.move). It counts with `roster.done_rows`; the caller saves."""
STEPS: dict[str, Step] = {
    RosterState.UPLOADED: reading_in.next_piece,
    RosterState.CHECKING: checking.next_piece,
    RosterState.APPLYING: applying.next_piece,
    RosterState.WEIGHING: weighing.next_piece,
    RosterState.TAKING_BACK: taking_back.next_piece,
}


@dataclass(frozen=True)
class Parts:
    """Of a step that is cut into parts: `do` one, inside the caller's transaction, which holds it (parts.done); and how
    far the list is (`done`) when so many rows are left in parts."""

    do: Callable[[Roster, RosterPart], None]
    done: Callable[[Roster, int], int]


PARTS: dict[str, Parts] = {
    RosterState.CHECKING: Parts(checking.do_part, checking.done_rows),
    RosterState.APPLYING: Parts(applying.do_part, applying.done_rows),
}
CallHelp = Callable[[int], None]


def alone(roster_id: int) -> None:
    """Nobody is called to help."""


def go_on(roster_id: int, *, seconds: float, call_help: CallHelp = alone) -> bool:
    """Do pieces for so many seconds; True when nothing is left to do for a worker. False as well when somebody else
    holds the list. `call_help` is told of a list that others can help with from now on."""
    claim = take(roster_id)
    if claim is None:
        return not Roster.objects.filter(pk=roster_id, state__in=AT_WORK).exists()
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            claim, at_work = _piece(claim, call_help)
            if not at_work:
                return True
    except Overtaken:
        return False
    except OperationalError as yielded:
        log.warning("List %d is put off: %s", roster_id, yielded)
    finally:
        give_back(claim)
    return False


def help_with(roster_id: int, *, seconds: float) -> bool:
    """Do parts of a list that somebody else holds, for so many seconds; False when there was none to do. What fails is
    left to whoever holds the list."""
    until = time.monotonic() + seconds
    helped = False
    try:
        while roster := _do_part(roster_id):
            helped = True
            still = Roster.objects.filter(pk=roster_id, state=roster.state, step_began_at=roster.step_began_at)
            still.update(done_rows=roster.done_rows)
            if time.monotonic() > until:
                break
    except OperationalError as yielded:
        log.warning("A part of list %d is put off: %s", roster_id, yielded)
    return helped


def sweep(*, seconds: float, call_help: CallHelp = alone) -> int:
    """Go on with lists that nobody holds, the oldest first; answers how many were taken up."""
    until = time.monotonic() + seconds
    ids = list(Roster.objects.filter(_free(), state__in=AT_WORK).order_by("pk").values_list("pk", flat=True))
    taken = 0
    for roster_id in ids:
        if time.monotonic() > until:
            break
        go_on(roster_id, seconds=max(0.5, until - time.monotonic()), call_help=call_help)
        taken += 1
    return taken


@transaction.atomic
def take(roster_id: int) -> Claim | None:
    rows = Roster.objects.filter(_free(), pk=roster_id, state__in=AT_WORK)
    roster = rows.select_for_update(skip_locked=True, of=("self",)).defer("content").first()
    if roster is None:
        return None
    until = timezone.now() + LEASE
    told = _told_of_death(roster) if roster.claimed_until else roster.told
    Roster.objects.filter(pk=roster_id).update(claimed_until=until, told=told)
    claim = Claim(roster_id, until, roster.done_rows)
    if told.get(DEATHS, 0) > MOST_DEATHS:
        log.error("List %d is set aside: %d workers died of it one after another", roster_id, MOST_DEATHS)
        _set_aside(claim)
        return None
    return claim


def _told_of_death(roster: Roster) -> dict[str, Any]:
    """Whoever held the list last did not give it back."""
    return roster.told | {name: roster.told.get(name, 0) + 1 for name in (DEATHS, PASSED)}


def give_back(claim: Claim) -> None:
    Roster.objects.filter(pk=claim.roster_pk, claimed_until=claim.until).update(claimed_until=None)


def _piece(claim: Claim, call_help: CallHelp = alone) -> tuple[Claim, bool]:
    """A part, where the step is cut into parts; else one piece of it. Answers the renewed claim and whether a worker is
    still wanted. A list on which a step fails is set aside (REFUSED before anything was written, else back to where an
    officer decides) and the failure is raised."""
    try:
        if not parts.are_left(claim.roster_pk):
            claim, at_work = _step(claim)
            if not (at_work and parts.are_left(claim.roster_pk)):
                return claim, at_work
            call_help(claim.roster_pk)
        roster = _do_part(claim.roster_pk)
        if roster is None:
            time.sleep(WAIT_SECONDS)  # others do what is left
        elif roster.state == RosterState.APPLYING:
            applying.look_anew(claim.done, roster.done_rows)
        return _renewed(claim, roster), True
    except (Overtaken, OperationalError):
        give_back(claim)  # as it was renewed: the caller knows the former one
        raise
    except Exception:
        _set_aside(claim)
        raise


def _without_deaths(roster: Roster) -> dict[str, Any]:
    return {name: value for name, value in roster.told.items() if name not in (DEATHS, PASSED)}


@transaction.atomic
def _step(claim: Claim) -> tuple[Claim, bool]:
    roster = _held(claim)
    if roster.state not in STEPS:
        return claim, False
    STEPS[roster.state](roster)
    roster.told = _without_deaths(roster)
    roster.claimed_until = timezone.now() + LEASE
    roster.save()
    return Claim(claim.roster_pk, roster.claimed_until, roster.done_rows), roster.is_at_work


def _do_part(roster_id: int) -> Roster | None:
    """The list, with the rows that are done by now; None when there is no part that nobody does."""
    with transaction.atomic():
        passed = Roster.objects.filter(pk=roster_id).values_list(f"told__{PASSED}", flat=True).first()
        part = parts.take(roster_id, passed=passed or 0)
        if part is None:
            return None
        # Read after the part is held: nobody moves a list of which parts are left.
        roster = _whole().get(pk=roster_id)
        PARTS[roster.state].do(roster, part)
    roster.done_rows = PARTS[roster.state].done(roster, parts.rows_left(roster_id))
    return roster


def _renewed(claim: Claim, roster: Roster | None) -> Claim:
    until = timezone.now() + LEASE
    told: dict[str, Any] = {"claimed_until": until}
    if roster:
        told["done_rows"] = roster.done_rows
        if roster.told.pop(DEATHS, 0):
            told["told"] = roster.told
    if not Roster.objects.filter(pk=claim.roster_pk, claimed_until=claim.until).update(**told):
        raise Overtaken
    return Claim(claim.roster_pk, until, roster.done_rows if roster else claim.done)


def _held(claim: Claim) -> Roster:
    rows = _whole().select_for_update(no_key=True, of=("self",))
    roster = rows.filter(pk=claim.roster_pk, claimed_until=claim.until).first()
    if roster is None:
        raise Overtaken
    return roster


def _whole() -> QuerySet[Roster]:
    return Roster.objects.select_related("commune", "uploaded_by", "reviewed_by", "source").defer("content")


@transaction.atomic
def _set_aside(claim: Claim) -> None:
    """Back to where an officer decides, when nobody does a part of it any more. A list of which something was written
    is never open again for other columns."""
    rows = Roster.objects.filter(pk=claim.roster_pk, claimed_until=claim.until)
    roster = rows.select_for_update(no_key=True, of=("self",)).defer("content").first()
    if roster is None:
        return  # whoever overtook us goes on with the parts
    parts.forget(claim.roster_pk)
    written = RosterRow.objects.filter(roster=claim.roster_pk, applied_at__isnull=False).exists()
    back = {
        RosterState.UPLOADED: RosterState.REFUSED,
        RosterState.CHECKING: RosterState.READ,
        RosterState.APPLYING: RosterState.APPLIED if written else RosterState.CHECKED,
        RosterState.WEIGHING: RosterState.APPLIED,
        RosterState.TAKING_BACK: RosterState.APPLIED,
    }
    said = BROKE if roster.state != RosterState.WEIGHING else weighing.broke(roster)
    told = _without_deaths(roster)
    rows.update(state=back[RosterState(roster.state)], said=said, told=told, claimed_until=None)


def _free() -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
