"""Where a report's numbers come from: a closed period as it was frozen, or, while it is open, the figures kept day by
day. A constant number of queries for any number of units.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import Unit
from accounts.periods import Period
from supervision import kept
from supervision.figures import FIGURES, Values
from supervision.models import FrozenPeriod
from supervision.reports.shape import CellKind
from supervision.targets.resolve import resolve

Key = int | None
KINDS: dict[str, CellKind] = {"ratio": "percent", "spread": "days"}


@dataclass(frozen=True)
class Told:
    """Figures of one unit: `values` of the period and as things stood at its end, `totals` up to its end (lũy kế),
    `targets` in hundredths. Nothing at all is known of a unit that is not there."""

    values: Values
    totals: Values
    targets: Mapping[str, int] = field(default_factory=dict)
    taken_at: dt.datetime | None = None

    def of(self, code: str) -> int | None:
        return self.values.hundredths(code)

    def up_to_now(self, code: str) -> int | None:
        return self.totals.hundredths(code)


def kind_of(code: str) -> CellKind:
    return KINDS.get(FIGURES[code].kind, "count")


def closed(units: Iterable[Unit | None], kind: str, first: dt.date) -> dict[Key, FrozenPeriod]:
    """unit id (None: the country) -> its closed period. One query."""
    wanted = Q(unit__in=[unit for unit in units if unit is not None])
    if any(unit is None for unit in units):
        wanted |= Q(unit=None)
    return {row.unit_id: row for row in FrozenPeriod.objects.filter(wanted, kind=kind, first=first)}


def from_frozen(row: FrozenPeriod) -> Told:
    spreads, missing = _spreads(row.spreads), frozenset(row.missing)
    return Told(
        Values(row.values, spreads, missing), Values(row.totals, {}, missing), row.targets, taken_at=row.closed_at
    )


def _spreads(stored: Mapping[str, Mapping[str, int]]) -> dict[str, dict[int, int]]:
    """JSON knows no key but text."""
    return {code: {int(days): number for days, number in spread.items()} for code, spread in stored.items()}


def running(units: list[Unit | None], kind: str, period: Period, codes: Iterable[str]) -> dict[Key, Told]:
    """As kept so far. Three queries."""
    day = min(period.last, timezone.localdate())
    values, days = kept.within(units, period), kept.on(units, day)
    targets: dict[Key, dict[str, int]] = {}
    for (unit_id, code), target in resolve(units, codes, day, period=kind).items():
        targets.setdefault(unit_id, {})[code] = target.value
    return {
        key: Told(found, days[key].values, targets.get(key, {}), taken_at=days[key].taken_at)
        for key, found in values.items()
        if key in days
    }


def told_of(units: list[Unit | None], kind: str, period: Period, codes: Iterable[str]) -> tuple[dict[Key, Told], bool]:
    """(unit id -> figures, whether the period is still open). The first unit is whose report it is: closed for it,
    closed for all."""
    frozen = closed(units, kind, period.first)
    own = units[0].pk if units[0] is not None else None
    if own in frozen:
        return {key: from_frozen(row) for key, row in frozen.items()}, False
    return running(units, kind, period, codes), True


def before(units: list[Unit | None], kind: str, period: Period) -> dict[Key, Told]:
    """The period before, for comparison: frozen, or else as kept. At most two queries; targets are not asked."""
    frozen = closed(units[:1], kind, period.first)
    if frozen:
        return {key: from_frozen(row) for key, row in frozen.items()}
    return {key: Told(found, Values()) for key, found in kept.within(units[:1], period).items()}


def history(unit: Unit | None, kind: str, until: dt.date, *, periods: int) -> list[FrozenPeriod]:
    """Closed periods up to a day, the oldest first. One query."""
    rows: Any = FrozenPeriod.objects.filter(unit=unit, kind=kind, first__lte=until).order_by("-first")[:periods]
    return list(reversed(rows))
