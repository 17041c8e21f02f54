"""The pages: who sees which pair, what is masked, what opens next."""

import re

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from registry.duplicates.panel import context_for
from registry.models import PairState
from tests.factories import IdentityNumberFactory, PairFactory, ResidentFactory

pytestmark = pytest.mark.django_db

LIST = "/nghi-trung/"


def pair_in(left_commune, right_commune=None, *, name="Nguyễn Thị Mẫu Lan", other="NGUYEN THI MAU LAN", **fields):
    left = ResidentFactory(commune=left_commune, full_name=name)
    right = ResidentFactory(commune=right_commune or left_commune, full_name=other, birth_day=22, phone="0987654321")
    return PairFactory(left=left, right=right, **fields)


def url_of(pair, name="duplicate_pair") -> str:
    return reverse(f"registry:{name}", args=[pair.public_id])


def shown(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def listed(response) -> list[str]:
    return [row.left.full_name for row in response.context["table"].page.object_list.data]


# --- The list --------------------------------------------------------------------------------------------------------


def test_the_list_shows_what_waits_strongest_first(commune, other_commune, officer, client_of):
    pair_in(commune, name="Yếu", strength=30)
    pair_in(commune, name="Mạnh", strength=90, state=PairState.ASKED)
    pair_in(commune, name="Xong", strength=99, state=PairState.DIFFERENT)
    pair_in(other_commune, name="Mồi", strength=99)
    assert listed(client_of(officer).get(LIST)) == ["Mạnh", "Yếu"]


def test_both_communes_see_a_pair_of_both(commune, other_commune, officer, stranger, client_of):
    pair_in(commune, other_commune)
    assert len(listed(client_of(officer).get(LIST))) == 1
    assert len(listed(client_of(stranger).get(LIST))) == 1


@pytest.mark.parametrize(
    "query, expected",
    [
        ("q=mau+hoa", ["Lê Mẫu Hoa"]),
        ("q=001 190 000 777", ["Lê Mẫu Hoa"]),
        ("muc=chac", ["Lê Mẫu Hoa"]),
        ("muc=yeu", ["Trần Mẫu Cúc"]),
        ("dia_ban=lien", ["Trần Mẫu Cúc"]),
        ("dia_ban=mot", ["Lê Mẫu Hoa"]),
        ("tinh_trang=hai", ["Vũ Mẫu Đào"]),
        ("tinh_trang=tat-ca&q=mau", ["Lê Mẫu Hoa", "Trần Mẫu Cúc", "Vũ Mẫu Đào"]),
        ("q=khong+co", []),
    ],
)
def test_the_list_is_searched_and_filtered(commune, other_commune, officer, client_of, query, expected):
    strong = pair_in(commune, name="Lê Mẫu Hoa", other="Ai đó", strength=90)
    IdentityNumberFactory(resident=strong.right, number="001190000777")
    pair_in(commune, other_commune, name="Trần Mẫu Cúc", other="Ai đó", strength=30)
    pair_in(commune, name="Vũ Mẫu Đào", other="Ai đó", strength=20, state=PairState.DIFFERENT)
    assert listed(client_of(officer).get(f"{LIST}?{query}")) == expected


def queries_of(client, url, django_assert_max_num_queries) -> int:
    with django_assert_max_num_queries(12) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_one_row_and_three_cost_the_same(commune, other_commune, officer, client_of, django_assert_max_num_queries):
    client = client_of(officer)
    first = pair_in(commune, other_commune)
    of_list = queries_of(client, LIST, django_assert_max_num_queries)
    of_pair = queries_of(client, url_of(first), django_assert_max_num_queries)
    pair_in(commune, other_commune)
    pair_in(commune)
    assert queries_of(client, LIST, django_assert_max_num_queries) == of_list
    assert queries_of(client, url_of(first), django_assert_max_num_queries) == of_pair


# --- One pair --------------------------------------------------------------------------------------------------------


def test_only_differences_are_marked(commune, officer, client_of):
    pair = pair_in(commune, name="Võ Thị Mẫu Thúy", other="Vỏ Thị Mẫu Thuý")
    html = shown(client_of(officer).get(url_of(pair)))
    assert "<mark>Võ</mark> Thị Mẫu Thúy" in html  # Thúy and Thuý are one spelling
    assert "<mark>21</mark>/05/1990" in html
    assert "<mark>Nữ</mark>" not in html


def test_a_pair_elsewhere_is_not_found_and_the_attempt_is_audited(other_commune, officer, client_of):
    pair = pair_in(other_commune)
    client = client_of(officer)
    assert client.get(url_of(pair)).status_code == 404
    assert client.post(url_of(pair, "duplicate_decide"), {"decision": "same"}).status_code == 404
    assert AuditEvent.objects.filter(action="refused").count() == 2
    pair.refresh_from_db()
    assert pair.state == PairState.SUSPECTED


def test_the_numbers_of_the_person_outside_are_masked_and_the_view_is_audited(
    commune, other_commune, officer, client_of
):
    pair = pair_in(commune, other_commune, reasons=["number:001190000777"])
    IdentityNumberFactory(resident=pair.left, number="001190000777")
    IdentityNumberFactory(resident=pair.right, number="001190000999")
    html = shown(client_of(officer).get(url_of(pair)))
    assert "001190000777" in html
    assert "001190000999" not in html
    assert "0987654321" not in html
    assert "001 ••• 999" in html
    assert "Xã Mẫu Hạ · ngoài địa bàn" in html
    assert reverse("registry:resident", args=[pair.left.public_id]) in html
    assert reverse("registry:resident", args=[pair.right.public_id]) not in html
    seen = AuditEvent.objects.filter(action="view")
    assert {event.target_ref for event in seen} == {str(pair.left.public_id), str(pair.right.public_id)}


def test_the_evidence_shows_the_number_that_is_shared(commune, other_commune, officer, client_of):
    pair = pair_in(commune, other_commune, reasons=["number:001190000777"])
    IdentityNumberFactory(resident=pair.left, number="001190000777", is_active=False)
    IdentityNumberFactory(resident=pair.left, number="001190000111")
    IdentityNumberFactory(resident=pair.right, number="001190000777")
    answer = client_of(officer).get(url_of(pair))
    items = {item.label: (item.left, item.right, item.note) for item in answer.context["items"] if item.is_number}
    assert items == {
        "Số định danh cũ": ("001190000777", "001 ••• 777", "trùng số cũ/đã hủy"),
        "Số định danh đang dùng": ("001190000111", "001 ••• 777", "khác nhau"),
    }
    rows = {row.label: (row.left, row.right) for row in answer.context["rows"]}
    assert rows["Số định danh"] == ([("001190000111", True)], [("001 ••• 777", True)])
    assert rows["Số cũ, đã hủy, CMND 12 số"] == ([("001190000777", False)], [])
    assert '<td class="evidence-value">001190000777</td>' in shown(answer)


def test_a_supervisor_reads_masked_numbers_and_decides_nothing(commune, supervisor, client_of):
    pair = pair_in(commune)
    IdentityNumberFactory(resident=pair.left, number="001190000777")
    client = client_of(supervisor)
    html = shown(client.get(url_of(pair)))
    assert "001190000777" not in html
    assert 'value="same"' not in html
    assert client.post(url_of(pair, "duplicate_decide"), {"decision": "same"}).status_code == 403


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_auditor_and_administrator_see_no_pair(commune, who, client_of, request):
    pair = pair_in(commune)
    client = client_of(request.getfixturevalue(who))
    assert client.get(LIST).status_code == 403
    assert client.get(url_of(pair)).status_code == 403


def test_a_decision_opens_the_next_pair(commune, officer, client_of):
    first, second = pair_in(commune, strength=90), pair_in(commune, strength=60)
    client = client_of(officer)
    answer = client.post(url_of(first, "duplicate_decide"), {"decision": "different", "note": "Hai chị em"})
    assert answer.headers["Location"] == url_of(second)
    answer = client.post(url_of(second, "duplicate_decide"), {"decision": "same"})
    assert answer.headers["Location"] == LIST
    html = shown(client.get(url_of(second)))
    assert "Đã ghi kết luận; việc gộp hồ sơ làm ở bước sau." in html


def test_asking_keeps_the_pair_in_the_queue(commune, officer, colleague, client_of):
    pair = pair_in(commune)
    client_of(officer).post(url_of(pair, "duplicate_decide"), {"decision": "ask", "note": "Đồng chí Vân biết không?"})
    html = shown(client_of(colleague).get(url_of(pair)))
    assert "Đồng chí Vân biết không?" in html
    assert 'value="different"' in html


@pytest.mark.parametrize("decision", ["", "gop", "x" * 500])
def test_nonsense_is_answered_with_a_sentence(commune, officer, client_of, decision):
    pair = pair_in(commune)
    answer = client_of(officer).post(url_of(pair, "duplicate_decide"), {"decision": decision, "note": "giữ lại"})
    assert answer.status_code == 422
    assert "Chọn một trong ba kết luận." in shown(answer)
    assert 'value="giữ lại"' in shown(answer)


def test_a_refusal_keeps_what_was_typed_and_says_why(commune, officer, client_of):
    pair = pair_in(commune, reasons=["number:001190000777"])
    answer = client_of(officer).post(url_of(pair, "duplicate_decide"), {"decision": "different"})
    assert answer.status_code == 422
    assert "ghi rõ vì sao là hai người" in shown(answer)
    pair.refresh_from_db()
    assert pair.state == PairState.SUSPECTED


def test_a_pair_that_came_back_says_what_is_new(commune, officer, client_of):
    pair = pair_in(
        commune,
        reasons=["cmnd:211234567", "name_birth:a|1990"],
        decided_on_reasons=["name_birth:a|1990"],
        decided_by=officer,
        decided_at="2026-10-12T08:00:00+07:00",
    )
    assert "nay trở lại vì thêm: cùng số CMND." in shown(client_of(officer).get(url_of(pair)))


def test_the_keys_are_named(commune, officer, client_of):
    pair = pair_in(commune)
    html = shown(client_of(officer).get(url_of(pair)))
    assert re.findall(r'value="(\w+)" data-key="(\w)"', html) == [("same", "a"), ("different", "b"), ("ask", "c")]


# --- The home page ---------------------------------------------------------------------------------------------------


def test_the_home_panel_counts_what_waits(commune, other_commune, officer, django_assert_num_queries):
    for _ in range(5):
        pair_in(commune)
    pair_in(commune, state=PairState.SAME)
    pair_in(other_commune)
    with django_assert_num_queries(2):
        context = context_for(officer)
    assert (context["count"], len(context["pairs"])) == (5, 4)


def test_the_home_page_shows_the_panel(commune, officer, client_of):
    pair = pair_in(commune)
    html = shown(client_of(officer).get("/"))
    assert "1 cặp chờ kết luận" in html
    assert url_of(pair) in html
