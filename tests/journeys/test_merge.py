"""A journey: two records made one, looked at, and taken apart again."""

import datetime as dt

import pytest
from django.urls import reverse

from registry.duplicates import merge
from registry.models import Relation, Resident
from tests.conftest import settled
from tests.factories import (
    ApplicationFactory,
    IdentityDocumentFactory,
    IdentityNumberFactory,
    ResidenceFactory,
    ResidentFactory,
)
from tests.journeys.conftest import PHONE
from tests.journeys.test_every_page import violations
from tests.registry.duplicates.folding import order_of, pair_of, twin_of


@pytest.fixture
def pair(resident, officer):
    """The same woman twice: the second time in capitals, with another phone, an old residence, a CMND and a child."""
    twin = twin_of(resident, phone="0987654321", religion="01", home_town="Xã Cũ, Huyện Mẫu, Hà Nội", source="GIAY_TO")
    IdentityNumberFactory(resident=twin, kind="CMND9", number="012345678")
    ResidenceFactory(resident=twin, street="Số 1", from_on=dt.date(1990, 5, 21), to_on=dt.date(2009, 12, 31))
    IdentityDocumentFactory(resident=twin, kind="CMND9", number="012345678", state="lost")
    child = ResidentFactory(commune=resident.commune, full_name="Trần Mẫu An", birth_year=2015)
    Relation.objects.create(resident=twin, kind="child", person=child, name=child.full_name)
    Relation.objects.create(resident=child, kind="mother", person=twin, name=twin.full_name)
    ApplicationFactory(resident=twin, created_by=officer, state="handed_over")
    return pair_of(resident, twin, state="same")


def test_merge_look_at_it_and_take_it_back(visit, officer, pair, resident):
    page = visit(officer).open(reverse("registry:merge", args=[pair.public_id]))
    assert violations(page) == []
    page.get_by_label("Điện thoại, hồ sơ 2").check()
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_role("heading", name="Xem trước khi gộp").wait_for()
    page.get_by_text("Mẹ ghi ở hồ sơ Trần Mẫu An").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Gộp ngay").click()
    page.get_by_text("Ghi lý do gộp.").wait_for()
    page.get_by_label("Lý do gộp").fill("Cùng giấy khai sinh")
    page.get_by_role("button", name="Gộp ngay").click()
    page.get_by_text("Đã gộp hai hồ sơ").wait_for()
    assert violations(page) == []

    page.get_by_role("link", name="Mở hồ sơ giữ lại").click()
    page.get_by_text("0987 654 321").first.wait_for()
    page.keyboard.press("/")
    page.keyboard.insert_text("012345678")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cu-dan/{resident.public_id}/")

    page.goto(page.url.replace(str(resident.public_id), str(pair.right.public_id)))
    page.wait_for_url(f"**/cu-dan/{resident.public_id}/")
    page.get_by_text("đã gộp vào hồ sơ này").wait_for()

    Resident.objects.filter(pk=resident.pk).update(email="lan@mau.vn")
    page.goto(page.url.split("/cu-dan/")[0] + "/nghi-trung/da-gop/")
    assert violations(page) == []
    page.get_by_role("cell").get_by_role("link").first.click()
    page.get_by_role("button", name="Hoàn tác…").click()
    page.get_by_text("Giữ thư điện tử đã sửa ngày").wait_for()
    assert violations(page) == []
    page.get_by_label("Lý do hoàn tác").fill("Hai chị em")
    page.get_by_label("là hai người khác nhau").check()
    page.get_by_role("button", name="Hoàn tác việc gộp").click()
    page.get_by_text("hai hồ sơ trở lại như trước khi gộp").wait_for()
    assert violations(page) == []
    page.goto(page.url.split("/nghi-trung/")[0] + f"/cu-dan/{pair.right.public_id}/")
    page.get_by_role("heading", name="NGUYEN THI MAU LAN").wait_for()


def test_the_second_officer_agrees_on_a_phone(visit, officer, chief, resident, commune):
    other = settled(commune, number="001190000456")
    asked, _ = merge.ask(order_of(resident, other, officer, pair=pair_of(resident, other, state="same")))
    window = visit(chief)
    window.page.set_viewport_size(PHONE)
    page = window.open(asked.get_absolute_url())
    assert violations(page) == []
    page.get_by_role("button", name="Xem trước để đồng ý").click()
    page.get_by_text("001190000456: thành số cũ").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Đồng ý, gộp").click()
    page.get_by_role("button", name="Hoàn tác…").wait_for()
    asked.refresh_from_db()
    assert asked.is_done
