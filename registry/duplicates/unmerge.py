"""Taking a merge back: the ledger is read from its end and every row becomes what it was.

What people wrote since is theirs: a column that is no longer as the merge left it stays, and so does a row added
later. Both are named in the answer, `Merge.kept_edits`.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.audit import note_basis, record
from accounts.models import Action, Officer, Setting
from accounts.roles import Right, Role
from registry.duplicates import cases, later_edits
from registry.duplicates.deciding import stood_on
from registry.duplicates.ledger import plain, read_back, set_columns
from registry.duplicates.merge import lock
from registry.duplicates.merge_refusals import LaterMergeFirst, NotDone, NotYours, ReasonMissing, TooLate
from registry.models import (
    DuplicatePair,
    Membership,
    Merge,
    MergeMove,
    MergeState,
    MoveKind,
    PairState,
    Resident,
    ResidentState,
)
from registry.values.partial_date import DateRefused

DIFFERENT, WAITS = "different", "waits"
REFERENCES = ("resident_id", "person_id", "document_id", "left_id", "right_id", "change_id")


@dataclass
class Back:
    """What taking it back does: lines that go back, and sentences on what stays."""

    entries: list[MergeMove] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def preview(merge: Merge, *, by: Officer) -> Back:
    """Do it and take it back. Raises MergeRefused where undoing would."""
    with transaction.atomic():
        back = _go_back(_locked(merge, by))
        transaction.set_rollback(True)
    return back


def unmerge(merge: Merge, *, by: Officer, reason: str, pair: str) -> Merge:
    """Two records again. `pair` says what becomes of the two: DIFFERENT people, or suspected and it WAITS.

    The officer within `unmerge_days`, the chief afterwards. One transaction. Raises MergeRefused.
    """
    reason = reason.strip()[:300]
    if not reason:
        raise ReasonMissing("Ghi lý do hoàn tác.")
    with transaction.atomic():
        note_basis(reason)
        locked = _locked(merge, by)
        back = _go_back(locked)
        locked.state, locked.kept_edits = MergeState.UNDONE, back.kept
        locked.undone_at, locked.undone_by, locked.undone_reason = timezone.now(), by, reason
        locked.save()
        _settle_pair(locked, pair, by=by, reason=reason)
        _write_down(locked, by, reason)
        cases.regroup([locked.survivor_id, locked.folded_id])
    return locked


def refuse_officer(merge: Merge, officer: Officer) -> None:
    """Raises MergeRefused when this officer may not take it back today."""
    if merge.state != MergeState.DONE or merge.done_at is None:
        raise NotDone(f"Việc gộp này không ở tình trạng “Đã gộp” mà là “{merge.get_state_display()}”.")
    if not officer.can(Right.RESIDENT_WRITE):
        raise NotYours("Đồng chí không có quyền hoàn tác việc gộp.")
    days = Setting.values_on()["unmerge_days"]
    if timezone.now() > merge.done_at + dt.timedelta(days=days) and officer.role != Role.CHIEF:
        raise TooLate(f"Đã quá {days} ngày từ khi gộp: việc hoàn tác do trưởng công an xã làm.")


def _locked(merge: Merge, by: Officer) -> Merge:
    """The merge, then everybody concerned; refused what cannot be taken back."""
    rows = Merge.objects.in_scope(by).select_for_update(of=("self",))
    locked = rows.filter(pk=merge.pk).first()
    if locked is None:
        raise NotYours("Việc gộp này không thuộc địa bàn của đồng chí.")
    refuse_officer(locked, by)
    people = lock(locked.survivor_id, locked.folded_id)
    locked.survivor, locked.folded = people[locked.survivor_id], people[locked.folded_id]
    if locked.survivor.state == ResidentState.MERGED:
        raise LaterMergeFirst(
            "Hồ sơ giữ lại sau đó đã được gộp vào một hồ sơ khác: hoàn tác lần gộp sau trước, rồi đến lần này."
        )
    Resident.objects.filter(pk__in=people).update(scan_due=True)
    Resident.objects.filter(pk__in=[locked.survivor_id, locked.folded_id]).update(matching_due=True)
    return locked


def _go_back(merge: Merge) -> Back:
    back = Back(kept=[*later_edits.of_columns(merge), *later_edits.of_rows(merge)])
    for entry in merge.moves.order_by("-pk"):
        said = _bring_back(entry) if entry.kind == MoveKind.DROPPED else _put_back(entry)
        if not said:
            back.entries.append(entry)
        elif entry.kind != MoveKind.CHOSEN:  # a column of the person was named above, with its day
            back.kept.append(said)
    return back


def _bring_back(entry: MergeMove) -> str:
    """A row that was dropped, under its own id. Answers a sentence when it cannot be."""
    model: Any = apps.get_model(entry.table)
    if model._base_manager.filter(pk=entry.row_pk).exists():
        return ""
    try:
        with transaction.atomic():
            model(**read_back(model, entry.row)).save(force_insert=True)
    except IntegrityError:
        return f"{entry.title}: {entry.words} – không ghi lại được, dữ liệu đã khác; kiểm tra bằng tay."
    return ""


def _put_back(entry: MergeMove) -> str:
    """The columns that still are as the merge left them. A reference goes back by itself; the others of a row belong
    together, half of them would be nobody's."""
    model: Any = apps.get_model(entry.table)
    row = model._base_manager.filter(pk=entry.row_pk).first()
    if row is None:
        return f"{entry.title}: {entry.words} – dòng này đã bị bỏ sau khi gộp."
    if entry.column == "sources":
        _put_sources_back(row, entry)
        return ""
    stands = {name for name, value in entry.after.items() if plain(getattr(row, name)) == value}
    rest = set(entry.after) - set(REFERENCES)
    wanted = (stands & set(REFERENCES)) | (rest if rest <= stands else set())
    said = "" if rest <= stands else f"{entry.title}: giữ như đã sửa sau khi gộp ({entry.words})."
    if _is_of_a_closed_household(row, entry):
        wanted, said = wanted - {"to_on"}, f"{row.household} đã đóng: không trả người này về hộ; ghép vào hộ khác."
    return _written(row, {name: entry.before[name] for name in wanted}, entry) or said


