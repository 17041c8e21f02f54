"""What had to be put right, and what is left of it: conditions on findings of level CHẶN and LỖI.

Set aside is still left: the day for it has not come, but nothing was put right. Verified ("đã xác minh, đúng") is done.
A verified finding that lapsed begins anew, so of the time before only the event table knows.
"""

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from registry.cleanup.rules import UNCLEAN
from registry.models import Finding, FindingState
from registry.models.finding import LEFT, FindingQuerySet

SERIOUS = Q(severity__in=UNCLEAN)
WAITING = Q(state__in=LEFT)


def year_began(day: dt.date) -> dt.date:
    """Since when one counts unless somebody asks for another day."""
    return day.replace(month=1, day=1)


def morning_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def left(at: dt.datetime | None = None) -> Q:
    """Waits still: now, or as it was at a moment gone by."""
    if at is None:
        return WAITING
    return Q(opened_at__lt=at) & _not_over_before(at)


def was_open(since: dt.date, at: dt.datetime | None = None) -> Q:
    """Waited on this day or later (and before `at`): what had to be put right."""
    begun = Q() if at is None else Q(opened_at__lt=at)
    return begun & _not_over_before(morning_of(since))


def _not_over_before(moment: dt.datetime) -> Q:
    fixed = Q(state=FindingState.CLOSED, closed_at__gte=moment)
    return WAITING | fixed | Q(state=FindingState.VERIFIED, decided_at__gte=moment)


def serious(group: str = "") -> FindingQuerySet:
    rows = Finding.objects.filter(SERIOUS)
    return rows.filter(group=group) if group else rows


def has(condition: Q, group: str = "") -> Exists:
    """The condition on residents that one of their serious findings meets this."""
    return Exists(serious(group).filter(condition, resident=OuterRef("pk")))
