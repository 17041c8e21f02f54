"""Flaws on purpose: for every clean-up rule a few people it must find. One flaw a person; the truth table names them.

A row of PLANTS: whom the flaw fits, and what is done. A plant answers on whom the finding will hang (most often the
person itself; a problem of a household is put to its eldest living member).
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from accounts.models import Unit
from accounts.text import clean
from registry.cleanup.right import SURNAME_FIRST
from registry.models import (
    HEAD,
    DocumentState,
    IdentityDocument,
    Membership,
    NumberKind,
    RelationKind,
    Residence,
    ResidenceKind,
    ResidentState,
    Sex,
)
from registry.sample import papers
from registry.sample.flaws import TEXT_RULES, spoil
from registry.sample.homes import HomeMaker
from registry.sample.people import FIRST_RECORDS, PeopleMaker, know_year_only
from registry.sample.sheet import Sheet
from registry.values.names import OWN_SPELLING, flaws

PER_RULE = 3
PEOPLE_ON_ONE_PHONE = 7
PARENTS = (RelationKind.FATHER, RelationKind.MOTHER)

Fits = Callable[["Field", Sheet], bool]
Spoil = Callable[["Field", Sheet], "list[Sheet] | None"]


@dataclass(frozen=True)
class Plant:
    rule: str
    fits: Fits
    spoil: Spoil


PLANTS: Final[list[Plant]] = []


def plant(rule: str, fits: Fits) -> Callable[[Spoil], Spoil]:
    """Decorator: this is how `rule` is broken, on people whom it fits."""

    def wrap(spoiler: Spoil) -> Spoil:
        PLANTS.append(Plant(rule, fits, spoiler))
        return spoiler

    return wrap


@dataclass
class Field:
    """The people of one commune, and who among them still has nothing wrong."""

    people: PeopleMaker
    homes: HomeMaker
    sheets: list[Sheet]
    old_units: list[Unit]
    truth: dict[str, list[Sheet]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.today = self.people.today
        self.random = self.people.random
        self.numbers = self.people.setting.numbers
        self.free = list(self.sheets)
        self.random.shuffle(self.free)

    def sow(self) -> None:
        """Break every rule of PLANTS PER_RULE times. Raises LookupError when the commune is too small for that."""
        for one in PLANTS:
            for _ in range(PER_RULE):
                chosen = self.take(partial(one.fits, self), rule=one.rule)
                found = one.spoil(self, chosen) or [chosen]
                self.truth.setdefault(one.rule, []).extend(found)

    def take(self, fits: Callable[[Sheet], bool], *, rule: str) -> Sheet:
        """Somebody without a flaw so far whom it fits; from now on with one."""
        for position, sheet in enumerate(self.free):
            if not sheet.planted and fits(sheet):
                sheet.planted = rule
                del self.free[position]
                return sheet
        raise LookupError(f"nobody left for rule {rule}; the sample is too small")

    def age(self, sheet: Sheet) -> int:
        return sheet.age_on(self.today)

    def day(self, days: int) -> dt.date:
        return self.today + dt.timedelta(days=days)

    def bear(self, sheet: Sheet, born: dt.date) -> None:
        """Another birth date, with the number that belongs to it."""
        resident, number = sheet.resident, sheet.number()
        sheet.born_on = born
        resident.birth_year, resident.birth_month, resident.birth_day = born.year, born.month, born.day
        self.register_birth_here(sheet, born)
        if number is not None:
            province = resident.birth_registration_province
            self.renumber(sheet, self.numbers.personal(province=province, sex=resident.sex, born=born))
        sheet.residences = [row for row in sheet.residences if row.to_on is None or row.to_on >= born]
        rows: list[Residence | Membership] = [*sheet.residences, *sheet.memberships]
        for row in rows:
            row.from_on = max(row.from_on, born) if row.from_on else None

    def register_birth_here(self, sheet: Sheet, born: dt.date) -> None:
        """A birth of today's units is registered in one of them: the old ones had ended (rule D26)."""
        resident = sheet.resident
        if born >= FIRST_RECORDS:
            resident.birth_registration_unit, resident.birth_registration_province = resident.commune, "020"
            resident.birth_place = resident.birth_registration_place = resident.commune.path

    def renumber(self, sheet: Sheet, number: str) -> None:
        """Another personal number on record and card."""
        row = sheet.number()
        assert row is not None
        for paper in sheet.documents:
            paper.number = number if paper.number == row.number else paper.number
        row.number = number
        self.numbers.taken.add(number)

    def new_number(self, sheet: Sheet, change: Callable[[str], str]) -> None:
        """The number with some digits changed, and its last six drawn anew until nobody has it."""
        row = sheet.number()
        assert row is not None
        while (number := change(row.number)[:6] + f"{self.random.randrange(10**6):06d}") in self.numbers.taken:
            pass
        self.renumber(sheet, number)


