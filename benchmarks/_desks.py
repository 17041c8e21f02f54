"""What the desks leave behind of the people of _people.py, grown within the database: homes, papers, cases, files with
their steps and cards, accounts, suspected pairs, changes and lines of the trail, in the numbers of a real commune
(facts 11: about 8 files in a hundred people a year, three of four grown-ups with a card).

Everything follows from which of the commune's people (`n`) somebody is: the same register every time.
"""

from __future__ import annotations

import time

from benchmarks import _people

HOME, HAMLETS, OFFICERS = 4, 24, 6
PASSWORD = "MauSon@2026"


def grow(communes: list) -> dict[int, list]:
    """Everything of everybody who is here. Answers the officers of each commune, the chief first."""
    started = time.monotonic()
    officers = _officers(communes)
    with _people.at_rest() as cursor:
        cursor.execute(
            "CREATE TABLE who AS SELECT unit_id AS commune, array_agg(id ORDER BY id) AS ids"
            " FROM accounts_officer WHERE unit_id IS NOT NULL GROUP BY 1"
        )
        cursor.execute("CREATE UNIQUE INDEX ON who (commune)")
        cursor.execute(f"CREATE VIEW numbered AS SELECT *, id / {len(communes)} AS n FROM registry_resident")
        for work in (_homes, _papers, _cases, _files, _accounts, _pairs, _changes, _trail):
            work(cursor, len(communes))
        cursor.execute("DROP VIEW numbered; DROP TABLE who")
    print(f"desks filled in {time.monotonic() - started:.0f} s", flush=True)
    return officers


def _officers(communes: list) -> dict[int, list]:
    from django.contrib.auth.hashers import make_password

    from accounts.models import Officer
    from accounts.roles import Role
    from registry.models import Hamlet

    password = make_password(PASSWORD)
    made = Officer.objects.bulk_create(
        Officer(badge_number=f"{unit.code}-{n}", full_name=f"Lê Mẫu {n}", unit=unit, password=password,
                role=Role.OFFICER if n else Role.CHIEF)
        for unit in communes for n in range(OFFICERS + 1)
    )  # fmt: skip
    found: dict[int, list] = {}
    for one in made:
        found.setdefault(one.unit_id, []).append(one)
    hamlets = [
        Hamlet(commune=unit, name=f"Thôn {n}", name_folded=f"thon {n}", sort_key=f"{n:03d}",
               officer=found[unit.pk][1 + n % OFFICERS])
        for unit in communes for n in range(1, HAMLETS + 1)
    ]  # fmt: skip
    Hamlet.objects.bulk_create(hamlets)
    return found


def _grow(cursor, model, columns: dict[str, str], source: str) -> None:
    """INSERT … SELECT these expressions; what is not named takes the field's default."""
    from django.db.models import UUIDField

    own = {one.column: "gen_random_uuid()" for one in model._meta.concrete_fields
           if isinstance(one, UUIDField) and one.unique}  # fmt: skip
    columns = own | columns
    named = ", ".join(f'"{name}"' for name in columns)
    with _people.bare(cursor, model, columns):
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({named}) SELECT {', '.join(columns.values())} FROM {source}"
        )


PERSON = "numbered r"
WITH_OFFICERS = f"{PERSON} JOIN who w ON w.commune = r.commune_id"
BY = "w.ids[2 + r.n % 6]"
AGO = "now() - interval '1 day' * {}"


def _homes(cursor, communes: int) -> None:
    from registry.models import Household, Membership, Residence

    place = "r.n"
    home = f"({place} / {HOME}) * {communes} + r.id % {communes} + 1"
    hamlet = f"'Thôn ' || (1 + {place} / {HOME} % {HAMLETS})"
    since = "date '2012-01-01' + (r.n % 4000)::int"
    _grow(cursor, Household, {
        "id": home, "commune_id": "r.commune_id", "code": f"lpad(({place} / {HOME})::text, 6, '0')",
        "hamlet": hamlet, "street": f"'Số ' || {place}", "created_at": AGO.format(800),
    }, f"{PERSON} WHERE {place} % {HOME} = 0")  # fmt: skip
    _grow(cursor, Membership, {"household_id": home, "resident_id": "r.id", "from_on": since}, PERSON)
    _grow(cursor, Residence, {
        "resident_id": "r.id", "unit_id": "r.commune_id", "hamlet": hamlet, "street": f"'Số ' || {place}",
        "kind": "CASE WHEN r.n % 25 = 0 THEN 'temporary' ELSE 'permanent' END", "from_on": since,
    }, PERSON)  # fmt: skip


