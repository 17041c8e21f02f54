"""A database of invented people for the benchmarks, filled with COPY; communes lie scattered over the table, as years
of registering scatter them.

History triggers and foreign keys rest meanwhile, and indexes are built afterwards: 3 million take under ten minutes.
"""

import datetime as dt
import itertools
import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context
from random import Random
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg

T = TypeVar("T")
SINCE = dt.date(2025, 7, 1)


def in_a_database_of_its_own(work: Callable[[int], T], size: int) -> T:
    """Run `work(size)` in a process of its own, on an empty database beside the portal's, dropped again afterwards:
    three million people and their indexes take 3 GB."""
    name = f"bench_{work.__module__.rpartition('.')[2].strip('_')}_{size}"
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        try:
            with ProcessPoolExecutor(1, get_context("spawn"), _connect, (address, name)) as process:
                return process.submit(work, size).result()
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _connect(address: str, name: str) -> None:
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    django.setup()


def fill(size: int, *, a_commune: int) -> list:
    """Migrate, make one province with its communes, and COPY `size` residents with their numbers in. Answers the
    communes."""
    from django.core.management import call_command

    from accounts.models import Level, Unit

    started = time.monotonic()
    call_command("migrate", verbosity=0)
    province = Unit.objects.create(code="20", name="Tỉnh Mẫu", level=Level.PROVINCE, valid_from=SINCE)
    communes = [
        Unit.objects.create(code=f"{n:05d}", name=f"Xã Mẫu {n}", level=Level.COMMUNE, parent=province, valid_from=SINCE)
        for n in range(max(1, size // a_commune))
    ]
    with at_rest() as cursor:
        copy_people(cursor, size, communes)
    print(f"{size:,} residents in {len(communes)} communes, filled in {time.monotonic() - started:.0f} s", flush=True)
    return communes


@contextmanager
def at_rest() -> Iterator:
    """A cursor under which no trigger and no foreign key works; tidied up afterwards."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        yield cursor
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def copy_people(cursor, size: int, communes: list) -> None:
    from registry.models import IdentityNumber, Resident

    copy(cursor, Resident, RESIDENT, invented(size, communes))
    numbers = (
        (pk, "SDDCN", number_of(pk, sex=sex, year=year))
        for pk, (sex, year) in enumerate(itertools.islice(births(), size), 1)
    )
    copy(cursor, IdentityNumber, ("resident_id", "kind", "number"), numbers)


RESIDENT = (
    "id", "public_id", "submit_token", "commune_id", "full_name", "surname", "middle_name", "given_name", "birth_year",
    "birth_month", "birth_day", "birth_latest_on", "sex", "phone", "name_folded", "search_text", "sort_key", "state",
    "scan_due", "matching_due",
)  # fmt: skip


def births() -> Iterator[tuple[str, int]]:
    """Sex and year of birth of one after the other, always the same people."""
    random = Random(1)
    while True:
        yield random.choice("12"), random.randint(1935, 2025)


def number_of(pk: int, *, sex: str, year: int) -> str:
    """No real number: the codes of place from 400 on belong to no province."""
    from registry.values.personal_number import prefix_for

    return prefix_for(place_code=f"{400 + pk // 1_000_000:03d}", sex=sex, birth_year=year) + f"{pk % 1_000_000:06d}"


def invented(size: int, communes: list) -> Iterator[tuple]:
    """Names by cohort, one in fifty no longer living here. What follows from a name is worked out once a name."""
    from registry.models import Resident
    from registry.sample.names import NameMaker
    from registry.values import search_words

    random = Random(2)
    maker = NameMaker(random)

    @cache
    def derived(name: str) -> tuple[Resident, str]:
        person = Resident(full_name=name, commune_id=0).derive()
        return person, search_words.stored(
            full_name=name, other_name="", given_name=person.given_name, birth_year=None, commune=None
        )

    for pk, (sex, year) in enumerate(itertools.islice(births(), size), 1):
        name, commune = maker.full_name(sex=sex, birth_year=year), communes[pk % len(communes)].pk
        month, day = random.randint(1, 12), random.randint(1, 28)
        person, words = derived(name)[0], plain_words(derived(name)[1], year)
        yield (
            pk, uuid.UUID(int=pk), uuid.UUID(int=pk), commune, name, person.surname, person.middle_name,
            person.given_name, year, month, day, dt.date(year, month, day), sex,
            f"09{random.randint(0, 99_999_999):08d}", person.name_folded,
            f"{words} {' '.join(f'c{commune}x{word}' for word in words.split())}",
            person.sort_key, "deceased" if random.random() < 0.02 else "living", False, False,
        )  # fmt: skip


def add_homes(size: int, commune, *, head: int) -> None:
    """Four people a home, of whom the first is its head, and where everybody lives. For one commune."""
    with at_rest() as cursor:
        copy_homes(cursor, size, commune, head)


def copy_homes(cursor, size: int, commune, head: int) -> None:
    from registry.models import Household, Membership, Residence

    homes, since = range(1, size // HOME + 1), dt.date(2010, 1, 1)
    copy(cursor, Household, ("id", "public_id", "commune_id", "code", "hamlet", "street"), (
        (home, uuid.UUID(int=home), commune.pk, f"{home:05d}", hamlet_of(home), f"Số {home}") for home in homes
    ))  # fmt: skip
    copy(cursor, Membership, ("household_id", "resident_id", "role_id", "from_on"), (
        (home, HOME * (home - 1) + place, head if place == 1 else None, since)
        for home in homes for place in range(1, HOME + 1)
    ))  # fmt: skip
    copy(cursor, Residence, ("public_id", "resident_id", "kind", "unit_id", "hamlet", "street", "from_on"), (
        (uuid.UUID(int=pk), pk, "permanent", commune.pk, hamlet_of(1 + (pk - 1) // HOME), f"Số {pk}", since)
        for pk in range(1, size + 1)
    ))  # fmt: skip


HOME, HAMLETS = 4, 24


def hamlet_of(home: int) -> str:
    return f"Thôn {1 + home % HAMLETS}"


def plain_words(stored: str, year: int) -> str:
    """search_words.stored() without a commune repeats its words behind "cNonex"; the year stands among them."""
    return " ".join([*(word for word in stored.split() if not word.startswith("cNonex")), str(year)])


def copy(cursor, model, columns: tuple[str, ...], rows: Iterator[tuple]) -> None:
    """COPY rows of a model; columns that a row does not name take the field's default. Indexes are built afterwards."""
    named = ", ".join(f'"{name}"' for name in columns)
    with bare(cursor, model, columns), cursor.copy(f"COPY {model._meta.db_table} ({named}) FROM STDIN") as out:
        for row in rows:
            out.write_row(row)


@contextmanager
def bare(cursor, model, columns: Iterable[str]) -> Iterator[None]:
    """A table without its indexes, whose columns other than these take the field's default by themselves."""
    table, blank = model._meta.db_table, model()
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN "
        "(SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)", [table, table],
    )  # fmt: skip
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    others = [one for one in model._meta.concrete_fields if one.attname not in columns and one.attname != "id"]
    for field in others:
        default = field.get_db_prep_save(field.pre_save(blank, True), cursor.db)
        if default is not None:
            cursor.execute(f'ALTER TABLE {table} ALTER "{field.column}" SET DEFAULT {as_literal(cursor, default)}')
    yield
    for field in others:
        cursor.execute(f'ALTER TABLE {table} ALTER "{field.column}" DROP DEFAULT')
    for _, definition in indexes:
        cursor.execute(definition)


def as_literal(cursor, value: object) -> str:
    from psycopg import sql

    return sql.Literal(value).as_string(cursor.connection)
