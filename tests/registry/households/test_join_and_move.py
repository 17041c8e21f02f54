"""Nhập hộ, vào hộ, lập hộ, chuyển đi, đổi địa chỉ, đóng hộ: who goes where, and what closes behind them."""

import datetime as dt

import pytest
from django.urls import reverse

from registry.models import Change, Household, Membership, Residence, Resident
from tests.factories import HouseholdFactory, ResidenceFactory, ResidentFactory
from tests.registry.households.conftest import FEMALE, MALE, link, settle


@pytest.fixture
def parents(family):
    """Cúc's parents, next door in the same commune."""
    home = HouseholdFactory(commune=family.household.commune, code="00300", hamlet="Thôn 9", street="Số 1")
    father = settle(home.commune, home, "Lê Mẫu Thọ", sex=MALE, born=1955, role="CHU_HO")
    link(family.cuc, "father", father)
    return home


def test_a_daughter_goes_back_to_her_fathers_household_with_her_child(family, parents, at):
    desk = at(family.household, "nhap-ho")
    desk.typed |= {"code": "300", "move_home": "on"}
    desk.go(family.cuc, family.bi)
    assert {row.resident.given_name: row.proposed for row in desk.asked()} == {"Cúc": "CON_DE", "Bi": "CHAU_NGOAI"}
    desk.agree()
    assert desk.write().status_code == 302
    assert family.roles(parents) == {"Thọ": "CHU_HO", "Cúc": "CON_DE", "Bi": "CHAU_NGOAI"}
    assert family.roles() == {"Hùng": "CHU_HO", "Lan": "VO", "An": "CON_DE"}
    now = Residence.objects.get(resident=family.bi, kind="permanent", to_on=None)
    assert (now.hamlet, now.street, now.from_on) == ("Thôn 9", "Số 1", dt.date(2026, 11, 20))
    assert Membership.objects.filter(resident=family.cuc, to_on=None).count() == 1


def test_a_whole_household_joins_another_and_closes(family, parents, at):
    desk = at(parents, "nhap-ho")
    desk.typed |= {"code": "00217"}
    desk.go(Resident.objects.get(given_name="Thọ"))
    row = next(iter(desk.asked()))
    assert (row.proposed, row.proposal.choices) == ("", ())
    desk.agree(Thọ="O_NHO")
    assert desk.write().status_code == 302
    parents.refresh_from_db()
    assert parents.closed_on == dt.date(2026, 11, 20)
    assert family.roles()["Thọ"] == "O_NHO"
    stays = Residence.objects.get(resident__given_name="Thọ", kind="permanent", to_on=None)
    assert stays.hamlet == "Thôn 9"  # nobody ticked that the home moves too


@pytest.mark.parametrize(("code", "sentence"), [
    ("00217", "Đây chính là hộ đang làm; nhập số hộ khác."),
    ("00999", "Xã không có hộ đang mở mang số 00999."),
    ("00500", "Xã không có hộ đang mở mang số 00500."),
    ("00301", "Hộ 00301 chưa có một chủ hộ; làm “Đổi chủ hộ” cho hộ đó trước."),
])  # fmt: skip
def test_a_household_that_cannot_be_joined_is_refused(family, other_commune, at, code, sentence):
    bait = HouseholdFactory(commune=other_commune, code="00500")
    settle(other_commune, bait, "Đỗ Mẫu Lạ", sex=MALE, born=1970, role="CHU_HO")
    headless = HouseholdFactory(commune=family.household.commune, code="00301")
    settle(headless.commune, headless, "Lý Mẫu Na", sex=FEMALE, born=1970, role=None)
    desk = at(family.household, "nhap-ho")
    desk.typed["code"] = code
    desk.go(family.cuc)
    answer = desk.send("xem")
    assert answer.context["form"].errors["code"] == [sentence]
    assert "Đỗ Mẫu Lạ" not in answer.content.decode()
    assert family.roles()["Cúc"] == "CON_DAU"


def test_somebody_without_a_household_joins_one_or_founds_one(family, at):
    alone = ResidentFactory(commune=family.household.commune, full_name="Trần Mẫu Hoa", birth_year=1975)
    ResidenceFactory(resident=alone, hamlet="Thôn 4", street="Số 8")
    link(family.bi, "mother", alone)
    desk = at(alone, "vao-ho")
    desk.typed |= {"code": "217", "move_home": "on"}
    desk.agree(Hoa="O_NHO")
    assert desk.write().status_code == 302
    assert family.roles()["Hoa"] == "O_NHO"
    again = desk.client.get(reverse("registry:resident_change_new", args=[alone.public_id, "vao-ho"]), follow=True)
    assert again.redirect_chain[-1][0] == alone.get_absolute_url()  # not offered any more

    other = ResidentFactory(commune=family.household.commune, full_name="Trần Mẫu Huệ")
    ResidenceFactory(resident=other, hamlet="Thôn 4", street="Số 8")
    desk = at(other, "lap-ho")
    form = desk.client.get(desk.url).context["form"]
    assert (form["hamlet"].value(), form["street"].value()) == ("Thôn 4", "Số 8")
    desk.typed |= {"hamlet": "Thôn 4", "street": "Số 8"}
    assert desk.write().status_code == 302
    new = Household.objects.get(code="00218")
    assert family.roles(new) == {"Huệ": "CHU_HO"}


# --- away -------------------------------------------------------------------------------------------------------------


