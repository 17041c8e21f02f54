"""The pages of handing up and coming back, as an officer goes through them."""

import json

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from cards.batches.result_views import held, hold
from cards.models import Application, Batch, BatchState, PrintJob, ResultFile, State
from tests.cards.batches.conftest import complete, json_file, line
from tests.cards.conftest import queries

pytestmark = pytest.mark.django_db


def url(name: str, *args) -> str:
    return reverse(f"cards:{name}", args=args)


def said(response) -> str:
    return response.content.decode()


def test_an_officer_gathers_looks_and_sends(browser, ready, officer):
    opened = browser.post(url("batch_gather"), follow=True)
    batch = Batch.objects.get()
    assert opened.redirect_chain[-1][0] == url("batch", batch.public_id)
    assert "Người Mẫu B" in said(opened)
    left = {"file": ready[1].public_id, "reason": "Chờ ảnh"}
    assert "Chờ ảnh" in said(browser.post(url("batch_leave", batch.public_id), left, follow=True))
    preview = browser.post(url("batch_preview", batch.public_id))
    assert [one.application for one in preview.context["goes"]] == [ready[0], ready[2]]
    gone = browser.post(url("batch_send", batch.public_id), {"seen": preview.context["seen"]}, follow=True)
    assert "Đã chuyển Đợt" in said(gone)
    assert "2 hồ sơ" in said(gone)
    again = browser.post(url("batch_send", batch.public_id), {"seen": preview.context["seen"]}, follow=True)
    assert "đã được" in said(again)
    assert Batch.objects.get().serial == 1


def test_the_preview_names_what_would_stay(browser, ready):
    browser.post(url("batch_gather"))
    batch = Batch.objects.get()
    Application.objects.filter(pk=ready[0].pk).update(cc01_signed=False)
    page = browser.post(url("batch_preview", batch.public_id))
    assert [one["line"].application for one in page.context["stays"]] == [ready[0]]
    assert "CC01" in page.context["stays"][0]["why"]
    refused = browser.post(url("batch_send", batch.public_id), {"seen": "khac"})
    assert refused.status_code == 422
    assert "vừa đổi" in said(refused)
    assert Batch.objects.get().state == BatchState.OPEN


def test_a_reason_is_asked_for_leaving_a_file_behind(browser, ready):
    browser.post(url("batch_gather"))
    batch = Batch.objects.get()
    page = browser.post(url("batch_leave", batch.public_id), {"file": ready[0].public_id}, follow=True)
    assert "Ghi lý do" in said(page)
    assert batch.lines.filter(position=0).count() == 0


def test_downloads_are_what_was_signed_and_leave_a_line_each(browser, sent):
    body = browser.get(url("batch_json", sent.public_id))
    assert json.loads(body.content)["content"] == sent.content
    assert "attachment" in body["Content-Disposition"]
    assert browser.get(url("batch_excel", sent.public_id)).content.startswith(b"PK")
    assert browser.get(url("batch_form", sent.public_id)).content.startswith(b"PK")
    lines = AuditEvent.objects.filter(action="print", target_ref=str(sent.public_id))
    assert sorted(lines.values_list("sentence", flat=True)) == [
        f"Tải danh sách Excel, Đợt chuyển hồ sơ {sent.number}",
        f"Tải mẫu kết quả, Đợt chuyển hồ sơ {sent.number}",
        f"Tải tệp có chữ ký, Đợt chuyển hồ sơ {sent.number}",
    ]


def test_the_list_to_sign_is_ordered_once_however_often_one_clicks(browser, sent):
    token = browser.get(url("batch", sent.public_id)).context["token"]
    for _ in range(2):
        browser.post(url("batch_print", sent.public_id), {"submit_token": token})
    job = PrintJob.objects.get()
    assert [row["name"] for row in job.content["rows"]] == ["Người Mẫu A", "Người Mẫu B", "Người Mẫu C"]


def test_an_open_batch_has_nothing_to_download(browser, ready):
    browser.post(url("batch_gather"))
    assert browser.get(url("batch_json", Batch.objects.get().public_id)).status_code == 404


def test_the_chief_cancels_with_a_reason(client_of, chief, sent, ready):
    browser = client_of(chief)
    assert browser.post(url("batch_cancel", sent.public_id), {"reason": " "}).status_code == 422
    page = browser.post(url("batch_cancel", sent.public_id), {"reason": "Gửi nhầm"}, follow=True)
    assert "Đã hủy Đợt" in said(page)
    assert not Application.objects.filter(state=State.SENT_UP).exists()


