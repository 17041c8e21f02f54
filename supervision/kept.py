"""Reading the figures that were kept: of the newest day, of one day, of several, of a period. Each is one query.

A day that nobody counted has no row, and what nobody can know of a day is `missing` in its row: neither is ever 0.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Unit, UnitSuccessor
from accounts.periods import ONE_DAY, Period
from supervision.catalogue.values import NO_VALUES, Values
from supervision.figures import HAPPENED, SPREADS
from supervision.models import FigureDay

WITHIN: Final = dt.timedelta(days=7)  # so old may a row be that speaks for a day without one
LATEST_WITHIN: Final = dt.timedelta(days=62)
WHOLE: Final = UnitSuccessor.Kind.WHOLE
HAPPENING: Final = HAPPENED | SPREADS

Units = Iterable[Unit | None]
Key = int | None


@dataclass(frozen=True)
class Kept:
    """Figures of one unit at the end of a day; of today, as they were at `taken_at`."""

    values: Values
    taken_at: dt.datetime
    day: dt.date
    is_rebuilt: bool


def rows() -> QuerySet[FigureDay]:
    """Days that were counted; a planned one is empty until somebody has."""
    return FigureDay.objects.exclude(is_due=True, values={})


def latest(units: Units) -> dict[Key, Kept]:
    """The newest row of each unit, key: its id, None of the country. One query."""
    today = timezone.localdate()
    return {row.unit_id: kept_of(row) for row in newest(about(units), today - LATEST_WITHIN, today)}


def on(units: Units, day: dt.date) -> dict[Key, Kept]:
    """The row of that day, or the newest of the week before it. One query."""
    return {row.unit_id: kept_of(row) for row in newest(about(units), day - WITHIN + ONE_DAY, day)}


def trend(unit: Unit | None, days: Sequence[dt.date]) -> list[Kept | None]:
    """For each day its row, or None. A unit that was renamed carries on where its former row ended. One query."""
    own = Q(unit=unit)
    if unit is not None:
        renamed = {"unit__code": unit.code, "unit__level": unit.level}
        own |= Q(unit__successors__new=unit, unit__successors__kind=WHOLE, **renamed)
    found: dict[dt.date, FigureDay] = {}
    for row in rows().filter(own, day__in=set(days)):
        if row.day not in found or unit is None or row.unit_id == unit.pk:
            found[row.day] = row
    return [kept_of(found[day]) if day in found else None for day in days]


def within(units: Units, period: Period, codes: Collection[str] | None = None) -> dict[Key, Values]:
    """What happened in the period, and what stood at its end (so far, while it runs); of what happened only these
    codes when they are given (with their parts: figures.parts_of). One query.

    What happened is the difference of two rows: of the last day and of the day before the first. Where one of them was
    never counted, or the difference is less than nothing because people took their history elsewhere, it is missing. A
    unit that began within the period goes on from those that it took over from, and from nothing when there were none.
    """
    last = min(period.last, timezone.localdate())
    before = period.first - ONE_DAY
    asked = {unit.pk if unit else None: unit for unit in units}
    theirs: dict[Key, list[FigureDay]] = defaultdict(list)
    for row in _with_former(asked, Q(day=before) | _newest_until(last)):
        theirs[row.unit_id if row.unit_id in asked else row.heir].append(row)
    found: dict[Key, Values] = {}
    wanted = frozenset(HAPPENING if codes is None else HAPPENING & set(codes))
    for key, unit in asked.items():
        ends = [row for row in theirs[key] if row.day > before and row.unit_id == key and _speaks_for(row, last)]
        if ends:
            end = max(ends, key=lambda row: row.day)
            found[key] = _happened(end, theirs[key], unit, before=before, last=last, wanted=wanted)
    return found


# --- rows and what they say ------------------------------------------------------------------------------------------


def about(units: Units) -> Q:
    listed = list(units)
    of_country = Q(unit=None) if None in listed else Q()
    return Q(unit__in=[unit.pk for unit in listed if unit is not None]) | of_country


def newest(condition: Q, first: dt.date, day: dt.date) -> QuerySet[FigureDay]:
    """One row a unit: of the day, or the newest since `first`. A unit that had ended by the day speaks only for days of
    its own: its people are counted elsewhere since."""
    still_there = Q(day=day) | Q(unit=None) | Q(unit__valid_to=None) | Q(unit__valid_to__gte=day)
    found = rows().filter(condition, still_there, day__gte=first, day__lte=day)
    return found.order_by("unit_id", "-day").distinct("unit_id")


def _speaks_for(row: FigureDay, day: dt.date) -> bool:
    ended = row.unit.valid_to if row.unit else None
    return row.day == day or ended is None or ended >= day


def _newest_until(day: dt.date) -> Q:
    """Of each unit the row of the day, or the newest of the week before it, and no other: rows are large."""
    later = rows().filter(unit=OuterRef("unit"), day__gt=OuterRef("day"), day__lte=day)
    return Q(day__gt=day - WITHIN, day__lte=day) & ~Q(Exists(later))


def _with_former(asked: dict[Key, Unit | None], when: Q) -> Iterable[Any]:
    """Rows of the units and of those that each took over from whole (`heir`), every row once."""
    ids = [key for key in asked if key is not None]
    theirs = Q(unit__in=ids) | Q(unit__successors__new__in=ids, unit__successors__kind=WHOLE)
    if None in asked:
        theirs |= Q(unit=None)
    found = rows().filter(theirs & when).annotate(heir=F("unit__successors__new")).select_related("unit")
    return {row.pk: row for row in found}.values()


def _happened(
    end: FigureDay, theirs: list[FigureDay], unit: Unit | None,
    *, before: dt.date, last: dt.date, wanted: frozenset[str],
) -> Values:  # fmt: skip
    """What stands of `end` alone; what happens summed with the former units, whose history moved over."""
    values = without(values_of(end, wanted), HAPPENING - wanted)
    bases = [row for row in theirs if row.day == before]
    began = unit is not None and unit.valid_from > before
    if not (bases or began) or (end.day != last and last != timezone.localdate()):
        return without(values, wanted)
    still_former = [row for row in theirs if row.day == end.day and row.unit_id != end.unit_id]
    numbers, unknown = dict(values), {code for row in (*bases, *still_former) for code in row.missing} & wanted
    for code in HAPPENED & wanted:
        number = sum(row.values.get(code, 0) for row in (end, *still_former))
        number -= sum(row.values.get(code, 0) for row in bases)
        numbers[code] = number
        if number < 0:
            unknown.add(code)
    until, earlier = (
        sum((Values({}, values_of(row, wanted).spreads) for row in some), NO_VALUES)
        for some in ((end, *still_former), bases)
    )
    return without(Values(numbers, until.since(earlier).spreads, values.missing), frozenset(unknown))


def without(values: Values, unknown: frozenset[str]) -> Values:
    """The same, with these codes unknown."""
    if not unknown:
        return values
    numbers = {code: number for code, number in values.items() if code not in unknown}
    spreads = {code: spread for code, spread in values.spreads.items() if code not in unknown}
    return Values(numbers, spreads, values.missing | unknown)


def kept_of(row: FigureDay) -> Kept:
    return Kept(values_of(row), row.taken_at, row.day, row.is_rebuilt)


def values_of(row: FigureDay, wanted: frozenset[str] = SPREADS) -> Values:
    """With those spreads that are wanted. JSON knows keys of text only."""
    spreads = {
        code: {int(days): n for days, n in spread.items()} for code, spread in row.spreads.items() if code in wanted
    }
    return Values(row.values, spreads, frozenset(row.missing))