def _papers(cursor, communes: int) -> None:
    from registry.models import IdentityDocument

    _grow(
        cursor,
        IdentityDocument,
        {
            "resident_id": "r.id",
            "commune_id": "r.commune_id",
            "kind": "'CAN_CUOC'",
            "number": "lpad(r.id::text, 12, '0')",
            "issued_on": "current_date - (r.n % 2000)::int",
            "issued_by": "'Bộ Công an'",
            "expires_on": "current_date + (r.n % 3000)::int - 60",
        },
        f"{PERSON} WHERE r.n % 100 < CASE WHEN birth_year < 2013 THEN 88 WHEN birth_year < 2020 THEN 40 ELSE 12 END",
    )
    # fmt: skip


def _cases(cursor, communes: int) -> None:
    """Six in a hundred have something serious open, six had, and ten are reminded of something."""
    from registry.models import Finding

    rule = "(ARRAY['D08','D04','E06','E01','S05','S12','L05','L13'])[1 + r.n % 8]"
    for which, severity, state in (
        ("r.n % 100 < 6", "error", "open"), ("r.n % 100 BETWEEN 6 AND 11", "error", "closed"),
        ("r.n % 100 BETWEEN 12 AND 21", "remind", "open"),
    ):  # fmt: skip
        opened = AGO.format("(10 + r.n * 37 % 300)")
        _grow(cursor, Finding, {
            "resident_id": "r.id", "commune_id": "r.commune_id", "rule": rule, "group": f"left({rule}, 1)",
            "severity": f"'{severity}'", "state": f"'{state}'", "opened_at": opened,
            "closed_at": f"{opened} + interval '9 days'" if state == "closed" else "NULL::timestamptz",
        }, f"{PERSON} WHERE {which}")  # fmt: skip


def _files(cursor, communes: int) -> None:
    """One in six made a card in the last two years. A file takes eight days; of the last weeks some wait."""
    from cards.models import Application, Step, StockCard

    days = "(r.n / 6 * 31 % 730)"
    state = f"""CASE WHEN {days} < 2 THEN 'received' WHEN {days} < 6 THEN 'sent_up' WHEN {days} < 8 THEN 'printing'
                WHEN {days} < 20 AND r.n % 4 = 0 THEN 'arrived' ELSE 'handed_over' END"""
    _grow(cursor, Application, {
        "id": "r.id", "resident_id": "r.id", "commune_id": "r.commune_id", "year": "2026", "serial": "r.n",
        "kind": "(ARRAY['first','change','change','reissue'])[1 + r.n % 4]",
        "reason": "CASE WHEN r.n % 4 = 0 THEN (ARRAY['from_14','from_6','under_6'])[1 + r.n % 3] ELSE 'g' END",
        "state": state, "received_at": AGO.format(days), "created_at": AGO.format(days),
        "promised_on": f"(current_date - {days}::int) + 9", "created_by_id": BY, "assigned_to_id": BY,
    }, f"{WITH_OFFICERS} WHERE r.n % 6 = 0")  # fmt: skip
    steps = """(VALUES (0, 'receive', 'received', 0), (1, 'send_up', 'sent_up', 2), (2, 'print', 'printing', 6),
               (3, 'arrive', 'arrived', 8), (4, 'hand_over', 'handed_over', 11)) AS s(n, move, state, after)"""
    reached = """CASE a.state WHEN 'received' THEN 0 WHEN 'sent_up' THEN 1 WHEN 'printing' THEN 2
                 WHEN 'arrived' THEN 3 ELSE 4 END"""
    _grow(cursor, Step, {
        "application_id": "a.id", "move": "s.move", "to_state": "s.state", "by_id": "a.created_by_id",
        "at": "least(now(), a.received_at + interval '1 day' * s.after)",
    }, f"cards_application a JOIN {steps} ON s.n <= {reached}")  # fmt: skip
    arrived = "least(now(), a.received_at + interval '8 days')"
    handed = "CASE WHEN a.state = 'handed_over' THEN {} END"
    _grow(cursor, StockCard, {
        "application_id": "a.id", "commune_id": "a.commune_id", "arrived_by_id": "a.created_by_id",
        "arrived_at": arrived, "state": "CASE WHEN a.state = 'handed_over' THEN 'handed_over' ELSE 'here' END",
        "handed_at": handed.format("least(now(), a.received_at + interval '11 days')"),
        "handed_by_id": handed.format("a.created_by_id"),
    }, "cards_application a WHERE a.state IN ('arrived', 'handed_over')")  # fmt: skip


