"""Personal numbers, CMND and telephones: compare/number.py over columns of codes."""

from __future__ import annotations

import numpy as np

from registry.matching.batch.columns import Coded, Flags, Ints, Longs
from registry.matching.batch.levels.distances import one_slip
from registry.matching.batch.levels.ladder import Ladder, Levels
from registry.matching.batch.register import Register
from registry.matching.compare.level import Field


def number_levels(register: Register, field: Field, left: Longs, right: Longs) -> Levels:
    coded = register.column(field.name)
    one, other = coded.codes[left], coded.codes[right]
    known = (one >= 0) & (other >= 0)
    ladder = Ladder(field, known)
    ladder.take("equal", _share_one(coded, one, other, known))
    if field.name == "number":
        block = register.part("block")
        ladder.take_some("next_number", lambda at: block[left[at]] == block[right[at]])
    ladder.take_some("one_digit", lambda at: one_slip(coded.first_words, coded.letters, one[at], other[at]))
    if field.name == "number":
        last_six = register.part("last_six")
        ladder.take_some("same_last_six", lambda at: last_six[left[at]] == last_six[right[at]])
    return ladder.done()


def _share_one(coded: Coded, one: Ints, other: Ints, known: Flags) -> Flags:
    """Any of several numbers in common; few records have several."""
    flags = one == other
    several = coded.has_several_words
    if several.any():
        for at in np.flatnonzero(known & ~flags & (several[one] | several[other])).tolist():
            flags[at] = bool(set(coded.texts[int(one[at])].split()) & set(coded.texts[int(other[at])].split()))
    return flags
