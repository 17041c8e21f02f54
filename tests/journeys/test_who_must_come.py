"""From the list of who must come to the letter, and from the person's record to an account that is activated."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from cards.models import EidAccount, Invitation
from tests.factories import IdentityDocumentFactory, ResidentFactory


@pytest.fixture
def expired(commune) -> list:
    rows = [ResidentFactory(commune=commune, full_name=name) for name in ("Lê Văn An", "Lê Văn Bình")]
    for row in rows:
        IdentityDocumentFactory(resident=row, expires_on=dt.date(2026, 1, 1))
    return rows


def test_letters_by_keyboard_then_an_account_from_first_word_to_activation(visit, officer, expired):
    page = visit(officer).open("/phai-lam-the/?ly_do=expired")
    expect(page.get_by_text("chưa chọn ai")).to_be_visible()
    page.keyboard.press("t")
    expect(page.get_by_text("đã chọn 2 người")).to_be_visible()
    page.get_by_label("Trường, nơi phát").fill("Trường THCS Mẫu Sơn")
    page.get_by_role("button", name="Lập và in giấy mời").click()
    expect(page.get_by_text("Đã lập 2 giấy mời.")).to_be_visible()
    assert Invitation.objects.filter(group="Trường THCS Mẫu Sơn").count() == 2

    page.goto(f"{page.url.split('/ban-in')[0]}{expired[0].get_absolute_url()}")
    page.get_by_role("link", name="Thu nhận định danh").click()
    page.get_by_label("Đã nhận phiếu TK01 có chữ ký").check()
    page.get_by_role("button", name="Thu nhận", exact=True).click()
    for step in ("Đã phê duyệt", "Đã cấp tài khoản"):
        page.get_by_role("button", name=step).click()
    page.get_by_label("Kết quả").select_option("Đã làm xong")
    page.get_by_role("button", name="Ghi lần liên hệ").click()
    expect(page.get_by_text("Đã ghi lần liên hệ.")).to_be_visible()
    account = EidAccount.objects.get()
    assert (account.state, account.phone, account.steps.count()) == ("activated", "0912345678", 4)
