"""Requests: asking, answering, another date, the end; whoever comes second, and whoever may not."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent, Holiday, Level, UnitSuccessor
from accounts.periods import ONE_DAY
from registry.addresses.moving import move_to_successors
from supervision.models import FigureDay, Request, RequestAnswer
from supervision.requests import measure, work
from supervision.requests.work import RequestRefused
from tests.factories import (
    ApplicationFactory,
    FindingFactory,
    OfficerFactory,
    RequestFactory,
    ResidentFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
UNCLEAN, SHARE, TAKEN = "chua-sach", "ty-le-sach", "thu-nhan"


def ahead(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


@pytest.fixture(autouse=True)
def _every_day_is_worked(db) -> None:
    """Holidays and weekends are the subject of one test; the others may run on any day."""
    Holiday.objects.all().delete()
    Holiday.objects.bulk_create(Holiday(day=ahead(n), is_working=True) for n in range(-40, 60))


@pytest.fixture
def unclean(commune, other_commune) -> list:
    """Three in the commune, of four people; the bait next door."""
    people = [ResidentFactory(commune=commune) for _ in range(4)]
    FindingFactory(resident=ResidentFactory(commune=other_commune))
    return [FindingFactory(resident=one) for one in people[:3]]


def asked(commune, by, **fields) -> Request:
    given = {"code": UNCLEAN, "text": "Làm sạch trước kỳ họp", "due_on": ahead(10)} | fields
    return work.ask(commune, given.pop("code"), by=by, **given)


def clean(finding) -> None:
    finding.state, finding.closed_at = "closed", timezone.now()
    finding.save()


# --- the figure ------------------------------------------------------------------------------------------------------


def test_both_see_the_figure_move_from_then_to_now(commune, supervisor, chief, unclean):
    request = asked(commune, supervisor, goal=0)
    assert (request.value_then, request.goal, request.state) == (3_00, 0, "open")
    clean(unclean[0])
    assert measure.now(supervisor, request) == measure.now(chief, request) == 2_00
    answer = work.answer(request, text="Đã sửa một hồ sơ", by=chief)
    clean(unclean[1])
    ended = work.end(request, state="done", note="Được", by=supervisor)
    clean(unclean[2])
    assert (answer.value_then, ended.value_at_end) == (2_00, 1_00)
    assert measure.now(chief, ended) == 1_00  # it stays as it was at the end


def test_of_what_happens_one_counts_from_the_day_of_the_request(commune, supervisor, officer):
    def take(days_ago: int) -> None:
        at = timezone.now() - dt.timedelta(days=days_ago)
        ApplicationFactory(resident=ResidentFactory(commune=commune), created_by=officer, received_at=at)

    for days_ago in (41, 40, 12, 11, 10, 0):
        take(days_ago)
    assert measure.when_asked(supervisor, commune, measure.FIGURES[TAKEN], on=ahead(-10)) == 3_00
    request = RequestFactory(
        unit=commune, asked_by=supervisor, code=TAKEN, asked_at=timezone.now() - dt.timedelta(days=10)
    )
    assert measure.now(supervisor, request) == 2_00


def test_a_figure_without_a_number_can_be_asked_about(commune, supervisor):
    request = asked(commune, supervisor, code=SHARE, goal=95_00)  # nobody lives here: a share of nothing
    assert request.value_then is None
    assert measure.now(supervisor, request) is None
    assert work.end(request, state="done", note="Xong", by=supervisor).value_at_end is None


def test_the_days_between_come_from_what_was_kept_and_today_is_live(commune, supervisor):
    request = RequestFactory(unit=commune, asked_by=supervisor, asked_at=timezone.now() - dt.timedelta(days=5))
    for days, number in ((8, 9), (5, 7), (1, 4)):
        FigureDay.objects.create(unit=commune, day=ahead(-days), values={UNCLEAN: number})
    told = dict(measure.trend(request, live=3_00))
    assert {day: value for day, value in told.items() if value is not None} == {
        ahead(-8): 9_00, ahead(-5): 7_00, ahead(-1): 4_00, TODAY: 3_00,
    }  # fmt: skip
    assert (min(told), len(told)) == (ahead(-5 - measure.DAYS_BEFORE), 20)


def test_the_days_of_what_happens_add_up_from_the_request_on(commune, supervisor):
    request = RequestFactory(
        unit=commune, asked_by=supervisor, code=TAKEN, asked_at=timezone.now() - dt.timedelta(days=3)
    )
    for days, number in ((4, 100), (3, 110), (2, 110), (1, 130)):
        FigureDay.objects.create(unit=commune, day=ahead(-days), values={TAKEN: number})
    assert [value for _, value in measure.trend(request, live=32_00)] == [10_00, 10_00, 30_00, 32_00]
    found, at = measure.now_of_each([request])
    assert (found, at is not None) == ({request.pk: 30_00}, True)


def test_a_list_knows_the_numbers_as_they_were_kept(
    commune, other_commune, supervisor, django_assert_max_num_queries
):  # fmt: skip
    own, other, ended = (
        RequestFactory(unit=commune, asked_by=supervisor), RequestFactory(unit=other_commune, asked_by=supervisor),
        RequestFactory(unit=commune, asked_by=supervisor, state="done", ended_at=timezone.now(), ended_by=supervisor,
                       value_at_end=1_00),
    )  # fmt: skip
    FigureDay.objects.create(unit=commune, day=TODAY, values={UNCLEAN: 8})
    with django_assert_max_num_queries(2):
        found, _ = measure.now_of_each([own, other, ended])
    assert found == {own.pk: 8_00, ended.pk: 1_00}


# --- asking ----------------------------------------------------------------------------------------------------------


def test_a_date_is_a_working_day_to_come(commune, supervisor):
    Holiday.objects.filter(day__in=[ahead(5), ahead(6)]).update(is_working=False)
    for day, words in (
        (TODAY, "sau hôm nay"), (ahead(-3), "sau hôm nay"), (ahead(400), "một năm"),
        (ahead(5), f"ngày nghỉ; ngày làm việc kế tiếp là {ahead(7):%d/%m/%Y}"),
    ):  # fmt: skip
        with pytest.raises(RequestRefused, match=words) as refused:
            asked(commune, supervisor, due_on=day)
        assert refused.value.field == "due_on"
    assert not Request.objects.exists()
    assert asked(commune, supervisor, due_on=ahead(7)).due_on == ahead(7)


@pytest.mark.parametrize("day", [dt.date(2027, 1, 1), dt.date(2026, 12, 26), dt.date(2026, 12, 27)])
def test_the_calendar_of_the_country_is_asked(commune, supervisor, day, monkeypatch):
    """New Year's Day, a Saturday and a Sunday."""
    Holiday.objects.all().delete()
    Holiday.objects.create(day=dt.date(2027, 1, 1), name="Tết Dương lịch")
    monkeypatch.setattr(work.timezone, "localdate", lambda *args: dt.date(2026, 11, 23))
    with pytest.raises(RequestRefused, match="ngày nghỉ"):
        work.check_due(day, after=dt.date(2026, 11, 23))


