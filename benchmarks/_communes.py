"""The sample's two communes, planted faults and all, copied until there are as many people as asked for.

A copy is another commune: numbers, telephones and streets are others, names and faults the same. Nothing is written by
way of the history triggers, which the first hour of a real register pays once.
"""

from __future__ import annotations

import time

ROWS = ("residence", "identitydocument", "relation", "cardscan")


def fill(size: int, *, seed: int = 7, a_commune: int = 30_000) -> int:
    """Migrate, plant two communes of the sample and copy one of them. Answers how many people there are."""
    from django.core.management import call_command
    from django.db import connection

    from accounts.units.load import load_units
    from cards.management.commands import fill_sample
    from registry.models import Resident

    started = time.monotonic()
    call_command("migrate", verbosity=0)
    load_units()
    base = min(3_000, size)
    fill_sample.write(residents=base, seed=seed)
    commune = Resident.objects.order_by("pk").values_list("commune", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_ONLY, [commune])
        people = _count(cursor)
        copies = max(0, round(size / people) - 1)
        each = max(1, a_commune // people)
        for copy in range(1, copies + 1):
            _copy(cursor, copy, commune, f"9{copy // each:04d}" if copy >= each else None)
        cursor.execute("SET session_replication_role = origin")
        for model in ("resident", *ROWS, "identitynumber", "household", "membership"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('registry_{model}', 'id'), max(id)) FROM registry_{model}"
            )
        cursor.execute("UPDATE registry_resident SET scan_due = false, matching_due = false")
        people = _count(cursor)
        cursor.execute("VACUUM ANALYZE")
    print(
        f"{people:,} residents in {1 + copies // each} communes, made in {time.monotonic() - started:.0f} s", flush=True
    )
    return people


def _count(cursor) -> int:
    cursor.execute("SELECT count(*) FROM registry_resident")
    return cursor.fetchone()[0]


# The second commune, findings and marks go; what is left is what is copied.
_ONLY = """
    CREATE TEMP TABLE kept AS SELECT id FROM registry_resident WHERE commune_id = %s;
    DELETE FROM registry_finding;
    DELETE FROM registry_duplicatepair;
    DELETE FROM registry_duplicatecase;
    DELETE FROM registry_matchprofile;
    DELETE FROM cards_application WHERE resident_id NOT IN (SELECT id FROM kept);
    DELETE FROM registry_membership WHERE resident_id NOT IN (SELECT id FROM kept);
    DELETE FROM registry_household WHERE id NOT IN (SELECT household_id FROM registry_membership);
    DELETE FROM registry_relation WHERE resident_id NOT IN (SELECT id FROM kept);
    UPDATE registry_relation SET person_id = NULL WHERE person_id NOT IN (SELECT id FROM kept);
    DELETE FROM registry_residence WHERE resident_id NOT IN (SELECT id FROM kept);
    DELETE FROM registry_identitydocument WHERE resident_id NOT IN (SELECT id FROM kept);
    DELETE FROM registry_identitynumber WHERE resident_id NOT IN (SELECT id FROM kept);
    DELETE FROM registry_cardscan WHERE resident_id NOT IN (SELECT id FROM kept);
    DELETE FROM registry_resident WHERE id NOT IN (SELECT id FROM kept);
"""


def _copy(cursor, copy: int, commune: int, code: str | None) -> None:
    """One more time everybody of `kept`; in a commune of their own when `code` names it, else with the first."""
    shift = copy * 10_000_000
    target = commune
    if code is not None:
        cursor.execute("SELECT id FROM accounts_unit WHERE code = %s", [code])
        row = cursor.fetchone()
        if row is None:
            columns = _columns(cursor, "accounts_unit", leave_out={"id", "code", "public_id"})
            uuid = ", public_id" if "public_id" in _all_columns(cursor, "accounts_unit") else ""
            made = ", gen_random_uuid()" if uuid else ""
            cursor.execute(
                f"INSERT INTO accounts_unit (code{uuid}, {columns}) SELECT %s{made}, {columns} FROM accounts_unit"
                " WHERE id = %s RETURNING id", [code, commune],
            )  # fmt: skip
            row = cursor.fetchone()
        target = row[0]
    given = {"shift": shift, "copy": copy, "commune": target, "old": commune}
    other_phone = (
        "CASE WHEN phone ~ '^0[35789][0-9]{8}$'"
        " THEN '09' || lpad((abs(hashtext(phone || %(copy)s::text)) %% 100000000)::text, 8, '0') ELSE phone END"
    )
    unit = "CASE WHEN {0} = %(old)s THEN %(commune)s ELSE {0} END"
    _insert(cursor, "registry_resident", given, "x.id IN (SELECT id FROM kept)", {
        "commune_id": "%(commune)s", "phone": other_phone, "home_town_unit_id": unit.format("home_town_unit_id"),
        "birth_registration_unit_id": unit.format("birth_registration_unit_id"), "submit_token": "gen_random_uuid()",
    })  # fmt: skip
    in_kept = "x.resident_id IN (SELECT id FROM kept)"
    moved = {"resident_id": "resident_id + %(shift)s"}
    other_number = (
        "CASE WHEN number ~ '^[0-9]{12}$' THEN left(number, 6) || lpad(((substr(number, 7)::int + %(copy)s * 7919)"
        " %% 1000000)::text, 6, '0') WHEN number ~ '^[0-9]{9}$'"
        " THEN lpad(((number::bigint + %(copy)s * 104729) %% 1000000000)::text, 9, '0') ELSE number END"
    )
    # Two of a million may meet; the later one goes without.
    cursor.execute("SELECT 1")
    _insert(
        cursor, "registry_identitynumber", given, in_kept, moved | {"number": other_number}, "ON CONFLICT DO NOTHING"
    )
    _insert(cursor, "registry_relation", given, in_kept, moved | {"person_id": "person_id + %(shift)s"})
    _insert(cursor, "registry_identitydocument", given, in_kept, moved | {"number": other_number})
    _insert(cursor, "registry_cardscan", given, in_kept, moved)
    other_street = "CASE WHEN street = '' THEN '' ELSE left(street, 130) || ' ngõ ' || %(copy)s END"
    _insert(cursor, "registry_residence", given, in_kept, moved | {
        "unit_id": unit.format("unit_id"), "street": other_street,
        "address_folded": "CASE WHEN street = '' THEN address_folded ELSE left(address_folded, 280) || ' ngo '"
                          " || %(copy)s END",
    })  # fmt: skip
    _insert(cursor, "registry_household", given, "x.id < 10000000",
            {"commune_id": "%(commune)s", "code": "left(%(copy)s || '-' || code, 10)"})  # fmt: skip
    _insert(cursor, "registry_membership", given, in_kept, moved | {"household_id": "household_id + %(shift)s"})


def _all_columns(cursor, table: str) -> list[str]:
    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    return [row[0] for row in cursor.fetchall()]


def _columns(cursor, table: str, *, leave_out: set[str]) -> str:
    return ", ".join(f'"{name}"' for name in _all_columns(cursor, table) if name not in leave_out)


def _insert(cursor, table: str, given: dict, where: str, changed: dict[str, str], more: str = "") -> None:
    """Copy the rows that `where` names, with the id shifted and these columns computed."""
    names = _all_columns(cursor, table)
    values = {"id": "id + %(shift)s", "public_id": "gen_random_uuid()"} | changed
    listed = ", ".join(f'"{name}"' for name in names)
    picked = ", ".join(values.get(name, f'"{name}"') for name in names)
    cursor.execute(f"INSERT INTO {table} ({listed}) SELECT {picked} FROM {table} AS x WHERE {where} {more}", given)
