"""A sheet is made, read as paper, and typed back with keys from that very paper."""

import re
import subprocess

from django.urls import reverse

from registry.models import FieldSheet, Resident
from tests.registry.fieldwork.conftest import finding, home, other_home, people  # noqa: F401


def test_a_sheet_is_made_printed_and_typed_back_with_keys(visit, officer, home, other_home, finding, tmp_path):  # noqa: F811
    window = visit(officer)
    page = window.open(reverse("registry:field"))
    page.keyboard.press("l")
    page.get_by_label("Thôn 2").check()
    page.get_by_label("Mọi hộ").check()
    page.get_by_role("button", name="Lập phiếu").click()
    page.get_by_role("heading", level=1, name=re.compile("Phiếu phúc tra")).wait_for()
    sheet = FieldSheet.objects.get()

    pdf = tmp_path / "sheet.pdf"
    address = page.get_by_role("link", name=re.compile("Bản in")).get_attribute("href")
    pdf.write_bytes(window.context.request.get(window.base_url + address).body())
    subprocess.run(["pdftoppm", "-r", "150", "-gray", pdf, tmp_path / "page"], check=True)
    read = subprocess.run(["zbarimg", "-q", "--raw", *tmp_path.glob("page*.pgm")], capture_output=True, text=True)
    code = sheet.lines.get(household=other_home, resident=None).code
    assert code in read.stdout.split()

    page.get_by_label("Quét mã QR").click()
    page.keyboard.insert_text(code)  # as the scanner does: the cursor is at the first person of that household
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    page.keyboard.press("5")
    first = page.get_by_role("group", name="Kết quả: Nguyễn Văn Mẫu An")
    first.get_by_label("Chưa có kết quả").focus()
    page.keyboard.press("2")
    page.keyboard.type("Sai năm sinh")
    page.get_by_role("button", name=re.compile("Cả hộ đúng.*00217")).click()
    page.get_by_text("Đã nhập 6/6 người").wait_for()
    page.keyboard.press("Control+Enter")
    page.get_by_text("đã nhập đủ").wait_for()

    told = dict(sheet.lines.of_people().values_list("resident__full_name", "outcome"))
    assert told == {
        "Nguyễn Văn Mẫu An": "2", "Lê Thị Mẫu Bình": "1", "Nguyễn Mẫu Cường": "1", "Nguyễn Thị Mẫu Dung": "1",
        "Trần Mẫu Em": "1", "Phạm Thị Mẫu Gấm": "5",
    }  # fmt: skip
    assert Resident.objects.filter(confirmed_how="visit", confirmed_by=officer).count() == 4
    page.get_by_role("link", name="Đi cơ sở").first.click()
    page.get_by_role("link", name=re.compile("Việc sau phúc tra")).click()
    page.get_by_text("Sai năm sinh").wait_for()
