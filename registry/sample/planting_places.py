"""Flaws on purpose about numbers that are no numbers, units that had ended, empty households and crowded addresses."""

import datetime as dt
from functools import partial

from accounts.text import fold, title_case
from registry.models import HEAD, ResidenceKind, ResidentState
from registry.sample.planting import ADULT, Field, claim_home, fits, plant, whole_home
from registry.sample.sheet import Sheet

CROWDED = ("Số 88, đường Mẫu", 6)
"""The address that is given, and how many households are put there; every further call adds one."""


@plant("D01", fits(also=lambda sheet: sheet.card is not None))
def _(it: Field, sheet: Sheet) -> None:
    number = sheet.number()
    assert number is not None
    it.renumber(sheet, number.number[:11])


@plant("D26", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    """A stay was written down in a commune that had been merged away by then."""
    unit = it.random.choice(it.old_units)
    assert unit.valid_to is not None
    begun = unit.valid_to + dt.timedelta(days=it.random.randrange(40, 90))
    sheet.add_residence(ResidenceKind.STAY, unit=unit, from_on=begun, to_on=begun + dt.timedelta(days=9))


@plant("D27", fits(also=lambda sheet: sheet.resident.birth_registration_province == "020"))
def _(it: Field, sheet: Sheet) -> None:
    """The commune of birth registration was picked from a list of another province."""
    number = sheet.number()
    assert number is not None
    unit = it.random.choice(it.people.setting.birth_places["001"])
    sheet.resident.birth_registration_unit, sheet.resident.birth_registration_place = unit, unit.path


@plant("E23", whole_home(at_least=1))
def _(it: Field, sheet: Sheet) -> list[Sheet]:
    """Everybody moved away, the head last; nobody closed the household."""
    assert sheet.home is not None
    claim_home(sheet, "E23")
    others = [other for other in sheet.home.members if other is not sheet]
    for days, one in ((41, others), (40, [sheet])):
        for other in one:
            it.people.move_away(other, on=it.day(-days))
    return [sheet]


def _most_write_the_hamlet(sheet: Sheet) -> bool:
    """Two more at least are registered at the same house, so that hers is the odd writing."""
    home = sheet.residence()
    if home is None or sheet.home is None or home.hamlet.isascii():
        return False
    others = [other.residence() for other in sheet.home.members if other.resident.state == ResidentState.LIVING]
    same = [row for row in others if row and row.to_on is None and row.unit == home.unit and row.hamlet == home.hamlet]
    return len(same) >= 3


@plant("S28", fits(also=_most_write_the_hamlet))
def _(it: Field, sheet: Sheet) -> None:
    """Typed without marks."""
    home = sheet.residence()
    assert home is not None
    home.hamlet = title_case(fold(home.hamlet))


@plant("S29", whole_home(at_least=1))
def _(it: Field, sheet: Sheet) -> list[Sheet]:
    """One household after the other is written at one house; the first call fills it."""
    street, many = CROWDED
    heads = [sheet]
    if not it.truth.get("S29"):
        fitting = whole_home(at_least=1, role=HEAD)
        while len(heads) < many:
            claim_home(heads[-1], "S29")
            heads.append(it.take(partial(fitting, it), rule="S29"))
    claim_home(heads[-1], "S29")
    for head in heads:
        assert head.home is not None
        for one in head.home.members:
            for row in one.residences:
                if row.to_on is None and row.unit == one.resident.commune:
                    row.street, row.hamlet = street, it.homes.hamlets[0]
    return [head.home.eldest() for head in heads if head.home]
