"""Which target holds for a unit on a day: the commune's own before its province's, that before the country's."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest, TruncDate

from accounts.models import Level, Officer, Unit
from accounts.roles import Right, Role
from supervision.figures import FIGURES
from supervision.models import PeriodKind, Target
from supervision.models.about_units import units_of
from supervision.targets.hundredths import is_comparable, is_met

SHORTEST_FIRST = {"": 0, PeriodKind.WEEK: 1, PeriodKind.MONTH: 2, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 4}
Key = tuple[int | None, str]


def held_on(day: dt.date) -> Q:
    """In force on that day. One that was ended later held until then; one that was ended the day it was set never."""
    dated = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))
    ended_later = Q(ended_at__date__gt=Greatest(Value(day), TruncDate(F("set_at"))))
    return dated & (Q(ended_at=None) | ended_later)


def resolve(units: Iterable[Unit | None], codes: Iterable[str], day: dt.date, *, period: str = "") -> dict[Key, Target]:
    """(unit's id, figure) -> the target that holds there on that day; a unit without one is left out. One query.

    None among the units is the whole country. A target is asked of each commune: for a province or the country only
    shares and days are answered, since a number of pieces for one commune says nothing of the sum of many. Of figures
    that happen, with `period` ("week" …) only targets within such a period, otherwise the shortest one that is set.
    """
    asked = list(units)
    known = {code for code in codes if code in FIGURES}
    ids = {one.pk for one in asked if one} | {one.parent_id for one in asked if one and one.parent_id}
    rows = Target.objects.filter(held_on(day), Q(unit__in=ids) | Q(unit=None), code__in=known)
    if period:
        rows = rows.filter(period__in=["", period])
    best = _newest(rows)
    found: dict[Key, Target] = {}
    for unit in asked:
        for code in known:
            target = next((best[key, code] for key in _chain(unit, code) if (key, code) in best), None)
            if target is not None:
                found[unit.pk if unit else None, code] = target
    return found


def _newest(rows: QuerySet[Target]) -> dict[Key, Target]:
    """Of several for the same unit and figure the shortest period, then the one that began last."""
    ordered = sorted(rows.order_by("-valid_from", "-set_at"), key=lambda one: SHORTEST_FIRST[one.period])
    best: dict[Key, Target] = {}
    for row in ordered:
        best.setdefault((row.unit_id, row.code), row)
    return best


def _chain(unit: Unit | None, code: str) -> list[int | None]:
    if unit is not None and unit.level == Level.COMMUNE:
        return [unit.pk, unit.parent_id, None]
    if not is_comparable(FIGURES[code]):
        return []
    return [unit.pk, None] if unit is not None else [None]


def is_reached(target: Target, value: int | None) -> bool | None:
    """Whether a number (hundredths) is where the target wants it; None without a number or of an unknown figure."""
    figure = FIGURES.get(target.code)
    return is_met(figure, value, target.value) if figure else None


def told_to(officer: Officer) -> QuerySet[Target]:
    """Targets the officer may read: those of the units in scope, and those from above that hold for them."""
    rows = Target.objects.all()
    if officer.role == Role.MINISTRY_SUPERVISOR or not officer.can(Right.FIGURES_VIEW):
        return rows.in_scope(officer)
    above = Q(unit=None)
    if officer.unit is not None and officer.unit.parent_id:
        above |= Q(unit=officer.unit.parent_id)
    return rows.filter(units_of(officer) | above)
