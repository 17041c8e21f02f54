"""The evidence of a pair as the officer reads it: one line a field, the strongest first, for or against."""

from dataclasses import dataclass

from registry.duplicates import score
from registry.matching import explain
from registry.models import DuplicatePair

WHOLE_BAR = 1200
"""Twelve bits, one in four thousand, fill a side of the bar; nothing stronger needs to be told apart by eye."""
SAYS_NOTHING = 10
"""A tenth of a bit is no argument."""
STRONGEST = 4


@dataclass(frozen=True)
class Item:
    """What the component evidence.html draws: `strength` is −100 (two people) to 100 (one)."""

    label: str
    strength: int
    note: str
    said: str


def items_of(pair: DuplicatePair) -> list[Item]:
    """Fields that say nothing are left out."""
    lines = [(field, level, bits) for field, level, bits in pair.lines if abs(bits) >= SAYS_NOTHING]
    return [_item(*line) for line in explain.in_order(lines)]


def strongest(items: list[Item]) -> str:
    """ "cùng mẹ: rất mạnh; khác tên đệm: nhẹ" """
    return "; ".join(item.said for item in items[:STRONGEST])


def _item(field: str, level: str, hundredths: int) -> Item:
    share = max(-100, min(100, round(hundredths * 100 / WHOLE_BAR)))
    words, strength = _words(field, level), explain.strength(hundredths)
    note = f"{strength} · {score.bits(hundredths, signed=True)} bit"
    return Item(words, share, note, f"{words}: {strength}")


def _words(field: str, level: str) -> str:
    """A pair that an older engine compared may have levels which today's does not know."""
    try:
        return explain.words(field, level)
    except KeyError:
        return explain.TITLES.get(field, field)
