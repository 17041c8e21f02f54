"""A small line of days: where the points lie, for an SVG that the template draws; the same as a table."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from supervision.figures import Figure
from supervision.targets.hundredths import said

WIDTH, HEIGHT, MARGIN = 640, 140, 8


@dataclass(frozen=True)
class Line:
    """`pieces` are unbroken runs of days with a number; `dots` the days that stand alone. Numbers are SVG's own."""

    pieces: list[str]
    dots: list[tuple[str, str]]
    goal_y: str
    asked_x: str
    first: dt.date
    last: dt.date
    lowest: str
    highest: str
    rows: list[tuple[dt.date, str]]

    @property
    def label(self) -> str:
        told = [text for _, text in self.rows]
        return f"Từ {self.first:%d/%m/%Y} đến {self.last:%d/%m/%Y}: từ {told[0]} đến {told[-1]}"


def line_of(
    figure: Figure, days: Sequence[tuple[dt.date, int | None]], *, goal: int | None, asked_on: dt.date
) -> Line | None:
    """None where fewer than two days have a number."""
    known = [(day, value) for day, value in days if value is not None]
    if len(known) < 2:
        return None
    first, last = known[0][0], known[-1][0]
    levels = [value for _, value in known] + ([goal] if goal is not None else [])
    low, high = min(levels), max(levels)

    def x(day: dt.date) -> str:
        return f"{MARGIN + (WIDTH - 2 * MARGIN) * (day - first).days / max((last - first).days, 1):.1f}"

    def y(value: int) -> str:
        share = (value - low) / (high - low) if high > low else 0.5
        return f"{HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * share:.1f}"

    runs: list[list[tuple[str, str]]] = [[]]
    for day, value in days:
        if value is None:
            runs.append([])
        else:
            runs[-1].append((x(day), y(value)))
    values = [value for _, value in known]
    return Line(
        pieces=[" ".join(f"{across},{down}" for across, down in run) for run in runs if len(run) > 1],
        dots=[run[0] for run in runs if len(run) == 1] + [(x(last), y(values[-1]))],
        goal_y=y(goal) if goal is not None else "",
        asked_x=x(asked_on) if first < asked_on <= last else "",
        first=first,
        last=last,
        lowest=said(figure, min(values)),
        highest=said(figure, max(values)),
        rows=[(day, said(figure, value)) for day, value in known],
    )
