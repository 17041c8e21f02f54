"""The step that writes what was decided: APPLYING -> APPLIED.

A piece is one transaction: rows that make new people in one go, rows of people whom we have one by one. A row carries
its state, so whoever goes on writes what is left and nothing twice. What cannot be written is parked with the
sentence, and the rest goes on.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import pghistory
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.text import fold
from registry.bulk import tell_planner
from registry.models import (
    Household,
    IdentityNumber,
    MatchProfile,
    Membership,
    Relation,
    Residence,
    Resident,
    Roster,
    RosterRow,
    RosterState,
    RowDecision,
    RowState,
)
from registry.residents.refusal import RegisterRefused
from registry.rosters import stages, values
from registry.rosters.check import check
from registry.rosters.current import CurrentRecord
from registry.rosters.deciding import BY_A_CHECK, TO_WRITE
from registry.rosters.parked import FAILED, Parked, park, told_by
from registry.rosters.row_marks import mark_applied
from registry.rosters.values import Context, RowValues
from registry.rosters.writing import write_new
from registry.rosters.writing_changes import is_plain, lock, write_columns, write_known
from registry.values.partial_date import PartialDate

PIECE: Final = 300
SECONDS: Final = 2.0
"""After so long a piece takes up no other row of a person whom we have."""
GROWN: Final = (1_000, 4_000, 16_000, 64_000)
"""After so many rows the tables are others than the planner thinks."""
TABLES: Final = (Resident, IdentityNumber, Relation, Residence, Household, Membership, MatchProfile, RosterRow)
COLUMNS: Final = (*BY_A_CHECK, "resident", "written", "applied_at")
MEANWHILE: Final = (
    "Sau khi kiểm tra, trong sổ đã có người cùng họ tên, ngày sinh được ghi; kiểm tra lại dòng rồi quyết định."
)
SAYS_SO: Final = "Hồ sơ nay đã có đúng nội dung của dòng này."
log = logging.getLogger(__name__)


def next_piece(roster: Roster) -> bool:
    rows = list(_waiting(roster).select_for_update(of=("self",))[:PIECE])
    if not rows:
        _finish(roster)
        return True
    by = roster.reviewed_by
    assert by is not None  # nothing is written that nobody approved
    reason = f"Danh sách nhập “{roster.file_name}”"
    with pghistory.context(badge=by.badge_number, officer=by.full_name, reason=reason):
        before = roster.done_rows
        roster.done_rows += _write(roster, rows, by)
    if any(before < grown <= roster.done_rows for grown in GROWN):
        tell_planner(*TABLES)
    return False


def _waiting(roster: Roster):
    return RosterRow.objects.filter(roster=roster, state=RowState.CHECKED, decision__in=TO_WRITE).order_by("number")


def _write(roster: Roster, rows: Sequence[RosterRow], by: Officer) -> int:
    """Answers how many rows were taken up; the others wait for the next piece."""
    context = Context.of(roster.commune, roster.source_code, roster.source_on)
    known = [row for row in rows if _is_known(row)]
    new = [row for row in rows if not _is_known(row)]
    records = lock(known)
    together = _write_together(roster, known, records, by, context)
    known = [row for row in known if row not in together]
    until, done = time.monotonic() + SECONDS, 0
    for row in known:
        if done and time.monotonic() > until:
            break
        _one(row, partial(write_known, roster, row, records, by=by, context=context))
        done += 1
    RosterRow.objects.bulk_update(known[:done], COLUMNS, batch_size=100)
    done += len(together)
    return done + (_write_all_new(roster, new, by, context) if done == len(known) + len(together) else 0)


def _is_known(row: RosterRow) -> bool:
    if row.decision == RowDecision.AS_NEW:
        return False
    return row.decision == RowDecision.AS_PERSON or row.verdict == "changed"


# --- people whom we have ---------------------------------------------------------------------------------------------


def _write_together(
    roster: Roster, rows: Sequence[RosterRow], records: dict[int, CurrentRecord], by: Officer, context: Context
) -> list[RosterRow]:
    """Those that only change columns of their person, each person once; none of them when one cannot be written: then
    each goes its own way. Answers which were written."""
    plain = {row.person_id: row for row in reversed(rows) if is_plain(roster, row, records)}
    found = sorted(plain.values(), key=lambda row: row.number)
    if len(found) < 2:
        return []
    try:
        with transaction.atomic():
            write_columns(found, records, by=by, context=context, basis=f"Danh sách nhập “{roster.file_name}”")
    except OperationalError:
        raise
    except (RegisterRefused, IntegrityError) as refused:
        log.info("The changes of list %d go one by one: %s", roster.pk, type(refused).__name__)
        for row in found:
            row.resident, row.written = None, {}
        records.update(lock(found))  # the savepoint gave back the rows, not what was read of them
        return []
    mark_applied(found)
    for row in found:
        row.state = RowState.APPLIED
    return found


def _one(row: RosterRow, write: Callable[[], bool]) -> None:
    """One row in a savepoint, whatever comes of it."""
    try:
        with transaction.atomic():
            is_written = write()
    except OperationalError:
        raise
    except (Parked, RegisterRefused) as refused:
        park(row, str(refused))
    except IntegrityError as clash:
        park(row, told_by(clash))
    except Exception:
        log.exception("Row %d of list %d failed", row.number, row.roster_id)
        park(row, FAILED)
    else:
        if is_written:
            row.state, row.said, row.applied_at = RowState.APPLIED, "", timezone.now()
        else:
            row.said = SAYS_SO


# --- new people ------------------------------------------------------------------------------------------------------


def _write_all_new(roster: Roster, rows: list[RosterRow], by: Officer, context: Context) -> int:
    told = [(row, values.read(row.typed, context)) for row in rows]
    for row, one in told:
        if not one.is_writable:
            park(row, "; ".join(problem.said for problem in one.problems if problem.blocks))
    for row in _recorded_meanwhile(roster, told):
        park(row, MEANWHILE)
    _write_new(roster, [(row, one) for row, one in told if row.state == RowState.CHECKED], by, context)
    _keep(roster, rows)
    return len(rows)


def _write_new(roster: Roster, rows: list[tuple[RosterRow, RowValues]], by: Officer, context: Context) -> None:
    """All of them at once; where that fails, each half by itself, down to the row that fails."""
    if not rows:
        return
    try:
        with transaction.atomic():
            refused = write_new(roster, [row for row, _ in rows], [one for _, one in rows], by=by, context=context)
    except OperationalError:
        raise
    except Exception as failure:
        if len(rows) == 1:
            _park_failed(rows[0][0], failure)
            return
        middle = len(rows) // 2
        _write_new(roster, rows[:middle], by, context)
        _write_new(roster, rows[middle:], by, context)
        return
    for row, _ in rows:
        if row.pk in refused:
            park(row, refused[row.pk])


def _park_failed(row: RosterRow, failure: Exception) -> None:
    row.resident, row.written, row.applied_at = None, {}, None
    match failure:
        case Parked() | RegisterRefused():
            park(row, str(failure))
        case IntegrityError():
            park(row, told_by(failure))
        case _:
            log.error("Row %d of list %d failed", row.number, row.roster_id, exc_info=failure)
            park(row, FAILED)


def _keep(roster: Roster, rows: list[RosterRow]) -> None:
    """The rows that were written, and those that were parked: these with a fresh verdict, so that they are found among
    those of their kind."""
    written = [row for row in rows if row.state == RowState.APPLIED]
    mark_applied(written)
    parked = [row for row in rows if row.state == RowState.PARKED]
    if not parked:
        return
    said = {row.pk: row.said for row in parked}
    check(roster, parked)
    for row in parked:
        park(row, said[row.pk])
    RosterRow.objects.bulk_update(parked, COLUMNS, batch_size=100)


def _recorded_meanwhile(roster: Roster, told: Sequence[tuple[RosterRow, RowValues]]) -> list[RosterRow]:
    """Rows whose person somebody recorded after the check, by name and birth; not those that an officer decided to be
    somebody else. One query."""
    asked: dict[tuple[str, PartialDate], list[RosterRow]] = defaultdict(list)
    for row, one in told:
        if row.decision == RowDecision.WRITE and one.is_writable:
            asked[fold(one.values["full_name"]), one.values["birth_date"]].append(row)
    since = Resident.objects.on_the_books().filter(commune=roster.commune_id, created_at__gt=roster.checked_at)
    named = since.filter(name_folded__in=[name for name, _ in asked]) if roster.checked_at else since.none()
    others = named.exclude(roster_rows__roster=roster)
    return [row for one in others if one.known_birth for row in asked.get((one.name_folded, one.known_birth), [])]


# --- the end ---------------------------------------------------------------------------------------------------------


def _finish(roster: Roster) -> None:
    """Says how it went."""
    written, parked = _count(roster, RowState.APPLIED), _count(roster, RowState.PARKED)
    stages.move(roster, RosterState.APPLIED)
    roster.applied_at = timezone.now()
    roster.said = f"Đã ghi {written} dòng" + (f", gác lại {parked} dòng" if parked else "")
    record(roster.reviewed_by, Action.SYSTEM, target=roster, data={"written": written, "parked": parked},
           sentence=f"{roster.said} của {roster.audit_label()}")  # fmt: skip


def _count(roster: Roster, state: RowState) -> int:
    return RosterRow.objects.filter(roster=roster, state=state).count()
