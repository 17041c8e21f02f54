"""Folding one record into another: looked at first, then written as it was seen, in one transaction.

A preview is the work itself, taken back. What is written is what was seen (the seal), or nothing is.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import note_basis, record
from accounts.models import Action, Officer, Setting
from registry.cleanup.blocking import WriteBlocked, refuse_blocked
from registry.cleanup.scan import mark_household
from registry.duplicates import cases, later_edits, merge_checks, moving
from registry.duplicates.choosing import FIELDS, Field
from registry.duplicates.ledger import Kept, Ledger, image
from registry.duplicates.merge_refusals import (
    AlreadyMerged,
    Impossible,
    MergeMoved,
    MergeRefused,
    NeedsSecondOfficer,
    OtherMergeOpen,
    ReasonMissing,
)
from registry.duplicates.moving import Work
from registry.models import (
    DuplicatePair,
    Membership,
    Merge,
    MergeMove,
    MergeState,
    MoveKind,
    PairState,
    Relation,
    Resident,
    ResidentState,
)
from registry.residents.refusal import OF_THE_DATABASE, refused_constraint
from registry.residents.sources import source_of
from registry.values.partial_date import DateRefused

RECORD, SOURCES = "Hồ sơ", "Nguồn"
Chosen = Mapping[str, str]


@dataclass(frozen=True)
class Preview:
    """Everything that would be written. `entries` are lines of a ledger that nobody saved; `before` the two images."""

    entries: list[MergeMove]
    kept: list[Kept]
    warnings: list[str]
    second_reasons: list[str]
    seal: str
    before: list[dict[str, Any]]


@dataclass(frozen=True)
class Order:
    """What an officer asks for. `chosen`: name of a choice -> moving.SURVIVOR or FOLDED; `seen`: the preview's seal."""

    survivor: Resident
    folded: Resident
    chosen: Chosen
    by: Officer
    token: uuid.UUID
    seen: str
    reason: str
    basis: str = ""
    pair: DuplicatePair | None = None


def preview(
    survivor: Resident, folded: Resident, chosen: Chosen, *, by: Officer, merge: Merge | None = None
) -> Preview:
    """Do the whole work and take it back. `merge` is the one that waits, if it is. Raises MergeRefused where applying
    would."""
    with refusing(), transaction.atomic():
        seen = do(survivor, folded, chosen, by=by, merge=merge)[1]
        transaction.set_rollback(True)
    return seen


def apply(order: Order) -> tuple[Merge, bool]:
    """Merge at once. Answers (merge, was it new): the same token twice is one merge.

    Raises NeedsSecondOfficer where `ask` is the way, MergeMoved when something changed since it was looked at, and
    MergeRefused for the rest; nothing is written then.
    """
    return _once(order, _apply)


def ask(order: Order) -> tuple[Merge, bool]:
    """Lay it before the second officer. Raises MergeRefused when it could not be done now."""
    return _once(order, lambda one: _lay_before(one, MergeState.WAITING))


def plan(order: Order, *, not_before: dt.datetime | None = None) -> tuple[Merge, bool]:
    """Have it done by planned.run_planned() after the cooling-off (`merge_cooling_hours`); until then it can be
    withdrawn. Raises NeedsSecondOfficer, and MergeRefused when it could not be done now."""
    hours = Setting.values_on()["merge_cooling_hours"]
    moment = not_before or timezone.now() + dt.timedelta(hours=hours)
    return _once(order, lambda one: _lay_before(one, MergeState.PLANNED, not_before=moment))


def _once(order: Order, work: Any) -> tuple[Merge, bool]:
    """A second click at the same moment waits for the first and then finds the two merged: that is no refusal."""
    if known := _known(order):
        return known, False
    if not order.reason.strip():
        raise ReasonMissing("Ghi lý do gộp.")
    try:
        with refusing(), transaction.atomic():
            return work(order), True
    except (_TwiceSent, MergeRefused):
        if known := _known(order):
            return known, False
        raise


def _known(order: Order) -> Merge | None:
    return Merge.objects.filter(submit_token=order.token).first()


