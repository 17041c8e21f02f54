"""Rules about an address and everybody registered there: S28, S29.

Two writings are one place when their folded addresses are equal within one commune (registry/values/address.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from registry.cleanup.examples import home, person
from registry.cleanup.facts import Facts, register_facts
from registry.cleanup.rules import Evidence, rule
from registry.models import LIVING_STATES, Household, Membership, Residence, ResidenceKind, Resident

NAME = "place"
KEY = "place"
RULES = ("S28", "S29")


@dataclass(frozen=True)
class Place:
    """What stands at one address: `writings` are (street, hamlet) with the number of people registered so; `people` and
    `households` count the living with a permanent residence there today."""

    unit_id: int
    folded: str
    people: int = 0
    households: int = 0
    writings: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{KEY} {self.unit_id} {self.folded}"

    @property
    def usual(self) -> tuple[str, str]:
        """The writing most people have; of two equals the first by the alphabet, so that it is always the same."""
        return min(self.writings, key=lambda writing: (-self.writings[writing], writing))


def place_of(facts: Facts) -> Place | None:
    return facts.more.get(NAME)


def _written(writing: tuple[str, str]) -> str:
    return ", ".join(part for part in writing if part)


def _hamlet(writings: dict[str, int]) -> dict[str, Place]:
    """One hamlet of the examples, written so by so many."""
    counts = {("", name): many for name, many in writings.items()}
    return {NAME: Place(1, "to 5", sum(writings.values()), 2, counts)}


def _at(**address: str) -> list[Residence]:
    return [home(**address), home(ResidenceKind.PRESENT)]


def _house(people: int, households: int) -> dict[str, Place]:
    return {NAME: Place(1, "12 thon 2", people, households, {("Số 12", "Thôn 2"): people})}


@rule(
    "S28",
    fires=lambda: person(residences=_at(hamlet="Tổ 5"), more=_hamlet({"Tổ 5": 1, "Tổ dân phố 05": 3})),
    quiet=lambda: person(residences=_at(hamlet="Tổ 5"), more=_hamlet({"Tổ 5": 4})),
    spared=lambda: person(residences=_at(hamlet="Tổ 5"), more=_hamlet({"Tổ 5": 3, "Tổ dân phố 05": 1})),
    exception="Hồ sơ viết theo cách nhiều người cùng chỗ ở đang viết; chữ hoa, chữ thường không kể.",
    limits="So trong một xã, theo nơi thường trú; hai chỗ thật khác nhau mà viết giống nhau thì không phân biệt được.",
    is_shared=True,
)
def address_is_written_otherwise(facts: Facts) -> Evidence | None:
    place, own = place_of(facts), _own(facts)
    if place is None or own is None or own not in place.writings:
        return None
    usual = place.usual
    if _written(own).casefold() == _written(usual).casefold():
        return None
    values = {"Đang ghi": _written(own), "Cách ghi nhiều nhất": _written(usual)}
    return Evidence("Cùng một nơi nhưng địa chỉ viết khác với đa số.", values, key=place.key)


@rule(
    "S29",
    fires=lambda: person(residences=_at(street="Số 12"), more=_house(21, 2)),
    quiet=lambda: person(residences=_at(street="Số 12"), more=_house(20, 5)),
    spared=lambda: person(more=_hamlet({"Thôn 2": 300})),
    exception="Địa chỉ chỉ ghi đến thôn, tổ; người tạm trú (nhà trọ, ký túc xá) không tính. Mỗi hộ chỉ báo một lần, ở "
    "người cao tuổi nhất.",
    thresholds=("address_people", "address_households"),
    is_shared=True,
)
def address_of_too_many(facts: Facts) -> Evidence | None:
    place, own = place_of(facts), _own(facts)
    if place is None or own is None or not own[0] or not _speaks(facts):
        return None
    limits = facts.thresholds
    if place.people <= limits["address_people"] and place.households <= limits["address_households"]:
        return None
    values = {"Địa chỉ": _written(own), "Số người": str(place.people), "Số hộ": str(place.households)}
    return Evidence(f"Một địa chỉ có {place.people} người, {place.households} hộ.", values, key=place.key)


def _own(facts: Facts) -> tuple[str, str] | None:
    """The permanent address that stands today, as written."""
    return next(((row.street, row.hamlet) for row in facts.permanent), None)


def _speaks(facts: Facts) -> bool:
    homes_of = facts.current_memberships
    return not homes_of or any(facts.speaks_for(row.household.pk) for row in homes_of)


# --- reading ----------------------------------------------------------------------------------------------------------

_PLACES = f"""
    WITH asked AS (
        SELECT DISTINCT ON (resident_id) resident_id, unit_id, address_folded FROM {Residence._meta.db_table}
        WHERE resident_id = ANY(%(ids)s) AND kind = '{ResidenceKind.PERMANENT}' AND closed_at IS NULL
            AND (from_on IS NULL OR from_on <= %(today)s) AND (to_on IS NULL OR to_on >= %(today)s)
            AND address_folded <> ''
        ORDER BY resident_id, from_on DESC NULLS LAST, id DESC
    ), here AS (
        SELECT row.unit_id, row.address_folded, row.street, row.hamlet, row.resident_id, membership.household_id
        FROM (SELECT DISTINCT unit_id, address_folded FROM asked) AS place
        JOIN {Residence._meta.db_table} AS row USING (unit_id, address_folded)
        JOIN {Resident._meta.db_table} AS person ON person.id = row.resident_id
        LEFT JOIN {Membership._meta.db_table} AS membership ON membership.resident_id = row.resident_id
            AND membership.to_on IS NULL
            AND EXISTS (SELECT FROM {Household._meta.db_table} AS home
                        WHERE home.id = membership.household_id AND home.closed_on IS NULL)
        WHERE row.kind = '{ResidenceKind.PERMANENT}' AND row.closed_at IS NULL
            AND (row.from_on IS NULL OR row.from_on <= %(today)s)
            AND (row.to_on IS NULL OR row.to_on >= %(today)s)
            AND person.state IN ({", ".join(f"'{state}'" for state in LIVING_STATES)})
    )
    SELECT unit_id, address_folded, street, hamlet, count(DISTINCT resident_id), count(DISTINCT household_id), NULL
        FROM here GROUP BY GROUPING SETS ((unit_id, address_folded), (unit_id, address_folded, street, hamlet))
    UNION ALL
    SELECT unit_id, address_folded, NULL, NULL, NULL, NULL, resident_id FROM asked
