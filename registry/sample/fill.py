"""Writes a sample: two communes next to each other, everybody in them invented, flaws and duplicates on purpose.

The same seed and day make the same people. Nothing is ever deleted: a database that holds residents is refused.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, cycle
from random import Random

from django.db import models, transaction

from accounts.models import Level, Officer, Unit
from registry.bulk import check_references_at_once
from registry.models import ChangedPerson, Hamlet, HouseholdRole, Resident
from registry.sample import (
    duplicates,
    planting_places,  # noqa: F401 - its plants join the table
    planting_work,  # noqa: F401 - its plants join the table
)
from registry.sample.homes import HomeMaker
from registry.sample.names import NameMaker
from registry.sample.papers import Numbers
from registry.sample.people import BIRTH_PROVINCE_SHARES, PeopleMaker, Setting
from registry.sample.places import PlaceMaker
from registry.sample.planting import PER_RULE, Field
from registry.sample.sheet import Home, Sheet

BATCH = 1000
LEAST_RESIDENTS = 900
"""Fewer people do not offer somebody for every flaw."""
TRIES = 20
OLD_COMMUNES_A_PROVINCE = 12
PLACES_ELSEWHERE = 8


class FillRefused(Exception):
    """The sample was not written; the message says why. Nothing is changed."""


@dataclass
class Filled:
    """What was written. `truth`: rule -> public ids it must find; `pairs`: kind -> pairs of public ids."""

    residents: int = 0
    households: int = 0
    truth: dict[str, list[str]] = field(default_factory=dict)
    pairs: dict[str, list[list[str]]] = field(default_factory=dict)


@transaction.atomic
def fill(
    communes: Sequence[Unit], *, officers: dict[int, list[Officer]], residents: int, seed: int, today: dt.date
) -> Filled:
    """Write `residents` people into each commune. `officers`: commune id -> who visited and recorded there."""
    if Resident.objects.exists():
        raise FillRefused("Đã có cư dân trong cơ sở dữ liệu: dữ liệu mẫu chỉ ghi vào cơ sở dữ liệu trống.")
    if residents < LEAST_RESIDENTS:
        raise FillRefused(f"Mỗi xã cần ít nhất {LEAST_RESIDENTS} cư dân mẫu.")
    fields, pairs = imagine(communes, officers, residents, seed, today)
    check_references_at_once()
    for commune, one in zip(communes, fields, strict=True):
        keepers = cycle(officers[commune.pk])  # each officer looks after some of the hamlets
        _save(Hamlet(commune=commune, name=name, officer=next(keepers)).derive() for name in one.homes.hamlets)
        _write(one.homes.homes, one.sheets)
    return Filled(
        residents=sum(len(one.sheets) for one in fields),
        households=sum(len(one.homes.homes) for one in fields),
        truth=_public_truth(fields),
        pairs={kind: [[str(one.resident.public_id) for one in pair] for pair in rows] for kind, rows in pairs.items()},
    )


def imagine(
    communes: Sequence[Unit], officers: dict[int, list[Officer]], count: int, seed: int, today: dt.date
) -> tuple[list[Field], duplicates.Pairs]:
    """The people of each commune on paper, flaws and duplicates among them.

    One in ten samples of the smallest size has nobody left for some flaw: then other people are imagined, the same ones
    for the same seed and day. Raises LookupError when no attempt has somebody for every flaw.
    """
    for attempt in range(TRIES):
        try:
            return _sown(_imagine(communes, officers, count, Random(f"{seed} {attempt}" if attempt else seed), today))
        except LookupError:
            if attempt == TRIES - 1:
                raise
    raise AssertionError("at least one attempt")


def _sown(fields: list[Field]) -> tuple[list[Field], duplicates.Pairs]:
    for one in fields:
        one.sow()
    return fields, duplicates.sow(fields)


def _imagine(
    communes: Sequence[Unit], officers: dict[int, list[Officer]], count: int, random: Random, today: dt.date
) -> list[Field]:
    """The people of each commune, still on paper and with nothing wrong."""
    numbers, names = Numbers(random), NameMaker(random, region="north")
    roles = {role.code: role for role in HouseholdRole.objects.order_by("valid_from")}
    elsewhere = _elsewhere(communes, random)
    other_places = _old_communes(random)
    fields = []
    for commune in communes:
        here = list(Unit.objects.filter(successors__new=commune).select_related("parent__parent").order_by("code"))
        setting = Setting(commune, other_places | {"020": here}, officers[commune.pk], today, random, names, numbers)
        people = PeopleMaker(setting)
        homes = HomeMaker(people, places=PlaceMaker(random, style="upland"), elsewhere=elsewhere, roles=roles)
        homes.fill(count - duplicates.COPIES - PER_RULE)
        sheets = [sheet for home in homes.homes for sheet in home.members]
        fields.append(Field(people, homes, sheets, old_units=here))
    return fields


def _old_communes(random: Random) -> dict[str, list[Unit]]:
    """Some communes of before 01/07/2025 for each province that people were born in."""
    found = {}
    for code in BIRTH_PROVINCE_SHARES:
        rows = Unit.objects.filter(level=Level.COMMUNE, parent__parent__code=code[1:]).order_by("code")
        all_of_them = list(rows.select_related("parent__parent"))
        found[code] = random.sample(all_of_them, min(OLD_COMMUNES_A_PROVINCE, len(all_of_them)))
    return found


def _elsewhere(communes: Sequence[Unit], random: Random) -> list[Unit]:
    """Communes of today, not these, where lodgers are registered and absent people stay."""
    rows = list(Unit.objects.communes().current().exclude(pk__in=[one.pk for one in communes]).order_by("code"))
    return random.sample(rows, min(PLACES_ELSEWHERE, len(rows)))


def _write(homes: list[Home], sheets: list[Sheet]) -> None:
    """Everything of one commune in a dozen statements; history is written by the triggers."""
    _save(home.household for home in homes)
    _save(sheet.resident.derive() for sheet in sheets)
    _save(chain.from_iterable(sheet.numbers for sheet in sheets))
    _save(row.derive() for sheet in sheets for row in sheet.relations)
    _save(row.derive() for sheet in sheets for row in sheet.residences)
    _save(chain.from_iterable(sheet.documents for sheet in sheets))
    _save(chain.from_iterable(sheet.memberships for sheet in sheets))
    _save(chain.from_iterable(sheet.scans for sheet in sheets))
    _save(chain.from_iterable(sheet.changes for sheet in sheets))
    applied = [row for sheet in sheets for row in sheet.changes if not row.is_waiting]
    _save(ChangedPerson(change=row, resident=row.resident) for row in applied)


def _save(rows: Iterable[models.Model]) -> None:
    kept = list(rows)
    if kept:
        type(kept[0])._default_manager.bulk_create(kept, batch_size=BATCH)


def _public_truth(fields: list[Field]) -> dict[str, list[str]]:
    truth: dict[str, list[str]] = {}
    for one in fields:
        for rule, sheets in one.truth.items():
            truth.setdefault(rule, []).extend(str(sheet.resident.public_id) for sheet in sheets)
    return truth
