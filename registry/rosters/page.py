"""What the page of a list shows: where it stands, how far the worker is, the counts and the groups to look at."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Count, F, Func, Q, TextField
from django.utils import timezone

from accounts.models import Officer
from accounts.roles import Right
from accounts.scope import OfficerRequest, find
from registry import codes
from registry.models import Roster, RosterState, RowDecision, RowState, RowVerdict
from registry.models.roster import WRITTEN
from registry.rosters import failing, reasons, taking_back
from registry.rosters.deciding import ALLOWED, OPEN_LISTS, OPEN_ROWS, Standing, standing
from registry.rosters.tables import PILLS, VERDICT_PILLS, WAITING

STEPS: Final = ("Nhận tệp", "Xác nhận cột", "Kiểm tra", "Xem và duyệt", "Ghi vào hồ sơ")
AT_STEP: Final = {
    RosterState.UPLOADED: 0, RosterState.REFUSED: 0, RosterState.READ: 1, RosterState.CHECKING: 2,
    RosterState.CHECKED: 3, RosterState.APPLYING: 4, RosterState.APPLIED: 5, RosterState.WEIGHING: 5,
    RosterState.TAKING_BACK: 5, RosterState.TAKEN_BACK: 6,
}  # fmt: skip
PARKED_SHOWN: Final = 20
WEIGH: Final = "xem-truoc"
SAME_FILE: Final = "Đúng tệp này"
"""So begins what intake says of a file that was written before."""
NOTES: Final = {
    RowVerdict.NEW: "chưa có hồ sơ",
    RowVerdict.SAME: "đã có hồ sơ, không phải ghi",
    RowVerdict.CHANGED: "đã có hồ sơ, tệp ghi khác",
    RowVerdict.SUSPECT: "có thể đã có hồ sơ",
    RowVerdict.WRONG: "phải sửa trong tệp",
}


def found(request: OfficerRequest, public_id: Any) -> Roster:
    """The list of this address in the officer's commune, without its file; otherwise 404."""
    rows = Roster.objects.select_related("commune", "uploaded_by", "reviewed_by", "undone_by", "source", "parent")
    return find(request, rows.defer("content", "parent__content"), public_id)


# --- where it stands -------------------------------------------------------------------------------------------------


def steps_of(roster: Roster) -> list[dict[str, str]]:
    names = [*STEPS]
    if roster.state in (RosterState.TAKING_BACK, RosterState.TAKEN_BACK):
        names.append("Hoàn tác")
    moments = [roster.uploaded_at, None, roster.checked_at, roster.reviewed_at, roster.applied_at, roster.undone_at]
    at = _step_at(roster)
    stopped = roster.state in (RosterState.REFUSED, RosterState.DROPPED)
    shown = []
    for place, name in enumerate(names):
        state = "done" if place < at else "todo"
        if place == at:
            state = "stopped" if stopped else "now"
        moment = moments[place] if place < at else None
        shown.append({"label": name, "state": state, "when": f"{timezone.localtime(moment):%d/%m}" if moment else ""})
    return shown


def _step_at(roster: Roster) -> int:
    if roster.state != RosterState.DROPPED:
        return AT_STEP[RosterState(roster.state)]
    return 3 if roster.checked_at else 1


@dataclass(frozen=True)
class Progress:
    """`is_quiet`: nobody works at it now; it waits for its turn, or its worker died."""

    roster: Roster
    done: int
    total: int
    left: str
    is_quiet: bool


def progress_of(roster: Roster) -> Progress:
    now = timezone.now()
    is_quiet = roster.claimed_until is None or roster.claimed_until < now
    began = roster.step_began_at or roster.uploaded_at
    left = time_left(roster.done_rows, roster.total_rows, (now - began).total_seconds())
    return Progress(
        roster, min(roster.done_rows, roster.total_rows), roster.total_rows, left,
        is_quiet and now - began > dt.timedelta(seconds=20),
    )  # fmt: skip


