"""How easily strangers agree on a value: the more people bear it, the easier. Whole hundredths of a bit.

Both paths count the same values and turn counts into bits by `bits`, so that their sums are the same integers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, Protocol

from registry.matching.keys import PARTS, hashed
from registry.matching.record import Record

VALUES: Final[dict[str, Callable[[Record], str]]] = {
    "name": lambda record: record.name,
    "bare_name": PARTS["bare_name"],
    "given": PARTS["given"],
    "number": PARTS["number"],
    "cmnd": PARTS["cmnd"],
    "mother": lambda record: record.mother,
    "bare_mother": PARTS["bare_mother"],
    "given_mother": PARTS["given_mother"],
    "father": lambda record: record.father,
    "bare_father": PARTS["bare_father"],
    "given_father": PARTS["given_father"],
    "line": PARTS["line"],
    "hamlet": PARTS["hamlet"],
    "commune": PARTS["commune"],
    "home_town": PARTS["home_town"],
    "province": lambda record: record.home_town.rpartition(",")[2],
    "phone": PARTS["phone"],
}
"""The values that are counted, by the names that levels give (compare/*.py)."""

# (how many bearers are no surprise when the value belongs to one person written several times, the least that remains)
_ONE_PERSONS: Final[dict[str, tuple[int, float]]] = {
    "number": (4, 0.002),  # two in a thousand records bear somebody else's number
    "cmnd": (4, 0.01),  # and some blocks were truly issued twice
    "phone": (6, 0.05),  # a household shares one; a stranger gets one that was given back
}
_OTHERS: Final = (1, 1.0)
UNCOUNTED: Final = 2
"""The count of a value that is not in the table of frequencies: only those that more people bear are kept there."""


class Frequencies(Protocol):
    """Who counts. `size` is the number of records in the register."""

    size: int

    def count(self, value: str, text: str) -> int:
        """How many records bear this text as this value; at least UNCOUNTED."""
        ...


class Counted:
    """Frequencies from a mapping (value, hash) -> count, as the database keeps them."""

    def __init__(self, size: int, counts: Mapping[tuple[str, int], int]) -> None:
        self.size = size
        self.counts = counts

    def count(self, value: str, text: str) -> int:
        return max(UNCOUNTED, self.counts.get((value, hashed(text)), UNCOUNTED))


@lru_cache(maxsize=65536)
def bits(value: str, count: int, size: int) -> int:
    """log2 of the chance that a stranger bears the value too, in hundredths of a bit: negative, or 0."""
    spare, least = _ONE_PERSONS.get(value, _OTHERS)
    return min(0, round(100 * math.log2(max(count - spare, least) / max(size, 2))))


def of_pair(value: str, one: Record, other: Record, frequencies: Frequencies) -> int:
    """The bits of a value two records agree on; where they do not quite, of the commoner of the two."""
    texts = (VALUES[value](one), VALUES[value](other))
    if not all(texts):
        return 0
    return bits(value, max(frequencies.count(value, text) for text in set(texts)), frequencies.size)
