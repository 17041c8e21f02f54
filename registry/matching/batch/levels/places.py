"""Addresses and home towns: compare/place.py over columns of codes."""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from registry.matching.batch.columns import Flags, Ints, Longs, dense
from registry.matching.batch.levels.ladder import Ladder, Levels, among
from registry.matching.batch.register import Register
from registry.matching.batch.towns import Towns
from registry.matching.compare.level import Field
from registry.matching.compare.place import ALIKE


def address_levels(register: Register, field: Field, left: Longs, right: Longs) -> Levels:
    commune, line, hamlet = (register.column(name).codes for name in ("commune", "address", "hamlet"))
    communes = commune[left], commune[right]
    lines = line[left], line[right]
    know_communes = (communes[0] >= 0) & (communes[1] >= 0)
    know_lines = (lines[0] >= 0) & (lines[1] >= 0)
    same_commune = know_communes & (communes[0] == communes[1])
    may = ~know_communes | same_commune
    same_line = know_lines & (lines[0] == lines[1])
    texts = register.column("address").texts

    def is_same_hamlet(at: Longs) -> Flags:
        one = hamlet[left[at]]
        return (one >= 0) & (one == hamlet[right[at]]) & may[at]

    ladder = Ladder(field, know_communes | know_lines)
    ladder.take("same_line", same_line & may)
    ladder.take_some("alike_line", lambda at: _alike(texts, know_lines & may, *lines, at))
    ladder.take_some("same_hamlet", is_same_hamlet)
    ladder.take("same_commune", same_commune)
    ladder.take("same_line_elsewhere", same_line)
    return ladder.done()


def _alike(texts: pl.Series, may: Flags, one: Ints, other: Ints, at: Longs) -> Flags:
    def is_alike(near: Longs) -> Flags:
        if not len(near):
            return np.zeros(0, dtype=bool)
        lines = texts.gather(one[at[near]]).to_list(), texts.gather(other[at[near]]).to_list()
        scorer = Indel.normalized_similarity
        return cpdist(*lines, scorer=scorer, score_cutoff=ALIKE, dtype=np.float64) >= ALIKE

    return among(may[at], is_alike)


def home_town_levels(register: Register, field: Field, left: Longs, right: Longs) -> Levels:
    codes, towns = register.column("home_town").codes, register.towns
    one, other = codes[left], codes[right]
    province = register.part("province")
    ladder = Ladder(field, (one >= 0) & (other >= 0))
    ladder.take("same", one == other)
    ladder.take_some("within", lambda at: _within(towns, one[at], other[at]))
    ladder.take_some("same_province", lambda at: province[left[at]] == province[right[at]])
    return ladder.done()


def _within(towns: Towns, one: Ints, other: Ints) -> Flags:
    """Towns repeat: of those that may lie in each other each distinct pair is asked once."""

    def holds(at: Longs) -> Flags:
        codes, firsts = dense(one[at].astype(np.int64) * len(towns.parts) + other[at])
        pairs = zip(one[at][firsts].tolist(), other[at][firsts].tolist(), strict=True)
        return np.array([towns.is_within(*pair) for pair in pairs], dtype=bool)[codes]

    return among(towns.may_be_within(one, other), holds)
