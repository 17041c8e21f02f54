"""What the office decides of the rows of a list: in bulk or one by one, with who and when; and the chief's word.

Rows wait for a decision while the list is checked or written (what was parked or left then may follow). A decision that
a row's verdict does not allow is not made: in bulk such rows are passed by.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.roles import Right
from accounts.scope import answers_for
from registry.models import Resident, Roster, RosterRow, RosterState, RowDecision, RowState, RowVerdict
from registry.rosters import stages
from registry.rosters.check import check
from registry.rosters.refusal import RosterRefused

OPEN_LISTS: Final = (RosterState.CHECKED, RosterState.APPLIED)
OPEN_ROWS: Final = (RowState.CHECKED, RowState.PARKED)
TO_WRITE: Final = (RowDecision.WRITE, RowDecision.AS_NEW, RowDecision.AS_PERSON)
ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    RowVerdict.NEW: frozenset({RowDecision.WRITE, RowDecision.SKIP}),
    RowVerdict.SAME: frozenset({RowDecision.AS_NEW, RowDecision.SKIP}),
    RowVerdict.CHANGED: frozenset({RowDecision.WRITE, RowDecision.AS_PERSON, RowDecision.AS_NEW, RowDecision.SKIP}),
    RowVerdict.SUSPECT: frozenset({RowDecision.AS_NEW, RowDecision.AS_PERSON, RowDecision.SKIP}),
    RowVerdict.WRONG: frozenset({RowDecision.SKIP}),
}
"""Verdict -> what may be decided. To take a decision back ("") is always allowed."""
NOT_YOURS: Final = "Danh sách này không thuộc địa bàn của đồng chí."
NOT_OPEN: Final = "Danh sách này {}; không quyết định từng dòng được nữa."
NOTHING_TO_WRITE: Final = "Chưa có dòng nào được chọn ghi; chọn nhóm dòng cần ghi trước khi duyệt."
MOVED_ON: Final = "Trong lúc đồng chí xem, quyết định của danh sách đã thay đổi. Xem lại số liệu rồi duyệt lại."
WRITTEN: Final = "Dòng này đã ghi; không quyết định lại được."
NOT_THIS_PERSON: Final = "Dòng này không ghi vào hồ sơ đã chọn được."
BY_A_CHECK: Final = (
    "state", "said", "decision", "decided_at", "decided_by", "verdict", "person", "changes", "candidates", "problems",
    "notes", "reasons", "seen", "keys", "name", "household_key", "repairs",
)  # fmt: skip
"""Columns that checking a row sets."""
MOST_AT_ONCE: Final = 500
"""Rows that are checked again while somebody waits."""


@dataclass(frozen=True)
class Standing:
    """How the decisions of a list stand. `counts`: (verdict, state, decision) -> rows; `seal` changes with any of
    them."""

    counts: Mapping[tuple[str, str, str], int]
    seal: str

    @property
    def to_write(self) -> int:
        return sum(count for (_, state, what), count in self.counts.items()
                   if state == RowState.CHECKED and what in TO_WRITE)  # fmt: skip


def standing(roster: Roster) -> Standing:
    """One query."""
    rows = RosterRow.objects.filter(roster=roster).order_by().values_list("verdict", "state", "decision")
    told = sorted(rows.annotate(count=Count("pk"), last=Max("decided_at")))
    text = json.dumps([[*row[:4], row[4].isoformat() if row[4] else ""] for row in told])
    counts = {(verdict, state, what): count for verdict, state, what, count, _ in told}
    return Standing(counts, hashlib.sha256(text.encode()).hexdigest())


@transaction.atomic
def decide(
    roster: Roster, rows: QuerySet[RosterRow], decision: str, *, by: Officer, takes: Collection[str] | None = None
) -> int:
    """Decide these rows of the list; answers how many it was. `decision` "" takes a decision back.

    `takes`: the fields that are written of a row that changes somebody; without it the ticks stay. Raises
    RosterRefused.
    """
    _held(roster, by)
    wanted = RowDecision(decision) if decision else ""
    chosen = rows.filter(roster=roster, state__in=OPEN_ROWS).order_by()
    if wanted:
        chosen = chosen.filter(verdict__in=[one for one, allowed in ALLOWED.items() if wanted in allowed])
    if wanted == RowDecision.AS_PERSON:
        chosen = chosen.exclude(person=None)
    if takes is not None and wanted in (RowDecision.WRITE, RowDecision.AS_PERSON):
        _take(chosen, set(takes))
    told = {"decided_at": timezone.now(), "decided_by": by} if wanted else {"decided_at": None, "decided_by": None}
    ids = chosen.values("pk")
    return RosterRow.objects.filter(pk__in=ids).update(decision=wanted, state=RowState.CHECKED, **told)


def _take(rows: QuerySet[RosterRow], takes: set[str]) -> None:
    changed = list(rows.exclude(changes=[]).only("pk", "changes").select_for_update(of=("self",)).order_by("number"))
    for row in changed:
        row.changes = [one | {"take": one["field"] in takes} for one in row.changes]
    RosterRow.objects.bulk_update(changed, ["changes"], batch_size=1000)


@transaction.atomic
def choose_person(row: RosterRow, resident: Resident, *, by: Officer) -> None:
    """This row is of this person, one of the commune: it is compared with that record, and written there once the list
    is approved. Raises RosterRefused with nothing changed, also for a record that is not written to."""
    roster = _held(row.roster, by)
    if resident.commune_id != roster.commune_id:
        raise RosterRefused("Hồ sơ này do xã khác quản lý; không ghi danh sách của xã vào đó được.")
    held = RosterRow.objects.select_for_update(of=("self",)).filter(pk=row.pk, state__in=OPEN_ROWS).first()
    if held is None:
        raise RosterRefused(WRITTEN)
    held.person, held.decision, held.state, held.said = resident, RowDecision.AS_PERSON, RowState.CHECKED, ""
    held.decided_at, held.decided_by = timezone.now(), by
    check(roster, [held])
    if held.verdict == RowVerdict.WRONG:
        raise RosterRefused("; ".join(one["said"] for one in held.problems if one.get("blocks")) or NOT_THIS_PERSON)
    held.save()


@transaction.atomic
def re_check(roster: Roster, rows: QuerySet[RosterRow], *, by: Officer) -> int:
    """Check these rows again as the register is now, as if nobody had decided them; answers how many. Raises
    RosterRefused, also for more than MOST_AT_ONCE."""
    held = _held(roster, by)
    chosen = rows.filter(roster=roster, state__in=OPEN_ROWS).order_by("number").select_for_update(of=("self",))
    again = list(chosen[: MOST_AT_ONCE + 1])
    if len(again) > MOST_AT_ONCE:
        raise RosterRefused(f"Kiểm tra lại mỗi lần nhiều nhất {MOST_AT_ONCE} dòng; lọc bớt rồi làm lại.")
    for row in again:
        row.decision, row.decided_at, row.decided_by = "", None, None
        row.state, row.said = RowState.CHECKED, ""
    check(held, again)
    RosterRow.objects.bulk_update(again, BY_A_CHECK, batch_size=100)
    return len(again)


@transaction.atomic
def approve(roster: Roster, *, by: Officer, seen: str | None = None) -> int:
    """The chief lets what was decided be written; answers how many rows. `seen`: the seal of standing() as the page
    showed it; when the decisions changed since, nothing starts. Raises RosterRefused."""
    if not by.can(Right.ROSTERS_DECIDE):
        raise RosterRefused("Việc duyệt ghi danh sách do trưởng công an xã làm.")
    locked = _held(roster, by)
    now = standing(locked)
    if seen is not None and seen != now.seal:
        raise RosterRefused(MOVED_ON)
    if not now.to_write:
        raise RosterRefused(NOTHING_TO_WRITE)
    stages.move(locked, RosterState.APPLYING)
    locked.reviewed_at, locked.reviewed_by, locked.total_rows = timezone.now(), by, now.to_write
    locked.save()
    record(by, Action.DECIDE, target=locked, data=_audited(now), sentence=f"Duyệt ghi {now.to_write} dòng của "
           f"{locked.audit_label()}")  # fmt: skip
    return now.to_write


def _audited(now: Standing) -> dict[str, int]:
    return {" ".join(filter(None, key)): count for key, count in now.counts.items()}


def _held(roster: Roster, by: Officer) -> Roster:
    """The list, locked, open for decisions by this officer. Raises RosterRefused."""
    if not answers_for(by, roster.commune) or not by.can(Right.ROSTERS_WORK):
        raise RosterRefused(NOT_YOURS)
    stages.refuse_while_weighed(roster)
    locked = Roster.objects.select_for_update(of=("self",)).select_related("commune").defer("content").get(pk=roster.pk)
    if locked.state not in OPEN_LISTS:
        raise RosterRefused(NOT_OPEN.format(RosterState(locked.state).label.lower()))
    return locked
