"""Counting working days by the holiday table. Saturday mornings receive citizens but do not count (facts.md 11)."""

import datetime as dt

from accounts.models.holiday import Holiday

ONE_DAY = dt.timedelta(days=1)


class Calendar:
    """The exceptions between two days, read once; then arithmetic without queries."""

    def __init__(self, first: dt.date, last: dt.date) -> None:
        rows = Holiday.objects.filter(day__range=(first, last)).values_list("day", "is_working")
        self.exceptions = dict(rows)

    def is_working(self, day: dt.date) -> bool:
        return self.exceptions.get(day, day.weekday() < 5)

    def add(self, start: dt.date, days: int) -> dt.date:
        """The `days`-th working day after `start`; the day of receipt itself is not counted (BLDS 2015 Đ147)."""
        day = start
        while days > 0:
            day += ONE_DAY
            days -= self.is_working(day)
        return day

    def between(self, start: dt.date, end: dt.date) -> int:
        """How many working days lie after `start`, up to and with `end`. Zero when `end` is not later."""
        length = (end - start).days
        return sum(self.is_working(start + dt.timedelta(days=n)) for n in range(1, length + 1))


def add_working_days(start: dt.date, days: int) -> dt.date:
    """As `Calendar.add`, with one query. Looks at most 60 days past the plain count, enough for Tết."""
    return Calendar(start, start + dt.timedelta(days=days * 2 + 60)).add(start, days)


def latest_start(today: dt.date, days: int) -> dt.date:
    """The last day of receipt for which more than `days` working days have passed by `today`. For set-based queries."""
    calendar = Calendar(today - dt.timedelta(days=days * 2 + 60), today)
    day = today
    while calendar.between(day, today) <= days:
        day -= ONE_DAY
    return day
