"""A database of the matching benchmark's invented people, with the profiles, counts and parked keys that the check
while typing reads. Residents are the smallest rows that are valid: they bear no words for the one box.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np
import polars as pl

from benchmarks import _people
from benchmarks.matching.generate import generate

A_SLICE = 100_000
Typed = dict[str, str]


@dataclass(frozen=True)
class Question:
    """What an officer types. `same` are the residents who are truly this person; nobody, of a new person."""

    typed: Typed
    same: frozenset[int]


def fill(size: int, *, seed: int, asked: int) -> tuple[list[Question], list[Question]]:
    """Migrate and COPY `size` residents in. Answers `asked` further records of people who are here, and as many of
    people who are not, though most of them have relatives here."""
    from django.core.management import call_command

    started = time.monotonic()
    people, truth = generate(size + 2 * asked, seed, "normal")
    people = people.with_columns(pl.all().fill_null(""), truth["entity_id"])
    copies, strangers = held_out(people, asked)
    here = people.filter(~pl.col("id").is_in([*copies["id"], *strangers["id"]])).with_row_index("pk", offset=1)
    del people
    made = time.monotonic()
    call_command("migrate", verbosity=0)
    normal = write(here)
    written = time.monotonic()
    count(normal)
    print(
        f"{size:,} residents: made in {made - started:.0f} s, written with profiles and indexes in"
        f" {written - made:.0f} s, counted in {time.monotonic() - written:.0f} s",
        flush=True,
    )
    return questions(copies, here), questions(strangers, here)


def held_out(people: pl.DataFrame, asked: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(one record each of people who have several, the record of people who have one)."""
    many = pl.len().over("entity_id") > 1
    first = pl.col("id") == pl.col("id").first().over("entity_id")
    copies = people.filter(many & first).sample(asked, seed=7)
    return copies, people.filter(~many).sample(asked, seed=7)


def questions(asked: pl.DataFrame, here: pl.DataFrame) -> list[Question]:
    owners: dict[int, set[int]] = {}
    theirs = here.join(asked.select("entity_id"), on="entity_id", how="semi")
    for entity, pk in theirs.select("entity_id", "pk").iter_rows():
        owners.setdefault(entity, set()).add(pk)
    return [
        Question({name: text for name, text in row.items() if name not in ("id", "entity_id")},
                 frozenset(owners.get(row["entity_id"], ())))
        for row in asked.to_dicts()
    ]  # fmt: skip


# --- Rows


def write(here: pl.DataFrame) -> pl.DataFrame:
    """Everybody with numbers and profile. Answers the normal forms."""
    from registry.duplicates.index import TEXTS
    from registry.models import IdentityNumber, MatchProfile, Resident

    communes = units(here["commune_code"].unique().sort().to_list())
    normal = normalised(here)
    with _people.at_rest() as cursor:
        _people.copy(cursor, Resident, RESIDENT, residents(here, normal, communes))
        _people.copy(cursor, IdentityNumber, ("resident_id", "kind", "number", "is_active"), numbers(normal))
        _people.copy(cursor, MatchProfile, ("resident_id", *TEXTS.values(), "keys"), profiles(normal))
    return normal


RESIDENT = (
    "id", "public_id", "submit_token", "commune_id", "full_name", "surname", "given_name", "birth_year", "birth_month",
    "birth_day", "sex", "home_town", "phone", "name_folded", "search_text", "sort_key", "state", "scan_due",
    "matching_due",
)  # fmt: skip


def units(codes: list[str]) -> dict[str, int]:
    from accounts.models import Level, Unit

    province = Unit.objects.create(code="20", name="Tỉnh Mẫu", level=Level.PROVINCE, valid_from=_people.SINCE)
    made = Unit.objects.bulk_create(
        Unit(code=code, name=f"Xã Mẫu {code}", level=Level.COMMUNE, parent=province, valid_from=_people.SINCE)
        for code in codes
    )
    return {unit.code: unit.pk for unit in made}


def normalised(here: pl.DataFrame) -> pl.DataFrame:
    """The columns of a Record, `id` being the resident's. In slices: Python's objects take ten times the place."""
    from registry.matching.normalise import RAW_COLUMNS, normalise
    from registry.matching.record import COLUMNS

    raw = here.select(pl.col("pk").cast(pl.String).alias("id"), *RAW_COLUMNS[1:])
    parts = [
        pl.DataFrame(
            [normalise(dict(zip(RAW_COLUMNS, row, strict=True))) for row in part.iter_rows()],
            schema=dict.fromkeys(COLUMNS, pl.String),
            orient="row",
        )
        for part in raw.iter_slices(A_SLICE)
    ]
    return pl.concat(parts)


def residents(here: pl.DataFrame, normal: pl.DataFrame, communes: dict[str, int]) -> Iterator[tuple]:
    from accounts.text import fold

    raw = here.select("pk", "full_name", "sex", "commune_code", "home_town", "phone")
    for (pk, name, sex, commune, home_town, phone), birth in zip(raw.iter_rows(), normal["birth"], strict=True):
        name, words = name[:100], name.split() or [""]
        parts = [int(part) for part in birth.split("-")] if birth else []
        year, month, day = (*parts, None, None, None)[:3]
        folded = fold(name)[:100]
        yield (
            pk, uuid.UUID(int=pk), uuid.UUID(int=pk), communes[commune], name, words[0][:40], words[-1][:40], year,
            month, day, SEXES.get(sex, 0), home_town[:200], phone[:20], folded, "", folded, "living", False, False,
        )  # fmt: skip


SEXES = {"M": 1, "F": 2}


def numbers(normal: pl.DataFrame) -> Iterator[tuple]:
    """A personal number is in use once: who bears it too has it as a retired one."""
    in_use: set[str] = set()
    for pk, personal, cmnd in normal.select("id", "number", "cmnd").iter_rows():
        for number in personal.split():
            yield pk, "SDDCN", number, number not in in_use
            in_use.add(number)
        for number in cmnd.split():
            yield pk, "CMND9", number, False


def profiles(normal: pl.DataFrame) -> Iterator[tuple]:
    from registry.duplicates.index import TEXTS
    from registry.matching.keys import keys_of
    from registry.matching.record import COLUMNS, Record

    assert tuple(TEXTS) == COLUMNS[1:]
    for row in normal.iter_rows():
        yield *row, f"{{{','.join(map(str, keys_of(Record(*row))))}}}"


# --- What the nightly run leaves behind


def count(normal: pl.DataFrame) -> None:
    """Frequencies, the size of the register and the keys that are too common, by the code of the nightly run."""
    from django.db import connection

    from registry.duplicates import everything
    from registry.duplicates.model_in_use import settle
    from registry.matching.batch import Pairs
    from registry.matching.batch.blocks import candidates
    from registry.matching.batch.register import Register

    settle()
    register = Register(normal)
    everything._count(register)
    found = candidates(register)
    none = np.zeros(0, dtype=np.int64)
    everything._keep_parked(register, Pairs(none, none, none.astype(np.int32), none.astype(str), 0, found.parked))
    print(f"{len(found.left):,} pairs share a key, {len(found.parked):,} keys are parked", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def sampled(pairs: list, wanted: int) -> list:
    return Random(7).sample(pairs, min(wanted, len(pairs)))
