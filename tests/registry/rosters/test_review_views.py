"""Looking through the rows: one group with decisions in bulk, one row beside the person, the next opens itself."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from registry.models import Roster, RosterRow
from tests.conftest import settled
from tests.factories import ResidentFactory
from tests.registry.rosters.standing import a_list, changed, new, suspect, wrong

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client_of, officer):
    return client_of(officer)


def text(answer) -> str:
    return answer.content.decode()


def rows_of(one: Roster) -> str:
    return reverse("registry:roster_rows", args=[one.public_id])


def row_of(one: Roster, number: int) -> str:
    return reverse("registry:roster_row", args=[one.public_id, number])


def decide_of(one: Roster, query: str = "") -> str:
    return reverse("registry:roster_decide", args=[one.public_id]) + query


def decisions(one: Roster) -> list[str]:
    return list(one.rows.order_by("number").values_list("decision", flat=True))


def numbers(answer) -> list[int]:
    return [row.record.number for row in answer.context["table"].page.object_list]


@pytest.fixture
def four(officer, resident) -> Roster:
    """Rows 2 to 5."""
    return a_list(officer, [new("Lê Thị Đào"), changed(resident), suspect(resident, name="Lê Văn Đức"), wrong()])


# --- one group -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"ket_qua": "suspect"}, [4]),
        ({"ly_do": "overwrite:home_town"}, [3]),
        ({"q": "5"}, [5]),
        ({"q": "duc"}, [4]),
        ({"q": "ĐÀO"}, [2]),
        ({"muc": "home_town"}, [3]),
        ({"quyet_dinh": "chua"}, [3, 4]),
        ({"tinh_trang": "applied"}, []),
    ],
)
def test_rows_are_found_by_result_reason_field_name_and_number(browser, four, query, found):
    assert numbers(browser.get(rows_of(four), query)) == found


def test_fields_that_are_put_together_from_columns_can_be_asked_for(browser, officer):
    one = a_list(officer, [wrong(), new()], columns={"0": "given_name", "1": "birth_year", "2": "note"})
    answer = browser.get(rows_of(one), {"muc": "birth_date"})
    assert [value for value, _ in answer.context["filter"].form.fields["muc"].choices] == [
        "",
        "full_name",
        "birth_date",
    ]
    assert numbers(answer) == [2]


def test_a_group_says_what_changes_and_hides_what_is_sensitive(browser, four):
    page = text(browser.get(rows_of(four)))
    assert "Xã Cũ" in page and "0912345678" in page and "Cùng họ tên, cùng ngày sinh." in page
    assert "Ngày, tháng, năm sinh: Không có ngày 31/02/1980." in page
    assert "Tày" not in page and "có thay đổi, mở dòng để xem" in page


def test_three_rows_cost_what_one_costs(browser, officer, resident, four, django_assert_max_num_queries):
    one = a_list(officer, [suspect(resident)])
    with django_assert_max_num_queries(12) as few:
        browser.get(rows_of(one))
    with django_assert_max_num_queries(len(few)):
        browser.get(rows_of(four))


def test_what_is_looked_at_leaves_a_line(browser, four):
    browser.get(rows_of(four), {"ket_qua": "new"})
    line = AuditEvent.objects.get(sentence__startswith="Xem các dòng của")
    assert (line.target_ref, line.data) == (str(four.public_id), {"query": "ket_qua=new"})


def test_the_ticked_rows_are_decided_and_the_answer_says_how_many(browser, officer, four):
    ticked = four.rows.get(number=3)
    answer = browser.post(decide_of(four, "?ket_qua=changed"), {"row": ticked.public_id, "decision": "write"})
    assert answer.url == rows_of(four) + "?ket_qua=changed"
    assert decisions(four) == ["write", "write", "", ""]
    assert four.rows.get(number=3).decided_by == officer
    assert "Đã lưu cho 1 dòng: ghi." in text(browser.get(answer.url))
    assert AuditEvent.objects.get(action="decide").sentence.startswith("Quyết định “ghi” cho 1 dòng của")


def test_the_page_is_decided_as_it_was_shown(browser, four):
    shown = [four.rows.get(number=number).public_id for number in (2, 3)]
    browser.post(decide_of(four), {"shown": shown, "pham_vi": "trang", "decision": "skip"})
    assert decisions(four) == ["skip", "skip", "", ""]


def test_the_whole_group_is_decided_with_the_count_that_was_told(browser, officer, resident):
    one = a_list(officer, [changed(resident), changed(resident), changed(resident), suspect(resident)])
    sent = {"pham_vi": "nhom", "so_dong": "3", "decision": "write"}
    browser.post(decide_of(one, "?ket_qua=changed"), sent)
    assert decisions(one) == ["write", "write", "write", ""]
    moved = browser.post(decide_of(one), sent)
    assert moved.status_code == 422 and "nay có 4 dòng chứ không phải 3" in text(moved)
    browser.post(decide_of(one, "?ket_qua=changed"), sent | {"decision": "thoi"})  # decided again: nothing
    assert decisions(one) == ["", "", "", ""]


def test_nothing_ticked_and_no_decision_are_said(browser, four):
    nothing = browser.post(decide_of(four), {"decision": "write"})
    assert nothing.status_code == 422 and "Chưa đánh dấu dòng nào" in text(nothing)
    assert browser.post(decide_of(four), {"decision": "xoa"}).status_code == 422
    assert decisions(four) == ["write", "", "", ""]


def test_what_a_row_does_not_allow_is_passed_by_and_said(browser, four):
    faulty = four.rows.get(number=5)
    answer = browser.post(decide_of(four), {"row": faulty.public_id, "decision": "write"})
    assert "Không có dòng nào quyết định như vậy được" in text(browser.get(answer.url))
    assert decisions(four) == ["write", "", "", ""]


def test_rows_of_another_list_are_not_decided_along(browser, stranger, four):
    bait = a_list(stranger, [new(decision="")]).rows.get()
    browser.post(decide_of(four), {"row": bait.public_id, "decision": "write"})
    bait.refresh_from_db()
    assert bait.decision == ""


@pytest.mark.parametrize("state", ["applying", "taken_back"])
def test_a_list_that_is_not_open_offers_no_decision_and_takes_none(browser, officer, resident, state):
    one = a_list(officer, [changed(resident)], state=state, total_rows=1)
    assert "data-roster-rows" not in text(browser.get(rows_of(one)))
    answer = browser.post(decide_of(one), {"row": one.rows.get().public_id, "decision": "write"})
    assert answer.status_code == 422 and "không quyết định từng dòng được nữa" in text(answer)
    assert decisions(one) == [""]


# --- one row ---------------------------------------------------------------------------------------------------------


def test_a_changed_row_stands_beside_the_person_field_by_field(browser, four, resident):
    page = text(browser.get(row_of(four, 3)))
    assert "Xã Cũ" in page and resident.get_absolute_url() in page
    assert page.count('name="lay"') == 3 and page.count(" checked") == 2
    seen = AuditEvent.objects.filter(action="view").values_list("target_ref", flat=True)
    assert {str(four.public_id), str(resident.public_id)} <= set(seen)


def test_the_fields_that_were_ticked_are_the_ones_taken(browser, four):
    browser.post(row_of(four, 3), {"lay": ["ethnic_group"], "decision": "write"})
    row = four.rows.get(number=3)
    assert row.decision == "write"
    assert {one["field"]: one["take"] for one in row.changes} == {
        "home_town": False, "phone": False, "ethnic_group": True,
    }  # fmt: skip


def test_taking_no_field_is_no_writing(browser, four):
    answer = browser.post(row_of(four, 3), {"decision": "write"})
    assert answer.status_code == 422 and "Chưa lấy mục nào" in text(answer)
    assert decisions(four)[1] == ""


def test_after_a_decision_the_next_undecided_row_of_the_group_opens(browser, officer, resident):
    one = a_list(officer, [changed(resident), new(), changed(resident), changed(resident), suspect(resident)])
    query = "?ket_qua=changed"
    answer = browser.post(row_of(one, 4) + query, {"lay": "phone", "decision": "write"})
    assert answer.url == row_of(one, 5) + query
    answer = browser.post(answer.url, {"decision": "skip"})
    assert answer.url == row_of(one, 2) + query  # from the beginning again
    answer = browser.post(answer.url, {"decision": "skip"})
    assert answer.url == rows_of(one) + query
    assert "không còn dòng nào chờ quyết định" in text(browser.get(answer.url))


def test_a_suspect_stands_beside_the_candidates_with_the_sentence_why(browser, officer, resident, commune):
    twin = settled(commune, number="001190000555", name="Nguyễn Thị Mẫu Lanh")
    one = a_list(officer, [suspect(resident, twin)])
    answer = browser.get(row_of(one, 2))
    page = text(answer)
    assert "Có phải một trong những người này?" in page and page.count("Cùng họ tên, cùng ngày sinh.") == 2
    assert "Nguyễn Thị Mẫu Lanh" in page and "001 1 90 000555" in page
    assert answer.context["chosen"] == resident


def test_a_person_who_is_out_of_sight_is_no_candidate(browser, officer, outsider):
    one = a_list(officer, [suspect(outsider)])
    page = text(browser.get(row_of(one, 2)))
    assert outsider.full_name not in page and "Không có hồ sơ nào của xã để so" in page
    answer = browser.post(row_of(one, 2), {"decision": "as_person", "nguoi": outsider.public_id})
    assert answer.status_code == 422
    assert decisions(one) == [""]


def test_a_suspect_is_called_this_person(browser, officer, resident, commune):
    twin = settled(commune, number="001190000555", name="Nguyễn Thị Mẫu Lanh")
    one = a_list(officer, [suspect(resident, twin)])
    browser.post(row_of(one, 2), {"decision": "as_person", "nguoi": twin.public_id})
    row = one.rows.get()
    assert (row.decision, row.person, row.decided_by) == ("as_person", twin, officer)
    line = AuditEvent.objects.get(action="decide")
    assert line.target_ref == str(twin.public_id)


def test_a_person_who_was_not_offered_is_not_taken(browser, officer, resident, commune):
    other = ResidentFactory(commune=commune)
    one = a_list(officer, [suspect(resident)])
    answer = browser.post(row_of(one, 2), {"decision": "as_person", "nguoi": other.public_id})
    assert answer.status_code == 422 and "Chọn hồ sơ của người này" in text(answer)
    assert decisions(one) == [""]


@pytest.mark.parametrize(("decision", "kept"), [("as_new", "as_new"), ("skip", "skip")])
def test_a_suspect_is_somebody_else_or_left_out_and_can_be_decided_again(browser, officer, resident, decision, kept):
    one = a_list(officer, [suspect(resident)])
    browser.post(row_of(one, 2), {"decision": decision})
    assert decisions(one) == [kept]
    answer = browser.post(row_of(one, 2), {"decision": "thoi"})
    assert answer.url == row_of(one, 2)
    assert decisions(one) == [""]


def test_a_double_within_the_file_leads_to_the_other_row_and_to_the_person_both_are(browser, officer, resident):
    problems = [{"field": "", "code": "twice", "said": "Trùng dòng 2: cùng một hồ sơ đã có.", "blocks": False}]
    double = changed(resident, verdict="suspect", problems=problems, reasons=["twice"])
    one = a_list(officer, [changed(resident), double])
    page = text(browser.get(row_of(one, 3)))
    assert f'href="{row_of(one, 2)}">Mở dòng 2</a>' in page and "Trùng một dòng khác trong tệp" in page
    assert f'value="{resident.public_id}" checked' in page
    browser.post(row_of(one, 3), {"decision": "as_person", "nguoi": resident.public_id})
    assert one.rows.get(number=3).decision == "as_person"


def test_repairs_problems_and_notes_are_shown_with_their_reasons(browser, officer):
    repairs = [{"field": "number", "was": "1190000123", "now": "001190000123", "why": "Excel đã bỏ hai số 0 ở đầu."}]
    notes = [{"rule": "E17", "title": "Thiếu", "sentence": "Chưa có quê quán.", "severity": "info"}]
    one = a_list(officer, [wrong(repairs=repairs, notes=notes)])
    page = text(browser.get(row_of(one, 2)))
    assert "Số định danh cá nhân: 1190000123" in page and "001 1 90 000123" in page
    assert "Excel đã bỏ hai số 0 ở đầu." in page and "Chưa có quê quán." in page
    assert "Không có ngày 31/02/1980." in page and "không ghi được" in page


def test_a_row_costs_few_queries_with_one_candidate_and_with_three(
    browser, officer, resident, commune, django_assert_max_num_queries
):
    others = [settled(commune, number=f"00119000055{last}", name="Nguyễn Thị Mẫu Lan") for last in "12"]
    one = a_list(officer, [suspect(resident), suspect(resident, *others), changed(resident)])
    with django_assert_max_num_queries(12) as few:
        browser.get(row_of(one, 2))
    with django_assert_max_num_queries(len(few)):
        browser.get(row_of(one, 3))
    with django_assert_max_num_queries(12):
        browser.get(row_of(one, 4))


def test_a_written_row_names_whom_and_asks_nothing(browser, officer, resident):
    written = new(state="applied", resident=resident, applied_at=timezone.now())
    one = a_list(officer, [written], state="applied")
    page = text(browser.get(row_of(one, 2)))
    assert "Đã ghi vào hồ sơ" in page and resident.get_absolute_url() in page
    assert 'name="decision"' not in page


def test_no_row_no_page(browser, officer):
    one = a_list(officer, [new()])
    assert browser.get(row_of(one, 99)).status_code == 404
    assert browser.get(row_of(one, 2), {"nguoi": "'"}).status_code == 200


def test_neighbours_are_those_of_the_group(browser, officer, resident):
    one = a_list(officer, [changed(resident), new(), changed(resident), new(), changed(resident)])
    context = browser.get(row_of(one, 4), {"ket_qua": "changed"}).context
    assert (context["before"], context["after"]) == (2, 6)


def test_a_parked_row_says_why_and_may_be_decided_again(browser, officer, resident):
    one = a_list(officer, [changed(resident, state="parked", said="Hồ sơ đã đổi sau khi kiểm tra.")], state="applied")
    assert "Hồ sơ đã đổi sau khi kiểm tra." in text(browser.get(row_of(one, 2)))
    browser.post(row_of(one, 2), {"lay": "phone", "decision": "write"})
    row = RosterRow.objects.get()
    assert (row.state, row.decision) == ("checked", "write")