# --- whom a flaw fits ------------------------------------------------------------------------------------------


def living(it: Field, sheet: Sheet) -> bool:
    """Registered here, in a household whose other members are untouched, born on a known day."""
    resident, residence = sheet.resident, sheet.residence()
    return (
        resident.state == ResidentState.LIVING
        and resident.birth_day is not None
        and sheet.home is not None
        and residence is not None
        and residence.unit == resident.commune
        and resident.ethnic_group not in OWN_SPELLING
        and not sheet.related(RelationKind.GUARDIAN, RelationKind.WARD)
        and not any(other.planted.endswith("*") for other in sheet.home.members)
    )


def fits(
    *,
    ages: tuple[int, int] = (18, 74),
    sex: int | None = None,
    role: str = "",
    marital: str = "",
    linked_parents: bool | None = None,
    also: Callable[[Sheet], bool] = lambda sheet: True,
) -> Fits:
    def check(it: Field, sheet: Sheet) -> bool:
        linked = all(row.person is not None for row in sheet.related(*PARENTS))
        return (
            living(it, sheet)
            and ages[0] <= it.age(sheet) <= ages[1]
            and sex in (None, sheet.resident.sex)
            and role in ("", sheet.role)
            and marital in ("", sheet.resident.marital_status)
            and linked_parents in (None, linked)
            and also(sheet)
        )

    return check


ADULT = fits()
CHILD = fits(ages=(1, 12), linked_parents=True)
NOT_HEAD = fits(ages=(18, 74), also=lambda sheet: sheet.role not in (HEAD, "CUNG_O_THUE"))


def the_dead(it: Field, sheet: Sheet) -> bool:
    return sheet.resident.state == ResidentState.DECEASED


def whole_home(*, at_least: int = 2, role: str = HEAD) -> Fits:
    """A member with this role of a household in which everybody lives and nobody has a flaw."""

    def check(it: Field, sheet: Sheet) -> bool:
        home = sheet.home
        return (
            sheet.role == role
            and living(it, sheet)
            and home is not None
            and len(home.members) >= at_least
            and all(other.resident.state == ResidentState.LIVING and not other.planted for other in home.members)
            and it.age(sheet) >= 18
        )

    return check


def claim_home(sheet: Sheet, rule: str) -> None:
    """Nobody else of this household gets a flaw: the finding hangs on the household."""
    assert sheet.home is not None
    for other in sheet.home.members:
        other.planted = f"{rule}*"


# --- Đúng -----------------------------------------------------------------------------------------------------------


