"""Claim a list that was asked for, make it, store it sealed: whatever dies in between, it is stored once or not at all.

As with field sheets (registry/fieldwork/printing.py): a claim is a lease on the row, renewed at every piece; the sweep
finds what was left behind, and a worker that comes back too late throws its own work away.
"""

import datetime as dt
import hashlib
import shutil
import time
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.audit import record, record_all
from accounts.models import Action, Officer
from accounts.vault import seal, unseal
from registry.models import ExportState, ListExport, Resident
from registry.rosters.out import excel, making
from registry.rosters.out.asking import figure
from registry.rosters.out.making import Made
from registry.rosters.out.refusal import ExportRefused
from registry.rosters.out.returning import seal_name

LEASE: Final = dt.timedelta(seconds=120)
REST: Final = dt.timedelta(seconds=10)  # between a failed attempt and the next
GRACE: Final = dt.timedelta(seconds=5)  # the message sent with the list is given this long before the sweep looks
MOST_ATTEMPTS: Final = 5
LINES_AT_ONCE: Final = 1000
LEFT_AFTER_SECONDS: Final = 3600
GAVE_UP: Final = "Đã thử lập 5 lần nhưng chưa được. Bấm “Lập lại”; nếu vẫn vậy, báo quản trị kèm giờ này."


@dataclass
class Claim:
    """The right to make one list until `until`; also the proof that it is still ours."""

    export: ListExport
    until: dt.datetime

    def beat(self, rows_done: int) -> None:
        """Say how far it is, and renew the lease. Raises Overtaken."""
        until = timezone.now() + LEASE
        ours = ListExport.objects.filter(pk=self.export.pk, state=ExportState.WAITING, claimed_until=self.until)
        if not ours.update(rows_done=rows_done, claimed_until=until):
            raise Overtaken
        self.until = until


class Overtaken(Exception):
    """Another worker holds the list now; what was made here is thrown away."""


def make_and_store(export_id: int) -> bool:
    """Make one list, if it waits and nobody holds it. True when this call stored it.

    A refusal is final and shown; any other error gives the row back and is raised on, for the log.
    """
    claim = take(export_id)
    if claim is None:
        return False
    try:
        made = making.make(claim.export, beat=claim.beat)
    except Overtaken:
        return False
    except ExportRefused as refused:
        give_back(claim, because=str(refused))
        return False
    except Exception:
        give_back(claim)
        raise
    return store(claim, made)


@transaction.atomic
def take(export_id: int) -> Claim | None:
    """Claim one waiting list; None when it does not wait, or is held. The fifth broken attempt makes it FAILED."""
    rows = free().filter(pk=export_id).select_related("commune").defer("content", "originals")
    export = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if export is None:
        return None
    if export.attempts >= MOST_ATTEMPTS:
        _fail(export, GAVE_UP)
        return None
    export.attempts, export.rows_done = export.attempts + 1, 0
    export.claimed_until = timezone.now() + LEASE
    export.save(update_fields=["attempts", "claimed_until", "rows_done"])
    return Claim(export, export.claimed_until)


@transaction.atomic
def store(claim: Claim, made: Made) -> bool:
    """The sealed bytes, their hash, the state, and a line in the trail for the list and for everybody on it, at once.
    False when the claim was lost meanwhile."""
    export = _held(claim)
    if export is None:
        return False
    export.content = seal(made.content, to=seal_name(export))
    if made.originals is not None:
        export.originals = seal(made.originals, to=seal_name(export, "originals"))
    export.sha256, export.size_bytes = hashlib.sha256(made.content).hexdigest(), len(made.content)
    export.state, export.ready_at, export.claimed_until, export.error = ExportState.READY, timezone.now(), None, ""
    export.rows_count = export.rows_done = made.rows
    export.save()
    told = f"Lập {export}: {figure(made.rows)} dòng, {len(made.people)} người"
    record(None, Action.SYSTEM, target=export, sentence=told, data={"sha256": export.sha256})
    _write_down_people(export, made.people)
    return True


@transaction.atomic
def give_back(claim: Claim, *, because: str = "") -> None:
    """Making failed: let the row rest a little, or give it up: after the last attempt, or for a reason that stays."""
    export = _held(claim)
    if export is None:
        return
    if because or export.attempts >= MOST_ATTEMPTS:
        _fail(export, because or GAVE_UP)
        return
    export.claimed_until = timezone.now() + REST
    export.save(update_fields=["claimed_until"])


def opened(export: ListExport, *, source: Any) -> bytes:
    """The file, for who asked: counted, and written down each time. `source` is the request. Raises CannotOpen."""
    content = unseal(bytes(export.content or b""), to=seal_name(export))
    with transaction.atomic():
        ListExport.objects.filter(pk=export.pk).update(opened_count=F("opened_count") + 1)
        told = f"Tải {export}: {figure(export.rows_count)} dòng"
        record(source, Action.PRINT, target=export, sentence=told, reason=export.reason, data={"sha256": export.sha256})
    return content


def free() -> QuerySet[ListExport]:
    """Waiting, and held by nobody whose lease still runs."""
    waiting = ListExport.objects.filter(state=ExportState.WAITING)
    return waiting.filter(Q(claimed_until=None) | Q(claimed_until__lte=timezone.now()))


def due(limit: int) -> list[int]:
    """Lists that the sweep must send out again, oldest first."""
    rows = free().filter(asked_at__lt=timezone.now() - GRACE).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def forget(today: dt.date) -> int:
    """Files of lists whose days are over by that day; the rows stay, with who took what out and why. Answers how many.

    A list that went out to be edited is forgotten with what its cells said: after that it is not taken back.
    """
    rows = ListExport.objects.filter(purge_on__lt=today).exclude(state=ExportState.PURGED)
    forgotten = 0
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            locked = rows.select_for_update(skip_locked=True, of=("self",)).select_related("commune")
            export = locked.defer("content", "originals").filter(pk=pk).first()
            if export is None:
                continue
            export.content = export.originals = None
            export.state, export.claimed_until = ExportState.PURGED, None
            export.save(update_fields=["content", "originals", "state", "claimed_until"])
            record(None, Action.SYSTEM, target=export, sentence=f"Xóa tệp quá hạn giữ: {export}")
        forgotten += 1
    _sweep_scratch()
    return forgotten


def _sweep_scratch() -> None:
    """Folders of workers that were killed while they wrote."""
    before = time.time() - LEFT_AFTER_SECONDS
    for folder in excel.leftovers():
        if folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)


def _write_down_people(export: ListExport, ids: list[int]) -> None:
    officer = Officer.objects.get(pk=export.asked_by_id)
    said = f"Đưa vào {export.title.lower()} (mục đích: {export.reason})"
    for start in range(0, len(ids), LINES_AT_ONCE):
        people = Resident.objects.filter(pk__in=ids[start : start + LINES_AT_ONCE]).select_related("commune")
        record_all(officer, Action.PRINT, [(one, f"{said}: {one.audit_label()}") for one in people])


def _held(claim: Claim) -> ListExport | None:
    rows = ListExport.objects.select_for_update(of=("self",)).select_related("commune").defer("content", "originals")
    return rows.filter(pk=claim.export.pk, state=ExportState.WAITING, claimed_until=claim.until).first()


def _fail(export: ListExport, because: str) -> None:
    export.state, export.claimed_until, export.error = ExportState.FAILED, None, because[:300]
    export.save(update_fields=["state", "claimed_until", "error"])
    record(None, Action.SYSTEM, target=export, sentence=f"Không lập được {export}: {because}"[:500])
