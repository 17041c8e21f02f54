"""The queue: what waits for an officer, who takes it next, and how it is decided.

A person is claimed as a whole: whoever has one case of a person has all of them, for ten minutes. Everything here
locks the resident first and findings after, as the scan does, so that nobody waits in a circle.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Case, Exists, IntegerField, OuterRef, Value, When
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from registry import leases
from registry.cleanup.rules import RULE_TEXTS
from registry.models import Finding, FindingState, Resident, Severity
from registry.models.finding import FindingQuerySet

LEASE = dt.timedelta(minutes=10)
LONGEST_SET_ASIDE = dt.timedelta(days=365)
SHORTEST_BASIS = 5
URGENCY = Case(
    *(When(severity=severity, then=Value(rank)) for rank, severity in enumerate(Severity.values)),
    default=Value(9),
    output_field=IntegerField(),
)
"""Blocks, errors, warnings, reminders, in this order (the order in which Severity lists them)."""


class QueueRefused(Exception):
    """The case was not decided; the message is the sentence the officer reads. `field`: where it belongs on the
    form."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


def findings_open(officer: Officer, group: str | None = None) -> FindingQuerySet:
    """What waits in the officer's communes, of one group or of all. The number on a page counts exactly these rows."""
    rows = Finding.objects.in_scope(officer).open()
    return rows.filter(group=group) if group else rows


def claim_next(officer: Officer, group: str | None = None) -> Finding | None:
    """Take the next person of a group for this officer and answer the case to begin with; None when nothing is free.

    One's own unfinished cases first, then errors before warnings, oldest first. Two officers never get the same person.
    """
    return _claim(officer, group, skip_locked=True) or _claim(officer, group, skip_locked=False)


def _claim(officer: Officer, group: str | None, *, skip_locked: bool) -> Finding | None:
    """`skip_locked` passes by people whom another officer is just taking, or whom the scan holds; otherwise wait for
    them."""
    passed: list[int] = []
    while True:
        with transaction.atomic():
            finding = _next(officer, group, passed, skip_locked=skip_locked)
            if finding is None:
                return None
            # A fresh look under the lock: the row may have been taken or decided since the queue was read.
            now = timezone.now()
            of_person = Finding.objects.filter(resident=finding.resident_id).exclude(state=FindingState.CLOSED)
            taken = of_person.filter(leases.held_by_others(officer)).exists()
            if not taken and findings_open(officer, group).filter(pk=finding.pk).exists():
                of_person.update(claimed_by=officer, claimed_until=now + LEASE)
                return Finding.objects.select_related("resident").get(pk=finding.pk)
        passed.append(finding.resident_id)


def _next(officer: Officer, group: str | None, passed: list[int], *, skip_locked: bool) -> Finding | None:
    others = Finding.objects.filter(leases.held_by_others(officer), resident=OuterRef("resident"))
    mine = Case(
        When(claimed_by=officer, claimed_until__gt=timezone.now(), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    rows = findings_open(officer, group).exclude(resident__in=passed).exclude(Exists(others))
    rows = rows.select_related("resident").order_by(mine, URGENCY, "opened_at", "pk")
    return rows.select_for_update(of=("resident",), no_key=True, skip_locked=skip_locked).first()


def verify(finding: Finding, *, by: Officer, basis: str) -> None:
    """“Đã xác minh, đúng”: the data are right though the rule fires. Holds until the values seen change.

    Raises QueueRefused: no basis given, the case is no longer open, a colleague has it, or the rule blocks (CHẶN).
    """
    basis = " ".join(basis.split())
    if len(basis) < SHORTEST_BASIS:
        raise QueueRefused("Ghi căn cứ đã xác minh, ví dụ: “Giấy khai sinh số 12/1990”.", "basis")
    if finding.severity == Severity.BLOCK:
        raise QueueRefused("Lỗi mức CHẶN phải sửa, không xác minh là đúng được.")
    with transaction.atomic():
        row = _locked(finding, by=by)
        row.state, row.basis, row.set_aside_until = FindingState.VERIFIED, basis[:300], None
        _decide(row, by=by, sentence="Đã xác minh, đúng", reason=basis)


def set_aside(finding: Finding, *, by: Officer, until: dt.date, reason: str = "") -> None:
    """“Để sau”: out of the queue until this day, then back. Raises QueueRefused for a day not after today or past a
    year."""
    today = timezone.localdate()
    if not today < until <= today + LONGEST_SET_ASIDE:
        raise QueueRefused("Chọn một ngày sau hôm nay, trong vòng một năm.", "until")
    with transaction.atomic():
        row = _locked(finding, by=by)
        row.state, row.basis, row.set_aside_until = FindingState.SET_ASIDE, " ".join(reason.split())[:300], until
        _decide(row, by=by, sentence=f"Để sau đến {until:%d/%m/%Y}", reason=row.basis)


def release(finding: Finding, *, by: Officer) -> None:
    """“Trả lại hàng đợi”: the whole person is free for a colleague at once. Nothing to give back is no error."""
    with transaction.atomic():
        Resident.objects.select_for_update(no_key=True).get(pk=finding.resident_id)
        held = Finding.objects.filter(resident=finding.resident_id, claimed_by=by)
        if held.update(claimed_by=None, claimed_until=None):
            record(by, Action.DECIDE, target=finding.resident, sentence=f"Trả lại hàng đợi: {described(finding)}")


def described(finding: Finding) -> str:
    return f"{finding.rule} {RULE_TEXTS[finding.rule].title}"


def _locked(finding: Finding, *, by: Officer) -> Finding:
    """The case as it stands now, locked after its person. Raises QueueRefused when it is decided, closed or
    another's."""
    Resident.objects.select_for_update(no_key=True).get(pk=finding.resident_id)
    row = Finding.objects.select_related("resident").select_for_update(of=("self",)).get(pk=finding.pk)
    if row.state not in (FindingState.OPEN, FindingState.SET_ASIDE):
        raise QueueRefused(f"Việc này không còn mở: {row.get_state_display().lower()}.")
    if row.claimed_by and row.claimed_until and leases.is_held_by_another(by, row.claimed_by_id, row.claimed_until):
        raise QueueRefused(leases.sentence(row.claimed_by, row.claimed_until, "người này"))
    return row


def _decide(row: Finding, *, by: Officer, sentence: str, reason: str) -> None:
    row.decided_at, row.decided_by = timezone.now(), by
    row.claimed_by = row.claimed_until = None
    row.save()
    record(by, Action.DECIDE, target=row.resident, sentence=f"{sentence}: {described(row)}", reason=reason)
