"""Rows that cannot be written as they stand: set aside with the sentence, back among what somebody decides."""

from django.db import IntegrityError

from registry.models import RosterRow, RowState
from registry.residents.refusal import OF_THE_DATABASE, refused_constraint

FAILED = "Hệ thống không ghi được dòng này; báo quản trị kèm số dòng."


class Parked(Exception):
    """This row is not written; the message is the sentence the officer reads."""


def park(row: RosterRow, said: str) -> None:
    """The caller saves. The decision is taken back: it was made about something else."""
    row.state, row.said = RowState.PARKED, said[:500]
    row.decision, row.decided_at, row.decided_by = "", None, None


def told_by(clash: IntegrityError) -> str:
    return OF_THE_DATABASE.get(refused_constraint(clash), (None, FAILED))[1]
