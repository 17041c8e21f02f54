"""Scores of many pairs at once: the sums of score.py over columns of levels. Whole numbers, so they are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from registry.matching.batch.columns import Ints, Longs
from registry.matching.batch.levels import Levels, levels_of_pairs
from registry.matching.batch.register import Register, bits_of_counts
from registry.matching.compare.level import UNKNOWN, Field
from registry.matching.fields import FIELDS
from registry.matching.model import CLASSES, FAMILY, SAME, STRANGERS, Model
from registry.matching.rarity import Frequencies
from registry.matching.score import RIVALS


@dataclass(frozen=True)
class Scored:
    """`bits` in hundredths; `rival` is the place in RIVALS of the class that came second or first."""

    bits: Ints
    rival: npt.NDArray[np.int8]

    @property
    def kinds(self) -> npt.NDArray[np.str_]:
        """M, F or U (score.kind_of)."""
        return np.where(self.bits >= 0, "M", np.where(self.rival < len(FAMILY), "F", "U"))


class Rarities:
    """The bits of agreed values, counted once a register (rarity.of_pair)."""

    def __init__(self, register: Register, frequencies: Frequencies | None) -> None:
        self.register = register
        self.frequencies = frequencies
        self.size = frequencies.size if frequencies else register.size
        self._bits: dict[str, Ints] = {}

    def bits(self, value: str) -> Ints:
        """Of each record; 0 where the value is not known."""
        if value not in self._bits:
            counts = self.register.counts(value, self.frequencies)
            self._bits[value] = bits_of_counts(value, counts, self.size)
        return self._bits[value]

    def of_pairs(self, value: str, left: Longs, right: Longs) -> Ints:
        """Of the commoner of the two values, which has the more bits, as none has more than 0."""
        bits = self.bits(value)
        return np.maximum(bits[left], bits[right])

    def of_field(self, field: Field, levels: Levels, left: Longs, right: Longs) -> Ints:
        """What each pair's level leaves to the value it agrees on."""
        found = np.zeros(len(levels), dtype=np.int32)
        self.add_to(found, field, levels, left, right)
        return found

    def add_to(self, sums: Ints, field: Field, levels: Levels, left: Longs, right: Longs) -> None:
        for place, level in enumerate(field.levels):
            if level.rarity:
                at = np.flatnonzero(levels == place)
                sums[at] += self.of_pairs(level.rarity, left[at], right[at])


def score_pairs(register: Register, left: Longs, right: Longs, model: Model, rarities: Rarities) -> Scored:
    levels = levels_of_pairs(register, left, right)
    return score_levels(levels, left, right, model, rarities)


def score_levels(levels: dict[str, Levels], left: Longs, right: Longs, model: Model, rarities: Rarities) -> Scored:
    sums = {kind: np.full(len(left), model.prior(kind, rarities.size), dtype=np.int32) for kind in CLASSES}
    sums[STRANGERS] = np.zeros(len(left), dtype=np.int32)
    for fields in _GROUPS:
        row = np.zeros(len(left), dtype=np.intp)
        for field in fields:
            row *= len(field.levels) + 1
            row += levels[field.name] + np.int8(1)
        for kind, total in sums.items():
            total += _sums_table(model, kind, fields)[row]
    for field in FIELDS:
        rarities.add_to(sums[STRANGERS], field, levels[field.name], left, right)
    best, rival = sums[RIVALS[0]].copy(), np.zeros(len(left), dtype=np.int8)
    for place, kind in enumerate(RIVALS[1:], 1):
        rival[sums[kind] > best] = place
        np.maximum(best, sums[kind], out=best)
    return Scored(sums[SAME] - best, rival)


LARGEST_TABLE: Final = 1000
"""Combinations of levels of several fields that one table of sums holds: small enough for the processor's cache."""


def _groups() -> list[list[Field]]:
    """The fields in groups of which one table can hold every combination of levels."""
    groups: list[list[Field]] = []
    size = LARGEST_TABLE + 1
    for field in FIELDS:
        size *= len(field.levels) + 1
        if size > LARGEST_TABLE:
            groups.append([])
            size = len(field.levels) + 1
        groups[-1].append(field)
    return groups


_GROUPS: Final = _groups()


def _sums_table(model: Model, kind: str, fields: list[Field]) -> Ints:
    """The weights of every combination of levels, UNKNOWN first."""
    table = np.zeros(1, dtype=np.int32)
    for field in fields:
        weights = np.array([0, *model.weights[kind][field.name]], dtype=np.int32)
        table = np.add.outer(table, weights).ravel()
    return table


def weights_table(model: Model, kind: str, field: Field) -> Ints:
    """One weight a level, and 0 behind them for UNKNOWN, which is -1."""
    assert UNKNOWN == -1
    return np.array([*model.weights[kind][field.name], 0], dtype=np.int32)