"""  # noqa: S608 - only names of tables and our own codes are put in, from the models


def load(ids: list[int]) -> dict[int, Place]:
    """The place of each of these residents, with everybody registered there. One query."""
    counts: dict[tuple[int, str], tuple[int, int]] = {}
    writings: dict[tuple[int, str], dict[tuple[str, str], int]] = {}
    asked: dict[int, tuple[int, str]] = {}
    for unit, folded, street, hamlet, people, households, resident in _rows(ids):
        if resident is not None:
            asked[resident] = (unit, folded)
        elif street is None:
            counts[unit, folded] = (people, households)
        else:
            writings.setdefault((unit, folded), {})[street, hamlet] = people
    return {
        resident: Place(*at, *counts[at], writings.get(at, {})) for resident, at in asked.items() if at in counts
    }  # fmt: skip


def _rows(ids: Iterable[int]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"ids": list(ids), "today": timezone.localdate()})
        return cursor.fetchall()


def holders(keys: Iterable[str]) -> Q:
    """Who is registered at these places ("<unit> <folded address>"): looked at again when one of them changed."""
    wanted = Q(pk__in=[])
    for one in keys:
        unit, _, folded = one.partition(" ")
        rows = Residence.objects.filter(
            kind=ResidenceKind.PERMANENT, closed_at=None, unit=int(unit), address_folded=folded
        )  # fmt: skip
        wanted |= Q(pk__in=rows.values("resident"))
    return wanted


register_facts(NAME, load)
