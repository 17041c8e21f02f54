"""Keeping what was found of many rows: one statement a piece, where bulk_update would build a CASE of every value."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from registry.models import RosterRow

BOTH: Final = {
    "repairs": "jsonb", "problems": "jsonb", "household_key": "text", "name": "text", "state": "text",
    "verdict": "text", "decision": "text", "person_id": "bigint",
}  # fmt: skip
TYPED: Final = BOTH | {"typed": "jsonb", "decided_at": "timestamptz", "decided_by_id": "bigint"}
CHECKED: Final = BOTH | {
    "notes": "jsonb", "changes": "jsonb", "candidates": "jsonb", "seen": "text", "keys": "bigint[]",
    "reasons": "varchar[]",
}  # fmt: skip
"""Column -> its type in PostgreSQL."""


def store_typed(rows: Sequence[RosterRow]) -> None:
    _store(rows, TYPED)


def store_checked(rows: Sequence[RosterRow]) -> None:
    _store(rows, CHECKED)


def _store(rows: Sequence[RosterRow], columns: Mapping[str, str]) -> None:
    if not rows:
        return
    told = [{name: getattr(row, name) for name in columns} | {"id": row.pk} for row in rows]
    statement = f"""
        UPDATE {RosterRow._meta.db_table} AS row SET {", ".join(f"{name} = told.{name}" for name in columns)}
        FROM jsonb_to_recordset(%s::jsonb) AS told (
            id bigint, {", ".join(f"{name} {kind}" for name, kind in columns.items())}
        ) WHERE row.id = told.id
    """  # noqa: S608 - only names of columns are put in, from the tables above
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False)])