def _apply(order: Order) -> Merge:
    note_basis(order.reason)
    work, seen = do(order.survivor, order.folded, order.chosen, by=order.by)
    if seen.second_reasons:
        raise NeedsSecondOfficer(" ".join(seen.second_reasons))
    if seen.seal != order.seen:
        raise MergeMoved
    return finish(_new(order, seen, MergeState.DONE), work, by=order.by)


def _lay_before(order: Order, state: MergeState, *, not_before: dt.datetime | None = None) -> Merge:
    seen = preview(order.survivor, order.folded, order.chosen, by=order.by)
    if seen.seal != order.seen:
        raise MergeMoved
    if seen.second_reasons and state == MergeState.PLANNED:
        raise NeedsSecondOfficer(" ".join(seen.second_reasons))
    merge = _new(order, seen, state)
    merge.not_before = not_before
    merge.survivor_before, merge.folded_before = seen.before
    merge.save()
    _call_same(order)
    sentence = "Gửi đề nghị gộp" if state == MergeState.WAITING else "Hẹn gộp"
    for one in (order.survivor, order.folded):
        record(order.by, Action.DECIDE, target=one, reason=order.reason, data={"merge": str(merge.public_id)},
               sentence=f"{sentence}: {merge.audit_label()}")  # fmt: skip
    return merge


def _new(order: Order, seen: Preview, state: MergeState) -> Merge:
    return Merge(
        submit_token=order.token, pair=order.pair, survivor=order.survivor, folded=order.folded, state=state,
        chosen=dict(order.chosen), seal=seen.seal, reason=order.reason.strip()[:300], basis=order.basis.strip()[:300],
        second_reasons=seen.second_reasons, created_by=order.by,
    )  # fmt: skip


def _call_same(order: Order) -> None:
    """The pair leaves the queue while the merge waits; it comes back when nothing comes of it (planned.py)."""
    left, right = sorted((order.survivor.pk, order.folded.pk))
    rows = DuplicatePair.objects.filter(left=left, right=right).exclude(state=PairState.SAME)
    for pair in rows.select_for_update():
        pair.state, pair.decided_at, pair.decided_by = PairState.SAME, timezone.now(), order.by
        pair.save()
        mark_household([left, right])  # rules S03 and S04 say what waits
        cases.regroup([left, right])


# --- the work itself -------------------------------------------------------------------------------------------------


def do(
    survivor: Resident, folded: Resident, chosen: Chosen, *, by: Officer, merge: Merge | None = None
) -> tuple[Work, Preview]:
    """Lock, check, write everything but the merge itself. In the caller's transaction."""
    people = lock(survivor.pk, folded.pk)
    survivor, folded = people[survivor.pk], people[folded.pk]
    merge_checks.refuse(survivor, folded, by=by, merge=merge)
    before = [image(survivor), image(folded)]
    second = merge_checks.second_reasons(survivor, folded)
    work = Work(survivor, folded, chosen, by, Ledger(), touched=set(people), before=before)
    _take_values(work)
    words = f"{folded.audit_label()}: tình trạng thành “Đã gộp”"
    work.ledger.change(folded, MoveKind.ENDED, title=RECORD, words=words, column="state", state=ResidentState.MERGED)
    for mover in moving.every():
        mover.follow(work)
    _refuse_blocked(survivor)
    seal = work.ledger.seal(*before, dict(chosen), work.warnings, second)
    return work, Preview(work.ledger.entries, work.ledger.kept, work.warnings, second, seal, before)


def _refuse_blocked(survivor: Resident) -> None:
    """The record that is kept may not end up with what no form would save (rules of level CHẶN)."""
    try:
        refuse_blocked([survivor.pk])
    except WriteBlocked as blocked:
        raise Impossible(f"Gộp như vậy thì hồ sơ giữ lại sai: {blocked}") from blocked


