"""The form of a new file in the browser: its address, what it proposes, what bad input says."""

import pytest
from django.urls import reverse

from accounts.models import Draft
from cards.models import Application, Receipt
from registry.models import ResidentState
from tests.cards.conftest import form_url

pytestmark = pytest.mark.django_db

GOOD = {
    "reason": "g", "channel": "counter", "delivery": "office", "biometrics_taken": "on", "cc01_signed": "on",
    "part_dc02": "on",
}  # fmt: skip


def test_a_new_form_gets_an_address_of_its_own(browser, resident):
    url = reverse("cards:application_new", args=[resident.public_id])
    first, second = browser.get(url).url, browser.get(url).url
    assert first.startswith("/ho-so/thu-nhan/")
    assert first != second
    assert browser.get(first).status_code == 200


def test_the_form_proposes_and_shows_the_price(browser, resident):
    page = browser.get(form_url(resident)).content.decode()
    assert 'value="from_14" checked' in page
    assert "Không thu lệ phí" in page
    assert "Chỉ dành cho người dưới 6 tuổi." in page


def test_a_good_form_opens_a_file_and_forgets_its_draft(browser, resident, officer):
    url = form_url(resident)
    Draft.objects.create(officer=officer, path=url, fields={"note": ["dở dang"]})
    assert "dở dang" in browser.get(url).content.decode()
    answer = browser.post(url, GOOD | {"note": "  Gọi   trước "})
    application = Application.objects.get()
    assert answer.url == reverse("cards:application", args=[application.public_id])
    assert application.note == "Gọi trước"
    assert not Draft.objects.exists()


def test_a_double_submit_makes_one_file(browser, resident):
    url = form_url(resident)
    first, second = browser.post(url, GOOD), browser.post(url, GOOD)
    assert first.url == second.url
    assert Application.objects.count() == 1
    assert Receipt.objects.count() == 1


BAD = [
    ({"reason": ""}, "Chọn thủ tục và lý do."),
    ({"reason": "x'; DROP"}, "Lý do này không có trong danh mục. Chọn lại."),
    ({"reason": "under_6"}, "trường hợp này chỉ dành cho người dưới 6 tuổi."),
    ({"channel": ""}, "Chọn hình thức nộp."),
    ({"channel": "pigeon"}, "Chọn lại hình thức nộp."),
    ({"exemption": "VIP"}, "Đối tượng này không có trong danh mục đang áp dụng. Chọn lại."),
    ({"exemption": "TRE_EM"}, "không thuộc đối tượng miễn đã chọn."),
    ({"delivery": ""}, "Chọn nơi nhận thẻ."),
    ({"delivery": "drone"}, "Chọn lại nơi nhận thẻ."),
    ({"delivery": "post"}, "Nhận qua bưu chính: ghi địa chỉ nhận."),
    ({"delivery_address": "x" * 251}, "Địa chỉ dài quá 250 ký tự; ghi ngắn lại."),
    ({"representative_name": "x" * 101}, "Họ tên dài quá 100 ký tự."),
    ({"representative_name": "Lê 2"}, "Họ tên chỉ gồm chữ cái; bỏ chữ số và ký hiệu."),
    ({"part_dc02": ""}, "Thiếu phiếu DC02: xem giấy rồi đánh dấu."),
    ({"representative_number": "12"}, "12 chữ số"),
    ({"biometrics_taken": ""}, "Thu nhận ảnh, vân tay, mống mắt trên máy của Bộ trước, rồi đánh dấu vào đây."),
    ({"cc01_signed": ""}, "kiểm tra, ký; rồi đánh dấu vào đây."),
    ({"reason": "lost", "old_card_taken": "on"}, "Trường hợp này không có thẻ cũ để thu; bỏ đánh dấu."),
    ({"note": "x" * 301}, "Ghi chú dài quá 300 ký tự; ghi ngắn lại."),
]


BESIDE = {"Nhận qua bưu chính": "delivery_address", "Trường hợp này không có thẻ cũ": "old_card_taken"}


def test_bad_input_gets_a_sentence_beside_its_field_and_writes_nothing(browser, resident, subtests):
    for changes, sentence in BAD:
        with subtests.test(changes=changes):
            answer = browser.post(form_url(resident), GOOD | {"note": "giữ lại dòng này"} | changes)
            page = answer.content.decode()
            assert answer.status_code == 422
            assert sentence in page
            beside = next((name for start, name in BESIDE.items() if sentence.startswith(start)), next(iter(changes)))
            assert f'id="id_{beside}_error"' in page
            assert "giữ lại dòng này" in page or "note" in changes
            assert not Application.objects.exists()


def test_hidden_characters_are_dropped_and_letters_composed(browser, resident):
    browser.post(form_url(resident), GOOD | {"note": "a\x00b \u200bHo\u0300a  "})
    assert Application.objects.get().note == "ab Hòa"


def test_a_person_with_an_open_file_sees_it_and_a_late_submit_is_refused(browser, resident, taken):
    url = form_url(resident)
    assert taken.file_number in browser.get(url).content.decode()
    answer = browser.post(url, GOOD)
    assert answer.status_code == 422
    assert f"Công dân đang có hồ sơ {taken.file_number}" in answer.content.decode()
    assert Application.objects.count() == 1


def test_the_dead_are_shown_no_form(browser, resident):
    resident.state = ResidentState.DECEASED
    resident.save()
    page = browser.get(form_url(resident)).content.decode()
    assert "Công dân đã chết theo hồ sơ" in page
    assert 'name="reason"' not in page
    assert browser.post(form_url(resident), GOOD).status_code == 422
    assert not Application.objects.exists()


def test_a_choice_is_priced_without_writing_by_htmx_and_without_script(browser, resident):
    typed = {"reason": "lost", "channel": "counter", "preview": "1", "note": "giữ lại"}
    fragment = browser.post(form_url(resident), typed, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "Điều 24 khoản 2 điểm a" in fragment
    page = browser.post(form_url(resident), typed).content.decode()
    assert "<html" in page
    assert "Điều 24 khoản 2 điểm a" in page
    assert "giữ lại" in page
    assert not Application.objects.exists()


def test_a_broken_choice_is_priced_as_nothing(browser, resident):
    typed = {"reason": "nonsense", "channel": "x", "exemption": "y", "preview": "1"}
    assert browser.post(form_url(resident), typed, headers={"HX-Request": "true"}).status_code == 200


def test_what_is_settled_online_asks_for_no_signature_and_no_biometrics(browser, resident):
    """NĐ 58/2026/NĐ-CP: loss, damage, units rearranged. At the counter the same reasons ask for the signature."""
    typed = {"reason": "dd", "channel": "online", "preview": "1"}
    htmx = {"HX-Request": "true"}
    online = browser.post(form_url(resident), typed, headers=htmx).content.decode()
    assert "Không cần ký phiếu CC01 tại trụ sở" in online
    assert "dùng lại lần thu gần nhất" in online
    counter = browser.post(form_url(resident), typed | {"channel": "counter"}, headers=htmx).content.decode()
    assert "Phiếu CC01 đã ký" in counter
    assert "Ảnh khuôn mặt, vân tay, mống mắt" in counter
    browser.post(form_url(resident), {"reason": "lost", "channel": "online", "delivery": "office"})
    taken = Application.objects.get()
    page = browser.get(reverse("cards:application", args=[taken.public_id])).content.decode()
    assert page.lower().count("không cần: nộp trực tuyến toàn trình") == 2
