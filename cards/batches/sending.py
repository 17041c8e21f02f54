"""Handing up: the batch goes, its files move, and what the level above was given is frozen and signed.

**One file that cannot move does not hold the others.** It stays in "Đã thu nhận", is named with the reason, is not in
the list that is signed, and the next gathering finds it again: at half past four a courier waits for sixty files, and a
signature missing on one of them is no reason to keep fifty-nine citizens waiting. What the officer approved is kept to
otherwise: the list must be the very one that was previewed (`seen`).
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.roles import Right
from accounts.text import clean
from cards.applications import numbering, workflow
from cards.applications.workflow import MoveRefused
from cards.batches import content, gathering
from cards.batches.refusal import BatchRefused
from cards.models import Application, Batch, BatchLine, BatchState
from cards.receipts import signing

SERIES = "batch"
LONGEST_REASON = 200


class AlreadySent(BatchRefused):
    """Somebody sent it meanwhile; `batch` is how it stands."""

    def __init__(self, sentence: str, batch: Batch) -> None:
        super().__init__(sentence)
        self.batch = batch


@dataclass
class Sent:
    """`stayed`: (file number, why) of the files that could not move."""

    batch: Batch
    stayed: list[tuple[str, str]] = field(default_factory=list)


def seal(lines: list[BatchLine]) -> str:
    """A digest of what goes and in which order: the preview carries it, and a list that changed since is refused."""
    plain = [[line.application_id, line.position] for line in lines]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:32]


@transaction.atomic
def send(batch: Batch, *, by: Officer, seen: str) -> Sent:
    """Send the open batch: every file moves or stays with its reason, the number is taken, the content frozen and
    signed. One transaction; about a dozen queries a file.

    Raises AlreadySent when a colleague was quicker; BatchRefused when nothing is in it, when it is not what was
    previewed (`seen`), or when no file at all could move. Then nothing was written.
    """
    batch = gathering.locked(batch)
    try:
        gathering.refuse_gone(batch)
    except BatchRefused as refused:
        raise AlreadySent(str(refused), batch) from refused
    lines = list(gathering.going(batch))
    if not lines:
        raise BatchRefused("Đợt này chưa có hồ sơ nào để chuyển.")
    if seal(lines) != seen:
        raise BatchRefused("Danh sách vừa đổi; xem lại rồi chuyển.")
    lock_files(line.application_id for line in lines)
    went, stayed = _move(lines, by)
    if not went:
        raise BatchRefused("Không hồ sơ nào chuyển được: " + "; ".join(f"{n}: {why}" for n, why in stayed[:5]))
    gone = {line.pk for line in went}
    batch.lines.exclude(pk__in=gone).delete()
    _freeze(batch, went, by)
    told = f"Chuyển cấp trên {batch}: {len(went)} hồ sơ"
    record(by, Action.MOVE, target=batch, sentence=told, data={"stayed": stayed} if stayed else None)
    return Sent(batch, stayed)


def lock_files(ids: Iterable[int]) -> None:
    """Files before people, in one order: moving one file after the other would lock a person between two files."""
    list(Application.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update(of=("self",), no_key=True))


def _move(lines: list[BatchLine], by: Officer) -> tuple[list[BatchLine], list[tuple[str, str]]]:
    went, stayed = [], []
    for line in lines:
        came_back = line.application.returned_at  # the move clears it, and the list says that it comes again
        try:
            line.application = workflow.move(line.application, "send_up", by=by)
        except MoveRefused as refused:
            stayed.append((line.application.file_number, str(refused)))
            continue
        line.application.returned_at = came_back
        went.append(line)
    return went, stayed


def _freeze(batch: Batch, lines: list[BatchLine], by: Officer) -> None:
    """The number last: its counter is locked until the transaction ends."""
    now = timezone.localtime()
    for position, line in enumerate(lines, start=1):
        line.position = position
    BatchLine.objects.bulk_update(lines, ["position"])
    batch.state, batch.day, batch.sent_at, batch.sent_by, batch.year = BatchState.SENT, now.date(), now, by, now.year
    batch.serial = numbering.take(batch.commune, year=now.year, series=SERIES)
    batch.content = content.of_batch(batch, lines, by=by, at=now)
    signed = signing.sign(content.canonical(batch.content))
    batch.key_id, batch.signature = signed.key_id, signed.signature.hex()
    batch.save()


@transaction.atomic
def cancel(batch: Batch, *, by: Officer, reason: str) -> Batch:
    """Take back a batch that never reached the level above: every file comes back, and the number stays used.

    For the chief. All or nothing. Raises BatchRefused without a reason, when something was answered already, or when
    one file has gone further.
    """
    if not by.can(Right.CARDS_MANAGE):
        raise BatchRefused("Chỉ trưởng công an xã hủy được đợt chuyển.")
    reason = clean(reason)
    if not reason or len(reason) > LONGEST_REASON:
        raise BatchRefused(f"Ghi lý do hủy đợt, không quá {LONGEST_REASON} ký tự.", field="reason")
    batch = gathering.locked(batch)
    if batch.state != BatchState.SENT:
        raise BatchRefused("Chỉ hủy được đợt đã chuyển.")
    lines = list(gathering.going(batch))
    if any(line.result for line in lines):
        raise BatchRefused("Cấp trên đã trả lời về đợt này; không hủy được nữa.")
    lock_files(line.application_id for line in lines)
    for line in lines:
        try:
            workflow.move(line.application, "return_down", by=by, note=f"Hủy {batch}: {reason}")
        except MoveRefused as refused:
            raise BatchRefused(str(refused)) from refused
    batch.state = BatchState.CANCELLED
    batch.save()
    record(by, Action.CHANGE, target=batch, sentence=f"Hủy {batch}, {len(lines)} hồ sơ trở về", reason=reason)
    return batch
