"""The nightly look for communes that fall behind, from the figures that were kept of the day before.

For three reasons: a target that holds is not reached; the number is far from the middle of the province's communes;
it got worse within a week. How far is far, the administrator sets (accounts/thresholds.py). An alert that is no longer
true ends by itself; one whose number nobody knows today stays as it is.
"""

import datetime as dt
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.models import Setting, Unit
from accounts.periods import ONE_DAY, WEEK_DAYS, Period, of_kind, previous
from supervision import kept
from supervision.catalogue.values import Values
from supervision.figures import FIGURES, Figure
from supervision.models import Alert, AlertKind, Target
from supervision.targets.hundredths import ONE, RATIO, is_comparable, is_met, is_of_period, wants_less
from supervision.targets.resolve import resolve

WATCHED: Final = ("ty-le-sach", "ty-le-lam-sach", "phu-the-tu-14", "dd2-kich-hoat-ty-le", "song-moi", "ngay-lam-viec",
                  "ho-so-qua-han", "the-ton-lau", "chua-sach", "nghi-trung")  # fmt: skip
"""Figures that are held against other communes and against the week before, besides those that have a target."""
LOOK_BACK: Final = dt.timedelta(days=29)  # what happens is told of thirty days
WEEK: Final = dt.timedelta(days=WEEK_DAYS)
LEAST_WHOLE: Final = 50  # a share of fewer says nothing about a commune

Key = tuple[int, str, str]
Found = dict[Key, tuple[int, int]]
"""(commune, figure, kind) -> (what it is, what it was held against), in hundredths."""


@dataclass(frozen=True)
class Numbers:
    """What was kept of the communes of one province: as the day ended, and of the thirty days up to it."""

    standing: Mapping[int | None, Values]
    recent: Mapping[int | None, Values]

    @classmethod
    def on(cls, communes: Sequence[Unit], day: dt.date) -> "Numbers":
        """Two queries."""
        standing = {key: row.values for key, row in kept.on(communes, day).items()}
        return cls(standing, kept.within(communes, Period(day - LOOK_BACK, day)))

    def of(self, figure: Figure, unit: Unit) -> int | None:
        """In hundredths; None where it is not known, or a share of too few."""
        values = (self.recent if is_of_period(figure) else self.standing).get(unit.pk)
        if values is None or (figure.kind == RATIO and values.get(figure.parts[1], 0) < LEAST_WHOLE):
            return None
        return figure.hundredths(values)


def find_all(today: dt.date | None = None) -> int:
    """Look at every commune of today, province by province; answers how many alerts are open. Run twice, the second
    changes nothing."""
    today = today or timezone.localdate()
    provinces = list(Unit.objects.current(today).provinces().order_by("pk"))
    gone = Alert.objects.filter(ended_on=None, unit__valid_to__lt=today)
    gone.update(ended_on=today)
    return sum(find_in(province, today) for province in provinces)


@transaction.atomic
def find_in(province: Unit, today: dt.date | None = None) -> int:
    """The alerts of one province as they are in the morning of `today`. Its row is locked: two workers queue. A
    dozen queries, and one more for each kind of period that has targets."""
    today = today or timezone.localdate()
    Unit.objects.select_for_update(no_key=True).get(pk=province.pk)
    communes = list(Unit.objects.current(today).communes().filter(parent=province).select_related("parent"))
    settings = Setting.values_on(today)
    day = today - ONE_DAY
    numbers, before = Numbers.on(communes, day), Numbers.on(communes, day - WEEK)
    watched = [FIGURES[code] for code in WATCHED if code in FIGURES and FIGURES[code].better]
    found: Found = {}
    found |= below_target(communes, numbers, day, settings)
    found |= behind_others(communes, numbers, watched, settings)
    found |= getting_worse(communes, numbers, before, watched, settings)
    known = {unit.pk for unit in communes if unit.pk in numbers.standing}
    return _write(communes, found, known, today)


# --- the three reasons -----------------------------------------------------------------------------------------------


