"""The pages of the appointments desk: the day, choosing an hour, one click “Đã đến”, the printed list, the hours."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Holiday
from cards.appointments import booking, day
from cards.appointments.slots import book_handover
from cards.models import Application, Appointment, PrintJob, Purpose, SlotRule, State
from tests.cards.appointments.conftest import begun, hours
from tests.cards.conftest import queries
from tests.conftest import settled
from tests.factories import ApplicationFactory

pytestmark = pytest.mark.django_db


def url(name: str, *args) -> str:
    return reverse(f"cards:{name}", args=args)


def day_url(on: dt.date) -> str:
    return f"{url('appointments')}?ngay={on:%d/%m/%Y}"


@pytest.fixture
def booked(draft, nine, officer, rule) -> Appointment:
    return booking.book(draft, starts_at=nine, by=officer, note="mang theo thẻ cũ")


class TestTheDay:
    def test_shows_who_comes_when_and_what_is_free(self, browser, booked, monday):
        page = browser.get(day_url(monday)).content.decode()
        assert "Nguyễn Thị Mẫu Lan" in page
        assert "mang theo thẻ cũ" in page
        assert (page.count("còn 1/2 chỗ"), page.count("còn 2/2 chỗ")) == (1, 2)
        assert AuditEvent.objects.filter(sentence=f"Xem lịch hẹn ngày {monday:%d/%m/%Y}, 1 người").exists()

    def test_is_todays_where_the_address_names_none(self, browser):
        page = browser.get(url("appointments") + "?ngay=hom-qua").content.decode()
        assert f"{timezone.localdate():%d/%m/%Y}, hôm nay" in page

    def test_shows_nobody_from_next_door(self, client_of, stranger, booked, monday, other_commune):
        hours(other_commune)
        page = client_of(stranger).get(day_url(monday)).content.decode()
        assert "Nguyễn Thị Mẫu Lan" not in page
        assert page.count("còn 2/2 chỗ") == 3

    def test_says_that_the_office_is_closed(self, browser, monday, rule):
        Holiday.objects.create(day=monday, name="Tết Nguyên đán")
        page = browser.get(day_url(monday)).content.decode()
        assert "Cơ quan nghỉ: Tết Nguyên đán" in page
        assert "chỗ" not in page.split("<main")[1].split("Thu nhận hồ sơ")[1]

    def test_keeps_showing_who_was_booked_in_hours_that_ended(self, browser, booked, monday):
        SlotRule.objects.update(valid_to=timezone.localdate())
        assert "ngoài khung giờ" in browser.get(day_url(monday)).content.decode()

    def test_takes_the_same_queries_with_one_person_and_with_three(self, browser, booked, monday, commune, officer):
        one = queries(browser, day_url(monday))
        for number in range(2):
            other = begun(settled(commune, number=f"00119000040{number}"), officer)
            booking.book(other, starts_at=booked.starts_at + dt.timedelta(hours=1), by=officer)
        assert queries(browser, day_url(monday)) == one <= 12

    def test_who_came_is_taken_in_with_one_click(self, browser, booked, draft):
        answer = browser.post(url("appointment_came", booked.public_id))
        assert answer.url == url("application", draft.public_id)
        draft.refresh_from_db()
        assert draft.state == State.TAKING

    def test_a_refusal_is_a_sentence_on_the_day(self, browser, booked, monday):
        answer = browser.post(url("appointment_missed", booked.public_id), follow=True)
        assert answer.redirect_chain[0][0] == day_url(monday)
        assert "Chưa đến giờ hẹn" in answer.content.decode()
        answer = browser.post(url("appointment_cancel", booked.public_id), {"note": ""}, follow=True)
        assert "Ghi lý do hủy lịch hẹn." in answer.content.decode()
        browser.post(url("appointment_cancel", booked.public_id), {"note": "ốm", "ve": "ho-so"})
        booked.refresh_from_db()
        assert (booked.state, booked.note) == ("cancelled", "ốm")

    def test_is_printed_once_for_two_clicks_with_those_who_are_expected(
        self, browser, booked, monday, officer, commune, django_capture_on_commit_callbacks
    ):
        gone = begun(settled(commune, number="001190000401", name="Trần Văn Hủy"), officer)
        booking.cancel(booking.book(gone, starts_at=booked.starts_at, by=officer), by=officer, note="ốm")
        sent = {"ngay": f"{monday:%d/%m/%Y}", "submit_token": str(uuid.uuid4())}
        with django_capture_on_commit_callbacks():
            first = browser.post(url("appointments_print"), sent)
            assert browser.post(url("appointments_print"), sent).url == first.url
        job = PrintJob.objects.get()
        assert [(row["hours"], row["name"]) for row in job.content["rows"]] == [("09:00–10:00", "Nguyễn Thị Mẫu Lan")]
        assert job.title == f"Lịch hẹn ngày {monday:%d/%m/%Y}"


class TestChoosing:
    def test_a_file_is_booked_from_its_page(self, browser, draft, nine, rule):
        chosen = {"starts_at": nine.isoformat(), "via": "office", "note": "gọi trước"}
        page = browser.get(url("appointment_new", draft.public_id)).content.decode()
        assert f'value="{nine.isoformat()}"' in page
        assert browser.post(url("appointment_new", draft.public_id), chosen).status_code == 302
        assert Appointment.objects.get().starts_at == nine

    @pytest.mark.parametrize("starts_at", ["", "x", "2026-11-23T09:00", "2026-13-45T09:00+07:00"])
    def test_without_an_hour_the_page_says_so(self, browser, draft, rule, starts_at):
        answer = browser.post(url("appointment_new", draft.public_id), {"starts_at": starts_at, "note": "giữ lại"})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Chọn một khung giờ còn chỗ." in page
        assert "giữ lại" in page
        assert not Appointment.objects.exists()

    def test_an_hour_that_filled_up_meanwhile_is_a_sentence_and_nothing_is_written(self, browser, draft, nine, rule):
        SlotRule.objects.update(capacity=0)
        answer = browser.post(url("appointment_new", draft.public_id), {"starts_at": nine.isoformat()})
        assert answer.status_code == 422
        assert "vừa hết chỗ" in answer.content.decode()
        draft.refresh_from_db()
        assert draft.state == State.DRAFT

    def test_an_appointment_is_moved(self, browser, booked, nine):
        later = nine + dt.timedelta(hours=1)
        page = browser.get(url("appointment_move", booked.public_id)).content.decode()
        assert "đang hẹn" in page
        browser.post(url("appointment_move", booked.public_id), {"starts_at": later.isoformat(), "note": "bận"})
        assert Appointment.objects.get(state="booked").starts_at == later

    def test_a_received_file_is_booked_for_its_card(self, browser, commune, resident, officer, monday):
        tomorrow = timezone.localdate() + dt.timedelta(days=1)
        hours(commune, purpose=Purpose.HANDOVER, starts=14, weekday=tomorrow.weekday())
        file = ApplicationFactory(resident=resident, created_by=officer, promised_on=monday)
        page = browser.get(url("appointment_new", file.public_id)).content.decode()
        assert "Hẹn trả thẻ" in page
        assert page.count('name="starts_at"') == 3 * 2  # tomorrow and a week later

    def test_a_person_is_booked_and_a_draft_begun_and_two_clicks_are_one(self, browser, resident, nine, rule):
        here = url("appointment_of_person", resident.public_id)
        assert "Đặt lịch làm thẻ" in browser.get(here).content.decode()
        sent = {"reason": "from_14", "starts_at": nine.isoformat(), "via": "online", "submit_token": str(uuid.uuid4())}
        answer = browser.post(here, sent)
        file = Application.objects.get()
        assert (file.state, file.reason, file.channel) == (State.BOOKED, "from_14", "counter")
        assert answer.url == url("application", file.public_id)
        assert browser.post(here, sent).url == answer.url
        assert Appointment.objects.get().via == "online"

    def test_a_full_hour_begins_no_file_either(self, browser, resident, nine, rule):
        SlotRule.objects.update(capacity=0)
        sent = {"reason": "from_14", "starts_at": nine.isoformat(), "submit_token": str(uuid.uuid4())}
        answer = browser.post(url("appointment_of_person", resident.public_id), sent)
        assert answer.status_code == 422
        assert not Application.objects.exists()

    def test_whoever_has_a_file_is_led_to_it(self, browser, resident, draft):
        answer = browser.get(url("appointment_of_person", resident.public_id))
        assert answer.url == url("appointment_new", draft.public_id)

    def test_a_file_past_booking_is_led_back(self, browser, draft):
        Application.objects.update(state=State.REFUSED)
        assert browser.get(url("appointment_new", draft.public_id)).url == url("application", draft.public_id)

    def test_the_page_takes_the_same_queries_with_one_slot_taken_and_with_more(self, browser, booked, commune, officer):
        here = url("appointment_move", booked.public_id)
        one = queries(browser, here)
        booking.book(begun(settled(commune, number="001190000402"), officer), starts_at=booked.starts_at, by=officer)
        assert queries(browser, here) == one <= 12


def test_the_panel_of_a_file_asks_one_query(draft, officer, booked, django_assert_num_queries):
    from cards.appointments import panel

    file = Application.objects.select_related("resident").get()
    with django_assert_num_queries(1):
        _, shown = panel.build(file, officer)
    assert [coming.row for coming in shown["rows"]] == [booked]
    assert not shown["may_book"]


def test_the_hours_of_the_open_days_are_read_in_three_queries(commune, rule, django_assert_num_queries):
    """From tomorrow on: today's hours are over at some hour of today."""
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    asked = [tomorrow + dt.timedelta(days=n) for n in range(day.SHOWN_DAYS)]
    with django_assert_num_queries(3):
        found = day.open_days(commune, Purpose.INTAKE, first=tomorrow)
    assert [one.day for one in found] == [one for one in asked if one.weekday() == rule.weekday]


