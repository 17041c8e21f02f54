"""The map: everybody on the sheet, nobody covered, north above south."""

import math
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.dashboard.map import CLASSES, WIDTH, classes_of, drawn

HA_GIANG, CA_MAU = (22.8, 105.0), (9.2, 105.1)
DEGREES = st.tuples(st.floats(8, 24), st.floats(102, 115))


def city(count: int) -> tuple[tuple[float, float], ...]:
    """Wards crowded in the middle, communes around."""
    random = Random(7)
    return tuple((10.8 + random.gauss(0, 0.05 if n % 3 else 0.4), 106.7 + random.gauss(0, 0.05)) for n in range(count))


def test_north_is_above_and_east_is_right():
    north, south, east = drawn((HA_GIANG, CA_MAU, (16.0, 109.0))).spots
    assert north.y < east.y < south.y
    assert east.x > north.x


def test_a_crowded_city_of_168_is_spread_out_so_that_no_mark_covers_another():
    sheet = drawn(city(168))
    closest = min(math.dist((a.x, a.y), (b.x, b.y)) for a, b in combinations(sheet.spots, 2))
    assert closest > 1.7 * sheet.radius


@settings(max_examples=25, deadline=None)
@given(st.lists(DEGREES, min_size=1, max_size=40))
def test_every_unit_is_on_the_sheet_whatever_its_coordinates(points):
    sheet = drawn(tuple(points))
    assert len(sheet.spots) == len(points)
    for spot in sheet.spots:
        assert sheet.radius <= spot.x <= WIDTH - sheet.radius
        assert sheet.radius <= spot.y <= sheet.height - sheet.radius


def test_an_island_far_out_stands_at_the_rim_and_does_not_shrink_the_rest():
    mainland = tuple((11.5 + n / 40, 108.5 + (n % 8) / 10) for n in range(40))
    alone, with_island = drawn(mainland), drawn((*mainland, (9.71, 114.45)))
    assert [spot.is_far for spot in with_island.spots] == [False] * 40 + [True]
    assert with_island.spots[-1].x > 0.9 * WIDTH
    spans = [max(s.y for s in sheet.spots[:40]) - min(s.y for s in sheet.spots[:40]) for sheet in (alone, with_island)]
    assert spans[1] > 0.9 * spans[0]


def test_one_unit_stands_in_the_middle():
    sheet = drawn((HA_GIANG,))
    assert abs(sheet.spots[0].x - WIDTH / 2) + abs(sheet.spots[0].y - sheet.height / 2) < 0.1


def test_nobody_makes_an_empty_sheet():
    assert drawn(()).spots == ()


def test_classes_hold_a_fifth_each_and_equals_share_theirs():
    assert classes_of([*range(1, 11)], 10) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert classes_of([1, 1, 1, 4, None], 4) == [1, 1, 1, 4, 0]
    assert max(classes_of([*range(1, 169)], 168)) == CLASSES
