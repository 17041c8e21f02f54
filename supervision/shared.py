"""What two units have in common, told once above them: a pair of two communes is one pair of their province."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count
from django.utils import timezone

from accounts.models import Setting, Unit
from accounts.periods import ONE_DAY, moment
from supervision.catalogue.asked import Area, Frame, frame_of
from supervision.catalogue.figure import Base, Counted
from supervision.catalogue.values import Values
from supervision.figures import FIGURES


def of_two_units() -> list[Counted]:
    """Figures whose rows may belong to two communes, so that their sum over communes tells some of them twice."""
    return [one for one in FIGURES.values() if isinstance(one, Counted) and one.base and len(one.base.sides) > 1]


def counted(figures: Iterable[Counted], unit: Unit | None, frame: Frame) -> dict[str, int]:
    """Of a province or, without a unit, of the country, each row once. One query a table."""
    by_base: dict[Base, list[Counted]] = defaultdict(list)
    for one in figures:
        assert one.base is not None
        by_base[one.base].append(one)
    found: dict[str, int] = {}
    for base, members in by_base.items():
        rows = base.of(base.rows(), Area(unit, is_province=unit is not None))
        columns = {f"n_{place}": Count("pk", filter=one.where(frame) or None) for place, one in enumerate(members)}
        numbers = rows.order_by().aggregate(**columns)
        found |= {one.code: numbers[f"n_{place}"] for place, one in enumerate(members)}
    return found


def once(whole: Values, unit: Unit | None, day: dt.date, *, known: Values | None = None) -> Values:
    """The sum over a province's communes (without a unit, the country's) with such figures counted anew, each row once.

    What the records do not tell of a day gone by is taken from `known`, what was counted that day; otherwise it is
    missing.
    """
    has_ended = day < timezone.localdate()
    figures = [one for one in of_two_units() if one.code not in whole.missing]
    told = [one for one in figures if one.kind == "happened" or one.knows_past or not has_ended]
    at = moment(day + ONE_DAY) if has_ended else None
    numbers = dict(whole) | counted(told, unit, frame_of(day, at, Setting.values_on()))
    unknown = {one.code for one in figures} - {one.code for one in told}
    for code in unknown:
        numbers.pop(code, None)
    if known is not None:
        numbers |= {code: known[code] for code in unknown - known.missing if code in known}
        unknown &= known.missing
    return Values(numbers, whole.spreads, whole.missing | unknown)
