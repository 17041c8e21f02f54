"""What a page of figures shows, from the country down to one commune. A constant number of queries, at most twelve.

Above a commune everything is read from what is kept day by day; in a commune the present is counted live, so that a
number and the list behind it are the same moment's.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit
from accounts.roles import Right, Role
from accounts.scope import works_in_one_commune
from supervision.alerts import open_for
from supervision.catalogue.values import NO_VALUES, Values
from supervision.dashboard import behind, charts, commune, compare, fragments
from supervision.dashboard.asked import COMMUNE, COMPARED, COUNTRY, PLACES, PROVINCE, Asked, periods, told
from supervision.dashboard.sheet import map_of
from supervision.dashboard.tiles import tiles
from supervision.dashboard.trend import Point, points
from supervision.figures import FIGURES, HAPPENED, SPREADS, Area, counts
from supervision.models import Target
from supervision.targets.hundredths import is_comparable
from supervision.targets.resolve import resolve

TILES: Final = ("ty-le-lam-sach", "phu-the-tu-14", "thu-nhan", "ho-so-qua-han", "the-cho-tra", "dd2-kich-hoat-ty-le")
SIZE: Final = ("nhan-khau", "ho")
OF_COMMUNE: Final = (*SIZE, *TILES, *behind.WORK, *commune.GROUP_FIGURES)


def everything(chosen: Asked) -> dict[str, Any]:
    if chosen.level == COMMUNE:
        return _commune(chosen)
    return _above(chosen)


def _shared(chosen: Asked, line: list[Point]) -> dict[str, Any]:
    now = line[-1]
    return {
        "asked": chosen,
        "level": chosen.level,
        "place": chosen.name,
        "periods": periods(chosen),
        "figure": FIGURES[chosen.code],
        "choices": [{"figure": FIGURES[code], "url": chosen.url(chi_so=code), "is_open": code == chosen.code}
                    for code in COMPARED],
        "size": [(FIGURES[code], now.text(FIGURES[code]), chosen.listed(code)) for code in SIZE],
        "at": now.taken_at,
        "is_rebuilt": now.is_rebuilt,
        "has_values": now.values is not None,
        "up_url": _up(chosen),
        "may_ask": chosen.officer.can(Right.REQUESTS_ASK),
    }  # fmt: skip


def _targets(
    chosen: Asked, units: list[Unit | None], codes: Mapping[str, None]
) -> dict[tuple[int | None, str], Target]:
    day = min(chosen.period.last, timezone.localdate())
    return resolve(units, codes, day, period=chosen.kind)


def _chart(chosen: Asked, line: list[Point], target: Target | None) -> charts.Chart | None:
    return charts.chart_of(FIGURES[chosen.code], line, target, is_running=chosen.is_running)


# --- one commune -----------------------------------------------------------------------------------------------------


def _commune(chosen: Asked) -> dict[str, Any]:
    assert chosen.unit is not None
    is_part = chosen.area.is_part
    line = [Point(chosen.period, chosen.kind, None)] * 2 if is_part else points(chosen.unit, chosen.kind, chosen.period)
    alerts = [] if is_part else behind.of_area(open_for(chosen.officer), chosen)
    wanted = dict.fromkeys((*OF_COMMUNE, chosen.code, *(one.code for one in alerts)))
    line[-1] = _now(chosen, line[-1], list(wanted))
    values = line[-1].values or NO_VALUES
    codes = dict.fromkeys((*TILES, chosen.code))
    targets = {
        code: one
        for (_, code), one in _targets(chosen, [chosen.unit], codes).items()
        if not is_part or is_comparable(FIGURES[code])  # so many pieces are asked of a commune, not of a hamlet
    }
    shown = tiles(chosen, TILES, line, targets)
    waits = behind.of_commune(chosen, alerts, shown, values) if chosen.is_running else []
    return (
        _shared(chosen, line)
        | {
            "tiles": shown,
            "behind": waits,
            "has_since": any(one.since for one in waits),
            "groups": commune.groups(chosen, values) if line[-1].values is not None else [],
            "chart": None if is_part else _chart(chosen, line, targets.get(chosen.code)),
        }
        | (fragments.to_come(chosen) if fragments.are_of(chosen) else {})
    )


def _now(chosen: Asked, kept: Point, codes: list[str]) -> Point:
    """The present, counted just now. Of a period gone by what happened in it is counted now, since its list is; what
    stood at its end is what was kept."""
    if chosen.is_running:
        return kept.counted(counts(chosen.ask, codes), timezone.now())
    happened = [code for code in codes if code in HAPPENED or code in SPREADS or FIGURES[code].kind == "spread"]
    if kept.values is None or not happened:
        return kept
    found = counts(chosen.ask, happened)
    values = Values(dict(kept.values) | dict(found), dict(kept.values.spreads) | dict(found.spreads),
                    kept.values.missing - set(happened))  # fmt: skip
    return Point(kept.period, kept.kind, values, kept.taken_at, kept.is_rebuilt)


# --- a province, the country -----------------------------------------------------------------------------------------


def _above(chosen: Asked) -> dict[str, Any]:
    units = compare.units_of(chosen)
    line = points(chosen.unit, chosen.kind, chosen.period)
    asked = dict.fromkeys((*TILES, chosen.code))
    targets = _targets(chosen, [chosen.unit, *units], asked)
    alerts = behind.of_area(open_for(chosen.officer), chosen)
    compared = compare.compared(chosen, units, targets, alerts)
    if line[-1].values is None and compared.is_live:
        line[-1] = line[-1].counted(sum((one.values for one in compared.lines), NO_VALUES), timezone.now())
    own = {
        code: one for (unit_id, code), one in targets.items() if unit_id == (chosen.unit.pk if chosen.unit else None)
    }
    shown, more = behind.of_units(chosen, alerts, compared)
    return _shared(chosen, line) | {
        "tiles": tiles(chosen, TILES, line, own),
        "behind": shown,
        "has_since": any(one.since for one in shown),
        "more_behind": more,
        "compared": compared,
        "columns": compare.columns(chosen),
        "map": map_of(chosen, compared),
        "chart": _chart(chosen, line, own.get(chosen.code)),
        "kind_of_unit": "Tỉnh, thành phố" if chosen.level == COUNTRY else "Xã, phường, đặc khu",
    }


def _up(chosen: Asked) -> str:
    """One level higher: from a part to its commune, from that to its province, from a province to the country."""
    area, officer = chosen.area, chosen.officer
    own = {name: text for name, text in chosen.query.items() if name not in PLACES}
    page = reverse("supervision:dashboard")
    if area.is_part and area.unit is not None:
        return page + told(chosen.where(Area(area.unit)) | own)
    if works_in_one_commune(officer) or area.unit is None:
        return ""
    parent = area.unit.parent
    if chosen.level != PROVINCE and officer.role == Role.MINISTRY_SUPERVISOR and parent is not None:
        own = {"tinh": parent.code} | own
    return page + told(own)
