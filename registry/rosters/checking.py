"""The step that says of every row what it is: CHECKING -> CHECKED.

Three rounds, piece by piece: cells into text by the confirmed columns; each row checked, households together; at last
the doubles within the file. Where a list stands is kept in `told["checking"]`, so that any worker goes on from there.
"""

from django.db.models import Q
from django.utils import timezone

from registry.models import Roster, RosterHousehold, RosterRow, RosterState, RowState
from registry.rosters import stages, storing, twice
from registry.rosters.check import KEY_LENGTH, NAME_LENGTH, OF_READING, Checked, examine, key_of
from registry.rosters.household_keys import MOST
from registry.rosters.reading import cells

TYPED_PIECE, CHECKED_PIECE, DOUBLES_PIECE = 2_000, 500, 40_000
TYPING, CHECKS, DOUBLES = "typing", "checks", "doubles"
STATE = "checking"
OPEN = (RowState.READ, RowState.CHECKED, RowState.PARKED)


def next_piece(roster: Roster) -> bool:
    """Do the next piece of the round at hand. Rows that are written already are left alone. Doing a piece twice gives
    the same."""
    stands = _where(roster)
    rounds = {TYPING: _type, CHECKS: _check, DOUBLES: _find_doubles}
    is_over = rounds[stands["round"]](roster, stands)
    roster.told = roster.told | {STATE: stands}
    if is_over:
        roster.told.pop(STATE)
        roster.checked_at = timezone.now()
        stages.move(roster, RosterState.CHECKED)
    return is_over


def _where(roster: Roster) -> dict:
    """Where this check stands; a check that was begun anew begins with the first round."""
    began = roster.step_began_at.isoformat() if roster.step_began_at else ""
    stands = roster.told.get(STATE, {})
    if stands.get("began") == began:
        return dict(stands)
    roster.households.filter(is_new=False).delete()
    roster.done_rows, roster.total_rows = 0, roster.rows.filter(state__in=OPEN).count()
    return {"began": began, "round": TYPING, "after": 0}


def _open_rows(roster: Roster):
    return RosterRow.objects.filter(roster=roster, state__in=OPEN)


# --- cells into text --------------------------------------------------------------------------------------------------


def _type(roster: Roster, stands: dict) -> bool:
    rows = list(_open_rows(roster).filter(number__gt=stands["after"]).order_by("number")[:TYPED_PIECE])
    columns = cells.typed_columns(roster.columns)
    hints = cells.Hints.of(roster.told.get("hints"))
    for row in rows:
        read = cells.read_row(row.raw, columns, hints)
        row.typed = read.typed
        row.repairs = [one.as_json() | {OF_READING: True} for one in read.repairs]
        row.problems = [one.as_json() | {OF_READING: True} for one in read.problems]
        row.household_key = key_of(row)[:KEY_LENGTH]
        row.name = row.typed.get("full_name", "")[:NAME_LENGTH]
        row.state, row.verdict, row.decision = RowState.READ, "", ""
        row.decided_at = row.decided_by = row.person = None
    storing.store_typed(rows)
    if len(rows) < TYPED_PIECE:
        stands |= {"round": CHECKS, "after": 0}
    else:
        stands["after"] = rows[-1].number
    return False


# --- the check --------------------------------------------------------------------------------------------------------


def _check(roster: Roster, stands: dict) -> bool:
    rows = _next_rows(roster)
    if rows:
        _remember(roster, examine(roster, rows))
        storing.store_checked(rows)
        roster.done_rows = min(roster.total_rows, roster.done_rows + len(rows))
    else:
        stands |= {"round": DOUBLES, "after": 0}
    return False


def _next_rows(roster: Roster) -> list[RosterRow]:
    """The next rows of the file that wait, and those of their households wherever in the file they stand."""
    waiting = RosterRow.objects.filter(roster=roster, verdict="", state=RowState.READ).select_related(None)
    rows = list(waiting.order_by("number")[:CHECKED_PIECE])
    keys = {row.household_key for row in rows if row.household_key}
    if len(rows) == CHECKED_PIECE and keys:
        beyond = Q(number__gt=rows[-1].number, household_key__in=keys)
        rows += list(waiting.filter(beyond).order_by("number")[: MOST * 20])
    return rows


def _remember(roster: Roster, checked: Checked) -> None:
    """Which household of ours a key means, for the writing."""
    rows = [RosterHousehold(roster=roster, key=key, household=home) for key, home in sorted(checked.homes.items())]
    RosterHousehold.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["roster", "key"], update_fields=["household"]
    )


# --- doubles ----------------------------------------------------------------------------------------------------------


def _find_doubles(roster: Roster, stands: dict) -> bool:
    storing.store_checked(twice.mark(roster))
    return True
