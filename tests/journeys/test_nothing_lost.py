"""Nothing lost: the line is cut while typing and while sending, the browser shuts, a colleague goes on, two edit."""

import datetime as dt
import os
import re

from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Draft
from registry.models import Resident
from tests.journeys.conftest import PHONE, eventually
from tests.journeys.test_every_page import violations

NAME = "Họ, chữ đệm và tên khai sinh"
CUT = "Mất kết nối, chưa ghi"
SHOTS = os.environ.get("SHOTS_DIR", "")


def picture(page, name: str) -> None:
    """For the eye, when asked for: the page on a desk and on a phone."""
    if not SHOTS:
        return
    page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
    page.set_viewport_size(PHONE)
    page.screenshot(path=f"{SHOTS}/{name}-phone.png", full_page=True)
    page.set_viewport_size({"width": 1366, "height": 768})


def forgive_the_cut(window) -> None:
    """A browser without a line says so on its console, once for every request."""
    window.faults[:] = [one for one in window.faults if "ERR_INTERNET_DISCONNECTED" not in one]


def saved(page):
    return page.locator("[data-autosave-status]", has_text=re.compile(r"đã lưu \d\d:\d\d"))


def fill(page, name: str) -> None:
    page.get_by_label(NAME).fill(name)
    page.locator("#id_birth_date").fill("1/2/1990")
    page.get_by_label("Nữ", exact=True).check()


def test_the_line_is_cut_while_typing_and_while_sending_and_nothing_is_lost(visit, officer):
    window = visit(officer)
    page = window.open(reverse("registry:resident_new"))
    address = page.url
    page.get_by_label(NAME).fill("Nguyễn Thị Mẫu")
    saved(page).wait_for()
    window.context.set_offline(True)
    fill(page, "Nguyễn Thị Mẫu Mất Mạng")
    page.locator("[data-autosave-status]", has_text="chưa lưu được, sẽ thử lại").wait_for()
    assert Draft.objects.get().about == "Nguyễn Thị Mẫu"
    page.get_by_role("button", name="Ghi nhận").click()
    page.get_by_role("alert").filter(has_text=CUT).wait_for()
    assert page.url == address
    assert page.get_by_label(NAME).input_value() == "Nguyễn Thị Mẫu Mất Mạng"
    assert page.get_by_role("button", name="Ghi nhận").is_enabled()
    assert not Resident.objects.exists()
    picture(page, "cut")
    window.context.set_offline(False)
    saved(page).wait_for(timeout=40_000)  # by itself
    eventually(lambda: Draft.objects.get().about == "Nguyễn Thị Mẫu Mất Mạng", what="the draft after the cut")
    assert page.get_by_role("alert").filter(has_text=CUT).count() == 0
    page.get_by_role("button", name="Ghi nhận").click()
    page.wait_for_url(re.compile(r"/cu-dan/[0-9a-f-]{36}/$"))
    assert [one.full_name for one in Resident.objects.all()] == ["Nguyễn Thị Mẫu Mất Mạng"]
    assert not Draft.objects.exists()
    forgive_the_cut(window)


