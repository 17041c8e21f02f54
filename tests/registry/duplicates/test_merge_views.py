"""The pages of merging: choosing, looking, merging, the list, one merge, the old address, the way back."""

import re
import uuid

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from registry.duplicates import merge as merging
from registry.duplicates import merge_panel
from registry.models import Merge, MergeState, PairState, Resident, ResidentState
from tests.conftest import settled
from tests.factories import HouseholdFactory, IdentityNumberFactory, MembershipFactory, ResidentFactory
from tests.registry.duplicates.folding import fold, merged_by_two, order_of, pair_of, twin_of, with_everything

pytestmark = pytest.mark.django_db
LIST = "/nghi-trung/da-gop/"


@pytest.fixture
def twin(resident):
    return twin_of(resident, full_name="Nguyễn Thị Mẫu Lam", religion="01")


@pytest.fixture
def pair(resident, twin):
    return pair_of(resident, twin, state=PairState.SAME)


def url_of(pair) -> str:
    return reverse("registry:merge", args=[pair.public_id])


def shown(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def looked(client, pair, **typed) -> dict:
    """What a browser would send from the preview."""
    answer = client.post(url_of(pair), {"buoc": "xem", "giu": "1"} | typed)
    assert answer.status_code == 200, shown(answer)
    page = answer.context
    return page["typed"] | {"submit_token": page["token"], "seen": page["seen"].seal, "reason": "Đã gặp công dân"}


def merged(client, pair, **typed) -> Merge:
    answer = client.post(url_of(pair), looked(client, pair, **typed) | {"buoc": "gop"})
    assert answer.status_code == 302, shown(answer)
    return Merge.objects.latest("pk")


# --- choosing --------------------------------------------------------------------------------------------------------


def test_what_differs_is_asked_and_what_is_equal_is_folded_away(pair, officer, client_of):
    page = client_of(officer).get(url_of(pair)).context
    assert "full_name" in [line.name for line in page["lines"]]
    assert "birth_place" in [line.name for line in page["same"]]
    assert "phone" in [line.name for line in page["filled"]]


def test_sensitive_values_are_not_on_the_page_and_can_be_asked_for(pair, officer, client_of):
    answer = client_of(officer).get(url_of(pair))
    line = next(line for line in answer.context["lines"] if line.name == "religion")
    assert [cell.text for cell in line.cells] == ["••••", "••••"]
    assert "Phật" not in shown(answer)
    assert all(cell.reveal_url for cell in line.cells)


def test_the_person_outside_is_masked_and_so_is_what_would_move(resident, outsider, chief, client_of):
    IdentityNumberFactory(resident=outsider, kind="CMND9", number="098765432")
    pair = pair_of(resident, outsider, state=PairState.SAME)
    client = client_of(chief)
    for page in (shown(client.get(url_of(pair))), shown(client.post(url_of(pair), {"buoc": "xem"}))):
        assert "001190000999" not in page
        assert "098765432" not in page


def test_an_open_page_leaves_a_line_for_both(pair, officer, client_of):
    client_of(officer).get(url_of(pair))
    lines = AuditEvent.objects.filter(sentence__startswith="Mở để gộp")
    assert {line.target_ref for line in lines} == {str(pair.left.public_id), str(pair.right.public_id)}


# --- looking, then merging -------------------------------------------------------------------------------------------


def test_the_preview_lists_every_line_in_words_and_writes_nothing(commune, officer, client_of):
    survivor, folded = with_everything(commune, officer)
    pair = survivor.pairs_left.get(right=folded)
    answer = client_of(officer).post(url_of(pair), {"buoc": "xem", "giu": "1"})
    moved = answer.context["moved"]
    titles = {group["title"] for group in moved["people"]}
    assert titles >= {
        "Giá trị lấy sang",
        "Số giấy tờ",
        "Nơi cư trú",
        "Hộ gia đình",
        "Thẻ, giấy tờ",
        "Quan hệ nhân thân",
        "Hồ sơ căn cước",
    }
    assert {group["title"] for group in moved["system"]} >= {"Việc làm sạch", "Cặp nghi trùng"}
    assert "Số định danh cá nhân 001190000456: thành số cũ" in shown(answer)
    assert Merge.objects.count() == 0


def test_merging_goes_to_the_page_of_the_merge(pair, officer, client_of):
    one = merged(client_of(officer), pair)
    assert (one.state, one.survivor, one.created_by) == (MergeState.DONE, pair.left, officer)
    page = shown(client_of(officer).get(one.get_absolute_url()))
    assert "Hoàn tác" in page


def test_the_officers_choice_is_what_is_written(pair, officer, client_of, resident):
    merged(client_of(officer), pair, chon_full_name="2")
    assert Resident.objects.get(pk=resident.pk).full_name == "Nguyễn Thị Mẫu Lam"


def test_the_right_one_can_be_kept(pair, officer, client_of):
    one = merged(client_of(officer), pair, giu="2", chon_full_name="1")
    assert (one.survivor, one.folded) == (pair.right, pair.left)
    assert Resident.objects.get(pk=pair.right_id).full_name == pair.left.full_name


def test_a_double_click_is_one_merge_and_says_so(pair, officer, client_of):
    client = client_of(officer)
    sent = looked(client, pair) | {"buoc": "gop"}
    client.post(url_of(pair), sent)
    answer = client.post(url_of(pair), sent, follow=True)
    assert "đã ghi, không ghi thêm" in shown(answer)
    assert Merge.objects.count() == 1


def test_without_a_reason_the_preview_comes_again_with_what_was_typed(pair, officer, client_of):
    client = client_of(officer)
    answer = client.post(url_of(pair), looked(client, pair, chon_full_name="2") | {"buoc": "gop", "reason": " "})
    assert answer.status_code == 422
    assert "Ghi lý do gộp." in shown(answer)
    assert answer.context["typed"]["chon_full_name"] == "2"
    assert Merge.objects.count() == 0


def test_what_changed_meanwhile_is_shown_anew_and_written_on_the_second_click(pair, officer, client_of, twin):
    client = client_of(officer)
    sent = looked(client, pair) | {"buoc": "gop"}
    Resident.objects.filter(pk=twin.pk).update(email="a@b.vn")
    answer = client.post(url_of(pair), sent)
    assert answer.status_code == 422
    assert "dữ liệu đã thay đổi" in shown(answer)
    assert client.post(url_of(pair), sent | {"seen": answer.context["seen"].seal}).status_code == 302


def test_a_refusal_is_said_on_the_choice(pair, officer, client_of, twin):
    Resident.objects.filter(pk=twin.pk).update(state="merged")
    answer = client_of(officer).post(url_of(pair), {"buoc": "xem"})
    assert answer.status_code == 422
    assert "đã được gộp vào một hồ sơ khác" in shown(answer)


def test_a_token_or_a_side_that_is_none_breaks_nothing(pair, officer, client_of):
    client = client_of(officer)
    sent = looked(client, pair) | {"buoc": "gop", "submit_token": "x", "giu": "9", "chon_sex": "9"}
    assert client.post(url_of(pair), sent).status_code in (302, 422)


# --- the second officer, the hour ------------------------------------------------------------------------------------


@pytest.fixture
def waiting(resident, officer):
    other = settled(resident.commune, number="001190000456")
    pair = pair_of(resident, other, state=PairState.SAME)
    return merging.ask(order_of(resident, other, officer, pair=pair))[0]


def decide(client, one, **typed):
    return client.post(reverse("registry:merge_decide", args=[one.public_id]), typed)


def test_two_numbers_are_sent_to_the_second_officer(resident, officer, client_of):
    pair = pair_of(resident, settled(resident.commune, number="001190000456"), state=PairState.SAME)
    client = client_of(officer)
    sent = looked(client, pair)
    assert "Gửi cán bộ thứ hai" in shown(client.post(url_of(pair), {"buoc": "xem"}))
    assert client.post(url_of(pair), sent | {"buoc": "gop"}).status_code == 422
    answer = client.post(url_of(pair), sent | {"buoc": "gui"})
    assert answer.url == Merge.objects.get(state="waiting").get_absolute_url()


def test_the_chief_looks_and_agrees(waiting, chief, client_of):
    client = client_of(chief)
    seen = decide(client, waiting, buoc="xem").context["seen"]
    assert decide(client, waiting, buoc="dong-y", seen=seen.seal).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by) == (MergeState.DONE, chief)


