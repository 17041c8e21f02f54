"""Charts of a report as SVG: bars or a line, every value written beside its mark, so that black on white is enough.

Presentation attributes only: the same picture stands on the page, whose policy knows no inline style, and on paper.
"""

from dataclasses import dataclass
from typing import Final

from supervision.reports.shape import Chart, Point

WIDTH: Final = 760
LABEL: Final = 190
VALUE: Final = 90
ROW: Final = 24
BAR: Final = 15
LINE_HIGH: Final = 150
EDGE: Final = 46
LONGEST_LABEL: Final = 30


@dataclass(frozen=True)
class Mark:
    """One bar, or one point of the line: where it stands and what is written there."""

    label: str
    text: str
    x: str
    y: str
    text_x: str
    text_y: str
    width: str = "0"


@dataclass(frozen=True)
class Drawing:
    kind: str
    title: str
    said: str
    width: int
    height: int
    marks: list[Mark]
    line: str = ""
    label_x: int = LABEL - 8
    bar: int = BAR


def drawing(chart: Chart) -> Drawing | None:
    """None where no point has a number."""
    known = [point for point in chart["points"] if point["number"] is not None]
    if not known:
        return None
    said = f"{chart['title']}: " + "; ".join(f"{one['label']} {one['text']}" for one in chart["points"])
    if chart["kind"] == "bars":
        return _bars(chart, said)
    return _line(chart, said)


def _bars(chart: Chart, said: str) -> Drawing:
    points = chart["points"]
    longest = max(100_00 if _is_percent(points) else 0, *(point["number"] or 0 for point in points)) or 1
    room = WIDTH - LABEL - VALUE
    marks = []
    for place, point in enumerate(points):
        top, wide = place * ROW + (ROW - BAR) / 2, room * (point["number"] or 0) / longest
        middle = place * ROW + ROW / 2 + 4.5
        marks.append(Mark(_shortened(point["label"]), point["text"], f"{LABEL}", f"{top:.1f}",
                          f"{LABEL + wide + 6:.1f}", f"{middle:.1f}", f"{max(wide, 0.8):.1f}"))  # fmt: skip
    return Drawing("bars", chart["title"], said, WIDTH, ROW * len(points), marks)


def _line(chart: Chart, said: str) -> Drawing:
    points = chart["points"]
    numbers = [point["number"] for point in points if point["number"] is not None]
    least, most = min(numbers), max(numbers)
    step = (WIDTH - 2 * EDGE) / max(1, len(points) - 1)
    marks = []
    for place, point in enumerate(points):
        if point["number"] is None:
            continue
        share = (point["number"] - least) / (most - least) if most > least else 0.5
        x, y = EDGE + step * place, EDGE + (LINE_HIGH - 2 * EDGE) * (1 - share)
        marks.append(Mark(point["label"], point["text"], f"{x:.1f}", f"{y:.1f}", f"{x:.1f}", f"{y - 9:.1f}"))
    line = " ".join(f"{mark.x},{mark.y}" for mark in marks)
    return Drawing("line", chart["title"], said, WIDTH, LINE_HIGH, marks, line)


def _is_percent(points: list[Point]) -> bool:
    return any(point["text"].endswith("%") for point in points)


def _shortened(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
