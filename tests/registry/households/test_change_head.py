"""Another head: every relation is proposed with its reason, and nothing is written unconfirmed."""

import datetime as dt

import pytest
from django.urls import reverse

from registry.models import Change, HouseholdRole, Membership, Resident
from tests.registry.households.conftest import FEMALE, settle


def test_the_son_becomes_head_and_everybody_is_confirmed(family, at):
    desk = at(family.household, "doi-chu-ho")
    desk.typed["new_head"] = str(family.an.public_id)
    proposed = {row.resident.given_name: (row.proposed, row.proposal.reason) for row in desk.asked()}
    assert {name: code for name, (code, _) in proposed.items()} == {
        "Hùng": "CHA_DE", "Lan": "ME_DE", "Cúc": "VO", "Bi": "CON_DE",
    }  # fmt: skip
    assert proposed["Lan"][1] == "Theo quan hệ nhân thân đã ghi: mẹ của Nguyễn Mẫu An là Trần Mẫu Lan."
    desk.agree()
    assert desk.write().url == reverse("registry:household", args=[family.household.public_id])
    assert family.roles() == {"Hùng": "CHA_DE", "Lan": "ME_DE", "An": "CHU_HO", "Cúc": "VO", "Bi": "CON_DE"}
    change = Change.objects.get()
    assert (change.kind, change.state, change.household) == ("doi-chu-ho", "applied", family.household)
    assert {one.given_name for one in change.people.all()} == {"Hùng", "Lan", "An", "Cúc", "Bi"}
    assert f"{change.due_on}" == "2026-11-26"  # Friday 20/11 and 3 working days, 24/11 being a holiday


def test_a_proposal_that_is_not_ticked_is_not_written(family, at):
    desk = at(family.household, "doi-chu-ho")
    desk.typed["new_head"] = str(family.an.public_id)
    desk.agree()
    row = next(row for row in desk.asked() if row.resident == family.lan)
    del desk.typed[row.tick.html_name]
    answer = desk.send("xem")
    assert answer.status_code == 422
    assert answer.context["form"].errors[row.role.html_name] == ["Đánh dấu “Đúng” hoặc chọn quan hệ khác."]
    assert answer.context["form"]["basis"].value() == "Đơn đề nghị"
    assert family.roles()["An"] == "CON_DE"


def test_without_a_proposal_the_officer_must_choose(family, at):
    aunt = settle(family.household.commune, family.household, "Phạm Mẫu Sen", sex=FEMALE, born=1960, role="O_NHO")
    Membership.objects.filter(resident=aunt).update(role=None)
    desk = at(family.household, "doi-chu-ho")
    desk.typed["new_head"] = str(family.an.public_id)
    row = next(row for row in desk.asked() if row.resident == aunt)
    assert (row.proposed, row.tick) == ("", None)
    desk.agree(Sen="O_NHO")
    desk.typed[row.role.html_name] = ""
    assert desk.send("xem").context["form"].errors[row.role.html_name] == ["Chọn quan hệ với chủ hộ mới."]
    desk.typed[row.role.html_name] = "O_NHO"
    assert desk.write().status_code == 302
    assert family.roles()["Sen"] == "O_NHO"


def test_an_answer_given_for_one_head_does_not_serve_another(family, at):
    desk = at(family.household, "doi-chu-ho")
    desk.typed["new_head"] = str(family.an.public_id)
    desk.agree()
    desk.typed["new_head"] = str(family.lan.public_id)
    answer = desk.send("xem")
    assert answer.status_code == 422
    assert len(answer.context["form"].errors) == 4
    assert {row.proposed for row in desk.asked()} == {"CHONG", "CON_DE", "CON_DAU", "CHAU_NOI"}


def test_a_relation_of_the_other_sex_is_not_offered(family, at):
    desk = at(family.household, "doi-chu-ho")
    desk.typed["new_head"] = str(family.an.public_id)
    desk.agree()
    row = next(row for row in desk.asked() if row.resident == family.lan)
    desk.typed[row.role.html_name] = "CHA_DE"
    assert desk.send("xem").context["form"].errors[row.role.html_name] == [
        "Giá trị này không có trong danh mục; chọn lại."
    ]


def test_a_relation_that_is_no_longer_valid_is_not_offered(family, at):
    HouseholdRole.objects.filter(code="ME_KE").update(valid_to=dt.date(2026, 11, 19))
    desk = at(family.household, "doi-chu-ho")
    desk.typed["new_head"] = str(family.an.public_id)
    assert not any("ME_KE" in str(row.role) for row in desk.asked())
    desk.typed["effective_on"] = "19/11/2026"
    assert any("ME_KE" in str(row.role) for row in desk.asked())


