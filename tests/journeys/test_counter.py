"""A booked citizen at the counter: the chief opens the hours, an hour is booked for a person, the day shows it, one
click starts the file; its parts are ticked in place and a PDF is scanned in."""

import datetime as dt

from django.utils import timezone

from cards.models import Application, Appointment, Component, Scan, State
from tests.cards.components.papers import pdf


def test_from_the_chiefs_hours_to_a_file_with_its_papers(visit, officer, chief, resident):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    page = visit(chief).open("/lich-hen/khung-gio/")
    page.locator("#id_starts").fill("7:30")
    page.locator("#id_ends").fill("11:30")
    page.locator("#id_valid_from").fill(f"{tomorrow:%d/%m/%Y}")
    page.get_by_role("button", name="Thêm khung giờ").click()
    page.get_by_text("Đã thêm 5 khung giờ.").wait_for()

    page = visit(officer).open(f"/lich-hen/cong-dan/{resident.public_id}/")
    page.locator("label.slot").nth(1).click()
    page.get_by_role("button", name="Đặt lịch").click()
    page.get_by_text("và đặt lịch").wait_for()
    booked = Appointment.objects.get()
    assert booked.application.state == State.BOOKED

    page.goto(page.url.split("/ho-so/")[0] + f"/lich-hen/?ngay={timezone.localdate(booked.starts_at):%d/%m/%Y}")
    page.get_by_role("button", name="Đã đến: Nguyễn Thị Mẫu Lan").click()
    page.wait_for_url(f"**/ho-so/{booked.application.public_id}/")
    assert Application.objects.get().state == State.TAKING

    panel = page.locator("#thanh-phan")
    panel.get_by_role("button", name="Đã có: Phiếu đề nghị").click()
    panel.locator("#tp-dc02").get_by_text("đã có").wait_for()
    assert Component.objects.get(code="dc02").is_there
    part = panel.locator("#tp-dc02")
    part.locator("summary").first.click()
    part.locator("input[type=file]").set_input_files(
        {"name": "dc02.pdf", "mimeType": "application/pdf", "buffer": pdf(2)}
    )
    part.get_by_role("button", name="Thêm bản quét").click()
    page.get_by_role("link", name="dc02.pdf").wait_for()
    assert Scan.objects.get().pages == 2