def finish(merge: Merge, work: Work, *, by: Officer) -> Merge:
    """Keep the images and the ledger, set the marks, write the trail, regroup the cases. Last in its transaction."""
    survivor, folded = Resident.objects.get(pk=work.survivor.pk), work.folded
    merge.state, merge.done_at = MergeState.DONE, work.ledger.now
    merge.survivor_before, merge.folded_before = work.before
    merge.survivor_after = image(survivor)
    merge.standing = later_edits.standing_of(survivor.pk, work.ledger.entries)
    merge.save()
    work.ledger.save(merge)
    Resident.objects.filter(pk__in=work.touched).update(scan_due=True)
    Resident.objects.filter(pk=survivor.pk).update(matching_due=True)
    data = {"merge": str(merge.public_id), "moved": len(work.ledger.entries)}
    record(by, Action.CHANGE, target=survivor, reason=merge.reason, data=data,
           sentence=f"Gộp hồ sơ {folded.audit_label()} vào hồ sơ này")  # fmt: skip
    record(by, Action.CHANGE, target=folded, reason=merge.reason, data=data,
           sentence=f"Gộp hồ sơ này vào hồ sơ {survivor.audit_label()}")  # fmt: skip
    cases.regroup([survivor.pk, folded.pk])
    return merge


def lock(*ids: int) -> dict[int, Resident]:
    """Lock these people, all they live with and all their relatives, lowest id first (docs/decisions.md 20); before
    them what its own writers lock before the person. Raises MergeMoved when somebody joined them meanwhile."""
    pair = [Resident(pk=pk) for pk in ids]
    ahead = {mover.title: mover.lock(*pair) for mover in moving.every()}
    concerned = _concerned(ids)
    rows = Resident.objects.filter(pk__in=concerned).select_related("commune__parent").order_by("pk")
    people = {one.pk: one for one in rows.select_for_update(no_key=True, of=("self",))}
    if _concerned(ids) - concerned or any(mover.lock(*pair) != ahead[mover.title] for mover in moving.every()):
        raise MergeMoved
    return people


def _concerned(ids: tuple[int, ...]) -> set[int]:
    homes = Membership.objects.filter(resident__in=ids, to_on=None).values("household")
    members = Membership.objects.filter(household__in=homes, to_on=None).values_list("resident", flat=True)
    ties = Relation.objects.filter(Q(resident__in=ids) | Q(person__in=ids)).values_list("resident", "person")
    return {*ids, *members, *(pk for tie in ties for pk in tie if pk is not None)}


def _take_values(work: Work) -> None:
    """Write the values chosen from the folded record, each with its source. An empty one never replaces another."""
    told = dict(work.survivor.sources)
    for field in FIELDS:
        new = field.shown(work.folded)
        old = field.shown(work.survivor)
        if not work.takes_folded(field.name) or not new or new == old:
            continue
        words = "đã thay đổi (dữ liệu nhạy cảm)" if field.sensitive else f"{old or 'trống'} → {new}"
        values = {name: getattr(work.folded, name) for name in field.columns}
        try:
            work.ledger.change(work.survivor, MoveKind.CHOSEN, title=field.label, words=words, column=field.name,
                               **values)  # fmt: skip
        except DateRefused as refused:
            raise Impossible(f"{field.label} “{new}” không có trong lịch; sửa hồ sơ trước khi gộp.") from refused
        _take_source(work, field, told)
    work.ledger.change(work.survivor, MoveKind.CHOSEN, title=SOURCES, words="nguồn của các giá trị lấy sang",
                       column="sources", sources=told)  # fmt: skip


def _take_source(work: Work, field: Field, told: dict[str, Any]) -> None:
    name = field.source_field or field.name
    source = source_of(work.folded, name)
    told[name] = {"source": source.code, "on": source.on.isoformat()}


# --- what the database refuses ---------------------------------------------------------------------------------------


class _TwiceSent(Exception):
    """The same token was written by another request at the same moment."""


class refusing:
    """Turns what the database refuses into the sentence the officer reads."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, fault: BaseException | None, trace: Any) -> None:
        if not isinstance(fault, IntegrityError):
            return
        name = refused_constraint(fault)
        if "submit_token" in name:
            raise _TwiceSent from fault
        if name in REFUSED:
            refusal, sentence = REFUSED[name]
            raise refusal(sentence) from fault
        if name in OF_THE_DATABASE:
            raise Impossible(OF_THE_DATABASE[name][1]) from fault


REFUSED: dict[str, tuple[type[MergeRefused], str]] = {
    "folded_into_one_record": (AlreadyMerged, "Hồ sơ này vừa được gộp vào một hồ sơ khác."),
    "one_open_merge_a_folded_record": (OtherMergeOpen, "Vừa có một đề nghị gộp khác với hồ sơ này."),
}