def time_left(done: int, total: int, seconds: float) -> str:
    """ "còn khoảng 3 phút"; nothing before there is something to reckon with."""
    if not 0 < done < total or seconds < 3:
        return ""
    left = seconds / done * (total - done)
    if left < 50:
        return f"còn khoảng {max(5, round(left / 5) * 5)} giây"
    return f"còn khoảng {max(1, round(left / 60))} phút"


# --- counts and groups -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """The rows of a list by what they are, what was decided and what was done. One query."""

    now: Standing
    verdicts: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    undecided: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, roster: Roster) -> "Tally":
        tally = cls(standing(roster))
        for (verdict, state, decision), count in tally.now.counts.items():
            tally.verdicts[verdict] += count
            tally.states[state] += count
            if not decision and state in OPEN_ROWS and verdict in WAITING:
                tally.undecided[verdict] += count
        return tally

    @property
    def total(self) -> int:
        return self.verdicts.total()

    @property
    def new_people(self) -> int:
        return sum(
            count
            for (verdict, state, what), count in self.now.counts.items()
            if state == RowState.CHECKED
            and (what == RowDecision.AS_NEW or (verdict == RowVerdict.NEW and what == RowDecision.WRITE))
        )

    @property
    def changed_people(self) -> int:
        return self.to_write - self.new_people

    @property
    def to_write(self) -> int:
        return self.now.to_write

    @property
    def undecided_total(self) -> int:
        return self.undecided.total()

    @property
    def left_out(self) -> int:
        """Rows of which nothing is written: nothing differs, wrong, or decided so."""
        standing_rows = sum(count for (_, state, _), count in self.now.counts.items() if state == RowState.CHECKED)
        return standing_rows - self.to_write - self.undecided_total

    @property
    def written(self) -> int:
        return self.states[RowState.APPLIED] + self.states[RowState.KEPT]

    def stats(self) -> list[dict[str, Any]]:
        return [
            {
                "verdict": verdict.value,
                "title": verdict.label,
                "count": self.verdicts[verdict],
                "undecided": self.undecided[verdict],
                "note": NOTES[verdict],
            }
            for verdict in RowVerdict
        ]


def new_households(roster: Roster) -> int:
    """Households that the decided rows would found: numbered in the file, and nobody of that number lives in one of
    ours (households.settle). One query."""
    writes = Q(verdict=RowVerdict.NEW, decision=RowDecision.WRITE) | Q(decision=RowDecision.AS_NEW)
    to_found = roster.rows.filter(writes, state=RowState.CHECKED).exclude(household_key="")
    lived_in = roster.rows.filter(person__memberships__to_on=None).exclude(
        Q(household_key="") | Q(person__memberships=None)
    )
    known = roster.households.exclude(household=None).values("key").union(lived_in.values("household_key"))
    return to_found.exclude(household_key__in=known).order_by().values("household_key").distinct().count()


def groups_of(roster: Roster) -> list[dict[str, Any]]:
    """Rows by verdict and reason, the largest group first. A row with two reasons stands in both. One query."""
    unnested = Func(F("reasons"), function="unnest", output_field=TextField(), set_returning=True)
    rows = roster.rows.order_by().annotate(reason=unnested).values("verdict", "reason")
    undecided = Q(decision="", state__in=OPEN_ROWS)
    counted = list(rows.annotate(count=Count("pk"), open=Count("pk", filter=undecided)))
    shown = []
    for verdict in (RowVerdict.SUSPECT, RowVerdict.CHANGED, RowVerdict.NEW, RowVerdict.WRONG, RowVerdict.SAME):
        lines = sorted((one for one in counted if one["verdict"] == verdict), key=lambda one: -one["count"])
        if lines:
            shown.append({"verdict": verdict.value, "title": verdict.label, "pill": VERDICT_PILLS[verdict],
                          "waits": verdict in WAITING,
                          "lines": [one | {"title": reasons.title_of(one["reason"])} for one in lines]})  # fmt: skip
    return shown


