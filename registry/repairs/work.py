"""Doing what a run was started for, line by line, each in a transaction of its own; and taking it back the same way.

A line carries its state, so whoever goes on does what is left and nothing twice: a process that dies leaves its line as
it was, and the sweep takes the run up again. Several workers may share a run; one passes by the line another holds.

Lock order: the line, then people and households (lowest id first), then findings.
"""

import logging
import time
from collections.abc import Iterable

import pghistory
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from accounts.models import Officer
from registry.changes.kinds import Concerned
from registry.changes.run import lock
from registry.cleanup.blocking import refuse_blocked
from registry.cleanup.scan import mark_household
from registry.models import Finding, FindingState, LineState, RepairLine, RepairRun, RunState
from registry.models.repair import AT_WORK
from registry.repairs import kinds, steps
from registry.repairs.aftermath import look_again, write_down
from registry.repairs.choice import held_by_another, in_the_way
from registry.repairs.fix import Change, Doing, Fix, Proposal
from registry.repairs.refusals import LineRefused
from registry.repairs.undo import line_back
from registry.residents.refusal import OF_THE_DATABASE, RegisterRefused, refused_constraint

WITH_ANOTHER = "Đã hết cùng một dòng khác của người này."
FAILED = "Hệ thống không sửa được dòng này; báo quản trị."
log = logging.getLogger(__name__)


def go_on(run_id: int, *, seconds: float | None = None) -> bool:
    """Do what is left of a run that is at work, for so many seconds; answers whether it came to its end.

    When the database makes us yield (a deadlock, a lock, a lost connection), the rest waits for the next sweep.
    """
    run = RepairRun.objects.select_related("commune", "created_by", "undone_by").get(pk=run_id)
    if not run.is_at_work:
        return True
    until = time.monotonic() + seconds if seconds is not None else None
    by = run.undone_by if run.state == RunState.UNDOING and run.undone_by else run.created_by
    with pghistory.context(badge=by.badge_number, officer=by.full_name, reason=run.undone_reason or run.basis):
        try:
            while _next_line(run, by):
                if until is not None and time.monotonic() > until:
                    return False
        except OperationalError as yielded:
            log.warning("A line of repair run %d is put off: %s", run.pk, yielded)
            return False
    return _finish(run)


def sweep(*, seconds: float) -> int:
    """Go on with runs that somebody left in the middle, the oldest first; answers how many were taken up."""
    until = time.monotonic() + seconds
    ids = list(RepairRun.objects.filter(state__in=AT_WORK).order_by("pk").values_list("pk", flat=True))
    taken = 0
    for run_id in ids:
        if time.monotonic() > until:
            break
        go_on(run_id, seconds=max(0.0, until - time.monotonic()))
        taken += 1
    return taken


@transaction.atomic
def _next_line(run: RepairRun, by: Officer) -> bool:
    """One line, whatever comes of it. False when none is left that no other worker holds."""
    is_undoing = run.state == RunState.UNDOING
    waiting = run.lines.filter(state=LineState.DONE if is_undoing else LineState.READY)
    ordered = waiting.order_by("-pk" if is_undoing else "pk")  # back from the end: two lines may be of one row
    line = ordered.select_for_update(of=("self",), skip_locked=True).select_related("finding").first()
    if line is None:
        return False
    if is_undoing:
        line_back(line, run, by)
    else:
        _do_line(line, run, by)
    line.save()
    return True


@transaction.atomic
def _finish(run: RepairRun) -> bool:
    """The run is over when no line waits any more; a line that another worker holds still waits."""
    locked = RepairRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    waiting = {RunState.RUNNING: LineState.READY, RunState.UNDOING: LineState.DONE}
    state = RunState(locked.state)
    if state not in waiting:
        return True
    if locked.lines.filter(state=waiting[state]).exists():
        return False
    locked.state = RunState.DONE if state == RunState.RUNNING else RunState.UNDONE
    locked.finished_at = locked.finished_at or timezone.now()
    locked.save()
    return True


# --- one line done ---------------------------------------------------------------------------------------------------


