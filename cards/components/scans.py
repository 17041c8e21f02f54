"""Scans of the papers of a file: added, several at once, and removed with a reason. The only writer of Scan."""

import time
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Setting
from cards.components.parts import PARTS
from cards.components.remaking import Remade, ScanRefused, remade
from cards.components.ticking import TickRefused, locked
from cards.models import Application, Scan

MOST_AT_ONCE = 5
MOST_OF_A_FILE = 40
LONGEST_REASON = 300
SENDING_SECONDS = 40  # all files of one sending; a thread of the web server waits meanwhile
Upload = tuple[str, BinaryIO]


class UploadsRefused(ScanRefused):
    """None of the files was kept; `sentences` says of each that was refused why."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


def add(application: Application, code: str, uploads: Sequence[Upload], *, by: Officer) -> tuple[list[Scan], int]:
    """Keep these files with one part of the file: all of them, or none. Answers (what was added, how many were there
    already). Raises UploadsRefused, and TickRefused for a file that takes nothing any more.

    Drawing a PDF takes seconds; it is done before anything is locked.
    """
    part = PARTS.get(code)
    if part is None or not part.takes_scans:
        raise UploadsRefused(["Thành phần này không lưu bản quét."])
    if not uploads:
        raise UploadsRefused(["Chọn tệp cần thêm."])
    if len(uploads) > MOST_AT_ONCE:
        raise UploadsRefused([f"Mỗi lần thêm nhiều nhất {MOST_AT_ONCE} tệp."])
    return _keep(application, code, _all_remade(uploads), by=by)


def _all_remade(uploads: Iterable[Upload]) -> list[Remade]:
    most_pages = Setting.values_on()["card_scan_pages"]
    made, refused, until = [], [], time.monotonic() + SENDING_SECONDS
    for name, source in uploads:
        try:
            left = until - time.monotonic()
            made.append(remade(name, source, most_pages=most_pages, within_seconds=left))
        except ScanRefused as refusal:
            refused.append(f"{name[:60]}: {refusal}")
    if refused:
        raise UploadsRefused(refused)
    return made


@transaction.atomic
def _keep(application: Application, code: str, made: list[Remade], *, by: Officer) -> tuple[list[Scan], int]:
    current = locked(application, by)
    kept = Scan.objects.filter(application=current, removed_at=None)
    counted = kept.aggregate(all=Count("pk"), digests=Count("pk", filter=Q(component=code)))
    known = set(kept.filter(component=code).values_list("sha256", flat=True)) if counted["digests"] else set()
    fresh: dict[str, Remade] = {}
    for one in made:
        if one.sha256 not in known:
            fresh.setdefault(one.sha256, one)
    if counted["all"] + len(fresh) > MOST_OF_A_FILE:
        raise UploadsRefused([f"Mỗi hồ sơ lưu nhiều nhất {MOST_OF_A_FILE} bản quét; xóa bản thừa trước."])
    added = [_written(current, code, one, by) for one in fresh.values()]
    if added:
        names = ", ".join(scan.name for scan in added)
        sentence = f"Hồ sơ {current.file_number}: thêm {len(added)} bản quét, {PARTS[code].name}"
        digests = [scan.sha256 for scan in added]
        record(by, Action.CHANGE, target=current, sentence=sentence, data={"sha256": digests, "names": names[:500]})
    return added, len(made) - len(added)


def _written(application: Application, code: str, one: Remade, by: Officer) -> Scan:
    return Scan.objects.create(
        application=application, component=code, name=one.name, kind=one.kind, content=one.content,
        size_bytes=len(one.content), pages=one.pages, sha256=one.sha256, added_by=by,
    )  # fmt: skip


@transaction.atomic
def remove(scan: Scan, *, by: Officer, reason: str) -> Scan:
    """Empty the bytes; the row stays and says who and why. Removed twice, it is removed once. Raises ScanRefused."""
    reason = reason.strip()
    if not reason:
        raise ScanRefused("Ghi lý do xóa bản quét.")
    if len(reason) > LONGEST_REASON:
        raise ScanRefused(f"Lý do dài quá {LONGEST_REASON} ký tự; ghi ngắn lại.")
    current = locked(scan.application, by)
    row = Scan.objects.defer("content").get(pk=scan.pk)
    if row.removed_at:
        return row
    row.content = None
    row.removed_at, row.removed_by, row.removed_reason = timezone.now(), by, reason
    row.save(update_fields=["content", "removed_at", "removed_by", "removed_reason"])
    sentence = f"Hồ sơ {current.file_number}: xóa bản quét {PARTS[row.component].name}"
    record(by, Action.CHANGE, target=current, sentence=sentence, reason=reason, data={"sha256": row.sha256})
    return row


__all__ = ["ScanRefused", "TickRefused", "UploadsRefused", "add", "remove"]
