"""Units that cannot be: D26, D27. What is compared is the unit that the record points at, with its own dates and with
the 63 provinces of before 01/07/2025; a name that no unit was found for is text, and is not asked about.
"""

from dataclasses import dataclass

from django.db import connection

from accounts.models import Unit, UnitSuccessor
from registry.cleanup.examples import COMMUNE, OLD_COMMUNE, home, homes, person
from registry.cleanup.facts import Facts, register_facts
from registry.cleanup.right import DAY
from registry.cleanup.rules import LIVING, THE_DEAD, Evidence, rule
from registry.codes import BIRTH_PROVINCES
from registry.models import Resident
from registry.values.partial_date import parse

NAME = "birth_unit"


@dataclass(frozen=True)
class BirthUnit:
    """The unit of birth registration. `provinces`: codes of the old provinces that its area belonged to; none when the
    units do not say."""

    unit: Unit
    provinces: frozenset[str] = frozenset()


def birth_unit_of(facts: Facts) -> BirthUnit | None:
    return facts.more.get(NAME)


@rule(
    "D26",
    fires=lambda: person(residences=homes(home("temporary", unit=OLD_COMMUNE, from_on=parse("1/9/2025").earliest()))),
    quiet=lambda: person(),
    spared=lambda: person(residences=homes(home("temporary", unit=COMMUNE, from_on=parse("1/9/2019").earliest()))),
    exception="Nơi cư trú có từ trước, nay ghi theo đơn vị kế tiếp, là đúng; còn ghi đơn vị cũ là việc của L04.",
    limits="Xét nơi cư trú và nơi đăng ký khai sinh đã gắn với một đơn vị trong danh mục; nơi sinh, quê quán giữ tên "
    "theo giấy nên không xét.",
    states=LIVING | THE_DEAD,
)
def unit_had_ended(facts: Facts) -> Evidence | None:
    """A unit that took over keeps the older dates of its people: only a day after the unit's end is impossible."""
    values = {}
    for row in facts.residences:
        ended = row.unit.valid_to
        if row.closed_at is None and ended and row.from_on and row.from_on > ended:
            values[f"{row.get_kind_display()} từ {row.from_on:{DAY}}"] = f"{row.unit.name}, hết {ended:{DAY}}"
    birth = birth_unit_of(facts)
    if birth and facts.birth and birth.unit.valid_to and facts.birth.earliest() > birth.unit.valid_to:
        values["Nơi đăng ký khai sinh"] = f"{birth.unit.name}, hết {birth.unit.valid_to:{DAY}}"
    return Evidence("Đơn vị hành chính đã hết hiệu lực vào ngày đó.", values) if values else None


@rule(
    "D27",
    fires=lambda: person(more={NAME: BirthUnit(COMMUNE, frozenset({"001"}))}),
    quiet=lambda: person(more={NAME: BirthUnit(COMMUNE, frozenset({"020"}))}),
    spared=lambda: person(more={NAME: BirthUnit(COMMUNE, frozenset({"001", "020"}))}),
    exception="Xã mới gồm phần đất của nhiều tỉnh cũ: đúng một tỉnh là đủ; đơn vị không rõ tiền thân thì không xét.",
    limits="Chỉ so được nơi đăng ký khai sinh với tỉnh đăng ký khai sinh (63 tỉnh cũ). Nơi cư trú chỉ ghi mã xã, tỉnh "
    "lấy theo xã nên không thể khác.",
    states=LIVING | THE_DEAD,
)
def commune_is_of_another_province(facts: Facts) -> Evidence | None:
    birth, stated = birth_unit_of(facts), facts.resident.birth_registration_province
    if birth is None or not stated or not birth.provinces or stated in birth.provinces:
        return None
    really = ", ".join(BIRTH_PROVINCES.name(code) for code in sorted(birth.provinces))
    values = {"Nơi đăng ký khai sinh": birth.unit.name, "Thuộc tỉnh": really, "Tỉnh ghi": BIRTH_PROVINCES.name(stated)}
    return Evidence("Xã đăng ký khai sinh không thuộc tỉnh đã ghi.", values)


# --- reading ----------------------------------------------------------------------------------------------------------

# OFFSET 0: each unit by its key; hashing the whole table of units would take longer than all the rest.
_ROOTS = f"""
    WITH RECURSIVE back (start, id) AS (
        SELECT unnest(%s::bigint[]), unnest(%s::bigint[])
        UNION
        SELECT back.start, step.old_id FROM back JOIN {UnitSuccessor._meta.db_table} AS step ON step.new_id = back.id
    ), up (start, id, parent_id, code, level) AS (
        SELECT back.start, unit.id, unit.parent_id, unit.code, unit.level
        FROM back CROSS JOIN LATERAL (SELECT * FROM {Unit._meta.db_table} WHERE id = back.id OFFSET 0) AS unit
        WHERE unit.valid_to < '2025-07-01'
        UNION
        SELECT up.start, above.id, above.parent_id, above.code, above.level
        FROM up CROSS JOIN LATERAL (SELECT * FROM {Unit._meta.db_table} WHERE id = up.parent_id OFFSET 0) AS above
    )
    SELECT DISTINCT start, code FROM up WHERE level = 'province' AND length(code) = 2
"""  # noqa: S608 - only the tables' names are put in, from the models


def load(ids: list[int]) -> dict[int, BirthUnit]:
    """One query; a second, for the old provinces, where a unit is known at all."""
    rows = Resident.objects.filter(pk__in=ids).exclude(birth_registration_unit=None)
    units = {row.pk: row.birth_registration_unit for row in rows.select_related("birth_registration_unit").only(
        "pk", "birth_registration_unit")}  # fmt: skip
    provinces = old_provinces({unit.pk for unit in units.values() if unit})
    return {pk: BirthUnit(unit, provinces.get(unit.pk, frozenset())) for pk, unit in units.items() if unit}


def old_provinces(unit_ids: set[int]) -> dict[int, frozenset[str]]:
    """The three-digit codes of the old provinces that these units, or what they were made of, lay in. One query.

    The two-digit codes in use since 01/07/2025 are never looked at: 80 is another place now (facts.md 1.2).
    """
    if not unit_ids:
        return {}
    wanted = sorted(unit_ids)
    found: dict[int, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ROOTS, [wanted, wanted])
        for start, code in cursor.fetchall():
            if f"0{code}" in BIRTH_PROVINCES:
                found.setdefault(start, set()).add(f"0{code}")
    return {pk: frozenset(codes) for pk, codes in found.items()}


register_facts(NAME, load)
