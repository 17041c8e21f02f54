"""The residents as the engine sees them: profiles with their blocking keys beside the records, and who shares one.

The desks that write people write the profile in the same transaction, so that the next check while somebody types finds
it without any worker. For all other changes the mark `matching_due` brings the sweep, which writes it anew.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import connection

from registry.bulk import copy_in
from registry.cleanup.facts import birth_of
from registry.matching.keys import CAP, KEYS, PARTS, hashed, keys_of
from registry.matching.normalise import normalise
from registry.matching.record import Record
from registry.models import (
    IdentityDocument,
    IdentityNumber,
    MatchBusyKey,
    MatchProfile,
    NumberKind,
    Relation,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
    Sex,
)
from registry.values.partial_date import PartialDate

IDENTITY_PAPERS = ["CAN_CUOC", "CCCD_CHIP", "CCCD_MAVACH", "CMND12", "CMND9", "GCN_CAN_CUOC", "VNEID"]
HOMES: list[str] = [ResidenceKind.PERMANENT, ResidenceKind.PRESENT, ResidenceKind.TEMPORARY]
SEXES = {Sex.MALE: "M", Sex.FEMALE: "F"}
TEXTS = {
    "name": "name", "birth": "birth", "sex": "sex", "number": "numbers", "cmnd": "cmnds", "mother": "mother",
    "father": "father", "commune": "commune", "address": "address", "hamlet": "hamlet", "home_town": "home_town",
    "phone": "phone",
}  # fmt: skip
"""Field of a Record -> column of MatchProfile."""

# --- From rows to records


def records_of(ids: Collection[int]) -> dict[int, Record]:
    """Everyone of `ids` who is on the books, normalised. Five queries, however many."""
    people = Resident.objects.on_the_books().filter(pk__in=ids).select_related("commune")
    numbers, parents, homes = _numbers(ids), _parents(ids), _homes(ids)
    return {
        person.pk: normalise(
            {
                "id": str(person.pk),
                "full_name": person.full_name,
                "birth_date": iso(birth_of(person)),
                "sex": SEXES.get(Sex(person.sex), ""),
                "personal_number": " ".join(numbers[person.pk]),
                "cmnd": "",
                "mother_name": parents.get((person.pk, RelationKind.MOTHER), ""),
                "father_name": parents.get((person.pk, RelationKind.FATHER), ""),
                "commune_code": person.commune.code,
                "address": homes.get(person.pk, ""),
                "home_town": person.home_town,
                "phone": person.phone,
            }
        )
        for person in people
    }


def iso(born: PartialDate | None) -> str:
    """YYYY, YYYY-MM or YYYY-MM-DD."""
    if born is None:
        return ""
    return "-".join(f"{part:02d}" for part in (born.year, born.month, born.day) if part is not None)


def _numbers(ids: Collection[int]) -> dict[int, list[str]]:
    """Every number of numbers and papers; those in use first, the personal one before all."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = IdentityNumber.objects.filter(resident__in=ids).order_by("-is_active", "kind", "pk")
    ranked = sorted(
        rows.values_list("resident_id", "kind", "number", "is_active"),
        key=lambda row: (not row[3], row[1] == NumberKind.CANCELLED, row[1] != NumberKind.PERSONAL),
    )
    for owner, _, number, _ in ranked:
        found[owner].append(number)
    papers = IdentityDocument.objects.filter(resident__in=ids, kind__in=IDENTITY_PAPERS).order_by("pk")
    for owner, number in papers.values_list("resident_id", "number"):
        found[owner].append(number)
    return found


def _parents(ids: Collection[int]) -> dict[tuple[int, str], str]:
    rows = Relation.objects.filter(
        resident__in=ids, kind__in=[RelationKind.FATHER, RelationKind.MOTHER], is_current=True
    )
    ordered = rows.order_by("-is_adoptive", "pk")
    return {(owner, kind): name for owner, kind, name in ordered.values_list("resident_id", "kind", "name")}


def _homes(ids: Collection[int]) -> dict[int, str]:
    """Street and hamlet of the place that counts most today."""
    rows = Residence.objects.filter(resident__in=ids, kind__in=HOMES, closed_at=None, to_on=None)
    ordered = sorted(rows.values_list("resident_id", "kind", "street", "hamlet"), key=lambda row: -HOMES.index(row[1]))
    return {owner: ", ".join(filter(None, [street, hamlet])) for owner, _, street, hamlet in ordered}


# --- Profiles


def refresh(ids: Collection[int]) -> dict[int, Record]:
    """Write the profiles of these residents anew and answer their records; who is off the books loses the profile."""
    if not ids:
        return {}
    records = records_of(ids)
    MatchProfile.objects.filter(pk__in=set(ids) - records.keys()).delete()
    MatchProfile.objects.bulk_create(
        [_profile(pk, record) for pk, record in sorted(records.items())],
        update_conflicts=True,
        unique_fields=["resident"],
        update_fields=[*TEXTS.values(), "keys"],
        batch_size=500,
    )
    return records


def write_first(ids: Collection[int]) -> None:
    """As refresh(), for many people who were written just now and have no profile yet."""
    copy_in([_profile(pk, record) for pk, record in sorted(records_of(ids).items())])