def _do_line(line: RepairLine, run: RepairRun, by: Officer) -> None:
    """What the preview said, or nothing and why."""
    fix = kinds.KINDS[run.kind]
    try:
        with transaction.atomic():
            line.steps, line.said = _done(line, fix, run, by)
        line.state, line.done_at = LineState.DONE, timezone.now()
    except OperationalError:
        raise
    except (LineRefused, RegisterRefused) as refused:
        line.said = str(refused)[:500]
    except IntegrityError as clash:
        line.said = OF_THE_DATABASE.get(refused_constraint(clash), (None, FAILED))[1]
    except Exception:
        log.exception("Line %d of repair run %d failed", line.pk, run.pk)
        line.said = FAILED
    if line.state != LineState.DONE:
        line.state = LineState.REFUSED


def _done(line: RepairLine, fix: Fix, run: RepairRun, by: Officer) -> tuple[dict, str]:
    """Lock, look again, write, look what was written. Answers the steps and what is left to say."""
    also, homes_seen = frozenset(line.steps.get("also", [])), frozenset(line.steps.get("homes", []))
    people, homes = lock(Concerned(also | {line.finding.resident_id}, homes_seen))
    finding = _fresh(line.finding_id)
    finding.resident = people[finding.resident_id]
    if finding.state == FindingState.CLOSED and _another_did(line, finding):
        return {}, WITH_ANOTHER
    if hindrance := in_the_way(finding, run=run, by=by) or _of_whom_a_colleague_holds_a_case(finding, by):
        raise LineRefused(hindrance)
    now = fix.propose([finding])[finding.pk]
    _refuse_moved(line, now)
    if not (now.also <= also and now.homes <= homes_seen):
        raise LineRefused("Những hồ sơ liên quan đã thay đổi sau khi xem trước; xem trước lại.")
    concerned = {finding.resident_id} | now.also
    mark_household(concerned)
    before, standing = steps.images(people, homes), _standing(people)
    fix.apply(now, Doing(finding.resident, people, by, run.ground, run.basis))
    rows = steps.between(before, steps.images(people, homes))
    if not rows:
        raise LineRefused("Không có gì thay đổi so với hồ sơ hiện tại.")
    touched = steps.owners(rows) | {finding.resident_id}
    refuse_blocked(touched)
    look_again(touched)
    write_down(touched, line.changes, f"Sửa hàng loạt “{fix.title}”", run.basis, finding, by, own=not fix.tells)
    finding.refresh_from_db()
    still = finding.state != FindingState.CLOSED
    left = f"Việc còn mở: {finding.evidence.get('sentence', '')}" if still else ""
    over = sorted(standing.items() - _standing(people).items())
    return {"rows": rows, "people": sorted(touched), "findings": over}, left


def _standing(people: Iterable[int]) -> dict[int, str]:
    """Id -> state of every finding of these people that is not closed."""
    rows = Finding.objects.filter(resident__in=list(people)).exclude(state=FindingState.CLOSED)
    return dict(rows.values_list("pk", "state"))


def _fresh(finding_id: int) -> Finding:
    return Finding.objects.select_related("resident", "claimed_by", "handed_to").get(pk=finding_id)


def _another_did(line: RepairLine, finding: Finding) -> bool:
    others = RepairLine.objects.filter(run=line.run_id, finding__resident=finding.resident_id, state=LineState.DONE)
    return others.exists()


def _of_whom_a_colleague_holds_a_case(finding: Finding, by: Officer) -> str:
    """A person is claimed as a whole: any of the person's cases may be the one in a colleague's hands."""
    rows = Finding.objects.filter(resident=finding.resident_id, claimed_by__isnull=False)
    standing = rows.exclude(state=FindingState.CLOSED).select_related("claimed_by")
    return next(filter(None, (held_by_another(one, by) for one in standing)), "")


def _refuse_moved(line: RepairLine, now: Proposal) -> None:
    if now.refused:
        raise LineRefused(now.refused)
    if now.changes != line.changes:
        told = "; ".join(_told(one) for one in now.changes)
        raise LineRefused(f"Hồ sơ đã thay đổi sau khi xem trước; nay là: {told}")


def _told(one: Change) -> str:
    return f"{one['what']}: {one['before'] or 'trống'} → {one['after'] or 'trống'}"
