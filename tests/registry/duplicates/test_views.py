"""The pages: who sees which case, what is masked, what is said, and what opens next."""

import datetime as dt
import re

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import AuditEvent
from registry.duplicates import queue
from registry.duplicates.panel import context_for
from registry.duplicates.queue import cases_open
from registry.models import DuplicateCase, PairState
from tests.factories import (
    HouseholdFactory,
    IdentityNumberFactory,
    MembershipFactory,
    PairFactory,
    ResidentFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/nghi-trung/"


def pair_in(left_commune, right_commune=None, *, name="Nguyễn Thị Mẫu Lan", other="NGUYEN THI MAU LAN", **fields):
    left = ResidentFactory(commune=left_commune, full_name=name)
    right = ResidentFactory(commune=right_commune or left_commune, full_name=other, birth_day=22, phone="0987654321")
    return PairFactory(left=left, right=right, **fields)


def url_of(pair, name="duplicate_pair") -> str:
    return reverse(f"registry:{name}", args=[pair.public_id])


def of_case(pair, name="duplicate_case") -> str:
    return reverse(f"registry:{name}", args=[pair.case.public_id])


def after_same(pair, otherwise: str) -> str:
    """Where “một người” leads: to merging, where the portal has that desk."""
    try:
        return reverse("registry:merge", args=[pair.public_id])
    except NoReverseMatch:
        return otherwise


def shown(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def listed(response) -> list[str]:
    return [case.seen_pairs[0].left.full_name for case in response.context["table"].page.object_list.data]


# --- The list --------------------------------------------------------------------------------------------------------


def test_the_list_shows_cases_that_wait_the_strongest_first(commune, other_commune, officer, client_of):
    pair_in(commune, name="Yếu", score=30)
    strong = pair_in(commune, name="Mạnh", score=900, state=PairState.ASKED)
    PairFactory(left=strong.right, right=ResidentFactory(commune=commune), score=10)
    pair_in(commune, name="Xong", score=999, state=PairState.DIFFERENT)
    pair_in(other_commune, name="Mồi", score=999)
    answer = client_of(officer).get(LIST)
    assert listed(answer) == ["Mạnh", "Yếu"]
    assert cases_open(officer).count() == answer.context["table"].page.count == 2


def test_a_case_of_both_communes_is_listed_for_who_may_look_across(
    commune, other_commune, officer, chief, stranger, client_of
):
    pair_in(commune, other_commune)
    assert [len(listed(client_of(who).get(LIST))) for who in (officer, stranger, chief)] == [0, 0, 1]


@pytest.fixture
def four(commune, other_commune, officer):
    """One of each kind, told apart by the given name of the first record."""
    strong = pair_in(commune, name="Lê Mẫu Hoa", other="Ai đó", score=1200)
    IdentityNumberFactory(resident=strong.right, number="001190000777")
    home = HouseholdFactory(commune=commune, hamlet="Thôn 7")
    MembershipFactory(household=home, resident=strong.right)
    pair_in(commune, other_commune, name="Trần Mẫu Cúc", other="Ai đó", score=30, kind="F")
    third = pair_in(commune, name="Vũ Mẫu Đào", other="Ai đó", score=20, state=PairState.DIFFERENT)
    DuplicateCase.objects.create(score=1)  # with no pair at all: nobody's
    PairFactory(left=third.right, right=ResidentFactory(commune=commune), score=10, state=PairState.SAME)
    old = pair_in(commune, name="Hồ Mẫu Mai", found_at=timezone.now() - dt.timedelta(days=31), score=500)
    PairFactory(left=old.right, right=ResidentFactory(commune=commune, sex=1), score=5)


@pytest.mark.parametrize(
    "query, expected",
    [
        ("", ["Hoa", "Mai", "Cúc"]),
        ("q=mau+hoa", ["Hoa"]),
        ("q=001 190 000 777", ["Hoa"]),
        ("muc=chac", ["Hoa"]),
        ("muc=xem", ["Mai", "Cúc"]),
        ("loai=F", ["Cúc"]),
        ("loai=M", ["Hoa", "Mai"]),
        ("vu=lien", ["Cúc"]),
        ("vu=nhieu", ["Mai"]),
        ("vu=lan", ["Mai"]),
        ("vu=hai", ["Hoa", "Cúc"]),
        ("vu=truong", []),
        ("thon=Th%C3%B4n+7", ["Hoa"]),
        ("tuoi=30", ["Mai"]),
        ("tuoi=90", []),
        ("sort=people", ["Hoa", "Cúc", "Mai"]),
        ("sort=score", ["Cúc", "Mai", "Hoa"]),
        ("sort=found_at", ["Mai", "Hoa", "Cúc"]),
        ("tinh_trang=giu", []),
        ("tinh_trang=hoi", []),
        ("q=khong+co", []),
        ("q=%00", ["Hoa", "Mai", "Cúc"]),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(four, chief, client_of, query, expected):
    answer = client_of(chief).get(f"{LIST}?{query}")
    assert [name.split()[-1] for name in listed(answer)] == expected


def test_a_number_next_door_cannot_be_guessed(four, commune, other_commune, chief, client_of):
    pair = pair_in(commune, other_commune, name="Lý Mẫu Sen")
    IdentityNumberFactory(resident=pair.right, number="001190000888")
    assert listed(client_of(chief).get(f"{LIST}?q=001190000888")) == []


def test_decided_cases_are_found_by_their_state(commune, officer, colleague, client_of):
    merging, done = pair_in(commune, name="Gộp"), pair_in(commune, name="Xong")
    asked, held = pair_in(commune, name="Hỏi"), pair_in(commune, name="Giữ")
    client = client_of(officer)
    client.post(url_of(merging, "duplicate_decide"), {"decision": "same"})
    client.post(url_of(done, "duplicate_decide"), {"decision": "different"})
    client.post(url_of(asked, "duplicate_decide"), {"decision": "ask"})
    DuplicateCase.objects.update(held_by=None, held_until=None)
    queue.take(held.case, by=officer)
    found = {state: sorted(listed(client.get(f"{LIST}?tinh_trang={state}"))) for state in ("gop", "xong", "hoi", "giu")}
    assert found == {"gop": ["Gộp"], "xong": ["Gộp", "Xong"], "hoi": ["Hỏi"], "giu": ["Giữ"]}


def test_the_list_says_who_works_on_what(commune, officer, colleague, client_of):
    pair = pair_in(commune)
    queue.take(pair.case, by=colleague)
    pair.case.refresh_from_db()
    until = timezone.localtime(pair.case.held_until)
    assert f"{colleague.full_name}, đến {until:%H:%M}" in shown(client_of(officer).get(LIST))


def queries_of(client, url, django_assert_max_num_queries) -> int:
    with django_assert_max_num_queries(12) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_one_row_and_three_cost_the_same(commune, other_commune, chief, client_of, django_assert_max_num_queries):
    client = client_of(chief)
    first = pair_in(commune, other_commune)
    of_list = queries_of(client, LIST, django_assert_max_num_queries)
    of_pair = queries_of(client, url_of(first), django_assert_max_num_queries)
    pair_in(commune, other_commune)
    PairFactory(left=first.right, right=ResidentFactory(commune=commune))
    pair_in(commune)
    assert queries_of(client, LIST, django_assert_max_num_queries) == of_list
    assert queries_of(client, url_of(first), django_assert_max_num_queries) == of_pair


def test_a_decided_pair_is_as_cheap(commune, officer, colleague, client_of, django_assert_max_num_queries):
    pair = pair_in(commune)
    client_of(officer).post(url_of(pair, "duplicate_decide"), {"decision": "same"})
    queries_of(client_of(colleague), url_of(pair), django_assert_max_num_queries)


# --- One pair --------------------------------------------------------------------------------------------------------


def test_only_differences_stand_out_and_equal_rows_are_folded(commune, officer, client_of):
    pair = pair_in(commune, name="Võ Thị Mẫu Thúy", other="Vỏ Thị Mẫu Thuý")
    answer = client_of(officer).get(url_of(pair))
    html = shown(answer)
    assert "<mark>Võ</mark> Thị Mẫu Thúy" in html  # Thúy and Thuý are one spelling
    assert "<mark>21</mark>/05/1990" in html
    assert [row.label for row in answer.context["rows"]] == ["Họ và tên", "Ngày sinh", "Điện thoại"]
    assert "Giới tính" in [row.label for row in answer.context["same_rows"]]
    assert '<details class="same-rows"> <summary>5 mục giống nhau: Giới tính, Nơi sinh, ' in html


def test_the_evidence_is_told_in_words_the_strongest_first(commune, officer, client_of):
    lines = [["phone", "other", -30], ["name", "exact", 950], ["mother", "other", -420], ["sex", "same", 5]]
    pair = pair_in(commune, lines=lines, score=1234)
    answer = client_of(officer).get(url_of(pair))
    items = [(item.label, item.strength, item.note) for item in answer.context["items"]]
    assert items == [
        ("cùng họ tên", 79, "rất mạnh · +9,5 bit"),
        ("khác mẹ", -35, "mạnh · −4,2 bit"),
        ("khác điện thoại", -2, "nhẹ · −0,3 bit"),
    ]
    html = shown(answer)
    assert "cùng họ tên: rất mạnh; khác mẹ: mạnh; khác điện thoại: nhẹ" in html
    assert 'class="evidence-against" d="M0 2H-35V12H0Z"' in html
    assert "gần như chắc chắn · 12,3 bit" in html


def test_evidence_of_an_older_engine_still_opens(commune, officer, client_of):
    answer = client_of(officer).get(url_of(pair_in(commune, lines=[["mother", "of_old", 300], ["gone", "x", -200]])))
    assert [item.label for item in answer.context["items"]] == ["Mẹ", "gone"]


def test_a_family_is_told_as_a_family(commune, officer, client_of):
    html = shown(client_of(officer).get(url_of(pair_in(commune, kind="F", score=-300))))
    assert "Có thể là sinh đôi, anh em hoặc người trong nhà" in html
    assert "người trong nhà · −3,0 bit" in html


def test_a_case_of_many_shows_every_pair(commune, officer, client_of):
    first = pair_in(commune, score=900)
    second = PairFactory(left=first.right, right=ResidentFactory(commune=commune, full_name="Người Thứ Ba"), score=100)
    client = client_of(officer)
    html = shown(client.get(url_of(first)))
    assert "Cả vụ: 3 hồ sơ" in html
    assert 'data-key="j">Cặp sau' in html
    assert url_of(second) in html
    assert client.get(of_case(first)).headers["Location"] == url_of(first)
    client.post(url_of(first, "duplicate_decide"), {"decision": "different"})
    assert client.get(of_case(first)).headers["Location"] == url_of(second)


def test_a_mixed_case_is_to_be_split(commune, officer, client_of):
    pair = pair_in(commune)
    for side in (pair.left, pair.right):
        IdentityNumberFactory(resident=side)
    PairFactory(left=pair.right, right=ResidentFactory(commune=commune))
    assert "tách từng cặp, không gộp cả vụ" in shown(client_of(officer).get(url_of(pair)))


def test_a_pair_elsewhere_is_not_found_and_the_attempt_is_audited(other_commune, officer, client_of):
    pair = pair_in(other_commune)
    client = client_of(officer)
    assert client.get(url_of(pair)).status_code == 404
    assert client.get(of_case(pair)).status_code == 404
    assert client.post(url_of(pair, "duplicate_decide"), {"decision": "same"}).status_code == 404
    assert client.post(of_case(pair, "duplicate_case_work"), {"outcome": "take"}).status_code == 404
    assert client.post(of_case(pair, "duplicate_unmask"), {"reason": "Công dân khai"}).status_code == 404
    assert AuditEvent.objects.filter(action="refused").count() == 5
    pair.refresh_from_db()
    assert (pair.state, pair.case.held_by) == (PairState.SUSPECTED, None)


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_auditor_and_administrator_see_no_pair(commune, who, client_of, request):
    pair = pair_in(commune)
    client = client_of(request.getfixturevalue(who))
    assert client.get(LIST).status_code == 403
    assert client.get(url_of(pair)).status_code == 403


def test_a_pair_that_came_back_says_what_changed(commune, officer, client_of):
    pair = pair_in(commune, returned_for="họ tên của hồ sơ 2 đã đổi")
    client = client_of(officer)
    assert "Cặp này trở lại: họ tên của hồ sơ 2 đã đổi." in shown(client.get(url_of(pair)))
    assert "Trở lại: họ tên của hồ sơ 2 đã đổi" in shown(client.get(LIST))


def test_a_pair_without_a_case_opens_too(commune, officer, client_of):
    pair = pair_in(commune, state=PairState.GONE)
    assert pair.case is None
    assert "không còn giống nhau" in shown(client_of(officer).get(url_of(pair)))


# --- Deciding --------------------------------------------------------------------------------------------------------


def test_going_on_opens_the_next_case_and_says_when_nothing_is_left(commune, officer, colleague, client_of):
    first, second = pair_in(commune, score=900), pair_in(commune, score=600)
    client, other = client_of(officer), client_of(colleague)
    go_on = f"{LIST}lam-tiep/"
    assert client.post(go_on).headers["Location"] == url_of(first)
    assert other.post(go_on).headers["Location"] == url_of(second)
    answer = client.post(url_of(first, "duplicate_decide"), {"decision": "different", "note": "Hai chị em"})
    assert answer.headers["Location"] == LIST
    assert "Không còn vụ nghi trùng nào chờ đồng chí." in shown(client.get(LIST))


def test_one_person_leads_to_merging(commune, officer, client_of):
    first, second = pair_in(commune, score=900), pair_in(commune, score=600)
    client = client_of(officer)
    answer = client.post(url_of(first, "duplicate_decide"), {"decision": "same"})
    assert answer.headers["Location"] == after_same(first, url_of(second))
    first.refresh_from_db()
    assert first.state == PairState.SAME


def test_the_next_pair_of_the_case_comes_before_the_next_case(commune, officer, client_of):
    first = pair_in(commune, score=900)
    sibling = PairFactory(left=first.right, right=ResidentFactory(commune=commune), score=10)
    pair_in(commune, score=800)
    answer = client_of(officer).post(url_of(first, "duplicate_decide"), {"decision": "different"})
    assert answer.headers["Location"] == url_of(sibling)


def test_asking_frees_the_case_for_a_colleague_and_goes_on(commune, officer, colleague, client_of):
    pair, following = pair_in(commune, score=900), pair_in(commune, score=100)
    client = client_of(officer)
    client.post(f"{LIST}lam-tiep/")
    answer = client.post(url_of(pair, "duplicate_decide"), {"decision": "ask", "note": "Đồng chí Vân biết không?"})
    assert answer.headers["Location"] == url_of(following)
    html = shown(client_of(colleague).get(url_of(pair)))
    assert "Đồng chí Vân biết không?" in html
    assert 'value="different"' in html


def test_skipping_opens_another_and_comes_back_to_the_list_when_there_is_none(commune, officer, client_of):
    first, second = pair_in(commune, score=900), pair_in(commune, score=100)
    client = client_of(officer)
    client.post(f"{LIST}lam-tiep/")
    skipped = client.post(of_case(first, "duplicate_case_work"), {"outcome": "skip"})
    assert skipped.headers["Location"] == url_of(second)
    client.post(url_of(second, "duplicate_decide"), {"decision": "different"})
    last = client.post(of_case(first, "duplicate_case_work"), {"outcome": "skip"})
    assert last.headers["Location"] == LIST
    assert listed(client.get(LIST)) == [first.left.full_name]


def test_a_case_is_taken_and_given_back(commune, officer, colleague, client_of):
    pair = pair_in(commune)
    client, other = client_of(officer), client_of(colleague)
    client.post(of_case(pair, "duplicate_case_work"), {"outcome": "take"})
    html = shown(other.get(url_of(pair)))
    assert "Đồng chí Đại úy Lê Mẫu Hải đang xử lý vụ này, đến " in html
    assert 'value="same"' not in html
    refused = other.post(of_case(pair, "duplicate_case_work"), {"outcome": "take"}, follow=True)
    assert "đang xử lý vụ này" in shown(refused)
    answer = other.post(url_of(pair, "duplicate_decide"), {"decision": "same", "note": "Chính là một"})
    assert (answer.status_code, "đang xử lý vụ này, đến " in shown(answer)) == (422, True)
    client.post(of_case(pair, "duplicate_case_work"), {"outcome": "release"})
    assert 'value="same"' in shown(other.get(url_of(pair)))


def test_z_takes_back_the_decision_just_made(commune, officer, client_of):
    first, second = pair_in(commune, score=900), pair_in(commune, score=100)
    client = client_of(officer)
    client.post(url_of(first, "duplicate_decide"), {"decision": "different"})
    html = shown(client.get(url_of(second)))
    assert "Kết luận: hai người khác nhau" in html
    offered = re.search(r'<form class="undo-line" method="post" action="([^"]+)">', html).group(1)
    assert offered == url_of(first, "duplicate_decide")
    answer = client.post(offered, {"decision": "undo"})
    assert answer.headers["Location"] == url_of(first)
    first.refresh_from_db()
    assert first.state == PairState.SUSPECTED
    assert "undo-line" not in shown(client.get(url_of(first)))


@pytest.mark.parametrize("decision", ["", "gop", "x" * 500])
def test_nonsense_is_answered_with_a_sentence(commune, officer, client_of, decision):
    pair = pair_in(commune)
    answer = client_of(officer).post(url_of(pair, "duplicate_decide"), {"decision": decision, "note": "giữ lại"})
    assert answer.status_code == 422
    assert "Chọn một trong các kết luận." in shown(answer)
    assert 'value="giữ lại"' in shown(answer)


def test_a_refusal_keeps_what_was_typed_and_says_why(commune, officer, client_of):
    pair = pair_in(commune)
    IdentityNumberFactory(resident=pair.left, number="001190000777")
    IdentityNumberFactory(resident=pair.right, number="001190000777", is_active=False)
    answer = client_of(officer).post(url_of(pair, "duplicate_decide"), {"decision": "different"})
    assert answer.status_code == 422
    assert "ghi rõ vì sao là hai người" in shown(answer)
    pair.refresh_from_db()
    assert pair.state == PairState.SUSPECTED


def test_the_keys_are_named_on_the_buttons(commune, officer, client_of):
    pair = pair_in(commune)
    html = shown(client_of(officer).get(url_of(pair)))
    keys = re.findall(r'name="(?:decision|outcome)" value="(\w+)" data-key="(\w)"', html)
    assert keys == [("take", "n"), ("same", "a"), ("different", "b"), ("ask", "c"), ("skip", "s")]
    assert re.findall(r"<kbd[^>]*>(\w)</kbd>", html)[-4:] == ["A", "B", "C", "S"]


# --- The home page ---------------------------------------------------------------------------------------------------


def test_the_home_panel_counts_what_its_list_shows(
    commune, other_commune, officer, client_of, django_assert_num_queries
):
    for _ in range(5):
        pair = pair_in(commune)
    PairFactory(left=pair.right, right=ResidentFactory(commune=commune))
    pair_in(commune, state=PairState.SAME)
    pair_in(other_commune)
    with django_assert_num_queries(3):
        context = context_for(officer)
    assert (context["count"], len(context["rows"])) == (5, 4)
    assert client_of(officer).get(LIST).context["table"].page.count == 5


def test_the_home_page_shows_the_panel(commune, officer, client_of):
    pair = pair_in(commune)
    html = shown(client_of(officer).get("/"))
    assert "1 vụ chờ kết luận" in html
    assert of_case(pair) in html
