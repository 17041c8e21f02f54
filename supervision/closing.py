"""Closing a period: its figures are written down once and never change; what turns out otherwise later is a correction.

A week, month, quarter or year is closed some working days after it ended, so that what was done at its end has been
written. What stood is as it was kept at the end of the last day; what happened is counted when it is closed, by the day
on which it happened. A province is the sum of its communes, closed after them, and the country after the provinces.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Level, Setting, Unit
from accounts.periods import ONE_DAY, Period, of_kind, previous, week_starts
from accounts.working_days import add_working_days
from supervision import kept, recount, shared
from supervision.catalogue.values import Values
from supervision.corrections import CorrectionRefused, find_corrections, note
from supervision.figures import FIGURES, HAPPENED
from supervision.kept import HAPPENING
from supervision.models import FigureDay, FrozenPeriod, PeriodKind
from supervision.snapshots import is_final
from supervision.targets.resolve import resolve

__all__ = ["CloseRefused", "CorrectionRefused", "close", "close_due", "closes_on", "find_corrections", "frozen",
           "note"]  # fmt: skip

AT_ONCE: Final = 10
MOST: Final = {PeriodKind.WEEK: 10, PeriodKind.MONTH: 3, PeriodKind.QUARTER: 2, PeriodKind.YEAR: 1}
PEOPLE: Final = "nhan-khau"


class CloseRefused(Exception):
    """Nothing was closed; the message is the sentence the officer reads."""


def frozen(unit: Unit | None, kind: str, first: dt.date) -> FrozenPeriod | None:
    """The closed period that begins on a day; None while it is open. One query."""
    return FrozenPeriod.objects.filter(unit=unit, kind=kind, first=first).select_related("unit").first()


def close_due(today: dt.date | None = None) -> int:
    """Close every period whose working days are over and that is not closed yet, the earliest of each kind first.
    Answers how many rows were written; asking again writes nothing."""
    today = today or timezone.localdate()
    days = Setting.values_on(today)["report_close_days"]
    return sum(close(kind, period) for kind, period in ended(today) if closes_on(period, days) <= today)


def closes_on(period: Period, days: int) -> dt.date:
    """The morning after that many working days. One query."""
    return add_working_days(period.last, days) + ONE_DAY


def ended(today: dt.date) -> Iterable[tuple[PeriodKind, Period]]:
    """Periods behind us, as far back as they are closed when the portal stood still."""
    starts = week_starts()
    for kind in PeriodKind:
        found, period = [], of_kind(kind.value, today, starts=starts)
        for _ in range(MOST[kind]):
            period = previous(kind.value, period)
            found.append((kind, period))
        yield from reversed(found)


def close(kind: str, period: Period) -> int:
    """Close one period for every unit that kept people at its end, some communes a transaction. Answers how many rows
    are new: each unit is closed once, whoever closes at the same time. Raises CloseRefused before the period has ended.

    A commune whose last day has not been counted to its end waits, and so do its province and the country.
    """
    if period.last >= timezone.localdate():
        raise CloseRefused(f"Kỳ {period.words} chưa kết thúc.")
    before = _of(kind, period).count()
    days = _last_days(period).filter(unit__level=Level.COMMUNE).exclude(unit__in=_closed(kind, period))
    waiting = list(days.select_related("unit").order_by("unit_id"))
    ready = [row for row in waiting if is_final(row)]
    for start in range(0, len(ready), AT_ONCE):
        _close_communes(kind, period, ready[start : start + AT_ONCE])
    late = {row.unit.parent_id or 0 for row in waiting if row.unit and not is_final(row)}
    closed = _of(kind, period).filter(unit__level=Level.COMMUNE)
    provinces = Unit.objects.filter(pk__in=closed.values("unit__parent")).exclude(pk__in=late)
    for province in provinces.exclude(pk__in=_closed(kind, period)).order_by("pk"):
        _close_above(kind, period, province)
    if closed.exists() and not late and not _of(kind, period).filter(unit=None).exists():
        _close_above(kind, period, None)
    return _of(kind, period).count() - before


def _of(kind: str, period: Period) -> QuerySet[FrozenPeriod]:
    return FrozenPeriod.objects.filter(kind=kind, first=period.first).order_by()


def _closed(kind: str, period: Period) -> QuerySet[FrozenPeriod, Any]:
    return _of(kind, period).exclude(unit=None).values("unit")


def _last_days(period: Period) -> QuerySet[FigureDay]:
    """A unit that kept nobody then has nothing to close."""
    return FigureDay.objects.filter(Q(values__has_key=PEOPLE) | Q(is_due=True), day=period.last)


@transaction.atomic
def _close_communes(kind: str, period: Period, rows: Sequence[FigureDay]) -> None:
    ids = [row.unit_id for row in rows if row.unit_id is not None]
    happened, totals = recount.happened_in(ids, period), recount.happened_until(ids, period)
    made = []
    for row in rows:
        assert row.unit_id is not None
        stood, during = kept.without(kept.values_of(row), HAPPENING), happened[row.unit_id]
        values = Values(dict(stood) | dict(during), during.spreads, stood.missing - HAPPENING)
        made.append(_row(row.unit_id, kind, period, values, totals[row.unit_id]))
    _write(made, [row.unit for row in rows], kind, period)


@transaction.atomic
def _close_above(kind: str, period: Period, unit: Unit | None) -> None:
    """The sum of the closed rows below. Of pairs that wait, which two communes share, what was kept of the last day."""
    below = _of(kind, period).filter(unit__level=Level.COMMUNE)
    parts = below.filter(unit__parent=unit) if unit else below
    values, totals = recount.added_up(map(recount.told, parts), unit, period)
    day = _last_days(period).filter(unit=unit, is_due=False).first()
    known = kept.values_of(day) if day else None
    pairs = frozenset(one.code for one in shared.of_two_units() if one.kind == "standing") - values.missing
    numbers = {code: number for code, number in values.items() if code not in pairs}
    if known is not None:
        numbers |= {code: known.get(code, 0) for code in pairs - known.missing}
    unknown = pairs if known is None else pairs & known.missing
    values = Values(numbers, values.spreads, values.missing | unknown)
    _write([_row(unit.pk if unit else None, kind, period, values, totals)], [unit], kind, period)


def _row(unit_id: int | None, kind: str, period: Period, values: Values, totals: Values) -> FrozenPeriod:
    return FrozenPeriod(
        unit_id=unit_id,
        kind=kind,
        first=period.first,
        last=period.last,
        values={code: number for code, number in values.items() if number and code not in values.missing},
        totals={code: number for code, number in totals.items() if number and code in HAPPENED},
        spreads={code: {str(days): n for days, n in spread.items() if n} for code, spread in values.spreads.items()},
        missing=sorted(values.missing),
    )


def _write(made: list[FrozenPeriod], units: Sequence[Unit | None], kind: str, period: Period) -> None:
    """With the targets that held on the last day. What somebody else closed meanwhile stays as it is."""
    targets: dict[int | None, dict[str, int]] = defaultdict(dict)
    for (unit_id, code), target in resolve(units, FIGURES, period.last, period=kind).items():
        targets[unit_id][code] = target.value
    for row in made:
        row.targets = targets[row.unit_id]
    FrozenPeriod.objects.bulk_create(made, ignore_conflicts=True)