def test_who_asked_is_told_to_wait_and_may_withdraw(waiting, officer, client_of):
    client = client_of(officer)
    page = shown(client.get(waiting.get_absolute_url()))
    assert "chờ một đồng chí khác đồng ý" in page
    assert "Xem trước để đồng ý" not in page
    assert decide(client, waiting, buoc="dong-y", seen=waiting.seal).status_code == 422
    assert decide(client, waiting, buoc="rut", note="").status_code == 422
    assert decide(client, waiting, buoc="rut", note="Gặp công dân đã").status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == MergeState.WITHDRAWN


def test_the_chief_turns_down_with_a_reason(waiting, chief, client_of):
    client = client_of(chief)
    assert decide(client, waiting, buoc="tu-choi", note="").status_code == 422
    assert decide(client, waiting, buoc="tu-choi", note="Hai chị em").status_code == 302
    assert "Không đồng ý" in shown(client.get(waiting.get_absolute_url()))


def test_a_merge_is_planned_and_says_when(pair, officer, client_of, twin):
    client = client_of(officer)
    answer = client.post(url_of(pair), looked(client, pair) | {"buoc": "hen"}, follow=True)
    assert "Trước giờ đó rút lại được" in shown(answer)
    assert Resident.objects.get(pk=twin.pk).state == ResidentState.LIVING


