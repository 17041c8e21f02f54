"""Tách hộ: a new household with a head and confirmed relations; who stays still has a head."""

import datetime as dt

from django.utils import timezone

from registry.models import Change, Household, Membership, Residence
from tests.factories import HouseholdFactory, ResidenceFactory


def of_residence(person, kind="permanent"):
    rows = Residence.objects.filter(resident=person, kind=kind, closed_at=None)
    return [(row.hamlet, row.street, row.from_on, row.to_on) for row in rows.order_by("from_on")]


def young_family_splits(family, at, *, head="an"):
    desk = at(family.household, "tach-ho")
    desk.go(family.an, family.cuc, family.bi)
    desk.typed |= {"new_head": str(family.people[head].public_id), "place": "same"}
    desk.agree()
    return desk


def test_the_young_family_becomes_a_household_of_its_own(family, at):
    desk = young_family_splits(family, at)
    seen = desk.look()
    assert not Household.objects.exclude(pk=family.household.pk).exists()
    desk.send("ghi", seen=seen.seal)
    new = Household.objects.exclude(pk=family.household.pk).get()
    assert (new.code, new.hamlet, new.street) == ("00218", "Thôn 2", "Số 5")
    assert family.roles(new) == {"An": "CHU_HO", "Cúc": "VO", "Bi": "CON_DE"}
    assert family.roles() == {"Hùng": "CHU_HO", "Lan": "VO"}
    old_row = Membership.objects.get(resident=family.an, household=family.household)
    assert (old_row.to_on, Membership.objects.get(resident=family.an, household=new).from_on) == (
        dt.date(2026, 11, 19), dt.date(2026, 11, 20),
    )  # fmt: skip
    assert of_residence(family.an) == [("Thôn 2", "Số 5", dt.date(2015, 1, 1), None)]
    change = Change.objects.get()
    assert ("địa chỉ", "", "Số 5, Thôn 2") in [(one["what"], one["before"], one["after"]) for one in change.lines]
    assert f"{change.due_on}" == "2026-11-30"


def test_to_another_address_their_homes_move_with_them(family, at):
    desk = young_family_splits(family, at)
    desk.typed |= {"place": "other", "hamlet": "Thôn 7", "street": "Số 9", "code": "A-12"}
    assert desk.write().status_code == 302
    new = Household.objects.get(code="A-12")
    assert (new.hamlet, new.street) == ("Thôn 7", "Số 9")
    for kind in ("permanent", "present"):
        assert of_residence(family.bi, kind) == [
            ("Thôn 2", "Số 5", dt.date(2015, 1, 1), dt.date(2026, 11, 19)),
            ("Thôn 7", "Số 9", dt.date(2026, 11, 20), None),
        ]
    assert len(of_residence(family.hung)) == 1


def test_a_lodger_who_moves_is_told_to_register_anew(family, at):
    today = timezone.localdate()
    since, until = (today + dt.timedelta(days=days) for days in (-200, 200))
    ResidenceFactory(resident=family.cuc, kind="temporary", from_on=since, to_on=until)
    desk = young_family_splits(family, at)
    desk.typed |= {"place": "other", "hamlet": "Thôn 7", "street": ""}
    assert desk.look().warnings == ["Lê Mẫu Cúc đang tạm trú tại xã; đăng ký tạm trú lại theo địa chỉ mới."]


def test_when_the_head_goes_the_rest_get_a_head_with_confirmed_relations(family, at):
    desk = at(family.household, "tach-ho")
    desk.go(family.hung, family.lan)
    desk.typed |= {"new_head": str(family.hung.public_id), "place": "same"}
    desk.agree()
    answer = desk.send("xem")
    assert answer.context["form"].errors["rest_head"] == ["Chủ hộ không ở lại; chọn chủ hộ mới cho những người ở lại."]
    desk.typed["rest_head"] = str(family.lan.public_id)
    assert desk.send("xem").context["form"].errors["rest_head"] == ["Người này không ở lại; chọn người khác."]
    desk.typed["rest_head"] = str(family.cuc.public_id)
    desk.agree()
    assert desk.write().status_code == 302
    assert family.roles() == {"Cúc": "CHU_HO", "An": "CHONG", "Bi": "CON_DE"}
    assert family.roles(Household.objects.get(code="00218")) == {"Hùng": "CHU_HO", "Lan": "VO"}


def test_children_are_not_left_alone_on_either_side(family, at):
    desk = at(family.household, "tach-ho")
    desk.go(family.bi)
    desk.typed |= {"new_head": str(family.bi.public_id), "place": "same"}
    desk.agree()
    assert "Hộ mới chỉ còn người chưa đủ 18 tuổi" in str(desk.send("xem").context["form"].errors)
    desk = at(family.household, "tach-ho")
    desk.go(family.hung, family.lan, family.an, family.cuc)
    desk.typed |= {"new_head": str(family.an.public_id), "rest_head": str(family.bi.public_id), "place": "same"}
    desk.agree()
    assert "Hộ 00217 chỉ còn người chưa đủ 18 tuổi" in str(desk.send("xem").context["form"].errors)
    assert not Household.objects.exclude(pk=family.household.pk).exists()


def test_bad_input_is_told_and_kept(family, at):
    HouseholdFactory(commune=family.household.commune, code="00300")
    desk = at(family.household, "tach-ho")
    desk.typed |= {"new_head": str(family.hung.public_id), "place": "other", "code": "00300"}
    form = desk.send("xem").context["form"]
    assert form.errors["code"] == ["Số hộ 00300 đã có trong xã."]
    assert form.errors["new_head"] == ["Chủ hộ mới phải là người tách ra; đánh dấu người này hoặc chọn người khác."]
    assert form.errors["hamlet"] == ["Ghi địa chỉ của hộ mới."]
    assert form.non_field_errors() == ["Đánh dấu ít nhất một người."]
    assert form["code"].value() == "00300"
    desk.go(*family.people.values())
    said = "Cả hộ cùng đi thì không phải tách hộ; dùng “Đổi địa chỉ cả hộ” hoặc “Đổi chủ hộ”."
    assert desk.send("xem").context["form"].non_field_errors() == [said]


def test_a_number_that_a_colleague_took_meanwhile_shows_the_next_one(family, at):
    desk = young_family_splits(family, at)
    seen = desk.look().seal
    HouseholdFactory(commune=family.household.commune, code="00218")
    answer = desk.send("ghi", seen=seen)
    assert answer.status_code == 422
    assert "Hộ 00219" in answer.content.decode()
    assert desk.send("ghi", seen=answer.context["preview"].seal).status_code == 302
    assert Household.objects.filter(code="00219").exists()


def test_back_keeps_ticks_head_and_relations(family, at):
    desk = young_family_splits(family, at)
    form = desk.send("sua").context["form"]
    assert [row.resident.given_name for row, tick in form.ticks if tick.value()] == ["An", "Cúc", "Bi"]
    assert {row.resident.given_name: row.role.value() for group in form.groups for row in group.rows} == {
        "Cúc": "VO", "Bi": "CON_DE",
    }  # fmt: skip
    assert not form.errors