def test_those_who_move_to_another_commune_are_struck_out_with_the_reason(family, other_commune, at):
    desk = at(family.household, "chuyen-di")
    desk.go(family.an, family.cuc, family.bi)
    desk.typed |= {"where": "commune", "place": "Xã Mẫu Hạ", "detail": "Số 3"}
    assert desk.write().status_code == 302
    assert family.roles() == {"Hùng": "CHU_HO", "Lan": "VO"}
    family.an.refresh_from_db()
    assert (family.an.state, family.an.commune) == ("moved", family.household.commune)
    for row in Residence.objects.filter(resident=family.an):
        assert (row.to_on, row.closed_reason) == (dt.date(2026, 11, 20), "Chuyển đến Số 3, Xã Mẫu Hạ, Tỉnh Mẫu")
        assert row.closed_at is not None
    assert Residence.objects.filter(resident=family.lan, closed_at=None).count() == 2


def test_what_lies_in_another_commune_is_not_struck_out(family, other_commune, at):
    theirs = ResidenceFactory(resident=family.an, kind="temporary", unit=other_commune, from_on=dt.date(2026, 1, 1))
    desk = at(family.household, "chuyen-di")
    desk.go(family.an)
    desk.typed |= {"where": "unknown"}
    assert desk.write().status_code == 302
    theirs.refresh_from_db()
    assert (theirs.closed_at, theirs.to_on) == (None, None)


def test_the_last_ones_who_move_close_the_household(family, at):
    desk = at(family.household, "chuyen-di")
    desk.go(*family.people.values())
    desk.typed |= {"where": "abroad", "detail": "Lào"}
    assert desk.write().status_code == 302
    family.household.refresh_from_db()
    assert family.household.closed_on == dt.date(2026, 11, 20)
    assert {one.state for one in Resident.objects.all()} == {"moved"}


@pytest.mark.parametrize(("where", "place", "detail", "field", "sentence"), [
    ("commune", "Xã Mẫu Sơn", "", "place",
     "Nơi đến ở trong xã: dùng “Nhập hộ”, “Tách hộ” hoặc “Đổi địa chỉ cả hộ”."),
    ("commune", "", "", "place", "Ghi xã, phường nơi đến."),
    ("commune", "Xã Không Có", "", "place",
     "Không tìm thấy đúng một xã, phường; ghi thêm tên tỉnh hoặc chọn từ gợi ý."),
    ("abroad", "", "", "detail", "Ghi tên nước đến."),
])  # fmt: skip
def test_where_somebody_goes_must_be_told(family, at, where, place, detail, field, sentence):
    desk = at(family.household, "chuyen-di")
    desk.go(family.an)
    desk.typed |= {"where": where, "place": place, "detail": detail}
    assert desk.send("xem").context["form"].errors[field] == [sentence]


def test_children_are_not_left_behind_alone(family, at):
    desk = at(family.household, "chuyen-di")
    desk.go(family.hung, family.lan, family.an, family.cuc)
    desk.typed |= {"where": "unknown", "rest_head": str(family.bi.public_id)}
    assert "Hộ 00217 chỉ còn người chưa đủ 18 tuổi" in str(desk.send("xem").context["form"].errors)


# --- the household as a whole -----------------------------------------------------------------------------------------


def test_the_whole_household_changes_its_address(family, at):
    desk = at(family.household, "doi-dia-chi-ho")
    desk.typed |= {"why": "move", "hamlet": "Thôn 3", "street": "Số 12"}
    assert desk.write().status_code == 302
    family.household.refresh_from_db()
    assert family.household.address == "Số 12, Thôn 3"
    homes = Residence.objects.filter(hamlet="Thôn 3", street="Số 12", from_on=dt.date(2026, 11, 20), to_on=None)
    assert homes.count() == 10  # permanent and present of five people
    assert Residence.objects.filter(hamlet="Thôn 2", to_on=dt.date(2026, 11, 19)).count() == 10


@pytest.mark.parametrize(("why", "due_on"), [("move", "2026-12-02"), ("rename", "2026-11-26")])
def test_the_term_depends_on_why_the_address_changes(family, at, why, due_on):
    desk = at(family.household, "doi-dia-chi-ho")
    desk.typed |= {"why": why, "hamlet": "Thôn 3", "street": "Số 12"}
    desk.send("nhan")
    assert f"{Change.objects.get().due_on}" == due_on


def test_an_empty_household_is_closed_and_one_with_people_is_not_offered(family, at):
    empty = HouseholdFactory(commune=family.household.commune, code="00400")
    dead = settle(empty.commune, empty, "Lê Mẫu Cố", sex=MALE, born=1930, role="CHU_HO")
    Resident.objects.filter(pk=dead.pk).update(state="deceased", died_on=dt.date(2026, 10, 2))
    desk = at(empty, "dong-ho")
    assert desk.write().status_code == 302
    empty.refresh_from_db()
    assert empty.closed_on == dt.date(2026, 11, 20)
    assert Membership.objects.get(resident=dead).to_on == dt.date(2026, 10, 2)
    answer = at(family.household, "dong-ho").send("xem")
    assert answer.status_code == 302  # people live there: the page sends back to the household
    assert family.household.closed_on is None


def test_nothing_takes_effect_in_the_future(family, at):
    desk = at(family.household, "doi-dia-chi-ho")
    desk.typed |= {"why": "move", "hamlet": "Thôn 3", "street": "", "effective_on": "1/1/2030"}
    assert "effective_on" in desk.send("xem").context["form"].errors
