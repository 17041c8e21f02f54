"""Periods that figures are told for: weeks as they are reported, months, quarters, years. Both ends are inside."""

import calendar
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from accounts.models import Setting

ONE_DAY: Final = dt.timedelta(days=1)
WEEK_DAYS: Final = 7
MONTHS_OF_QUARTER: Final = 3
WEEK, MONTH, QUARTER, YEAR = "week", "month", "quarter", "year"
FRIDAY: Final = 4


@dataclass(frozen=True)
class Period:
    """Two days, both inside."""

    first: dt.date
    last: dt.date

    @property
    def words(self) -> str:
        return f"từ {self.first:%d/%m/%Y} đến hết {self.last:%d/%m/%Y}"

    @property
    def query(self) -> str:
        return f"tu={self.first:%d/%m/%Y}&den={self.last:%d/%m/%Y}"

    @property
    def begins(self) -> dt.datetime:
        """The first moment."""
        return moment(self.first)

    @property
    def ends(self) -> dt.datetime:
        """The first moment that is no longer inside."""
        return moment(self.last + ONE_DAY)


def moment(day: dt.date) -> dt.datetime:
    """Where a day begins, as clocks here show it."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def week_of(day: dt.date, *, starts: int) -> Period:
    """The reporting week that holds a day; `starts` is its first weekday, 0 for Monday (Friday to Thursday as set)."""
    first = day - dt.timedelta(days=(day.weekday() - starts) % WEEK_DAYS)
    return Period(first, first + dt.timedelta(days=WEEK_DAYS - 1))


def month_of(day: dt.date) -> Period:
    return _months(day.year, day.month, 1)


def quarter_of(day: dt.date) -> Period:
    return _months(day.year, day.month - (day.month - 1) % MONTHS_OF_QUARTER, MONTHS_OF_QUARTER)


def year_of(day: dt.date) -> Period:
    return Period(dt.date(day.year, 1, 1), dt.date(day.year, 12, 31))


def _months(year: int, month: int, how_many: int) -> Period:
    last = month + how_many - 1
    return Period(dt.date(year, month, 1), dt.date(year, last, calendar.monthrange(year, last)[1]))


def of_kind(kind: str, day: dt.date, *, starts: int) -> Period:
    """The week, month, quarter or year that holds a day. Raises KeyError for any other kind."""
    found: dict[str, Callable[[dt.date], Period]] = {
        WEEK: lambda day: week_of(day, starts=starts), MONTH: month_of, QUARTER: quarter_of, YEAR: year_of,
    }  # fmt: skip
    return found[kind](day)


def previous(kind: str, period: Period) -> Period:
    """The one before. A week begins on the weekday on which this one began."""
    return of_kind(kind, period.first - ONE_DAY, starts=period.first.weekday())


def week_starts() -> int:
    """The weekday on which reporting weeks begin today. One query."""
    return Setting.values_on()["card_report_week_starts"] % WEEK_DAYS


def name_of(kind: str, period: Period) -> str:
    """ "Tuần 13/11–19/11/2026", "Tháng 11/2026", "Quý IV/2026", "Năm 2026"."""
    first, last = period.first, period.last
    if kind == WEEK:
        return f"Tuần {first:%d/%m}–{last:%d/%m/%Y}"
    if kind == MONTH:
        return f"Tháng {first:%m/%Y}"
    if kind == QUARTER:
        return f"Quý {('I', 'II', 'III', 'IV')[(first.month - 1) // MONTHS_OF_QUARTER]}/{first.year}"
    return f"Năm {first.year}"
