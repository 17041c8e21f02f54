"""A merge that waits: for the second officer, or for its hour. Agreed to, turned down, withdrawn, done, or given back.

Lock order: the merge, then residents, pairs, cases.
"""

import logging

import pghistory
from django.db import OperationalError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.audit import note_basis, record
from accounts.models import Action, Officer
from accounts.scope import answers_for
from registry.cleanup.scan import mark_household
from registry.duplicates import cases
from registry.duplicates.ledger import image
from registry.duplicates.merge import do, finish, refusing
from registry.duplicates.merge_checks import may_agree
from registry.duplicates.merge_refusals import (
    MergeMoved,
    MergeRefused,
    NotTheSecondOfficer,
    NotWaiting,
    NotYours,
    ReasonMissing,
)
from registry.duplicates.moving import Work
from registry.duplicates.unmerge_names import changed_names
from registry.models import DuplicatePair, Merge, MergeState, PairState, Resident, ResidentState
from registry.models.merge import MergeQuerySet

log = logging.getLogger(__name__)
AT_ONCE = 100


def agree(merge: Merge, *, by: Officer, seen: str, note: str = "") -> Merge:
    """The second officer applies what was asked for, if it still is what he looked at (`seen`). Raises MergeRefused."""
    with refusing(), transaction.atomic():
        locked = _waiting(merge, MergeState.WAITING)
        if not may_agree(locked, by):
            raise NotTheSecondOfficer(_who_may(locked, by))
        note_basis(locked.reason)
        work, now = do(locked.survivor, locked.folded, locked.chosen, by=locked.created_by, merge=locked)
        if now.seal != seen:
            raise MergeMoved
        locked.seal, locked.second_reasons = now.seal, now.second_reasons
        locked.decided_at, locked.decided_by, locked.decision_note = timezone.now(), by, note.strip()[:300]
        return finish(locked, work, by=by)


def turn_down(merge: Merge, *, by: Officer, note: str) -> Merge:
    """The second officer does not agree. Raises MergeRefused."""
    with transaction.atomic():
        locked = _waiting(merge, MergeState.WAITING)
        if not may_agree(locked, by):
            raise NotTheSecondOfficer(_who_may(locked, by))
        return _come_to_nothing(locked, MergeState.REFUSED, by=by, note=note)


def withdraw(merge: Merge, *, by: Officer, note: str) -> Merge:
    """Who asked, or a colleague of his commune, takes it off before it is done. Raises MergeRefused."""
    with transaction.atomic():
        locked = _waiting(merge, MergeState.WAITING, MergeState.PLANNED)
        if not any(answers_for(by, one.commune) for one in (locked.survivor, locked.folded)):
            raise NotYours("Việc gộp này không thuộc địa bàn của đồng chí.")
        return _come_to_nothing(locked, MergeState.WITHDRAWN, by=by, note=note)


def run_planned(limit: int = AT_ONCE) -> int:
    """Do the merges whose hour has come, each in a transaction of its own; answers how many were taken up.

    One that another worker holds is passed by, and a worker that dies leaves its merge as it was. One whose preview no
    longer holds goes back to the officer with the reason.
    """
    due = Merge.objects.filter(state=MergeState.PLANNED, not_before__lte=Now()).order_by("not_before", "pk")
    ids = list(due.values_list("pk", flat=True)[:limit])
    return sum(_run(pk) for pk in ids)


def _run(pk: int) -> bool:
    """One planned merge. A deadlock or a lost connection is nobody's fault: it is left for the next run."""
    try:
        with transaction.atomic():
            rows = _rows().select_for_update(of=("self",), skip_locked=True)
            merge = rows.filter(pk=pk, state=MergeState.PLANNED).first()
            if merge is None:
                return False
            by = merge.created_by
            with pghistory.context(badge=by.badge_number, officer=by.full_name, reason=merge.reason):
                _do_or_give_back(merge)
    except OperationalError as yielded:
        log.warning("A planned merge is put off: %s", yielded)
        return False
    return True


