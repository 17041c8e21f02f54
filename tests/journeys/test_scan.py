"""The card in hand, in a real browser: the scanner is a keyboard whose keys come five milliseconds apart."""

import datetime as dt
import time

from django.urls import reverse

from accounts.models import AuditEvent
from registry.models import Resident
from tests.journeys.conftest import PHONE, Visit

NEW = "001190000321|012345679|Nguyễn Thị Mẫu Mới|21051990|Nữ|Số 5, Thôn 2, Xã Mẫu Sơn, Tỉnh Mẫu|10052021"
LAN = "001190000123|012345678|Nguyễn Thị Mẫu Liên|22051990|Nữ|Số 5, Thôn 2, Xã Mẫu Sơn, Tỉnh Mẫu|10052021"
MRZ = "IDVNM1900001230001190000123<<1", "9005215F3005213VNM<<<<<<<<<<<6", "NGUYEN<<THI<MAU<LAN<<<<<<<<<<<"
KEY_MS = 5


def scan(visit: Visit, text: str, ending: str = "Enter") -> None:
    """What a wedge scanner does: the text at its own pace, then the key it was set to. The hour of each key is the
    scanner's, as the device stamps it, however late a busy machine brings it to the page."""
    session = visit.context.new_cdp_session(visit.page)
    began = time.time()
    for at, letter in enumerate(text):
        key = {"key": letter, "timestamp": began + at * KEY_MS / 1000}
        session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": letter, **key})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    session.detach()
    visit.page.keyboard.press(ending)


def addresses(visit: Visit) -> list[str]:
    """Every address that the browser asks from now on."""
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    return asked


def register_by_card(window: Visit, ending: str) -> Resident:
    page = window.page
    page.get_by_label("Tìm cư dân").click()
    scan(window, NEW, ending)
    page.get_by_text("Chưa có hồ sơ trong địa bàn").wait_for()
    page.locator("button:focus, a:focus").wait_for()  # nobody moved the cursor there
    page.keyboard.press("Enter")
    page.wait_for_url("**/cu-dan/ghi-nhan/*-*/")
    assert page.get_by_label("Họ, chữ đệm và tên khai sinh").input_value() == "Nguyễn Thị Mẫu Mới"
    assert page.locator("#id_permanent_hamlet").input_value() == "Thôn 2"
    page.get_by_role("button", name="Ghi nhận").click()
    page.wait_for_url("**/cu-dan/*-*/")
    return Resident.objects.get()


def check_registered(resident: Resident, asked: list[str]) -> None:
    assert (resident.full_name, resident.birth_date.display()) == ("Nguyễn Thị Mẫu Mới", "21/05/1990")
    assert resident.numbers.get(kind="SDDCN").number == "001190000321"
    assert resident.sources["full_name"]["source"] == "QR"
    assert resident.documents.get().issued_on == dt.date(2021, 5, 10)
    assert not [url for url in asked if "%7C" in url or "|" in url or "012345679" in url]
    assert AuditEvent.objects.filter(data__raw__startswith=NEW).count() == 1


def test_register_by_qr_from_the_one_box_ending_with_enter(visit, officer):
    window = visit(officer)
    asked = addresses(window)
    check_registered(register_by_card(window, "Enter"), asked)


def test_register_by_qr_from_the_one_box_ending_with_tab(visit, officer):
    window = visit(officer)
    asked = addresses(window)
    check_registered(register_by_card(window, "Tab"), asked)


def test_a_scan_with_no_field_under_the_cursor_presses_no_key_of_the_page(visit, officer, resident):
    """The name has a p in it, which on the record page means "Đã phúc tra"."""
    window = visit(officer)
    page = window.open(resident.get_absolute_url())
    page.locator("body").click(position={"x": 5, "y": 400})
    scan(window, LAN.replace("Liên", "phúc p s"))
    page.wait_for_url("**/quet-the/*-*/")
    resident.refresh_from_db()
    assert resident.confirmed_at is None


def test_differences_are_chosen_field_by_field(visit, officer, resident):
    window = visit(officer)
    page = window.page
    page.get_by_label("Tìm cư dân").click()
    scan(window, LAN)
    page.wait_for_url("**/quet-the/*-*/")
    page.locator('input[name="chon_full_name"][value="the"]').check()
    page.locator('input[name="chon_birth_date"][value="ho-so"]').check()
    page.get_by_role("button", name="Ghi theo lựa chọn").click()
    page.get_by_text("còn 1 mục cần chọn").wait_for()  # the CMND
    page.locator('input[name="chon_cmnd"][value="the"]').check()
    page.get_by_role("button", name="Ghi theo lựa chọn").click()
    page.wait_for_url("**/cu-dan/*-*/")
    page.get_by_role("heading", name="Nguyễn Thị Mẫu Liên").wait_for()
    resident.refresh_from_db()
    assert (resident.full_name, resident.birth_day) == ("Nguyễn Thị Mẫu Liên", 21)
    assert resident.numbers.get(kind="CMND9").number == "012345678"


def test_in_the_form_a_card_may_be_scanned_into_whatever_field_has_the_cursor(visit, officer):
    window = visit(officer)
    page = window.open(reverse("registry:resident_new"))
    page.get_by_label("Điện thoại").fill("0912345678")
    page.get_by_label("Họ tên cha").click()
    scan(window, NEW, "Tab")
    page.get_by_text("Xã Mẫu Sơn").first.wait_for()
    page.get_by_text("phiếu này").or_(page.get_by_text("bản nháp")).first.wait_for()
    assert page.get_by_label("Họ, chữ đệm và tên khai sinh").input_value() == "Nguyễn Thị Mẫu Mới"
    assert page.get_by_label("Điện thoại").input_value() == "0912345678"
    assert page.get_by_label("Họ tên cha").input_value() == ""


def test_the_three_lines_of_the_back_are_typed_line_by_line(visit, officer, resident):
    window = visit(officer)
    page = window.page
    page.get_by_label("Tìm cư dân").click()
    for line in MRZ:
        scan(window, line)
    page.wait_for_url("**/quet-the/*-*/")
    assert page.get_by_text("Khớp thẻ").is_visible()


def test_a_card_is_scanned_without_scripts_too(visit, officer):
    window = visit(officer, java_script_enabled=False)
    asked = addresses(window)
    check_registered(register_by_card(window, "Enter"), asked)


def test_the_pages_fit_a_phone(visit, officer, resident):
    window = visit(officer)
    page = window.page
    page.set_viewport_size(PHONE)
    for text in (LAN, NEW, "001190000123|x"):
        page.get_by_label("Tìm cư dân").fill(text)
        page.get_by_label("Tìm cư dân").press("Enter")
        page.wait_for_url("**/quet-the/**")
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, text
