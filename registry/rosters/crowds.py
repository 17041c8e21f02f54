"""What several people share, counted over the register and the list together: phones, CMND numbers, addresses."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone

from registry.cleanup.facts import PhoneUse
from registry.cleanup.places import Place
from registry.models import (
    LIVING_STATES,
    IdentityNumber,
    Membership,
    NumberKind,
    Residence,
    ResidenceKind,
    Resident,
    Roster,
    RosterRow,
    RosterState,
)

Writing = tuple[int, str, str, str]
"""Commune, folded address, street, hamlet."""


@dataclass(frozen=True)
class OfFile:
    """Of the rows whose number nobody in the register bears: how many bear a phone or a CMND number."""

    phones: Mapping[str, PhoneUse] = field(default_factory=dict)
    cmnds: Mapping[str, int] = field(default_factory=dict)


_last: dict[tuple[Any, ...], OfFile] = {}


def of_file(roster: Roster, items: Sequence[Any]) -> OfFile:
    """Counted once for all pieces of a check; for a few rows later, only of what these rows bear. Two queries.

    While a list is written, of the rows at hand alone: the others are in the register one after the other, and to look
    through a list of a hundred thousand for every part of it took a third of the time.
    """
    if roster.state == RosterState.APPLYING:
        return _at_hand(items)
    if roster.state != RosterState.CHECKING:
        wanted = {number for item in items for name in ("phone", "cmnd") if (number := item.told.values.get(name, ""))}
        return OfFile(_phones(roster, wanted), _cmnds(roster, wanted))
    key = (roster.pk, roster.step_began_at, connection.settings_dict["NAME"])
    if key not in _last:
        _last.clear()
        _last[key] = OfFile(_phones(roster, None), _cmnds(roster, None))
    return _last[key]


def _at_hand(items: Sequence[Any]) -> OfFile:
    fresh = [item for item in items if item.record is None]
    phones: dict[str, list[str]] = defaultdict(list)
    for item in fresh:
        if phone := item.told.values.get("phone", ""):
            phones[phone].append(item.key)
    cmnds = Counter(number for item in fresh if (number := item.told.values.get("cmnd", "")))
    return OfFile({phone: PhoneUse(len(keys), len({*keys} - {""})) for phone, keys in phones.items()}, cmnds)


_DIGITS = "regexp_replace(typed->>'{}', '[^0-9]', '', 'g')"
_FRESH = f"""
    FROM {RosterRow._meta.db_table} AS x WHERE roster_id = %(roster)s AND typed ? '{{field}}'
        AND state <> 'applied' AND NOT EXISTS (
            SELECT FROM {IdentityNumber._meta.db_table} AS n
            WHERE n.number = x.typed->>'number' AND n.is_active AND n.kind = '{NumberKind.PERSONAL}'
        )
"""


def _phones(roster: Roster, wanted: Collection[str] | None) -> dict[str, PhoneUse]:
    rows = _counted(roster, "phone", "count(DISTINCT nullif(household_key, ''))", wanted)
    return {phone: PhoneUse(people, homes) for phone, people, homes in rows}


def _cmnds(roster: Roster, wanted: Collection[str] | None) -> dict[str, int]:
    return {number: people for number, people, _ in _counted(roster, "cmnd", "0", wanted)}


def _counted(roster: Roster, name: str, homes: str, wanted: Collection[str] | None) -> list[tuple[str, int, int]]:
    """(digits, rows, households); those that one row alone bears are left out unless they were asked for."""
    digits = _DIGITS.format(name)
    narrow = f"AND {digits} = ANY(%(wanted)s)" if wanted is not None else ""
    having = "" if wanted is not None else "HAVING count(*) > 1"
    statement = f"SELECT {digits}, count(*), {homes} {_FRESH.format(field=name)} {narrow} GROUP BY 1 {having}"
    with connection.cursor() as cursor:
        cursor.execute(statement, {"roster": roster.pk, "wanted": list(wanted or ())})
        return cursor.fetchall()


def cancelled(numbers: Collection[str]) -> frozenset[str]:
    rows = IdentityNumber.objects.filter(number__in=numbers, kind=NumberKind.CANCELLED)
    return frozenset(rows.values_list("number", flat=True))


_PLACES = f"""
    SELECT row.unit_id, row.address_folded, row.street, row.hamlet,
        count(DISTINCT row.resident_id), count(DISTINCT membership.household_id)
    FROM (SELECT DISTINCT unit_id, address_folded FROM unnest(%(units)s::bigint[], %(folded)s::text[])
          AS asked (unit_id, address_folded)) AS place
    JOIN {Residence._meta.db_table} AS row USING (unit_id, address_folded)
    JOIN {Resident._meta.db_table} AS person ON person.id = row.resident_id
    LEFT JOIN {Membership._meta.db_table} AS membership
        ON membership.resident_id = row.resident_id AND membership.to_on IS NULL
    WHERE row.kind = '{ResidenceKind.PERMANENT}' AND row.closed_at IS NULL
        AND (row.from_on IS NULL OR row.from_on <= %(today)s) AND (row.to_on IS NULL OR row.to_on >= %(today)s)
        AND person.state IN ({", ".join(f"'{state}'" for state in LIVING_STATES)})
    GROUP BY GROUPING SETS (
        (row.unit_id, row.address_folded), (row.unit_id, row.address_folded, row.street, row.hamlet)
    )
"""  # noqa: S608 - only names of tables and our own codes are put in, from the models


def places_of(new: Mapping[Writing, int]) -> dict[tuple[int, str], Place]:
    """The places at which somebody new will be registered, with everybody who is and will be there. One query."""
    asked = sorted({(unit, folded) for unit, folded, _, _ in new})
    if not asked:
        return {}
    people: Counter[tuple[int, str]] = Counter()
    homes: dict[tuple[int, str], int] = {}
    writings: dict[tuple[int, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    for unit, folded, street, hamlet, many, households in _standing(asked):
        if street is None:
            people[unit, folded], homes[unit, folded] = many, households
        else:
            writings[unit, folded][street, hamlet] = many
    for (unit, folded, street, hamlet), many in new.items():
        people[unit, folded] += many
        writings[unit, folded][street, hamlet] += many
    return {at: Place(*at, people[at], homes.get(at, 0), writings[at]) for at in asked}


def _standing(asked: Sequence[tuple[int, str]]) -> list[tuple]:
    units, folded = zip(*asked, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"units": list(units), "folded": list(folded), "today": timezone.localdate()})
        return cursor.fetchall()
