"""Where a person lived and lives: the rows with the names that held then, terms, and the bars of the life line."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Unit
from accounts.units.history import Named, lineages, names_over
from registry.homes.notes import notes_of
from registry.models import Residence, ResidenceKind, Resident

DRAWN = (ResidenceKind.PERMANENT, ResidenceKind.TEMPORARY)
LEAST_WIDTH = 1.5  # percent: a bar one can still see
LEAST_GAP = 8  # percent: year marks nearer to each other would print over each other


def homes_of(person: Resident) -> dict[str, Any]:
    """For _homes.html. One query, and one for each step in the history of units (three as the law stands)."""
    rows = list(person.residences.select_related("unit__parent__parent"))
    lines = lineages([(row.unit, row.raw_text) for row in rows])
    names = {row.pk: line for row, line in zip(rows, lines, strict=True)}
    return {
        "resident": person,
        "residences": [(row, address_then(row, names[row.pk])) for row in rows],
        "spans": life_line(person, rows, names),
        "residence_notes": notes_of(rows, timezone.localdate()),
    }


def address_then(row: Residence, line: list[Unit]) -> str:
    """The address by the name the commune had when it ended; today's while it holds."""
    named = names_over(row.unit, from_on=row.from_on, to_on=row.to_on, line=line)
    unit = named[-1].unit.name if named else row.unit.name
    return ", ".join(filter(None, [row.street, row.hamlet, unit]))


def life_line(person: Resident, rows: list[Residence], names: dict[int, list[Unit]]) -> dict[str, Any] | None:
    """Bars between birth and today, for components/spans.html: x and width in percent. One bar for each name that the
    commune bore meanwhile."""
    today = timezone.localdate()
    dated = [row for row in rows if row.from_on and row.kind in DRAWN]
    if not dated:
        return None
    starts = [row.from_on for row in dated if row.from_on]
    first = min([*starts, person.birth_latest_on or today, today - dt.timedelta(days=365)])
    scale = Scale(first, today)
    spans, marks = [], {first, *starts}
    for row in dated:
        pieces = names_over(row.unit, from_on=row.from_on, to_on=end_of(row), line=names[row.pk])
        for piece in pieces:
            spans.append(bar(row, piece, scale))
            marks |= {piece.from_on} if piece.from_on and piece is not pieces[0] else set()
    ticks = [{"x": scale.share(day), "label": f"{day.year}"} for day in sorted(marks)]
    return {"spans": spans, "ticks": spaced(ticks), "label": "; ".join(str(span["label"]) for span in spans)}


def end_of(row: Residence) -> dt.date | None:
    return row.to_on or (timezone.localdate(row.closed_at) if row.closed_at else None)


def bar(row: Residence, piece: Named, scale: "Scale") -> dict[str, Any]:
    start, end = piece.from_on or scale.first, min(piece.to_on or scale.last, scale.last)
    is_open = row.closed_at is None and (row.to_on is None or row.to_on >= scale.last) and piece.unit.is_current
    permanent = row.kind == ResidenceKind.PERMANENT
    return {
        "label": f"{row.get_kind_display()}: {row.hamlet or row.street}, {piece.unit.name}",
        "x": scale.share(start),
        "width": max(scale.share(end) - scale.share(start), LEAST_WIDTH),
        "lane": 0 if permanent else 1,
        "kind": ("now" if is_open else "past") if permanent else "temporary",
    }


class Scale:
    """Days as percent of the whole line."""

    def __init__(self, first: dt.date, last: dt.date) -> None:
        self.first, self.last = first, last
        self.whole = (last - first).days

    def share(self, day: dt.date) -> float:
        return round(max(0, min((day - self.first).days, self.whole)) / self.whole * 100, 1)


def spaced(ticks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out year marks that would print over each other."""
    kept: list[dict[str, Any]] = []
    for tick in ticks:
        if not kept or tick["x"] - kept[-1]["x"] > LEAST_GAP:
            kept.append(tick)
    return kept
