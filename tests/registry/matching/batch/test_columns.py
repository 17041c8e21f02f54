"""Columns of codes: equal texts, and only they, have equal codes."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from registry.matching.batch.columns import code, codes_of, dense, letters_of, shared, signature, together

TEXTS = st.lists(st.text(max_size=6), max_size=30)


@given(texts=TEXTS)
def test_equal_texts_have_equal_codes_and_nothing_typed_has_none(texts):
    coded = code(pl.Series(texts, dtype=pl.String))
    assert [coded.texts[at] if at >= 0 else "" for at in coded.codes.tolist()] == texts
    assert len(coded.texts) == len(set(texts) - {""})
    assert coded.counts.tolist() == [texts.count(text) for text in coded.texts]


HASHES = st.lists(st.sampled_from([0, 1, 2, 3, 2**40, 2**40 + 1, 2**63, 2**64 - 1]), max_size=40)


@given(hashes=HASHES)
def test_equal_hashes_stand_together_the_first_in_front_even_when_upper_bits_agree(hashes):
    order = together(np.array(hashes, dtype=np.uint64)).tolist()
    assert sorted(order) == list(range(len(hashes)))
    groups = [hashes[at] for at in order]
    assert all(groups.index(one) + groups.count(one) > place for place, one in enumerate(groups))
    assert all(one < two for one, two in zip(order, order[1:], strict=False) if hashes[one] == hashes[two])


@given(hashes=HASHES)
def test_shared_hashes_are_those_that_stand_there_more_than_once(hashes):
    order = shared(np.array(hashes, dtype=np.uint64)).tolist()
    several = [at for at in together(np.array(hashes, dtype=np.uint64)).tolist() if hashes.count(hashes[at]) > 1]
    assert [at for at in order if hashes.count(hashes[at]) > 1] == several  # upper bits may let a few more through


@given(hashes=HASHES)
def test_dense_codes_lead_back_to_the_values(hashes):
    for values in (np.array(hashes, dtype=np.uint64), np.array(hashes, dtype=np.uint64).view(np.int64)):
        codes, firsts = dense(values)
        assert values[firsts][codes].tolist() == values.tolist()
        assert sorted(set(codes.tolist())) == list(range(len(set(hashes))))


def test_a_combination_is_known_where_all_its_parts_are():
    left, right = np.array([0, 0, 1, -1]), np.array([5, 5, 5, 5])
    codes = codes_of([left, right], left >= 0).tolist()
    assert codes[0] == codes[1] != codes[2]
    assert codes[3] == -1


@given(texts=TEXTS)
def test_the_signatures_of_a_column_are_those_of_its_texts(texts):
    letters = letters_of(pl.Series(texts, dtype=pl.String))
    assert letters.signatures.tolist() == [signature(text) for text in texts]
    assert letters.lengths.tolist() == [len(text) for text in texts]
