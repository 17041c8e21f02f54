"""The queue: what waits for an officer, who takes it next, and how it is decided.

A person is claimed as a whole: whoever has one case of a person has all of them, for ten minutes. Everything here
locks the resident first and findings after, as the scan does, so that nobody waits in a circle.
"""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, Max, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.roles import Role
from registry import leases
from registry.cleanup.queues import ALL, Queue
from registry.cleanup.rules import RULE_TEXTS
from registry.models import Finding, FindingSkip, FindingState, Resident, Severity
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


# --- what waits, and for whom ------------------------------------------------------------------------------------


def findings_open(officer: Officer, group: str | None = None) -> FindingQuerySet:
    """What waits in the officer's communes, of one group or of all. The number on a page counts exactly these rows."""
    rows = Finding.objects.in_scope(officer).open()
    return rows.filter(group=group) if group else rows


def findings_for(officer: Officer, queue: Queue = ALL) -> FindingQuerySet:
    """Those of them that this officer is to decide: not what a colleague was given, and what the chief was asked only
    for the chief."""
    return queue.narrow(findings_open(officer)).exclude(given_to_others(officer))


def given_to_others(officer: Officer) -> Q:
    """What was handed to somebody who has left the commune is everybody's again."""
    there = Q(handed_to__isnull=False, handed_to__is_active=True, handed_to__unit=F("commune"))
    others = there & ~Q(handed_to=officer)
    return others if is_chief(officer) else others | Q(is_for_chief=True)


def is_chief(officer: Officer) -> bool:
    return officer.role == Role.CHIEF


# --- who takes it next -------------------------------------------------------------------------------------------

Rows = Callable[[], FindingQuerySet]


def claim_next(officer: Officer, queue: Queue = ALL, *, after: Finding | None = None) -> Finding | None:
    """Take the next person of a queue for this officer and answer the case to begin with; None when nothing is free.

    First the rest of the person whose case was just decided (`after`), then one's own unfinished cases, what was
    handed to this officer, errors before warnings, the oldest first; what was skipped today comes last. Two officers
    never get the same person.
    """
    if after is not None and (rest := _claim(officer, lambda: _rest_of_person(officer, queue, after))):
        return rest
    if found := _claim(officer, lambda: _in_order(officer, queue)):
        return found
    return _claim(officer, lambda: _skipped(officer, queue))


def take(finding: Finding, *, by: Officer) -> None:
    """“Nhận việc này”: hold the person of a case that was opened from a list. Raises QueueRefused when a colleague
    does."""
    with transaction.atomic():
        _locked(finding, by=by)
        _hold(finding.resident_id, by)


def skip(finding: Finding, *, by: Officer) -> None:
    """“Bỏ qua”: nothing is decided; the case waits at the end of this officer's queue for today."""
    FindingSkip.objects.create(finding=finding, by=by)


def _claim(officer: Officer, rows: Rows) -> Finding | None:
    """First pass by people whom another officer is just taking, or whom the scan holds; then wait for them."""
    return _claim_from(officer, rows, skip_locked=True) or _claim_from(officer, rows, skip_locked=False)


def _claim_from(officer: Officer, rows: Rows, *, skip_locked: bool) -> Finding | None:
    passed: list[int] = []
    while True:
        with transaction.atomic():
            free = rows().exclude(resident__in=passed).select_related("resident")
            finding = free.select_for_update(of=("resident",), no_key=True, skip_locked=skip_locked).first()
            if finding is None:
                return None
            # A fresh look under the lock: the row may have been taken or decided since the queue was read.
            if rows().filter(pk=finding.pk).exists():
                _hold(finding.resident_id, officer)
                return Finding.objects.select_related("resident").get(pk=finding.pk)
        passed.append(finding.resident_id)


def _hold(resident_id: int, officer: Officer) -> None:
    of_person = Finding.objects.filter(resident=resident_id).exclude(state=FindingState.CLOSED)
    of_person.update(claimed_by=officer, claimed_until=timezone.now() + LEASE)


