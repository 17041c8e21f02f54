"""The evidence behind scored pairs: for each its (field, level, hundredths) lines, as score.py gives for one pair."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from registry.matching.batch.dedupe import CHUNK, Pairs
from registry.matching.batch.levels import levels_of_pairs
from registry.matching.batch.register import Register
from registry.matching.batch.scores import Rarities, score_levels, weights_table
from registry.matching.compare.level import UNKNOWN
from registry.matching.fields import FIELDS
from registry.matching.keys import hashed
from registry.matching.model import SAME, STRANGERS, Model
from registry.matching.rarity import VALUES, Counted, Frequencies
from registry.matching.score import RIVALS, measured_against

Line = tuple[str, str, int]


def lines_of(
    register: Register, pairs: Pairs, model: Model, frequencies: Frequencies | None = None
) -> Iterator[tuple[str, list[Line], str]]:
    """(class, lines, rival) of each pair, in order."""
    rarities = Rarities(register, frequencies)
    for begin in range(0, len(pairs), CHUNK):
        left, right = pairs.left[begin : begin + CHUNK], pairs.right[begin : begin + CHUNK]
        levels = levels_of_pairs(register, left, right)
        scored = score_levels(levels, left, right, model, rarities)
        shown = np.array([RIVALS.index(measured_against(rival)) for rival in RIVALS])[scored.rival]
        bits = {field.name: np.zeros(len(left), dtype=np.int32) for field in FIELDS}
        for field in FIELDS:
            found = levels[field.name]
            against = np.stack([weights_table(model, rival, field)[found] for rival in RIVALS])
            against[RIVALS.index(STRANGERS)] += rarities.of_field(field, found, left, right)
            bits[field.name] = weights_table(model, SAME, field)[found] - against[shown, np.arange(len(left))]
        columns = [zip(levels[field.name].tolist(), bits[field.name].tolist(), strict=True) for field in FIELDS]
        for kind, rival, row in zip(
            scored.kinds.tolist(), scored.rival.tolist(), zip(*columns, strict=True), strict=True
        ):
            yield kind, _lines(row), RIVALS[rival]


def _lines(row: tuple[tuple[int, int], ...]) -> list[Line]:
    return [
        (field.name, field.levels[level].name, bits)
        for field, (level, bits) in zip(FIELDS, row, strict=True)
        if level != UNKNOWN
    ]


def frequencies_of(register: Register, places: Collection[int]) -> Counted:
    """What the table counts of the values of some records, for scoring one pair of them alone."""
    counts = {}
    for value, text_of in VALUES.items():
        counted = register.counts(value, None)
        for place in places:
            if text := text_of(register.record(place)):
                counts[value, hashed(text)] = int(counted[place])
    return Counted(register.size, counts)
