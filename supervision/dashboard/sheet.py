"""The map as it is shown: marks with their class, the legend, and names where there is room for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from accounts.models import Unit
from supervision.dashboard.asked import COUNTRY, Asked
from supervision.dashboard.compare import Compared, Line
from supervision.dashboard.map import CLASSES, Sheet, classes_of, drawn

NAMED: Final = 40  # so many names are tried, of those furthest behind
LETTER, LINE, AIR = 6.4, 12.0, 3.0  # width of a letter, height of a line, distance from the mark
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
ISLANDS: Final = ((16.568, 112.135, "Hoàng Sa", "Đà Nẵng"), (9.71, 114.45, "Trường Sa", "Khánh Hòa"))
"""Belong to two provinces, whose marks stand on the mainland."""


@dataclass(frozen=True)
class Label:
    """A name beside its mark; `anchor` says which end of the text stands at x."""

    text: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Mark:
    """One unit. `grade` 1 is best, CLASSES furthest behind, 0 without a number. `label`: its name beside the mark."""

    x: float
    y: float
    grade: int
    name: str
    words: str
    url: str
    misses: bool
    is_far: bool
    label: "Label | None" = None


@dataclass(frozen=True)
class Grade:
    number: int
    words: str
    count: int


@dataclass(frozen=True)
class Shown:
    sheet: Sheet
    marks: list[Mark]
    grades: list[Grade]
    misses: bool
    is_far: bool
    islands: list[Mark]


def map_of(chosen: Asked, compared: Compared) -> Shown | None:
    """None with fewer than two units on the map."""
    placed = [line for line in compared.lines if line.unit.latitude is not None and line.unit.longitude is not None]
    silent = [unit for unit in compared.silent if unit.latitude is not None and unit.longitude is not None]
    if len(placed) + len(silent) < 2:
        return None
    islands = ISLANDS if chosen.level == COUNTRY else ()
    units = [*(line.unit for line in placed), *silent]
    spots = [(unit.latitude or 0.0, unit.longitude or 0.0) for unit in units]
    sheet = drawn((*spots, *(one[:2] for one in islands)))
    ranks = [line.rank for line in placed]
    grades = classes_of(ranks, sum(rank is not None for rank in ranks))
    names = _labels(sheet, units, {number: rank for number, rank in enumerate(ranks) if rank})
    lines: list[Line | None] = [*placed, *([None] * len(silent))]
    marks = [
        Mark(
            spot.x, spot.y, grade, unit.name, _words(unit.name, line),
            line.url if line else chosen.of_unit(unit, is_province=compared.by_province),
            misses=bool(line and line.gap), is_far=spot.is_far, label=names.get(number),
        )
        for number, (spot, unit, line, grade) in enumerate(
            zip(sheet.spots, units, lines, [*grades, *([0] * len(silent))], strict=False)
        )
    ]  # fmt: skip
    rim = [
        Mark(spot.x, spot.y, 0, name, f"Quần đảo {name} (thuộc {of})", "", False, spot.is_far)
        for spot, (_, _, name, of) in zip(sheet.spots[len(units) :], islands, strict=True)
    ]
    return Shown(sheet, marks, _legend(placed, grades), any(one.misses for one in marks),
                 any(one.is_far for one in marks), rim)  # fmt: skip


def _labels(sheet: Sheet, units: Sequence[Unit], ranks: dict[int, int]) -> dict[int, Label]:
    """Names beside their marks, those furthest behind first, as long as they cover nobody."""
    radius = sheet.radius
    taken = [(spot.x - radius, spot.y - radius, spot.x + radius, spot.y + radius) for spot in sheet.spots]
    found: dict[int, Label] = {}
    for number in sorted(ranks, key=lambda one: ranks[one], reverse=True)[:NAMED]:
        spot, text = sheet.spots[number], _short(units[number].name)
        wide, away = len(text) * LETTER, radius + AIR
        for anchor, x, y, left in (
            ("start", spot.x + away, spot.y, spot.x + away),
            ("end", spot.x - away, spot.y, spot.x - away - wide),
            ("middle", spot.x, spot.y + away + LINE / 2, spot.x - wide / 2),
            ("middle", spot.x, spot.y - away - LINE / 2, spot.x - wide / 2),
        ):
            box = (left, y - LINE / 2, left + wide, y + LINE / 2)
            inside = box[0] >= 0 and box[2] <= sheet.width and box[1] >= 0 and box[3] <= sheet.height
            if inside and not any(_overlap(box, other) for other in taken):
                found[number] = Label(text, round(x, 1), round(y, 1), anchor)
                taken.append(box)
                break
    return found


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _words(name: str, line: Line | None) -> str:
    return f"{name}: {line.cell.text}, hạng {line.rank}" if line and line.rank else f"{name}: chưa có số"


def _short(name: str) -> str:
    """Without the kind: "Xã Mẫu Sơn" -> "Mẫu Sơn"."""
    for kind in ("Thành phố ", "Phường ", "Đặc khu ", "Tỉnh ", "Xã "):
        if name.startswith(kind):
            return name.removeprefix(kind)
    return name


def _legend(lines: Sequence[Line], grades: Sequence[int]) -> list[Grade]:
    """From the best to the furthest behind: the numbers that each class spans."""
    found = []
    for number in range(1, CLASSES + 1):
        inside = sorted(
            (line for line, grade in zip(lines, grades, strict=False) if grade == number),
            key=lambda line: line.number or 0,
        )
        if inside:
            first, last = inside[0].cell.text, inside[-1].cell.text
            found.append(Grade(number, first if first == last else f"{first} – {last}", len(inside)))
    return found