def _free(officer: Officer, queue: Queue) -> FindingQuerySet:
    others = Finding.objects.filter(leases.held_by_others(officer), resident=OuterRef("resident"))
    return findings_for(officer, queue).exclude(Exists(others))


def _in_order(officer: Officer, queue: Queue) -> FindingQuerySet:
    mine = Q(claimed_by=officer, claimed_until__gt=timezone.now())
    meant = Q(handed_to=officer) | Q(is_for_chief=True)  # of a plain officer's rows none is for the chief
    first = Case(When(mine, then=Value(0)), When(meant, then=Value(1)), default=Value(2), output_field=IntegerField())
    rows = _free(officer, queue).exclude(Exists(_skips_today(officer)))
    return rows.order_by(first, URGENCY, "opened_at", "pk")


def _rest_of_person(officer: Officer, queue: Queue, after: Finding) -> FindingQuerySet:
    """The record lies open: what else is wrong with it is put right now, whichever group it is of. Reminders of other
    groups (an invitation, a visit) wait for their own turn; a rule's queue stays with its rule."""
    rows = _free(officer, ALL).filter(resident=after.resident_id).exclude(Exists(_skips_today(officer)))
    if queue.rule:
        rows = rows.filter(rule=queue.rule)
    elif queue.group:
        rows = rows.filter(Q(group=queue.group) | ~Q(severity=Severity.REMIND))
    return rows.order_by(URGENCY, "opened_at", "pk")


def _skipped(officer: Officer, queue: Queue) -> FindingQuerySet:
    """What was skipped longest ago comes first."""
    skips = _skips_today(officer)
    at = skips.order_by().values("finding").annotate(last=Max("at")).values("last")
    return _free(officer, queue).filter(Exists(skips)).annotate(skipped_at=Subquery(at)).order_by("skipped_at", "pk")


def _skips_today(officer: Officer):
    morning = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return FindingSkip.objects.filter(finding=OuterRef("pk"), by=officer, at__gte=morning)


# --- how it is decided -------------------------------------------------------------------------------------------


def verify(finding: Finding, *, by: Officer, basis: str) -> None:
    """“Đã xác minh, đúng”: the data are right though the rule fires. Holds until the values seen change.

    Raises QueueRefused: no basis given, the case is no longer open, a colleague has it, or the rule blocks (CHẶN).
    """
    basis = " ".join(basis.split())
    if len(basis) < SHORTEST_BASIS:
        raise QueueRefused("Ghi căn cứ đã xác minh, ví dụ: “Giấy khai sinh số 12/1990”.", "basis")
    if finding.severity == Severity.BLOCK:
        raise QueueRefused("Quy tắc mức CHẶN phải sửa dữ liệu, không xác minh được.", "basis")
    with transaction.atomic():
        row = _locked(finding, by=by)
        _refuse_given_to_others(row, by)
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
        _refuse_given_to_others(row, by)
        row.state, row.basis, row.set_aside_until = FindingState.SET_ASIDE, " ".join(reason.split())[:300], until
        _decide(row, by=by, sentence=f"Để sau đến {until:%d/%m/%Y}", reason=row.basis)


def hand_over(finding: Finding, *, to: Officer, by: Officer, message: str) -> None:
    """“Chuyển”: from now on `to` has this case, and finds it first. It stays open.

    Raises QueueRefused: without a message, to oneself, to somebody who does not work in the commune, or what only the
    chief may answer.
    """
    message = _told(message)
    with transaction.atomic():
        row = _locked(finding, by=by)
        _refuse_given_to_others(row, by, or_by_me=True)
        if to.pk == by.pk:
            raise QueueRefused("Đồng chí đang giữ việc này; chọn một đồng chí khác.", "to")
        if not to.is_active or to.unit_id != row.commune_id:
            raise QueueRefused("Chọn một đồng chí đang công tác tại xã.", "to")
        row.handed_to, row.is_for_chief = to, False
        _hand(row, by=by, message=message, sentence=f"Chuyển đồng chí {to}")


