"""The line behind a tile: one number a period, gaps where nobody counted, the target where it belongs."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.periods import Period, previous, week_of
from supervision.catalogue.values import Values
from supervision.dashboard.charts import chart_of
from supervision.dashboard.trend import EDGE, HEIGHT, HOW_MANY, Point, points, spark_of
from supervision.figures import FIGURES
from supervision.models import Target
from tests.factories import FigureDayFactory

DONE, TAKEN, LATE = FIGURES["ty-le-lam-sach"], FIGURES["thu-nhan"], FIGURES["ho-so-qua-han"]
WEEK = Period(dt.date(2026, 11, 13), dt.date(2026, 11, 19))


def point(done: int | None) -> Point:
    values = None if done is None else Values({"phai-lam-sach": 100, "da-lam-sach": done})
    return Point(WEEK, "week", values)


@pytest.mark.django_db
def test_a_week_has_what_stood_at_its_end_and_what_happened_within_it(commune):
    this = week_of(timezone.localdate(), starts=4)
    last = previous("week", this)
    for day, late, taken in ((last.first - dt.timedelta(days=1), 9, 100), (last.last, 7, 130)):
        values = {"ho-so-qua-han": late, "thu-nhan": taken}
        FigureDayFactory(unit=commune, day=day, values=values, taken_at=timezone.now())
    FigureDayFactory(unit=commune, day=timezone.localdate(), values={"ho-so-qua-han": 4, "thu-nhan": 142})
    line = points(commune, "week", this)
    assert len(line) == HOW_MANY["week"]
    # Of the week before the last only its end is known: what happened in it nobody can say.
    told = [(one.text(LATE), one.text(TAKEN)) for one in line[-4:]]
    assert told == [("–", "–"), ("9", "–"), ("7", "30"), ("4", "12")]


@pytest.mark.django_db
def test_all_periods_are_read_with_one_query(commune, django_assert_num_queries):
    for kind, many in HOW_MANY.items():
        with django_assert_num_queries(1):
            assert len(points(commune, kind, WEEK)) == many


def test_higher_is_more_and_a_gap_parts_the_line():
    spark = spark_of(DONE, [point(50), point(60), point(None), point(40), point(80)], target=9000)
    assert spark is not None
    first, second = ([tuple(map(float, one.split(","))) for one in part.split()] for part in spark.stretches)
    assert [y for _, y in first] == sorted((y for _, y in first), reverse=True)
    assert (first[0][0], second[-1][0]) == (EDGE, 120 - EDGE)
    assert spark.target_y == EDGE  # above everything that was reached
    assert max(y for _, y in second) == HEIGHT - EDGE
    assert (spark.last_x, spark.last_y) == second[-1]


def test_one_period_is_no_line():
    assert spark_of(DONE, [point(None), point(50)]) is None


def test_the_chart_and_its_table_are_the_same_numbers():
    chart = chart_of(DONE, [point(None), point(50), point(62)], Target(code=DONE.code, value=8550), is_running=True)
    assert chart is not None
    assert [(one.text, one.value, one.change.text) for one in chart.moments] == [
        ("–", "", ""), ("50,00 %", "50.00", ""), ("62,00 %", "62.00", "▲ 12,00 điểm"),
    ]  # fmt: skip
    assert (chart.target, chart.target_value) == ("85,50 %", "85.50")
    assert chart.newest_first[0].text == "62,00 %"
    assert chart_of(DONE, [point(None), point(None)], None, is_running=True) is None


def test_a_week_that_runs_still_is_told_but_not_drawn_as_a_fall():
    line = [Point(WEEK, "week", Values({"thu-nhan": number})) for number in (40, 50, 3)]
    chart = chart_of(TAKEN, line, None, is_running=True)
    assert chart is not None
    assert [(one.text, one.value) for one in chart.moments] == [("40", "40.00"), ("50", "50.00"), ("3", "")]
