"""Figures kept day by day: each day once, whatever dies or runs twice; and what nobody knows is never told as 0."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Level, Unit, UnitSuccessor
from accounts.periods import ONE_DAY, Period, moment
from registry.models import ResidentState
from supervision import snapshots, tasks
from supervision.figures import FIGURES, Area, Ask, counts, totals
from supervision.models import FigureDay
from tests.factories import (
    ApplicationFactory,
    EidAccountFactory,
    FindingFactory,
    HouseholdFactory,
    PairFactory,
    ResidentFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LONG_AGO = moment(TODAY - dt.timedelta(days=400))
PEOPLE, OPEN, TAKEN, PAIRS = "nhan-khau", "ho-so-dang-giai-quyet", "thu-nhan", "nghi-trung"


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def lives(commune, *, since: dt.datetime = LONG_AGO, **fields):
    person = ResidentFactory(commune=commune, **fields)
    type(person).objects.filter(pk=person.pk).update(created_at=since)
    return person


def taken(person, officer, *, on: dt.date, **fields):
    return ApplicationFactory(resident=person, created_by=officer, received_at=moment(on) + dt.timedelta(hours=9),
                              **fields)  # fmt: skip


def row(unit, day: dt.date = TODAY) -> FigureDay:
    return FigureDay.objects.get(unit=unit, day=day)


def kept(unit, day: dt.date, values: dict | None = None, **fields) -> FigureDay:
    return FigureDay.objects.create(
        unit=unit, day=day, values=values or {PEOPLE: 1}, **({"taken_at": moment(day + ONE_DAY)} | fields)
    )


@pytest.fixture
def town(commune, officer):
    """Three people, two open files, an account, a home, and a fault."""
    first, second, third = (lives(commune) for _ in range(3))
    taken(first, officer, on=ago(20))
    taken(second, officer, on=TODAY)
    EidAccountFactory(resident=third, granted_by=officer)
    FindingFactory(resident=first)
    HouseholdFactory(commune=commune)
    lives(commune, state=ResidentState.MOVED)
    return commune


# --- one commune, one day --------------------------------------------------------------------------------------------


def test_a_day_is_what_is_counted_live(town, ministry):
    whole = Period(dt.date(2000, 1, 1), TODAY)
    live = counts(Ask(ministry, Area(town), whole))
    snapshots.take(town)
    values = snapshots.latest([town])[town.pk].values
    assert values[PEOPLE] == 3
    assert {code: FIGURES[code].text(values) for code in FIGURES} == {
        code: FIGURES[code].text(live) for code in FIGURES
    }


def test_a_day_taken_twice_is_one_row_and_the_newest_count(town, officer):
    snapshots.take(town)
    taken(lives(town), officer, on=TODAY)
    snapshots.take(town)
    [one] = FigureDay.objects.filter(unit=town)
    assert (one.values[PEOPLE], one.values[OPEN], one.values[TAKEN]) == (4, 3, 3)
    assert not one.is_due
    assert not one.is_rebuilt


def test_a_day_that_was_counted_to_its_end_stays(town):
    kept(town, ago(1), {PEOPLE: 99})
    assert snapshots.take(town, ago(1)).values == {PEOPLE: 99}


@pytest.mark.parametrize("days", [-1, 5000])
def test_there_is_no_row_of_tomorrow_nor_of_days_before_the_commune_began(town, days):
    with pytest.raises(snapshots.NoSuchDay):
        snapshots.take(town, ago(days))
    assert not FigureDay.objects.exists()


def test_a_day_made_up_later_does_not_know_everything_and_says_so(town, officer):
    snapshots.take(town, ago(10))
    past = snapshots.on([town], ago(10))[town.pk]
    assert past.is_rebuilt
    assert past.values[PEOPLE] == 3
    assert past.values[TAKEN] == 1
    at = moment(ago(9))
    unknown = totals([town.pk], until=ago(10), at=at)[town.pk].missing
    assert unknown, "a figure of which nobody knows how it stood"
    for code in unknown:
        assert past.values.number(code) is None
        assert past.values.text(code) == "–"
    assert not unknown & set(row(town, ago(10)).values)


def test_what_was_counted_that_day_fills_what_the_records_no_longer_tell(town):
    [code, *_] = sorted(totals([town.pk], until=ago(10), at=moment(ago(9)))[town.pk].missing)
    kept(town, ago(10), {code: 7, PEOPLE: 50}, taken_at=moment(ago(10)) + dt.timedelta(hours=11))
    snapshots.take(town, ago(10))
    past = snapshots.on([town], ago(10))[town.pk]
    assert (past.values[code], past.values[PEOPLE]) == (7, 3)
    assert not past.values.missing


def test_the_last_hour_of_a_day_tells_how_it_stood_and_the_night_adds_what_happened(town):
    kept(town, ago(1), {PEOPLE: 50, TAKEN: 0}, taken_at=moment(TODAY) - dt.timedelta(minutes=5))
    snapshots.take(town, ago(1))
    assert row(town, ago(1)).values[PEOPLE] == 50
    assert row(town, ago(1)).values[TAKEN] == 1


def test_minutes_after_midnight_nothing_is_missing(town, monkeypatch):
    monkeypatch.setattr(snapshots, "END_OF_DAY", dt.timedelta(days=2))
    snapshots.take(town, ago(1))
    assert not row(town, ago(1)).missing
    assert not row(town, ago(1)).is_rebuilt
    assert row(town, ago(1)).values[TAKEN] == 1


# --- provinces and the country ---------------------------------------------------------------------------------------


@pytest.fixture
def far(db) -> Unit:
    return UnitFactory(
        code="09001", name="Xã Mẫu Xa", parent=UnitFactory(code="30", name="Tỉnh Xa", level=Level.PROVINCE)
    )


def test_a_province_is_the_sum_of_its_communes_and_a_shared_pair_counts_once(commune, other_commune, far, province):
    here, next_door, abroad = lives(commune), lives(other_commune), lives(far)
    PairFactory(left=here, right=next_door)
    PairFactory(left=here, right=abroad)
    for unit in (commune, other_commune, far):
        snapshots.take(unit)
    snapshots.take_above(TODAY)
    told = {unit: (row(unit).values[PEOPLE], row(unit).values[PAIRS]) for unit in (commune, other_commune, province)}
    assert told == {commune: (1, 2), other_commune: (1, 1), province: (2, 2)}
    assert (row(far.parent).values[PAIRS], row(None).values[PAIRS], row(None).values[PEOPLE]) == (1, 2, 3)


def test_spreads_add_up_and_what_one_commune_does_not_know_the_province_does_not_either(
    commune, other_commune, province
):
    kept(commune, ago(3), {PEOPLE: 2, TAKEN: 1}, spreads={"ngay-lam-viec": {"2": 1}}, missing=["the-ton-lau"])
    kept(other_commune, ago(3), {PEOPLE: 3, "the-ton-lau": 4}, spreads={"ngay-lam-viec": {"2": 1, "5": 3}})
    snapshots.take_above(ago(3))
    found = snapshots.on([province, None], ago(3))
    for key in (province.pk, None):
        assert found[key].values[PEOPLE] == 5
        assert found[key].values.spreads == {"ngay-lam-viec": {2: 2, 5: 3}}
        assert found[key].values.number("the-ton-lau") is None


def test_a_province_waits_for_the_first_count_of_each_commune(commune, other_commune, province):
    kept(commune, TODAY, {PEOPLE: 2})
    FigureDay.objects.create(unit=other_commune, day=TODAY, is_due=True)
    snapshots.take_above(TODAY)
    assert snapshots.latest([province, None]) == {}
    kept(other_commune, ago(1), {PEOPLE: 3})
    snapshots.take_above(TODAY)
    assert snapshots.latest([province])[province.pk].values[PEOPLE] == 5


def test_a_province_says_the_time_of_its_oldest_commune(commune, other_commune, province):
    old, new = timezone.now() - dt.timedelta(minutes=30), timezone.now()
    kept(commune, TODAY, taken_at=new)
    kept(other_commune, TODAY, taken_at=old)
    snapshots.take_above(TODAY)
    assert row(province).taken_at == old


# --- sweeps ----------------------------------------------------------------------------------------------------------


def test_the_sweep_counts_every_commune_that_keeps_records_and_adds_up(town, other_commune, far, province):
    lives(other_commune)
    assert snapshots.work_on_due(30) == 2
    assert row(province).values[PEOPLE] == 4
    assert row(None).values[PEOPLE] == 4
    assert not FigureDay.objects.filter(unit=far).exists()
    assert not FigureDay.objects.filter(is_due=True).exists()
    assert snapshots.work_on_due(30) == 0


def test_a_row_of_ten_minutes_ago_is_counted_anew(town, province):
    snapshots.work_on_due(30)
    FigureDay.objects.update(taken_at=timezone.now() - dt.timedelta(minutes=9))
    lives(town)
    assert snapshots.work_on_due(30) == 0
    FigureDay.objects.update(taken_at=timezone.now() - dt.timedelta(minutes=11))
    assert snapshots.work_on_due(30) == 1
    assert (row(town).values[PEOPLE], row(province).values[PEOPLE]) == (4, 4)


@pytest.fixture
def breaks(monkeypatch, other_commune):
    """Counting the other commune ends with this."""
    real = snapshots.figures.totals

    def with_(what: type[BaseException]) -> None:
        def totals(unit_ids, **asked):
            if other_commune.pk in unit_ids:
                raise what("broken")
            return real(unit_ids, **asked)

        monkeypatch.setattr(snapshots.figures, "totals", totals)

    return with_


def test_a_worker_killed_between_communes_leaves_the_rest_to_the_next(
    town, other_commune, province, breaks, monkeypatch
):
    lives(other_commune)
    monkeypatch.setattr(snapshots, "AT_ONCE", 1)
    snapshots.plan_today()
    FigureDay.objects.filter(unit=other_commune).update(taken_at=timezone.now())  # the other one goes first
    with monkeypatch.context() as patched:
        patched.setattr(snapshots.figures, "totals", snapshots.figures.totals)
        breaks(KeyboardInterrupt)
        with pytest.raises(KeyboardInterrupt):
            snapshots.work_on_due(30)
    assert row(town).values[PEOPLE] == 3
    assert snapshots.work_on_due(30) == 0, "the dead worker's lease still runs"
    assert snapshots.latest([province]) == {}, "one commune is no province"
    FigureDay.objects.filter(unit=other_commune).update(claimed_until=timezone.now())
    monkeypatch.undo()
    assert snapshots.work_on_due(30) == 1
    assert row(province).values[PEOPLE] == 4


def test_a_commune_on_which_it_fails_rests_and_the_others_are_counted(town, other_commune, breaks):
    lives(other_commune)
    breaks(ValueError)
    with pytest.raises(ValueError, match="broken"):
        snapshots.work_on_due(30)
    assert row(town).values[PEOPLE] == 3
    assert row(other_commune).is_due
    assert snapshots.work_on_due(30) == 0


def test_the_night_finishes_yesterday_and_fills_the_nights_that_were_missed(town, province):
    kept(town, ago(4), {PEOPLE: 3})
    kept(town, ago(3), {PEOPLE: 3}, taken_at=moment(ago(3)) + dt.timedelta(hours=17))
    snapshots.plan_night()
    waits = set(FigureDay.objects.filter(unit=town, is_due=True).values_list("day", flat=True))
    assert {ago(3), ago(2), ago(1)} <= waits
    assert ago(4) not in waits
    assert ago(5) not in waits or ago(5).day in (1, 30, 31) or ago(4).weekday() == 4
    before = FigureDay.objects.count()
    snapshots.plan_night()
    assert FigureDay.objects.count() == before
    snapshots.work_on_due(60)
    days = {one.day: one for one in FigureDay.objects.filter(unit=town)}
    assert all(snapshots.is_final(days[ago(n)]) for n in (1, 2, 3, 4))
    assert [days[ago(n)].values[TAKEN] for n in (1, 2, 3)] == [1, 1, 1]
    assert row(province, ago(1)).values[PEOPLE] == 3


def test_a_planned_day_is_no_day_yet(town):
    FigureDay.objects.create(unit=town, day=TODAY, is_due=True)
    assert snapshots.latest([town]) == {}
    assert snapshots.on([town], TODAY) == {}
    assert snapshots.trend(town, [TODAY]) == [None]


def test_days_are_filled_back_once_each(town, province):
    days = [ago(n) for n in (1, 7, 14, 5000)]
    assert snapshots.back_fill(town, days) == 3
    assert snapshots.back_fill(town, days) == 3
    assert FigureDay.objects.filter(unit=town).count() == 3
    assert [one.values[TAKEN] for one in snapshots.trend(province, [ago(7), ago(1)])] == [1, 1]


def test_the_tasks_do_it(town):
    tasks.figures_due()
    assert row(town).values[PEOPLE] == 3
    tasks.figures_night()
    assert row(town, ago(1)).values[PEOPLE] == 3


# --- reading ---------------------------------------------------------------------------------------------------------


def test_reading_is_one_query(town, province, django_assert_num_queries):
    units = [town, province, None]
    for unit in units:
        kept(unit, ago(1), {PEOPLE: 2, TAKEN: 1})
        kept(unit, ago(3), {PEOPLE: 1})
    with django_assert_num_queries(1):
        assert {key: one.day for key, one in snapshots.latest(units).items()} == {
            town.pk: ago(1), province.pk: ago(1), None: ago(1),
        }  # fmt: skip
    with django_assert_num_queries(1):
        assert {one.day for one in snapshots.on(units, ago(2)).values()} == {ago(3)}
    with django_assert_num_queries(1):
        assert [one and one.day for one in snapshots.trend(None, [ago(3), ago(2), ago(1)])] == [ago(3), None, ago(1)]
    with django_assert_num_queries(1):
        assert snapshots.within(units, Period(ago(2), ago(1)))[None][TAKEN] == 1
    with django_assert_num_queries(1):
        snapshots.latest([town])


def test_a_row_of_long_ago_speaks_for_no_day(town):
    kept(town, ago(20))
    assert snapshots.on([town], ago(13)) == {}
    assert snapshots.on([town], ago(14))[town.pk].day == ago(20)


def test_a_period_is_the_difference_of_two_days(town, officer):
    kept(town, ago(8), {PEOPLE: 10, TAKEN: 5, "the-ve": 4}, spreads={"ngay-lam-viec": {"2": 4}})
    kept(town, ago(1), {PEOPLE: 12, TAKEN: 9, "the-ve": 4}, spreads={"ngay-lam-viec": {"2": 5, "6": 2}})
    values = snapshots.within([town], Period(ago(7), ago(1)))[town.pk]
    assert (values[PEOPLE], values[TAKEN], values.number("the-ve")) == (12, 4, 0)
    assert values.spreads == {"ngay-lam-viec": {2: 1, 6: 2}}


def test_a_period_whose_first_or_last_day_nobody_counted_is_unknown_not_nothing(town):
    kept(town, ago(2), {PEOPLE: 12, TAKEN: 9})
    values = snapshots.within([town], Period(ago(7), ago(2)))[town.pk]
    assert values.number(PEOPLE) == 12
    assert (values.number(TAKEN), values.text("ngay-lam-viec")) == (None, "–")
    kept(town, ago(8), {PEOPLE: 10, TAKEN: 5})
    assert snapshots.within([town], Period(ago(7), ago(2)))[town.pk].number(TAKEN) == 4
    assert snapshots.within([town], Period(ago(7), ago(1)))[town.pk].number(TAKEN) is None
    assert snapshots.within([town], Period(ago(7), TODAY + ONE_DAY))[town.pk].number(TAKEN) == 4


def test_less_than_nothing_is_unknown(town):
    kept(town, ago(8), {"dd2-kich-hoat": 5, TAKEN: 1})
    kept(town, ago(1), {"dd2-kich-hoat": 4, TAKEN: 1})
    values = snapshots.within([town], Period(ago(7), ago(1)))[town.pk]
    assert (values.number("dd2-kich-hoat"), values.number(TAKEN)) == (None, 0)


# --- units that began or ended ---------------------------------------------------------------------------------------


@pytest.fixture
def renamed(commune, province) -> Unit:
    """Three days ago the commune became a ward of the same code."""
    commune.valid_to = ago(4)
    commune.save()
    ward = UnitFactory(code=commune.code, name="Phường Mẫu Sơn", parent=province, valid_from=ago(3))
    UnitSuccessor.objects.create(old=commune, new=ward, kind="whole")
    return ward


def test_a_renamed_unit_carries_on(commune, renamed):
    kept(commune, ago(5), {PEOPLE: 10, TAKEN: 5})
    kept(commune, ago(4), {PEOPLE: 11, TAKEN: 6})
    kept(renamed, ago(3), {PEOPLE: 11, TAKEN: 8})
    kept(renamed, ago(1), {PEOPLE: 12, TAKEN: 9})
    told = snapshots.trend(renamed, [ago(5), ago(4), ago(3), ago(2)])
    assert [one and one.values[TAKEN] for one in told] == [5, 6, 8, None]
    values = snapshots.within([renamed], Period(ago(4), ago(1)))[renamed.pk]
    assert (values[PEOPLE], values[TAKEN]) == (12, 4)


def test_while_people_are_being_moved_what_happened_is_told_once(commune, other_commune, renamed, province):
    """The other commune joined too; half of its people still stand in the old unit."""
    other_commune.valid_to = ago(4)
    other_commune.save()
    UnitSuccessor.objects.create(old=other_commune, new=renamed, kind="whole")
    kept(commune, ago(5), {PEOPLE: 10, TAKEN: 5})
    kept(other_commune, ago(5), {PEOPLE: 20, TAKEN: 7})
    kept(other_commune, ago(1), {PEOPLE: 8, TAKEN: 3})
    kept(renamed, ago(1), {PEOPLE: 23, TAKEN: 12})
    values = snapshots.within([renamed], Period(ago(4), ago(1)))[renamed.pk]
    assert (values[PEOPLE], values[TAKEN]) == (23, 3)
    snapshots.take_above(ago(1))
    assert row(province, ago(1)).values[PEOPLE] == 31


def test_a_unit_that_ended_is_not_told_beside_its_successor(commune, renamed, province):
    kept(commune, ago(4), {PEOPLE: 11})
    kept(renamed, ago(3), {PEOPLE: 12})
    assert set(snapshots.on([commune, renamed], ago(3))) == {renamed.pk}
    snapshots.take_above(ago(3))
    assert row(province, ago(3)).values[PEOPLE] == 12
    snapshots.take_above(ago(4))
    assert row(province, ago(4)).values[PEOPLE] == 11


def test_a_new_commune_begins_from_nothing(province):
    unit = UnitFactory(code="06009", name="Xã Mẫu Mới", parent=province, valid_from=ago(3))
    kept(unit, ago(1), {PEOPLE: 4, TAKEN: 2})
    assert snapshots.within([unit], Period(ago(5), ago(1)))[unit.pk][TAKEN] == 2


def test_only_communes_with_people_or_officers_are_counted(commune, other_commune, far, officer, renamed):
    lives(other_commune)
    told = set(snapshots.keeping_records(TODAY))
    assert told == {other_commune}, "the officer's commune has ended and keeps nobody"
    lives(commune)
    assert set(snapshots.keeping_records(TODAY)) == {commune, other_commune}
    assert commune in snapshots.keeping_records(ago(4))
    officer.unit = renamed
    officer.save()
    assert renamed in snapshots.keeping_records(TODAY)
    assert renamed not in snapshots.keeping_records(ago(4))