def ask_chief(finding: Finding, *, by: Officer, message: str) -> None:
    """“Xin ý kiến trưởng”: the chief answers by a decision, or hands it back with a message. Raises QueueRefused."""
    message = _told(message)
    if is_chief(by):
        raise QueueRefused("Đồng chí là trưởng: kết luận hoặc giao cho cán bộ.", "message")
    with transaction.atomic():
        row = _locked(finding, by=by)
        _refuse_given_to_others(row, by)
        row.handed_to, row.is_for_chief = None, True
        _hand(row, by=by, message=message, sentence="Xin ý kiến trưởng")


def release(finding: Finding, *, by: Officer) -> None:
    """“Trả lại hàng đợi”: the whole person is free for a colleague at once, and this case is nobody's in particular if
    it was given to or by this officer. Nothing to give back is no error."""
    with transaction.atomic():
        Resident.objects.select_for_update(no_key=True).get(pk=finding.resident_id)
        held = Finding.objects.filter(resident=finding.resident_id, claimed_by=by)
        freed = held.update(claimed_by=None, claimed_until=None)
        given = Finding.objects.filter(pk=finding.pk).exclude(handed_at=None)
        if not is_chief(by):
            given = given.filter(Q(handed_to=by) | Q(handed_by=by))
        freed += given.update(handed_to=None, is_for_chief=False, handed_at=None, handed_by=None, message="")
        if freed:
            record(by, Action.DECIDE, target=finding.resident, sentence=f"Trả lại hàng đợi: {described(finding)}")


def described(finding: Finding) -> str:
    return f"{finding.rule} {RULE_TEXTS[finding.rule].title}"


def _told(message: str) -> str:
    told = " ".join(message.split())
    if not told:
        raise QueueRefused("Ghi một câu để đồng chí nhận việc biết cần làm gì.", "message")
    return told[:300]


def _locked(finding: Finding, *, by: Officer) -> Finding:
    Resident.objects.select_for_update(no_key=True).get(pk=finding.resident_id)
    return checked(finding, by=by)


def checked(finding: Finding, *, by: Officer) -> Finding:
    """The case as it stands now, locked; the caller holds its person. Raises QueueRefused when it is decided, closed or
    in a colleague's hands."""
    rows = Finding.objects.select_related("resident", "handed_to").select_for_update(of=("self",))
    row = rows.get(pk=finding.pk)
    if row.state not in (FindingState.OPEN, FindingState.SET_ASIDE):
        raise QueueRefused(f"Việc này không còn mở: {row.get_state_display().lower()}.")
    if row.claimed_by and row.claimed_until and leases.is_held_by_another(by, row.claimed_by_id, row.claimed_until):
        raise QueueRefused(leases.sentence(row.claimed_by, row.claimed_until, "người này"))
    return row


def _refuse_given_to_others(row: Finding, by: Officer, *, or_by_me: bool = False) -> None:
    """`or_by_me`: who handed it over may still choose another colleague."""
    if is_chief(by) or (or_by_me and row.handed_by_id == by.pk):
        return
    if row.is_for_chief:
        raise QueueRefused("Việc này đang chờ trưởng công an xã cho ý kiến.")
    to = row.handed_to
    if to is not None and to.pk != by.pk and to.is_active and to.unit_id == row.commune_id:
        raise QueueRefused(f"Việc này đã giao đồng chí {to}.")


def _decide(row: Finding, *, by: Officer, sentence: str, reason: str) -> None:
    row.decided_at, row.decided_by = timezone.now(), by
    row.handed_to, row.is_for_chief, row.handed_at, row.handed_by, row.message = None, False, None, None, ""
    _keep(row, by=by, sentence=sentence, reason=reason)


def _hand(row: Finding, *, by: Officer, message: str, sentence: str) -> None:
    row.state, row.set_aside_until = FindingState.OPEN, None
    row.handed_at, row.handed_by, row.message = timezone.now(), by, message
    _keep(row, by=by, sentence=sentence, reason=message)


def _keep(row: Finding, *, by: Officer, sentence: str, reason: str) -> None:
    row.claimed_by = row.claimed_until = None
    row.save()
    record(by, Action.DECIDE, target=row.resident, sentence=f"{sentence}: {described(row)}", reason=reason)
