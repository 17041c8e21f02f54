"""The step that writes what was decided: APPLYING -> APPLIED.

Several workers write at once, each a part (parts.py) in one transaction: rows that make new people in one go, rows of
people whom we have one by one. A row carries its state, so whoever goes on writes what is left and nothing twice. What
cannot be written is parked with the sentence, and the rest goes on.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

import pghistory
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import QuerySet
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
    ResidentState,
    Roster,
    RosterHousehold,
    RosterPart,
    RosterRow,
    RosterState,
    RowDecision,
    RowState,
)
from registry.repairs import steps
from registry.residents.membership import next_number
from registry.residents.refusal import RegisterRefused
from registry.rosters import parts, stages, values
from registry.rosters.check import examine
from registry.rosters.current import CurrentRecord
from registry.rosters.deciding import BY_A_CHECK, TO_WRITE
from registry.rosters.parked import FAILED, Parked, park, told_by
from registry.rosters.row_marks import mark_applied
from registry.rosters.values import Context, RowValues
from registry.rosters.writing import write_new
from registry.rosters.writing_changes import is_plain, lock, survivors, write_columns, write_known
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
    """Cut what waits into parts; or say how it went, when nothing waits any more. The caller holds the list, and no
    part of it is left."""
    _make_parts(roster)
    if parts.are_left(roster.pk):
        return False
    _finish(roster)
    return True


def _make_parts(roster: Roster) -> None:
    """Households stay together, and so do rows of one personal number, for which two writers would wait on each other.
    The households that may be founded have their numbers set aside."""
    if not _waiting(roster).exists():
        return
    keys: dict[int, str] = {}
    standing = RosterHousehold.objects.filter(roster=roster, household__closed_on=None, household__isnull=False)
    known = {"", *standing.values_list("key", flat=True)}
    upcoming = next_number(roster.commune)
    made = []
    for rows in parts.cut(_together(roster, keys), PIECE):
        last = upcoming + len({keys[number] for number in rows} - known) - 1
        made.append(RosterPart(roster=roster, rows=rows, next_household=upcoming, last_household=last))
        upcoming = last + 1
    parts.make(roster, made)


def do_part(roster: Roster, part: RosterPart) -> None:
    """Write the rows of one part, in the caller's transaction, which holds it; those for which there is no time stay in
    it."""
    rows = list(_waiting(roster).filter(number__in=part.rows).order_by("number").select_for_update(of=("self",)))
    part.roster, by = roster, roster.reviewed_by
    assert by is not None  # nothing is written that nobody approved
    reason = f"Danh sách nhập “{roster.file_name}”"
    with pghistory.context(badge=by.badge_number, officer=by.full_name, reason=reason):
        left = _write(part, rows, by)
    parts.done(part, {row.number for row in left})


def _together(roster: Roster, keys: dict[int, str]) -> Iterator[tuple[int, list[str]]]:
    """Each waiting row with what it must not be parted from; enters the key of its household into `keys`."""
    waiting = _waiting(roster).order_by("number").values_list("number", "household_key", "typed__number")
    for number, key, personal in waiting.iterator():
        keys[number] = key
        yield number, [f"{kind} {text}" for kind, text in (("home", key), ("number", personal)) if text]


def done_rows(roster: Roster, left: int) -> int:
    return roster.total_rows - left


def look_anew(before: int, now: int) -> None:
    """Tell PostgreSQL of the rows, when so many are written as makes a difference; outside any transaction, and only
    whoever holds the list does."""
    if any(before < grown <= now for grown in GROWN):
        tell_planner(*TABLES, grown=now)


def _waiting(roster: Roster) -> QuerySet[RosterRow]:
    return RosterRow.objects.filter(roster=roster, state=RowState.CHECKED, decision__in=TO_WRITE)


def _write(part: RosterPart, rows: Sequence[RosterRow], by: Officer) -> Sequence[RosterRow]:
    """Answers the rows for which there was no time."""
    roster = part.roster
    context = Context.of(roster.commune, roster.source_code, roster.source_on)
    known = [row for row in rows if _is_known(row)]
    new = [row for row in rows if not _is_known(row)]
    records = lock(known)
    together = _write_together(roster, known, records, by, context)
    known = [row for row in known if row not in together]
    touched = {pk for row in together for pk in _touched(row)}
    until, done = time.monotonic() + SECONDS, 0
    for row in known:
        if done and time.monotonic() > until:
            break
        if _whose(row, records) & touched:
            records.update(lock([row]))  # an earlier row of this part wrote to this person
        _one(row, partial(write_known, part, row, records, by=by, context=context))
        touched |= _touched(row)
        done += 1
    RosterRow.objects.bulk_update(known[:done], COLUMNS, batch_size=100)
    if done < len(known):
        return [*known[done:], *new]
    _write_all_new(part, new, by, context)
    return []


def _whose(row: RosterRow, records: dict[int, CurrentRecord]) -> set[int]:
    """The person of this row, and whom that record was folded into."""
    record = records.get(row.person_id or 0)
    if record is None or record.resident.state != ResidentState.MERGED:
        return {row.person_id or 0}
    return {record.resident.pk, *survivors([record.resident.pk]).values()}


def _touched(row: RosterRow) -> set[int]:
    """Everybody to whom writing this row wrote."""
    if row.state != RowState.APPLIED or row.resident_id is None:
        return set()
    return {row.resident_id, *steps.owners(row.written.get("steps", []))}


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


def _write_all_new(part: RosterPart, rows: list[RosterRow], by: Officer, context: Context) -> None:
    told = [(row, values.read(row.typed, context)) for row in rows]
    for row, one in told:
        if not one.is_writable:
            park(row, "; ".join(problem.said for problem in one.problems if problem.blocks))
    for row in _recorded_meanwhile(part.roster, told):
        park(row, MEANWHILE)
    write = partial(write_new, part, by=by, context=context)
    _write_new(write, [(row, one) for row, one in told if row.state == RowState.CHECKED], part)
    _keep(part.roster, rows, context)


def _write_new(write: Callable[..., dict[int, str]], rows: list[tuple[RosterRow, RowValues]], part: RosterPart) -> None:
    """All of them at once; where that fails, each half by itself, down to the row that fails."""
    if not rows:
        return
    numbered = part.next_household
    try:
        with transaction.atomic():
            refused = write([row for row, _ in rows], [one for _, one in rows])
    except OperationalError:
        raise
    except Exception as failure:
        part.next_household = numbered
        if len(rows) == 1:
            _park_failed(rows[0][0], failure)
            return
        middle = len(rows) // 2
        _write_new(write, rows[:middle], part)
        _write_new(write, rows[middle:], part)
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


def _keep(roster: Roster, rows: list[RosterRow], context: Context) -> None:
    """The rows that were written, and those that were parked: these with a fresh verdict, so that they are found among
    those of their kind."""
    written = [row for row in rows if row.state == RowState.APPLIED]
    mark_applied(written)
    parked = [row for row in rows if row.state == RowState.PARKED]
    if not parked:
        return
    said = {row.pk: row.said for row in parked}
    examine(roster, parked, context=context)
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