def test_the_head_dies_and_leaves_when_another_is_chosen(family, at):
    Resident.objects.filter(pk=family.hung.pk).update(state="deceased", died_on=dt.date(2026, 11, 3))
    desk = at(family.household, "doi-chu-ho")
    page = desk.client.get(reverse("registry:household", args=[family.household.public_id]))
    assert page.context["headless"]["sentence"] == "Chủ hộ Nguyễn Mẫu Hùng đã chết; hộ chưa có chủ hộ mới."
    desk.typed["new_head"] = str(family.lan.public_id)
    assert {row.resident.given_name: row.proposed for row in desk.asked()} == {
        "An": "CON_DE", "Cúc": "CON_DAU", "Bi": "CHAU_NOI",
    }  # fmt: skip
    desk.agree()
    assert desk.write().status_code == 302
    assert family.roles() == {"Lan": "CHU_HO", "An": "CON_DE", "Cúc": "CON_DAU", "Bi": "CHAU_NOI"}
    assert Membership.objects.get(resident=family.hung).to_on == dt.date(2026, 11, 3)
    page = desk.client.get(reverse("registry:household", args=[family.household.public_id]))
    assert page.context["headless"] is None
    assert [row.resident for row in page.context["before"]] == [family.hung]


def test_the_dead_head_whose_membership_was_closed_is_still_read(family, at):
    Resident.objects.filter(pk=family.hung.pk).update(state="deceased", died_on=dt.date(2026, 11, 3))
    Membership.objects.filter(resident=family.hung).update(to_on=dt.date(2026, 11, 3))
    desk = at(family.household, "doi-chu-ho")
    desk.typed["new_head"] = str(family.an.public_id)
    desk.agree()
    assert desk.write().status_code == 302
    assert family.roles() == {"An": "CHU_HO", "Lan": "ME_DE", "Cúc": "VO", "Bi": "CON_DE"}


def test_two_heads_become_one(family, at):
    Membership.objects.filter(resident=family.lan).update(role=HouseholdRole.objects.get(code="CHU_HO"))
    desk = at(family.household, "doi-chu-ho")
    desk.typed["new_head"] = str(family.hung.public_id)
    desk.agree()
    assert desk.write().status_code == 302
    assert family.roles() == {"Hùng": "CHU_HO", "Lan": "VO", "An": "CON_DE", "Cúc": "CON_DAU", "Bi": "CHAU_NOI"}


def test_a_minor_as_head_is_warned_about(family, at):
    desk = at(family.household, "doi-chu-ho")
    desk.typed["new_head"] = str(family.bi.public_id)
    desk.agree()
    assert desk.look().warnings == [
        "Nguyễn Mẫu Bi chưa đủ 18 tuổi trong khi hộ có người thành niên (Luật Cư trú Điều 10)."
    ]


def test_a_colleague_added_somebody_meanwhile_and_nothing_is_written(family, at):
    desk = at(family.household, "doi-chu-ho")
    desk.typed["new_head"] = str(family.an.public_id)
    desk.agree()
    seen = desk.look().seal
    settle(family.household.commune, family.household, "Nguyễn Mẫu Út", sex=FEMALE, born=2020, role="CHAU_NOI")
    answer = desk.send("ghi", seen=seen)
    assert answer.status_code == 422
    assert family.roles()["An"] == "CON_DE"
    assert not Change.objects.exists()


def test_a_colleague_changed_a_relation_meanwhile_and_the_new_preview_is_shown(family, at):
    desk = at(family.household, "doi-chu-ho")
    desk.typed["new_head"] = str(family.an.public_id)
    desk.agree()
    seen = desk.look().seal
    Membership.objects.filter(resident=family.cuc).update(role=HouseholdRole.objects.get(code="O_NHO"))
    answer = desk.send("ghi", seen=seen)
    assert answer.status_code == 422
    assert "dữ liệu đã thay đổi" in answer.context["notice"]
    assert family.roles()["An"] == "CON_DE"


def test_sent_twice_it_is_written_once(family, at):
    desk = at(family.household, "doi-chu-ho")
    desk.typed["new_head"] = str(family.an.public_id)
    desk.agree()
    seen = desk.look().seal
    desk.send("ghi", seen=seen)
    again = desk.send("ghi", seen=seen)
    assert again.url == Change.objects.get().get_absolute_url()


def test_received_now_it_is_written_later(family, at):
    desk = at(family.household, "doi-chu-ho")
    desk.typed["new_head"] = str(family.an.public_id)
    desk.agree()
    assert desk.send("nhan").status_code == 302
    change = Change.objects.get()
    assert family.roles()["An"] == "CON_DE"
    page = desk.client.get(reverse("registry:household", args=[family.household.public_id]))
    assert page.context["waiting"] == [change]
    decide = reverse("registry:change_decide", args=[change.public_id])
    seen = desk.client.post(decide, {"buoc": "xem"}).context["preview"].seal
    assert desk.client.post(decide, {"buoc": "dong-y", "seen": seen}).status_code == 302
    assert family.roles()["An"] == "CHU_HO"


@pytest.mark.parametrize("kind", ["doi-chu-ho", "tach-ho", "nhap-ho", "chuyen-di", "doi-dia-chi-ho"])
def test_a_strangers_household_is_not_there(family, client_of, stranger, kind):
    answer = client_of(stranger).get(reverse("registry:household_change_new", args=[family.household.public_id, kind]))
    assert answer.status_code in (302, 404)
    if answer.status_code == 302:
        assert client_of(stranger).get(answer.url).status_code == 404