def _profile(pk: int, record: Record) -> MatchProfile:
    texts = {column: getattr(record, field) for field, column in TEXTS.items()}
    return MatchProfile(resident_id=pk, keys=keys_of(record), **texts)


def read(ids: Collection[int]) -> dict[int, Record]:
    """The stored profiles as records. One query."""
    rows = MatchProfile.objects.filter(pk__in=ids).values_list("pk", *TEXTS.values())
    return {row[0]: Record(str(row[0]), *row[1:]) for row in rows}


# --- Sharing


def sharing(keys_by_resident: dict[int, list[int]]) -> tuple[set[tuple[int, int]], dict[int, int]]:
    """((lower id, higher id) of everybody who shares a key with these residents, keys that are too common -> holders).

    Two queries. Stops counting at CAP: a key that a thousand people bear costs no more than three hundred.
    """
    wanted = {key for keys in keys_by_resident.values() for key in keys}
    wanted -= _known_busy(wanted)
    holders = _holders(wanted)
    busy = {key: len(people) for key, people in holders.items() if len(people) > CAP}
    pairs = {
        (min(one, other), max(one, other))
        for one, keys in keys_by_resident.items()
        for key in keys
        if key not in busy
        for other in holders.get(key, ())
        if other != one
    }
    return pairs, busy


_BEARING = f"""
    WITH bearing AS MATERIALIZED (
        SELECT resident_id FROM {MatchProfile._meta.db_table} WHERE keys @> ARRAY[wanted.key]
    )
    SELECT resident_id FROM bearing LIMIT %(cap)s + 1
"""  # noqa: S608 - only the table's name is put in, from the model
"""Who bears `wanted.key`, one more than CAP at most. Materialized, or else the planner, which takes every key for a
common one, hopes to come upon the first few sooner by reading the whole table than by the index."""


def _holders(keys: Collection[int]) -> dict[int, list[int]]:
    holders: dict[int, list[int]] = defaultdict(list)
    if not keys:
        return holders
    statement = f"""
        SELECT wanted.key, holder.resident_id
        FROM unnest(%(keys)s::bigint[]) AS wanted (key)
        CROSS JOIN LATERAL (
            {_BEARING}
        ) AS holder
    """  # noqa: S608 - only the table's name is put in, from the model
    with connection.cursor() as cursor:
        cursor.execute(statement, {"keys": _array(keys), "cap": CAP})
        for key, person in cursor.fetchall():
            holders[key].append(person)
    return holders


def _known_busy(keys: Collection[int]) -> set[int]:
    statement = f"SELECT key FROM {MatchBusyKey._meta.db_table} WHERE key = ANY(%s::bigint[])"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [_array(keys)])
        return {row[0] for row in cursor.fetchall()}


def _array(keys: Collection[int]) -> str:
    """As PostgreSQL writes it: thousands of keys as one text, not as a parameter each."""
    return "{" + ",".join(map(str, keys)) + "}"


def kinds_of_keys(record: Record) -> dict[int, str]:
    """Hashed key -> what it is made of ("date + line"), for saying aloud which one is parked."""
    parts = {name: text_of(record) for name, text_of in PARTS.items()}
    return {hashed(key.name, *(parts[part] for part in key.parts)): key.name for key in KEYS}


def candidates_of(record: Record, *, limit: int = CAP) -> dict[int, Record]:
    """Who shares a key with a record that need not be stored; those who share most when there are too many. Two
    queries, the first for the busy keys; a key that proves too common is not followed, as in sharing()."""
    keys = set(keys_of(record))
    keys -= set(MatchBusyKey.objects.filter(pk__in=keys).values_list("pk", flat=True))
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, {"keys": list(keys), "cap": CAP, "limit": limit})
        return {row[0]: Record(str(row[0]), *row[1:]) for row in cursor.fetchall()}


# Key by key, and profiles by their id: planned as one overlap, or as a join, PostgreSQL prefers to read every profile.
_CANDIDATES = f"""
    WITH shared AS MATERIALIZED (
        SELECT wanted.key, holder.resident_id
        FROM unnest(%(keys)s::bigint[]) AS wanted (key)
        CROSS JOIN LATERAL (
            {_BEARING}
        ) AS holder
    ), nearest AS MATERIALIZED (
        SELECT resident_id FROM shared
        WHERE key NOT IN (SELECT key FROM shared GROUP BY key HAVING count(*) > %(cap)s)
        GROUP BY resident_id ORDER BY count(*) DESC, resident_id LIMIT %(limit)s
    )
    SELECT nearest.resident_id, {", ".join(f'profile."{column}"' for column in TEXTS.values())}
    FROM nearest
    CROSS JOIN LATERAL (
        SELECT * FROM {MatchProfile._meta.db_table} WHERE resident_id = nearest.resident_id OFFSET 0
    ) AS profile
"""  # noqa: S608 - only names from the model are put in


def without_profile(limit: int) -> list[int]:
    """Residents on the books who have no profile yet."""
    rows: Iterable[int] = (
        Resident.objects.on_the_books().filter(match_profile=None).order_by("pk").values_list("pk", flat=True)[:limit]
    )
    return list(rows)