class TestTheHoursOfTheChief:
    SENT = {
        "purpose": "intake", "weekdays": ["0", "1"], "starts": "7:30", "ends": "11:30", "minutes": "30",
        "capacity": "4", "valid_to": "",
    }  # fmt: skip

    def test_are_added_and_ended(self, client_of, chief):
        browser = client_of(chief)
        tomorrow = f"{timezone.localdate() + dt.timedelta(days=1):%d/%m/%Y}"
        assert browser.post(url("hours"), self.SENT | {"valid_from": tomorrow}).status_code == 302
        rule = SlotRule.objects.first()
        assert (rule.weekday, rule.starts, SlotRule.objects.count()) == (0, dt.time(7, 30), 2)
        answer = browser.post(url("hours_end", rule.public_id), {"last_day": "32/1/2026"}, follow=True)
        assert "Ghi đủ ngày, tháng, năm" in answer.content.decode()
        browser.post(url("hours_end", rule.public_id), {"last_day": tomorrow})
        rule.refresh_from_db()
        assert rule.valid_to == timezone.localdate() + dt.timedelta(days=1)

    def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(self, client_of, chief):
        answer = client_of(chief).post(url("hours"), self.SENT | {"valid_from": "1/1/2026", "capacity": "7"})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Khung giờ mới áp dụng từ hôm nay trở đi." in page
        assert 'value="7"' in page

    def test_are_not_the_officers(self, browser):
        assert browser.get(url("hours")).status_code == 403


def test_the_kept_hour_of_handing_over_stands_on_the_day(browser, commune, resident, officer, monday):
    hours(commune, purpose=Purpose.HANDOVER, starts=14)
    book_handover(ApplicationFactory(resident=resident, created_by=officer, promised_on=monday), by=officer)
    page = browser.get(day_url(monday)).content.decode()
    assert page.index("Trả thẻ") < page.index("Nguyễn Thị Mẫu Lan")


def test_a_booking_begins_on_the_page_of_a_person_who_has_no_open_file(browser, resident, officer):
    page, link = (
        reverse("registry:resident", args=[resident.public_id]),
        url("appointment_of_person", resident.public_id),
    )
    assert link in browser.get(page).content.decode()
    begun(resident, officer)
    assert link not in browser.get(page).content.decode()
