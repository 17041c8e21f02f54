"""A supervisor asks a commune to mend a number and its chief answers; a chief makes the report of a week."""

import datetime as dt

from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import AuditEvent
from accounts.working_days import add_working_days
from supervision import snapshots
from supervision.models import Report, Request
from tests.factories import FindingFactory, ResidentFactory


def test_a_request_is_asked_answered_and_ended_and_the_number_moves(visit, commune, supervisor, chief):
    finding = FindingFactory(resident=ResidentFactory(commune=commune), severity="error")
    due = add_working_days(timezone.localdate(), 3)

    page = visit(supervisor).open("/viec-giao/moi/?chi-so=chua-sach&xa=06001")
    expect(page.locator(".moved")).to_contain_text("1")
    page.get_by_label("Hạn").fill(f"{timezone.localdate() - dt.timedelta(days=1):%d/%m/%Y}")
    page.get_by_label("Yêu cầu").fill("Làm sạch hồ sơ còn lỗi trong tuần")
    page.get_by_label("Cần đạt").fill("0")
    page.get_by_role("button", name="Giao việc").click()
    expect(page.get_by_text("Hạn phải sau hôm nay").first).to_be_visible()  # what was typed stays
    expect(page.get_by_label("Yêu cầu")).to_have_value("Làm sạch hồ sơ còn lỗi trong tuần")
    page.get_by_label("Hạn").fill(f"{due:%d/%m/%Y}")
    page.get_by_role("button", name="Giao việc").dblclick()
    expect(page.get_by_text("Chờ xã trả lời").first).to_be_visible()
    asked = Request.objects.get()
    address = f"/viec-giao/{asked.public_id}/"

    desk = visit(chief).open("/")
    desk.locator(f"a[href='{address}']").click()  # it stands on the chief's first page
    expect(desk.get_by_text("Làm sạch hồ sơ còn lỗi trong tuần")).to_be_visible()
    finding.state, finding.closed_at = "closed", timezone.now()
    finding.save()
    desk.locator("#tra-loi textarea").fill("Đã sửa xong hồ sơ còn lỗi")
    desk.get_by_role("button", name="Gửi trả lời").click()
    expect(desk.get_by_text("Đã sửa xong hồ sơ còn lỗi").first).to_be_visible()
    expect(desk.locator(".moved")).to_contain_text("0")

    page.goto(page.url.split("/viec-giao/")[0] + address)
    expect(page.get_by_text("Đã sửa xong hồ sơ còn lỗi").first).to_be_visible()
    page.get_by_label("Đã xong").check()
    page.locator("#ket-thuc textarea").fill("Xã đã làm xong")
    page.get_by_role("button", name="Kết thúc việc").click()
    expect(page.get_by_text("Đã xong").first).to_be_visible()
    asked.refresh_from_db()
    assert (asked.state, asked.value_then, asked.value_at_end) == ("done", 100, 0)


def test_a_chief_makes_the_report_of_a_week_and_opens_it_again_as_it_was(visit, commune, chief, resident, worker):
    today = timezone.localdate()
    snapshots.back_fill(commune, [today - dt.timedelta(days=back) for back in range(1, 17)])
    page = visit(chief).open("/bao-cao/lap/")
    page.get_by_label("Khó khăn, vướng mắc").fill("Thiếu máy quét ở thôn 3")
    page.get_by_role("button", name="Lập báo cáo").dblclick()
    expect(page.get_by_role("link", name="Mở bản in PDF")).to_be_visible()
    report = Report.objects.get()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tải Excel").click()
    assert waiting.value.path().read_bytes() == bytes(report.xlsx)
    ResidentFactory(commune=commune)  # what comes later does not change what was told
    before = page.locator(".report-part, .card").all_inner_texts()
    page.reload()
    assert page.locator(".report-part, .card").all_inner_texts() == before
    expect(page.get_by_text("Thiếu máy quét ở thôn 3")).to_be_visible()
    assert bytes(report.pdf).startswith(b"%PDF")
    assert AuditEvent.objects.filter(actor_badge=chief.badge_number, target_kind="báo cáo").exists()
