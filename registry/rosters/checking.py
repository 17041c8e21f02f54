"""The step that says of every row what it is: CHECKING -> CHECKED.

Three rounds: cells into text by the confirmed columns; each row checked, households together; at last the doubles
within the file. The first two are cut into parts that several workers do at once (parts.py). Where a list stands is
kept in `told["checking"]`, so that any worker goes on from there.
"""

from collections.abc import Iterable

from django.db.models import Count, QuerySet
from django.utils import timezone

from registry.models import Roster, RosterHousehold, RosterPart, RosterRow, RosterState, RowState
from registry.rosters import household_keys, parts, stages, storing, twice
from registry.rosters.check import CROWDS, KEY_LENGTH, NAME_LENGTH, OF_READING, Checked, examine, key_of
from registry.rosters.reading import cells

TYPED_PIECE, CHECKED_PIECE = 1_000, 500
TYPING_SHARE = 0.1  # of the time of a check, about
TYPING, CHECKS, DOUBLES = "typing", "checks", "doubles"
STATE = "checking"
OPEN = (RowState.READ, RowState.CHECKED, RowState.PARKED)


def next_piece(roster: Roster) -> bool:
    """Cut the round at hand into parts, or go on to the next one when they are done. Rows that are written already are
    left alone. The caller holds the list, and no part of it is left."""
    stands = _where(roster)
    rounds = {TYPING: _cut_for_typing, CHECKS: _cut_for_checks, DOUBLES: _find_doubles}
    is_over = rounds[stands["round"]](roster, stands)
    roster.told = roster.told | {STATE: stands}
    if is_over:
        roster.told.pop(STATE)
        roster.checked_at = timezone.now()
        stages.move(roster, RosterState.CHECKED)
    return is_over


def do_part(roster: Roster, part: RosterPart) -> None:
    """The rows of one part, in the caller's transaction, which holds it. Doing it twice gives the same."""
    if roster.told[STATE]["round"] == TYPING:
        _type(roster, part)
    else:
        _check(roster, part)
    parts.done(part)


def done_rows(roster: Roster, left: int) -> int:
    """How far the check is, in rows, when so many are left of the round at hand."""
    typed = roster.total_rows * TYPING_SHARE
    if roster.told[STATE]["round"] == TYPING:
        return round((roster.total_rows - left) * TYPING_SHARE)
    return round(typed + (roster.total_rows - left) * (1 - TYPING_SHARE))


def _where(roster: Roster) -> dict:
    """Where this check stands; a check that was begun anew begins with the first round."""
    began = roster.step_began_at.isoformat() if roster.step_began_at else ""
    stands = roster.told.get(STATE, {})
    if stands.get("began") == began:
        return dict(stands)
    parts.forget(roster.pk)
    roster.households.filter(is_new=False).delete()
    roster.done_rows, roster.total_rows = 0, roster.rows.filter(state__in=OPEN).count()
    return {"began": began, "round": TYPING, "is_cut": False}


def _open_rows(roster: Roster) -> QuerySet[RosterRow]:
    return RosterRow.objects.filter(roster=roster, state__in=OPEN)


# --- cells into text --------------------------------------------------------------------------------------------------


def _cut_for_typing(roster: Roster, stands: dict) -> bool:
    if not stands["is_cut"]:
        numbers = _open_rows(roster).order_by("number").values_list("number", flat=True)
        _make(roster, parts.slices(numbers.iterator(), TYPED_PIECE))
    if stands["is_cut"] or not parts.are_left(roster.pk):
        stands |= {"round": CHECKS, "is_cut": False}
        return _cut_for_checks(roster, stands)
    stands["is_cut"] = True
    return False


def _type(roster: Roster, part: RosterPart) -> None:
    rows = list(_open_rows(roster).filter(number__in=part.rows))
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


# --- the check --------------------------------------------------------------------------------------------------------


def _cut_for_checks(roster: Roster, stands: dict) -> bool:
    """The households of the file stay together, wherever in it their rows stand."""
    if not stands.get("counted"):
        stands["counted"] = True
        roster.told[CROWDS] = _crowds(roster)
    rows = _waiting(roster).order_by("number").values_list("number", "household_key").iterator()
    _make(roster, parts.cut(((number, [key] if key else []) for number, key in rows), CHECKED_PIECE))
    if not parts.are_left(roster.pk):
        stands["round"] = DOUBLES
        return _find_doubles(roster, stands)
    return False


def _crowds(roster: Roster) -> dict[str, int]:
    """Keys that too many rows bear to be a household, as they were typed: a check takes them from its rows."""
    keyed = _open_rows(roster).exclude(household_key="").order_by().values("household_key")
    many = keyed.annotate(rows=Count("pk")).filter(rows__gt=household_keys.MOST)
    return dict(many.values_list("household_key", "rows"))


def _waiting(roster: Roster) -> QuerySet[RosterRow]:
    return RosterRow.objects.filter(roster=roster, verdict="", state=RowState.READ)


def _make(roster: Roster, numbers: Iterable[list[int]]) -> None:
    parts.make(roster, [RosterPart(roster=roster, rows=rows) for rows in numbers])


def _check(roster: Roster, part: RosterPart) -> None:
    rows = list(_waiting(roster).filter(number__in=part.rows).order_by("number"))
    _remember(roster, examine(roster, rows))
    storing.store_checked(rows)


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
