"""Taking a run back as one, within a week: every row becomes what it was, unless somebody edited that value since."""

import datetime as dt
import logging
from collections.abc import Iterable

from django.db import OperationalError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from registry.changes.kinds import Concerned
from registry.changes.run import lock
from registry.cleanup.scan import mark_household
from registry.models import Finding, FindingState, LineState, RepairLine, RepairRun, Resident, ResidentState, RunState
from registry.repairs import kinds, steps
from registry.repairs.aftermath import look_again, write_down
from registry.repairs.refusals import LineRefused, RepairRefused, TooLateToUndo
from registry.residents.refusal import RegisterRefused

UNDO_DAYS = 7
SHORTEST_REASON = 5
log = logging.getLogger(__name__)


@transaction.atomic
def undo(run: RepairRun, *, by: Officer, reason: str, now: dt.datetime | None = None) -> tuple[RepairRun, bool]:
    """Let every line of a run that is over go back (go_on). Answers (run, was it begun now).

    Any officer of the commune may, for UNDO_DAYS from its end. Raises RepairRefused, TooLateToUndo.
    """
    locked = RepairRun.objects.in_scope(by).select_for_update(of=("self",)).filter(pk=run.pk).first()
    if locked is None:
        raise RepairRefused("Đợt này không thuộc địa bàn của đồng chí.")
    if locked.state in (RunState.UNDOING, RunState.UNDONE):
        return locked, False
    refuse_undo(locked, now=now)
    reason = " ".join(reason.split())[:300]
    if len(reason) < SHORTEST_REASON:
        raise RepairRefused("Ghi lý do hoàn tác.", "reason")
    locked.state, locked.undone_at, locked.undone_by, locked.undone_reason = (
        RunState.UNDOING,
        timezone.now(),
        by,
        reason,
    )
    locked.save()
    count = locked.lines.filter(state=LineState.DONE).count()
    title = kinds.title_of(locked.kind)
    record(by, Action.DECIDE, target=locked, reason=reason, sentence=f"Hoàn tác sửa hàng loạt “{title}”: {count} dòng")
    return locked, True


def refuse_undo(run: RepairRun, *, now: dt.datetime | None = None) -> None:
    """Raises RepairRefused when the run cannot be taken back today."""
    if run.state != RunState.DONE or run.finished_at is None:
        raise RepairRefused(f"Đợt này {run.get_state_display().lower()}; chỉ hoàn tác đợt đã chạy xong.")
    if not run.lines.filter(state=LineState.DONE).exists():
        raise RepairRefused("Đợt này không sửa dòng nào, không có gì để trả lại.")
    if (now or timezone.now()) > undo_until(run):
        raise TooLateToUndo(
            f"Đợt này chạy xong {timezone.localtime(run.finished_at):%H:%M %d/%m/%Y}, đã quá {UNDO_DAYS} ngày: không "
            "hoàn tác cả đợt được nữa. Dòng nào sai thì sửa trên hồ sơ."
        )


def undo_until(run: RepairRun) -> dt.datetime:
    assert run.finished_at is not None
    return run.finished_at + dt.timedelta(days=UNDO_DAYS)


def line_back(line: RepairLine, run: RepairRun, by: Officer) -> None:
    """One line, in the caller's transaction, which saves it."""
    try:
        with transaction.atomic():
            line.kept = _taken_back(line, run, by)
    except OperationalError:
        raise
    except (LineRefused, RegisterRefused) as refused:
        line.kept = [str(refused)]
    except Exception:
        log.exception("Line %d of repair run %d could not be taken back", line.pk, run.pk)
        line.kept = ["Hệ thống không trả lại được dòng này; báo quản trị."]
    line.state, line.undone_at = LineState.KEPT if line.kept else LineState.UNDONE, timezone.now()


def _taken_back(line: RepairLine, run: RepairRun, by: Officer) -> list[str]:
    """Answers the sentences on what stays. The finding is open again, unless what stays has put it right."""
    fix, rows = kinds.KINDS[run.kind], line.steps.get("rows", [])
    owners = steps.owners(rows) | set(line.steps.get("people", [])) | {line.finding.resident_id}
    people, _ = lock(Concerned(frozenset(owners), frozenset(steps.homes_of(rows))))
    _refuse_gone(people[line.finding.resident_id], run)
    mark_household(owners)
    kept = steps.take_back(rows, together=fix.together)
    if kept and fix.together:
        return kept
    _reopen(line.steps.get("findings", []))
    look_again(owners)
    backwards = [{"what": one["what"], "before": one["after"], "after": one["before"]} for one in line.changes]
    if rows:
        write_down(owners, backwards, f"Hoàn tác sửa hàng loạt “{fix.title}”", run.undone_reason, line.finding, by)
    return kept


def _refuse_gone(person: Resident, run: RepairRun) -> None:
    if person.state == ResidentState.MERGED:
        raise LineRefused("Hồ sơ đã được gộp vào hồ sơ khác: hoàn tác việc gộp trước.")
    if person.commune_id != run.commune_id:
        raise LineRefused("Hồ sơ nay do xã khác quản lý.")


def _reopen(findings: Iterable[tuple[int, str]]) -> None:
    """What the line closed stands again as it stood, as old as it is; unless another of its rule is there already."""
    for pk, state in findings:
        finding = Finding.objects.select_for_update(of=("self",)).get(pk=pk)
        others = Finding.objects.filter(resident=finding.resident_id, rule=finding.rule).exclude(pk=pk)
        if finding.state == FindingState.CLOSED and not others.exclude(state=FindingState.CLOSED).exists():
            finding.state, finding.closed_at = state, None
            finding.save()
