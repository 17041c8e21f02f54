"""Who goes on with a form that somebody left half-done: a colleague after the lease, the chief at once.

Every take-over leaves a line in the trail: drafts hold data of people.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import LIVE, Action, Draft, DraftState, Officer
from accounts.roles import Right, Role
from accounts.sign_in.drafts import DraftRefused, capital, comrade, form_at, hour, what


def held_until(draft: Draft) -> dt.datetime:
    """The end of the lease. The draft was read `with_lease()`."""
    return max(draft.saved_at, draft.taken_at or draft.saved_at) + dt.timedelta(minutes=draft.lease_minutes)


def is_busy(draft: Draft) -> bool:
    """Whether somebody of this office is still at it."""
    at_work = draft.officer.is_active and draft.officer.unit_id == draft.unit_id
    return at_work and draft.is_live and timezone.now() < held_until(draft)


def may_take(draft: Draft, officer: Officer) -> bool:
    """A colleague after the lease; the chief at once. The draft is of the officer's own office (`in_scope`)."""
    if draft.officer_id == officer.pk or not draft.is_live or not officer.can(Right.RESIDENT_WRITE):
        return False
    return officer.role == Role.CHIEF or not is_busy(draft)


@transaction.atomic
def take(draft: Draft, *, by: Officer) -> Draft:
    """ "Nhận làm tiếp": the draft becomes this officer's, who is named in the trail. A draft of his own at the same
    address is set aside, not lost. Raises DraftRefused while a colleague is at it."""
    rows = Draft.objects.with_lease().in_scope(by).select_for_update(of=("self",)).select_related("officer")
    locked = rows.filter(pk=draft.pk).first()
    if locked is None:
        raise DraftRefused("Phiếu này vừa được ghi hoặc bỏ, không còn bản nháp.")
    if locked.officer_id == by.pk:
        return locked
    if not may_take(locked, by):
        raise DraftRefused(f"{busy_sentence(locked)} {wait_sentence(locked)}")
    Draft.objects.filter(officer=by, path=locked.path, state__in=LIVE).update(state=DraftState.ASIDE)
    record(by, Action.CHANGE, target=locked, data={"path": locked.path},
           sentence=f"Nhận làm tiếp bản nháp của {comrade(locked.officer)}: {what(locked)}")  # fmt: skip
    locked.taken_from, locked.taken_at, locked.officer = locked.officer, timezone.now(), by
    if not _held_by_third(locked, by):
        locked.state = DraftState.HELD
    locked.save(update_fields=["taken_from", "taken_at", "officer", "state"])
    return locked


def _held_by_third(draft: Draft, by: Officer) -> bool:
    """Whether the draft that counts at the address of a new record is yet another officer's."""
    form = form_at(draft.path)
    held = Draft.objects.filter(unit=draft.unit_id, path=draft.path, state=DraftState.HELD)
    return bool(form and form.is_new_record) and held.exclude(pk=draft.pk).exclude(officer=by).exists()


def may_drop(draft: Draft, officer: Officer) -> bool:
    """One's own, or, as the chief, one that nobody is at."""
    is_left = officer.role == Role.CHIEF and not is_busy(draft)
    return draft.officer_id == officer.pk or is_left


def drop(draft: Draft, *, by: Officer) -> None:
    """Remove a version for good; a colleague's leaves a line. Raises DraftRefused."""
    if not may_drop(draft, by):
        raise DraftRefused(f"Bản nháp này của {comrade(draft.officer)}; đồng chí không bỏ được.")
    if draft.officer_id != by.pk:
        record(by, Action.CHANGE, target=draft, sentence=f"Bỏ bản nháp của {comrade(draft.officer)}: {what(draft)}")
    draft.delete()


def busy_sentence(draft: Draft) -> str:
    """ "Đ/c … đang nhập phiếu này từ 10:31, lưu lúc 10:42." """
    who, since = capital(comrade(draft.officer)), max(draft.begun_at, draft.taken_at or draft.begun_at)
    doing = "đang nhập" if is_busy(draft) else "nhập dở"
    return f"{who} {doing} phiếu này từ {hour(since)}, lưu lúc {hour(draft.saved_at)}."


def wait_sentence(draft: Draft) -> str:
    until = hour(held_until(draft))
    return f"Nếu đồng chí ấy không nhập nữa, đồng chí nhận làm tiếp được từ {until}; trưởng công an xã nhận được ngay."
