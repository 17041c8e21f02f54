"""A day's files go up, the answer comes back, the cards are scanned in and signed for: by the keyboard."""

from django.urls import reverse
from django.utils import timezone

from cards.models import Application, Batch, State, StockCard
from tests.cards.batches.conftest import complete, json_file, line


def test_files_go_up_and_their_cards_come_back_and_are_signed_for(visit, commune, officer):
    files = [complete(commune, officer, n=n) for n in (1, 2, 3)]
    browser = visit(officer)
    page = browser.open(reverse("cards:batches"))
    page.keyboard.press("g")
    page.get_by_text("Đã gom thêm 3 hồ sơ").wait_for()
    page.keyboard.press("x")
    page.get_by_role("heading", name="Xem trước đợt chuyển").wait_for()
    page.keyboard.press("c")
    page.get_by_text("Đã chuyển Đợt").wait_for()
    assert Batch.objects.get().content["count"] == 3

    page.get_by_role("link", name="Nộp tệp kết quả cấp trên gửi về").click()
    body = json_file(commune, line(files[2], "returned", note="Ảnh mờ"))
    page.get_by_label("Tệp kết quả").set_input_files({"name": "kq.json", "mimeType": "", "buffer": body})
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_text("Trả lại: Ảnh mờ").wait_for()
    page.keyboard.press("g")
    page.get_by_text("Đã ghi 1 dòng").wait_for()

    browser.open(reverse("cards:arrivals"))
    for file in (files[0], files[1]):
        page.keyboard.type(file.file_number)  # the cursor waits in the field, before and after
        page.keyboard.press("Enter")
        page.get_by_text(f"{file.file_number} {file.resident.full_name}: thẻ đã về").wait_for()
    page.get_by_role("button", name="Bỏ dòng vừa ghi").click()
    page.get_by_text("Đã bỏ").wait_for()
    assert StockCard.objects.get().application == files[0]
    page.get_by_label("Mã trên phiếu").fill(files[1].file_number)
    page.keyboard.press("Enter")
    page.get_by_text(f"{files[1].file_number} {files[1].resident.full_name}: thẻ đã về").wait_for()

    page.get_by_role("link", name="Thẻ tại trụ sở").first.click()
    page.locator("h1").click()
    page.keyboard.press("t")
    page.keyboard.press("i")
    page.get_by_role("heading", name="Danh sách trả thẻ").wait_for()
    page.get_by_label("Ngày cấp in trên thẻ (chung)").fill(f"{timezone.localdate():%d/%m/%Y}")
    page.get_by_role("button", name="Đánh dấu tất cả").click()
    page.get_by_role("button", name="Trả các thẻ đã đánh dấu").click()
    page.get_by_text("Đã trả 2 thẻ theo danh sách").wait_for()
    states = Application.objects.order_by("serial").values_list("state", flat=True)
    assert list(states) == [State.HANDED_OVER, State.HANDED_OVER, State.RECEIVED]
