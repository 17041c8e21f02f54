"""Claim a list that was asked for, make it, store it sealed (accounts/claims.py). Every piece renews the claim."""

import datetime as dt
import hashlib
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.audit import record, record_all
from accounts.claims import FAILED, Claim, Orders
from accounts.models import Action, Officer
from accounts.vault import seal, unseal
from registry.models import ExportState, ListExport, Resident
from registry.rosters.out import excel, making
from registry.rosters.out.asking import figure
from registry.rosters.out.making import Made
from registry.rosters.out.refusal import ExportRefused
from registry.rosters.out.returning import seal_name

LINES_AT_ONCE: Final = 1000
LEFT_AFTER_SECONDS: Final = 3600
LONGEST_ERROR: Final = 300
GAVE_UP: Final = "Đã thử lập 5 lần nhưng chưa được. Bấm “Lập lại”; nếu vẫn vậy, báo quản trị kèm giờ này."


def _tell(export: ListExport) -> None:
    record(None, Action.SYSTEM, target=export, sentence=f"Không lập được {export}: {export.error}"[:500])


ORDERS = Orders(
    rows=lambda: ListExport.objects.select_related("commune").defer("content", "originals"),
    lease=dt.timedelta(seconds=120),  # packing the file at the end has no pieces, and must fit
    gave_up=GAVE_UP,
    told=_tell,
)
take, due = ORDERS.take, ORDERS.due


class Overtaken(Exception):
    """Another worker holds the list now; what was made here is thrown away."""


@dataclass
class Working:
    """A list being made, with the claim as it was renewed last."""

    claim: Claim[ListExport]

    def beat(self, rows_done: int) -> None:
        """Say how far it is, and renew the claim. Raises Overtaken."""
        renewed = ORDERS.renew(self.claim, rows_done=rows_done)
        if renewed is None:
            raise Overtaken
        self.claim = renewed


def make_and_store(export_id: int) -> bool:
    """Make one list, if it waits and nobody holds it. True when this call stored it.

    A refusal is final and shown; any other error gives the row back and is raised on, for the log.
    """
    claim = ORDERS.take(export_id)
    if claim is None:
        return False
    working = Working(claim)
    try:
        working.beat(0)  # what an attempt before this one had done is not in this file
        made = making.make(claim.row, beat=working.beat)
    except Overtaken:
        return False
    except ExportRefused as refused:
        ORDERS.give_back(working.claim, because=str(refused)[:LONGEST_ERROR])
        return False
    except Exception:
        ORDERS.give_back(working.claim)
        raise
    return store(working.claim, made)


@transaction.atomic
def store(claim: Claim[ListExport], made: Made) -> bool:
    """The sealed bytes, their hash, the state, and a line in the trail for the list and for everybody on it, at once.
    False when the claim was lost meanwhile."""
    export = ORDERS.held(claim)
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


def opened(export: ListExport, *, source: Any) -> bytes:
    """The file, for who asked: counted, and written down each time. `source` is the request. Raises CannotOpen."""
    content = unseal(bytes(export.content or b""), to=seal_name(export))
    with transaction.atomic():
        ListExport.objects.filter(pk=export.pk).update(opened_count=F("opened_count") + 1)
        told = f"Tải {export}: {figure(export.rows_count)} dòng"
        record(source, Action.PRINT, target=export, sentence=told, reason=export.reason, data={"sha256": export.sha256})
    return content


def ask_again(export: ListExport, *, by: Officer) -> None:
    """A list that could not be made is tried once more, for who asked for it. Raises ExportRefused for any other."""
    own = ListExport.objects.filter(asked_by=by).defer("content", "originals")
    with transaction.atomic():
        own.filter(pk=export.pk, state=FAILED).update(rows_done=0)
        if not ORDERS.again(export.pk, by=by, among=own, told=lambda row: _tell_again(row, by)):
            raise ExportRefused("Chỉ lập lại danh sách không lập được.")


def _tell_again(export: ListExport, by: Officer) -> None:
    record(by, Action.CREATE, target=export, sentence=f"Lập lại {export}", reason=export.reason)


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
            record(None, Action.SYSTEM, target=export, sentence=f"Xóa tệp của {export} theo hạn giữ")
        forgotten += 1
    _sweep_scratch()
    return forgotten


def _sweep_scratch() -> None:
    """Folders of workers that were killed while they wrote."""
    before = time.time() - LEFT_AFTER_SECONDS
    for folder in excel.leftovers():
        with suppress(FileNotFoundError):  # its worker was done meanwhile
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)


def _write_down_people(export: ListExport, ids: list[int]) -> None:
    officer = Officer.objects.get(pk=export.asked_by_id)
    said = f"Đưa vào {export.title.lower()} (mục đích: {export.reason})"
    for start in range(0, len(ids), LINES_AT_ONCE):
        people = Resident.objects.filter(pk__in=ids[start : start + LINES_AT_ONCE]).select_related("commune")
        record_all(officer, Action.PRINT, [(one, f"{said}: {one.audit_label()}") for one in people])
