"""Rows of a list as an officer would type them, checked."""

from collections.abc import Iterable
from typing import Any

from registry.models import Roster, RosterRow
from registry.rosters.check import check
from tests.factories import RosterFactory, RosterRowFactory

COLUMNS = ("household_key", "full_name", "birth_date", "sex", "number", "household_role", "mother_name", "father_name",
           "permanent_line", "phone")  # fmt: skip

HOA = {"full_name": "Nguyễn Thị Hoa", "birth_date": "21/05/1991", "sex": "Nữ"}


def a_list(officer, **fields: Any) -> Roster:
    return RosterFactory(commune=officer.unit, uploaded_by=officer, **fields)


def rows(roster: Roster, *typed: dict[str, str], first: int = 2) -> list[RosterRow]:
    return [RosterRowFactory(roster=roster, number=first + at, typed=one) for at, one in enumerate(typed)]


def checked(officer, *typed: dict[str, str], **fields: Any) -> list[RosterRow]:
    """The rows of one new list, after the check and not saved."""
    roster = a_list(officer, **fields)
    found = rows(roster, *typed)
    check(roster, found)
    return found


def said(row: RosterRow) -> list[tuple[str, str]]:
    return [(one["field"], one["said"]) for one in row.problems]


def changed(row: RosterRow) -> dict[str, tuple[str, str]]:
    return {one["field"]: (one["before"], one["after"]) for one in row.changes}


def rules(row: RosterRow) -> set[str]:
    return {one["rule"] for one in row.notes}


def verdicts(found: Iterable[RosterRow]) -> list[str]:
    return [row.verdict for row in found]
