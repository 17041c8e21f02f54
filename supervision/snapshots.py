"""Keeping the figures of every commune day by day, and of the provinces and the country from their communes.

Of today there is a row too, written anew every ten minutes; just after midnight it is written for the last time. One
commune is one transaction: a worker that dies leaves whole rows and marks, and the next sweep goes on. Two workers
never count the same row at once; whoever comes second counts later, so that the newest count stands.
"""

import datetime as dt
import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from django.db import OperationalError, transaction
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import Level, Officer, Unit
from accounts.periods import ONE_DAY, moment, of_kind, week_starts
from registry.models import Resident
from supervision import figures, shared
from supervision.catalogue.values import NO_VALUES, Values
from supervision.kept import WITHIN, Kept, latest, newest, on, rows, trend, values_of, within
from supervision.models import FigureDay, PeriodKind

__all__ = ["Kept", "NoSuchDay", "back_fill", "latest", "on", "plan_night", "take", "take_above", "take_together",
           "trend", "within", "work_on_due"]  # fmt: skip

FRESH_MINUTES: Final = 10
LEASE: Final = dt.timedelta(minutes=5)
END_OF_DAY: Final = dt.timedelta(hours=1)  # so near to midnight what stands is what stood when the day ended
GAP_DAYS: Final = 62
AT_ONCE: Final = 8
WRITTEN: Final = ["values", "spreads", "missing", "taken_at", "is_rebuilt", "is_due", "claimed_until"]
STANDING: Final = frozenset(code for code, one in figures.FIGURES.items() if one.kind == "standing")
log = logging.getLogger(__name__)


class NoSuchDay(Exception):
    """The day is not there yet, or the unit was not there then. Nothing was written."""


# --- one commune, one day --------------------------------------------------------------------------------------------


def take(commune: Unit, day: dt.date | None = None) -> FigureDay:
    """Count one day of a commune (today without one) and write its row, in place of what was written of it before.

    A day that was counted to its end stays as it is. Of a day gone by that was not: what the records still tell of its
    last moment, and what they do not from the row of that day, if any; the rest is missing. Raises NoSuchDay.
    """
    day = day or timezone.localdate()
    if not commune.valid_from <= day <= timezone.localdate():
        raise NoSuchDay(f"Không có số liệu ngày {day:%d/%m/%Y} của {commune}.")
    [row] = take_together([commune], day)
    return row


@transaction.atomic
def take_together(communes: Sequence[Unit], day: dt.date) -> list[FigureDay]:
    """Several communes with one statement: most of the time of one goes into planning it."""
    rows = _locked([one.pk for one in communes], day)
    wanted = [row for row in rows if row.is_rebuilt or not is_final(row)]
    if not wanted:
        return rows
    now, midnight = timezone.now(), moment(day + ONE_DAY)
    found = _of_today(wanted) if day == timezone.localdate(now) else _of_the_past(wanted, midnight, now)
    for row in wanted:
        row.taken_at, row.is_rebuilt = now, now >= midnight + END_OF_DAY
        _fill_in(row, found[_id(row)])
    FigureDay.objects.bulk_update(wanted, WRITTEN)
    _mark_above({one.parent_id for one in communes}, day)
    return rows


def is_final(row: FigureDay) -> bool:
    """Counted after its day had ended."""
    return not row.is_due and timezone.localdate(row.taken_at) > row.day


def _locked(unit_ids: Iterable[int | None], day: dt.date) -> list[FigureDay]:
    """The rows, locked, the lowest unit first: whoever counts them next waits here, and counts later."""
    ids = list(unit_ids)
    _plan(day, ids)
    which = Q(unit=None) if ids == [None] else Q(unit__in=ids)
    return list(FigureDay.objects.filter(which, day=day).select_for_update(of=("self",)).order_by("unit_id"))


def _of_today(rows: Sequence[FigureDay]) -> dict[int, Values]:
    return figures.totals([_id(row) for row in rows], until=rows[0].day)


def _id(row: FigureDay) -> int:
    assert row.unit_id is not None
    return row.unit_id


def _of_the_past(rows: Sequence[FigureDay], midnight: dt.datetime, now: dt.datetime) -> dict[int, Values]:
    """What happened until the day ended. What stood then: as it was counted in the last hour of the day; otherwise as
    the records tell it, and what they do not tell as it was counted earlier that day, or minutes after midnight."""
    found = figures.totals([_id(row) for row in rows], until=rows[0].day, at=midnight)
    for row in rows:
        if row.values and not row.is_rebuilt:
            is_late = row.taken_at >= midnight - END_OF_DAY
            one = found[_id(row)]
            found[_id(row)] = _filled(one, values_of(row), STANDING if is_late else one.missing)
    if now < midnight + END_OF_DAY and any(one.missing for one in found.values()):
        just_now = _of_today(rows)
        found = {key: _filled(one, just_now[key], one.missing) for key, one in found.items()}
    return found


