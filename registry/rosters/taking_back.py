"""Taking a list back as one: TAKING_BACK -> TAKEN_BACK, for some weeks, by the chief, with a reason.

Row by row from the last written to the first; a row carries its state, so a worker that dies leaves the rest to the
next. What cannot go is kept and says why.
"""

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any, Final

import pghistory
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Setting
from accounts.roles import Right
from accounts.scope import answers_for
from registry.models import Household, Roster, RosterHousehold, RosterRow, RosterState, RowState
from registry.rosters import going_back, stages
from registry.rosters.hanging import edited_of, hooks_on
from registry.rosters.refusal import RosterRefused
from registry.rosters.writing import NEW
from registry.rosters.writing_changes import CHANGED

PIECE: Final = 200
CHANGED_PIECE: Final = 40
"""People who were changed go back one by one."""
SHORTEST_REASON: Final = 5
FAILED: Final = "Hệ thống không trả lại được dòng này; báo quản trị kèm số dòng."
MERGED: Final = "merged"
AFTER: Final = "back_after"
"""In Roster.told: the last household that was looked at."""
COLUMNS: Final = ("state", "kept", "said", "resident")
log = logging.getLogger(__name__)


@transaction.atomic
def begin(roster: Roster, *, by: Officer, reason: str) -> None:
    """The chief lets the whole list go back (next_piece does it). Raises RosterRefused."""
    stages.refuse_while_weighed(roster)
    locked = Roster.objects.select_for_update(of=("self",)).select_related("commune").defer("content").get(pk=roster.pk)
    if said := refused(locked, by=by):
        raise RosterRefused(said)
    reason = " ".join(reason.split())[:300]
    if len(reason) < SHORTEST_REASON:
        raise RosterRefused("Ghi lý do hoàn tác.")
    stages.move(locked, RosterState.TAKING_BACK)
    locked.undone_at, locked.undone_by, locked.undone_reason = timezone.now(), by, reason
    locked.total_rows = written(locked).count()
    locked.told.pop(AFTER, None)
    locked.save()
    record(by, Action.DECIDE, target=locked, reason=reason, data={"rows": locked.total_rows},
           sentence=f"Hoàn tác {locked.audit_label()}: {locked.total_rows} dòng đã ghi")  # fmt: skip


def refused(roster: Roster, *, by: Officer) -> str:
    """Why this officer cannot take the list back today; "" when he can."""
    if not answers_for(by, roster.commune):
        return "Danh sách này không thuộc địa bàn của đồng chí."
    if not by.can(Right.ROSTERS_DECIDE):
        return "Việc hoàn tác danh sách do trưởng công an xã làm."
    if not stages.may_move(roster, RosterState.TAKING_BACK):
        return f"Danh sách này {RosterState(roster.state).label.lower()}; chỉ hoàn tác danh sách đã ghi xong."
    until = until_when(roster)
    if until is None or timezone.localdate() > until:
        return "Đã quá hạn hoàn tác cả danh sách. Hồ sơ nào sai thì sửa trên hồ sơ đó."
    if not written(roster).exists():
        return "Danh sách này không còn dòng nào đã ghi, không có gì để trả lại."
    return ""


def until_when(roster: Roster) -> dt.date | None:
    """The last day on which the list can be taken back; None before it is written."""
    began = roster.applied_at or roster.reviewed_at
    if began is None:
        return None
    return timezone.localdate(began) + dt.timedelta(days=Setting.values_on()["roster_take_back_days"])


def written(roster: Roster) -> QuerySet[RosterRow]:
    return RosterRow.objects.filter(roster=roster, state=RowState.APPLIED)


# --- going back ------------------------------------------------------------------------------------------------------


def next_piece(roster: Roster) -> bool:
    by = roster.undone_by
    assert by is not None  # begin() says who
    with pghistory.context(badge=by.badge_number, officer=by.full_name, reason=roster.undone_reason):
        rows = _next_rows(roster)
        if rows:
            _back(roster, rows, by)
            _keep(rows)
            roster.done_rows += len(rows)
            return False
        if _next_households(roster):
            return False
        _finish(roster, by)
    return True


