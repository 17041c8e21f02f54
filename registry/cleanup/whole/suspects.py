"""One statement a chunk: which of these people which rules may find something on."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import psycopg
from django.db import connection, transaction

from accounts.models import Setting
from registry.cleanup.rules import Rule, catalogue
from registry.cleanup.whole import rows, texts
from registry.cleanup.whole.conditions import CONDITIONS
from registry.codes import BIRTH_PROVINCES

Suspects = dict[int, set[str]]
FEW = 20


@dataclass(frozen=True)
class Chunk:
    """People of a commune behind an id, in the order of ids; `last_id` and `people` say how far it went."""

    suspects: Suspects
    last_id: int
    people: int


def of_commune(
    commune_id: int,
    *,
    after: int,
    limit: int,
    on: dt.date,
    thresholds: Mapping[str, int] | None = None,
    only: frozenset[str] | None = None,
) -> Chunk:
    """The next `limit` people of a commune. Three statements.

    With `thresholds` as if these stood instead of the settings; `only` leaves out every other rule, and what it alone
    looks at: one statement then, unless one of them is about letters.
    """
    given = {"commune": commune_id, "after": after, "limit": limit}
    return _ask(rows.CHUNK, given | dict(thresholds or Setting.values_on(on)), on, only)


def of_people(ids: Iterable[int], *, on: dt.date) -> Suspects:
    """Of these few people: {id: codes of rules that may fire}, with every rule about letters for each of them.

    For one or a few the statement is prepared once a connection: planning it takes ten times as long as running it.
    """
    asked = list(ids)
    params = Setting.values_on(on) | _names() | {"on": on, "ids": asked}
    with transaction.atomic(), connection.wrap_database_errors, _cursor(prepared=len(asked) <= FEW) as cursor:
        cursor.execute(_statement(rows.GIVEN), params)
        found = {pk: {*codes, *texts.RULES} for pk, codes in cursor.fetchall()}
    return {pk: found.get(pk, set(texts.RULES)) for pk in asked}


@contextmanager
def _cursor(*, prepared: bool) -> Iterator[Any]:
    """The plan for few people is no plan for thousands."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) if prepared else connection.cursor() as cursor:
        if prepared:
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            connection.connection.prepare_threshold = 0  # of this kind of cursor; Django's own never prepare
        yield cursor


def _ask(chunk: str, given: dict[str, Any], on: dt.date, only: frozenset[str] | None) -> Chunk:
    params = _names() | {"on": on} | given
    suspects: Suspects = defaultdict(set)
    with transaction.atomic(), _cursor(prepared=False) as cursor:
        cursor.execute(_statement(chunk, only), params)
        last_id = people = 0
        for pk, codes in cursor.fetchall():
            last_id, people = max(last_id, pk), people + 1
            if codes:
                suspects[pk].update(codes)
        if only is None or only & texts.RULES:
            for pk, found in texts.suspects(cursor, chunk, params):
                suspects[pk].update(found if only is None else found & only)
    return Chunk(dict(suspects), last_id, people)


def _names() -> dict[str, Any]:
    return {
        "birth_provinces": list(BIRTH_PROVINCES),
    }


_BESIDE = {name: f"{name}.resident_id = r.id" for name in [*rows.GATHERED, "plc"]} | {
    "ph": "ph.phone = r.phone",
    "circle": "circle.start = r.id",
    "born": "born.unit_id = r.birth_registration_unit_id",
}


@cache
def _statement(chunk: str, only: frozenset[str] | None = None) -> str:
    """For each person of the chunk the codes of the rules whose condition holds, of all rules or of these."""
    gathered = ",\n".join(f"{name} AS MATERIALIZED ({sql})" for name, sql in rows.GATHERED.items())
    asked = ",\n".join(_asked(rule) for rule in _rules() if only is None or rule.code in only)
    joins = "\n".join(f"LEFT JOIN {name} ON {on}" for name, on in _BESIDE.items() if f"{name}." in asked)
    return f"""
        WITH RECURSIVE r AS MATERIALIZED ({chunk}),
        line (start, id) AS ({rows.LINES}), circle AS MATERIALIZED ({rows.CIRCLES}),
        own AS MATERIALIZED ({rows.OWN}), places AS MATERIALIZED ({rows.PLACES}),
        here AS MATERIALIZED ({rows.HERE}), plc AS MATERIALIZED ({rows.OF_PLACE}),
        ph AS MATERIALIZED ({rows.PHONES}), born AS MATERIALIZED ({rows.BORN}),
        {gathered}
        SELECT r.id, array_remove(ARRAY[{asked}]::text[], NULL)
        FROM r {joins}
    """


def _rules() -> Sequence[Rule]:
    return [rule for rule in catalogue().values() if rule.code in CONDITIONS and not rule.is_silent]


def _asked(rule: Rule) -> str:
    states = ", ".join(f"'{state}'" for state in sorted(rule.states))
    return f"CASE WHEN r.state IN ({states}) AND ({CONDITIONS[rule.code]}) THEN '{rule.code}' END"