def _filled(found: Values, known: Values, codes: frozenset[str]) -> Values:
    """`found`, but these codes as `known` has them, as far as it does."""
    told = codes - known.missing
    numbers = {code: number for code, number in found.items() if code not in told}
    numbers |= {code: known[code] for code in told if code in known}
    return Values(numbers, found.spreads, found.missing - told)


def _fill_in(row: FigureDay, found: Values) -> None:
    row.values = {code: number for code, number in found.items() if number and code not in found.missing}
    row.spreads = {code: {str(days): n for days, n in spread.items() if n} for code, spread in found.spreads.items()}
    row.missing = sorted(found.missing)
    row.is_due, row.claimed_until = False, None


def _plan(day: dt.date, unit_ids: Iterable[int | None]) -> None:
    """Empty rows to be written, where there are none."""
    planned = [FigureDay(unit_id=pk, day=day, is_due=True, taken_at=moment(day)) for pk in unit_ids]
    FigureDay.objects.bulk_create(planned, ignore_conflicts=True)


def _mark_above(province_ids: Iterable[int | None], day: dt.date) -> None:
    """Provinces and the country are to be added up again. Last in the transaction, the lowest province first: two
    workers who wrote communes of one province wait here for each other, and for nothing else."""
    for unit_id in [*sorted(pk for pk in province_ids if pk), None]:
        if not FigureDay.objects.filter(unit=unit_id, day=day).update(is_due=True):
            _plan(day, [unit_id])


# --- provinces and the country ---------------------------------------------------------------------------------------


def take_above(day: dt.date) -> int:
    """Add up every province and the country from their communes' rows. Answers how many rows were written."""
    provinces = list(Unit.objects.provinces().filter(Exists(_communes_kept(day))))
    return sum(_add_up(unit, day) for unit in [*sorted(provinces, key=lambda one: one.pk), None])


def _communes_kept(day: dt.date) -> QuerySet[FigureDay]:
    return rows().filter(unit__parent=OuterRef("pk"), unit__level=Level.COMMUNE, day__gt=day - WITHIN, day__lte=day)


def add_up_due() -> int:
    """Provinces and the country whose communes were counted since they were added up; oldest days first, and of each
    day the country last."""
    due = FigureDay.objects.filter(Q(unit=None) | Q(unit__level=Level.PROVINCE), is_due=True)
    waiting = list(due.order_by("day", F("unit").asc(nulls_last=True)).select_related("unit"))
    return sum(_add_up(row.unit, row.day) for row in waiting)


@transaction.atomic
def _add_up(unit: Unit | None, day: dt.date) -> int:
    """One row from those below it; 0 while one of them has not been counted yet. Locked before the rows below are read:
    what is counted meanwhile marks this row again."""
    [row] = _locked([unit.pk if unit else None], day)
    below = Q(unit__parent=unit, unit__level=Level.COMMUNE) if unit else Q(unit__level=Level.PROVINCE)
    parts = list(newest(below, day - WITHIN + ONE_DAY, day))
    waits = FigureDay.objects.filter(below, day=day, is_due=True, values={}).exclude(
        unit__in=[part.unit_id for part in parts]
    )
    if not parts or waits.exists():
        return 0
    known = values_of(row) if row.values else None
    whole = sum(map(values_of, parts), NO_VALUES)
    row.taken_at = min(part.taken_at for part in parts)
    row.is_rebuilt = any(part.is_rebuilt for part in parts)
    _fill_in(row, shared.once(whole, unit, day, known=known))
    row.save(update_fields=WRITTEN)
    return 1


# --- what is to be done, and doing it --------------------------------------------------------------------------------


def work_on_due(seconds: float) -> int:
    """Count communes whose row of today is older than ten minutes, or that were planned, the oldest first; then add up
    what lies above them. Answers how many communes. Several workers may do so at once.

    A commune on which it fails rests for a while, so that the others get their turn; the failure is raised at the end.
    """
    until, done = time.monotonic() + seconds, 0
    failed: Exception | None = None
    plan_today()
    while time.monotonic() < until and (claimed := _claim()):
        try:
            done += _take_claimed(claimed)
        except OperationalError as yielded:
            log.warning("Figures of %s units are put off: %s", len(claimed), yielded)
            break
        except Exception as failure:
            failed = failure
    add_up_due()
    if failed is not None:
        raise failed
    return done