def test_the_home_page_tells_the_chief_what_waits_and_the_officer_what_came_back(
    waiting, officer, colleague, chief, client_of, django_assert_num_queries
):
    with django_assert_num_queries(1):
        assert [row["merge"] for row in merge_panel.context_for(chief)["rows"]] == [waiting]
    assert merge_panel.context_for(officer)["rows"] == merge_panel.context_for(colleague)["rows"] == []
    assert "Gộp hồ sơ chờ đồng chí" in shown(client_of(chief).get("/"))
    assert "Gộp hồ sơ chờ đồng chí" not in shown(client_of(colleague).get("/"))
    Merge.objects.filter(pk=waiting.pk).update(state=MergeState.RETURNED)
    waiting.pair.refresh_from_db()
    waiting.pair.state = PairState.SUSPECTED
    waiting.pair.save()
    assert [row["merge"] for row in merge_panel.context_for(officer)["rows"]] == [waiting]
    assert merge_panel.context_for(chief)["rows"] == []


# --- the way back ----------------------------------------------------------------------------------------------------


def undo(client, one, **typed):
    return client.post(reverse("registry:merge_undo", args=[one.public_id]), typed)


def test_undoing_shows_first_then_needs_a_reason_then_does_it(resident, twin, pair, officer, client_of):
    one = fold(resident, twin, officer)
    client = client_of(officer)
    Resident.objects.filter(pk=resident.pk).update(phone="0999999999")
    answer = undo(client, one, buoc="xem")
    assert "Giữ điện thoại đã sửa ngày" in shown(answer)
    assert undo(client, one, buoc="hoan-tac", reason="").status_code == 422
    assert undo(client, one, buoc="hoan-tac", reason="Hai chị em", pair_state="different").status_code == 302
    pair.refresh_from_db()
    assert (Resident.objects.get(pk=twin.pk).state, pair.state) == (ResidentState.LIVING, PairState.DIFFERENT)
    assert "Giữ điện thoại đã sửa ngày" in shown(client.get(one.get_absolute_url()))


def test_undoing_twice_by_a_double_click_is_no_error(resident, twin, officer, client_of):
    one = fold(resident, twin, officer)
    client = client_of(officer)
    sent = {"buoc": "hoan-tac", "reason": "Hai chị em", "pair_state": "waits"}
    undo(client, one, **sent)
    assert "đã được hoàn tác" in shown(client.post(reverse("registry:merge_undo", args=[one.public_id]), sent,
                                                   follow=True))  # fmt: skip


# --- the list, one merge, the old address ----------------------------------------------------------------------------


def test_the_list_shows_the_merges_of_the_commune_and_filters_them(resident, twin, officer, stranger, client_of):
    bait = settled(stranger.unit, number="001190000888", name="Mồi")
    fold(bait, twin_of(bait), stranger)
    fold(resident, twin, officer)
    client = client_of(officer)
    assert [row.record.survivor for row in client.get(LIST).context["table"].page.object_list] == [resident]
    assert len(client.get(f"{LIST}?tinh_trang=undone").context["table"].page.object_list) == 0
    assert len(client.get(f"{LIST}?q=mau+lam&tinh_trang=done").context["table"].page.object_list) == 1


def test_a_merge_across_communes_is_seen_by_both_chiefs_only(resident, outsider, chief, officer, stranger, client_of):
    one, _ = merging.ask(order_of(resident, outsider, chief))
    assert client_of(officer).get(one.get_absolute_url()).status_code == 404
    stranger.role = Role.CHIEF
    stranger.save()
    page = shown(client_of(stranger).get(one.get_absolute_url()))
    assert "001190000123" not in page
    assert "Xem trước để đồng ý" in page


