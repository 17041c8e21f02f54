"""From rows to what the search compares, and who else holds the same keys. A constant number of queries per batch."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection

from registry.cleanup.facts import birth_of
from registry.duplicates.reasons import NAME_BIRTH, Person, Reason
from registry.models import (
    IdentityDocument,
    IdentityNumber,
    NumberKind,
    Relation,
    RelationKind,
    Resident,
    ResidentState,
)

IDENTITY_PAPERS = ["CAN_CUOC", "CCCD_CHIP", "CCCD_MAVACH", "CMND12", "CMND9", "GCN_CAN_CUOC", "VNEID"]
LARGEST_GROUP = 50
"""More people than this under one key say that the key is junk, or needs another way of looking (the runaway stop)."""


def people_with(ids: Collection[int]) -> dict[int, Person]:
    """Everyone of `ids` whose record is not folded into another. Four queries."""
    return people_of(Resident.objects.on_the_books().filter(pk__in=ids)) if ids else {}


def people_of(residents: Iterable[Resident]) -> dict[int, Person]:
    """The same for rows already read. Three queries."""
    rows = {resident.pk: resident for resident in residents}
    numbers, retired, active = _numbers_of(rows)
    parents, linked = _parents_of(rows)
    return {
        pk: Person(
            id=pk,
            full_name=row.full_name,
            given_name=row.given_name,
            name_folded=row.name_folded,
            birth=birth_of(row),
            sex=row.sex,
            active_number=active.get(pk, ""),
            numbers=frozenset(numbers[pk]),
            retired=frozenset(retired[pk]),
            father=parents.get((pk, RelationKind.FATHER), ""),
            mother=parents.get((pk, RelationKind.MOTHER), ""),
            linked_parents=frozenset(linked[pk]),
        )
        for pk, row in rows.items()
    }


def _numbers_of(ids: Collection[int]) -> tuple[dict[int, set[str]], dict[int, set[str]], dict[int, str]]:
    """(every number and paper number, those no longer in use, the active personal number) of each person."""
    numbers: dict[int, set[str]] = defaultdict(set)
    in_use: dict[int, set[str]] = defaultdict(set)
    active: dict[int, str] = {}
    rows = IdentityNumber.objects.filter(resident__in=ids)
    for person, kind, number, is_active in rows.values_list("resident_id", "kind", "number", "is_active"):
        numbers[person].add(number)
        if is_active and kind != NumberKind.CANCELLED:
            in_use[person].add(number)
        if kind == NumberKind.PERSONAL and is_active:
            active[person] = number
    retired = defaultdict(set, {person: held - in_use[person] for person, held in numbers.items()})
    papers = IdentityDocument.objects.filter(resident__in=ids, kind__in=IDENTITY_PAPERS)
    for person, number in papers.values_list("resident_id", "number"):
        numbers[person].add(number)
    return numbers, retired, active


def _parents_of(ids: Collection[int]) -> tuple[dict[tuple[int, str], str], dict[int, set[tuple[str, int]]]]:
    """(name of father and mother, the records they are linked to) of each person."""
    rows = Relation.objects.filter(
        resident__in=ids, kind__in=[RelationKind.FATHER, RelationKind.MOTHER], is_current=True
    )
    names: dict[tuple[int, str], str] = {}
    linked: dict[int, set[tuple[str, int]]] = defaultdict(set)
    fields = ("resident_id", "kind", "name", "person_id", "is_adoptive")
    for person, kind, name, parent, is_adoptive in rows.order_by("-is_adoptive", "pk").values_list(*fields):
        names[person, kind] = name
        if parent is not None and not is_adoptive:
            linked[person].add((kind, parent))
    return names, linked


def holders_of(keys: Collection[Reason]) -> tuple[dict[Reason, set[int]], set[Reason]]:
    """(who holds each key, the keys held by more than LARGEST_GROUP people). Two queries.

    The database stops counting at the limit: a number that a thousand records share costs no more than fifty.
    """
    holders: dict[Reason, set[int]] = defaultdict(set)
    _find_by_number([key for key in keys if key.code != NAME_BIRTH], holders)
    _find_by_name([key for key in keys if key.code == NAME_BIRTH], holders)
    parked = {key for key, people in holders.items() if len(people) > LARGEST_GROUP}
    return {key: people for key, people in holders.items() if key not in parked}, parked


def _find_by_number(keys: list[Reason], holders: dict[Reason, set[int]]) -> None:
    if not keys:
        return
    of_number = {key.key: key for key in keys}
    statement = f"""
        SELECT wanted.number, holder.id
        FROM unnest(%(numbers)s::text[]) AS wanted (number)
        CROSS JOIN LATERAL (
            SELECT person.id
            FROM {Resident._meta.db_table} AS person
            WHERE person.state <> %(merged)s AND person.id IN (
                SELECT resident_id FROM {IdentityNumber._meta.db_table} WHERE number = wanted.number
                UNION ALL
                SELECT resident_id FROM {IdentityDocument._meta.db_table}
                WHERE number = wanted.number AND kind = ANY(%(papers)s)
            )
            LIMIT %(limit)s
        ) AS holder
    """  # noqa: S608 - only table names are put in, from the models
    values: dict[str, Any] = {
        "numbers": list(of_number),
        "merged": ResidentState.MERGED.value,
        "papers": IDENTITY_PAPERS,
        "limit": LARGEST_GROUP + 1,
    }
    for number, person in _rows(statement, values):
        holders[of_number[number]].add(person)


def _find_by_name(keys: list[Reason], holders: dict[Reason, set[int]]) -> None:
    if not keys:
        return
    statement = f"""
        SELECT wanted.place, holder.id
        FROM unnest(%(names)s::text[], %(years)s::int[], %(months)s::int[], %(days)s::int[])
             WITH ORDINALITY AS wanted (name, year, month, day, place)
        CROSS JOIN LATERAL (
            SELECT person.id
            FROM {Resident._meta.db_table} AS person
            WHERE person.name_folded = wanted.name
              AND person.birth_year = wanted.year
              AND person.birth_month IS NOT DISTINCT FROM wanted.month
              AND person.birth_day IS NOT DISTINCT FROM wanted.day
              AND person.state <> %(merged)s
            LIMIT %(limit)s
        ) AS holder
    """  # noqa: S608 - only the table's name is put in, from the model
    parts = [_name_and_birth(key) for key in keys]
    values = {
        "names": [part[0] for part in parts],
        "years": [part[1] for part in parts],
        "months": [part[2] for part in parts],
        "days": [part[3] for part in parts],
        "merged": ResidentState.MERGED.value,
        "limit": LARGEST_GROUP + 1,
    }
    for place, person in _rows(statement, values):
        holders[keys[place - 1]].add(person)


def _name_and_birth(key: Reason) -> tuple[str, int, int | None, int | None]:
    name, _, born = key.key.partition("|")
    year, month, day = [*map(int, born.split("-")), None, None][:3]
    return name, year or 0, month, day


def _rows(statement: str, values: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
