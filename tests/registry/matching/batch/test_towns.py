"""Which home town lies in which."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from registry.matching.batch.towns import Towns
from registry.matching.compare.place import within
from registry.matching.record import Record

TOWNS = st.lists(st.lists(st.sampled_from("abcde"), min_size=1, max_size=4).map(",".join), min_size=1, max_size=8)


@given(texts=TOWNS)
def test_towns_lie_in_each_other_as_they_do_one_by_one(texts):
    towns = Towns(texts)
    one, other = (side.astype(np.int32) for side in np.divmod(np.arange(len(texts) ** 2), len(texts)))
    may = towns.may_be_within(one, other)
    for at, (left, right) in enumerate(zip(one.tolist(), other.tolist(), strict=True)):
        expected = within(Record("1", home_town=texts[left]), Record("2", home_town=texts[right]))
        assert towns.is_within(left, right) == expected
        assert may[at] or not expected
