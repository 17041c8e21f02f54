"""What only a browser shows of taking a file in: by keys alone, from draft to slip; and to the record and back when the
data come first."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from cards.models import Application
from registry.residents.tables import years_before
from tests.conftest import settled


def newly_14(commune):
    born = years_before(timezone.localdate(), 14) - dt.timedelta(days=20)
    return settled(
        commune, number=f"0013{born.year % 100:02d}000321", name="Nguyễn Thị Mẫu Hoa", birth_year=born.year,
        birth_month=born.month, birth_day=born.day,
    )  # fmt: skip


def press(page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_first_card_at_14_by_keys_alone_from_draft_to_slip(visit, officer, commune):
    resident = newly_14(commune)
    window = visit(officer)
    page = window.open(reverse("cards:application_new", args=[resident.public_id]))
    page.locator("#reason-from_14").focus()
    assert page.locator("#reason-from_14").is_checked()
    press(page, "Enter")
    assert page.evaluate("document.activeElement.name") == "channel"
    page.locator("#id_note").focus()
    page.keyboard.type("Hẹn thứ Hai")
    page.get_by_role("button", name="Lưu nháp, làm tiếp sau").focus()
    press(page, "Enter")
    page.get_by_text("chưa có phiếu hẹn").wait_for()
    file = Application.objects.get()
    assert (file.state, file.note, file.proposed_reason) == ("draft", "Hẹn thứ Hai", "from_14")

    press(page, "t")
    page.wait_for_url("**/thu-nhan-tiep/")
    for tick in ("biometrics_taken", "cc01_signed", "part_dc02"):
        page.locator(f"#id_{tick}").focus()
        press(page, "Space")
    press(page, "Control+Enter")
    page.wait_for_url(f"**{reverse('cards:application', args=[file.public_id])}")
    file.refresh_from_db()
    assert (file.state, file.receipt.state) == ("received", "waiting")

    page.go_back()
    page.go_back()
    page.reload()
    assert Application.objects.count() == 1


def test_data_are_put_right_first_and_the_officer_comes_back_to_the_file(visit, officer, commune):
    unknown = {"birth_registration_place": "", "birth_registration_province": ""}
    resident = settled(commune, number="001190000321", name="Nguyễn Thị Mẫu Hoa", scan_due=True, **unknown)
    page = visit(officer).open(reverse("cards:application_new", args=[resident.public_id]))
    page.get_by_text("Dữ liệu in trên thẻ phải điều chỉnh trước.").wait_for()
    for tick in ("biometrics_taken", "cc01_signed", "part_dc02"):
        page.locator(f"#id_{tick}").check()
    page.get_by_role("button", name="Thu nhận và lập phiếu hẹn").click()
    page.get_by_role("heading", name="Điều chỉnh dữ liệu trước").wait_for()
    file = Application.objects.get()
    assert (file.state, file.receipt) == ("waiting_for_data", None)

    page.get_by_role("link", name="Sửa hồ sơ cư dân").click()
    page.locator("#id_birth_registration_place").fill("Xã Mẫu Sơn, Hà Nội")
    page.locator("#id_birth_registration_province").select_option("001")
    page.get_by_role("button", name="Ghi thay đổi").click()
    page.get_by_text("Không còn việc nào chặn.").wait_for()
    page.get_by_role("button", name="Dữ liệu đã điều chỉnh").click()
    page.get_by_role("link", name="Thu nhận tiếp").click()
    page.get_by_role("button", name="Thu nhận và lập phiếu hẹn").click()
    page.wait_for_url(f"**{reverse('cards:application', args=[file.public_id])}")
    file.refresh_from_db()
    assert (file.state, file.receipt.state, file.data_due_on) == ("received", "waiting", None)
