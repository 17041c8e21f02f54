"""Gathering and handing up: what goes, what stays, the number, the signature, and two officers at once."""

import io
import json
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import AuditEvent
from cards.applications import workflow
from cards.batches import content, excel, gathering, sending
from cards.batches.refusal import BatchRefused
from cards.batches.sending import AlreadySent
from cards.models import Application, Batch, BatchLine, BatchState, Counter, State
from cards.receipts import signing
from tests.cards.batches.conftest import complete, send_all

pytestmark = pytest.mark.django_db


def gathered(commune, officer) -> Batch:
    return gathering.gather(commune, by=officer)[0]


def seen(batch: Batch) -> str:
    return sending.seal(list(gathering.going(batch)))


# --- gathering -------------------------------------------------------------------------------------------------------


def test_every_complete_file_is_gathered_once_and_the_others_say_what_is_missing(commune, officer, ready, neighbour):
    lacking = complete(commune, officer, n=4, cc01_signed=False)
    paused = complete(commune, officer, n=5, paused_at=timezone.now(), paused_by=officer)
    Application.objects.filter(pk=neighbour.pk).update(state=State.RECEIVED)
    batch, done = gathering.gather(commune, by=officer)
    assert [one.application for one in gathering.going(batch)] == ready
    assert (done.added, [number for number, _ in done.lacking]) == (3, [lacking.file_number])
    assert "CC01" in done.lacking[0][1]
    again, done = gathering.gather(commune, by=officer)
    assert (again, done.added) == (batch, 0)
    assert not paused.batch_lines.exists()
    assert batch.number == "đang gom"


def test_nothing_to_gather_begins_no_batch(commune, officer, neighbour):
    with pytest.raises(BatchRefused, match="Không có hồ sơ"):
        gathering.gather(commune, by=officer)
    assert not Batch.objects.exists()


def test_a_file_left_behind_needs_a_reason_and_comes_again_with_the_next_gathering(commune, officer, ready):
    batch = gathered(commune, officer)
    line = batch.lines.get(application=ready[1])
    with pytest.raises(BatchRefused, match="Ghi lý do"):
        gathering.leave_behind(line, by=officer, reason="  ")
    gathering.leave_behind(line, by=officer, reason="Chờ ảnh rõ hơn")
    assert gathering.gather(commune, by=officer)[1].added == 0
    sent = sending.send(batch, by=officer, seen=seen(batch)).batch
    assert [one["file_number"] for one in sent.content["files"]] == [ready[0].file_number, ready[2].file_number]
    ready[1].refresh_from_db()
    assert ready[1].state == State.RECEIVED
    assert gathering.gather(commune, by=officer)[1].added == 1


def test_a_file_left_behind_can_be_taken_along_after_all(commune, officer, ready):
    batch = gathered(commune, officer)
    line = gathering.leave_behind(batch.lines.get(application=ready[0]), by=officer, reason="Nhầm")
    gathering.take_along(line, by=officer)
    assert [one.application for one in gathering.going(batch)] == [ready[1], ready[2], ready[0]]


def test_a_file_that_came_back_and_was_mended_goes_up_again_and_the_list_says_so(commune, officer, sent, ready):
    workflow.move(ready[0], "return_down", by=officer, note="Ảnh mờ")
    again = send_all(commune, officer)
    assert [(one["file_number"], one["again"]) for one in again.content["files"]] == [(ready[0].file_number, True)]
    assert [one["again"] for one in sent.content["files"]] == [False, False, False]
    assert (sent.serial, again.serial) == (1, 2)


# --- sending ---------------------------------------------------------------------------------------------------------


def test_sending_moves_every_file_takes_a_number_and_freezes_what_was_given(commune, officer, ready):
    batch = gathered(commune, officer)
    sent = sending.send(batch, by=officer, seen=seen(batch)).batch
    year = timezone.localdate().year
    assert (sent.number, sent.state, sent.sent_by) == (f"{year % 100}-0001", BatchState.SENT, officer)
    assert set(Application.objects.filter(pk__in=[one.pk for one in ready]).values_list("state", flat=True)) == {
        State.SENT_UP
    }
    first = sent.content["files"][0]
    assert (first["file_number"], first["personal_number"]) == (ready[0].file_number, "001190000201")
    ready[0].resident.full_name = "Tên Mới"
    ready[0].resident.save()
    assert Batch.objects.get(pk=sent.pk).content["files"][0]["full_name"] == "Người Mẫu A"
    assert AuditEvent.objects.filter(action="move", target_kind="đợt chuyển hồ sơ").count() == 1


