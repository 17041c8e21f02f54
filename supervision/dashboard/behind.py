"""Who is behind, by how much, since when, and what to open next: the first thing a page of figures says."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from supervision.catalogue.figure import Figure
from supervision.catalogue.values import Values
from supervision.dashboard.asked import COMMUNE, COUNTRY, Asked
from supervision.dashboard.compare import Compared, Line, asking_url
from supervision.dashboard.tiles import Tile, amount
from supervision.figures import FIGURES, Area
from supervision.models import Alert, AlertKind
from supervision.targets.hundredths import is_of_period, said

MOST: Final = 6
NAMED: Final = 3  # of the figure compared, whatever else there is
WORK: Final = ("ho-so-qua-han", "the-ton-lau", "nghi-trung", "chua-co-the-tu-14", "phuc-tra-cu", "chua-sach")
HELD_AGAINST: Final = {
    AlertKind.BELOW_TARGET: "chỉ tiêu {against}",
    AlertKind.BEHIND_OTHERS: "mức giữa các xã {against}",
    AlertKind.GETTING_WORSE: "tuần trước {against}",
}


@dataclass(frozen=True)
class Behind:
    """One line: whose or what number, how it stands, against what, since when; the page, the list and the request that
    it leads to. `kind` is a pill's."""

    title: str
    url: str
    text: str
    list_url: str
    why: str
    gap: str = ""
    about: str = ""
    since: dt.date | None = None
    ask_url: str = ""
    pill: str = ""
    kind: str = "warn"

    @property
    def days(self) -> int | None:
        return None if self.since is None else (timezone.localdate() - self.since).days


def of_area(alerts: Iterable[Alert], chosen: Asked) -> list[Alert]:
    """Those of the unit that is looked at; none beside the figures of a period gone by."""
    if not chosen.is_running:
        return []
    known = [one for one in alerts if one.code in FIGURES]
    if chosen.level == COUNTRY or chosen.unit is None:
        return known
    if chosen.level == COMMUNE:
        return [one for one in known if one.unit_id == chosen.unit.pk]
    return [one for one in known if one.unit.parent_id == chosen.unit.pk]


def of_units(chosen: Asked, alerts: Sequence[Alert], compared: Compared) -> tuple[list[Behind], int]:
    """(shown, how many more): communes with an alert and units that miss the target of the figure compared, those of
    that figure and those furthest behind in it first."""
    now = {line.unit.pk: line.values for line in compared.lines}
    told = [_alert(one, chosen, now.get(one.unit_id), of_unit=True) for one in alerts]
    warned = {(one.unit_id, one.code) for one in alerts}
    others = [line for line in compared.lines if (line.unit.pk, compared.figure.code) not in warned]
    missed = [_unit(line, compared, f"chỉ tiêu {line.target}", line.gap) for line in others if line.gap]
    everything = [*told, *missed]
    own = [one for one in everything if one.about == compared.figure.name]
    rest = [one for one in everything if one.about != compared.figure.name]
    room = max(NAMED - len(own), MOST - len(everything), 0)
    own += _furthest(compared, [line for line in others if not line.gap])[:room]
    return [*own, *rest][:MOST], max(0, len(own) + len(rest) - MOST)


def _unit(line: Line, compared: Compared, why: str, gap: str) -> Behind:
    return Behind(
        line.name, line.url, line.cell.text, line.cell.url, why, gap=gap, about=compared.figure.name, since=line.since,
        ask_url=line.ask_url,
    )  # fmt: skip


def _furthest(compared: Compared, lines: Iterable[Line]) -> list[Behind]:
    """The far side of the middle, the furthest first. Of a figure that is neither good nor bad nobody is behind."""
    figure = compared.figure
    numbers = sorted(line.number for line in compared.lines if line.number is not None)
    if not figure.better or not numbers:
        return []
    middle = numbers[(len(numbers) - 1) // 2]
    worse = [line for line in lines if line.number is not None and _gap(figure, line.number, middle)]
    worse.sort(key=lambda line: line.rank or 0, reverse=True)
    return [
        _unit(line, compared, f"mức giữa {said(figure, middle)}", _gap(figure, line.number or 0, middle))
        for line in worse
    ]  # fmt: skip


def of_commune(chosen: Asked, alerts: Sequence[Alert], tiles: Iterable[Tile], values: Values) -> list[Behind]:
    """Its alerts, the targets it misses, and the work that waits, each with its list."""
    told = [_alert(one, chosen, values, of_unit=False) for one in alerts]
    warned = {one.code for one in alerts}
    missed = [
        Behind(one.figure.title, "", one.text, one.url, f"chỉ tiêu {one.target}", gap=one.gap,
               ask_url=_ask(chosen, one.figure.code), pill="Chưa đạt chỉ tiêu")
        for one in tiles
        if one.gap and one.figure.code not in warned
    ]  # fmt: skip
    named = warned | {one.figure.code for one in tiles if one.gap}
    waits = [
        Behind(FIGURES[code].title, "", f"{values.text(code)} {FIGURES[code].unit}", chosen.listed(code),
               "", ask_url=_ask(chosen, code), pill="Quá hạn" if code == WORK[0] else "", kind="block")
        for code in WORK
        if code not in named and values.number(code)
    ]  # fmt: skip
    late = [one for one in waits if one.pill]
    return [*late, *told, *missed, *(one for one in waits if not one.pill)][: MOST + 2]


def _ask(chosen: Asked, code: str) -> str:
    return asking_url(chosen, chosen.unit, code) if chosen.unit else ""


def _alert(one: Alert, chosen: Asked, now: Values | None, *, of_unit: bool) -> Behind:
    """What was found last night, with the number that the rest of the page shows: the commune may have caught up."""
    figure, unit = FIGURES[one.code], one.unit
    value = None if now is None or is_of_period(figure) else figure.hundredths(now)
    value = one.value if value is None else value
    against = HELD_AGAINST[AlertKind(one.kind)].format(against=said(figure, one.against))
    return Behind(
        title=unit.name if of_unit else figure.title,
        url=chosen.of_unit(unit, is_province=False) if of_unit else "",
        text=said(figure, value),
        list_url=chosen.listed(one.code, Area(unit)),
        why=against,
        gap=_gap(figure, value, one.against),
        about=figure.name if of_unit else "",
        since=one.since,
        ask_url=asking_url(chosen, unit, one.code),
        pill=one.get_kind_display(),
    )


def _gap(figure: Figure, value: int, against: int) -> str:
    less = abs(against - value)
    if not less or (value > against) == (figure.better == "up"):
        return ""
    return f"{'thiếu' if against > value else 'vượt'} {amount(figure, less)}"
