"""A period is closed once and stays as it was; what turns out otherwise later stands beside it, explained once."""

import datetime as dt
import threading

import pytest
from django.db import connections, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from accounts.models import AuditEvent, Level, Setting, Unit
from accounts.periods import ONE_DAY, Period, moment, week_of
from cards.models import Application
from supervision import closing, corrections, snapshots, tasks
from supervision.models import Correction, FigureDay, FrozenPeriod, PeriodKind
from tests.factories import ApplicationFactory, PairFactory, ResidentFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
WEEK = Period(TODAY - dt.timedelta(days=20), TODAY - dt.timedelta(days=14))
PEOPLE, TAKEN, OPEN, PAIRS, FOUND = "nhan-khau", "thu-nhan", "ho-so-dang-giai-quyet", "nghi-trung", "trung-phat-hien"


LONG_AGO = moment(WEEK.first - dt.timedelta(days=300))


def lives(commune):
    person = ResidentFactory(commune=commune)
    type(person).objects.filter(pk=person.pk).update(created_at=LONG_AGO)
    return person


def taken(person, officer, *, on: dt.date) -> Application:
    return ApplicationFactory(resident=person, created_by=officer, received_at=moment(on) + dt.timedelta(hours=9))


def counted(unit, **values: int) -> FigureDay:
    """The last day of the week, counted to its end."""
    values = {PEOPLE: 3} | {code.replace("_", "-"): number for code, number in values.items()}
    return FigureDay.objects.create(unit=unit, day=WEEK.last, values=values, taken_at=moment(WEEK.last + ONE_DAY))


def close(period: Period = WEEK) -> int:
    return closing.close("week", period)


def closed(unit) -> FrozenPeriod:
    found = closing.frozen(unit, "week", WEEK.first)
    assert found is not None
    return found


@pytest.fixture
def town(commune, officer) -> Unit:
    """One file before the week, two within, one after."""
    for day in (WEEK.first - ONE_DAY, WEEK.first, WEEK.last, WEEK.last + ONE_DAY):
        taken(lives(commune), officer, on=day)
    counted(commune, ho_so_dang_giai_quyet=2)
    return commune


# --- closing ---------------------------------------------------------------------------------------------------------


def test_a_closed_week_says_what_stood_at_its_end_what_happened_and_what_had_happened_until_then(town):
    close()
    row = closed(town)
    assert (row.last, row.values[PEOPLE], row.values[OPEN]) == (WEEK.last, 3, 2)
    assert (row.values[TAKEN], row.totals[TAKEN]) == (2, 3)
    assert PEOPLE not in row.totals


def test_what_was_not_known_of_the_last_day_is_not_closed_as_nothing(town):
    FigureDay.objects.filter(unit=town).update(missing=["the-ton-lau"])
    close()
    assert closed(town).missing == ["the-ton-lau"]
    assert "the-ton-lau" not in closed(town).values


def test_a_week_is_closed_once(town, province, officer):
    assert close() == 3  # with the province and the country
    taken(lives(town), officer, on=WEEK.first)
    assert close() == 0
    assert [closed(unit).values[TAKEN] for unit in (town, province, None)] == [2, 2, 2]


def test_a_week_that_has_not_ended_is_not_closed(town):
    for period in (week_of(TODAY, starts=4), Period(TODAY - dt.timedelta(days=6), TODAY)):
        with pytest.raises(closing.CloseRefused, match="chưa kết thúc"):
            close(period)
    assert not FrozenPeriod.objects.exists()


def test_a_unit_that_kept_nobody_then_closes_nothing(town, other_commune):
    FigureDay.objects.create(unit=other_commune, day=WEEK.last, values={TAKEN: 4}, taken_at=moment(WEEK.last + ONE_DAY))
    close()
    assert closing.frozen(other_commune, "week", WEEK.first) is None


def test_a_province_waits_for_its_last_commune_and_so_does_the_country(town, other_commune, province):
    late = counted(other_commune)
    FigureDay.objects.filter(pk=late.pk).update(taken_at=moment(WEEK.last) + dt.timedelta(hours=17))
    assert close() == 1
    assert FrozenPeriod.objects.get().unit == town
    FigureDay.objects.filter(pk=late.pk).update(taken_at=moment(WEEK.last + ONE_DAY))
    assert close() == 3
    assert closed(province).values[PEOPLE] == closed(None).values[PEOPLE] == 6


