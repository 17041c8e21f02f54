"""Whoever may be near is compared: the filter by letters lets through all that are."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from registry.matching.batch.columns import letters_of
from registry.matching.batch.levels.distances import distances, may_be_near, one_slip

WORDS = st.lists(st.text("abcdđ0 \x00ế", max_size=5), min_size=1, max_size=8)


@given(words=WORDS)
def test_no_near_pair_is_left_out(words):
    texts = pl.Series(words, dtype=pl.String)
    letters = letters_of(texts)
    one, other = np.divmod(np.arange(len(words) ** 2), len(words))
    for cutoff in (1, 2):
        near = may_be_near(letters, letters, one, other, cutoff)
        measured = [OSA.distance(words[a], words[b]) for a, b in zip(one, other, strict=True)]
        assert all(near[at] for at, distance in enumerate(measured) if distance <= cutoff)
        found = distances(texts.gather(one), texts.gather(other), cutoff=cutoff).tolist()
        assert found == [min(distance, cutoff + 1) for distance in measured]
    assert one_slip(texts, letters, one, other).tolist() == [distance <= 1 for distance in measured]


def test_the_filter_leaves_most_pairs_out():
    texts = pl.Series(["nguyen thi lan", "tran van hung", "pham thi hong nhung", "le an"])
    letters = letters_of(texts)
    one, other = np.triu_indices(4, 1)
    assert not may_be_near(letters, letters, one, other, 2).any()
