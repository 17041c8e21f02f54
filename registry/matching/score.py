"""The score of one pair: one person against one family or strangers, in whole hundredths of a bit.

score = same − max(families, strangers); each side is the sum of its prior and of one weight a field. Sums of integers:
the order of the fields does not matter, and batch/scores.py comes to the same number.
"""

from __future__ import annotations

from typing import NamedTuple

from registry.matching import rarity
from registry.matching.compare.level import UNKNOWN
from registry.matching.fields import FIELDS, levels_of
from registry.matching.model import CLASSES, FAMILY, NEIGHBOURS, SAME, STRANGERS, Model
from registry.matching.rarity import Frequencies
from registry.matching.record import Record

RIVALS = (*FAMILY, NEIGHBOURS, STRANGERS)
PERSON, FAMILY_LETTER, UNRELATED = "M", "F", "U"


class Score(NamedTuple):
    """`bits` in hundredths; `kind` is M (one person), F (one family) or U; `lines` one (field, level, hundredths for or
    against one person) a field that both know. They are measured against the class that came second; where that is
    neighbours, against strangers, because "the same name" is what neighbours were chosen by and would count for
    nothing.
    """

    bits: int
    kind: str
    lines: tuple[tuple[str, str, int], ...]
    rival: str


def score(one: Record, other: Record, model: Model, frequencies: Frequencies) -> Score:
    """Symmetric. Never raises on records of normalise()."""
    levels = levels_of(one, other)
    sums = {kind: model.prior(kind, frequencies.size) for kind in CLASSES}
    sums[STRANGERS] = 0
    weights: dict[str, list[int]] = {kind: [] for kind in sums}
    for field, level in zip(FIELDS, levels, strict=True):
        for kind in sums:
            weight = 0 if level == UNKNOWN else model.weights[kind][field.name][level]
            if kind == STRANGERS and level != UNKNOWN and field.levels[level].rarity:
                weight += rarity.of_pair(field.levels[level].rarity, one, other, frequencies)
            weights[kind].append(weight)
            sums[kind] += weight
    rival = max(RIVALS, key=lambda kind: sums[kind])
    bits = sums[SAME] - sums[rival]
    shown = measured_against(rival)
    lines = tuple(
        (field.name, field.levels[level].name, weights[SAME][place] - weights[shown][place])
        for place, (field, level) in enumerate(zip(FIELDS, levels, strict=True))
        if level != UNKNOWN
    )
    return Score(bits, kind_of(bits, rival), lines, rival)


def measured_against(rival: str) -> str:
    """The class whose weights the lines of evidence are set against."""
    return STRANGERS if rival == NEIGHBOURS else rival


def kind_of(bits: int, rival: str) -> str:
    if bits >= 0:
        return PERSON
    return FAMILY_LETTER if rival in FAMILY else UNRELATED


def is_worth_a_look(found: Score, review_at: int) -> bool:
    """From the line on (hundredths of a bit); and two who bear one twelve-digit number always are (rule S01)."""
    return found.bits >= review_at or ("number", "equal") in {line[:2] for line in found.lines}
