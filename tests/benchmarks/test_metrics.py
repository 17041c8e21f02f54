"""Figures by hand against figures by metrics.py, and a chart that a browser can read."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest

from benchmarks.matching.chart import write_chart
from benchmarks.matching.metrics import curve, is_true, quality, true_pairs

# a1 a2 a3 are one person, b1 b2 another, c nobody else: four true pairs.
TRUTH = pl.DataFrame({"id": ["a1", "a2", "a3", "b1", "b2", "c"], "entity_id": ["1", "1", "1", "2", "2", "3"]})


def pairs(*rows: tuple[str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["left", "right", "bits"], orient="row")


def test_true_pairs_are_all_pairs_of_one_person():
    assert true_pairs(TRUTH) == 4


def test_a_pair_is_true_in_either_order_and_keeps_its_row():
    found = is_true(pairs(("b2", "b1", 1.0), ("a1", "c", 2.0), ("a3", "a1", 0.5)), TRUTH)
    assert found.tolist() == [True, False, True]


def test_f1_at_the_threshold_counts_what_was_never_scored_as_missed():
    measured = quality(
        pairs(("a1", "a2", 9.0), ("a1", "c", 5.0), ("b1", "b2", 3.0), ("a2", "c", -2.0)), TRUTH, threshold=3.0
    )
    assert (measured.precision, measured.recall) == pytest.approx((2 / 3, 2 / 4))
    assert measured.f1 == pytest.approx(2 * (2 / 3) * 0.5 / (2 / 3 + 0.5))
    assert measured.blocking_recall == pytest.approx(2 / 4)
    assert (measured.true_pairs, measured.scored_pairs) == (4, 4)


def test_the_best_threshold_is_the_one_with_the_highest_f1():
    measured = quality(
        pairs(("a1", "a2", 9.0), ("a1", "a3", 8.0), ("b1", "b2", 7.0), ("a1", "c", 1.0)), TRUTH, threshold=0.0
    )
    assert (measured.best_threshold, measured.best_f1) == (7.0, pytest.approx(2 * 1.0 * 0.75 / 1.75))
    assert measured.f1 < measured.best_f1


def test_recall_at_a_precision_is_the_most_that_is_found_at_it():
    measured = quality(pairs(("a1", "a2", 9.0), ("a1", "c", 8.0), ("a1", "a3", 7.0)), TRUTH, threshold=0.0)
    assert (measured.recall_at_995, measured.recall_at_999) == (0.25, 0.25)


def test_equal_scores_stand_or_fall_together():
    bits, precision, recall = curve(np.array([5.0, 5.0, 2.0]), np.array([True, False, True]), 2)
    assert bits.tolist() == [5.0, 2.0]
    assert precision.tolist() == pytest.approx([1 / 2, 2 / 3])
    assert recall.tolist() == pytest.approx([1 / 2, 1.0])


def test_no_pairs_at_all_is_no_error():
    measured = quality(
        pl.DataFrame(schema={"left": pl.String, "right": pl.String, "bits": pl.Float64}), TRUTH, threshold=0
    )
    assert (measured.f1, measured.best_f1, measured.recall_at_995, measured.precision) == (0, 0, 0, 1)


def test_the_chart_is_well_formed_and_loads_nothing(tmp_path: Path):
    path = tmp_path / "img" / "chart.svg"
    bits = np.array([10.0, 0.0, -10.0])
    write_chart(
        path, title="a < b & c", bits=bits, precision=np.array([1.0, 0.98, 0.6]), recall=np.array([0.4, 0.97, 0.99]),
        marks=[(0.0, "needs a look")],
    )  # fmt: skip
    root = ElementTree.parse(path).getroot()
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"a < b & c", "precision", "recall", "F1", "needs a look"} <= set(texts)
    assert "href" not in path.read_text() and "<style" not in path.read_text()
