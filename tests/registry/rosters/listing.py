"""Lists for the tests of writing and taking back: checked as a worker checks them, without a file."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from accounts.models import Officer
from registry.models import Roster, RosterRow, RosterState, RowState
from registry.rosters import applying, deciding, parts, work
from registry.rosters.check import check

DAY = dt.date(2026, 11, 1)


def person(name: str, **typed: str) -> dict[str, str]:
    """A row as it stands after reading: a man born in 1980 unless said otherwise."""
    return {"full_name": name, "birth_date": "02/03/1980", "sex": "Nam"} | typed


def checked(officer: Officer, typed: Sequence[dict[str, str]], **fields: Any) -> Roster:
    """A list that waits to be approved, its rows as the check leaves them. Rows begin in line 2."""
    headings = list(dict.fromkeys(name for one in typed for name in one))
    told = {"headings": headings, "format": "xlsx"}
    roster = Roster.objects.create(
        commune=officer.unit, uploaded_by=officer, file_name="thon-2.xlsx", state=RosterState.CHECKED, told=told,
        purge_on=timezone.localdate() + dt.timedelta(days=30), source_on=DAY, checked_at=timezone.now(),
        columns={str(at): name for at, name in enumerate(headings)}, **fields,
    )  # fmt: skip
    rows = [
        RosterRow(roster=roster, number=number, typed=one, raw=[one.get(name, "") for name in headings],
                  name=one.get("full_name", ""), household_key=one.get("household_key", ""), state=RowState.CHECKED)
        for number, one in enumerate(typed, start=2)
    ]  # fmt: skip
    check(roster, rows)
    RosterRow.objects.bulk_create(rows)
    return roster


def row_of(roster: Roster, number: int) -> RosterRow:
    return roster.rows.get(number=number)


def approved(roster: Roster, chief: Officer) -> Roster:
    deciding.approve(roster, by=chief)
    roster.refresh_from_db()
    return roster


def write(roster: Roster, chief: Officer) -> Roster:
    """Approve, and write to the end."""
    return finish(approved(roster, chief), applying.next_piece)


def finish(roster: Roster, step) -> Roster:
    while not piece(roster, step):
        pass
    return roster


def piece(roster: Roster, step) -> bool:
    """The next piece of a step, and the parts it was cut into; True when it was the last."""
    is_over = step(roster)
    roster.save()
    while part := parts.take(roster.pk):
        work.PARTS[roster.state].do(roster, part)
        roster.done_rows = work.PARTS[roster.state].done(roster, parts.rows_left(roster.pk))
        roster.save()
    return is_over
