"""A session that ends loses nothing: warned before, back on the same page with the same typed data after."""

import pytest
from django.urls import reverse

from accounts.models import Draft
from tests.factories import PASSWORD
from tests.journeys.conftest import eventually


@pytest.fixture
def short_sessions(settings):
    settings.IDLE_SECONDS = 6


def test_a_session_that_ends_leads_back_to_the_filled_form(visit, officer, short_sessions):
    window = visit(officer)
    page = window.open(reverse("registry:resident_new"))
    address = page.url
    page.get_by_label("Họ, chữ đệm và tên khai sinh").fill("Nguyễn Thị Mẫu Đang Gõ")
    page.get_by_label("Ngày sinh").fill("1990")
    page.locator("[data-autosave-status]", has_text="đã lưu").wait_for()
    eventually(lambda: Draft.objects.filter(fields__birth_date=["1990"]).exists(), what="the draft")
    page.wait_for_url("**/dang-nhap/**", timeout=30_000)
    page.get_by_label("Số hiệu").fill(officer.badge_number)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(address)
    assert page.get_by_label("Họ, chữ đệm và tên khai sinh").input_value() == "Nguyễn Thị Mẫu Đang Gõ"
    assert page.get_by_label("Ngày sinh").input_value() == "1990"


def test_the_warning_comes_first_and_staying_is_one_click(visit, officer, settings):
    settings.IDLE_SECONDS = 16  # so short a session is warned of at half its time
    window = visit(officer)
    page = window.page
    stay = page.get_by_role("button", name="Ở lại")
    stay.wait_for(timeout=20_000)
    stay.click()
    stay.wait_for(state="hidden")
    page.wait_for_timeout(6_000)  # past the first end: the clock began anew
    page.reload()
    assert page.url == window.base_url + "/"


def test_a_shut_browser_leaves_the_draft_on_the_desk(visit, officer):
    window = visit(officer)
    page = window.open(reverse("registry:resident_new"))
    page.get_by_label("Họ, chữ đệm và tên khai sinh").fill("Nguyễn Thị Mẫu Dở Dang")
    page.locator("[data-autosave-status]", has_text="đã lưu").wait_for()
    window.page.close()
    again = visit(officer)
    again.page.get_by_role("link", name="Ghi nhận cư dân: Nguyễn Thị Mẫu Dở Dang", exact=True).click()
    assert again.page.get_by_label("Họ, chữ đệm và tên khai sinh").input_value() == "Nguyễn Thị Mẫu Dở Dang"
