"""Failed background tasks sent anew, and failures that somebody has looked at put away."""

import uuid
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from supervision.machine import queues
from supervision.machine.known import sent_for, title_of
from supervision.machine.orders import RequeueRefused
from supervision.models import FailedTask

ALREADY: Final = "Việc này vừa được cho chạy lại, chưa lỗi thêm lần nào; chờ kết quả."


@transaction.atomic
def mark_sent(public_id: uuid.UUID, *, by: Officer) -> str:
    """Note that the task is sent again, and answer which one is to be sent once this is committed. A second
    administrator waits for the first, and is told. Raises RequeueRefused."""
    row = _locked(public_id)
    sent = sent_for(row.task, queues.timetable())
    if not sent:
        raise RequeueRefused("Hệ thống không biết việc này, nên không cho chạy lại từ đây.")
    if row.sent_again_at is not None and row.sent_again_at > row.last_at:
        raise RequeueRefused(ALREADY)
    row.sent_again_at, row.sent_again_by = timezone.now(), by
    row.save(update_fields=["sent_again_at", "sent_again_by"])
    record(by, Action.ADMIN, target=row, sentence=f"Cho chạy lại việc nền: {title_of(row.task)}")
    return sent


@transaction.atomic
def unmark_sent(public_id: uuid.UUID, *, by: Officer) -> None:
    """Redis did not take it: the button stays."""
    row = FailedTask.objects.select_for_update(of=("self",)).filter(public_id=public_id, sent_again_by=by).first()
    if row is None:
        return
    row.sent_again_at = row.sent_again_by = None
    row.save(update_fields=["sent_again_at", "sent_again_by"])
    record(by, Action.ADMIN, target=row, sentence=f"Chưa gửi được việc nền chạy lại: {title_of(row.task)}")


@transaction.atomic
def close(public_id: uuid.UUID, *, by: Officer) -> None:
    """Raises RequeueRefused when it is closed already."""
    row = _locked(public_id)
    row.closed_at = timezone.now()
    row.save(update_fields=["closed_at"])
    record(by, Action.ADMIN, target=row, sentence=f"Đóng lỗi việc nền: {title_of(row.task)}")


def _locked(public_id: uuid.UUID) -> FailedTask:
    rows = FailedTask.objects.select_for_update(of=("self",)).filter(closed_at=None)
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise RequeueRefused("Lỗi này đã được đóng.")
    return row
