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


# --- by the days off that are in the catalogue, seven working days (Luật Căn cước Đ26) --------------------------------

SEVEN = [
    ((2026, 11, 12), (2026, 11, 23)),  # Thursday; two weekends, the 24th not reached
    ((2026, 11, 13), (2026, 11, 25)),  # the seventh would be Tuesday 24/11: a day later
    ((2026, 11, 23), (2026, 12, 3)),  # the day before
    ((2026, 11, 24), (2026, 12, 3)),  # taken on the holiday itself
    ((2026, 11, 25), (2026, 12, 4)),
    ((2026, 12, 31), (2027, 1, 12)),  # Thursday; 01/01/2027 is a Friday
    ((2027, 1, 25), (2027, 2, 3)),  # clear of Tết
    ((2027, 1, 27), (2027, 2, 12)),  # six days before Tết, the seventh after 05–11/02
    ((2027, 2, 4), (2027, 2, 22)),  # the last day before Tết
    ((2027, 2, 8), (2027, 2, 22)),  # taken in the middle of it
    ((2027, 2, 11), (2027, 2, 22)),  # its last day
    ((2026, 4, 24), (2026, 5, 8)),  # Friday; over 27/4 (for Giỗ Tổ on a Sunday), 30/4, 1/5
    ((2026, 4, 28), (2026, 5, 11)),
    ((2027, 4, 27), (2027, 5, 10)),  # over 30/4, 1/5 on a Saturday and 3/5 in its place
    ((2027, 4, 15), (2027, 4, 27)),  # over 16/4/2027
    ((2026, 8, 26), (2026, 9, 9)),  # over 31/8 (swapped), 1/9 and 2/9
    ((2026, 8, 20), (2026, 8, 28)),  # Saturday 22/8 is worked for 31/8
    ((2026, 8, 21), (2026, 9, 3)),  # 22/8 worked, 31/8 off
    ((2027, 8, 30), (2027, 9, 10)),  # over 2/9 and 3/9/2027
    ((2025, 4, 25), (2025, 5, 8)),  # Saturday 26/4/2025 worked for 2/5
    ((2025, 12, 30), (2026, 1, 10)),  # over 01/01 and 02/01; the seventh is Saturday 10/01, which is worked
    ((2025, 12, 31), (2026, 1, 12)),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("start", "end"), SEVEN)
def test_seven_working_days_over_the_holidays_of_the_catalogue(start, end):
    assert add_working_days(dt.date(*start), 7) == dt.date(*end)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "two", "three"),
    [
        ((2026, 11, 20), (2026, 11, 25), (2026, 11, 26)),  # data by two days, electronic identity by three
        ((2027, 2, 4), (2027, 2, 15), (2027, 2, 16)),
        ((2026, 8, 21), (2026, 8, 24), (2026, 8, 25)),
        ((2026, 8, 28), (2026, 9, 4), (2026, 9, 7)),
    ],
)
def test_the_short_terms_count_alike(start, two, three):
    assert add_working_days(dt.date(*start), 2) == dt.date(*two)
    assert add_working_days(dt.date(*start), 3) == dt.date(*three)


@pytest.mark.django_db
def test_the_day_itself_never_counts_and_a_day_after_the_end_is_late():
    """Also when it is a day worked in exchange: BLDS 2015 Đ147."""
    swapped = dt.date(2026, 8, 22)
    assert Holiday.objects.get(day=swapped).is_working
    assert add_working_days(swapped, 1) == dt.date(2026, 8, 24)
    assert add_working_days(dt.date(2026, 8, 21), 1) == swapped
    days = Calendar(dt.date(2026, 8, 1), dt.date(2026, 9, 30))
    assert days.between(dt.date(2026, 8, 21), dt.date(2026, 9, 3)) == 7
    assert days.between(dt.date(2026, 9, 3), dt.date(2026, 8, 21)) == 0


@pytest.mark.django_db
def test_a_day_that_the_administrator_adds_moves_the_end_by_one():
    Holiday.objects.create(day=dt.date(2026, 12, 1), name="Nghỉ thêm")
    assert add_working_days(dt.date(2026, 11, 23), 7) == dt.date(2026, 12, 4)
