"""Numbers and papers of an invented person, with the digits, issuers and dates that the law gives them."""

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from registry.models import DocumentState, IdentityDocument, NumberKind, Sex
from registry.sample.sheet import Sheet

MILESTONES = (14, 25, 40, 60)
CHIP_CARDS_FROM = dt.date(2021, 3, 1)
NEW_CARDS_FROM = dt.date(2024, 7, 1)
ISSUER_BEFORE = "Cục Cảnh sát quản lý hành chính về trật tự xã hội"
ISSUER_NOW = "Bộ Công an"
# Facts 1.4: the first digits of a CMND say whose police issued it.
CMND_PREFIX = {"020": "08", "004": "08", "006": "095", "019": "090", "024": "12", "027": "12", "022": "10", "001": "01"}
MOBILE_PREFIXES = [
    "032",
    "033",
    "034",
    "035",
    "036",
    "037",
    "038",
    "039",
    "086",
    "096",
    "097",
    "098",
    "091",
    "094",
    "088",
    "083",
    "084",
    "085",
    "081",
    "082",
    "090",
    "093",
    "089",
    "070",
    "077",
    "079",
]


@dataclass
class Numbers:
    """Gives every number out once."""

    random: Random
    taken: set[str] = field(default_factory=set)

    def personal(self, *, province: str, sex: int, born: dt.date) -> str:
        """AAA B CC DDDDDD (facts 1.1)."""
        mark = 2 * (born.year // 100 - 19) + (0 if sex == Sex.MALE else 1)
        return self._fresh(f"{province}{mark}{born.year % 100:02d}", 12)

    def cmnd(self, province: str) -> str:
        return self._fresh(CMND_PREFIX.get(province, "08"), 9)

    def phone(self) -> str:
        return self._fresh(self.random.choice(MOBILE_PREFIXES), 10)

    def _fresh(self, start: str, length: int) -> str:
        while True:
            rest = length - len(start)
            number = start + f"{self.random.randrange(10**rest):0{rest}d}"
            if number not in self.taken:
                self.taken.add(number)
                return number


def birthday(born: dt.date, age: int) -> dt.date:
    """The day somebody turns `age`; born on 29/02, 01/03 of common years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return dt.date(born.year + age, 3, 1)


def expiry(born: dt.date, issued: dt.date) -> dt.date | None:
    """When a card of that day ends (Luật Căn cước Đ21): the next age of 14, 25, 40, 60; None after 60.

    Issued within two years before such an age (from 14 on), it holds until the next one.
    """
    for age in MILESTONES:
        day = birthday(born, age)
        covered = age > 14 and issued >= birthday(born, age - 2)
        if issued < day and not covered:
            return day
    return None


def give_card(sheet: Sheet, *, today: dt.date, random: Random, from_age: int = 14) -> None:
    """A valid card for somebody old enough: issued on a working day since chip cards exist, not yet expired."""
    number = sheet.number()
    if number is None:
        return
    first = max(CHIP_CARDS_FROM, birthday(sheet.born_on, from_age))
    for age in MILESTONES[1:]:  # a card that ended on a birthday was replaced after it
        day = birthday(sheet.born_on, age)
        if first < day <= today and birthday(sheet.born_on, age - 2) > first:
            first = day
    issued = _weekday(first + dt.timedelta(days=random.randrange(max(1, (today - first).days))), today)
    ends = expiry(sheet.born_on, issued)
    if ends is not None and ends <= today:
        issued = max(birthday(sheet.born_on, age) for age in MILESTONES if birthday(sheet.born_on, age) <= today)
        ends = expiry(sheet.born_on, issued)
    sheet.documents.append(
        IdentityDocument(
            resident=sheet.resident,
            kind="CAN_CUOC" if issued >= NEW_CARDS_FROM else "CCCD_CHIP",
            number=number.number,
            issued_on=issued,
            issued_by=ISSUER_NOW if issued >= NEW_CARDS_FROM else ISSUER_BEFORE,
            expires_on=ends,
            no_expiry=ends is None,
        )
    )


def _weekday(day: dt.date, today: dt.date) -> dt.date:
    """The day itself, or the Monday after a weekend, never in the future."""
    return min(day + dt.timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0), today)


def give_old_cmnd(sheet: Sheet, *, number: str, random: Random, keep_paper: bool) -> None:
    """The nine-digit number of somebody born before 2002; the paper itself was taken in when a card came."""
    sheet.add_number(number, NumberKind.CMND9)
    if keep_paper:
        first = max(birthday(sheet.born_on, 15), dt.date(1999, 1, 1))
        last = dt.date(2019, 12, 1)
        issued = first + dt.timedelta(days=random.randrange(max(1, (last - first).days)))
        sheet.documents.append(
            IdentityDocument(
                resident=sheet.resident,
                kind="CMND9",
                number=number,
                issued_on=issued,
                issued_by="Công an tỉnh Lạng Sơn",
                expires_on=issued.replace(day=1, year=issued.year + 15),
                state=DocumentState.REPLACED,
            )
        )
