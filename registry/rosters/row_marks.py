"""Marking rows many at a time: one statement reads arrays, where CASE … WHEN would be read for seconds."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from registry.models import RosterRow, RowState

_ROWS = RosterRow._meta.db_table


def mark_applied(rows: Sequence[RosterRow]) -> None:
    """Keep what these rows wrote (`resident`, `written`): they are applied, as of now."""
    statement = f"""
        UPDATE {_ROWS} AS row SET state = %(state)s, said = '', applied_at = %(now)s,
            resident_id = given.resident, written = given.written
        FROM unnest(%(ids)s::bigint[], %(people)s::bigint[], %(written)s::jsonb[]) AS given (id, resident, written)
        WHERE row.id = given.id
    """  # noqa: S608 - only the table's name is put in, from the model
    given: dict[str, Any] = {
        "state": RowState.APPLIED.value,
        "now": timezone.now(),
        "ids": [row.pk for row in rows],
        "people": [row.resident_id for row in rows],
        "written": [json.dumps(row.written) for row in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
