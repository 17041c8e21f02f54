"""A map of units from their coordinates alone: one mark a unit, moved a little so that none covers another.

A unit far from all others (Đặc khu Trường Sa of Khánh Hòa) stands at the rim, in its direction: drawn to scale it would
press the other hundred into a corner. Whoever cannot use the map reads the same in the table beside it.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

Points = tuple[tuple[float, float], ...]
"""Latitude and longitude in degrees."""

WIDTH: Final = 380.0
MOST_HEIGHT: Final = 400.0
EDGE: Final = 20.0
LEAST_RADIUS, MOST_RADIUS = 7.0, 13.0
FILLED: Final = 0.3  # of the sheet, by all marks together
FAR: Final = 2.0  # times the distance within which nine of ten lie
FEW: Final = 5  # so few are never far from one another
ROUNDS: Final = 60
GAP: Final = 1.5


@dataclass(frozen=True)
class Spot:
    """The middle of a mark, from the left and from the top. `is_far`: only the direction is right."""

    x: float
    y: float
    is_far: bool = False


@dataclass(frozen=True)
class Sheet:
    width: float
    height: float
    radius: float
    spots: tuple[Spot, ...]


@lru_cache(maxsize=128)
def drawn(points: Points) -> Sheet:
    """A sheet at most WIDTH × MOST_HEIGHT with a spot for each point, in their order. About 40 ms for 168 communes, so
    it is kept: units do not move."""
    if not points:
        return Sheet(WIDTH, 0, 0, ())
    flat = _flat(points)
    far = _far(flat)
    near = [one for one, is_far in zip(flat, far, strict=True) if not is_far]
    left, top = min(x for x, _ in near), min(y for _, y in near)
    wide, high = max(x for x, _ in near) - left, max(y for _, y in near) - top
    inner, most = WIDTH - 2 * EDGE, MOST_HEIGHT - 2 * EDGE
    scale = min(inner / wide if wide else math.inf, most / high if high else math.inf)
    scale = scale if math.isfinite(scale) else 1.0
    height = max(high * scale, inner / 3) + 2 * EDGE
    aside, above = (WIDTH - wide * scale) / 2, (height - high * scale) / 2
    places = [[aside + (x - left) * scale, above + (y - top) * scale] for x, y in flat]
    radius = min(MOST_RADIUS, max(LEAST_RADIUS, math.sqrt(WIDTH * height * FILLED / (math.pi * len(points)))))
    _spread(places, radius, height)
    spots = tuple(Spot(round(x, 1), round(y, 1), is_far) for (x, y), is_far in zip(places, far, strict=True))
    return Sheet(WIDTH, round(height, 1), round(radius, 1), spots)


def _flat(points: Points) -> list[tuple[float, float]]:
    """East and south in degrees of latitude: a degree of longitude is shorter the further north it is."""
    middle = math.cos(math.radians(sum(latitude for latitude, _ in points) / len(points)))
    return [(longitude * middle, -latitude) for latitude, longitude in points]


def _far(flat: Sequence[tuple[float, float]]) -> list[bool]:
    if len(flat) <= FEW:
        return [False] * len(flat)
    middle = tuple(sorted(one[axis] for one in flat)[len(flat) // 2] for axis in (0, 1))
    away = [math.dist(one, middle) for one in flat]
    usual = sorted(away)[len(away) * 9 // 10 - 1]
    return [distance > FAR * usual > 0 for distance in away]


def _spread(places: list[list[float]], radius: float, height: float) -> None:
    """Push apart whoever overlaps, a little each round, and keep everybody on the sheet."""
    apart = 2 * radius + GAP
    for _ in range(ROUNDS):
        moved = False
        for one, other in _close(places, apart):
            east, south = other[0] - one[0], other[1] - one[1]
            distance = math.hypot(east, south)
            if distance >= apart:
                continue
            moved = True
            if not distance:
                east, south, distance = 1.0, 0.5, 1.118
            push = (apart - distance) / distance / 2
            one[0], one[1] = one[0] - east * push, one[1] - south * push
            other[0], other[1] = other[0] + east * push, other[1] + south * push
        for place in places:
            place[0] = min(WIDTH - radius - 2, max(radius + 2, place[0]))
            place[1] = min(height - radius - 2, max(radius + 2, place[1]))
        if not moved:
            return


def _close(places: list[list[float]], apart: float) -> Iterator[tuple[list[float], list[float]]]:
    """Pairs that may overlap: of the same square of the sheet or of neighbouring ones."""
    squares: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (x, y) in enumerate(places):
        squares[int(x // apart), int(y // apart)].append(number)
    for (column, row), inside in squares.items():
        around = [one for dx, dy in product((-1, 0, 1), repeat=2) for one in squares.get((column + dx, row + dy), ())]
        for number in inside:
            for other in around:
                if number < other:
                    yield places[number], places[other]


CLASSES: Final = 5


def classes_of(ranks: Sequence[int | None], how_many: int) -> list[int]:
    """Rank (1 is best, equal values share one) -> class 1 to CLASSES, a fifth of the units each; 0 without a rank."""
    return [0 if rank is None else 1 + (rank - 1) * CLASSES // how_many for rank in ranks]
