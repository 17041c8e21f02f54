"""Household work as an officer does it: a family splits; the head dies and another is named."""

import datetime as dt

import pytest
from django.urls import reverse

from registry.models import Change, Household, Membership, Resident
from tests.journeys.conftest import PHONE
from tests.journeys.test_every_page import violations
from tests.registry.households.conftest import Family, make_family


@pytest.fixture
def family(commune) -> Family:
    return make_family(commune)


def row_of(page, person: Resident):
    return page.locator("table.relations tr").filter(has=page.locator("td.name", has_text=person.full_name))


def confirm(page, *people: Resident) -> None:
    for person in people:
        row_of(page, person).get_by_role("checkbox").check()


def chosen(page, person: Resident) -> str:
    return row_of(page, person).locator("select").evaluate("one => one.selectedOptions[0].text")


def test_the_young_family_splits_off(visit, officer, family):
    window = visit(officer)
    page = window.open(reverse("registry:household", args=[family.household.public_id]))
    page.get_by_role("link", name="Tách hộ").click()
    form = page.url
    for person in (family.an, family.cuc, family.bi):
        page.get_by_label(person.full_name, exact=False).first.check()
    page.get_by_label("Chủ hộ của hộ mới").select_option(str(family.an.public_id))
    page.get_by_role("heading", name="Những người tách ra").wait_for()
    assert [chosen(page, one) for one in (family.cuc, family.bi)] == ["Vợ", "Con đẻ"]
    assert "vợ của Nguyễn Mẫu An là Lê Mẫu Cúc" in row_of(page, family.cuc).inner_text()
    assert violations(page) == []
    page.set_viewport_size(PHONE)
    assert violations(page) == []
    page.set_viewport_size({"width": 1366, "height": 768})

    page.get_by_label("Căn cứ, ghi chú").fill("Tờ khai CT01")
    page.get_by_role("button", name="Xem trước khi ghi").click()
    page.get_by_text("Đánh dấu “Đúng” hoặc chọn quan hệ khác.").first.wait_for()  # nothing is saved unconfirmed
    assert page.get_by_label("Căn cứ, ghi chú").input_value() == "Tờ khai CT01"
    confirm(page, family.cuc, family.bi)
    page.get_by_role("button", name="Xem trước khi ghi").click()
    page.get_by_role("heading", name="Xem trước: Tách hộ").wait_for()
    assert Household.objects.count() == 1
    assert violations(page) == []
    page.get_by_role("button", name="Ghi vào hồ sơ").click()
    page.wait_for_url(f"**/ho-gia-dinh/{family.household.public_id}/")
    new = Household.objects.exclude(pk=family.household.pk).get()
    assert family.roles(new) == {"An": "CHU_HO", "Cúc": "VO", "Bi": "CON_DE"}
    assert family.roles() == {"Hùng": "CHU_HO", "Lan": "VO"}
    assert page.get_by_role("heading", name="Đã từng ở hộ này").is_visible()
    assert violations(page) == []

    page.goto(form)  # the same form again, as Back would bring it: it shows what was written and writes nothing
    page.get_by_text("Phiếu này đã gửi").wait_for()
    assert Change.objects.count() == 1


def test_the_head_dies_and_another_is_named(visit, officer, family):
    window = visit(officer)
    page = window.open(reverse("registry:resident_change_new", args=[family.hung.public_id, "khai-tu"]))
    page.get_by_label("Chết ngày").fill("3/11/2026")
    for field, text in {"number": "12/TLKT", "on": "5/11/2026", "by": "UBND xã Mẫu Sơn"}.items():
        page.locator(f"#id_paper_{field}").fill(text)
    page.get_by_role("button", name="Xem trước khi ghi").click()
    page.get_by_role("button", name="Ghi vào hồ sơ").click()
    page.get_by_role("link", name="Làm tiếp: Đổi chủ hộ").first.click()

    page.get_by_label("Chủ hộ mới").select_option(str(family.lan.public_id))
    page.get_by_role("heading", name="Quan hệ với chủ hộ mới").wait_for()
    page.locator("table.relations").wait_for()
    assert row_of(page, family.hung).count() == 0  # the dead one leaves
    expected = {family.an: "Con đẻ", family.cuc: "Con dâu", family.bi: "Cháu nội"}
    assert {one: chosen(page, one) for one in expected} == expected
    confirm(page, *expected)
    page.get_by_role("button", name="Xem trước khi ghi").click()
    page.get_by_role("button", name="Ghi vào hồ sơ").click()
    page.wait_for_url(f"**/ho-gia-dinh/{family.household.public_id}/")
    assert family.roles() == {"Lan": "CHU_HO", "An": "CON_DE", "Cúc": "CON_DAU", "Bi": "CHAU_NOI"}
    assert Membership.objects.get(resident=family.hung).to_on == dt.date(2026, 11, 3)
    assert page.get_by_text("chưa có chủ hộ").count() == 0


def test_without_scripts_the_relations_are_asked_all_the_same(visit, officer, family):
    window = visit(officer, java_script_enabled=False)
    page = window.open(reverse("registry:household_change_new", args=[family.household.public_id, "doi-chu-ho"]))
    page.get_by_label("Chủ hộ mới").select_option(str(family.an.public_id))
    page.get_by_role("button", name="Tính lại quan hệ").click()
    confirm(page, family.hung, family.lan, family.cuc, family.bi)
    page.get_by_role("button", name="Xem trước khi ghi").click()
    page.get_by_role("button", name="Ghi vào hồ sơ").click()
    page.wait_for_url(f"**/ho-gia-dinh/{family.household.public_id}/")
    assert family.roles()["An"] == "CHU_HO"
