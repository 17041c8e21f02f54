"""Checking a row again whose person is no longer as the check saw: is what was decided still what the row says?"""

from typing import Any

from registry.models import Roster, RosterRow, RowVerdict
from registry.rosters.check import check
from registry.rosters.current import CurrentRecord

Said = list[tuple[str, Any, Any]]


def look_again(roster: Roster, row: RosterRow, record: CurrentRecord) -> bool:
    """Check the row anew, under lock; True when it says the same changes of this record as were decided, with the same
    ticks, or when the record says all of it by now (then the verdict is SAME). The caller saves the row."""
    decided = (row.decision, row.decided_at, row.decided_by)
    before, takes = said(row), {one["field"]: one.get("take", False) for one in row.changes}
    row.person = record.resident
    check(roster, [row])
    if row.verdict == RowVerdict.SAME and row.person_id == record.resident.pk:
        return True
    if row.verdict != RowVerdict.CHANGED or row.person_id != record.resident.pk or said(row) != before:
        return False
    row.changes = [one | {"take": takes[one["field"]]} for one in row.changes]
    row.decision, row.decided_at, row.decided_by = decided
    return True


def said(row: RosterRow) -> Said:
    return [(one["field"], one.get("before"), one.get("after")) for one in row.changes]
