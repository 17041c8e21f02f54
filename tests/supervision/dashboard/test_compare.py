"""Rank, change and distance: said so that nobody needs the colour."""

import pytest

from supervision.dashboard.compare import ranks_of
from supervision.dashboard.tiles import BAD, GOOD, PLAIN, SAME, change_of, gap_of
from supervision.figures import FIGURES
from supervision.models import Target

RATIO, LATE, PEOPLE, DAYS = (
    FIGURES[code] for code in ("ty-le-lam-sach", "ho-so-qua-han", "nhan-khau", "ngay-lam-viec")
)


@pytest.mark.parametrize(
    "figure, numbers, expected",
    [
        (RATIO, [9000, 8000, 9000, None], [1, 3, 1, None]),
        (LATE, [500, 0, 100, 0], [4, 1, 3, 1]),  # few is good
        (PEOPLE, [100, 300, 200], [3, 1, 2]),  # neither good nor bad: the largest first
    ],
)
def test_rank_1_is_the_best_and_equals_share_it(figure, numbers, expected):
    ranks = ranks_of(figure, dict(enumerate(numbers)))
    assert [ranks[key] for key in range(len(numbers))] == expected


@pytest.mark.parametrize(
    "figure, before, now, text, kind",
    [
        (RATIO, 8000, 8125, "▲ 1,25 điểm", GOOD),
        (RATIO, 8125, 8000, "▼ 1,25 điểm", BAD),
        (LATE, 100, 1_234_00, "▲ 1.233", BAD),
        (LATE, 500, 200, "▼ 3", GOOD),
        (PEOPLE, 100, 200, "▲ 1", PLAIN),
        (DAYS, 500, 700, "▲ 2 ngày", BAD),
        (RATIO, 8000, 8000, "không đổi", SAME),
        (RATIO, None, 8000, "", PLAIN),
    ],
)
def test_a_change_says_how_much_and_whether_one_wants_it(figure, before, now, text, kind):
    change = change_of(figure, before, now)
    assert (change.text, change.kind) == (text, kind)


@pytest.mark.parametrize(
    "figure, value, target, expected",
    [
        (RATIO, 8580, 9000, "thiếu 4,20 điểm"),
        (RATIO, 9000, 9000, ""),
        (LATE, 700, 200, "vượt 5"),
        (LATE, 100, 200, ""),
        (RATIO, None, 9000, ""),
    ],
)
def test_the_distance_to_the_target_is_told_only_where_it_is_missed(figure, value, target, expected):
    assert gap_of(figure, value, Target(code=figure.code, value=target)) == expected
