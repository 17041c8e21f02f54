"""Learning the weights from a register nobody has labelled: expectation and maximisation over its candidate pairs.

Strangers are measured on random pairs and stay fixed; one person and the three kinds of family share the candidates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from registry.matching.batch.blocks import candidates
from registry.matching.batch.columns import Longs
from registry.matching.batch.levels import Levels, levels_of_pairs
from registry.matching.batch.register import Register
from registry.matching.batch.scores import Rarities
from registry.matching.beginning import BEGINNING, PAIRS
from registry.matching.compare.level import Field
from registry.matching.fields import FIELDS
from registry.matching.model import CLASSES, FAMILY, SAME, SIBLINGS, STRANGERS, TWINS, Model

Shares = npt.NDArray[np.float64]
Rows = dict[str, Shares]
Weights = dict[str, Rows]
Tell = Callable[[str], None]

RANDOM_PAIRS: Final = 1_000_000
MOST_CANDIDATES: Final = 1_500_000
ROUNDS: Final = 25
THRESHOLD: Final = 0
"""Hundredths of a bit: from here on one person is likelier than anything else (docs/matching.md)."""
CAREFUL: Final = {SAME: 2**0.75, TWINS: 3.0}
"""What the learned priors are multiplied by. To one person, because on every seed and both profiles F1 was best half a
bit to a bit below 0 (fields are not as independent as the sums take them to be), and 0 is to stay the line. To twins,
because two people taken for one is the worse mistake: it costs .0003 of F1 on normal data, .001 on dirty data."""
LEAST: Final = 1e-7
"""No level is impossible."""
FAITH: Final = 30.0
"""How many pairs a class's beginning is worth against what the candidates say."""
SHARED: Final = ("mother", "father", "home_town")
"""Brothers, sisters and twins write the same parents as one person written twice does: one table for the three."""


OF_THE_HOUSE: Final = ("phone",)
"""Children give the telephone of the house, grown-ups their own, and no class knows an age: what a family shares is not
learned from grown-ups but set, so that twins at school are not taken for one person by their mother's number."""


@dataclass(frozen=True)
class Sample:
    """Candidate pairs with what is known of them. Few rows of levels are different, so each is weighed once."""

    rows: dict[str, Levels]
    """The different rows, one column a field."""
    row: Longs
    """The row of each pair."""
    by_chance: Shares
    """How likely strangers are to come to the levels and values of each pair."""
    share: float
    """How many of all candidates these are."""
    size: int


def train(
    registers: list[Register],
    *,
    version: str,
    about: dict[str, Any] | None = None,
    seed: int = 1,
    threshold: int | None = None,
    begin: Model | None = None,
    tell: Tell = lambda said: None,
) -> Model:
    """A model from one or several normalised registers. Starts from `begin` when it is given.

    Deterministic for one seed. Some seconds for 300,000 records; memory as batch.dedupe.
    """  # fmt: skip
    generator = np.random.default_rng(seed)
    strangers = _strangers(registers, generator)
    samples = [_sample(register, generator, strangers) for register in registers]
    tell(f"{sum(len(one.row) for one in samples):,} candidate pairs")
    weights, pairs = _beginning(begin)
    for round_number in range(ROUNDS):
        counts = [_expect(sample, weights, pairs) for sample in samples]
        weights = _maximise([counted for counted, _ in counts])
        pairs = _pairs_of([(counted, sample.size) for (_, counted), sample in zip(counts, samples, strict=True)])
        told = ", ".join(f"{kind} {pairs[kind]:.4f}" for kind in CLASSES)
        tell(f"round {round_number + 1}: pairs a record: {told}")
    everything = {**weights, STRANGERS: strangers}
    return Model(
        version=version,
        weights={
            kind: {name: [round(float(100 * value)) for value in row] for name, row in rows.items()}
            for kind, rows in everything.items()
        },
        pairs={kind: round(value * CAREFUL.get(kind, 1.0), 6) for kind, value in pairs.items()},
        threshold=threshold if threshold is not None else begin.threshold if begin else THRESHOLD,
        certain=begin.certain if begin else 1000,
        about=about or {},
    )


def _logs(shares: Shares) -> Shares:
    return np.log2(np.maximum(shares, LEAST))


def _beginning(begin: Model | None) -> tuple[Weights, dict[str, float]]:
    if begin:
        rows = {kind: {name: np.array(row) / 100 for name, row in begin.weights[kind].items()} for kind in CLASSES}
        return rows, dict(begin.pairs)
    return {kind: {name: _logs(np.array(row)) for name, row in BEGINNING[kind].items()} for kind in CLASSES}, dict(
        PAIRS
    )


# ------------------------------------------------------------------------------------------------------------ strangers