# --- results ---------------------------------------------------------------------------------------------------------


def test_a_result_file_is_looked_at_line_by_line_and_then_done(browser, commune, sent, ready, upload):
    body = json_file(commune, line(ready[0], "printed"), line(ready[1], "returned", note="Mờ"), line(ready[2], "?"))
    page = browser.post(url("result_files"), {"file": upload(body)})
    assert page.context["counts"] == {"done": 2, "skipped": 0, "wrong": 1}
    assert not ResultFile.objects.exists()
    done = browser.post(url("results_apply"), {"held": page.context["held"]}, follow=True)
    assert "Đã ghi 2 dòng" in said(done)
    assert [row["does"] for row in done.context["rows"]] == ["move", "move", "wrong"]
    again = browser.post(url("results_apply"), {"held": page.context["held"]})
    assert again.status_code == 422
    assert "đã đọc rồi" in said(again)
    assert "đã đọc lúc" in said(browser.post(url("result_files"), {"file": upload(body)}))


def test_a_refused_file_says_why_and_changes_nothing(browser, other_commune, sent, ready, upload):
    page = browser.post(url("result_files"), {"file": upload(json_file(other_commune, line(ready[0], "printed")))})
    assert page.status_code == 422
    assert "không phải của Xã Mẫu Sơn" in said(page)
    assert browser.post(url("result_files"), {}).status_code == 422
    ready[0].refresh_from_db()
    assert ready[0].state == State.SENT_UP


def test_what_is_held_between_preview_and_doing_is_the_officers_own_and_whole(
    browser, client_of, colleague, commune, sent, ready, upload
):
    page = browser.post(url("result_files"), {"file": upload(json_file(commune, line(ready[0], "printed")))})
    text = page.context["held"]
    assert held(text, by=str(page.wsgi_request.user.public_id)) == page.context["read"]
    for client, sent_text in ((client_of(colleague), text), (browser, text[:-2] + "xx"), (browser, "")):
        answer = client.post(url("results_apply"), {"held": sent_text}, follow=True)
        assert "nộp lại tệp" in said(answer)
    assert not ResultFile.objects.exists()
    assert hold(page.context["read"], by="x") != text


def test_the_format_has_its_page_and_its_forms(browser):
    page = said(browser.get(url("result_format")))
    assert "KET-QUA-CAN-CUOC/1" in page
    assert json.loads(browser.get(url("result_form", "json")).content)["results"][0]["result"] == "returned"
    assert browser.get(url("result_form", "xlsx")).content.startswith(b"PK")


# --- who sees what ---------------------------------------------------------------------------------------------------


def test_a_neighbour_sees_nothing_of_our_batches(client_of, stranger, sent):
    browser = client_of(stranger)
    assert not browser.get(url("batches")).context["table"].page.count
    assert browser.get(url("batch", sent.public_id)).status_code == 404
    assert browser.post(url("batch_send", sent.public_id)).status_code == 404
    assert browser.get(url("batch_json", sent.public_id)).status_code == 404


def test_the_province_sees_batches_and_can_do_nothing_with_them(client_of, supervisor, sent):
    browser = client_of(supervisor)
    page = said(browser.get(url("batches")))
    assert sent.number in page
    assert "Xã Mẫu Sơn" in page
    assert url("batch_gather") not in page
    shown = said(browser.get(url("batch", sent.public_id)))
    assert url("batch_excel", sent.public_id) in shown
    assert url("batch_print", sent.public_id) not in shown


def test_pages_cost_the_same_with_one_row_and_with_three(browser, commune, officer, upload):
    first = complete(commune, officer, n=1)
    browser.post(url("batch_gather"))
    batch = Batch.objects.get()
    one = queries(browser, url("batch", batch.public_id)), queries(browser, url("batches"))
    for n in (2, 3):
        complete(commune, officer, n=n)
    browser.post(url("batch_gather"))
    three = queries(browser, url("batch", batch.public_id)), queries(browser, url("batches"))
    assert one == three
    assert max(three) <= 12
    seen = browser.post(url("batch_preview", batch.public_id)).context["seen"]
    browser.post(url("batch_send", batch.public_id), {"seen": seen})
    page = browser.post(url("result_files"), {"file": upload(json_file(commune, line(first, "printed")))})
    browser.post(url("results_apply"), {"held": page.context["held"]})
    assert queries(browser, url("batch", batch.public_id)) <= 12
    assert queries(browser, url("result_files")) <= 12
    assert queries(browser, url("result_file", ResultFile.objects.get().public_id)) <= 12
