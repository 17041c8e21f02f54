"""The lists of the commune and the page of one: where it stands, what to do next, and giving one up."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from registry.models import Roster
from tests.registry.rosters.standing import a_list, changed, new, suspect, wrong

pytestmark = pytest.mark.django_db
LIST = "/danh-sach/nhap/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(client_of, officer):
    return client_of(officer)


def text(answer) -> str:
    return answer.content.decode()


def test_the_lists_of_the_commune_tell_their_state_and_counts(browser, officer, stranger, resident):
    a_list(officer, [new(), new(state="applied"), changed(resident), suspect(resident), wrong()])
    a_list(stranger, [new()], file_name="hang-xom.xlsx")  # the bait
    page = text(browser.get(LIST))
    assert "2 mới, 1 thay đổi, 1 nghi trùng, 1 sai" in page
    assert "thon-2.xlsx" in page and "hang-xom.xlsx" not in page
    assert AuditEvent.objects.filter(sentence__startswith="Xem danh sách tệp đã nhập, trang 1/1").count() == 1


def test_lists_are_found_by_name_and_state(browser, officer):
    a_list(officer, file_name="ho-khau-thon-1.xlsx")
    a_list(officer, file_name="truong-hoc.csv", state="read")
    found = text(browser.get(LIST, {"q": "thon-1"}))
    assert "ho-khau-thon-1.xlsx" in found and "truong-hoc.csv" not in found
    assert "truong-hoc.csv" in text(browser.get(LIST, {"tinh_trang": "read"}))


def test_three_lists_cost_what_one_costs(browser, officer, resident, django_assert_max_num_queries):
    a_list(officer, [new(), changed(resident)])
    with django_assert_max_num_queries(12) as one:
        browser.get(LIST)
    a_list(officer, [new(), wrong()])
    a_list(officer, [suspect(resident)])
    with django_assert_max_num_queries(len(one)):
        browser.get(LIST)


@pytest.mark.parametrize("state", ["uploaded", "checking", "applying", "taking_back"])
def test_while_a_worker_is_at_it_the_page_asks_how_far_it_is(browser, officer, state):
    began = timezone.now() - dt.timedelta(seconds=60)
    one = a_list(officer, [new()], state=state, done_rows=250, total_rows=1000, step_began_at=began,
                 claimed_until=timezone.now() + dt.timedelta(seconds=80))  # fmt: skip
    page = text(browser.get(one.get_absolute_url()))
    assert 'hx-trigger="every 2s"' in page and "Tải lại trang để xem tiến độ" in page
    fragment = text(browser.get(reverse("registry:roster_progress", args=[one.public_id]), headers=HTMX))
    assert "250/1.000 dòng · còn khoảng 3 phút" in fragment
    assert "đang chờ đến lượt" not in fragment


def test_a_dead_worker_is_told_with_what_to_do(browser, officer):
    long_ago = timezone.now() - dt.timedelta(minutes=10)
    one = a_list(officer, state="checking", total_rows=1000, done_rows=250, step_began_at=long_ago,
                 claimed_until=long_ago)  # fmt: skip
    page = text(browser.get(one.get_absolute_url()))
    assert "Danh sách đang chờ đến lượt. Không mất gì" in page and "báo quản trị" in page


def test_when_reading_is_over_the_columns_open_themselves(browser, officer):
    one = a_list(officer, state="read")
    progress = reverse("registry:roster_progress", args=[one.public_id])
    assert browser.get(progress, headers=HTMX)["HX-Redirect"] == reverse(
        "registry:roster_columns", args=[one.public_id]
    )
    Roster.objects.update(state="checked")
    assert browser.get(progress, headers=HTMX)["HX-Refresh"] == "true"


def test_a_checked_list_shows_counts_first_and_then_the_groups(browser, officer, resident, outsider):
    one = a_list(officer, [new(), new(), changed(resident), suspect(resident), suspect(outsider), wrong()])
    answer = browser.get(one.get_absolute_url())
    counts = {told["verdict"]: (told["count"], told["undecided"]) for told in answer.context["tally"].stats()}
    assert counts == {"new": (2, 0), "same": (0, 0), "changed": (1, 1), "suspect": (2, 2), "wrong": (1, 0)}
    groups = {(group["verdict"], line["reason"]): (line["count"], line["open"])
              for group in answer.context["groups"] for line in group["lines"]}  # fmt: skip
    assert groups == {
        ("suspect", "suspect:review"): (2, 2), ("changed", "overwrite:home_town"): (1, 1),
        ("wrong", "value:birth_date"): (1, 1),
    }  # fmt: skip
    assert "Giá trị không đọc được: Ngày, tháng, năm sinh" in text(answer)


def test_the_page_of_a_list_costs_the_same_for_three_rows(browser, officer, resident, django_assert_max_num_queries):
    one = a_list(officer, [suspect(resident)], sha256="a" * 64)
    three = a_list(officer, [suspect(resident), changed(resident), new()], sha256="a" * 64)
    with django_assert_max_num_queries(12) as few:
        browser.get(one.get_absolute_url())
    with django_assert_max_num_queries(len(few)):
        browser.get(three.get_absolute_url())


def test_an_officer_waits_for_the_chief_who_gets_the_button(browser, client_of, chief, officer):
    one = a_list(officer, [new()])
    assert "Chờ trưởng công an xã duyệt" in text(browser.get(one.get_absolute_url()))
    page = text(client_of(chief).get(one.get_absolute_url()))
    assert "Xem lại và duyệt ghi 1 dòng" in page and "Chờ trưởng" not in page


def test_the_same_file_uploaded_before_is_told(browser, officer, stranger):
    a_list(stranger, sha256="a" * 64, file_name="hang-xom.xlsx")  # the bait: next door's same file
    one = a_list(officer, sha256="a" * 64)
    assert "Đúng tệp này đã nộp" not in text(browser.get(one.get_absolute_url()))
    again = a_list(officer, sha256="a" * 64, file_name="nop-lai.xlsx")
    page = text(browser.get(again.get_absolute_url()))
    assert "Đúng tệp này đã nộp" in page and one.get_absolute_url() in page and "hang-xom" not in page


def test_what_could_not_be_read_says_why_and_asks_for_another_file(browser, officer):
    one = a_list(officer, state="refused", said="Tệp có macro; lưu lại dạng .xlsx rồi nộp.")
    page = text(browser.get(one.get_absolute_url()))
    assert "Tệp có macro; lưu lại dạng .xlsx rồi nộp." in page
    assert f"/danh-sach/nhap/moi/?thay={one.public_id}" in page


def test_a_list_is_given_up_before_anything_is_written(browser, officer):
    one = a_list(officer, [new()], content=b"sealed")
    answer = browser.post(reverse("registry:roster_drop", args=[one.public_id]))
    assert answer.url == LIST
    one.refresh_from_db()
    assert (one.state, one.content, one.purge_on) == ("dropped", None, timezone.localdate())
    assert AuditEvent.objects.get(action="decide").target_ref == str(one.public_id)
    assert browser.post(reverse("registry:roster_drop", args=[one.public_id])).status_code == 302  # a second click


def test_a_list_of_which_something_was_written_cannot_be_given_up(browser, officer):
    one = a_list(officer, [new(state="applied", applied_at=timezone.now())])
    answer = browser.post(reverse("registry:roster_drop", args=[one.public_id]))
    assert answer.status_code == 422
    assert "chỉ hoàn tác được" in text(answer)
    one.refresh_from_db()
    assert one.state == "checked"


def test_forgotten_rows_are_told_and_nothing_can_be_decided(browser, officer):
    one = a_list(officer, state="applied", purged_at=timezone.now(), applied_at=timezone.now())
    page = text(browser.get(one.get_absolute_url()))
    assert "đã xóa theo hạn giữ" in page and "Hoàn tác cả danh sách" not in page