def _strangers(registers: list[Register], generator: np.random.Generator) -> Rows:
    """log2 of how often random pairs stand on a level; for levels with a rarity, beyond the value's own chance."""
    counts = {field.name: np.full(len(field.levels), 0.5) for field in FIELDS}
    chances = {field.name: np.zeros(len(field.levels)) for field in FIELDS}
    for register in registers:
        left, right = _random_pairs(register, generator, RANDOM_PAIRS // len(registers))
        levels = levels_of_pairs(register, left, right)
        for field in FIELDS:
            known = levels[field.name][levels[field.name] >= 0]
            counts[field.name] += np.bincount(known, minlength=len(field.levels))
            chances[field.name] += [
                len(known) * _chance(register, level.rarity) if level.rarity else 0.0 for level in field.levels
            ]
    return {field.name: _beyond_chance(field, counts[field.name], chances[field.name]) for field in FIELDS}


def _random_pairs(register: Register, generator: np.random.Generator, wanted: int) -> tuple[Longs, Longs]:
    left = generator.integers(0, register.size, wanted)
    right = generator.integers(0, register.size, wanted)
    different = left != right
    return np.minimum(left, right)[different], np.maximum(left, right)[different]


def _chance(register: Register, value: str) -> float:
    """How often two random records that know a value agree on it: the sum of the squared shares."""
    counts = register.counts(value, None)
    known = counts > 0
    return float(counts[known].astype(np.float64).sum() / max(1, known.sum()) ** 2)


_IS_THE_VALUE: Final = {"exact", "equal", "same_line", "same"}
"""Levels that say no more than that the value is the same: beyond the value's chance they are certain."""


def _beyond_chance(field: Field, counts: Shares, chances: Shares) -> Shares:
    shares = np.maximum(counts / counts.sum(), LEAST)
    beyond = [
        1.0 if level.name in _IS_THE_VALUE and level.rarity
        else min(1.0, count / max(chance, 1.0)) if level.rarity
        else share
        for level, count, chance, share in zip(field.levels, counts, chances, shares, strict=True)
    ]  # fmt: skip
    return _logs(np.array(beyond))


# ---------------------------------------------------------------------------------------------------------- candidates


def _sample(register: Register, generator: np.random.Generator, strangers: Rows) -> Sample:
    found = candidates(register)
    left, right, share = found.left, found.right, 1.0
    if len(left) > MOST_CANDIDATES:
        chosen = np.sort(generator.choice(len(left), MOST_CANDIDATES, replace=False))
        left, right, share = left[chosen], right[chosen], MOST_CANDIDATES / len(left)
    levels = levels_of_pairs(register, left, right)
    rarities = Rarities(register, None)
    bits = np.zeros(len(left))
    for field in FIELDS:
        bits += np.append(strangers[field.name], 0.0)[levels[field.name]]
        bits += rarities.of_field(field, levels[field.name], left, right) / 100
    row, firsts = _different_rows(levels)
    rows = {name: column[firsts] for name, column in levels.items()}
    return Sample(rows, row, np.exp2(bits), share, register.size)


def _different_rows(levels: dict[str, Levels]) -> tuple[Longs, Longs]:
    """(the row of each pair, a pair of each row)."""
    codes: Longs = np.zeros(len(levels[FIELDS[0].name]), dtype=np.int64)
    for field in FIELDS:
        codes *= len(field.levels) + 1
        codes += levels[field.name] + np.int8(1)
    _, firsts, row = np.unique(codes, return_index=True, return_inverse=True)
    return row, firsts


def _expect(
    sample: Sample, weights: Weights, pairs: dict[str, float]
) -> tuple[dict[str, dict[str, Shares]], dict[str, float]]:
    """(class -> field -> how many pairs are expected on each level, class -> pairs expected in all)."""
    expected = {kind: counts / sample.share for kind, counts in _expected_rows(sample, weights, pairs).items()}
    counted = {
        kind: {field.name: _counted(field, sample.rows[field.name], counts) for field in FIELDS}
        for kind, counts in expected.items()
    }
    return counted, {kind: float(counts.sum()) for kind, counts in expected.items()}


def _expected_rows(sample: Sample, weights: Weights, pairs: dict[str, float]) -> dict[str, Shares]:
    """class -> how many pairs of each row are expected to be of the class; the rest are strangers."""
    likely = {}
    for kind in CLASSES:
        bits = np.full(len(sample.rows[FIELDS[0].name]), np.log2(2 * pairs[kind] / sample.size))
        for field in FIELDS:
            bits += np.append(weights[kind][field.name], 0.0)[sample.rows[field.name]]
        likely[kind] = np.exp2(bits)
    anybody = sum(likely.values(), np.zeros(1))[sample.row] + sample.by_chance
    share = np.bincount(sample.row, weights=1.0 / anybody, minlength=len(likely[SAME]))
    return {kind: one * share for kind, one in likely.items()}


def _counted(field: Field, levels: Levels, counts: Shares) -> Shares:
    """The counts by level, those of UNKNOWN left out."""
    return np.bincount(levels + np.int8(1), weights=counts, minlength=len(field.levels) + 1)[1:].astype(np.float64)


def _maximise(counted: list[Weights]) -> Weights:
    weights: Weights = {}
    for kind in CLASSES:
        weights[kind] = {}
        for field in FIELDS:
            kinds = (SAME, SIBLINGS, TWINS) if field.name in SHARED and kind in (SAME, SIBLINGS, TWINS) else (kind,)
            seen = sum((one[each][field.name] for one in counted for each in kinds), np.zeros(len(field.levels)))
            row = seen + FAITH * np.array(BEGINNING[kind][field.name])
            if field.name in OF_THE_HOUSE and kind in FAMILY:
                row = np.array(BEGINNING[kind][field.name])
            weights[kind][field.name] = _logs(row / row.sum())
    return weights


def _pairs_of(counted: list[tuple[dict[str, float], int]]) -> dict[str, float]:
    records = sum(size for _, size in counted)
    return {kind: max(1e-4, sum(counts[kind] for counts, _ in counted) / records) for kind in CLASSES}
