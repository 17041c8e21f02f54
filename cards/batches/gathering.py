"""The open batch of a commune: what is gathered for the next handing up, and what stays behind this time.

A commune has one open batch at most, without a number: the number is taken when it is sent (sending.py), so that a
batch nobody sent leaves no gap. A line in position 0 stays behind this time, with the reason in `result_note`; it is
dropped when the batch goes, and the next gathering finds the file again.

Lock order of this desk: the batch, then its files in the order of their ids, then their people, then counters.
"""

from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.text import clean
from cards.applications.workflow import MOVES
from cards.batches.refusal import BatchRefused
from cards.models import Application, Batch, BatchLine, BatchState

MOST_LINES: Final = 500
STAYS: Final = 0  # the position of a line that stays behind
LONGEST_REASON: Final = 300
SEND: Final = MOVES["send_up"]


@dataclass
class Gathered:
    """What one gathering did. `lacking`: (file number, first thing missing) of files that were left where they are."""

    added: int = 0
    lacking: list[tuple[str, str]] = field(default_factory=list)
    no_room: int = 0


def waiting(commune: Unit) -> QuerySet[Application]:
    """Files that could go up and are in no open batch: received, the clock running; those that were given back and
    mended stand in the same state and come again."""
    rows = Application.objects.filter(commune=commune, state__in=SEND.sources, paused_at=None)
    return rows.exclude(batch_lines__in=BatchLine.objects.filter(batch__state=BatchState.OPEN))


def open_batch(commune: Unit) -> Batch | None:
    return Batch.objects.filter(commune=commune, state=BatchState.OPEN).first()


@transaction.atomic
def gather(commune: Unit, *, by: Officer) -> tuple[Batch, Gathered]:
    """Put every complete file into the open batch, which is begun where there is none. Again, it adds what is new.

    The oldest promise first, MOST_LINES at most. Asks the guard of the move for every file. Raises BatchRefused when
    there is nothing to gather.
    """
    batch = _begun(commune, by)
    done = Gathered()
    room = MOST_LINES - batch.lines.exclude(position=STAYS).count()
    position = batch.lines.aggregate(last=Max("position"))["last"] or 0
    lines: list[BatchLine] = []
    for file in waiting(commune).select_related("resident").order_by("promised_on", "pk"):
        if lacks := SEND.guard(file):
            done.lacking.append((file.file_number, lacks[0].sentence))
        elif len(lines) >= room:
            done.no_room += 1
        else:
            lines.append(BatchLine(batch=batch, application=file, position=position + len(lines) + 1))
    BatchLine.objects.bulk_create(lines)
    done.added = len(lines)
    if not lines and not batch.lines.exists():
        told = "Không có hồ sơ nào đủ để chuyển." if done.lacking else "Không có hồ sơ “Đã thu nhận” nào chờ chuyển."
        raise BatchRefused(told)
    if lines:
        record(by, Action.CHANGE, target=batch, sentence=f"Gom {len(lines)} hồ sơ để chuyển cấp trên")
    return batch, done


def _begun(commune: Unit, by: Officer) -> Batch:
    fresh = Batch(commune=commune, year=0, serial=0, day=timezone.localdate(), created_by=by)
    rows = Batch.objects.select_for_update(of=("self",)).filter(commune=commune, state=BatchState.OPEN)
    found = rows.first()
    if found is None:
        Batch.objects.bulk_create([fresh], ignore_conflicts=True)
        found = rows.get()
    return found


@transaction.atomic
def leave_behind(line: BatchLine, *, by: Officer, reason: str) -> BatchLine:
    """This file does not go with this batch. Raises BatchRefused without a reason, or once the batch has gone."""
    reason = clean(reason)
    if not reason:
        raise BatchRefused("Ghi lý do để lại hồ sơ này.", field="reason")
    if len(reason) > LONGEST_REASON:
        raise BatchRefused(f"Lý do dài quá {LONGEST_REASON} ký tự.", field="reason")
    line = _locked_line(line)
    line.position, line.result_note = STAYS, reason
    line.save()
    record(by, Action.CHANGE, target=line.application, sentence=f"Để lại hồ sơ {line.application}, chưa chuyển đợt này",
           reason=reason)  # fmt: skip
    return line


@transaction.atomic
def take_along(line: BatchLine, *, by: Officer) -> BatchLine:
    """The file that stayed behind goes with the batch after all, at its end."""
    line = _locked_line(line)
    if line.position == STAYS:
        last = line.batch.lines.aggregate(last=Max("position"))["last"] or 0
        line.position, line.result_note = last + 1, ""
        line.save()
        record(by, Action.CHANGE, target=line.application, sentence=f"Đưa lại hồ sơ {line.application} vào đợt chuyển")
    return line


def _locked_line(line: BatchLine) -> BatchLine:
    batch = locked(line.batch)
    refuse_gone(batch)
    found = BatchLine.objects.select_related("application__resident").filter(pk=line.pk).first()
    if found is None:
        raise BatchRefused("Hồ sơ này không còn trong đợt; tải lại trang.")
    found.batch = batch
    return found


def locked(batch: Batch) -> Batch:
    return Batch.objects.select_for_update(of=("self",)).select_related("commune", "sent_by").get(pk=batch.pk)


def refuse_gone(batch: Batch) -> None:
    if batch.state == BatchState.OPEN:
        return
    when = f" lúc {timezone.localtime(batch.sent_at):%H:%M %d/%m/%Y}" if batch.sent_at else ""
    who = f" đ/c {batch.sent_by.full_name}" if batch.sent_by else ""
    raise BatchRefused(f"Đợt {batch.number} đã được{who} chuyển{when}; không sửa được nữa.")


def going(batch: Batch) -> QuerySet[BatchLine]:
    """The lines that go up with it, in order."""
    return batch.lines.exclude(position=STAYS).select_related("application__resident").order_by("position")


def staying(batch: Batch) -> QuerySet[BatchLine]:
    return batch.lines.filter(position=STAYS).select_related("application__resident").order_by("pk")
