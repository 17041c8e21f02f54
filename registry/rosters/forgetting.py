"""Files and rows whose days are over. What was written of people stays with the people."""

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Setting
from registry.models import Roster, RosterRow, RosterState, RowState
from registry.models.roster import AT_WORK
from registry.rosters import taking_back
from registry.rosters.out import store

AT_ONCE: Final = 200
PERSONAL: Final = ("samples", "left_out", "sifting", "preview", "crowds")
"""What reading kept of people in Roster.told."""
EMPTIED: Final[dict[str, Any]] = {"raw": [], "typed": {}, "repairs": [], "problems": [], "notes": [], "candidates": [],
                                  "keys": []}  # fmt: skip


def forget() -> int:
    """Empty what is past its day: files, rows, exported files. Rows that taking back still needs stay, without what
    came from the file, until that day is over too. Answers how many lists were emptied."""
    today = timezone.localdate()
    forgotten = sum(_forget(pk, today) for pk in _over(today))
    for pk in _rows_left(today):
        _drop_rows(pk)
    return forgotten + store.forget(today)


def _over(today: dt.date) -> list[int]:
    rows = Roster.objects.filter(purged_at=None, purge_on__lt=today).exclude(state__in=AT_WORK)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _forget(pk: int, today: dt.date) -> int:
    rows = Roster.objects.select_for_update(skip_locked=True, of=("self",)).filter(purged_at=None, purge_on__lt=today)
    roster = rows.exclude(state__in=AT_WORK).defer("content").filter(pk=pk).first()
    if roster is None:
        return 0
    counts = _counts(roster)
    needed = _needed(roster, today)
    gone = roster.rows.exclude(pk__in=needed.values("pk")).delete()[0]
    kept = needed.update(**EMPTIED)
    if not kept:
        roster.households.all().delete()
    roster.told = _without_people(roster) | {"counts": counts, "rows_kept": kept}
    roster.content, roster.purged_at = None, timezone.now()
    roster.save(update_fields=["content", "purged_at", "told"])
    said = f"; giữ {kept} dòng không kèm nội dung tệp để còn hoàn tác được" if kept else ""
    record(None, Action.SYSTEM, target=roster, data={"rows": gone, "kept": kept},
           sentence=f"Xóa tệp và {gone} dòng của {roster.audit_label()} theo hạn giữ{said}")  # fmt: skip
    return 1


def _without_people(roster: Roster) -> dict[str, Any]:
    return {name: value for name, value in roster.told.items() if name not in PERSONAL}


def _counts(roster: Roster) -> dict[str, dict[str, int]]:
    """Verdict, state and decision -> how many rows; what an earlier forgetting kept stands."""
    if before := roster.told.get("counts"):
        return before
    return {
        name: dict(roster.rows.order_by().values_list(name).annotate(count=Count("pk")).values_list(name, "count"))
        for name in ("verdict", "state", "decision")
    }


def _needed(roster: Roster, today: dt.date) -> Any:
    """The rows by which the list can still be taken back."""
    until = taking_back.until_when(roster)
    if roster.state != RosterState.APPLIED or until is None or until < today:
        return RosterRow.objects.none()
    return RosterRow.objects.filter(roster=roster, state=RowState.APPLIED)


def _rows_left(today: dt.date) -> list[int]:
    """Emptied lists whose kept rows nobody needs any more."""
    days = dt.timedelta(days=Setting.values_on()["roster_take_back_days"] + 1)
    over = Q(applied_at__lt=timezone.now() - days) | ~Q(state=RosterState.APPLIED)
    rows = Roster.objects.filter(over, purged_at__isnull=False, rows__isnull=False).exclude(state__in=AT_WORK)
    return list(rows.order_by("pk").values_list("pk", flat=True).distinct()[:AT_ONCE])


@transaction.atomic
def _drop_rows(pk: int) -> None:
    roster = Roster.objects.select_for_update(skip_locked=True, of=("self",)).defer("content").filter(pk=pk).first()
    if roster is None or roster.state in AT_WORK:
        return
    gone = roster.rows.all().delete()[0]
    roster.households.all().delete()
    Roster.objects.filter(pk=pk).update(told=_without_people(roster) | {"rows_kept": 0})
    record(None, Action.SYSTEM, target=roster, data={"rows": gone},
           sentence=f"Xóa {gone} dòng còn lại của {roster.audit_label()}: hết hạn hoàn tác")  # fmt: skip
