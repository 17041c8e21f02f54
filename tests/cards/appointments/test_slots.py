"""Which hours the desk offers, by weekday, date and holiday; and the hour kept for handing a card over."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Holiday
from cards.appointments.slots import Hours, at, book_handover, handover_slot, slots, spans_of
from cards.models import Appointment, Purpose, SlotRule, State
from tests.cards.appointments.conftest import begun, hours
from tests.conftest import settled
from tests.factories import ApplicationFactory

pytestmark = pytest.mark.django_db

MONDAY, SATURDAY, SUNDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 28), dt.date(2026, 11, 29)
CULTURE_DAY = dt.date(2026, 11, 24)


def times(commune, day, purpose=Purpose.INTAKE) -> list[str]:
    return [f"{timezone.localtime(slot.starts_at):%H:%M}" for slot in slots(commune, day, purpose)]


def test_a_day_is_cut_into_slots_and_a_rest_too_short_is_left_out():
    rule = SlotRule(starts=dt.time(7, 30), ends=dt.time(9, 20), minutes=30)
    assert [f"{timezone.localtime(start):%H:%M}" for start, _ in spans_of(rule, MONDAY)] == ["07:30", "08:00", "08:30"]


def test_hours_are_those_of_the_weekday_and_the_purpose(commune, rule):
    hours(commune, purpose=Purpose.HANDOVER, starts=14)
    assert times(commune, MONDAY) == ["08:00", "09:00", "10:00"]
    assert times(commune, MONDAY, Purpose.HANDOVER) == ["14:00", "15:00", "16:00"]
    assert times(commune, CULTURE_DAY) == []


def test_the_hours_next_door_are_not_ours(commune, other_commune):
    hours(other_commune)
    assert times(commune, MONDAY) == []
    assert len(times(other_commune, MONDAY)) == 3


@pytest.mark.parametrize(
    ("first", "last", "is_open"),
    [
        (MONDAY, None, True),
        (MONDAY, MONDAY, True),
        (MONDAY + dt.timedelta(days=1), None, False),
        (dt.date(2026, 1, 1), MONDAY - dt.timedelta(days=1), False),
    ],
)
def test_a_rule_holds_from_its_first_day_to_its_last(commune, first, last, is_open):
    hours(commune, valid_from=first, valid_to=last)
    assert bool(times(commune, MONDAY)) is is_open


def test_of_two_rules_for_one_hour_the_newer_holds(commune, rule):
    hours(commune, valid_from=MONDAY, capacity=9)
    assert [slot.capacity for slot in slots(commune, MONDAY, Purpose.INTAKE)] == [9, 9, 9]
    assert slots(commune, MONDAY - dt.timedelta(days=7), Purpose.INTAKE)[0].capacity == 2


def test_a_holiday_closes_the_day(commune):
    hours(commune, weekday=1)
    assert len(times(commune, CULTURE_DAY)) == 3
    Holiday.objects.create(day=CULTURE_DAY, name="Ngày Văn hóa Việt Nam")
    assert times(commune, CULTURE_DAY) == []
    assert Hours(commune, CULTURE_DAY, CULTURE_DAY).closed_because(CULTURE_DAY) == "Ngày Văn hóa Việt Nam"


def test_a_saturday_worked_in_exchange_goes_by_monday_where_it_has_no_hours(commune, rule):
    assert times(commune, SATURDAY) == []
    Holiday.objects.create(day=SATURDAY, name="Làm bù", is_working=True)
    assert times(commune, SATURDAY) == ["08:00", "09:00", "10:00"]
    assert times(commune, SUNDAY) == []
    hours(commune, weekday=5, starts=7)
    assert times(commune, SATURDAY) == ["07:00", "08:00", "09:00"]


def test_a_place_is_gone_while_an_appointment_or_its_file_stands(commune, officer, rule, resident):
    file = begun(resident, officer, state=State.BOOKED)
    row = Appointment.objects.create(
        commune=commune, application=file, purpose=Purpose.INTAKE, starts_at=at(MONDAY, dt.time(9)),
        ends_at=at(MONDAY, dt.time(10)), created_by=officer,
    )  # fmt: skip

    def free() -> list[int]:
        return [slot.free for slot in slots(commune, MONDAY, Purpose.INTAKE)]

    assert free() == [2, 1, 2]
    for state, left in [("came", 1), ("missed", 2), ("cancelled", 2)]:
        Appointment.objects.update(state=state, closed_at=timezone.now(), closed_by=officer)
        assert free() == [2, left, 2]
    Appointment.objects.update(state="booked", closed_at=None, closed_by=None)
    type(file).objects.update(state=State.WITHDRAWN)
    assert free() == [2, 2, 2]
    assert row.application_id == file.pk


def test_a_week_is_read_in_three_queries(commune, rule, django_assert_num_queries):
    with django_assert_num_queries(3):
        read = Hours(commune, MONDAY, SUNDAY)
        assert [len(read.slots(day, Purpose.INTAKE)) for day in read.days()] == [3, 0, 0, 0, 0, 0, 0]


class TestTheHourOfHandingOver:
    @pytest.fixture
    def file(self, resident, officer):
        return ApplicationFactory(resident=resident, created_by=officer, promised_on=MONDAY)

    @pytest.fixture(autouse=True)
    def afternoon(self, commune):
        return hours(commune, purpose=Purpose.HANDOVER, starts=14, capacity=1)

    def test_is_the_first_free_one_of_the_promised_day(self, commune, file, officer):
        assert handover_slot(commune, MONDAY) == (at(MONDAY, dt.time(14)), at(MONDAY, dt.time(15)))
        assert book_handover(file, by=officer).starts_at == at(MONDAY, dt.time(14))
        assert handover_slot(commune, MONDAY) == (at(MONDAY, dt.time(15)), at(MONDAY, dt.time(16)))

    def test_is_kept_when_asked_again(self, file, officer):
        assert book_handover(file, by=officer) == book_handover(file, by=officer)
        assert Appointment.objects.count() == 1

    def test_follows_a_new_promise_and_gives_the_old_place_back(self, commune, file, officer):
        first = book_handover(file, by=officer)
        file.promised_on = MONDAY + dt.timedelta(days=7)
        again = book_handover(file, by=officer)
        assert timezone.localdate(again.starts_at) == file.promised_on
        first.refresh_from_db()
        assert (first.state, first.note, first.closed_by) == ("cancelled", "Ngày hẹn trả đã đổi", officer)
        assert len([slot for slot in slots(commune, MONDAY, Purpose.HANDOVER) if slot.free]) == 3

    def test_is_none_when_the_day_is_full_closed_or_without_hours(self, commune, file, officer):
        for number in range(3):
            person = settled(commune, number=f"00119000020{number}")
            other = ApplicationFactory(resident=person, created_by=officer, promised_on=MONDAY)
            assert book_handover(other, by=officer) is not None
        assert handover_slot(commune, MONDAY) is None
        assert book_handover(file, by=officer) is None
        file.promised_on = CULTURE_DAY
        assert book_handover(file, by=officer) is None

    def test_is_none_for_a_card_that_goes_by_post(self, file, officer):
        kept = book_handover(file, by=officer)
        file.delivery = "post"
        assert book_handover(file, by=officer) is None
        kept.refresh_from_db()
        assert kept.state == "cancelled"
