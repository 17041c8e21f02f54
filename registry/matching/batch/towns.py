"""The distinct home towns of a register as sets of parts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from registry.matching.batch.columns import Flags, Ints


class Towns:
    """`parts[code]` are the parts of a town, `depths[code]` how many commas it has; parts may repeat."""

    def __init__(self, texts: list[str]) -> None:
        self.parts = [frozenset(text.split(",")) for text in texts]
        self.depths = [text.count(",") for text in texts]
        numbers: dict[str, int] = {}
        bits = [sum({1 << numbers.setdefault(part, len(numbers)) % 63 for part in parts}) for parts in self.parts]
        self._signatures: npt.NDArray[np.int64] = np.array(bits, dtype=np.int64)

    def may_be_within(self, one: Ints, other: Ints) -> Flags:
        """False where neither town's parts can all be parts of the other's."""
        left, right = self._signatures[one], self._signatures[other]
        both = left & right
        return (both == left) | (both == right)

    def is_within(self, one: int, other: int) -> bool:
        """compare.place.within."""
        if self.depths[one] == self.depths[other]:
            return self.parts[one] == self.parts[other]
        few, many = sorted((one, other), key=self.depths.__getitem__)
        return self.parts[few] <= self.parts[many]
