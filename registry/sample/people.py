"""Makes one invented person: name, birth, number, papers, parents, places, telephone. Nothing is wrong with them."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from django.utils import timezone

from accounts.models import Officer, Unit
from registry.codes import BIRTH_PROVINCES
from registry.models import ConfirmedHow, RelationKind, ResidenceKind, Resident, ResidentState, Sex
from registry.sample import papers
from registry.sample.names import NameMaker
from registry.sample.sheet import Home, Sheet, invented_id

# Peoples of the border communes of Lạng Sơn, roughly; code of QĐ 121 -> share. The last are families who came from the
# Central Highlands and the South, so that every order of names is met: Mông, Ê Đê, Xơ Đăng, Khmer, Gia Rai, Ba Na,
# Cơ Ho, Chăm, Xtiêng.
ETHNIC_SHARES = {"07": 400, "02": 330, "01": 150, "09": 50, "04": 10} | {
    "08": 20, "12": 8, "14": 8, "05": 8, "10": 4, "13": 4, "16": 4, "17": 2, "22": 2,
}  # fmt: skip
MOVED_HERE_SHARE = 0.14
RELIGION_SHARES = {"00": 91, "01": 6, "02": 2, "08": 1}
BIRTH_PROVINCE_SHARES = {"020": 88, "004": 4, "024": 2, "022": 2, "019": 1, "006": 1, "001": 1, "027": 1}
SOURCES = {"CSDLQGDC": 70, "CONG_DAN_KHAI": 20, "QR": 10}
YEAR_ONLY_BEFORE, YEAR_ONLY_SHARE, YEAR_CONFIRMED_SHARE = 1955, 0.25, 0.6
CMND_SHARE, PAPER_KEPT_SHARE, CHILD_CARD_SHARE, OLD_WITHOUT_PHONE_SHARE = 0.93, 0.3, 0.12, 0.2
FIRST_RECORDS = dt.date(2025, 7, 1)
NEW_AT_14 = dt.timedelta(days=60)
"""Who turned 14 within this time has no card yet; cards opens files for them."""


@dataclass
class Setting:
    """What every person of one commune shares."""

    commune: Unit
    birth_places: dict[str, list[Unit]]
    """Old communes by the three-digit code of their province; those of "020" became this commune."""
    officers: list[Officer]
    today: dt.date
    random: Random
    names: NameMaker
    numbers: papers.Numbers


class PeopleMaker:
    """Every choice comes from the setting's Random, in a fixed order."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.random = setting.random
        self.today = setting.today

    def born(self, age: int) -> dt.date:
        """A birth date that makes somebody `age` today; never 01/01, which means "made up" in these records."""
        while True:
            day = papers.birthday(self.today, -age) - dt.timedelta(days=self.random.randrange(1, 365))
            if (day.day, day.month) != (1, 1):
                return day

    def ethnic_group(self) -> str:
        return self.pick(ETHNIC_SHARES)

    def pick(self, shares: dict[str, int]) -> str:
        return self.random.choices(list(shares), list(shares.values()))[0]

    def person(
        self,
        *,
        sex: int,
        age: int,
        ethnic_group: str,
        father: Sheet | None = None,
        mother: Sheet | None = None,
        born: dt.date | None = None,
    ) -> Sheet:
        """A person with number, papers and parents; the household adds role and address."""
        born = born or self.born(age)
        full_name = self.name(sex, born.year, ethnic_group, father, mother)
        sheet = Sheet(self.record(full_name, sex, born, ethnic_group), born)
        self.make_partial(sheet)
        province = sheet.resident.birth_registration_province
        sheet.add_number(self.setting.numbers.personal(province=province, sex=sex, born=born))
        self.give_papers(sheet, province)
        self.give_parents(sheet, father, mother)
        return sheet

    def name(self, sex: int, year: int, ethnic_group: str, father: Sheet | None, mother: Sheet | None) -> str:
        if father is None and mother is None:
            return self.setting.names.full_name(sex=str(sex), birth_year=year, ethnic_group=ethnic_group)
        return self.setting.names.child(
            sex=str(sex),
            birth_year=year,
            father=father.resident.full_name if father else None,
            mother=mother.resident.full_name if mother else None,
            ethnic_group=ethnic_group,
        )

    def record(self, full_name: str, sex: int, born: dt.date, ethnic_group: str) -> Resident:
        created = FIRST_RECORDS + dt.timedelta(days=self.random.randrange(200))
        created = min(max(created, born), self.today)
        age = (self.today - born).days // 365
        place, province = self.birth_place(born)
        return Resident(
            public_id=invented_id(self.random),
            commune=self.setting.commune,
            full_name=full_name,
            birth_year=born.year,
            birth_month=born.month,
            birth_day=born.day,
            sex=sex,
            ethnic_group=ethnic_group,
            religion=self.pick(RELIGION_SHARES),
            nationality="VN",
            marital_status="1",
            birth_place=place.path,
            birth_registration_place=place.path,
            birth_registration_province=province,
            birth_registration_unit=place,
            home_town=place.path,
            home_town_unit=place,
            phone=self.phone(age),
            never_had_cmnd=born.year < 2002,
            source=self.pick(SOURCES),
            source_on=created,
            created_at=self.moment(created),
            created_by=self.random.choice(self.setting.officers),
            confirmed_at=self.moment(self.confirmed_on(age, created)),
            confirmed_by=self.random.choice(self.setting.officers),
            confirmed_how=ConfirmedHow.VISIT,
        )

    def phone(self, age: int) -> str:
        if age < 14 or (age >= 75 and self.random.random() < OLD_WITHOUT_PHONE_SHARE):
            return ""
        return self.setting.numbers.phone()

    def birth_place(self, born: dt.date) -> tuple[Unit, str]:
        """Where the birth was registered, by the names of that time, and the old code in the number (facts 1.2)."""
        province = self.pick(BIRTH_PROVINCE_SHARES)
        if born >= FIRST_RECORDS:
            return self.setting.commune, "020"
        assert province in BIRTH_PROVINCES
        places = self.setting.birth_places[province]
        standing = [unit for unit in places if unit.valid_to is None or unit.valid_to >= born]
        return self.random.choice(standing or places), province

    def confirmed_on(self, age: int, created: dt.date) -> dt.date:
        """The last visit: within ten months, for the very old within five."""
        days = 150 if age >= 79 else 300
        return max(created, self.today - dt.timedelta(days=self.random.randrange(1, days)))

    def moment(self, day: dt.date) -> dt.datetime:
        clock = dt.time(self.random.randrange(7, 17), self.random.randrange(60))
        return timezone.make_aware(dt.datetime.combine(day, clock))

    def make_partial(self, sheet: Sheet) -> None:
        """Of many old people only the year is known; for most an officer has seen the paper that says so."""
        if sheet.born_on.year >= YEAR_ONLY_BEFORE or self.random.random() > YEAR_ONLY_SHARE:
            return
        know_year_only(sheet)
        sheet.resident.birth_date_confirmed = self.random.random() < YEAR_CONFIRMED_SHARE

    def give_papers(self, sheet: Sheet, province: str) -> None:
        age = sheet.age_on(self.today)
        if sheet.born_on.year < 2002 and self.random.random() < CMND_SHARE:
            sheet.resident.never_had_cmnd = False
            papers.give_old_cmnd(
                sheet,
                number=self.setting.numbers.cmnd(province),
                random=self.random,
                keep_paper=self.random.random() < PAPER_KEPT_SHARE,
            )
        if age > 14 or (age == 14 and papers.birthday(sheet.born_on, 14) < self.today - NEW_AT_14):
            papers.give_card(sheet, today=self.today, random=self.random)
        elif 6 <= age <= 12 and self.random.random() < CHILD_CARD_SHARE:
            papers.give_card(sheet, today=self.today, random=self.random, from_age=6)

    def give_parents(self, sheet: Sheet, father: Sheet | None, mother: Sheet | None) -> None:
        """Both parents: a linked record where it lives in the same household, otherwise the name on the birth paper."""
        year, group = sheet.born_on.year, sheet.resident.ethnic_group
        for kind, parent, sex, gap in ((RelationKind.FATHER, father, "1", 28), (RelationKind.MOTHER, mother, "2", 25)):
            if parent is not None:
                sheet.add_relation(kind, parent.resident.full_name, to=parent)
                parent.add_relation(RelationKind.CHILD, sheet.resident.full_name, to=sheet)
                continue
            own = sheet.resident.full_name.split()[0] if kind == RelationKind.FATHER and mother is None else None
            name = self.setting.names.full_name(sex=sex, birth_year=year - gap, ethnic_group=group, surname=own)
            sheet.add_relation(kind, name)

    # --- what happened to somebody ----------------------------------------------------------------------

    def settle(self, sheet: Sheet, home: Home, *, since: dt.date) -> None:
        """Registered at the household's address, and living there."""
        resident, household = sheet.resident, home.household
        place = {"unit": self.setting.commune, "hamlet": household.hamlet, "street": household.street}
        since = max(since, sheet.born_on)
        if (since - sheet.born_on).days > 400 and self.random.random() < MOVED_HERE_SHARE:
            self.lived_before(sheet, until=since - dt.timedelta(days=1))
        sheet.add_residence(ResidenceKind.PERMANENT, from_on=since, **place)
        sheet.add_residence(ResidenceKind.PRESENT, from_on=since, **place)
        resident.residence_file_number = f"{self.setting.commune.code}-{household.code}-{len(home.members):02d}"

    def lived_before(self, sheet: Sheet, *, until: dt.date) -> None:
        """The home before this one, in a commune by the name it had then."""
        province = self.pick(BIRTH_PROVINCE_SHARES)
        unit = self.random.choice(self.setting.birth_places[province]) if until < FIRST_RECORDS else None
        if unit is None or (unit.valid_to and unit.valid_to < until):
            return
        hamlet = f"Thôn {self.random.randrange(1, 12)}"
        sheet.add_residence(
            ResidenceKind.PERMANENT, unit=unit, hamlet=hamlet, from_on=sheet.born_on, to_on=until,
            raw_text=f"{hamlet}, {unit.path}",
        )  # fmt: skip

    def lodge(self, sheet: Sheet, home: Home, *, elsewhere: Unit) -> None:
        """Registered elsewhere, here on temporary residence of one or two years that does not end soon."""
        household = home.household
        place = {"unit": self.setting.commune, "hamlet": household.hamlet, "street": household.street}
        since = self.today - dt.timedelta(days=self.random.randrange(20, 300))
        ends = since + dt.timedelta(days=self.random.choice([365, 540, 720]))
        sheet.add_residence(ResidenceKind.PERMANENT, unit=elsewhere, hamlet="Thôn 3", from_on=sheet.born_on)
        sheet.add_residence(ResidenceKind.TEMPORARY, from_on=since, to_on=ends, **place)
        sheet.add_residence(ResidenceKind.PRESENT, from_on=since, **place)
        sheet.resident.residence_file_number = f"{elsewhere.code}-{self.random.randrange(10**5):05d}-01"

    def bury(self, sheet: Sheet, *, on: dt.date) -> None:
        """Died on a day: residences struck out, membership ended, the card taken in."""
        resident = sheet.resident
        resident.state, resident.died_on = ResidentState.DECEASED, on
        self._close(sheet, on, "Chết")
        for row in sheet.documents:
            row.state = "returned" if row.state == "in_use" else row.state

    def move_away(self, sheet: Sheet, *, on: dt.date) -> None:
        sheet.resident.state = ResidentState.MOVED
        self._close(sheet, on, "Đăng ký thường trú nơi khác")

    def _close(self, sheet: Sheet, on: dt.date, reason: str) -> None:
        for row in [row for row in sheet.residences if row.to_on is None or row.to_on > on]:
            row.to_on, row.closed_at, row.closed_reason = max(on, row.from_on or on), self.moment(on), reason
        for membership in sheet.memberships:
            membership.to_on = on


def know_year_only(sheet: Sheet) -> None:
    sheet.resident.birth_month = sheet.resident.birth_day = None
    sheet.born_on = dt.date(sheet.born_on.year, 12, 31)


def other_sex(sex: int) -> int:
    return Sex.FEMALE if sex == Sex.MALE else Sex.MALE
