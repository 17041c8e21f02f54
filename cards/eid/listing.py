"""Which accounts there are and which of them wait for what; lists, figures and rule L23 mean the same by it."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from accounts.models import Officer, Setting
from accounts.scope import ScopedQuerySet
from cards.models import EidAccount, EidLevel, EidState
from registry.models import ResidentState
from registry.models.resident import LIVING_STATES

PROMISED = (EidState.COLLECTED, EidState.APPROVED)
"""Until the account is granted the promised day binds."""


def accounts_of(officer: Officer) -> ScopedQuerySet[EidAccount]:
    """In scope. What a merge left with a folded record is no account of somebody's any more."""
    return EidAccount.objects.in_scope(officer).exclude(resident__state=ResidentState.MERGED)


def overdue(today: dt.date | None = None) -> Q:
    return Q(state__in=PROMISED, promised_on__lt=today or timezone.localdate())


def is_overdue(account: EidAccount) -> bool:
    day = account.promised_on
    return account.state in PROMISED and day is not None and day < timezone.localdate()


def not_activated(today: dt.date | None = None, *, days: int | None = None) -> Q:
    """Level 2, granted more than `eid_activation_days` days ago and not activated, of people the commune answers for:
    exactly whom rule L23 finds. One query now, none with `days`."""
    today = today or timezone.localdate()
    if days is None:
        days = Setting.values_on(today)["eid_activation_days"]
    limit = timezone.make_aware(dt.datetime.combine(today - dt.timedelta(days=days), dt.time()))
    return Q(level=EidLevel.TWO, state=EidState.GRANTED, granted_at__lt=limit, resident__state__in=LIVING_STATES)
