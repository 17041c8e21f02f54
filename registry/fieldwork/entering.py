"""What was typed back from a sheet: read, checked as a whole, and done through the writers that each thing has.

One save is one transaction. A line is compared with what stands: what did not change is left alone, so the same save
twice is one, and a sheet is filled in over as many evenings as it takes.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts.audit import record_all
from accounts.models import Action, Officer
from registry.changes import kinds, run
from registry.changes.kinds import Concerned
from registry.changes.refusal import ChangeRefused
from registry.cleanup import queue
from registry.cleanup.queue import QueueRefused
from registry.fieldwork import taking_back
from registry.fieldwork.making import fingerprint
from registry.fieldwork.refusal import EntryRefused, SheetRefused
from registry.models import (
    ConfirmedHow,
    FieldLine,
    FieldSheet,
    Finding,
    FindingState,
    FollowUp,
    Outcome,
    Resident,
    SheetState,
)
from registry.residents import freshness

REPORTED_DEAD = "bao-chet"
MET = (Outcome.RIGHT, Outcome.WRONG)
TO_DO = (Outcome.WRONG, Outcome.DEAD, Outcome.MOVED, Outcome.MORE)
LONGEST_REMARK = 500
VISITED_ON = "visited_on"
WAITING = (FindingState.OPEN, FindingState.SET_ASIDE)


@dataclass(frozen=True)
class Typed:
    """One line as it was typed. `version` is what the page had seen of it; without one nobody else is in the way."""

    outcome: str = ""
    remark: str = ""
    verified: tuple[str, ...] = ()
    version: str | None = None

    @property
    def is_blank(self) -> bool:
        return not (self.outcome or self.remark or self.verified)

    def is_as(self, line: FieldLine) -> bool:
        return line.values() == {"outcome": self.outcome, "remark": self.remark, "verified": sorted(self.verified)}


@dataclass
class Entered:
    """What one save did, for the sentence at the top of the page."""

    lines: int = 0
    confirmed: int = 0
    verified: int = 0
    to_do: int = 0
    people: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    is_done: bool = False

    @property
    def sentence(self) -> str:
        if not self.lines:
            return "Không có gì mới để ghi."
        parts = [f"Đã ghi {self.lines} dòng", f"{self.confirmed} người được phúc tra"]
        if self.verified:
            parts.append(f"{self.verified} việc làm sạch đã xác minh")
        if self.to_do:
            parts.append(f"{self.to_do} việc phải làm tiếp")
        return ", ".join(parts) + "."


def name_of(kind: str, line: FieldLine) -> str:
    """The name of a field of the page: "o" outcome, "r" remark, "f" a finding, "v" version."""
    return f"{kind}-{line.public_id.hex}"


def version_of(line: FieldLine) -> str:
    return line.entered_at.isoformat() if line.entered_at else ""


@transaction.atomic
def enter(sheet: FieldSheet, typed: Mapping[uuid.UUID, Typed], *, visited_on: dt.date | None, by: Officer) -> Entered:
    """Write what changed. Raises EntryRefused with the sentence of every bad field, SheetRefused for a sheet that was
    cancelled; nothing is written then.

    Locks the sheet, then the people concerned and all they live with, lowest id first. About six queries a line.
    """
    locked = FieldSheet.objects.select_for_update(of=("self",)).select_related("commune").get(pk=sheet.pk)
    if locked.state == SheetState.CANCELLED:
        raise SheetRefused("Phiếu này đã hủy; kết quả không ghi vào đây được.")
    rows = locked.lines.select_related("resident", "household", "entered_by").order_by("position")
    changed, errors = _changed(rows, typed)
    done = Entered()
    if changed or errors:
        errors |= _bad_day(locked, visited_on)
    for line, one in changed:
        errors |= _bad(line, one)
    if errors:
        raise EntryRefused(errors)
    if changed and visited_on:
        _write(locked, changed, visited_on, by, done)
    return done


def _changed(
    rows: Iterable[FieldLine], typed: Mapping[uuid.UUID, Typed]
) -> tuple[list[tuple[FieldLine, Typed]], dict[str, str]]:
    """What differs from what stands; an error where a colleague typed something else meanwhile."""
    changed, errors = [], {}
    for line in rows:
        one = typed.get(line.public_id)
        if one is None or one.is_as(line):
            continue
        if one.version is not None and one.version != version_of(line):
            if one.is_blank:
                continue  # never touched on this page
            errors[name_of("o", line)] = _taken(line)
        else:
            changed.append((line, one))
    return changed, errors


def _taken(line: FieldLine) -> str:
    if line.entered_by is None or line.entered_at is None:
        return "Kết quả dòng này vừa được xóa; kiểm tra rồi ghi lần nữa."
    told = line.get_outcome_display() or line.remark
    when = timezone.localtime(line.entered_at)
    return f"Đồng chí {line.entered_by} đã nhập lúc {when:%H:%M %d/%m}: {told}. Kiểm tra rồi ghi lần nữa."


def _bad_day(sheet: FieldSheet, day: dt.date | None) -> dict[str, str]:
    if day is None:
        return {VISITED_ON: "Ghi ngày đã đến, ví dụ 22/11/2026."}
    if day > timezone.localdate():
        return {VISITED_ON: "Ngày này ở tương lai; kiểm tra lại."}
    made = timezone.localdate(sheet.created_at)
    return {VISITED_ON: f"Phiếu lập ngày {made:%d/%m/%Y}; ngày đến không thể sớm hơn."} if day < made else {}


def _bad(line: FieldLine, one: Typed) -> dict[str, str]:
    """What is wrong with one line by itself."""
    outcome, remark = name_of("o", line), name_of("r", line)
    if len(one.remark) > LONGEST_REMARK:
        return {remark: f"Dài quá {LONGEST_REMARK} ký tự."}
    if line.resident is None:
        if one.outcome not in ("", Outcome.MORE):
            return {outcome: "Dòng của hộ chỉ có ô 6."}
        if one.outcome == Outcome.MORE and not one.remark:
            return {remark: "Ghi họ tên, ngày sinh, quan hệ của người thêm."}
        return {}
    if one.outcome not in ("", *(box for box in Outcome if box != Outcome.MORE)):
        return {outcome: "Chọn một trong các ô 1 đến 5."}
    if not one.outcome and not one.is_blank:
        return {outcome: "Chọn kết quả của người này."}
    if one.outcome == Outcome.WRONG and not one.remark:
        return {remark: "Ghi chỗ sai và nội dung đúng."}
    if one.verified and one.outcome not in MET:
        return {outcome: "“Đã hỏi, đúng” chỉ đi với ô 1 hoặc 2: người này chưa được gặp."}
    if one.outcome == Outcome.RIGHT and not line.resident.is_current:
        state = line.resident.get_state_display()
        return {outcome: f"Hồ sơ nay ở tình trạng “{state}”, không ghi “đúng” được."}
    return {}


# --- writing ---------------------------------------------------------------------------------------------------------


def _write(sheet: FieldSheet, changed: list[tuple[FieldLine, Typed]], day: dt.date, by: Officer, done: Entered) -> None:
    people, _ = run.lock(Concerned(frozenset(line.resident_id for line, _ in changed if line.resident_id)))
    errors: dict[str, str] = {}
    for line, one in changed:
        if line.resident_id:
            line.resident = people[line.resident_id]
        try:
            _one(sheet, line, one, day, by, done)
        except (QueueRefused, ChangeRefused) as refused:
            errors[name_of("o", line)] = str(refused)
    if errors:
        raise EntryRefused(errors)
    record_all(by, Action.CHANGE, [_audited(line, sheet) for line, _ in changed])
    _close_when_full(sheet, by, done)


def _one(sheet: FieldSheet, line: FieldLine, one: Typed, day: dt.date, by: Officer, done: Entered) -> None:
    if line.is_entered and line.outcome != one.outcome:
        taking_back.take_back(line, by=by)
    was_right = line.is_entered and line.outcome == Outcome.RIGHT
    if line.is_entered and line.outcome == one.outcome and line.visited_on:
        day = line.visited_on  # only the remark is written otherwise: the visit was when it was
    fresh = [found for found in one.verified if found not in line.verified]
    line.outcome, line.remark, line.verified = one.outcome, one.remark, list(one.verified)
    line.visited_on, line.entered_at, line.entered_by = day, timezone.now(), by
    if one.is_blank:
        line.visited_on = line.entered_at = line.entered_by = None
    if line.resident is not None:
        _do(sheet, line, line.resident, by, done, again=was_right)
        done.verified += _verify(sheet, line, fresh, by, done)
        done.people.append(line.resident.pk)
    needs_work = one.outcome in TO_DO or bool(one.remark)
    line.follow_up = FollowUp.OPEN if needs_work else FollowUp.NONE
    line.done_at = line.done_by = None
    done.to_do += needs_work
    done.lines += 1
    line.save()


def _do(sheet: FieldSheet, line: FieldLine, person: Resident, by: Officer, done: Entered, *, again: bool) -> None:
    """What an outcome does to the record, and what stood before it, to be taken back."""
    if line.visited_on is None:
        return
    if line.outcome == Outcome.RIGHT and not again:
        line.before = {"confirmed": freshness.standing(person)}
        if freshness.confirm([person.pk], ConfirmedHow.VISIT, by=by, on=line.visited_on):
            done.confirmed += 1
            person.refresh_from_db(fields=["confirmed_at"])
            assert person.confirmed_at is not None
            line.before |= {"given": person.confirmed_at.isoformat()}
    elif line.outcome == Outcome.DEAD and person.is_current and person.death_reported_on is None:
        _report_death(sheet, line, person, by)
        line.before = {"reported": f"{line.visited_on}"}


def _report_death(sheet: FieldSheet, line: FieldLine, person: Resident, by: Officer) -> None:
    """The kind of change that exists for it: the record, its history and rule L02 know it as from any other door."""
    kind = kinds.named(REPORTED_DEAD, "resident")
    assert kind is not None
    basis = " ".join(filter(None, [f"{_basis(sheet, line)}.", line.remark]))[:300]
    values = {"effective_on": line.visited_on, "received_on": timezone.localdate(), "basis": basis}
    seen = run.preview(kind, person, values, by=by).seal
    run.apply(kind, person, values, by=by, token=uuid.uuid4(), fields={}, seen=seen)


def _verify(sheet: FieldSheet, line: FieldLine, ids: list[str], by: Officer, done: Entered) -> int:
    """The findings that were asked about and are right as they are. One that is closed already, or whose values are
    no longer those on the paper, is left alone and told."""
    asked = {one["id"]: one for one in line.asked if one.get("may_stand")}
    count = 0
    for row in Finding.objects.filter(public_id__in=[one for one in ids if one in asked], resident=line.resident):
        if row.state not in WAITING:
            continue
        if fingerprint(row.evidence) != asked[str(row.public_id)]["seen"]:
            done.told.append(f"{line.name}, {row.rule}: dữ liệu đã đổi sau khi in phiếu nên chưa xác minh.")
            continue
        queue.verify(row, by=by, basis=_basis(sheet, line))
        count += 1
    return count


def _basis(sheet: FieldSheet, line: FieldLine) -> str:
    return f"Phúc tra ngày {line.visited_on:%d/%m/%Y}, phiếu {sheet.number}"


def _audited(line: FieldLine, sheet: FieldSheet) -> tuple[Resident, str]:
    target = line.resident or line.household
    said = line.get_outcome_display() or ("ghi chú" if line.remark else "xóa kết quả đã nhập")
    day = f" ngày {line.visited_on:%d/%m/%Y}" if line.visited_on else ""
    return target, f"Phúc tra{day}, phiếu {sheet.number}, {target.audit_label()}: {said.lower()}"  # type: ignore[return-value]


def _close_when_full(sheet: FieldSheet, by: Officer, done: Entered) -> None:
    """Every person has an outcome: the sheet is done. One that was ended, and is typed on, stays ended."""
    if sheet.is_open and not sheet.lines.of_people().filter(entered_at=None).exists():
        sheet.state, sheet.closed_at, sheet.closed_by = SheetState.DONE, timezone.now(), by
        sheet.save(update_fields=["state", "closed_at", "closed_by"])
        done.is_done = True