def test_the_page_of_a_merge_keeps_the_value_that_was_not_taken(resident, twin, officer, client_of):
    one = fold(resident, twin, officer, full_name="survivor")
    answer = client_of(officer).get(one.get_absolute_url())
    rows = {row["label"]: (row["survivor"], row["folded"], row["taken"]) for row in answer.context["values"]}
    assert rows["Họ và tên"] == ("Nguyễn Thị Mẫu Lan", "Nguyễn Thị Mẫu Lam", False)
    assert rows["Tôn giáo"][:2] == ("••••", "••••")
    assert "Phật" not in shown(answer)


def test_the_old_address_leads_to_the_survivor_through_a_chain_with_a_line(resident, twin, officer, client_of):
    third = twin_of(resident)
    fold(twin, third, officer)
    fold(resident, Resident.objects.get(pk=twin.pk), officer)
    client = client_of(officer)
    answer = client.get(reverse("registry:resident", args=[third.public_id]), follow=True)
    assert answer.redirect_chain == [(resident.get_absolute_url(), 302)]
    assert "đã gộp vào hồ sơ này" in shown(answer)
    assert AuditEvent.objects.filter(target_ref=str(third.public_id), sentence__startswith="Mở địa chỉ cũ").exists()
    old = client.get(reverse("registry:resident", args=[third.public_id]) + "?ban_cu")
    assert (old.status_code, old.context["resident"]) == (200, third)


def test_after_undoing_the_old_address_is_its_own_again(resident, twin, officer, client_of):
    one = fold(resident, twin, officer)
    client = client_of(officer)
    assert client.get(twin.get_absolute_url()).status_code == 302
    undo(client, one, buoc="hoan-tac", reason="Hai chị em")
    assert client.get(twin.get_absolute_url()).status_code == 200


def test_the_trail_of_the_survivor_has_what_was_seen_of_the_folded_one(resident, twin, officer, client_of):
    client = client_of(officer)
    client.get(twin.get_absolute_url())
    fold(resident, twin, officer)
    trail = client.get(reverse("registry:resident_trail", args=[resident.public_id]))
    assert str(twin.public_id) in {event.target_ref for event in trail.context["events"]}


def test_editing_the_folded_record_sets_aside_what_was_typed(resident, twin, officer, client_of):
    client = client_of(officer)
    fold(resident, twin, officer)
    address = reverse("registry:resident_edit", args=[twin.public_id])
    answer = client.post(address, {"full_name": "Tên Gõ Dở", "submit_token": uuid.uuid4()}, follow=True)
    assert "xem bản cất riêng" in shown(answer)
    assert answer.redirect_chain[-1][0] == resident.get_absolute_url()


# --- cost ------------------------------------------------------------------------------------------------------------


def queries_of(client, url, limit) -> int:
    with limit(12) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def grow(person) -> None:
    for n in range(3):
        IdentityNumberFactory(resident=person, kind="CMND9", number=f"01234567{n}")
        home = HouseholdFactory(commune=person.commune)
        MembershipFactory(household=home, resident=person)
        MembershipFactory(household=home, resident=ResidentFactory(commune=person.commune))


def test_choosing_costs_the_same_however_much_hangs_on_the_two(
    pair, twin, officer, client_of, django_assert_max_num_queries
):
    client = client_of(officer)
    one = queries_of(client, url_of(pair), django_assert_max_num_queries)
    grow(twin)
    assert queries_of(client, url_of(pair), django_assert_max_num_queries) == one


def test_a_merge_and_the_list_cost_the_same_however_much_moved(
    commune, officer, chief, client_of, django_assert_max_num_queries
):
    client = client_of(chief)
    survivor, folded = with_everything(commune, officer)
    done = merged_by_two(survivor, folded, officer, chief)
    page = queries_of(client, done.get_absolute_url(), django_assert_max_num_queries)
    other = settled(commune, number="001190000321")
    small = fold(other, twin_of(other), officer)
    assert queries_of(client, small.get_absolute_url(), django_assert_max_num_queries) == page
    two = queries_of(client, LIST, django_assert_max_num_queries)
    fold(Resident.objects.get(pk=other.pk), twin_of(other), officer)
    assert queries_of(client, LIST, django_assert_max_num_queries) == two