def _written(row: Model, values: dict[str, Any], entry: MergeMove) -> str:
    try:
        with transaction.atomic():
            _set(row, read_back(row, values))
    except IntegrityError:
        return f"{entry.title}: {entry.words} – không trả về được vì nay trùng với dữ liệu khác; kiểm tra bằng tay."
    return ""


def _set(row: Model, values: dict[str, Any]) -> None:
    if not values:
        return
    try:
        set_columns(row, values)
    except DateRefused:  # an import's birth date that no calendar has: it comes back as it was
        Resident.objects.filter(pk=row.pk).update(**values, birth_latest_on=None)


def _put_sources_back(row: Resident, entry: MergeMove) -> None:
    """Source by source: what came from the other record goes, what an officer wrote since stays."""
    told = dict(row.sources)
    before, after = entry.before["sources"], entry.after["sources"]
    for name, value in after.items():
        if told.get(name) == value:
            told.pop(name)
            if name in before:
                told[name] = before[name]
    set_columns(row, {"sources": told})


def _is_of_a_closed_household(row: Model, entry: MergeMove) -> bool:
    return isinstance(row, Membership) and "to_on" in entry.before and row.household.closed_on is not None


def _settle_pair(merge: Merge, wanted: str, *, by: Officer, reason: str) -> None:
    left, right = sorted((merge.survivor_id, merge.folded_id))
    pair = DuplicatePair.objects.filter(left=left, right=right).select_for_update().first()
    if wanted == DIFFERENT:
        pair = pair or DuplicatePair(left_id=left, right_id=right)
        pair.state, pair.decided_at, pair.decided_by, pair.note = PairState.DIFFERENT, timezone.now(), by, reason
        pair.decided_on, pair.returned_for = stood_on(left, right), ""
        pair.save()
    elif pair is not None:
        pair.state, pair.decided_at, pair.decided_by, pair.decided_on = PairState.SUSPECTED, None, None, {}
        pair.returned_for = f"Hoàn tác gộp: {reason}"[:300]
        pair.save()


def _write_down(merge: Merge, by: Officer, reason: str) -> None:
    both = ((merge.survivor, merge.folded), (merge.folded, merge.survivor))
    for one, other in both:
        record(by, Action.CHANGE, target=one, reason=reason,
               data={"merge": str(merge.public_id), "kept": len(merge.kept_edits)},
               sentence=f"Hoàn tác việc gộp với hồ sơ {other.audit_label()}")  # fmt: skip
