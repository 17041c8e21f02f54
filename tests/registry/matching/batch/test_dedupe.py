"""A whole register against itself."""

import sys

import numpy as np
import polars as pl

from benchmarks.matching.generate import generate
from registry.matching.batch import dedupe
from registry.matching.batch.register import Register
from registry.matching.model import shipped
from registry.matching.normalise import normalise
from registry.matching.tables import table_of


def _register(size: int = 3_000) -> Register:
    people, _ = generate(size, 12, "normal")
    return Register(table_of([normalise(row) for row in people.fill_null("").to_dicts()]))


def test_chunks_and_threads_do_not_change_the_pairs(monkeypatch):
    whole = dedupe(_register(), shipped(), threshold=-100_000)
    monkeypatch.setattr(sys.modules["registry.matching.batch.dedupe"], "CHUNK", 97)
    parts = dedupe(_register(), shipped(), threshold=-100_000)
    assert len(whole) == whole.compared > 500
    for column in ("left", "right", "bits", "kind"):
        assert np.array_equal(getattr(whole, column), getattr(parts, column))


def test_pairs_stand_once_in_order_and_above_the_line():
    pairs = dedupe(_register(), shipped(), threshold=500)
    assert (pairs.left < pairs.right).all()
    places = list(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))
    assert places == sorted(set(places))
    assert (pairs.bits >= 500).all()
    assert set(pairs.kind.tolist()) == {"M"}


def test_nobody_and_one_alone_have_no_pairs():
    empty = pl.DataFrame(schema=dict.fromkeys(_register(30).table.columns, pl.String))
    assert len(dedupe(empty, shipped())) == 0
    assert len(dedupe(table_of([normalise({"id": "1", "full_name": "Lê An"})]), shipped())) == 0
