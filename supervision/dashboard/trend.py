"""The periods behind the one that is shown: what stood at the end of each, what happened within it, and their line."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils import timezone

from accounts.models import Unit
from accounts.periods import MONTH, QUARTER, WEEK, YEAR, Period, name_of, previous
from supervision.catalogue.figure import Figure
from supervision.catalogue.values import Values
from supervision.figures import HAPPENED, SPREADS
from supervision.kept import Kept, trend, without

HOW_MANY: Final = {WEEK: 10, MONTH: 12, QUARTER: 8, YEAR: 5}
UNKNOWN_BY_ITSELF: Final = frozenset(HAPPENED) | SPREADS
SHORT: Final = {WEEK: "%d/%m", MONTH: "%m/%Y", QUARTER: "%m/%Y", YEAR: "%Y"}


@dataclass(frozen=True)
class Point:
    """A unit in one period. No values where nobody counted."""

    period: Period
    kind: str
    values: Values | None
    taken_at: dt.datetime | None = None
    is_rebuilt: bool = False

    @property
    def name(self) -> str:
        return name_of(self.kind, self.period)

    @property
    def label(self) -> str:
        """Under a line of them: the day a week ends, otherwise when the period began."""
        return f"{self.period.last if self.kind == WEEK else self.period.first:{SHORT[self.kind]}}"

    def hundredths(self, figure: Figure) -> int | None:
        return None if self.values is None else figure.hundredths(self.values)

    def text(self, figure: Figure) -> str:
        return "–" if self.values is None else figure.text(self.values)

    def counted(self, values: Values, at: dt.datetime) -> "Point":
        """The same period, with what was counted just now."""
        return replace(self, values=values, taken_at=at, is_rebuilt=False)


def points(unit: Unit | None, kind: str, period: Period) -> list[Point]:
    """The period and those before it, the oldest first; of the one that runs, up to now. One query."""
    periods = [period]
    for _ in range(HOW_MANY[kind]):
        periods.insert(0, previous(kind, periods[0]))
    today = timezone.localdate()
    found = trend(unit, [min(one.last, today) for one in periods])
    return [_point(one, kind, now, before) for one, before, now in zip(periods[1:], found[:-1], found[1:], strict=True)]


def _point(period: Period, kind: str, now: Kept | None, before: Kept | None) -> Point:
    if now is None:
        return Point(period, kind, None)
    values = now.values.since(before.values) if before else without(now.values, UNKNOWN_BY_ITSELF)
    return Point(period, kind, values, now.taken_at, now.is_rebuilt)


# --- the line --------------------------------------------------------------------------------------------------------

WIDTH, HEIGHT, EDGE = 120.0, 30.0, 3.0


@dataclass(frozen=True)
class Spark:
    """An SVG line of WIDTH × HEIGHT: a stretch for each run of periods that are known, and the height of the target."""

    stretches: list[str]
    last_x: float
    last_y: float
    target_y: float | None
    words: str


def spark_of(figure: Figure, line: Sequence[Point], target: int | None = None) -> Spark | None:
    """None with fewer than two periods that have a number: one point is no line."""
    numbers = [one.hundredths(figure) for one in line]
    known = [number for number in numbers if number is not None]
    if len(known) < 2:
        return None
    shown = [*known, target] if target is not None else known
    least, spread = min(shown), max(shown) - min(shown)

    def high(number: int) -> float:
        return round(EDGE + (HEIGHT - 2 * EDGE) * (1 - (number - least) / spread if spread else 0.5), 1)

    step = (WIDTH - 2 * EDGE) / (len(line) - 1)
    stretches: list[list[str]] = [[]]
    last = (0.0, 0.0)
    for place, number in enumerate(numbers):
        if number is None:
            stretches.append([])
            continue
        last = (round(EDGE + step * place, 1), high(number))
        stretches[-1].append(f"{last[0]},{last[1]}")
    drawn = [" ".join(one) for one in stretches if len(one) > 1]
    first = next(one for one in line if one.hundredths(figure) is not None)
    words = f"từ {first.text(figure)} ({first.name}) đến {line[-1].text(figure)}"
    return Spark(drawn, *last, None if target is None else high(target), words)
