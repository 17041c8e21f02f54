"""What was done today: fixed, verified, set aside, by this officer and by the commune. Counted from the rows and from
the trail, never kept as a counter.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import CharField, Count, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from accounts.models import Action, AuditEvent, Officer
from registry.cleanup.queues import EVERYTHING
from registry.models import Finding, FindingState, Severity
from registry.models.finding import FindingQuerySet

CHANGES = (Action.CREATE, Action.CHANGE, Action.DECIDE)
OUTCOMES = {"sua": "sửa", "xac-minh": "xác minh", "de-sau": "để sau"}
MINE, ALL = "toi", "xa"
CHOICES = [
    *((f"{MINE}-{code}", f"Tôi đã {title}") for code, title in OUTCOMES.items()),
    *((f"{ALL}-{code}", f"Cả xã đã {title}") for code, title in OUTCOMES.items()),
]


@dataclass(frozen=True)
class Figure:
    """One figure with the list behind it."""

    code: str
    title: str
    count: int

    @property
    def url(self) -> str:
        return f"{reverse('registry:cleanup_queue', args=[EVERYTHING])}?hom_nay={self.code}"


@dataclass(frozen=True)
class Today:
    mine: list[Figure]
    all: list[Figure]


def today_of(officer: Officer) -> Today:
    """Six figures in one query."""
    counted = _done_today(officer).aggregate(
        **{code.replace("-", "_"): Count("pk", filter=_condition(code, officer)) for code, _ in CHOICES}
    )

    def figures(whose: str) -> list[Figure]:
        return [
            Figure(code := f"{whose}-{outcome}", title, counted[code.replace("-", "_")])
            for outcome, title in OUTCOMES.items()
        ]

    return Today(figures(MINE), figures(ALL))


def rows_of(officer: Officer, code: str) -> FindingQuerySet:
    """The rows that one of the figures counts (CHOICES)."""
    return _done_today(officer).filter(_condition(code, officer))


def morning() -> dt.datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def _done_today(officer: Officer) -> FindingQuerySet:
    """Closed, verified or set aside since this morning; what the system mended by itself is nobody's work.

    Whoever wrote the person's record before the case closed on the same day has fixed it, at whatever desk.
    """
    since = morning()
    wrote = AuditEvent.objects.filter(
        target_ref=Cast(OuterRef("resident__public_id"), CharField()),
        actor_badge=officer.badge_number,
        action__in=CHANGES,
        at__gte=since,
        at__lte=OuterRef("closed_at"),
    )
    closed = Q(state=FindingState.CLOSED, closed_at__gte=since)
    decided = Q(state__in=[FindingState.VERIFIED, FindingState.SET_ASIDE], decided_at__gte=since)
    rows = Finding.objects.in_scope(officer).filter(closed | decided).exclude(severity=Severity.SELF_MENDING)
    return rows.annotate(is_my_fix=Exists(wrote))


def _condition(code: str, officer: Officer) -> Q:
    whose, _, outcome = code.partition("-")
    state = {"sua": FindingState.CLOSED, "xac-minh": FindingState.VERIFIED, "de-sau": FindingState.SET_ASIDE}[outcome]
    done = Q(state=state)
    if whose == ALL:
        return done
    return done & (Q(is_my_fix=True) if state == FindingState.CLOSED else Q(decided_by=officer))