def test_a_goal_that_is_reached_already_is_refused(commune, supervisor, unclean):
    for goal in (3_00, 5_00):
        with pytest.raises(RequestRefused, match="đã đạt"):
            asked(commune, supervisor, goal=goal)
    assert asked(commune, supervisor, goal=2_00).goal == 2_00


def test_sent_twice_it_is_one_request_and_other_words_are_another(commune, supervisor):
    token = uuid.uuid4()
    first = asked(commune, supervisor, token=token)
    assert asked(commune, supervisor, token=token) == first
    assert asked(commune, supervisor, token=token, code=SHARE) != first
    assert Request.objects.count() == 2
    assert AuditEvent.objects.filter(action="create", target_kind="việc giao").count() == 2


def test_the_second_supervisor_is_told_of_the_first(commune, other_commune, supervisor, ministry):
    asked(commune, supervisor)
    with pytest.raises(RequestRefused, match="Vũ Mẫu Tỉnh giao"):
        asked(commune, ministry)
    work.end(Request.objects.get(), state="withdrawn", note="Nhầm xã", by=supervisor)
    asked(commune, ministry)
    asked(other_commune, supervisor)


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_at_the_same_moment_make_one_request(commune, supervisor):
    other = OfficerFactory(unit=supervisor.unit, role=supervisor.role)
    gate, told = threading.Barrier(2), []

    def ask(officer) -> None:
        gate.wait()
        try:
            told.append(asked(commune, officer))
        except RequestRefused as refused:
            told.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[one]) for one in (supervisor, other)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Request.objects.count() == 1
    assert sorted(type(one).__name__ for one in told) == ["Request", "str"]


def test_nobody_asks_beyond_the_own_province(commune, chief, officer, supervisor):
    far = UnitFactory(parent=UnitFactory(code="30", level=Level.PROVINCE))
    for by, unit in ((supervisor, far), (chief, commune), (officer, commune)):
        with pytest.raises(RequestRefused, match="địa bàn"):
            asked(unit, by)
    assert not Request.objects.exists()


# --- the talk --------------------------------------------------------------------------------------------------------