def _accounts(cursor, communes: int) -> None:
    from cards.models import EidAccount

    collected = AGO.format("(5 + r.n * 13 % 900)")
    activated = f"CASE WHEN r.n % 9 > 0 THEN {collected} + interval '4 days' END"
    _grow(cursor, EidAccount, {
        "resident_id": "r.id", "commune_id": "r.commune_id", "level": "CASE WHEN r.n % 10 = 0 THEN 1 ELSE 2 END",
        "state": "CASE WHEN r.n % 9 > 0 THEN 'activated' ELSE 'granted' END",
        "collected_at": collected, "collected_by_id": BY, "approved_at": collected, "approved_by_id": BY,
        "granted_at": f"{collected} + interval '3 days'", "granted_by_id": BY,
        "activated_at": activated, "activated_by_id": f"CASE WHEN r.n % 9 > 0 THEN {BY} END",
    }, f"{WITH_OFFICERS} WHERE birth_year < 2013 AND r.n % 100 < 65")  # fmt: skip


def _pairs(cursor, communes: int) -> None:
    """One in 250, every fifth of two communes; half of them decided."""
    from registry.models import DuplicatePair

    other = f"r.id + CASE WHEN r.n % 1250 = 0 THEN 1 ELSE {communes} END"
    commune = f"(SELECT commune_id FROM registry_resident WHERE id = {other})"
    _grow(cursor, DuplicatePair, {
        "left_id": "r.id", "right_id": other, "left_commune_id": "r.commune_id", "right_commune_id": commune,
        "score": "640", "found_at": AGO.format("(10 + r.n % 300)"),
        "state": "CASE WHEN r.n % 500 = 0 THEN 'different' ELSE 'suspected' END",
        "decided_at": f"CASE WHEN r.n % 500 = 0 THEN {AGO.format('(r.n % 9)')} END",
        "decided_by_id": f"CASE WHEN r.n % 500 = 0 THEN {BY} END",
    }, f"{WITH_OFFICERS} WHERE r.n % 250 = 0 AND {other} <= (SELECT max(id) FROM registry_resident)")  # fmt: skip


def _changes(cursor, communes: int) -> None:
    from registry.models import Change

    decided = AGO.format("(r.n * 7 % 700)")
    _grow(cursor, Change, {
        "resident_id": "r.id", "commune_id": "r.commune_id", "created_by_id": BY, "decided_by_id": BY,
        "kind": "(ARRAY['dang-ky-thuong-tru','dang-ky-tam-tru','xoa-thuong-tru','tam-vang','luu-tru'])[1 + r.n % 5]",
        "state": "'applied'", "decided_at": decided, "created_at": decided,
    }, f"{WITH_OFFICERS} WHERE r.n % 17 = 0")  # fmt: skip


def _trail(cursor, communes: int) -> None:
    """Every third record was written or looked at once: the trail is the largest table of a real portal."""
    from accounts.models import AuditEvent

    _grow(cursor, AuditEvent, {
        "at": AGO.format("(r.n * 11 % 500)"), "unit_code": "u.code", "province_code": "p.code", "sentence": "'Mẫu'",
        "action": "CASE WHEN r.n % 40 = 0 THEN 'search_outside' WHEN r.n % 3 = 0 THEN 'change' ELSE 'view' END",
        "actor_badge": "u.code || '-' || (1 + r.n % 6)", "target_kind": "'cư dân'",
    }, f"{PERSON} JOIN accounts_unit u ON u.id = r.commune_id JOIN accounts_unit p ON p.id = u.parent_id"
       " WHERE r.n % 3 > 0")  # fmt: skip
