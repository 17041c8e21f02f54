"""Alerts: who falls behind, by which reason, and when it ends."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Level, Setting, Unit
from supervision import alerts
from supervision.models import Alert, FigureDay
from tests.factories import AlertFactory, RequestFactory, TargetFactory, UnitFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)  # a Monday; reporting weeks go from Friday to Thursday
YESTERDAY = TODAY - dt.timedelta(days=1)
CLEAN, TAKEN, LATE = "ty-le-sach", "thu-nhan", "ho-so-qua-han"


def kept(unit: Unit, day: dt.date = YESTERDAY, *, clean: int = 90, people: int = 100, **values) -> FigureDay:
    numbers = {"sach": clean, "nhan-khau": people} | {code.replace("_", "-"): number for code, number in values.items()}
    return FigureDay.objects.create(unit=unit, day=day, values=numbers)


def found(unit: Unit | None = None) -> dict[tuple[str, str], tuple[int, int]]:
    rows = Alert.objects.filter(ended_on=None)
    rows = rows.filter(unit=unit) if unit else rows
    return {(one.code, one.kind): (one.value, one.against) for one in rows}


@pytest.fixture
def communes(province) -> list[Unit]:
    return [UnitFactory(code=f"0700{n}", parent=province) for n in range(6)]


@pytest.fixture
def target(commune, supervisor):
    return TargetFactory(unit=commune, set_by=supervisor, value=95_00, valid_from=TODAY - dt.timedelta(days=60))


# --- the target ------------------------------------------------------------------------------------------------------


def test_an_alert_opens_below_the_target_is_seen_again_and_ends_with_it(commune, target):
    row = kept(commune)
    assert alerts.find_all(TODAY) == alerts.find_all(TODAY) == 1
    one = Alert.objects.get()
    assert (one.value, one.against, one.since) == (90_00, 95_00, TODAY)
    FigureDay.objects.create(unit=commune, day=TODAY, values={"sach": 94, "nhan-khau": 100})
    alerts.find_all(TODAY + dt.timedelta(days=1))
    one.refresh_from_db()
    assert (one.value, one.since, one.seen_on) == (94_00, TODAY, TODAY + dt.timedelta(days=1))
    FigureDay.objects.filter(day=TODAY).update(values=row.values | {"sach": 95})
    assert alerts.find_all(TODAY + dt.timedelta(days=1)) == 0
    one.refresh_from_db()
    assert one.ended_on == TODAY + dt.timedelta(days=1)


def test_it_opens_again_as_another_one(commune, target):
    kept(commune)
    AlertFactory(unit=commune, ended_on=TODAY - dt.timedelta(days=9))
    alerts.find_all(TODAY)
    assert Alert.objects.count() == 2


def test_whose_number_nobody_knows_stays_as_it_was(commune, other_commune, target):
    AlertFactory(unit=commune)
    assert alerts.find_all(TODAY) == 1
    kept(commune, people=0, clean=0)  # counted, and a share of nothing
    assert alerts.find_all(TODAY) == 0


def test_what_happens_is_held_against_the_last_whole_period(commune, supervisor):
    """The week from Friday 13th to Thursday 19th: 8 files where 10 were asked for."""
    target = TargetFactory(code=TAKEN, period="week", unit=commune, set_by=supervisor, value=10_00,
                           valid_from=dt.date(2026, 11, 1))  # fmt: skip
    for day, number in ((12, 100), (19, 108), (22, 130)):
        kept(commune, dt.date(2026, 11, day), thu_nhan=number)
    alerts.find_all(TODAY)
    assert found(commune) == {(TAKEN, "below_target"): (8_00, 10_00)}
    target.valid_from = dt.date(2026, 11, 16)  # asked for in the middle of that week
    target.save()
    alerts.find_all(TODAY)
    assert found(commune) == {}


def test_a_target_of_the_province_holds_for_each_commune_and_not_beyond(commune, other_commune, province, supervisor):
    far = UnitFactory(code="30001", parent=UnitFactory(code="30", level=Level.PROVINCE))
    TargetFactory(unit=province, set_by=supervisor, value=95_00, valid_from=dt.date(2026, 11, 1))
    for unit in (commune, other_commune, far):
        kept(unit, clean=96 if unit == other_commune else 50)
    alerts.find_all(TODAY)
    assert [one.unit for one in Alert.objects.all()] == [commune]


# --- others, and the week before -------------------------------------------------------------------------------------


def test_far_below_the_middle_of_the_province_and_only_with_enough_communes(communes):
    for n, unit in enumerate(communes):
        kept(unit, clean=90 + n if n else 75)
    alerts.find_all(TODAY)
    assert found(communes[0]) == {(CLEAN, "behind_others"): (75_00, 92_00)}
    assert Alert.objects.count() == 1
    Setting.objects.create(code="alert_behind_communes", value=7, valid_from=TODAY)
    alerts.find_all(TODAY)
    assert found() == {}


def test_a_share_of_a_handful_of_people_says_nothing(communes):
    for n, unit in enumerate(communes):
        kept(unit, clean=9 if n else 3, people=10)
    alerts.find_all(TODAY)
    assert found() == {}


def test_worse_than_a_week_before_by_points_and_by_pieces(commune, other_commune):
    before = YESTERDAY - dt.timedelta(days=7)
    kept(commune, before, clean=95, ho_so_qua_han=10)
    kept(commune, clean=92, ho_so_qua_han=16)
    kept(other_commune, before, clean=95, ho_so_qua_han=1)
    kept(other_commune, clean=93, ho_so_qua_han=5)  # two points, four files: not far enough
    alerts.find_all(TODAY)
    assert found(commune) == {(CLEAN, "getting_worse"): (92_00, 95_00), (LATE, "getting_worse"): (16_00, 10_00)}
    assert found(other_commune) == {}


def test_the_alerts_of_a_commune_that_ended_end_with_it(commune, target):
    AlertFactory(unit=commune)
    commune.valid_to = YESTERDAY
    commune.save()
    assert alerts.find_all(TODAY) == 0


def test_a_province_of_many_communes_takes_as_many_queries(communes, commune, target, django_assert_max_num_queries):
    for unit in [*communes, commune]:
        kept(unit, clean=40)
    with django_assert_max_num_queries(20):
        alerts.find_in(communes[0].parent, TODAY)
    assert Alert.objects.count() == 1


# --- reading ---------------------------------------------------------------------------------------------------------


def test_everybody_reads_the_own_units_in_one_query(
    commune, other_commune, chief, supervisor, ministry, auditor, django_assert_max_num_queries
):  # fmt: skip
    far = UnitFactory(parent=UnitFactory(code="30", level=Level.PROVINCE))
    rows = [AlertFactory(unit=unit) for unit in (commune, other_commune, far)]
    AlertFactory(unit=commune, code=LATE, ended_on=timezone.localdate())
    for officer, own in ((chief, rows[:1]), (supervisor, rows[:2]), (ministry, rows), (auditor, [])):
        with django_assert_max_num_queries(1):
            assert [one.unit for one in alerts.open_for(officer)] == [one.unit for one in own]


def test_an_alert_tells_what_it_is_and_against_what(commune):
    assert alerts.said(AlertFactory(unit=commune)) == "86,27 %, chỉ tiêu 95,00 %"
    worse = AlertFactory(unit=commune, code=LATE, kind="getting_worse", value=16_00, against=10_00)
    assert alerts.said(worse) == "16 hồ sơ, tuần trước 10 hồ sơ"


def test_the_page_leads_to_asking_or_to_what_was_asked(
    client_of, supervisor, chief, commune, other_commune, django_assert_max_num_queries
):  # fmt: skip
    client = client_of(supervisor)
    AlertFactory(unit=commune)
    with django_assert_max_num_queries(12):
        client.get("/canh-bao/")
    AlertFactory(unit=other_commune)
    request = RequestFactory(unit=other_commune, asked_by=supervisor, code=CLEAN)
    with django_assert_max_num_queries(12):
        page = client.get("/canh-bao/").content.decode()
    assert f"/viec-giao/moi/?chi-so={CLEAN}&amp;xa={commune.code}" in page
    assert f"/viec-giao/{request.public_id}/" in page
    own = client_of(chief).get("/canh-bao/").content.decode()
    assert "chưa giao" in own
    assert other_commune.name not in own
