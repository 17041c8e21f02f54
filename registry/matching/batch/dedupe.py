"""A whole register against itself: blocks, levels, scores, the pairs above a line."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from registry.matching.batch.blocks import THREADS, Parked, candidates
from registry.matching.batch.columns import Ints, Longs
from registry.matching.batch.register import Register
from registry.matching.batch.scores import Rarities, score_pairs
from registry.matching.keys import CAP
from registry.matching.model import Model
from registry.matching.rarity import Frequencies

CHUNK = 500_000
"""Pairs compared at a time by one thread, which bounds the memory."""


@dataclass(frozen=True)
class Pairs:
    """Places in the table, left < right, with the score in hundredths of a bit and the class M, F or U."""

    left: Longs
    right: Longs
    bits: Ints
    kind: npt.NDArray[np.str_]
    compared: int = 0
    parked: list[Parked] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.left)


def dedupe(
    table: pl.DataFrame | Register,
    model: Model,
    *,
    threshold: int | None = None,
    frequencies: Frequencies | None = None,
    cap: int = CAP,
) -> Pairs:
    """All pairs of a normalised table (record.COLUMNS) that score at least `threshold` hundredths (the model's own).

    Values are counted in the table itself, or in the larger register that `frequencies` speaks for.
    """
    register = table if isinstance(table, Register) else Register(table)
    found = candidates(register, cap=cap)
    rarities = Rarities(register, frequencies)
    line = model.threshold if threshold is None else threshold

    def keep(begin: int, end: int) -> tuple[Longs, Longs, Ints, npt.NDArray[np.str_]]:
        left, right = found.left[begin:end], found.right[begin:end]
        scored = score_pairs(register, left, right, model, rarities)
        above = np.flatnonzero(scored.bits >= line)
        return left[above], right[above], scored.bits[above], scored.kinds[above]

    # A few pairs first, alone: they make what all threads then read.
    borders = [0, *range(min(CHUNK // 20, len(found.left)), len(found.left), CHUNK), len(found.left)]
    kept = [keep(*borders[:2])]
    with ThreadPoolExecutor(THREADS) as threads:
        kept += threads.map(keep, borders[1:-1], borders[2:])
    left, right, bits, kinds = (np.concatenate(column) for column in zip(*kept, strict=True))
    return Pairs(left, right, bits, kinds, compared=len(found.left), parked=found.parked)
