"""Numbers as they are typed and told: hundredths of a percent, of a day, of a piece."""

import pytest

from supervision.figures import FIGURES
from supervision.targets.hundredths import (
    NumberRefused,
    is_met,
    is_of_period,
    read,
    said,
    said_change,
    typed,
    wants_less,
)

SHARE, PIECES, DAYS, TAKEN = (FIGURES[code] for code in ("ty-le-sach", "chua-sach", "ngay-lam-viec", "thu-nhan"))


@pytest.mark.parametrize(
    ("figure", "text", "value"),
    [
        (SHARE, "95", 95_00), (SHARE, "95,5", 95_50), (SHARE, "95.5 %", 95_50), (SHARE, " 86,27% ", 86_27),
        (SHARE, "0", 0), (SHARE, "100", 100_00), (PIECES, "1.234", 1234_00), (PIECES, "1234", 1234_00),
        (PIECES, "12", 12_00), (DAYS, "5", 5_00), (DAYS, "5,5", 5_50),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_written_here(figure, text, value):
    assert read(figure, text) == value
    assert read(figure, typed(figure, value)) == value


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (SHARE, "100,01"), (SHARE, "-1"), (SHARE, "95,555"), (SHARE, "NaN"), (SHARE, "nhiều"), (SHARE, "1e1"),
        (PIECES, "1,5"), (PIECES, "1.23"), (PIECES, "-3"), (PIECES, "９"), (PIECES, ""), (PIECES, "9" * 30),
        (SHARE, "9" * 5000),
    ],
)  # fmt: skip
def test_what_is_no_such_number_is_refused_with_a_sentence(figure, text):
    with pytest.raises(NumberRefused, match=r"\.$"):
        read(figure, text)


def test_numbers_are_told_in_the_vietnamese_form():
    assert said(SHARE, 86_27) == "86,27 %"
    assert said(PIECES, 1234_00) == "1.234 người"
    assert said(DAYS, 5_00) == "5 ngày làm việc"
    assert said(SHARE, None) == "chưa có số"
    assert said_change(SHARE, 80_00, 83_20) == "tăng 3,20 điểm phần trăm"
    assert said_change(PIECES, 120_00, 20_00) == "giảm 100 người"
    assert said_change(PIECES, 5_00, 5_00) == "không đổi"
    assert said_change(PIECES, None, 5_00) == ""


@pytest.mark.parametrize(
    ("figure", "value", "goal", "met"),
    [
        (SHARE, 95_00, 95_00, True), (SHARE, 94_99, 95_00, False), (PIECES, 0, 0, True), (PIECES, 1_00, 0, False),
        (SHARE, None, 95_00, None), (SHARE, 95_00, None, None),
    ],
)  # fmt: skip
def test_reaching_the_goal_goes_in_the_direction_of_the_figure(figure, value, goal, met):
    assert is_met(figure, value, goal) is met


def test_of_a_figure_without_a_direction_the_way_to_the_goal_tells():
    people = FIGURES["nhan-khau"]
    assert people.better == ""
    assert is_met(people, 90_00, 80_00, then=100_00) is False
    assert is_met(people, 90_00, 95_00, then=80_00) is False
    assert wants_less(people, 80_00, 100_00)
    assert not wants_less(people, 120_00, 100_00)


def test_what_happens_belongs_to_a_period_and_so_do_days_and_shares_of_what_happens():
    assert [is_of_period(one) for one in (SHARE, PIECES, DAYS, TAKEN)] == [False, False, True, True]
    assert is_of_period(FIGURES["trung-thong-nhat"]) == (FIGURES["trung-xem-lai"].kind == "happened")