def test_a_shut_browser_a_colleague_who_goes_on_and_the_first_officer_is_told(visit, officer, colleague):
    """The lease is moved by hand: the clock of a test does not wait for ten minutes."""
    first = visit(officer)
    page = first.open(reverse("registry:resident_new"))
    address = page.url
    fill(page, "Nguyễn Thị Mẫu Dở Dang")
    saved(page).wait_for()
    first.page.close()
    again = visit(officer)
    again.page.goto(address)
    assert again.page.get_by_label(NAME).input_value() == "Nguyễn Thị Mẫu Dở Dang"
    assert saved(again.page).count() == 1

    second = visit(colleague)
    panel = second.page.locator("#nhap-do")
    panel.get_by_text("Ghi nhận cư dân: Nguyễn Thị Mẫu Dở Dang").wait_for()
    assert panel.get_by_role("button", name="Nhận làm tiếp").count() == 0
    page = second.page
    page.goto(address)
    page.get_by_text(re.compile("Đ/c Đại úy Lê Mẫu Hải đang nhập phiếu này từ")).wait_for()
    picture(page, "held")
    page.get_by_role("link", name="Xem, không sửa").click()
    page.get_by_text("Nội dung đã gõ").wait_for()
    picture(page, "look")
    Draft.objects.update(saved_at=timezone.now() - dt.timedelta(minutes=11))
    page.goto(second.base_url + "/")
    picture(page, "home")
    panel.get_by_role("button", name="Nhận làm tiếp").click()
    page.wait_for_url(address)
    assert page.get_by_label(NAME).input_value() == "Nguyễn Thị Mẫu Dở Dang"

    picture(page, "taken")
    again.page.get_by_label("Điện thoại").fill("0912345678")
    again.page.get_by_text(re.compile(r"Trần Mẫu Vân đã nhận làm tiếp phiếu này lúc \d\d:\d\d")).first.wait_for()
    picture(again.page, "told")
    page.get_by_role("button", name="Ghi nhận").click()
    page.wait_for_url(re.compile(r"/cu-dan/[0-9a-f-]{36}/$"))
    assert Resident.objects.get().created_by == colleague
    kept = Draft.objects.get()
    assert (kept.officer, kept.fields["phone"]) == (officer, ["0912345678"])
    again.page.get_by_role("button", name="Ghi nhận").click()
    again.page.get_by_text("xem bản cất riêng").wait_for()
    assert Resident.objects.count() == 1


def test_two_officers_edit_one_person_and_the_second_merges(visit, officer, colleague, resident):
    edit = reverse("registry:resident_edit", args=[resident.public_id])
    first, second = visit(colleague), visit(officer)
    theirs, mine = first.open(edit), second.open(edit)
    theirs.get_by_label("Điện thoại").fill("0987654321")
    theirs.get_by_label("Họ tên mẹ").fill("Lê Thị Mận")
    saved(theirs).wait_for()
    mine.reload()
    mine.get_by_text(re.compile("Đ/c Trung úy Trần Mẫu Vân đang nhập phiếu này")).wait_for()
    picture(mine, "both")
    theirs.get_by_role("button", name="Ghi thay đổi").click()
    theirs.wait_for_url(f"**/cu-dan/{resident.public_id}/")

    mine.get_by_label("Điện thoại").fill("0911111111")
    mine.get_by_label("Tên gọi khác").fill("Bé Lan")
    mine.get_by_role("button", name="Ghi thay đổi").click()
    question = mine.get_by_role("group", name="Điện thoại: giữ nội dung nào?")
    question.wait_for()
    assert "Lúc mở: 0912345678" in question.inner_text()
    assert re.search(r"Đ/c Trung úy Trần Mẫu Vân đã ghi \(\d\d:\d\d\): 0987654321", question.inner_text())
    assert mine.get_by_label("Họ tên mẹ").input_value() == "Lê Thị Mận"
    assert mine.get_by_label("Tên gọi khác").input_value() == "Bé Lan"
    assert question.get_by_role("radio", checked=True).count() == 0
    assert violations(mine) == []
    picture(mine, "conflict")
    question.get_by_label(re.compile("Đồng chí nhập")).check()
    mine.get_by_role("button", name="Ghi thay đổi").click()
    mine.wait_for_url(f"**/cu-dan/{resident.public_id}/")
    resident.refresh_from_db()
    assert (resident.phone, resident.other_name) == ("0911111111", "Bé Lan")
    assert resident.relations.get(kind="mother", is_current=True).name == "Lê Thị Mận"
    assert AuditEvent.objects.filter(action="change", sentence__startswith="Sửa").count() == 2


def test_a_double_click_on_a_slow_line_writes_one_record(visit, officer):
    page = visit(officer).open(reverse("registry:resident_new"))
    fill(page, "Nguyễn Thị Mẫu Hai Lần")
    page.get_by_role("button", name="Ghi nhận").dblclick()
    page.wait_for_url(re.compile(r"/cu-dan/[0-9a-f-]{36}/$"))
    assert Resident.objects.count() == 1
    assert AuditEvent.objects.filter(action="create").count() == 1
