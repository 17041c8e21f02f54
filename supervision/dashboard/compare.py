"""Units side by side: who is behind in one figure, by how much, since when; beside it the other figures."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit
from accounts.periods import previous
from accounts.roles import Right
from accounts.text import plain_sort_key
from supervision.catalogue.figure import Figure
from supervision.catalogue.values import Values
from supervision.dashboard.asked import BEST, BY_CHANGE, BY_NAME, COUNTRY, WORST, Asked, told
from supervision.dashboard.tiles import Change, change_of, gap_of
from supervision.figures import FIGURES, Area, counts_by, parts_of
from supervision.kept import within
from supervision.models import Alert, Target
from supervision.targets.hundredths import is_of_period, said

OTHERS: Final = ("nhan-khau", "thu-nhan", "ho-so-qua-han", "the-cho-tra", "nghi-trung")
PEOPLE: Final = "nhan-khau"


@dataclass(frozen=True)
class Cell:
    """One number and the address of its list; without one where it cannot be opened."""

    figure: Figure
    text: str
    url: str
    is_nothing: bool


@dataclass(frozen=True)
class Line:
    """One unit. `number` is the figure compared, in hundredths; `bar` and `mark` (the target) lie between 0 and 100."""

    unit: Unit
    values: Values
    url: str
    cell: Cell
    number: int | None
    rank: int | None
    change: Change
    bar: float | None
    mark: float | None
    target: str
    gap: str
    is_met: bool
    since: dt.date | None
    ask_url: str
    others: list[Cell]

    @property
    def name(self) -> str:
        return self.unit.name

    @property
    def days(self) -> int | None:
        return None if self.since is None else (timezone.localdate() - self.since).days


@dataclass(frozen=True)
class Compared:
    """`lines` in the order asked for; `silent` are units of which no number is known. `is_live`: nothing was kept, so
    it was counted just now."""

    figure: Figure
    lines: list[Line]
    silent: list[Unit]
    is_live: bool
    by_province: bool


def units_of(chosen: Asked) -> list[Unit]:
    """The units below: provinces of the country, communes of a province, as they are today. One query."""
    units = Unit.objects.in_scope(chosen.officer).current()
    if chosen.level == COUNTRY:
        return list(units.provinces())
    return list(units.communes().filter(parent=chosen.unit))


def compared(
    chosen: Asked, units: Sequence[Unit], targets: Mapping[tuple[int | None, str], Target], alerts: Sequence[Alert]
) -> Compared:
    """Two queries; one more where nothing is kept yet."""
    figure, by_province = FIGURES[chosen.code], chosen.level == COUNTRY
    codes = parts_of((*_wanted(chosen.code), *(one.code for one in alerts)))
    now = within(units, chosen.period, codes)
    is_live = not now and chosen.is_running
    if is_live:
        now = counts_by(chosen.ask, "province" if by_province else "commune", _wanted(chosen.code))
    before = {} if is_live else within(units, previous(chosen.kind, chosen.period), codes)
    known = [unit for unit in units if unit.pk in now and now[unit.pk].get(PEOPLE)]
    numbers = {unit.pk: figure.hundredths(now[unit.pk]) for unit in known}
    own = {unit.pk: targets[unit.pk, figure.code] for unit in known if (unit.pk, figure.code) in targets}
    ranks, scale, since = ranks_of(figure, numbers), _scale(figure, numbers, own.values()), _since(alerts, chosen.code)
    lines = [
        _line(chosen, figure, unit, now[unit.pk], before.get(unit.pk), own.get(unit.pk),
              rank=ranks[unit.pk], scale=scale, since=since.get(unit.pk))
        for unit in known
    ]  # fmt: skip
    silent = [unit for unit in units if unit not in known]
    return Compared(figure, ordered(lines, chosen.order, figure), silent, is_live, by_province)


def _wanted(code: str) -> list[str]:
    return list(dict.fromkeys([code, *OTHERS]))


def _since(alerts: Iterable[Alert], code: str) -> dict[int, dt.date]:
    """When each unit began to fall behind in a figure."""
    found: dict[int, dt.date] = {}
    for one in alerts:
        if one.code == code:
            found[one.unit_id] = min(one.since, found.get(one.unit_id, one.since))
    return found


def _line(
    chosen: Asked, figure: Figure, unit: Unit, now: Values, before: Values | None, target: Target | None,
    *, rank: int | None, scale: int, since: dt.date | None,
) -> Line:  # fmt: skip
    by_province = chosen.level == COUNTRY
    number = figure.hundredths(now)
    then = figure.hundredths(before) if before is not None else None
    runs_on = chosen.is_running and is_of_period(figure)
    area, short = Area(unit, is_province=by_province), gap_of(figure, number, target)
    return Line(
        unit=unit,
        values=now,
        url=chosen.of_unit(unit, is_province=by_province),
        cell=cell(chosen, figure, now, area),
        number=number,
        rank=rank,
        change=Change() if runs_on else change_of(figure, then, number),
        bar=_on(scale, number),
        mark=_on(scale, target.value if target else None),
        target=said(figure, target.value) if target else "",
        gap="" if runs_on else short,
        is_met=target is not None and number is not None and not short,
        since=since,
        ask_url="" if by_province else asking_url(chosen, unit, figure.code),
        others=[cell(chosen, FIGURES[code], now, area) for code in OTHERS if code != figure.code],
    )


def asking_url(chosen: Asked, unit: Unit, code: str) -> str:
    """Where a supervisor asks the commune to do something about the figure."""
    if not chosen.officer.can(Right.REQUESTS_ASK):
        return ""
    return reverse("supervision:request_new") + told({"chi-so": code, "xa": unit.code})


def cell(chosen: Asked, figure: Figure, values: Values, area: Area) -> Cell:
    return Cell(figure, figure.text(values), chosen.listed(figure.code, area), not figure.number(values))


def ranks_of(figure: Figure, numbers: Mapping[int, int | None]) -> dict[int, int | None]:
    """1 is the best (of a figure that is neither good nor bad, the largest); equal numbers share a rank."""
    in_order = sorted((n for n in numbers.values() if n is not None), reverse=figure.better != "down")
    first: dict[int, int] = {}
    for place, number in enumerate(in_order, start=1):
        first.setdefault(number, place)
    return {key: None if number is None else first[number] for key, number in numbers.items()}


def _scale(figure: Figure, numbers: Mapping[int, int | None], targets: Iterable[Target]) -> int:
    """What a full bar is."""
    if figure.kind == "ratio":
        return 100 * 100
    return max([n for n in numbers.values() if n is not None] + [one.value for one in targets], default=0)


def _on(scale: int, number: int | None) -> float | None:
    return None if number is None or not scale else round(100 * min(number, scale) / scale, 1)


def ordered(lines: list[Line], order: str, figure: Figure) -> list[Line]:
    """Units without a number come last, whatever is asked."""
    by_name = sorted(lines, key=lambda line: plain_sort_key(line.name))
    if order == BY_NAME:
        return by_name
    if order == BY_CHANGE:
        sign = -1 if figure.better == "down" else 1
        return sorted(by_name, key=lambda line: _last_if_none(line.change.hundredths, sign))
    sign = {WORST: -1, BEST: 1}[order]
    return sorted(by_name, key=lambda line: _last_if_none(line.rank, sign))


def _last_if_none(number: int | None, sign: int) -> tuple[bool, int]:
    return number is None, sign * (number or 0)


def columns(chosen: Asked) -> dict[str, Any]:
    """The head of the table: what a click on it asks for."""
    figure = FIGURES[chosen.code]
    return {
        "name": {"url": chosen.url(xep=BY_NAME), "sorted": "ascending" if chosen.order == BY_NAME else ""},
        "value": {
            "url": chosen.url(xep="" if chosen.order == BEST else BEST),
            "sorted": {WORST: "ascending", BEST: "descending"}.get(chosen.order, ""),
            "title": figure.name,
        },
        "change": {"url": chosen.url(xep=BY_CHANGE), "sorted": "ascending" if chosen.order == BY_CHANGE else ""},
        "others": [{"figure": FIGURES[code], "url": chosen.url(chi_so=code)} for code in OTHERS if code != figure.code],
    }
