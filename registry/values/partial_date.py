"""A date of which only the year, or the month and the year, may be known; common for people born before 1960.

Unknown parts stay unknown: nothing here ever makes 01/01 of a year. Where a decision needs a day (is this person 14?),
the latest possible birth counts, the careful side.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

FIRST_YEAR: Final = 1800
LAST_YEAR: Final = 2399

_UNKNOWN: Final = r"0{1,2}|[.…_\-?xX*]{1,3}"
_SEPARATED: Final = re.compile(
    rf"(?:(?P<day>\d{{1,2}}|{_UNKNOWN})\s*[/\-. ]\s*)?(?P<month>\d{{1,2}}|{_UNKNOWN})\s*[/\-. ]\s*(?P<year>\d{{4}})"
)
_TOGETHER: Final = re.compile(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})")
_YEAR_ONLY: Final = re.compile(r"(?P<year>\d{4})")
_YEAR_FIRST: Final = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_WITH_WORDS: Final = re.compile(r"(?:ngày\s+)?(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)
_SHORT_YEAR: Final = re.compile(r"\d{1,2}[/\-. ]\d{1,2}[/\-. ]\d{2}")


class DateRefused(ValueError):
    """The text is no date; the message is the sentence the officer reads."""

    silent_variable_failure = True  # a template shows such a date as not known, and the page stands


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A real date, or a month of a year, or a year. Making an impossible one raises DateRefused."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise DateRefused(f"Năm {self.year} không hợp lý.")
        if self.month is None:
            if self.day is not None:
                raise DateRefused("Có ngày mà không có tháng; chưa rõ tháng thì chỉ ghi năm.")
            return
        if not 1 <= self.month <= 12:
            raise DateRefused(f"Không có tháng {self.month}; thứ tự nhập là ngày/tháng/năm.")
        if self.day is not None and not 1 <= self.day <= monthrange(self.year, self.month)[1]:
            raise DateRefused(f"Tháng {self.month:02d}/{self.year} không có ngày {self.day}.")

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """The full date of a calendar day."""
        return cls(day.year, day.month, day.day)

    @property
    def precision(self) -> str:
        """ "day", "month" or "year": the finest part known."""
        if self.day is not None:
            return "day"
        return "month" if self.month is not None else "year"

    @property
    def is_full(self) -> bool:
        return self.day is not None

    def display(self) -> str:
        """01/02/1980, 02/1980 or 1980: what is known and nothing more."""
        parts = [f"{part:02d}" for part in (self.day, self.month) if part is not None]
        return "/".join([*parts, f"{self.year:04d}"])

    def __str__(self) -> str:
        return self.display()

    def as_date(self) -> date | None:
        """The calendar day, None when it is not fully known."""
        return self.earliest() if self.is_full else None

    def earliest(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> date:
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def covers(self, day: date) -> bool:
        """Whether the event may have been on that day."""
        return self.earliest() <= day <= self.latest()

    def age_on(self, day: date) -> int:
        """Full years surely lived on that day (the latest possible birth counts); negative before birth."""
        born = self.latest()
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    def turns_on(self, age_years: int) -> date:
        """The first day on which age_on() is that age. Born on 29/02, the birthday of common years is 01/03."""
        born = self.latest()
        year = born.year + age_years
        if (born.month, born.day) == (2, 29) and monthrange(year, 2)[1] == 28:
            return date(year, 3, 1)
        return date(year, born.month, born.day)


def parse(text: str) -> PartialDate:
    """Read 1/2/1980, 01-02-1980, 01021980, 2/1980, 1980, 00/00/1948, …/…/1948 or 1980-02-01. Raises DateRefused.

    Whether a future date is allowed is the caller's question.
    """
    typed = " ".join(text.split())
    if not typed:
        raise DateRefused("Chưa nhập ngày.")
    if words := _WITH_WORDS.fullmatch(typed):
        return PartialDate(int(words[3]), int(words[2]), int(words[1]))
    for pattern in (_YEAR_FIRST, _SEPARATED, _TOGETHER, _YEAR_ONLY):
        if match := pattern.fullmatch(typed):
            found = match.groupdict()
            return PartialDate(int(found["year"]), _part(found.get("month")), _part(found.get("day")))
    if _SHORT_YEAR.fullmatch(typed):
        raise DateRefused("Ghi đủ 4 chữ số của năm, ví dụ 01/02/1980.")
    raise DateRefused("Không đọc được ngày. Nhập ngày/tháng/năm, ví dụ 01/02/1980, hoặc chỉ năm, ví dụ 1948.")


def _part(text: str | None) -> int | None:
    """A day or a month; None when it is 00 or a stand-in such as … or __."""
    if text is None or not text.isdecimal():
        return None
    return int(text) or None
