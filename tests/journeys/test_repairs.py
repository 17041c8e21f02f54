"""The same fix over many, as an officer does it: choose, look, run, take back."""

import re

from registry.cleanup.scan import scan
from registry.models import Resident
from tests.factories import ResidentFactory

NAMES = ("NguyÔn V¨n §øc", "TrÇn V¨n §øc", "§Æng V¨n §øc")


def test_choose_look_run_and_take_back(visit, officer, commune):
    people = [ResidentFactory(commune=commune, full_name=name, sex=1, home_town="") for name in NAMES]
    scan([person.pk for person in people])
    page = visit(officer).open("/lam-sach/sua-hang-loat/")
    page.get_by_role("link", name="Chọn: Chấp nhận bản sửa chữ viết").click()

    page.get_by_label("Chọn NguyÔn V¨n §øc, S15").check()
    page.get_by_text("Đã chọn 1/500 dòng").wait_for()
    page.get_by_label("Chọn TrÇn V¨n §øc, S15").check()
    page.get_by_text("Đã chọn 2/500 dòng").wait_for()
    page.reload()  # nothing of it was lost
    assert page.locator("input[name=finding]:checked").count() == 2

    page.keyboard.press("x")
    page.get_by_text("Chưa ghi gì vào hồ sơ. Sửa được 2 dòng").wait_for()
    assert page.locator(".repair-after b").all_inner_texts() == ["Nguyễn Văn Đức", "Trần Văn Đức"]
    page.get_by_role("button", name=re.compile("Sửa 2 dòng")).click()
    page.get_by_text("Đã sửa 2 dòng.", exact=True).wait_for()
    assert Resident.objects.filter(full_name__in=["Nguyễn Văn Đức", "Trần Văn Đức"]).count() == 2

    page.get_by_label("Lý do hoàn tác").fill("Chọn nhầm danh sách")
    page.get_by_role("button", name="Hoàn tác 2 dòng").click()
    page.get_by_text("Đã trả lại 2 dòng.", exact=True).wait_for()
    assert set(Resident.objects.values_list("full_name", flat=True)) == set(NAMES)
