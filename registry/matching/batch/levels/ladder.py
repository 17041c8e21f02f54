"""Levels being given out, one after the other, to pairs that have none yet."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from registry.matching.batch.columns import Flags, Longs
from registry.matching.compare.level import UNKNOWN, Field

Levels = npt.NDArray[np.int8]


class Ladder:
    """`take(name, flags)` gives the next level, which must be of that name, to open pairs for which it holds."""

    def __init__(self, field: Field, known: Flags) -> None:
        self.field = field
        self.levels: Levels = np.full(len(known), UNKNOWN, dtype=np.int8)
        self.open = np.flatnonzero(known)
        self.next = 0

    def take(self, name: str, holds: Flags) -> None:
        self.take_some(name, lambda at: holds[at])

    def take_some(self, name: str, holds: Callable[[Longs], Flags]) -> None:
        """The same, where asking is dear: `holds` is asked only about the places that are still open."""
        assert self.field.levels[self.next].name == name, f"{self.field.name}: {name} is not the next level"
        if len(self.open):
            flags = holds(self.open)
            self.levels[self.open[flags]] = self.next
            self.open = self.open[~flags]
        self.next += 1

    def done(self) -> Levels:
        """The last level holds for all that are left."""
        assert self.next == len(self.field.levels) - 1
        self.levels[self.open] = self.next
        return self.levels


def among(flags: Flags, holds: Callable[[Longs], Flags]) -> Flags:
    """Those of the flags for which something dearer to ask holds too; it is asked by their places."""
    places = np.flatnonzero(flags)
    both = np.zeros(len(flags), dtype=bool)
    both[places] = holds(places)
    return both