def test_a_pair_of_two_communes_is_closed_once_above_them(commune, other_commune, province):
    pair = PairFactory(left=lives(commune), right=lives(other_commune))
    type(pair).objects.filter(pk=pair.pk).update(found_at=moment(WEEK.first) + dt.timedelta(hours=5))
    for unit in (commune, other_commune):
        counted(unit, nghi_trung=1)
    counted(province, nghi_trung=1)
    close()
    told = [(closed(unit).values[FOUND], closed(unit).values[PAIRS]) for unit in (commune, other_commune, province)]
    assert told == [(1, 1), (1, 1), (1, 1)]
    assert (closed(None).values[FOUND], PAIRS in closed(None).missing) == (1, True)


def test_a_killed_closing_goes_on_where_it_was(town, other_commune, province, monkeypatch):
    counted(other_commune)
    monkeypatch.setattr(closing, "AT_ONCE", 1)
    real, done = closing._close_communes, []

    def dies(kind, period, rows):
        if done:
            raise KeyboardInterrupt
        done.append(rows)
        real(kind, period, rows)

    monkeypatch.setattr(closing, "_close_communes", dies)
    with pytest.raises(KeyboardInterrupt):
        close()
    monkeypatch.setattr(closing, "_close_communes", real)
    assert FrozenPeriod.objects.count() == 1
    assert close() == 3
    assert closed(province).values[PEOPLE] == 6


@pytest.mark.parametrize("changed", [{"values": {}}, {"totals": {}}, {"targets": {"x": 1}}, {"closed_at": LONG_AGO}])
def test_the_database_refuses_to_change_what_is_closed(town, changed):
    close()
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        FrozenPeriod.objects.filter(unit=town).update(**changed)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        FrozenPeriod.objects.filter(unit=town).delete()
    FrozenPeriod.objects.filter(unit=town).update(checked_at=timezone.now())


def test_the_target_that_held_is_kept(town, ministry):
    from supervision.models import Target

    early = WEEK.first - dt.timedelta(days=30)
    Target.objects.create(code=TAKEN, period="week", value=500, valid_from=early, set_by=ministry)
    Target.objects.create(code=TAKEN, period="month", value=2000, valid_from=early, set_by=ministry)
    close()
    assert closed(town).targets == {TAKEN: 500}


@pytest.mark.parametrize(("last", "opens"), [("2026-11-19", "2026-11-24"), ("2026-08-30", "2026-09-03")])
def test_a_period_is_closed_after_its_working_days(last, opens):
    """A Thursday: Friday, Monday. A Sunday before the national day: Monday, and the Wednesday or Thursday after it."""
    last, opens = dt.date.fromisoformat(last), dt.date.fromisoformat(opens)
    day = closing.closes_on(Period(last, last), 2)
    assert day >= opens
    assert closing.closes_on(Period(last, last), 0) == last + ONE_DAY


def test_whatever_ended_is_closed_when_its_day_has_come(town):
    starts = WEEK.first.weekday()
    Setting.objects.create(code="card_report_week_starts", value=starts, valid_from=dt.date(2026, 1, 1))
    Setting.objects.create(code="report_close_days", value=0, valid_from=dt.date(2026, 1, 1))
    assert closing.close_due(WEEK.last) == 0
    closing.close_due()
    weeks = FrozenPeriod.objects.filter(kind=PeriodKind.WEEK, unit=town)
    assert [row.first for row in weeks] == [WEEK.first]
    before = FrozenPeriod.objects.count()
    tasks.close_periods()
    assert FrozenPeriod.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_count_each_commune_and_close_each_unit_once(catalogues, commune, other_commune, officer):
    lives(other_commune)
    taken(lives(commune), officer, on=WEEK.first)

    def both(work) -> list[int]:
        start, told = threading.Barrier(2), []

        def run() -> None:
            start.wait()
            try:
                told.append(work())
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return told

    assert sum(both(lambda: snapshots.work_on_due(20))) == 2
    assert (
        both(lambda: snapshots.take(commune, WEEK.last).pk)[0] == FigureDay.objects.get(unit=commune, day=WEEK.last).pk
    )
    snapshots.take(other_commune, WEEK.last)
    assert FigureDay.objects.filter(unit__level=Level.COMMUNE).count() == 4
    assert sum(both(close)) >= 4
    assert FrozenPeriod.objects.count() == 4
    assert (closed(commune).values[TAKEN], closed(None).values[TAKEN]) == (1, 1)
    lines = both(lambda: len(closing.find_corrections(closed(commune))))
    assert lines == [0, 0]
    taken(lives(commune), officer, on=WEEK.last)
    assert len(set(both(lambda: len(closing.find_corrections(closed(commune)))))) == 1
    assert Correction.objects.filter(code=TAKEN, is_total=False).count() == 1


