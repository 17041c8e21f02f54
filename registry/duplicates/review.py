"""Deciding a suspected pair: one person, two people, or ask a colleague. Folding two records together is merge.py."""

import datetime as dt
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.roles import Role
from registry import leases
from registry.cleanup.scan import mark_household
from registry.duplicates import cases, queue, second_look
from registry.duplicates.cases import WAITING
from registry.duplicates.deciding import stood_on
from registry.models import DuplicateCase, DuplicatePair, IdentityNumber, Merge, NumberKind, PairState, ResidentState


class Decision(StrEnum):
    SAME = "same"
    DIFFERENT = "different"
    ASK = "ask"
    REOPEN = "reopen"
    UNDO = "undo"


SENTENCES = {
    Decision.SAME: "Kết luận: một người",
    Decision.DIFFERENT: "Kết luận: hai người khác nhau",
    Decision.ASK: "Hỏi đồng chí khác về cặp nghi trùng",
    Decision.REOPEN: "Xem lại kết luận về cặp nghi trùng",
    Decision.UNDO: "Hoàn tác kết luận vừa ghi về cặp nghi trùng",
}
STATES = {
    Decision.SAME: PairState.SAME,
    Decision.DIFFERENT: PairState.DIFFERENT,
    Decision.ASK: PairState.ASKED,
    Decision.REOPEN: PairState.SUSPECTED,
    Decision.UNDO: PairState.SUSPECTED,
}
CONCLUSIONS = (Decision.SAME, Decision.DIFFERENT)
BACK = (Decision.REOPEN, Decision.UNDO)
UNDO_WITHIN = dt.timedelta(minutes=15)
"""So long an officer takes back his own decision with one key; later it is looked at again, with a reason."""


class ReviewRefused(Exception):
    """A decision that cannot be taken; the message is the sentence the officer reads. Nothing was written."""


class AlreadyDecided(ReviewRefused):
    """A colleague was quicker."""


class PairGone(ReviewRefused):
    """The records no longer resemble each other."""


class NotDecided(ReviewRefused):
    """There is no decision to look at again."""


class NoteMissing(ReviewRefused):
    """This decision needs its reason in words."""


class OutOfScope(ReviewRefused):
    """The officer's commune keeps neither of the two, or only one while he has no right to look across communes."""


class HeldByAnother(ReviewRefused):
    """A colleague works on the case; the message says who, and until when."""


class ForTheChief(ReviewRefused):
    """A case of many records, or one on which two officers disagreed."""


class AlreadyMerged(ReviewRefused):
    """The two records are one by now, or about to be: first the merge is taken back."""


class TooLate(ReviewRefused):
    """Somebody else's decision, or too old a one, is not undone with one key."""


def decide(
    pair: DuplicatePair,
    decision: Decision | str,
    *,
    by: Officer,
    note: str = "",
    sample: second_look.Sample = second_look.Sample.BY_CHANCE,
) -> DuplicatePair:
    """Record what an officer concluded, with two lines in the trail (one per person), and regroup the cases around it.
    One transaction. The same decision sent twice by the same officer is one decision.

    `sample` says whether a second officer is to look at it too: by chance, for certain, or not. Raises ReviewRefused.
    """
    decision = Decision(decision)
    note = " ".join(note.split())[:300]
    with transaction.atomic():
        pair, case = _locked(pair, by)
        if pair.state == STATES[decision] and pair.decided_by_id == by.pk and pair.note == note:
            return pair
        _refuse_of_case(case, by)
        _refuse(pair, decision, note, by)
        if decision in BACK:
            second_look.withdraw(pair)
        elif decision in CONCLUSIONS:
            second_look.draw(pair, decision.value, by=by, sample=sample)
        _set(pair, decision, by=by, note=note)
        pair.save()
        mark_household([pair.left_id, pair.right_id])  # rules S03 and S04 say what waits
        _write_down(pair, decision, by, note)
        if case and not case.closed_at:
            queue.hold(case, by)
        cases.regroup([pair.left_id, pair.right_id])
    return pair


def _locked(pair: DuplicatePair, by: Officer) -> tuple[DuplicatePair, DuplicateCase | None]:
    """The pair, then its case, as they stand under lock."""
    rows = DuplicatePair.objects.in_scope(by).select_related("left", "right", "decided_by")
    locked = rows.select_for_update(of=("self",)).filter(pk=pair.pk).first()
    if locked is None:
        raise OutOfScope("Hai hồ sơ này ngoài địa bàn của đồng chí, hoặc thuộc hai xã và do trưởng công an xã xem.")
    cases.hold_still()
    held = DuplicateCase.objects.select_related("held_by").select_for_update(of=("self",))
    return locked, held.filter(pairs=locked).first()


