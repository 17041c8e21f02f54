"""What is printed on an identity card by law: who issues it, and until when it holds.

Sources: Luật Căn cước Đ21 (facts 2.3): to the next of 14, 25, 40, 60 years; one issued within two years before such an
age, to the age after it; after 60 for ever. Issuers by day: rule D24.
"""

from datetime import date
from typing import Final

from registry.values.partial_date import PartialDate

RENEWAL_AGES: Final = (14, 25, 40, 60)
COVERED_YEARS: Final = 2
MINISTRY: Final = "Bộ Công an"
SOCIAL_ORDER: Final = "Cục Cảnh sát QLHC về TTXH"
RESIDENCE_POLICE: Final = "Cục Cảnh sát ĐKQL cư trú và DLQG về dân cư"
ISSUERS: Final = ((date(2024, 7, 1), MINISTRY), (date(2018, 10, 10), SOCIAL_ORDER), (date.min, RESIDENCE_POLICE))
_TELLING_WORDS: Final = {
    SOCIAL_ORDER: ("ttxh", "trat tu xa hoi", "qlhc", "quan ly hanh chinh"),
    RESIDENCE_POLICE: ("cu tru", "dkql", "dlqg", "du lieu quoc gia"),
    MINISTRY: ("bo cong an",),  # last: the departments sign "…, Bộ Công an"
}


def issuer_on(issued_on: date) -> str:
    """Who issues identity cards on that day."""
    return next(name for since, name in ISSUERS if issued_on >= since)


def issuer_meant(folded: str) -> str:
    """Which of the three a freely written issuer means, "" when it is none of them. Give it folded text."""
    return next((name for name, words in _TELLING_WORDS.items() if any(word in folded for word in words)), "")


def expiry(born: PartialDate, issued_on: date) -> date | None:
    """The day a card of that day ends; None when it holds for ever. Of a partial birth date the latest day counts."""
    ends = (born.turns_on(age) for age in RENEWAL_AGES if issued_on < born.turns_on(age - COVERED_YEARS))
    return next(ends, None)


def is_lawful(born: PartialDate, *, issued_on: date, expires_on: date | None) -> bool:
    """Whether the printed end is the law's. On the very day two years before, either reading may stand; of a partial
    birth date only the year can be compared.
    """
    day_before = date.fromordinal(issued_on.toordinal() - 1)
    lawful = {expiry(born, day) for day in (issued_on, day_before)}
    if born.is_full or expires_on is None:
        return expires_on in lawful
    return expires_on.year in {day.year for day in lawful if day}
