"""The chief's pages: what exactly will be written, the second click, what was not written, and taking back."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import AuditEvent
from registry.models import Resident, Roster
from registry.rosters import work
from tests.conftest import settled
from tests.registry.rosters.standing import a_list, changed, new, suspect, wrong

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client_of, chief):
    return client_of(chief)


def text(answer) -> str:
    return answer.content.decode()


def address(name: str, one: Roster) -> str:
    return reverse(f"registry:{name}", args=[one.public_id])


@pytest.fixture
def ready(officer, resident) -> Roster:
    return a_list(
        officer,
        [
            new(household_key="7"), new(household_key="7"), new(household_key="8"), new(decision="skip"),
            changed(resident, decision="write"), changed(resident), suspect(resident, decision="as_new"),
            suspect(resident), wrong(),
        ],
    )  # fmt: skip


def test_the_page_says_exactly_what_will_be_written(browser, ready):
    answer = browser.get(address("roster_approve", ready))
    tally = answer.context["tally"]
    assert (tally.to_write, tally.new_people, tally.changed_people, tally.left_out, tally.undecided_total) == (
        5, 4, 1, 2, 2,
    )  # fmt: skip
    assert answer.context["households"] == 2
    assert "Sẽ ghi vào hồ sơ 5 dòng" in text(answer) and "lập <b>2</b> hộ mới" in text(answer)


def test_a_household_somebody_lives_in_already_is_not_founded(browser, officer, resident):
    one = a_list(officer, [new(household_key="7"), changed(resident, household_key="7"), new(household_key="8")])
    assert browser.get(address("roster_approve", one)).context["households"] == 1


def test_approving_starts_the_writing_and_a_second_click_does_no_harm(browser, chief, ready):
    seen = browser.get(address("roster_approve", ready)).context["tally"].now.seal
    answer = browser.post(address("roster_approve", ready), {"seen": seen})
    assert answer.url == ready.get_absolute_url()
    ready.refresh_from_db()
    assert (ready.state, ready.reviewed_by, ready.total_rows) == ("applying", chief, 5)
    again = browser.post(address("roster_approve", ready), {"seen": seen})
    assert again.url == ready.get_absolute_url()
    assert AuditEvent.objects.filter(action="decide").count() == 1


def test_decisions_that_changed_meanwhile_are_shown_before_anything_is_written(browser, ready):
    seen = browser.get(address("roster_approve", ready)).context["tally"].now.seal
    ready.rows.filter(number=2).update(decision="skip")
    answer = browser.post(address("roster_approve", ready), {"seen": seen})
    assert answer.status_code == 422 and "Sẽ ghi vào hồ sơ 4 dòng" in text(answer)
    ready.refresh_from_db()
    assert ready.state == "checked"


def test_three_rows_cost_what_one_costs(browser, officer, ready, django_assert_max_num_queries):
    one = a_list(officer, [new()])
    with django_assert_max_num_queries(12) as few:
        browser.get(address("roster_approve", one))
    with django_assert_max_num_queries(len(few)):
        browser.get(address("roster_approve", ready))


def test_a_written_list_tells_its_result_with_parked_rows_and_the_reasons(browser, officer, resident):
    parked = changed(resident, state="parked", said="Hồ sơ đã đổi sau khi kiểm tra.")
    one = a_list(officer, [new(state="applied"), new(state="applied"), parked, wrong()], state="applied",
                 applied_at=timezone.now())  # fmt: skip
    page = text(browser.get(one.get_absolute_url()))
    assert "Hồ sơ đã đổi sau khi kiểm tra." in page and "Tải các dòng chưa ghi được" in page
    assert f"/danh-sach/nhap/moi/?sua={one.public_id}" in page
    assert "Hoàn tác cả danh sách" in page


def test_the_rows_not_written_come_back_as_a_file(browser, client_of, officer, resident):
    one = a_list(officer, [new(), wrong()], state="applied", file_name="Sổ thôn 2.xlsx", applied_at=timezone.now())
    answer = client_of(officer).get(address("roster_failing", one))
    assert answer["Content-Disposition"] == 'attachment; filename="chua-ghi-S--th-n-2.xlsx"'
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 2 and "Không có ngày 31/02/1980." in rows[1][-1]


def test_no_failing_row_no_file_but_a_sentence(browser, officer):
    one = a_list(officer, [new(state="applied")], state="applied", applied_at=timezone.now())
    answer = browser.get(address("roster_failing", one))
    assert answer.status_code == 422 and "không có tệp để tải" in text(answer)


def test_taking_back_asks_for_a_reason_and_begins(browser, chief, officer):
    one = a_list(officer, [new(state="applied")], state="applied", applied_at=timezone.now())
    page = address("roster_take_back", one)
    assert browser.get(page).status_code == 200
    weighed(browser, page)
    nothing = browser.post(page, {"reason": " "})
    assert nothing.status_code == 422 and "Ghi lý do hoàn tác." in text(nothing)
    answer = browser.post(page, {"reason": "Nộp nhầm danh sách của thôn khác"})
    assert answer.url == one.get_absolute_url()
    one.refresh_from_db()
    assert (one.state, one.undone_by, one.undone_reason) == (
        "taking_back", chief, "Nộp nhầm danh sách của thôn khác",
    )  # fmt: skip
    assert browser.post(page, {"reason": "Nộp nhầm danh sách của thôn khác"}).url == one.get_absolute_url()


def weighed(browser, page: str) -> str:
    """The page, once the preview was asked for and a worker reckoned it."""
    assert browser.post(page, {"xem-truoc": "1"}).url == page
    assert "chưa trả lại gì" in text(browser.get(page))
    assert work.sweep(seconds=60) == 1
    return text(browser.get(page))


def test_the_preview_of_taking_back_costs_the_same_for_three_people(browser, officer, resident, commune):
    def queries(people: list[Resident]) -> int:
        written = [new(state="applied", resident=one, written={"kind": "new"}, applied_at=timezone.now())
                   for one in people]  # fmt: skip
        one = a_list(officer, written, state="applied", applied_at=timezone.now())
        assert f"{len(people)}" in weighed(browser, address("roster_take_back", one))
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(address("roster_take_back", one)).status_code == 200
        return len(seen)

    first = queries([resident])
    assert first <= 12
    assert queries([settled(commune, number=f"00119000056{last}") for last in "123"]) <= first


def test_the_preview_is_of_its_hour_and_is_asked_for_again(browser, officer, resident, commune):
    written = [new(state="applied", resident=resident, written={"kind": "new"}, applied_at=timezone.now())]
    one = a_list(officer, written, state="applied", applied_at=timezone.now(), said="Đã ghi 1 dòng")
    page = address("roster_take_back", one)
    assert "Xem trước việc hoàn tác" in text(browser.get(page)) and "Lý do" not in text(browser.get(page))
    shown = weighed(browser, page)
    assert "xem lúc" in shown and "Lý do hoàn tác" in shown
    one.refresh_from_db()
    assert (one.state, one.said) == ("applied", "Đã ghi 1 dòng")
    assert browser.post(page, {"xem-truoc": "1"}).url == page
    assert browser.post(page, {"xem-truoc": "1"}).url == page  # a double click
    one.refresh_from_db()
    assert (one.state, one.told.get("preview")) == ("weighing", None)


def test_after_the_days_there_is_no_preview(browser, officer):
    one = a_list(officer, [new(state="applied")], state="applied", applied_at=timezone.now() - dt.timedelta(days=31))
    answer = browser.post(address("roster_take_back", one), {"xem-truoc": "1"})
    assert answer.status_code == 422 and "quá hạn hoàn tác" in text(answer)
    one.refresh_from_db()
    assert one.state == "applied"


def test_after_the_days_are_over_nothing_is_taken_back(browser, officer):
    long_ago = timezone.now() - dt.timedelta(days=31)
    one = a_list(officer, [new(state="applied")], state="applied", applied_at=long_ago)
    assert "Hoàn tác cả danh sách" not in text(browser.get(one.get_absolute_url()))
    answer = browser.post(address("roster_take_back", one), {"reason": "Nộp nhầm danh sách"})
    assert answer.status_code == 422
    one.refresh_from_db()
    assert one.state == "applied"


def test_what_was_kept_is_listed_after_taking_back(browser, officer, resident):
    kept = new(state="kept", resident=resident, kept=["Quê quán: đ/c Lê Mẫu Hải đã sửa sau đó."])
    one = a_list(officer, [new(state="taken_back"), kept], state="taken_back", applied_at=timezone.now())
    assert "Giữ lại, có người sửa hoặc dùng sau đó" in text(browser.get(one.get_absolute_url()))
    page = text(browser.get(reverse("registry:roster_rows", args=[one.public_id]), {"tinh_trang": "kept"}))
    assert "Giữ lại khi hoàn tác" in page
    row = text(browser.get(reverse("registry:roster_row", args=[one.public_id, 3])))
    assert "Quê quán: đ/c Lê Mẫu Hải đã sửa sau đó." in row


def test_a_forgotten_list_is_taken_back_while_its_rows_are_kept_for_that(browser, officer):
    """The file goes 30 days after it came, the rows by which the list goes back 30 days after they were written."""
    told = {"headings": [], "rows_kept": 1, "counts": {}}
    one = a_list(officer, [new(state="applied")], state="applied", purged_at=timezone.now(), applied_at=timezone.now(),
                 told=told)  # fmt: skip
    assert "Xem trước việc hoàn tác" in text(browser.get(one.get_absolute_url()))
    assert "Lý do hoàn tác" in weighed(browser, address("roster_take_back", one))
