"""Periods of whole years."""

import datetime as dt

import pytest

from registry.values.periods import years_after


@pytest.mark.parametrize(
    ("day", "years", "last"),
    [
        (dt.date(2025, 7, 1), 2, dt.date(2027, 7, 1)),
        (dt.date(2024, 2, 29), 4, dt.date(2028, 2, 29)),
        (dt.date(2024, 2, 29), 2, dt.date(2026, 2, 28)),  # "tối đa 02 năm": no day more
        (dt.date(2024, 2, 28), 2, dt.date(2026, 2, 28)),
    ],
)
def test_a_period_ends_on_the_same_day_of_its_last_year(day: dt.date, years: int, last: dt.date):
    assert years_after(day, years) == last