def parked_of(roster: Roster) -> list[dict[str, Any]]:
    """Why rows were parked, the commonest first. One query."""
    rows = roster.rows.filter(state=RowState.PARKED).order_by().values("said")
    counted = rows.annotate(count=Count("pk")).order_by("-count", "said").values_list("said", "count")
    return [{"said": said, "count": count} for said, count in counted[:PARKED_SHOWN]]


# --- the page --------------------------------------------------------------------------------------------------------


def page_of(roster: Roster, officer: Officer) -> dict[str, Any]:
    """The context of roster.html. At most eight queries."""
    context: dict[str, Any] = {
        "roster": roster,
        "pill": PILLS[RosterState(roster.state)],
        "steps": steps_of(roster),
        "source": codes.SOURCES.name(roster.source_code),
        "earlier": earlier_of(roster, officer),
        "may_decide": officer.can(Right.ROSTERS_DECIDE),
        "may_drop": may_drop(roster),
        "is_forgotten": roster.purged_at is not None,
    }
    if roster.is_at_work:
        context["progress"] = progress_of(roster)
    if roster.state in (RosterState.CHECKED, RosterState.APPLYING, *WRITTEN):
        context |= _of_rows(roster)
    return context


def _of_rows(roster: Roster) -> dict[str, Any]:
    tally = Tally.of(roster)
    has_written = bool(tally.written or roster.applied_at)
    return {
        "tally": tally,
        "groups": groups_of(roster) if roster.state in OPEN_LISTS else [],
        "failing": failing.rows_of(roster).count() if roster.state == RosterState.APPLIED else 0,
        "parked": parked_of(roster) if tally.states[RowState.PARKED] else [],
        "has_written": has_written,
        "shows_counts": roster.state in OPEN_LISTS and roster.purged_at is None,
        "weigh": WEIGH,
        "take_back_until": take_back_until(roster) if roster.state == RosterState.APPLIED else None,
        "mended_by": list(roster.mended_by.defer("content").order_by("pk")[:5]) if has_written else [],
    }


def earlier_of(roster: Roster, officer: Officer) -> Roster | None:
    """The same file, taken in before; None where `said` tells it already. One query."""
    if not roster.sha256 or roster.said.startswith(SAME_FILE):
        return None
    rows = Roster.objects.in_scope(officer).filter(sha256=roster.sha256, pk__lt=roster.pk)
    gone = (RosterState.DROPPED, RosterState.REFUSED)
    return rows.exclude(state__in=gone).defer("content").order_by("-pk").first()


def may_drop(roster: Roster) -> bool:
    open_states = (RosterState.UPLOADED, RosterState.READ, RosterState.CHECKED, RosterState.REFUSED)
    return roster.state in open_states and roster.applied_at is None


def take_back_until(roster: Roster) -> dt.date | None:
    """The last day on which the chief may take it back; None when that is over, or nothing was written."""
    until = taking_back.until_when(roster)
    return until if until and until >= timezone.localdate() else None


def may_decide_rows(roster: Roster) -> bool:
    return roster.state in OPEN_LISTS and roster.purged_at is None


def offered_for(verdict: str) -> list[str]:
    """What may be decided of rows of this verdict in bulk; of all rows what suits most. To call a row somebody's takes
    a look at the person, one by one."""
    allowed = ALLOWED.get(verdict, frozenset({RowDecision.WRITE, RowDecision.SKIP}))
    return [one for one in (RowDecision.WRITE, RowDecision.AS_NEW, RowDecision.SKIP) if one in allowed]


def told_of(roster: Roster) -> dict[str, Any]:
    """What reading found, as the page says it."""
    told = roster.told
    return {
        "notes": list(told.get("notes", [])),
        "format": told.get("format", ""),
        "encoding": ENCODINGS.get(told.get("encoding", ""), ""),
        "sheets": told.get("sheets", []),
    }


ENCODINGS: Final = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1258": "Windows-1258",
    "tcvn3": "TCVN3 (.VnTime, ABC)", "vni": "VNI",
}  # fmt: skip