def _take_claimed(claimed: Sequence[FigureDay]) -> int:
    """All at once; where that fails, one by one, so that the one on which it fails is known and the others are done."""
    units, day = [row.unit for row in claimed if row.unit], claimed[0].day
    try:
        return len(take_together(units, day))
    except OperationalError:
        raise
    except Exception:
        if len(units) == 1:
            log.exception("Figures of unit %s on %s", units[0].pk, day)
            raise
    done, failed = 0, None
    for row in claimed:
        try:
            done += _take_claimed([row])
        except Exception as failure:
            failed = failure
    if failed is not None:
        raise failed
    return done


def due() -> QuerySet[FigureDay]:
    """Rows of communes that wait to be counted and that nobody is counting, the oldest first."""
    now = timezone.now()
    stale = Q(day=timezone.localdate(now), taken_at__lt=now - dt.timedelta(minutes=FRESH_MINUTES))
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    return FigureDay.objects.filter(free, stale | Q(is_due=True), unit__level=Level.COMMUNE).order_by("taken_at", "pk")


@transaction.atomic
def _claim() -> list[FigureDay]:
    """Some of one day, with a lease: who dies with it, or fails, keeps the rows from the others for five minutes, not
    for ever."""
    day = due().values_list("day", flat=True).first()
    if day is None:
        return []
    free = due().filter(day=day).select_related("unit").select_for_update(skip_locked=True, of=("self",))
    rows = list(free[:AT_ONCE])
    FigureDay.objects.filter(pk__in=[row.pk for row in rows]).update(claimed_until=timezone.now() + LEASE)
    return rows


def plan_today() -> int:
    """A row of today for each commune that keeps records and has none. Answers how many. Two queries at most."""
    return _plan_missing(timezone.localdate())


def plan_night() -> int:
    """After midnight: the last count of the days that ended, the days that nobody counted since a commune began to keep
    figures, and the days from which the running periods are counted. Answers how many rows wait. Asking twice changes
    nothing."""
    today = timezone.localdate()
    first = today - dt.timedelta(days=GAP_DAYS)
    days = FigureDay.objects.filter(unit__level=Level.COMMUNE, day__lt=today, day__gte=first, is_due=False)
    open_ones = days.annotate(counted_on=TruncDate("taken_at")).filter(counted_on__lte=F("day"))
    open_ones.update(is_due=True, claimed_until=None)
    starts = week_starts()
    bases = {of_kind(kind, today, starts=starts).first - ONE_DAY for kind in PeriodKind.values}
    for day in sorted({today - ONE_DAY} | bases):
        _plan_missing(day)
    _plan_gaps(first, today)
    return due().filter(day__lt=today).count()


def _plan_gaps(first: dt.date, today: dt.date) -> None:
    """Days without a row since the commune was first counted on the day itself. Two queries, and one a day."""
    communes = FigureDay.objects.filter(unit__level=Level.COMMUNE, day__gte=first)
    counted = communes.filter(is_rebuilt=False).exclude(is_due=True, values={})
    begun = dict(counted.values_list("unit").annotate(begun=Min("day")))
    there: dict[int | None, set[dt.date]] = defaultdict(set)
    for unit_id, day in communes.values_list("unit", "day"):
        there[unit_id].add(day)
    gaps: dict[dt.date, list[int]] = defaultdict(list)
    for unit_id, day in begun.items():
        while (day := day + ONE_DAY) < today:
            if day not in there[unit_id]:
                gaps[day].append(unit_id)
    for day, unit_ids in gaps.items():
        _plan(day, keeping_records(day).filter(pk__in=unit_ids).values_list("pk", flat=True))


def _plan_missing(day: dt.date) -> int:
    units = keeping_records(day).exclude(Exists(FigureDay.objects.filter(unit=OuterRef("pk"), day=day)))
    missing = list(units.order_by("pk").values_list("pk", flat=True))
    _plan(day, missing)
    return len(missing)


def keeping_records(day: dt.date) -> QuerySet[Unit]:
    """Communes that were there on a day and in which somebody is registered or works; also one that has ended, as long
    as not everybody has been moved into its successor."""
    people = Exists(Resident.objects.filter(commune=OuterRef("pk")))
    works_here = Q(pk__in=Officer.objects.filter(is_active=True).exclude(unit=None).values("unit"))
    there = Q(valid_to=None) | Q(valid_to__gte=day)
    return Unit.objects.communes().filter(people | (works_here & there), valid_from__lte=day)


def back_fill(commune: Unit, days: Iterable[dt.date]) -> int:
    """Make up days gone by from what the records still tell, one transaction a day, the oldest first, and add up what
    lies above. Days before the commune began are left out. Answers how many were written."""
    today = timezone.localdate()
    wanted = [day for day in sorted(set(days)) if commune.valid_from <= day <= today]
    for day in wanted:
        take(commune, day)
    add_up_due()
    return len(wanted)
