"""What writers of many rows at once need to know of PostgreSQL."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import JSONField, Model


def check_references_at_once() -> None:
    """Check foreign keys statement by statement for the rest of this transaction.

    The history trigger opens and gives up a subtransaction for every row, and PostgreSQL then walks through all checks
    that still wait for the end: deferred, they make writing slow down with the square of the rows (114 s against 37).
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def tell_planner(*models: type[Model], grown: int | None = None) -> None:
    """Let PostgreSQL look at these tables anew: after thousands of rows its own look, once a minute, comes too late,
    and until then it plans for the tables as they were. With the rights of their owner, which the portal is not.

    With `grown`, rows that were written: only at tables of which it thinks that they hold fewer.
    """
    with connection.cursor() as cursor:
        tables = [model._meta.db_table for model in models]
        if grown is not None:
            cursor.execute("SELECT relname FROM pg_class WHERE oid = ANY(%s::regclass[]) AND reltuples < %s",
                           [tables, grown])  # fmt: skip
            tables = [name for (name,) in cursor.fetchall()]
        if tables:
            cursor.execute("SELECT registry_look_anew(VARIADIC %s::regclass[])", [sorted(tables)])


def copy_in(rows: Sequence[Model]) -> None:
    """Insert these new rows of one table, and give them their ids: as bulk_create(), in a third of its time.

    Columns are what save() would write; triggers and constraints do their work. A table whose key is a relation has its
    ids already. In a transaction of the caller. Raises what bulk_create() raises.
    """
    if not rows:
        return
    meta = rows[0]._meta
    columns = [one for one in meta.concrete_fields if not one.generated]
    own = meta.pk
    assert own is not None
    cells = [_cell(one) for one in columns]
    relations = [one for one in columns if one.is_relation]
    quoted = ", ".join(connection.ops.quote_name(str(one.column)) for one in columns)
    table = connection.ops.quote_name(meta.db_table)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if not own.is_relation:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                           [meta.db_table, own.column, len(rows)])  # fmt: skip
            for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
                setattr(row, own.attname, pk)
        with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
            for row in rows:
                _name_relatives(row, relations)
                copy.write_row([prepared(row) for prepared in cells])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _cell(column: Any) -> Callable[[Model], Any]:
    """What of a row goes into this column. Most values PostgreSQL's driver takes as they are."""
    if isinstance(column, JSONField) or getattr(column, "auto_now", False) or getattr(column, "auto_now_add", False):
        return lambda row: column.get_db_prep_save(column.pre_save(row, add=True), connection)
    return attrgetter(column.attname)


def _name_relatives(row: Model, relations: Sequence[Any]) -> None:
    """A relative that was saved after it was named has its id by now."""
    for one in relations:
        if one.is_cached(row) and (relative := one.get_cached_value(row)) is not None:
            setattr(row, one.attname, relative.pk)
