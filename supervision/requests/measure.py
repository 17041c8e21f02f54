"""The figure of a request: what it was when asked, what it is now, and the days between.

Of what stands (open cases, shares of people) that is the number itself. Of what happens (files received) it is how
many since the day of the request, beside the THIRTY days before it: a number of one week says nothing of work that took
five.
"""

import datetime as dt
import functools
import operator
from collections.abc import Sequence
from typing import Final

from django.db.models import Q
from django.utils import timezone

from accounts.models import Officer, Unit
from accounts.periods import ONE_DAY, Period
from supervision import kept
from supervision.catalogue.values import Values
from supervision.figures import FIGURES, Area, Ask, Figure, counts
from supervision.models import Request
from supervision.targets.hundredths import is_of_period

THIRTY: Final = 30
DAYS_BEFORE: Final = 14
MOST_POINTS: Final = 45


def when_asked(officer: Officer, unit: Unit, figure: Figure, *, on: dt.date) -> int | None:
    """What a request of today begins from, in hundredths. One query."""
    return _live(officer, unit, figure, Period(on - dt.timedelta(days=THIRTY), on - ONE_DAY))


def now(officer: Officer, request: Request) -> int | None:
    """What it is now, in hundredths; of a request that ended, what it was then. None of a figure without a number.
    One query."""
    if not request.is_open:
        return request.value_at_end
    figure = FIGURES.get(request.code)
    return _live(officer, request.unit, figure, since(request)) if figure else None


def _live(officer: Officer, unit: Unit, figure: Figure, period: Period) -> int | None:
    ask = Ask(officer, Area(unit), period if is_of_period(figure) else None)
    return figure.hundredths(counts(ask, [figure.code]))


def since(request: Request) -> Period:
    """From the day it was asked to today, or to the day it ended."""
    first = timezone.localdate(request.asked_at)
    return Period(first, max(first, last_day(request)))


def last_day(request: Request) -> dt.date:
    return timezone.localdate(request.ended_at) if request.ended_at else timezone.localdate()


def now_of_each(requests: Sequence[Request]) -> tuple[dict[int, int | None], dt.datetime | None]:
    """The same for a list of open requests, as it was last kept, and the oldest moment it is from. Two queries at most.

    A commune of which nothing is kept yet has no number.
    """
    waiting = [one for one in requests if one.is_open and one.code in FIGURES]
    newest = kept.latest({one.unit for one in waiting}) if waiting else {}
    began = _kept_before([one for one in waiting if is_of_period(FIGURES[one.code])])
    found: dict[int, int | None] = {one.pk: one.value_at_end for one in requests if not one.is_open}
    for one in waiting:
        figure, row = FIGURES[one.code], newest.get(one.unit_id)
        if row is None:
            continue
        if not is_of_period(figure):
            found[one.pk] = figure.hundredths(row.values)
        elif one.pk in began:
            found[one.pk] = figure.hundredths(row.values.since(began[one.pk]))
    times = [row.taken_at for row in newest.values()]
    return found, min(times) if times else None


def _kept_before(requests: Sequence[Request]) -> dict[int, Values]:
    """What had happened in all before the day of each request. One query; none without requests."""
    days = {one.pk: (one.unit_id, timezone.localdate(one.asked_at) - ONE_DAY) for one in requests}
    if not days:
        return {}
    which = functools.reduce(operator.or_, (Q(unit=unit, day=day) for unit, day in set(days.values())))
    rows = {(row.unit_id, row.day): kept.values_of(row) for row in kept.rows().filter(which)}
    return {pk: rows[key] for pk, key in days.items() if key in rows}


def trend(request: Request, *, live: int | None) -> list[tuple[dt.date, int | None]]:
    """(day, hundredths) from two weeks before it was asked (of what happens: from that day on) until it ended or until
    today, which is `live`. Long stretches are told in steps. One query."""
    figure = FIGURES.get(request.code)
    if figure is None:
        return []
    asked, last = timezone.localdate(request.asked_at), last_day(request)
    counted = is_of_period(figure)
    days = _steps(asked if counted else asked - dt.timedelta(days=DAYS_BEFORE), last)
    rows = kept.trend(request.unit, [asked - ONE_DAY, *days[:-1]] if counted else days[:-1])
    told: list[int | None]
    if counted:
        base, *rows = rows
        told = [figure.hundredths(row.values.since(base.values)) if row and base else None
                for row in rows]  # fmt: skip
    else:
        told = [figure.hundredths(row.values) if row else None for row in rows]
    return list(zip(days, [*told, live], strict=True))


def _steps(first: dt.date, last: dt.date) -> list[dt.date]:
    """Days evenly apart that end with the last."""
    length = max((last - first).days, 0)
    step = max(1, -(-length // MOST_POINTS))
    return [last - dt.timedelta(days=back) for back in range(length - length % step, -1, -step)]
