"""Periods that law counts in whole years."""

import datetime as dt


def years_after(day: dt.date, years: int) -> dt.date:
    """The last day of a period of so many years: the same day of the last year; from 29 February, in a year without
    one, the last of February.

    The first day does not count (Bộ luật Dân sự 2015 Đ147 k2): two years from 29/02/2024 are 01/03/2024 to 28/02/2026.
    The last of the month where the day is missing: Đ148 k3, k4.
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 2, 28)