def _refuse_of_case(case: DuplicateCase | None, by: Officer) -> None:
    if case is None or case.closed_at:
        return
    if queue.is_held_by_another(case, by) and case.held_by and case.held_until:
        raise HeldByAnother(leases.sentence(case.held_by, case.held_until, "vụ này"))
    if case.is_for_chief and by.role == Role.OFFICER:
        raise ForTheChief("Vụ này do trưởng công an xã xem: nhiều hồ sơ, hoặc hai đồng chí đã kết luận khác nhau.")


def _refuse(pair: DuplicatePair, decision: Decision, note: str, by: Officer) -> None:
    if decision in BACK:
        _refuse_back(pair, decision, note, by)
        return
    if pair.state == PairState.GONE:
        raise PairGone("Hai hồ sơ đã được sửa và không còn giống nhau, không cần kết luận nữa.")
    if pair.state not in WAITING:
        raise AlreadyDecided(
            f"{pair.decided_by} đã kết luận “{pair.get_state_display()}” "
            f"lúc {timezone.localtime(pair.decided_at):%H:%M ngày %d/%m/%Y}."
        )
    if decision == Decision.DIFFERENT and not note and _share_a_number(pair):
        raise NoteMissing(
            "Hai hồ sơ trùng số định danh: ghi rõ vì sao là hai người (số của ai ghi nhầm) trước khi kết luận."
        )


def _refuse_back(pair: DuplicatePair, decision: Decision, note: str, by: Officer) -> None:
    undone = (PairState.SAME, PairState.DIFFERENT, *([PairState.ASKED] if decision == Decision.UNDO else []))
    if pair.state not in undone:
        raise NotDecided("Cặp này chưa có kết luận để xem lại.")
    if ResidentState.MERGED in (pair.left.state, pair.right.state):
        raise AlreadyMerged("Hai hồ sơ đã gộp; hoàn tác việc gộp trước khi xem lại kết luận.")
    both = [pair.left_id, pair.right_id]
    if Merge.objects.open().filter(survivor__in=both, folded__in=both).exists():
        raise AlreadyMerged("Hai hồ sơ đang chờ gộp; rút việc gộp, cặp này sẽ tự trở lại hàng đợi.")
    if decision == Decision.REOPEN and not note:
        raise NoteMissing("Ghi lý do xem lại kết luận.")
    if decision == Decision.UNDO and not may_undo(pair, by):
        raise TooLate("Chỉ hoàn tác được kết luận của mình trong 15 phút; sau đó dùng “Xem lại kết luận” và ghi lý do.")


def may_undo(pair: DuplicatePair, by: Officer) -> bool:
    """Whether this officer decided it, a moment ago."""
    return (
        pair.decided_by_id == by.pk and pair.decided_at is not None and timezone.now() - pair.decided_at <= UNDO_WITHIN
    )


def _share_a_number(pair: DuplicatePair) -> bool:
    """Whether both bear, or once bore, one twelve-digit number (rule S01)."""
    kinds = [NumberKind.PERSONAL, NumberKind.CMND12, NumberKind.CANCELLED]
    theirs = IdentityNumber.objects.filter(resident=pair.right_id, kind__in=kinds)
    ours = IdentityNumber.objects.filter(resident=pair.left_id, kind__in=kinds)
    return ours.filter(number__in=theirs.values("number")).exists()


def _set(pair: DuplicatePair, decision: Decision, *, by: Officer, note: str) -> None:
    pair.state = STATES[decision]
    pair.note = note
    if decision in BACK:
        pair.decided_at, pair.decided_by, pair.decided_on = None, None, {}
        return
    pair.decided_at, pair.decided_by = timezone.now(), by
    if decision in CONCLUSIONS:
        pair.returned_for = ""
    if decision == Decision.DIFFERENT:
        pair.decided_on = stood_on(pair.left_id, pair.right_id)


def _write_down(pair: DuplicatePair, decision: Decision, by: Officer, note: str) -> None:
    for one, other in ((pair.left, pair.right), (pair.right, pair.left)):
        record(
            by,
            Action.DECIDE,
            target=one,
            sentence=f"{SENTENCES[decision]}; người kia: {other.audit_label()}",
            reason=note,
            data={"pair": str(pair.public_id), "why": pair.sentence},
        )