def test_the_chief_asks_for_a_date_and_only_the_supervisor_grants_it(commune, supervisor, chief):
    request = asked(commune, supervisor)
    work.answer(request, text="Cần thêm thời gian", new_due_on=ahead(20), by=chief)
    request.refresh_from_db()
    assert (request.state, request.due_on) == ("answered", ahead(10))
    work.say(request, text="Đồng ý", new_due_on=ahead(20), seen=1, by=supervisor)
    request.refresh_from_db()
    assert (request.state, request.due_on) == ("open", ahead(20))
    assert AuditEvent.objects.latest("pk").sentence.startswith(
        f"Ghi thêm vào việc giao, đổi hạn {ahead(10):%d/%m/%Y} → {ahead(20):%d/%m/%Y}"
    )


def test_a_chief_does_not_ask_for_an_earlier_date(commune, supervisor, chief):
    request = asked(commune, supervisor)
    with pytest.raises(RequestRefused, match="sau hạn đang có"):
        work.answer(request, text="Xong sớm", new_due_on=ahead(9), by=chief)
    assert not RequestAnswer.objects.exists()


def test_nothing_is_said_after_the_end(commune, supervisor, chief):
    request = asked(commune, supervisor)
    stale = Request.objects.get()
    work.end(request, state="done", note="Được", by=supervisor)
    for act in (
        lambda: work.answer(stale, text="Đã làm", by=chief),
        lambda: work.say(stale, text="Còn nữa", by=supervisor),
        lambda: work.end(stale, state="withdrawn", note="Rút", by=supervisor),
    ):
        with pytest.raises(RequestRefused, match=r"đã kết thúc \(đã xong\)"):
            act()
    assert not RequestAnswer.objects.exists()
    assert Request.objects.get().state == "done"


def test_two_clicks_write_one_answer_and_end_once(commune, supervisor, chief):
    request, token = asked(commune, supervisor), uuid.uuid4()
    first = work.answer(request, text="Đã làm", by=chief, token=token)
    assert work.answer(request, text="Đã làm", by=chief, token=token) == first
    assert work.answer(request, text="Đã làm hết", by=chief, token=token) != first
    ended = work.end(request, state="done", note="Được", by=supervisor)
    assert work.end(request, state="done", note="Được", by=supervisor).ended_at == ended.ended_at
    assert AuditEvent.objects.filter(action="decide", target_kind="việc giao").count() == 1


def test_nobody_ends_what_was_answered_meanwhile_without_having_read_it(commune, supervisor, chief):
    request = asked(commune, supervisor)
    work.answer(request, text="Xin chờ", by=chief)
    with pytest.raises(RequestRefused, match="vừa ghi lúc"):
        work.end(request, state="withdrawn", note="Không trả lời", seen=0, by=supervisor)
    with pytest.raises(RequestRefused, match="vừa ghi lúc"):
        work.say(request, text="Nhắc lần hai", seen=0, by=supervisor)
    work.end(request, state="withdrawn", note="Đã rõ", seen=1, by=supervisor)


def test_what_the_ministry_asked_the_province_does_not_end(commune, supervisor, ministry, chief):
    request = asked(commune, ministry)
    for act in (work.say, work.end):
        more = {"state": "done", "note": "Xong"} if act is work.end else {"text": "Thôi"}
        with pytest.raises(RequestRefused, match="cấp trên"):
            act(request, by=supervisor, **more)
    work.answer(request, text="Đã làm", by=chief)
    work.end(request, state="done", note="Xong", by=ministry)


def test_another_chief_and_a_plain_officer_do_not_answer(commune, other_commune, supervisor, officer):
    request = asked(commune, supervisor)
    for by in (OfficerFactory(unit=other_commune, role="chief"), officer, supervisor):
        with pytest.raises(RequestRefused, match="trưởng công an"):
            work.answer(request, text="Đã làm", by=by)


# --- a commune that ends ---------------------------------------------------------------------------------------------


def test_a_request_follows_its_commune_into_the_successor(commune, province, supervisor, chief, unclean):
    request = asked(commune, supervisor)
    commune.valid_to = TODAY - ONE_DAY
    commune.save()
    new = UnitFactory(code=commune.code, name="Phường Mẫu Sơn", parent=province, valid_from=TODAY)
    UnitSuccessor.objects.create(old=commune, new=new, kind="whole")
    move_to_successors()
    request.refresh_from_db()
    chief.refresh_from_db()
    assert request.unit == new
    assert measure.now(supervisor, request) == 3_00
    assert work.answer(request, text="Đã nhận", by=chief).value_then == 3_00