@plant("D02", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    it.new_number(sheet, lambda number: "003" + number[3:])
    sheet.resident.birth_registration_province = ""


@plant("D03", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    it.new_number(sheet, lambda number: f"{number[:3]}{(int(number[3]) + 2) % 4}{number[4:]}")


@plant("D04", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    it.new_number(sheet, lambda number: f"{number[:3]}{int(number[3]) ^ 1}{number[4:]}")


@plant("D05", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    it.new_number(sheet, lambda number: f"{number[:4]}{(int(number[4:6]) + 1) % 100:02d}{number[6:]}")


@plant("D06", fits(also=lambda sheet: sheet.resident.birth_registration_province == "020"))
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.birth_registration_province = "080"
    sheet.resident.birth_registration_unit = None  # with the unit it would be D27 as well


@plant("D07", fits(also=lambda sheet: sheet.number(NumberKind.CMND9) is not None))
def _(it: Field, sheet: Sheet) -> None:
    row = sheet.number(NumberKind.CMND9)
    assert row is not None
    row.number = row.number[:7]


@plant("D08", fits(ages=(0, 1), linked_parents=True))
def _(it: Field, sheet: Sheet) -> None:
    born = it.day(25)
    sheet.resident.birth_year, sheet.resident.birth_month, sheet.resident.birth_day = born.year, born.month, born.day
    it.register_birth_here(sheet, born)


@plant("D09", fits(ages=(75, 99), also=lambda sheet: not sheet.related(RelationKind.CHILD)))
def _(it: Field, sheet: Sheet) -> None:
    it.bear(sheet, dt.date(it.today.year - 112, 4, 1 + it.random.randrange(28)))


@plant("D10", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    it.bear(sheet, sheet.born_on.replace(day=1, month=1))


@plant("D12", fits(sex=Sex.MALE, also=lambda sheet: len(sheet.resident.full_name.split()) == 3))
def _(it: Field, sheet: Sheet) -> None:
    first, _middle, last = sheet.resident.full_name.split()
    sheet.resident.full_name = f"{first} Thị {last}"


@plant("D13", fits(role="VO"))
def _(it: Field, sheet: Sheet) -> None:
    sheet.memberships[0].role = it.homes.roles["CHONG"]


def _link_parent(it: Field, sheet: Sheet, kind: str, years: tuple[int, int]) -> None:
    """Link a parent to a wrong person of the right sex, this many years older."""
    wanted = Sex.FEMALE if kind == RelationKind.MOTHER else Sex.MALE
    for other in it.sheets:
        gap = (sheet.resident.birth_year or 0) - (other.resident.birth_year or 0)
        if (
            other is not sheet
            and years[0] <= gap <= years[1]
            and other.resident.sex == wanted
            and other.resident.state == ResidentState.LIVING
            and other.resident.birth_day
            and not other.planted
        ):
            row = sheet.related(kind)[0]
            row.person, row.name = other.resident, other.resident.full_name
            return
    raise LookupError(f"no wrong parent {years} years older")


@plant("D14", fits(ages=(14, 50), linked_parents=False, also=lambda sheet: len(sheet.related(*PARENTS)) == 2))
def _(it: Field, sheet: Sheet) -> None:
    _link_parent(it, sheet, RelationKind.MOTHER, (2, 11))


@plant("D15", fits(ages=(3, 22), also=lambda sheet: len(sheet.related(*PARENTS)) == 2))
def _(it: Field, sheet: Sheet) -> None:
    _link_parent(it, sheet, RelationKind.MOTHER, (57, 68))


@plant("D16", CHILD)
def _(it: Field, sheet: Sheet) -> None:
    """The father on record is somebody who died two years before the child was born."""
    row = sheet.related(RelationKind.FATHER)[0]
    dead = it.take(lambda other: the_dead(it, other) and other.resident.sex == Sex.MALE, rule="part of D16")
    dead.resident.died_on = sheet.born_on - dt.timedelta(days=700)
    for home in dead.residences:
        home.to_on = max(dead.resident.died_on, home.from_on or dead.resident.died_on)
    row.person, row.name = dead.resident, dead.resident.full_name


@plant("D17", fits(ages=(15, 17)))
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.marital_status = "2"
    sheet.add_relation(RelationKind.SPOUSE, "Hoàng Văn Thắng")


@plant("D18", fits(marital="2"))
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.marital_status = "1"


def _has_surnames(sheet: Sheet) -> bool:
    parents = [row.person for row in sheet.related(*PARENTS) if row.person]
    return {one.ethnic_group for one in (sheet.resident, *parents)} <= SURNAME_FIRST


@plant("D21", fits(ages=(1, 20), linked_parents=True, also=_has_surnames))
def _(it: Field, sheet: Sheet) -> None:
    taken = {row.name.split()[0] for row in sheet.related(*PARENTS)}
    surname = next(name for name in ("Đinh", "Tạ", "Mai") if name not in taken)
    sheet.resident.full_name = " ".join([surname, *sheet.resident.full_name.split()[1:]])


@plant("D22", fits(ages=(1, 20), linked_parents=True))
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.ethnic_group = "06"


@plant("D23", fits(also=lambda sheet: sheet.card is not None))
def _(it: Field, sheet: Sheet) -> None:
    assert sheet.card is not None
    sheet.card.kind, sheet.card.issued_on = "CAN_CUOC", dt.date(2023, 9, 4)


@plant("D28", the_dead)
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.died_on = it.day(200)


@plant("D29", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.nationality = "US"


@plant("D30", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    _stay_temporarily(it, sheet, it.day(-400), it.day(-400 + 1200))


@plant("D31", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.phone = "0112" + sheet.resident.phone[-6:]


@plant("D34", fits(ages=(1, 30), role="CON_DE", also=lambda sheet: _head_gap(sheet) < 26))
def _(it: Field, sheet: Sheet) -> None:
    sheet.memberships[0].role = it.homes.roles["CHAU_NOI"]


def _head_gap(sheet: Sheet) -> int:
    return (sheet.resident.birth_year or 0) - (_head_of(sheet).resident.birth_year or 0)


def _head_of(sheet: Sheet) -> Sheet:
    assert sheet.home is not None
    return sheet.home.head()


@plant("D35", fits(ages=(10, 16), role="CON_DE", also=lambda sheet: not _head_of(sheet).planted))
def _(it: Field, sheet: Sheet) -> None:
    assert sheet.home is not None
    head = sheet.home.head()
    head.memberships[0].role = it.homes.roles["CHA_DE" if head.resident.sex == Sex.MALE else "ME_DE"]
    sheet.memberships[0].role = it.homes.roles[HEAD]
    claim_home(sheet, "D35")


@plant("D36", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    row = sheet.residence()
    assert row is not None
    sheet.residences = [one for one in sheet.residences if one is row or one.kind != row.kind]
    row.from_on = sheet.born_on - dt.timedelta(days=900)


# --- Đủ -------------------------------------------------------------------------------------------------------------


@plant("E01", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    sheet.numbers = [row for row in sheet.numbers if row.kind != NumberKind.PERSONAL]


@plant("E02", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.full_name = sheet.resident.full_name.split()[-1]


@plant("E03", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    know_year_only(sheet)


@plant("E04", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.sex = Sex.UNKNOWN


@plant("E05", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.birth_place = ""


@plant("E06", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    resident = sheet.resident
    resident.birth_registration_place = resident.birth_registration_province = ""
    resident.birth_registration_unit = None


@plant("E07", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.home_town, sheet.resident.home_town_unit = "Lạng Sơn", None


@plant("E08", fits(linked_parents=False, also=lambda sheet: not sheet.related(RelationKind.CHILD)))
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.ethnic_group = ""


@plant("E09", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.religion = ""


@plant("E10", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.nationality = ""


@plant("E11", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    _forget(sheet, *PARENTS)


@plant("E12", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    _forget(sheet, RelationKind.FATHER)


def _forget(sheet: Sheet, *kinds: str) -> None:
    sheet.relations = [row for row in sheet.relations if row.kind not in kinds]


@plant("E14", fits(ages=(25, 60), marital="2"))
def _(it: Field, sheet: Sheet) -> None:
    _forget(sheet, RelationKind.SPOUSE)


@plant("E15", fits(marital="1"))
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.marital_status = "0"


def _move_out_of(sheet: Sheet, *kinds: str) -> None:
    sheet.residences = [row for row in sheet.residences if row.kind not in kinds]


@plant("E16", NOT_HEAD)
def _(it: Field, sheet: Sheet) -> None:
    _move_out_of(sheet, ResidenceKind.PERMANENT)


@plant("E17", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    _move_out_of(sheet, ResidenceKind.PRESENT)


@plant("E18", NOT_HEAD)
def _(it: Field, sheet: Sheet) -> None:
    sheet.residences.clear()


@plant("E19", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    for row in sheet.residences:
        row.hamlet = row.street = ""


@plant("E20", whole_home())
def _(it: Field, sheet: Sheet) -> list[Sheet]:
    assert sheet.home is not None
    role = "ANH_RUOT" if sheet.resident.sex == Sex.MALE else "CHI_RUOT"
    sheet.memberships[0].role = it.homes.roles[role]
    claim_home(sheet, "E20")
    return [sheet.home.eldest()]


@plant("E21", NOT_HEAD)
def _(it: Field, sheet: Sheet) -> None:
    sheet.memberships[0].role = None


@plant("E22", fits(ages=(18, 40), role="CON_DE"))
def _(it: Field, sheet: Sheet) -> None:
    sheet.memberships.clear()


@plant("E24", fits(also=lambda sheet: sheet.card is not None))
def _(it: Field, sheet: Sheet) -> None:
    sheet.documents.clear()


@plant("E25", fits(also=lambda sheet: sheet.card is not None))
def _(it: Field, sheet: Sheet) -> None:
    assert sheet.card is not None
    sheet.card.issued_by = ""


@plant("E26", CHILD)
def _(it: Field, sheet: Sheet) -> None:
    _forget(sheet, *PARENTS)


@plant("E27", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.phone = ""


@plant("E28", fits(ages=(30, 74)))
def _(it: Field, sheet: Sheet) -> None:
    sheet.numbers = [row for row in sheet.numbers if row.kind != NumberKind.CMND9]
    sheet.documents = [row for row in sheet.documents if row.kind != "CMND9"]
    sheet.resident.never_had_cmnd = False


@plant("E29", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.residence_file_number = ""


# --- Sạch -----------------------------------------------------------------------------------------------------------

HAS_CMND = fits(also=lambda sheet: sheet.number(NumberKind.CMND9) is not None)


@plant("S02", HAS_CMND)
def _(it: Field, sheet: Sheet) -> list[Sheet]:
    other = it.take(lambda other: HAS_CMND(it, other), rule="S02")
    first, second = sheet.number(NumberKind.CMND9), other.number(NumberKind.CMND9)
    assert first is not None and second is not None
    second.number = first.number
    return [sheet, other]


@plant("S06", fits(ages=(18, 40), role="CON_DE"))
def _(it: Field, sheet: Sheet) -> None:
    home = next(home for home in it.homes.homes if home is not sheet.home and len(home.members) > 2)
    role = it.homes.roles["O_NHO"]
    sheet.memberships.append(
        Membership(household=home.household, resident=sheet.resident, role=role, from_on=it.day(-200))
    )


@plant("S07", whole_home(role="VO"))
def _(it: Field, sheet: Sheet) -> list[Sheet]:
    assert sheet.home is not None
    sheet.memberships[0].role = it.homes.roles[HEAD]
    claim_home(sheet, "S07")
    return [sheet.home.eldest()]


@plant("S08", fits(marital="2"))
def _(it: Field, sheet: Sheet) -> None:
    sheet.add_relation(RelationKind.SPOUSE, "Vi Thị Nguyệt" if sheet.resident.sex == Sex.MALE else "Vi Văn Trọng")


@plant("S09", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    sheet.add_relation(RelationKind.FATHER, "Hoàng Văn Thiết")


@plant("S10", fits(also=lambda sheet: sheet.card is not None))
def _(it: Field, sheet: Sheet) -> None:
    card = sheet.card
    assert card is not None
    sheet.documents.append(
        IdentityDocument(
            resident=sheet.resident,
            kind="CCCD_CHIP",
            number=card.number,
            issued_on=dt.date(2022, 5, 10),
            issued_by=papers.ISSUER_BEFORE,
            expires_on=card.expires_on,
            no_expiry=card.no_expiry,
        )
    )


def _shows(name: str, rule: str) -> bool:
    """Whether the spoilt name can be told from a sound one; some syllables look the same in an old font, and some
    names with a key left are words of their own."""
    if len(name.split()) < 3:
        return False
    written = clean(spoil(name, rule=rule))  # a ư of TCVN3 is a soft hyphen, which no record keeps
    return rule in ("S13", "S14", "S17") or any(flaw.rule == rule for flaw in flaws(written))


def _plant_text(rule: str) -> None:
    @plant(rule, fits(linked_parents=False, also=lambda sheet: _shows(sheet.resident.full_name, rule)))
    def _(it: Field, sheet: Sheet) -> None:
        sheet.resident.full_name = spoil(sheet.resident.full_name, rule=rule)


for _rule in TEXT_RULES:
    _plant_text(_rule)


@plant("S25", ADULT)
def _(it: Field, sheet: Sheet) -> list[Sheet]:
    found = [sheet]
    while len(found) < PEOPLE_ON_ONE_PHONE:
        found.append(it.take(lambda other: ADULT(it, other), rule="S25"))
    for other in found:
        other.resident.phone = sheet.resident.phone or it.numbers.phone()
    return found


@plant("S26", HAS_CMND)
def _(it: Field, sheet: Sheet) -> None:
    row, number = sheet.number(NumberKind.CMND9), sheet.number()
    assert row is not None and number is not None
    row.number = number.number


@plant("S30", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    """A parent's link was left behind when that record was folded into another."""
    row = sheet.related(RelationKind.MOTHER)[0]
    copy = it.people.person(sex=Sex.FEMALE, age=it.age(sheet) + 24, ethnic_group=sheet.resident.ethnic_group)
    copy.resident.full_name, copy.resident.state = row.name, ResidentState.MERGED
    copy.numbers, copy.documents, copy.planted = [], [], "S30"
    it.sheets.append(copy)
    row.person, row.name = copy.resident, copy.resident.full_name


# --- Sống -----------------------------------------------------------------------------------------------------------


@plant("L01", the_dead)
def _(it: Field, sheet: Sheet) -> None:
    closed = sorted((row for row in sheet.residences if row.closed_at), key=lambda row: row.from_on or dt.date.min)
    for row in {row.kind: row for row in closed}.values():
        row.to_on, row.closed_at, row.closed_reason = None, None, ""


@plant("L03", whole_home())
def _(it: Field, sheet: Sheet) -> list[Sheet]:
    assert sheet.home is not None
    claim_home(sheet, "L03")
    it.people.bury(sheet, on=it.day(-20))
    for other in sheet.home.members:
        for row in other.related(RelationKind.SPOUSE):
            if row.person is sheet.resident:
                row.is_current, other.resident.marital_status = False, "3b"
    rest = [other for other in sheet.home.members if other is not sheet]
    return [min(rest, key=lambda other: other.born_on)]


@plant("L26", whole_home(role="VO", at_least=3))
def _(it: Field, sheet: Sheet) -> list[Sheet]:
    """The husband died and she was made head; what the others are to him was never looked at again."""
    assert sheet.home is not None
    claim_home(sheet, "L26")
    dead = sheet.home.head()
    it.people.bury(dead, on=it.day(-60))
    for one in (dead, sheet):
        for row in one.related(RelationKind.SPOUSE):
            row.is_current = False
    sheet.resident.marital_status = "3b"
    sheet.role, sheet.memberships[0].role = HEAD, it.homes.roles[HEAD]
    sheet.memberships[0].source_on = it.day(-50)
    rest = [other for other in sheet.home.members if other not in (dead, sheet)]
    for other in rest:
        other.memberships[0].source_on = it.day(-400)
    return [other for other in rest if (other.memberships[0].from_on or it.today) < it.day(-60)]


@plant("L04", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    for row in sheet.residences:
        row.unit = it.random.choice(it.old_units)
        assert row.unit.valid_to is not None
        row.from_on = min(row.from_on or row.unit.valid_to, row.unit.valid_to)  # registered while it stood


def _stay_temporarily(it: Field, sheet: Sheet, since: dt.date, until: dt.date | None) -> None:
    home = sheet.home
    assert home is not None
    sheet.add_residence(
        ResidenceKind.TEMPORARY,
        unit=sheet.resident.commune,
        hamlet=it.random.choice(it.homes.hamlets),
        street=home.household.street,
        from_on=since,
        to_on=until,
    )


@plant("L05", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    _stay_temporarily(it, sheet, it.day(-380), it.day(-it.random.randrange(2, 60)))


@plant("L06", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    _stay_temporarily(it, sheet, it.day(-350), it.day(it.random.randrange(4, 14)))


@plant("L07", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    unit = sheet.resident.commune
    sheet.add_residence(ResidenceKind.STAY, unit=unit, hamlet=it.homes.hamlets[0], from_on=it.day(-45))


@plant("L08", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    unit = it.random.choice(it.homes.elsewhere)
    sheet.add_residence(ResidenceKind.ABSENCE, unit=unit, from_on=it.day(-120), to_on=it.day(-20))


@plant("L10", fits(ages=(0, 4), linked_parents=True, also=lambda sheet: sheet.born_on.day < 28))
def _(it: Field, sheet: Sheet) -> None:
    it.bear(sheet, it.day(-it.random.randrange(70, 200)))
    _move_out_of(sheet, ResidenceKind.PERMANENT)


@plant("L11", fits(ages=(11, 13), linked_parents=True))
def _(it: Field, sheet: Sheet) -> None:
    it.bear(sheet, papers.birthday(it.day(it.random.randrange(5, 80)), -14))
    sheet.documents.clear()


@plant("L12", fits(ages=(22, 60), also=lambda sheet: sheet.card is not None))
def _(it: Field, sheet: Sheet) -> None:
    card = sheet.card
    assert card is not None
    age = min((25, 40, 60), key=lambda years: abs(years - it.age(sheet)))
    it.bear(sheet, papers.birthday(it.day(it.random.randrange(5, 80)), -age))
    card.kind, card.issued_on, card.issued_by = "CCCD_CHIP", dt.date(2021, 6, 14), papers.ISSUER_BEFORE
    card.expires_on, card.no_expiry = papers.birthday(sheet.born_on, age), False


@plant("L13", fits(also=lambda sheet: sheet.card is not None and sheet.card.kind == "CCCD_CHIP"))
def _(it: Field, sheet: Sheet) -> None:
    assert sheet.card is not None
    sheet.card.expires_on, sheet.card.no_expiry = it.day(-it.random.randrange(3, 400)), False


@plant("L14", HAS_CMND)
def _(it: Field, sheet: Sheet) -> None:
    row = sheet.number(NumberKind.CMND9)
    assert row is not None
    sheet.documents = [
        IdentityDocument(
            resident=sheet.resident,
            kind="CMND9",
            number=row.number,
            issued_on=max(dt.date(2011, 3, 15), papers.birthday(sheet.born_on, 15)),
            issued_by="Công an tỉnh Lạng Sơn",
            state=DocumentState.IN_USE,
        )
    ]


@plant("L21", fits(ages=(20, 40)))
def _(it: Field, sheet: Sheet) -> None:
    sheet.add_relation(RelationKind.GUARDIAN, "Nông Thị Duyên")


@plant("L22", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.confirmed_at = it.people.moment(it.day(-it.random.randrange(420, 500)))
