"""What the sample's commune did before today: cases that were found weeks ago, and others put right since.

Without them every figure of cleaning would begin on the day of the filling.
"""

import datetime as dt
from itertools import cycle

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from registry.cleanup.rules import catalogue, severity_of
from registry.models import Finding, FindingState, Household, Resident, RuleGroup, Severity

DAY = dt.timedelta(days=1)
FOUND_WITHIN_DAYS = 120
MENDED_PER_THOUSAND = 40
MENDED_WITHIN_DAYS = 75


@transaction.atomic
def date_back() -> tuple[int, int]:
    """Spread the days on which open cases were found, and add closed cases of people who have none; a home is as old on
    record as its people. Answers how many cases of both sorts. The same register gives the same days."""
    now = timezone.now()
    rows = list(Finding.objects.filter(state=FindingState.OPEN).select_related("resident").order_by("pk"))
    for number, row in enumerate(rows):
        found = now - DAY * (1 + number * 37 % FOUND_WITHIN_DAYS)
        row.opened_at = min(now, max(found, row.resident.created_at))
    Finding.objects.bulk_update(rows, ["opened_at"], batch_size=1000)
    oldest = Resident.objects.filter(memberships__household=OuterRef("pk")).order_by("created_at")
    Household.objects.update(created_at=Coalesce(Subquery(oldest.values("created_at")[:1]), "created_at"))
    return len(rows), len(Finding.objects.bulk_create(_mended(now)))


def _mended(now: dt.datetime) -> list[Finding]:
    living = Resident.objects.current().filter(findings=None).order_by("pk")
    every = 1000 // MENDED_PER_THOUSAND
    people = [one for one in living.only("pk", "commune", "created_at") if one.pk % every == 0]
    rules = cycle(_serious_rules())
    made = []
    for number, person in enumerate(people):
        closed = now - DAY * (1 + number * 29 % MENDED_WITHIN_DAYS)
        opened = max(closed - DAY * (5 + number % 40), person.created_at)
        if opened < closed:
            rule = next(rules)
            made.append(
                Finding(
                    resident=person, commune_id=person.commune_id, rule=rule, group=rule[0], severity=Severity.ERROR,
                    state=FindingState.CLOSED, opened_at=opened, closed_at=closed,
                )
            )  # fmt: skip
    return made


def _serious_rules() -> list[str]:
    """Three of each group."""
    errors = [code for code in catalogue() if severity_of(code) == Severity.ERROR]
    return [code for group in RuleGroup for code in [one for one in errors if one.startswith(group.value)][:3]]
