"""Working days by the holiday table (facts.md section 11)."""

import datetime as dt

import pytest

from accounts.models import Holiday
from accounts.working_days import Calendar, add_working_days, latest_start


@pytest.fixture
def holidays(db):
    Holiday.objects.all().delete()
    Holiday.objects.create(day=dt.date(2026, 11, 24), name="Ngày Văn hóa Việt Nam")
    Holiday.objects.create(day=dt.date(2026, 4, 30), name="Giải phóng miền Nam")
    Holiday.objects.create(day=dt.date(2026, 5, 1), name="Quốc tế Lao động")
    Holiday.objects.create(day=dt.date(2026, 5, 9), name="Làm bù", is_working=True)
    for day in range(16, 21):
        Holiday.objects.create(day=dt.date(2026, 2, day), name="Tết Nguyên đán")


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ((2026, 11, 16), 5, (2026, 11, 23)),  # an ordinary week: Monday to the next Monday
        ((2026, 11, 20), 7, (2026, 12, 2)),  # over a weekend and Tuesday 24/11
        ((2026, 11, 21), 7, (2026, 12, 2)),  # taken on a Saturday
        ((2026, 4, 28), 7, (2026, 5, 9)),  # over 30/4 and 1/5; Saturday 9/5 is worked
        ((2026, 2, 13), 7, (2026, 3, 3)),  # over Tết
        ((2026, 11, 16), 0, (2026, 11, 16)),
    ],
)
def test_counting_days(holidays, start, days, end):
    assert add_working_days(dt.date(*start), days) == dt.date(*end)


def test_counting_between_is_the_reverse_of_adding(holidays):
    start = dt.date(2026, 2, 10)
    for days in range(12):
        end = add_working_days(start, days)
        assert Calendar(start, end).between(start, end) == days


def test_the_latest_start_is_the_first_day_that_is_late(holidays):
    today = dt.date(2026, 11, 30)
    start = latest_start(today, 7)
    assert Calendar(start, today).between(start, today) == 8
    following = start + dt.timedelta(days=1)
    assert Calendar(start, today).between(following, today) == 7
