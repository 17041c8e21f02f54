"""Distances between many pairs of texts: letters are counted first, and only the few that may be near are compared."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from registry.matching.batch.columns import Flags, Ints, Letters

FAR: Final = 3
"""Stands for every distance that is too far to be measured."""


def may_be_near(
    one: Letters, other: Letters, ones: npt.NDArray, others: npt.NDArray, cutoff: int | npt.NDArray[np.int8]
) -> Flags:
    """False where no OSA distance up to the cutoff is possible: a slip changes how often two letters occur at most, and
    the length by one."""
    near = np.abs(one.lengths[ones] - other.lengths[others]) <= cutoff
    near &= np.bitwise_count(one.signatures[ones] ^ other.signatures[others]) <= 2 * cutoff
    return near


def distances(one: pl.Series, other: pl.Series, *, cutoff: int) -> npt.NDArray[np.int8]:
    """OSA distance of each pair, cutoff + 1 for everything beyond."""
    if not len(one):
        return np.zeros(0, dtype=np.int8)
    found = cpdist(one.to_list(), other.to_list(), scorer=OSA.distance, score_cutoff=cutoff, dtype=np.uint8)
    return found.astype(np.int8)


def one_slip(texts: pl.Series, letters: Letters, one: Ints, other: Ints) -> Flags:
    """Whether two of the texts, by their codes, are at most one slip apart."""
    flags = may_be_near(letters, letters, one, other, 1)
    places = np.flatnonzero(flags)
    flags[places] = distances(texts.gather(one[places]), texts.gather(other[places]), cutoff=1) <= 1
    return flags
