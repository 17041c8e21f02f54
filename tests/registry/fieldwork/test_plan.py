"""The plan of the month: figures whose lists are exactly theirs, and days that hold what an officer can do."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Setting
from registry.fieldwork import plan
from registry.fieldwork.choosing import month_end
from registry.fieldwork.plan import Due
from registry.models import FieldSheet, Hamlet, Household, Resident
from registry.residents.freshness import LEVELS, Terms
from tests.factories import HouseholdFactory, ResidentFactory
from tests.registry.fieldwork.conftest import lives

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 9)  # a Monday
TERMS = Terms(12, 6)


@pytest.fixture(autouse=True)
def monday(monkeypatch) -> None:
    moment = timezone.make_aware(dt.datetime.combine(TODAY, dt.time(9)))
    monkeypatch.setattr(timezone, "now", lambda: moment)


def at(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(10)))


def house(commune, officer, code: str, since: dt.date, *, hamlet: str = "Thôn 2", **fields) -> Household:
    home = HouseholdFactory(commune=commune, code=code, hamlet=hamlet, street=f"Số {int(code)}")
    lives(home, f"Người Mẫu {code}", role="CHU_HO", since=at(since), by=officer, **fields)
    return home


@pytest.fixture
def hamlets(commune, officer, colleague) -> list[Hamlet]:
    return [
        Hamlet.objects.create(commune=commune, name="Thôn 2", officer=officer),
        Hamlet.objects.create(commune=commune, name="Thôn 3", officer=colleague),
    ]


@pytest.fixture
def village(commune, officer, hamlets, other_commune, stranger) -> None:
    house(commune, officer, "00001", dt.date(2025, 11, 8))  # past: a day too long
    house(commune, officer, "00002", dt.date(2025, 11, 9))  # near: tomorrow
    house(commune, officer, "00003", dt.date(2025, 11, 30))  # near: by the last day, past on 1/12
    house(commune, officer, "00004", dt.date(2025, 12, 1))  # fresh
    house(commune, officer, "00005", dt.date(2026, 5, 8), birth_year=1940, hamlet="thôn 3")  # past: over 80
    house(commune, officer, "00006", dt.date(2026, 5, 8), hamlet="Thôn 3")  # fresh
    house(commune, officer, "00007", dt.date(2026, 11, 1), hamlet="")
    ResidentFactory(commune=commune, full_name="Không Hộ", confirmed_at=at(dt.date(2025, 1, 1)), confirmed_by=officer)
    ResidentFactory(commune=commune, state="moved", confirmed_at=at(dt.date(2020, 1, 1)), confirmed_by=officer)
    house(other_commune, stranger, "00001", dt.date(2020, 1, 1))


def test_people_are_counted_by_hamlet_and_level(village, commune, officer, colleague):
    told = [(one.name, one.officer, one.past, one.near, one.fresh)
            for one in plan.figures(commune, today=TODAY, terms=TERMS)]  # fmt: skip
    assert told == [
        ("Thôn 2", officer, 1, 2, 1),
        ("Thôn 3", colleague, 1, 0, 1),  # both spellings
        ("Chưa rõ thôn, tổ", None, 0, 0, 1),
        ("Chưa thuộc hộ nào", None, 1, 0, 0),
    ]


def test_every_number_opens_exactly_its_list(village, commune):
    for one in plan.figures(commune, today=TODAY, terms=TERMS):
        for level in LEVELS:
            rows = plan.people_behind(commune, hamlet=one.key, level=level, today=TODAY, terms=TERMS)
            assert rows.count() == one.counts[level], (one.name, level)
        assert plan.people_behind(commune, hamlet=one.key, level="", today=TODAY, terms=TERMS).count() == one.people
    everybody = Resident.objects.current().filter(commune=commune).count()
    levels = [plan.people_behind(commune, hamlet="", level=one, today=TODAY, terms=TERMS).count() for one in LEVELS]
    assert sum(levels) == everybody == 8


def test_only_households_with_somebody_due_are_visited(village, commune):
    made = plan.plan(commune, today=TODAY)
    codes = sorted(one.home.code for trip in made.trips for one in trip.homes)
    assert codes == ["00001", "00002", "00003", "00005"]
    assert (made.homes, made.people, made.left) == (4, 4, [])


def test_each_officer_goes_to_hamlets_of_his_own_the_longest_waiting_first(village, commune, officer, colleague):
    trips = plan.plan(commune, today=TODAY).trips
    assert {(trip.officer, trip.hamlet) for trip in trips} == {(officer, "Thôn 2"), (colleague, "thôn 3")}
    mine = [one.home.code for trip in trips if trip.officer == officer for one in trip.homes]
    assert mine == ["00001", "00002", "00003"]
    assert trips[0].day == TODAY


def test_days_are_working_days_of_this_month(commune):
    days = plan.working_days(TODAY)
    assert (days[0], days[-1], len(days)) == (TODAY, dt.date(2026, 11, 30), 15)
    assert dt.date(2026, 11, 24) not in days  # a holiday of the table
    assert all(day.weekday() < 5 for day in days)
    assert plan.working_days(dt.date(2026, 11, 29)) == [dt.date(2026, 11, 30)]


def test_one_click_makes_the_sheets_and_a_second_makes_none(village, commune, officer, colleague):
    sheets = plan.make_sheets(commune, None, by=officer, today=TODAY)
    assert sum(one.lines.filter(resident=None).count() for one in sheets) == 4
    assert {one.assigned_to for one in sheets} == {officer, colleague}
    assert all(one.planned_on and one.which == "due" for one in sheets)
    assert plan.plan(commune, today=TODAY).homes == 0
    assert plan.make_sheets(commune, None, by=officer, today=TODAY) == []
    assert FieldSheet.objects.count() == len(sheets)


def test_one_trip_makes_its_sheet_alone(village, commune, officer):
    trip = plan.plan(commune, today=TODAY).trips[0]
    [made] = plan.make_sheets(commune, [trip.key], by=officer, today=TODAY)
    assert (made.planned_on, made.assigned_to, made.hamlets) == (trip.day, trip.officer, [trip.hamlet])
    assert plan.make_sheets(commune, ["20260101.x.thon-2"], by=officer, today=TODAY) == []


def test_what_no_day_has_room_for_is_said(commune, officer, hamlets):
    for n in range(1, 41):
        house(commune, officer, f"{n:05d}", dt.date(2025, 11, 1))
    Setting.objects.create(code="visits_per_day", value=2, valid_from=dt.date(2026, 1, 1))
    made = plan.plan(commune, today=TODAY)
    assert len(made.left) == 40 - 2 * 15
    assert {len(trip.homes) for trip in made.trips} == {2}


def test_the_plan_costs_the_same_for_four_households_and_for_forty(
    village, commune, officer, django_assert_max_num_queries
):
    with django_assert_max_num_queries(6):
        plan.plan(commune, today=TODAY)
    for n in range(100, 140):
        house(commune, officer, f"{n:05d}", dt.date(2025, 11, 1))
    with django_assert_max_num_queries(6):
        plan.plan(commune, today=TODAY)


DAYS = [TODAY + dt.timedelta(days=n) for n in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]


@settings(max_examples=50, deadline=None)
@given(
    due=st.lists(st.tuples(st.integers(-30, 20), st.sampled_from(["Thôn 2", "Thôn 3", "Thôn 4"])), max_size=60),
    capacity=st.integers(1, 9),
)
def test_spreading_keeps_every_household_once_within_capacity_and_in_time_where_there_is_room(due, capacity):
    homes = [Due(Household(pk=n, code=f"{n:05d}", hamlet=hamlet), TODAY + dt.timedelta(days=days), 1)
             for n, (days, hamlet) in enumerate(due, start=1)]  # fmt: skip
    trips, left = plan.spread(homes, DAYS, capacity)
    visited = [one for trip in trips for one in trip.homes]
    assert sorted(one.home.pk for one in [*visited, *left]) == [one.home.pk for one in homes]
    by_day = {day: sum(len(trip.homes) for trip in trips if trip.day == day) for day in DAYS}
    assert max(by_day.values()) <= capacity
    assert not left or all(count == capacity for count in by_day.values())
    for trip in trips:
        assert {one.home.hamlet for one in trip.homes} == {trip.hamlet}


def test_the_last_day_of_a_month_is_that_of_the_calendar():
    assert [month_end(dt.date(2026, month, 5)).day for month in (2, 4, 12)] == [28, 30, 31]
