"""Deciding a suspected pair: one person, two people, or ask a colleague. Folding two records together comes later."""

from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from registry.duplicates.reasons import NUMBER, TITLES, read_reasons
from registry.models import DuplicatePair, PairState


class Decision(StrEnum):
    SAME = "same"
    DIFFERENT = "different"
    ASK = "ask"
    REOPEN = "reopen"


SENTENCES = {
    Decision.SAME: "Kết luận: một người",
    Decision.DIFFERENT: "Kết luận: hai người khác nhau",
    Decision.ASK: "Hỏi đồng chí khác về cặp nghi trùng",
    Decision.REOPEN: "Xem lại kết luận về cặp nghi trùng",
}
STATES = {
    Decision.SAME: PairState.SAME,
    Decision.DIFFERENT: PairState.DIFFERENT,
    Decision.ASK: PairState.ASKED,
    Decision.REOPEN: PairState.SUSPECTED,
}
WAITING = (PairState.SUSPECTED, PairState.ASKED)


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
    """Neither of the two people is kept by the officer's commune."""


def decide(pair: DuplicatePair, decision: Decision | str, *, by: Officer, note: str = "") -> DuplicatePair:
    """Record what an officer concluded, with two lines in the trail (one per person). One transaction.

    The same decision sent twice by the same officer is one decision. Raises ReviewRefused.
    """
    decision = Decision(decision)
    note = " ".join(note.split())[:300]
    with transaction.atomic():
        rows = DuplicatePair.objects.in_scope(by).select_related("left", "right", "decided_by")
        locked = rows.select_for_update(of=("self",)).filter(pk=pair.pk).first()
        if locked is None:
            raise OutOfScope("Hai hồ sơ này không thuộc địa bàn của đồng chí.")
        pair = locked
        if pair.state == STATES[decision] and pair.decided_by_id == by.pk and pair.note == note:
            return pair
        _refuse(pair, decision, note)
        _set(pair, decision, by=by, note=note)
        pair.save()
        for one, other in ((pair.left, pair.right), (pair.right, pair.left)):
            record(
                by,
                Action.DECIDE,
                target=one,
                sentence=f"{SENTENCES[decision]}; người kia: {other.audit_label()}",
                reason=note,
                data={"pair": str(pair.public_id), "why": pair.sentence},
            )
    return pair


def _refuse(pair: DuplicatePair, decision: Decision, note: str) -> None:
    if decision == Decision.REOPEN:
        if pair.state not in (PairState.SAME, PairState.DIFFERENT):
            raise NotDecided("Cặp này chưa có kết luận để xem lại.")
        if not note:
            raise NoteMissing("Ghi lý do xem lại kết luận.")
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
            f"Hai hồ sơ trùng {TITLES[NUMBER]}: ghi rõ vì sao là hai người (số của ai ghi nhầm) trước khi kết luận."
        )


def _share_a_number(pair: DuplicatePair) -> bool:
    return any(reason.code == NUMBER for reason in read_reasons(pair.reasons))


def _set(pair: DuplicatePair, decision: Decision, *, by: Officer, note: str) -> None:
    pair.state = STATES[decision]
    pair.note = note
    if decision == Decision.REOPEN:
        pair.decided_at, pair.decided_by, pair.decided_on_reasons = None, None, []
        return
    pair.decided_at, pair.decided_by = timezone.now(), by
    if decision == Decision.DIFFERENT:
        pair.decided_on_reasons = pair.reasons
