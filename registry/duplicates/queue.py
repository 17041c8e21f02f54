"""The queue of cases: what waits for an officer, who takes it next, skipping, giving back, taking over.

A case is held as a whole, for a quarter of an hour after the last work on it (accounts/thresholds.py). One row is
locked here, after pairs if they are locked too (registry/duplicates/cases.py tells the order).
"""

import datetime as dt

from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, Max, OuterRef, Subquery, Value, When
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Setting
from accounts.roles import Role
from registry import leases
from registry.models import CaseSkip, DuplicateCase, DuplicatePair, PairState
from registry.models.duplicate import CaseQuerySet, DuplicateQuerySet

LEASE = "duplicate_lease_minutes"


class QueueRefused(Exception):
    """The case was not taken; the message is the sentence the officer reads. Nothing was written."""


def cases_open(officer: Officer) -> CaseQuerySet:
    """What waits: cases with a waiting pair that the officer may see. The number on a page counts exactly these."""
    waiting = DuplicatePair.objects.in_scope(officer).waiting().filter(case=OuterRef("pk"))
    return DuplicateCase.objects.open().filter(Exists(waiting))


def cases_for(officer: Officer) -> CaseQuerySet:
    """Those of them that this officer is to decide: what he asked a colleague about is the colleague's to answer, and
    cases for the chief are the chief's."""
    rows = DuplicateCase.objects.open().filter(Exists(pairs_for(officer).filter(case=OuterRef("pk"))))
    return rows if officer.role == Role.CHIEF else rows.filter(is_for_chief=False)


def pairs_for(officer: Officer) -> DuplicateQuerySet:
    """Waiting pairs that this officer has not passed on to a colleague."""
    return DuplicatePair.objects.in_scope(officer).waiting().exclude(state=PairState.ASKED, decided_by=officer)


def next_pair(case: DuplicateCase, officer: Officer) -> DuplicatePair | None:
    """Which pair of the case comes next for this officer."""
    return pairs_for(officer).filter(case=case).first()


def claim_next(officer: Officer) -> DuplicateCase | None:
    """Take the next case for this officer; None when nothing is free.

    What he already holds first, then the strongest, then the oldest; what he skipped today comes last, in the order in
    which he skipped it. Two officers never get the same case.
    """
    return _claim(officer, skip_locked=True) or _claim(officer, skip_locked=False)


def _claim(officer: Officer, *, skip_locked: bool) -> DuplicateCase | None:
    """`skip_locked` passes by what another officer is just taking or deciding; otherwise wait for it."""
    passed: list[int] = []
    until = lease_end()
    while True:
        with transaction.atomic():
            rows = _in_order(officer).exclude(pk__in=passed)
            case = rows.select_for_update(of=("self",), skip_locked=skip_locked).first()
            if case is None:
                return None
            # A fresh look under the lock: its pairs may have been decided since the queue was read.
            if cases_for(officer).filter(pk=case.pk).exclude(_held_by_others(officer)).exists():
                _hold(case, officer, until)
                return case
        passed.append(case.pk)


def _in_order(officer: Officer) -> CaseQuerySet:
    mine = Case(
        When(held_by=officer, held_until__gt=timezone.now(), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    rows = cases_for(officer).exclude(_held_by_others(officer))
    rows = rows.annotate(skipped_at=Subquery(_skips(officer)))
    return rows.order_by(mine, F("skipped_at").asc(nulls_first=True), "-score", "found_at", "pk")


def _skips(officer: Officer):
    """When the officer last skipped a case today, as a subquery."""
    morning = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = CaseSkip.objects.filter(case=OuterRef("pk"), by=officer, at__gte=morning)
    return rows.order_by().values("case").annotate(last=Max("at")).values("last")


def _held_by_others(officer: Officer):
    return leases.held_by_others(officer, by="held_by", until="held_until")


def is_held_by_another(case: DuplicateCase, officer: Officer) -> bool:
    return leases.is_held_by_another(officer, case.held_by_id, case.held_until)


def holds(case: DuplicateCase, officer: Officer) -> bool:
    return case.held_by_id == officer.pk and case.held_until is not None and case.held_until > timezone.now()


def lease_end() -> dt.datetime:
    """When a lease that begins now runs out. One query."""
    return timezone.now() + dt.timedelta(minutes=Setting.values_on()[LEASE])


def _hold(case: DuplicateCase, officer: Officer, until: dt.datetime) -> None:
    case.held_by, case.held_until = officer, until
    DuplicateCase.objects.filter(pk=case.pk).update(held_by=officer, held_until=until)


def hold(case: DuplicateCase, officer: Officer) -> None:
    """Take or renew the lease of a case whose row the caller has locked, and which nobody else holds."""
    _hold(case, officer, lease_end())


def renew(case: DuplicateCase, officer: Officer) -> None:
    """Work goes on: the holder's lease runs anew. Anybody else's is left alone."""
    if holds(case, officer):
        until = lease_end()
        mine = DuplicateCase.objects.filter(pk=case.pk, held_by=officer, held_until__gt=timezone.now())
        if mine.update(held_until=until):
            case.held_until = until


def take(case: DuplicateCase, *, by: Officer) -> None:
    """“Nhận vụ này”: hold a case that was opened from the list. The chief takes it over from a colleague, which is
    written down. Raises QueueRefused: a colleague holds it, it is finished, or it is for the chief."""
    with transaction.atomic():
        row = DuplicateCase.objects.select_related("held_by").select_for_update(of=("self",)).get(pk=case.pk)
        if row.closed_at:
            raise QueueRefused("Vụ này đã xong, không còn cặp nào chờ kết luận.")
        if row.is_for_chief and by.role != Role.CHIEF:
            raise QueueRefused("Vụ này do trưởng công an xã xem.")
        if is_held_by_another(row, by) and row.held_by and row.held_until:
            if by.role != Role.CHIEF:
                raise QueueRefused(leases.sentence(row.held_by, row.held_until, "vụ này"))
            record(by, Action.DECIDE, target=row, sentence=f"Nhận lại vụ nghi trùng từ {row.held_by}")
        hold(row, by)


def skip(case: DuplicateCase, *, by: Officer) -> None:
    """“Để sau”: the case goes to the end of this officer's queue for today and is free for colleagues at once."""
    with transaction.atomic():
        DuplicateCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
        CaseSkip.objects.create(case=case, by=by)
        _let_go(case, by)


def release(case: DuplicateCase, *, by: Officer) -> None:
    """“Trả lại hàng đợi”. Nothing to give back is no error."""
    _let_go(case, by)


def _let_go(case: DuplicateCase, by: Officer) -> None:
    DuplicateCase.objects.filter(pk=case.pk, held_by=by).update(held_by=None, held_until=None)