def _do_or_give_back(merge: Merge) -> None:
    """A merge on which the work itself fails goes back too: it must not hold up the others."""
    try:
        with refusing(), transaction.atomic():
            work, now = do(merge.survivor, merge.folded, merge.chosen, by=merge.created_by, merge=merge)
            _refuse_reopened(merge, work)
            if now.seal != merge.seal:
                raise MergeMoved
            finish(merge, work, by=merge.created_by)
        return
    except OperationalError:
        raise
    except MergeMoved:
        said = _what_changed(merge)
    except MergeRefused as refused:
        said = str(refused)
    except Exception:
        log.exception("Merge %d failed", merge.pk)
        said = "Hệ thống không gộp được hai hồ sơ này; báo quản trị."
    _come_to_nothing(_rows().get(pk=merge.pk), MergeState.RETURNED, by=None, note=said)


def _refuse_reopened(merge: Merge, work: Work) -> None:
    """A colleague looked at the pair again meanwhile: under lock it was no longer "one person"."""
    pair = DuplicatePair._meta.label
    if any((one.table, one.row_pk, one.column) == (pair, merge.pair_id, "state") for one in work.ledger.entries):
        raise NotWaiting("Kết luận “một người” của cặp này đã được xem lại; kết luận lại trước khi gộp.")


def _what_changed(merge: Merge) -> str:
    names = []
    for before, pk in ((merge.survivor_before, merge.survivor_id), (merge.folded_before, merge.folded_id)):
        person = Resident.objects.get(pk=pk)
        found = changed_names(before, image(person))
        names += [f"{', '.join(found).lower()} của {person.full_name}"] if found else []
    told = f": {'; '.join(names)}" if names else ""
    return f"Dữ liệu của hai hồ sơ đã thay đổi sau khi hẹn gộp{told}. Xem lại rồi gộp."


# --- what comes to nothing -------------------------------------------------------------------------------------------


def _come_to_nothing(merge: Merge, state: MergeState, *, by: Officer | None, note: str) -> Merge:
    """Nothing of it is written; the reason stays, and the pair waits again."""
    note = note.strip()[:300]
    if not note:
        raise ReasonMissing("Ghi lý do.")
    merge.state, merge.decision_note = state, note
    if by is not None:
        merge.decided_at, merge.decided_by = timezone.now(), by
    merge.save()
    wait_again(merge, f"{merge.get_state_display()}: {note}")
    for one in (merge.survivor, merge.folded):
        record(by, Action.DECIDE if by else Action.SYSTEM, target=one, reason=note,
               data={"merge": str(merge.public_id)},
               sentence=f"{merge.get_state_display()}: {merge.audit_label()}")  # fmt: skip
    return merge


def wait_again(merge: Merge, why: str) -> None:
    """The pair of the two is suspected again, unless one of them was folded elsewhere meanwhile."""
    left, right = sorted((merge.survivor_id, merge.folded_id))
    if Resident.objects.filter(pk__in=[left, right], state=ResidentState.MERGED).exists():
        return
    for pair in DuplicatePair.objects.filter(left=left, right=right, state=PairState.SAME).select_for_update():
        pair.state, pair.decided_at, pair.decided_by, pair.decided_on = PairState.SUSPECTED, None, None, {}
        pair.returned_for = why[:300]
        pair.save()
        mark_household([left, right])
        cases.regroup([left, right])


# --- who, and which --------------------------------------------------------------------------------------------------


def _rows() -> MergeQuerySet:
    return Merge.objects.select_related("survivor__commune", "folded__commune", "created_by__unit")


def _waiting(merge: Merge, *states: MergeState) -> Merge:
    locked = _rows().select_for_update(of=("self",)).get(pk=merge.pk)
    if locked.state not in states:
        raise NotWaiting(f"Việc này không còn chờ: {locked.get_state_display().lower()}.")
    return locked


def _who_may(merge: Merge, by: Officer) -> str:
    if merge.created_by_id == by.pk:
        return "Đồng chí là người đề nghị; cần một đồng chí khác đồng ý."
    if merge.survivor.commune_id != merge.folded.commune_id:
        return "Hai hồ sơ do hai xã quản lý: trưởng công an xã kia đồng ý hoặc từ chối."
    return "Việc gộp này do trưởng công an xã đồng ý hoặc từ chối."
