"""What stops a merge, and for what a second officer must agree. All checks are asked again under lock."""

import datetime as dt

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import Officer, Setting
from accounts.roles import Right, Role
from accounts.scope import answers_for
from registry.duplicates import moving
from registry.duplicates.merge_refusals import (
    AlreadyMerged,
    ChangeWaiting,
    DeadAndLiving,
    DecidedDifferent,
    Held,
    NotYours,
    OtherMergeOpen,
    SameRecord,
)
from registry.models import Change, ChangeState, DuplicatePair, Merge, PairState, Resident, ResidentState

ACROSS = "Hai hồ sơ do hai xã quản lý; trưởng công an xã kia phải đồng ý."


def refuse(survivor: Resident, folded: Resident, *, by: Officer, merge: Merge | None = None) -> None:
    """Raises MergeRefused. `merge` is the one that is being carried out, which is no reason against itself."""
    if survivor.pk == folded.pk:
        raise SameRecord
    refuse_officer(survivor, folded, by=by)
    _refuse_merged(survivor, folded)
    _refuse_decided(survivor, folded)
    _refuse_open_merges(survivor, folded, merge)
    _refuse_dead_and_living(survivor, folded)
    _refuse_waiting_changes(survivor, folded)
    for mover in moving.every():
        for sentence in mover.holds(survivor, folded):
            raise Held(sentence)


def refuse_officer(survivor: Resident, folded: Resident, *, by: Officer) -> None:
    ours = [answers_for(by, one.commune) for one in (survivor, folded)]
    is_across = survivor.commune_id != folded.commune_id
    if not by.can(Right.RESIDENT_WRITE) or not any(ours):
        raise NotYours("Hai hồ sơ này không thuộc địa bàn của đồng chí.")
    if is_across and not by.can(Right.DUPLICATES_ACROSS):
        raise NotYours("Hai hồ sơ do hai xã quản lý: việc gộp do trưởng công an xã đề nghị.")


def second_reasons(survivor: Resident, folded: Resident) -> list[str]:
    """Why a second officer must agree; nothing when one officer may do it. Which reasons count are thresholds."""
    settings = Setting.values_on()
    found = []
    if survivor.commune_id != folded.commune_id and settings["merge_second_across"]:
        found.append(ACROSS)
    for mover in moving.every():
        if settings.get(mover.second_setting):
            found += mover.second(survivor, folded)
    return found


def may_agree(merge: Merge, officer: Officer) -> bool:
    """Never who asked. Across communes the chief of the other commune; within one its chief, or, where the chief asked,
    a colleague."""
    if officer.pk == merge.created_by_id or not officer.can(Right.RESIDENT_WRITE):
        return False
    communes = {merge.survivor.commune_id, merge.folded.commune_id}
    if officer.unit_id not in communes:
        return False
    if len(communes) > 1:
        return officer.role == Role.CHIEF and officer.unit_id != merge.created_by.unit_id
    return officer.role == Role.CHIEF or merge.created_by.role == Role.CHIEF


def _refuse_merged(survivor: Resident, folded: Resident) -> None:
    for one in (survivor, folded):
        if one.state == ResidentState.MERGED:
            raise AlreadyMerged(f"Hồ sơ {one.full_name} đã được gộp vào một hồ sơ khác.")


def _refuse_decided(survivor: Resident, folded: Resident) -> None:
    left, right = sorted((survivor.pk, folded.pk))
    pair = DuplicatePair.objects.filter(left=left, right=right, state=PairState.DIFFERENT).first()
    if pair is not None:
        told = f" ({pair.decided_by}, {timezone.localtime(pair.decided_at):%d/%m/%Y})" if pair.decided_at else ""
        raise DecidedDifferent(f"Cặp này đã kết luận là hai người khác nhau{told}; xem lại kết luận trước khi gộp.")


def _refuse_open_merges(survivor: Resident, folded: Resident, merge: Merge | None) -> None:
    """The survivor may be about to take in others as well; nothing else may be open about either."""
    busy = Q(folded__in=[survivor, folded]) | Q(survivor=folded)
    other = Merge.objects.open().filter(busy).exclude(pk=merge.pk if merge and merge.pk else 0).order_by("pk").first()
    if other is not None:
        state = other.get_state_display().lower()
        raise OtherMergeOpen(
            f"Đang có một đề nghị gộp khác với một trong hai hồ sơ ({state}); giải quyết việc đó trước."
        )


def _refuse_dead_and_living(survivor: Resident, folded: Resident) -> None:
    dead = [one for one in (survivor, folded) if one.state == ResidentState.DECEASED]
    if len(dead) != 1 or dead[0].died_on is None:
        return
    living = folded if dead[0] is survivor else survivor
    day = dead[0].died_on
    if what := _life_after(living, day):
        raise DeadAndLiving(
            f"Một hồ sơ đã khai tử ngày {day:%d/%m/%Y}, hồ sơ kia {what} sau ngày đó: kiểm tra lại việc khai tử, "
            "hoặc kết luận hai người khác nhau."
        )


def _life_after(person: Resident, day: dt.date) -> str:
    """What a dead person does not do; empty when there is nothing. Four queries at most."""
    if person.confirmed_at and timezone.localdate(person.confirmed_at) > day:
        return "được phúc tra"
    if person.documents.filter(issued_on__gt=day).exists():
        return "được cấp giấy tờ"
    if person.residences.filter(from_on__gt=day).exists() or person.memberships.filter(from_on__gt=day).exists():
        return "có nơi cư trú mới"
    applied = Change.objects.filter(touched__resident=person, state=ChangeState.APPLIED)
    return "có việc cư trú, hộ tịch" if applied.filter(effective_on__gt=day).exists() else ""


def _refuse_waiting_changes(survivor: Resident, folded: Resident) -> None:
    """Begun for one of them, or naming one of them in what was typed (the other side of a marriage)."""
    waiting = Change.objects.waiting().filter(commune__in={survivor.commune_id, folded.commune_id})
    typed = waiting.annotate(typed=Cast("fields", TextField()))
    named = Q(typed__contains=str(survivor.public_id)) | Q(typed__contains=str(folded.public_id))
    change = typed.filter(Q(resident__in=[survivor, folded]) | named).order_by("pk").first()
    if change is not None:
        raise ChangeWaiting(
            f"Việc “{change.title}” nhận ngày {change.received_on:%d/%m/%Y} về một trong hai người chưa giải quyết "
            "xong; ghi hoặc từ chối việc đó trước khi gộp."
        )