def below_target(
    communes: Sequence[Unit], numbers: Numbers, day: dt.date, settings: Mapping[str, int]
) -> Found:  # fmt: skip
    """What happens is held against the last period that is over, if the target held from its first day on."""
    targets = resolve(communes, [code for code, one in FIGURES.items() if one.better], day)
    periods = {kind: _last_period(kind, day, settings) for kind in {one.period for one in targets.values()} if kind}
    told = {kind: kept.within(communes, period) for kind, period in periods.items()}
    found: Found = {}
    for (pk, code), target in targets.items():
        if pk is None:
            continue
        values = _held_against(target, told.get(target.period), periods, numbers, pk)
        value = FIGURES[code].hundredths(values) if values is not None else None
        if value is not None and is_met(FIGURES[code], value, target.value) is False:
            found[pk, code, AlertKind.BELOW_TARGET] = (value, target.value)
    return found


def _last_period(kind: str, day: dt.date, settings: Mapping[str, int]) -> Period:
    """The last one that was over when the day ended."""
    starts = settings["card_report_week_starts"] % WEEK_DAYS
    return previous(kind, of_kind(kind, day + ONE_DAY, starts=starts))


def _held_against(
    target: Target, told: Mapping[int | None, Values] | None, periods: Mapping[str, Period], numbers: Numbers, pk: int
) -> Values | None:
    if not target.period:
        return numbers.standing.get(pk)
    if told is None or target.valid_from > periods[target.period].first:
        return None
    return told.get(pk)


def behind_others(
    communes: Sequence[Unit], numbers: Numbers, figures: Iterable[Figure], settings: Mapping[str, int]
) -> Found:
    """Shares so many points worse than the middle commune of the province; days, so much longer than its days."""
    found: Found = {}
    for figure in filter(is_comparable, figures):
        values = {unit.pk: value for unit in communes if (value := numbers.of(figure, unit)) is not None}
        if len(values) < settings["alert_behind_communes"]:
            continue
        middle = int(statistics.median_low(values.values()))
        for pk, value in values.items():
            if _worse_by(figure, value, middle) > _far(figure, middle, settings):
                found[pk, figure.code, AlertKind.BEHIND_OTHERS] = (value, middle)
    return found


def _far(figure: Figure, middle: int, settings: Mapping[str, int]) -> int:
    if figure.kind == RATIO:
        return settings["alert_behind_points"] * ONE
    return middle * settings["alert_worse_percent"] // 100


def getting_worse(
    communes: Sequence[Unit], numbers: Numbers, before: Numbers, figures: Iterable[Figure], settings: Mapping[str, int]
) -> Found:
    """Against the same a week before: shares by points; pieces and days by percent, and by so many at least."""
    found: Found = {}
    for figure in figures:
        for unit in communes:
            value, was = numbers.of(figure, unit), before.of(figure, unit)
            if value is None or was is None:
                continue
            limit = settings["alert_worse_points"] * ONE
            if figure.kind != RATIO:
                limit = max(was * settings["alert_worse_percent"] // 100, settings["alert_worse_least"] * ONE)
            if _worse_by(figure, value, was) > limit:
                found[unit.pk, figure.code, AlertKind.GETTING_WORSE] = (value, was)
    return found


def _worse_by(figure: Figure, value: int, other: int) -> int:
    return value - other if wants_less(figure) else other - value


# --- writing ---------------------------------------------------------------------------------------------------------


def _write(communes: Sequence[Unit], found: Found, known: set[int], today: dt.date) -> int:
    """New ones open, those that go on are seen again, those of communes with figures that were not found end."""
    rows = Alert.objects.select_for_update().filter(unit__in=communes, ended_on=None)
    seen, over, stays = [], [], 0
    for row in rows:
        numbers = found.pop((row.unit_id, row.code, row.kind), None)
        if numbers is not None:
            row.value, row.against = numbers
            row.seen_on = today
            seen.append(row)
        elif row.unit_id in known or row.code not in FIGURES:
            over.append(row.pk)
        else:
            stays += 1
    Alert.objects.bulk_update(seen, ["value", "against", "seen_on"], batch_size=500)
    Alert.objects.filter(pk__in=over).update(ended_on=today)
    new = [
        Alert(unit_id=pk, code=code, kind=kind, value=value, against=against, since=today, seen_on=today)
        for (pk, code, kind), (value, against) in found.items()
    ]
    Alert.objects.bulk_create(new)
    return len(seen) + len(new) + stays
