"""Confirming the columns: headings with samples, doubt marked, what is missing or chosen twice said."""

import pytest
from django.urls import reverse

from registry.models import Roster, RosterSource
from tests.registry.rosters.standing import FIELDS, HEADINGS, SAMPLES, a_list, new

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client_of, officer):
    return client_of(officer)


@pytest.fixture
def read(officer) -> Roster:
    return a_list(officer, [new(state="read", verdict="", decision="")], state="read")


def address(one: Roster) -> str:
    return reverse("registry:roster_columns", args=[one.public_id])


def text(answer) -> str:
    return answer.content.decode()


def chosen(*fields: str) -> dict[str, str]:
    return {f"cot_{at}": name for at, name in enumerate(fields)}


def test_each_column_stands_with_its_heading_its_samples_and_what_it_is(browser, read):
    shown = browser.get(address(read)).context["columns"]
    told = [(one["letter"], one["heading"], one["cells"], one["field"].value()) for one in shown]
    assert told[:2] == [
        ("A", "Họ và tên", ["Trần Văn Mẫu Đông"], "full_name"), ("B", "Ngày sinh", ["02/03/1980"], "birth_date"),
    ]  # fmt: skip


def test_samples_of_a_sensitive_column_are_not_shown(browser, read):
    page = text(browser.get(address(read)))
    assert "Tày" not in page and "che, dữ liệu nhạy cảm" in page


def test_doubt_hidden_sheets_and_notes_of_reading_are_told(browser, read):
    read.told |= {"unsure": {"4": ["home_town", "birth_place"]}, "encoding": "tcvn3",
                  "notes": ["Có 3 ô gộp; lấy giá trị của ô đầu."],
                  "sheets": [{"name": "Thôn 2", "rows": 3, "hidden": False},
                             {"name": "Nháp", "rows": 9, "hidden": True}]}  # fmt: skip
    read.save()
    page = text(browser.get(address(read)))
    assert "chưa chắc" in page and "Quê quán hoặc Nơi sinh" in page
    assert "bảng mã TCVN3" in page and "Có 3 ô gộp" in page and "Nháp (9 dòng, trang ẩn)" in page


def test_confirmed_columns_go_on_to_be_checked_and_are_remembered(browser, read, officer):
    read.source = RosterSource.objects.create(commune=officer.unit, name="Sổ hộ khẩu Thôn 2")
    read.save()
    answer = browser.post(address(read), chosen("full_name", "birth_date", "sex", "number", "", ""))
    assert answer.url == read.get_absolute_url()
    read.refresh_from_db()
    assert read.state == "checking"
    assert read.columns == {"0": "full_name", "1": "birth_date", "2": "sex", "3": "number"}
    read.source.refresh_from_db()
    assert read.source.columns["que quan"] == ""


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (("", "birth_date"), "Chưa cột nào là họ tên"),
        (("full_name", ""), "Chưa cột nào là ngày, năm sinh"),
        (("full_name", "birth_date", "full_name"), "được chọn cho cả các cột A, C; chỉ để một cột"),
    ],
)
def test_what_is_missing_or_chosen_twice_is_said_and_the_choices_are_kept(browser, read, fields, said):
    answer = browser.post(address(read), chosen(*fields))
    assert answer.status_code == 422
    assert said in text(answer)
    assert [one["field"].value() or "" for one in answer.context["columns"]][: len(fields)] == list(fields)
    read.refresh_from_db()
    assert read.state == "read" and read.columns == {str(at): name for at, name in enumerate(FIELDS)}


def test_two_columns_of_notes_are_no_conflict(browser, read):
    assert browser.post(address(read), chosen("full_name", "birth_year", "note", "note")).status_code == 302


def test_another_sheet_is_read_anew(browser, read):
    read.told["sheets"] = [{"name": name, "rows": 3, "hidden": False} for name in ("Thôn 2", "Thôn 3")]
    read.save()
    refused = browser.post(address(read), {"buoc": "trang-tinh", "sheet": "Không có"})
    assert refused.status_code == 422 and "Không có" in text(refused)
    browser.post(address(read), {"buoc": "trang-tinh", "sheet": "Thôn 3"})
    read.refresh_from_db()
    assert (read.state, read.sheet) == ("uploaded", "Thôn 3")


def test_a_checked_list_may_be_given_other_columns_and_one_at_work_may_not(browser, officer):
    one = a_list(officer, [new()])
    assert "các quyết định đã lưu bị bỏ" in text(browser.get(address(one)))
    browser.post(address(one), chosen("full_name", "birth_date"))
    one.refresh_from_db()
    assert one.state == "checking"
    assert browser.get(address(one)).url == one.get_absolute_url()
    assert browser.post(address(one), chosen("full_name", "birth_date")).status_code == 302


def test_a_wide_sheet_costs_no_more_queries(browser, officer, read, django_assert_max_num_queries):
    with django_assert_max_num_queries(12) as few:
        browser.get(address(read))
    read.told |= {"headings": [*HEADINGS, *HEADINGS], "samples": [SAMPLES[0] * 2] * 3}
    read.save()
    with django_assert_max_num_queries(len(few)):
        browser.get(address(read))