def test_what_is_given_says_nothing_that_is_sensitive(sent, ready):
    person = ready[0].resident
    told = json.dumps(sent.content, ensure_ascii=False)
    assert person.full_name in told
    assert {"ethnic_group", "religion", "blood_group", "phone"}.isdisjoint(sent.content["files"][0])
    assert person.phone not in told


def test_one_file_that_cannot_move_stays_and_does_not_hold_the_others(commune, officer, ready):
    batch = gathered(commune, officer)
    Application.objects.filter(pk=ready[1].pk).update(cc01_signed=False)
    done = sending.send(batch, by=officer, seen=seen(batch))
    assert [number for number, _ in done.stayed] == [ready[1].file_number]
    assert [one["position"] for one in done.batch.content["files"]] == [1, 2]
    ready[1].refresh_from_db()
    assert ready[1].state == State.RECEIVED
    assert not ready[1].batch_lines.exists()  # nothing holds it back from the next batch


def test_when_no_file_can_move_nothing_is_written_and_no_number_is_lost(commune, officer, ready):
    batch = gathered(commune, officer)
    Application.objects.filter(commune=commune).update(cc01_signed=False)
    with pytest.raises(BatchRefused, match="Không hồ sơ nào"):
        sending.send(batch, by=officer, seen=seen(batch))
    batch.refresh_from_db()
    assert (batch.state, batch.lines.count(), Counter.objects.exists()) == (BatchState.OPEN, 3, False)


def test_a_list_that_changed_since_the_preview_is_refused(commune, officer, colleague, ready):
    batch = gathered(commune, officer)
    shown = seen(batch)
    gathering.leave_behind(batch.lines.first(), by=colleague, reason="Thiếu ảnh")
    with pytest.raises(BatchRefused, match="vừa đổi"):
        sending.send(batch, by=officer, seen=shown)
    assert Batch.objects.get().state == BatchState.OPEN


def test_the_signature_proves_exactly_what_was_given(sent):
    told = json.loads(content.signed_file(sent))
    assert content.is_genuine(told)
    assert signing.verify(sent.key_id, content.canonical(sent.content), bytes.fromhex(sent.signature))
    told["content"]["files"][0]["full_name"] = "Người Khác"
    assert not content.is_genuine(told)
    assert not content.is_genuine({"content": sent.content, "key_id": "la", "signature": sent.signature})
    assert not content.is_genuine({"content": sent.content, "key_id": sent.key_id, "signature": "khong-phai-hex"})


def test_excel_keeps_what_looks_like_a_formula_as_text(sent, officer):
    sent.content["files"][0]["full_name"] = '=HYPERLINK("http://x";"bấm")'
    book = CalamineWorkbook.from_filelike(io.BytesIO(excel.batch_list(sent, by=officer)))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert rows[2][:4] == ["STT", "Số hồ sơ", "Số định danh", "Họ và tên"]
    assert rows[3][2:4] == ["001190000201", '=HYPERLINK("http://x";"bấm")']


def test_the_chief_takes_a_batch_back_that_nobody_answered(commune, officer, chief, sent, ready):
    with pytest.raises(BatchRefused, match="trưởng"):
        sending.cancel(sent, by=officer, reason="Nhầm")
    assert sending.cancel(sent, by=chief, reason="Gửi nhầm danh sách").state == BatchState.CANCELLED
    ready[0].refresh_from_db()
    assert ready[0].state == State.RECEIVED
    assert send_all(commune, officer).serial == 2  # the number of the cancelled one stays used


def test_a_batch_that_was_answered_cannot_be_taken_back(chief, sent):
    BatchLine.objects.filter(batch=sent, position=1).update(result="accepted", result_on=timezone.localdate())
    with pytest.raises(BatchRefused, match="đã trả lời"):
        sending.cancel(sent, by=chief, reason="Nhầm")


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_send_at_once_one_sends_and_the_other_is_told(commune, officer, colleague, catalogues):
    complete(commune, officer, n=1)
    batch = gathered(commune, officer)
    shown, said = seen(batch), []

    def press(by) -> None:
        try:
            sending.send(Batch.objects.get(pk=batch.pk), by=by, seen=shown)
            said.append("sent")
        except AlreadySent as gone:
            said.append(f"{gone}")
        finally:
            connection.close()

    officers = [threading.Thread(target=press, args=(by,)) for by in (officer, colleague)]
    with transaction.atomic():  # both wait here, then both go
        gathering.locked(batch)
        for one in officers:
            one.start()
    for one in officers:
        one.join(20)
    assert (len(said), said.count("sent")) == (2, 1)
    assert any("đã được" in one and "chuyển lúc" in one for one in said)
    assert (Counter.objects.get(series="batch").last, Batch.objects.get().serial) == (1, 1)
