"""The one box against a stock admin search (`icontains` over the same columns), in the same run on the same people.

    make bench NAME=search SIZE=300000

Fills a database of its own with SIZE invented residents, 30,000 a commune, and asks both for the same things as an
officer of one commune. Prints p50 and p95 in milliseconds; the last line is JSON with the worst p95 of ours, the
rival's at that question, and their ratio. The very common word is shown but left out of the worst, as it is for both.
"""

import argparse
import datetime as dt
import json
import os
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from random import Random
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg

A_COMMUNE = 30_000
ASKED = 60
COMMON = "one very common word"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=30_000)
    size = parser.parse_args().size
    own_database(size)
    django.setup()
    officer, asked = fill(size)
    rows = [(kind, *measure(kind, texts, officer)) for kind, texts in asked.items()]
    report(size, rows)


def own_database(size: int) -> None:
    """An empty database beside the portal's, named in DATABASE_URL for what follows."""
    url = urlsplit(os.environ["DATABASE_URL"])
    name = f"bench_search_{size}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
    os.environ["DATABASE_URL"] = urlunsplit(url._replace(path=f"/{name}"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")


def fill(size: int):
    """Migrate, make communes and an officer, and COPY the people in. Answers the officer and what will be asked."""
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import Level, Officer, Unit

    started = time.monotonic()
    call_command("migrate", verbosity=0)
    province = Unit.objects.create(code="20", name="Tỉnh Mẫu", level=Level.PROVINCE, valid_from=dt.date(2025, 7, 1))
    communes = [
        Unit.objects.create(code=f"{n:05d}", name=f"Xã Mẫu {n}", level=Level.COMMUNE, parent=province,
                            valid_from=dt.date(2025, 7, 1))
        for n in range(max(1, size // A_COMMUNE))
    ]  # fmt: skip
    officer = Officer.objects.create_user("B-1", "MauSon@2026", full_name="Lê Mẫu Hải", unit=communes[0])
    ours = copy_people(size, communes)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{size:,} residents in {len(communes)} communes, filled in {time.monotonic() - started:.0f} s")
    random = Random(7)
    picked = random.sample(ours, ASKED)
    return officer, {
        "number": [number for _, _, number in picked],
        "full name": [name for name, _, _ in picked],
        "two words and year": [f"{name.split()[0]} {name.split()[-1]} {year}" for name, year, _ in picked],
        "no hit": [f"Khôngai {random.choice('ABCDEGH')}xyz{n}" for n in range(ASKED)],
        COMMON: ["nguyen"] * ASKED,
    }


def copy_people(size: int, communes: list) -> list[tuple[str, int, str]]:
    """COPY residents and their numbers; triggers of history rest meanwhile. Answers those of the first commune."""
    from django.db import connection

    from registry.models import IdentityNumber, Resident

    people = list(invented(size, communes))
    with connection.cursor() as cursor:
        for model in (Resident, IdentityNumber):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")
        copy(
            cursor,
            Resident,
            (dict(zip(("id", *RESIDENT), (pk, *row[:-1]), strict=True)) for pk, row in enumerate(people, 1)),
        )
        copy(cursor, IdentityNumber, (
            {"id": pk, "resident_id": pk, "number": row[-1], "kind": "SDDCN", "is_active": True}
            for pk, row in enumerate(people, 1)
        ))  # fmt: skip
    return [(row[3], row[7], row[-1]) for row in people if row[2] == communes[0].pk]


RESIDENT = (
    "public_id", "submit_token", "commune_id", "full_name", "surname", "middle_name", "given_name", "birth_year",
    "birth_month", "birth_day", "birth_latest_on", "sex", "phone", "name_folded", "search_text", "sort_key",
)  # fmt: skip


def invented(size: int, communes: list) -> Iterator[tuple]:
    from accounts.text import fold
    from registry.models import Resident
    from registry.sample.names import NameMaker
    from registry.values.personal_number import prefix_for

    random = Random(1)
    maker = NameMaker(random)
    for n in range(size):
        sex, year = random.choice("12"), random.randint(1935, 2025)
        name = maker.full_name(sex=sex, birth_year=year)
        commune = communes[n % len(communes)]
        person = Resident(commune_id=commune.pk, full_name=name, birth_year=year, birth_month=random.randint(1, 12),
                          birth_day=random.randint(1, 28), sex=int(sex)).derive()  # fmt: skip
        number = prefix_for(place_code="020", sex=sex, birth_year=year) + f"{n % 1_000_000:06d}"
        if n >= 1_000_000:
            number = f"{2 + n // 1_000_000:03d}" + number[3:]
        yield (
            uuid.UUID(int=random.getrandbits(128), version=4), uuid.UUID(int=random.getrandbits(128), version=4),
            commune.pk, name, person.surname, person.middle_name, person.given_name, year, person.birth_month,
            person.birth_day, person.birth_latest_on, int(sex), f"09{random.randint(0, 99_999_999):08d}", fold(name),
            person.search_text, person.sort_key, number,
        )  # fmt: skip


def copy(cursor, model, rows: Iterator[dict]) -> None:
    """COPY rows of a model; columns that a row does not name take the field's default."""
    blank = model()
    fields = model._meta.concrete_fields
    defaults = {field.attname: field.pre_save(blank, True) for field in fields}
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as out:
        for row in rows:
            out.write_row([row.get(field.attname, defaults[field.attname]) for field in fields])


def measure(kind: str, texts: list[str], officer) -> tuple[list[float], list[float]]:
    """Milliseconds of ours and of the rival, one after the other on each text, so that neither has the warmer cache."""
    from registry.residents.search import find

    pairs = [(timed(lambda t=text: find(t, officer)), timed(lambda t=text: stock(t, officer))) for text in texts]
    return [ours for ours, _ in pairs], [rival for _, rival in pairs]


def stock(text: str, officer) -> list:
    """What Django's admin does with `search_fields = [full_name, phone, numbers__number, birth_year]`."""
    from django.db.models import Q

    from registry.models import Resident

    rows = Resident.objects.in_scope(officer).select_related("commune")
    for word in text.split():
        rows = rows.filter(
            Q(full_name__icontains=word)
            | Q(phone__icontains=word)
            | Q(numbers__number__icontains=word)
            | Q(birth_year__icontains=word)
        )
    return list(rows.distinct()[:50])


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def report(size: int, rows: list[tuple[str, list[float], list[float]]]) -> None:
    print(f"{'':24}{'ours p50':>10}{'p95':>10}{'stock p50':>12}{'p95':>10}   ms")
    for kind, ours, rival in rows:
        print(
            f"{kind:24}{statistics.median(ours):10.1f}{p95(ours):10.1f}{statistics.median(rival):12.1f}{p95(rival):10.1f}"
        )
    kind, ours, rival = max((row for row in rows if row[0] != COMMON), key=lambda row: p95(row[1]))
    print(
        json.dumps(
            {
                "name": "search",
                "size": size,
                "question": kind,
                "ours": round(p95(ours), 2),
                "rival": round(p95(rival), 2),
                "ratio": round(p95(rival) / p95(ours), 2),
            }
        )
    )


if __name__ == "__main__":
    main()
