"""Making, moving and calling off appointments: every refusal, every trace, and what becomes of the file."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent, Setting
from cards.applications import workflow
from cards.appointments import booking
from cards.appointments import slots as slots_of_files
from cards.appointments.booking import BookingRefused
from cards.appointments.slots import at, slots
from cards.models import Application, Appointment, AppointmentState, Purpose, State, Step
from tests.cards.appointments.conftest import begun, hours
from tests.conftest import settled
from tests.factories import ApplicationFactory

pytestmark = pytest.mark.django_db


def standing() -> Appointment:
    return Appointment.objects.get(state="booked")


class TestBooking:
    def test_takes_a_place_and_the_draft_becomes_booked(self, draft, nine, officer, rule):
        made = booking.book(draft, starts_at=nine, by=officer)
        assert (made.starts_at, made.ends_at) == (nine, nine + dt.timedelta(hours=1))
        draft.refresh_from_db()
        assert draft.state == State.BOOKED
        assert Step.objects.get(move="book").note == f"Hẹn 09:00 ngày {nine:%d/%m/%Y}"
        told = AuditEvent.objects.filter(action="change").get()
        assert told.sentence == f"Hồ sơ {draft.file_number}: hẹn thu nhận hồ sơ 09:00 ngày {nine:%d/%m/%Y}"

    def test_of_a_full_slot_is_refused_and_nothing_is_written(self, commune, draft, nine, officer, rule):
        for number in range(2):
            other = begun(settled(commune, number=f"00119000030{number}"), officer)
            booking.book(other, starts_at=nine, by=officer)
        with pytest.raises(BookingRefused, match="vừa hết chỗ"):
            booking.book(draft, starts_at=nine, by=officer)
        draft.refresh_from_db()
        assert draft.state == State.DRAFT
        assert Appointment.objects.count() == 2

    @pytest.mark.parametrize(
        ("minutes", "sentence"), [(30, "không tiếp công dân vào giờ này"), (-60 * 24 * 21, "đã qua")]
    )
    def test_outside_the_hours_or_in_the_past_is_refused(self, draft, nine, officer, rule, minutes, sentence):
        with pytest.raises(BookingRefused, match=sentence):
            booking.book(draft, starts_at=nine + dt.timedelta(minutes=minutes), by=officer)

    def test_goes_no_further_ahead_than_the_setting(self, draft, nine, officer, rule):
        Setting.objects.create(code="card_booking_days", value=6, valid_from=dt.date(2026, 1, 1))
        with pytest.raises(BookingRefused, match="Chỉ hẹn trước đến hết ngày"):
            booking.book(draft, starts_at=nine, by=officer)

    def test_is_one_at_a_time(self, draft, nine, officer, rule):
        booking.book(draft, starts_at=nine, by=officer)
        with pytest.raises(BookingRefused, match="đã có lịch hẹn 09:00"):
            booking.book(draft, starts_at=nine + dt.timedelta(hours=1), by=officer)

    @pytest.mark.parametrize(
        ("state", "purpose", "may"),
        [
            (State.DRAFT, Purpose.INTAKE, True), (State.WAITING_FOR_DATA, Purpose.INTAKE, True),
            (State.DRAFT, Purpose.HANDOVER, False), (State.WITHDRAWN, Purpose.INTAKE, False),
        ],
    )  # fmt: skip
    def test_fits_the_step_of_the_file(self, commune, draft, nine, officer, rule, state, purpose, may):
        hours(commune, purpose=Purpose.HANDOVER)
        Application.objects.update(state=state)
        if may:
            booking.book(draft, starts_at=nine, by=officer, purpose=purpose)
        else:
            with pytest.raises(BookingRefused, match="đang ở bước"):
                booking.book(draft, starts_at=nine, by=officer, purpose=purpose)

    def test_is_nobodys_from_elsewhere(self, draft, nine, stranger, supervisor, rule):
        for somebody in (stranger, supervisor):
            with pytest.raises(BookingRefused, match="không ghi được lịch hẹn"):
                booking.book(draft, starts_at=nine, by=somebody)


class TestAfterwards:
    @pytest.fixture
    def booked(self, draft, nine, officer, rule) -> Appointment:
        return booking.book(draft, starts_at=nine, by=officer)

    def test_moved_the_old_place_is_free_and_says_where_to(self, commune, booked, nine, colleague):
        new = booking.move(booked, starts_at=nine + dt.timedelta(hours=1), by=colleague, note="bận buổi sáng")
        booked.refresh_from_db()
        day = f"{nine:%d/%m/%Y}"
        assert (booked.state, booked.closed_by) == ("cancelled", colleague)
        assert booked.note == f"Đổi sang 10:00 ngày {day}; bận buổi sáng"
        assert new.created_by == colleague
        assert [slot.free for slot in slots(commune, nine.date(), Purpose.INTAKE)] == [2, 2, 1]

    def test_moved_to_a_full_slot_it_stays_where_it_was(self, booked, nine, officer, rule):
        rule.capacity = 0
        rule.save()
        with pytest.raises(BookingRefused, match="vừa hết chỗ"):
            booking.move(booked, starts_at=nine + dt.timedelta(hours=1), by=officer)
        assert standing() == booked

    def test_cancelled_with_a_reason_the_file_is_a_draft_again(self, booked, officer):
        with pytest.raises(BookingRefused, match="Ghi lý do"):
            booking.cancel(booked, by=officer, note=" ")
        booking.cancel(booked, by=officer, note="công dân ốm")
        booked.refresh_from_db()
        assert (booked.state, booked.note, booked.closed_by) == ("cancelled", "công dân ốm", officer)
        assert Application.objects.get().state == State.DRAFT
        assert Step.objects.get(move="unbook").note.startswith("Đã hủy 09:00 ngày")

    def test_not_to_have_come_is_said_only_once_the_hour_has_begun(self, booked, officer):
        with pytest.raises(BookingRefused, match="Chưa đến giờ hẹn"):
            booking.missed(booked, by=officer)
        begun_at = timezone.now() - dt.timedelta(minutes=1)
        Appointment.objects.update(starts_at=begun_at)
        assert booking.missed(booked, by=officer).state == AppointmentState.MISSED
        assert Application.objects.get().state == State.DRAFT

    def test_who_came_is_started_and_said_twice_it_is_said_once(self, booked, officer, colleague):
        assert booking.came(booked, by=officer).state == State.TAKING
        assert booking.came(booked, by=colleague).state == State.TAKING
        booked.refresh_from_db()
        assert (booked.state, booked.closed_by) == ("came", officer)
        assert Step.objects.filter(move="start").count() == 1

    def test_what_was_closed_is_not_closed_again(self, booked, officer, colleague):
        booking.cancel(booked, by=colleague, note="ốm")
        for again in (booking.missed, booking.came):
            with pytest.raises(BookingRefused, match="Lịch hẹn này đã ghi “đã hủy”"):
                again(booked, by=officer)

    @pytest.mark.parametrize(
        ("state", "purpose", "became"),
        [
            (State.TAKING, Purpose.INTAKE, "came"), (State.RECEIVED, Purpose.INTAKE, "came"),
            (State.WITHDRAWN, Purpose.INTAKE, "cancelled"), (State.BOOKED, Purpose.INTAKE, "booked"),
            (State.HANDED_OVER, Purpose.HANDOVER, "came"), (State.ARRIVED, Purpose.HANDOVER, "booked"),
            (State.CANCELLED_DUPLICATE, Purpose.HANDOVER, "cancelled"),
        ],
    )  # fmt: skip
    def test_a_file_that_went_on_takes_its_appointment_along(self, booked, draft, officer, state, purpose, became):
        Appointment.objects.update(purpose=purpose)
        draft.state = state
        slots_of_files.follow(draft, by=officer)
        booked.refresh_from_db()
        assert booked.state == became


def test_whoever_walks_in_is_written_down_though_the_slot_is_full(commune, draft, officer):
    now = timezone.localtime()
    hours(commune, weekday=now.weekday(), starts=0, ends=dt.time(23, 59), minutes=23 * 60 + 59, capacity=0)
    made = booking.walk_in(draft, by=officer)
    draft.refresh_from_db()
    assert (made.state, made.via, draft.state) == ("came", "walk_in", State.TAKING)
    assert made.starts_at == at(now.date(), dt.time(0))
    assert slots(commune, now.date(), Purpose.INTAKE)[0].taken == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_for_the_last_place_at_once_and_one_gets_it(
    commune, officer, colleague, monday, resident, catalogues
):
    hours(commune, capacity=1)
    files = [begun(resident, officer), begun(settled(commune, number="001190000321"), officer)]
    starts_at, ready, told = at(monday, dt.time(8)), threading.Barrier(2), []

    def ask(file: Application, by) -> None:
        try:
            ready.wait(timeout=10)
            booking.book(file, starts_at=starts_at, by=by)
            told.append("đã hẹn")
        except BookingRefused as refused:
            told.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=pair) for pair in zip(files, (officer, colleague), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted("hết chỗ" in one for one in told) == [False, True]
    assert Appointment.objects.filter(state="booked").count() == 1


def test_a_move_of_the_file_takes_its_appointments_along(draft, nine, officer, rule):
    """Whoever presses “Bắt đầu thu nhận” instead of “Đã đến”, and a file that is withdrawn."""
    booked = booking.book(draft, starts_at=nine, by=officer)
    workflow.move(draft, "start", by=officer)
    booked.refresh_from_db()
    assert (booked.state, booked.closed_by) == ("came", officer)
    again = booking.book(draft, starts_at=nine, by=officer)
    workflow.move(draft, "withdraw", by=officer, note="đổi ý")
    again.refresh_from_db()
    assert (again.state, again.note) == ("cancelled", "Hồ sơ đã kết thúc")


def test_the_hour_of_handing_over_follows_a_promise_that_moved(commune, resident, officer, monday):
    hours(commune, purpose=Purpose.HANDOVER, starts=14)
    file = ApplicationFactory(resident=resident, created_by=officer, promised_on=monday)
    kept = slots_of_files.book_handover(file, by=officer)
    Application.objects.update(promised_on=monday + dt.timedelta(days=7))
    workflow.move(file, "take", by=officer)
    kept.refresh_from_db()
    assert kept.state == "cancelled"
    assert timezone.localdate(standing().starts_at) == monday + dt.timedelta(days=7)