# --- corrections -----------------------------------------------------------------------------------------------------


@pytest.fixture
def late(town, officer) -> FrozenPeriod:
    """A file of the week that was written after it had been closed."""
    close()
    taken(lives(town), officer, on=WEEK.last)
    return closed(town)


def told(lines: list[Correction]) -> set[tuple[str, bool, int, int]]:
    return {(line.code, line.is_total, line.was, line.now) for line in lines if line.code == TAKEN}


def test_what_was_written_later_is_found_and_the_closed_number_stays(late, town):
    assert told(closing.find_corrections(late)) == {(TAKEN, False, 2, 3), (TAKEN, True, 3, 4)}
    assert closed(town).values[TAKEN] == 2
    assert closed(town).checked_at is not None


def test_nothing_to_correct_writes_nothing(town):
    close()
    assert [line for line in closing.find_corrections(closed(town)) if line.code in (TAKEN, PEOPLE)] == []


def test_a_correction_is_written_once_and_again_only_when_the_number_moves(late, town, officer):
    closing.find_corrections(late)
    closing.find_corrections(late)
    assert Correction.objects.filter(code=TAKEN).count() == 2
    more = taken(lives(town), officer, on=WEEK.first)
    assert told(closing.find_corrections(late)) == {(TAKEN, False, 2, 4), (TAKEN, True, 3, 5)}
    more.delete()
    Application.objects.filter(received_at__date=WEEK.last).order_by("-pk")[0].delete()
    assert told(closing.find_corrections(late)) == set()
    history = Correction.objects.filter(code=TAKEN, is_total=False).order_by("pk")
    assert [line.now for line in history] == [3, 4, 2]


def test_people_who_leave_later_are_no_correction(town):
    close()
    ResidentFactory._meta.model.objects.filter(commune=town).update(state="moved")
    assert PEOPLE not in {line.code for line in closing.find_corrections(closed(town))}


def test_what_was_unknown_is_not_corrected(town):
    FigureDay.objects.filter(unit=town).update(missing=[OPEN], values={PEOPLE: 3})
    close()
    assert OPEN not in {line.code for line in closing.find_corrections(closed(town))}


def test_a_province_follows_the_corrections_of_its_communes(late, province):
    assert told(closing.find_corrections(closed(province))) == set()
    assert corrections.check_due(30) == 3
    for unit in (province, None):
        assert told(corrections.corrections_of([closed(unit)])[closed(unit).pk]) == {
            (TAKEN, False, 2, 3), (TAKEN, True, 3, 4),
        }  # fmt: skip
    assert corrections.check_due(30) == 0


def test_a_correction_is_explained_once(late, chief, supervisor):
    line = next(one for one in closing.find_corrections(late) if one.code == TAKEN)
    with pytest.raises(closing.CorrectionRefused, match="Ghi rõ"):
        closing.note(line, " ", by=chief)
    noted = closing.note(line, "Nhập bù hồ sơ  lưu động", by=chief)
    assert (noted.note, noted.noted_by) == ("Nhập bù hồ sơ lưu động", chief)
    with pytest.raises(closing.CorrectionRefused, match="đã ghi lý do"):
        closing.note(line, "Lý do khác hẳn", by=supervisor)
    trail = AuditEvent.objects.get(action="change", target_kind__contains="kỳ")
    assert "2 → 3" in trail.sentence
    assert Correction.objects.get(pk=line.pk).note == "Nhập bù hồ sơ lưu động"


def test_nobody_explains_for_another_commune(late, other_commune, chief):
    line = next(one for one in closing.find_corrections(late) if one.code == TAKEN)
    chief.unit = other_commune
    chief.save()
    with pytest.raises(closing.CorrectionRefused):
        closing.note(line, "Nhập bù hồ sơ lưu động", by=chief)
    assert Correction.objects.get(pk=line.pk).noted_at is None