def _next_rows(roster: Roster) -> list[RosterRow]:
    """The next rows that go the same way: many new people at once, one who was merged since alone, some changes."""
    ordered = written(roster).order_by("-applied_at", "-number").select_for_update(of=("self",))
    rows = list(ordered[:PIECE])
    if not rows:
        return []
    merged = going_back.merges_of(row.resident_id for row in rows if row.resident_id)
    first = _way(rows[0], merged)
    if first == MERGED:
        return rows[:1]
    same = next((at for at, row in enumerate(rows) if _way(row, merged) != first), len(rows))
    return rows[: min(same, CHANGED_PIECE) if first == CHANGED else same]


def _way(row: RosterRow, merged: set[int]) -> str:
    kind = row.written.get("kind", CHANGED)
    return MERGED if kind == NEW and row.resident_id in merged else kind


def _back(roster: Roster, rows: Sequence[RosterRow], by: Officer) -> None:
    if rows[0].written.get("kind") != NEW:
        for row in rows:
            _one(roster, row, by, going_back.changes_back)
    elif len(rows) == 1:
        _one(roster, rows[0], by, going_back.merged_back)  # merged or not
    else:
        _many(roster, rows, by)


def _keep(rows: Sequence[RosterRow]) -> None:
    """Most rows just went."""
    gone = [row.pk for row in rows if row.state == RowState.TAKEN_BACK and row.resident_id is None and not row.said]
    RosterRow.objects.filter(pk__in=gone).update(state=RowState.TAKEN_BACK, kept=[], resident=None)
    others = [row for row in rows if row.pk not in set(gone)]
    RosterRow.objects.bulk_update(others, COLUMNS, batch_size=PIECE)


def _many(roster: Roster, rows: Sequence[RosterRow], by: Officer) -> None:
    """All at once; where that fails, one by one."""
    try:
        with transaction.atomic():
            going_back.people_back(roster, rows, by=by)
    except OperationalError:
        raise
    except Exception:
        log.exception("A piece of list %d could not be taken back at once", roster.pk)
        for row in rows:
            row.refresh_from_db(fields=["resident"])
            _one(roster, row, by, going_back.merged_back)


def _one(roster: Roster, row: RosterRow, by: Officer, back: Any) -> None:
    try:
        with transaction.atomic():
            back(roster, row, by=by)
    except OperationalError:
        raise
    except Exception:
        log.exception("Row %d of list %d could not be taken back", row.number, roster.pk)
        row.refresh_from_db(fields=["resident"])
        row.state, row.kept = RowState.KEPT, [FAILED]


# --- households ------------------------------------------------------------------------------------------------------


def _next_households(roster: Roster) -> int:
    """Some of those that the list founded and that nobody lives in: they go. Answers how many were looked at."""
    founded = RosterHousehold.objects.filter(roster=roster, is_new=True, household__isnull=False)
    after = roster.told.get(AFTER, 0)
    found = list(founded.filter(pk__gt=after).order_by("pk").values_list("pk", "household_id")[:PIECE])
    if not found:
        return 0
    ids = [home for _, home in found]
    list(Household.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk"))
    Household.objects.filter(pk__in=set(ids) - _lived_in(ids)).delete()
    roster.told[AFTER] = found[-1][0]
    return len(ids)


def _lived_in(ids: Sequence[int]) -> set[int]:
    """Who has members, or anything else that names the household, or was edited."""
    kept = edited_of(Household, Household.objects.filter(pk__in=ids))
    for hook in hooks_on(Household):
        if hook.model is not RosterHousehold:
            rows = hook.model._base_manager.filter(**{f"{hook.column}__in": ids})
            kept |= set(rows.values_list(f"{hook.column}_id", flat=True))
    return kept


def _finish(roster: Roster, by: Officer) -> None:
    back = RosterRow.objects.filter(roster=roster, state=RowState.TAKEN_BACK).count()
    kept = RosterRow.objects.filter(roster=roster, state=RowState.KEPT).count()
    stages.move(roster, RosterState.TAKEN_BACK)
    roster.told.pop(AFTER, None)
    roster.undone_at = timezone.now()
    roster.said = f"Đã trả lại {back} dòng" + (f", giữ lại {kept} dòng (xem lý do từng dòng)" if kept else "")
    record(by, Action.SYSTEM, target=roster, data={"back": back, "kept": kept},
           sentence=f"{roster.said} của {roster.audit_label()}")  # fmt: skip
