"""What was counted: code -> number. Values of several units add up; of two days they give what happened between."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from supervision.catalogue.figure import Figure

SpreadOf = Mapping[int, int]
K = TypeVar("K")


def _figure(code: str) -> "Figure":
    from supervision.figures import FIGURES

    return FIGURES[code]


@dataclass(frozen=True, eq=False)
class Values(Mapping[str, int]):
    """Zeros may be left out: a code that is not there is 0, unless it is `missing`. `spreads`: code -> {days: how
    many}. Ratios and medians are not kept; they follow."""

    numbers: Mapping[str, int] = field(default_factory=dict)
    spreads: Mapping[str, SpreadOf] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    def __getitem__(self, code: str) -> int:
        return self.numbers[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)

    def number(self, code: str) -> int | Decimal | None:
        """Of any figure, also a ratio or a spread. None where it is not known, or of nothing."""
        return _figure(code).number(self)

    def text(self, code: str) -> str:
        return _figure(code).text(self)

    def hundredths(self, code: str) -> int | None:
        return _figure(code).hundredths(self)

    def __add__(self, other: "Values") -> "Values":
        return Values(
            _sum(self.numbers, other.numbers),
            {code: _sum(self.spreads.get(code, {}), other.spreads.get(code, {}))
             for code in {*self.spreads, *other.spreads}},
            self.missing | other.missing,
        )  # fmt: skip

    def since(self, earlier: "Values", codes: Iterable[str] | None = None) -> "Values":
        """These, but of what happens (or of `codes`) only what came after `earlier`."""
        from supervision.figures import HAPPENED, SPREADS

        counted = set(HAPPENED if codes is None else codes)
        numbers = dict(self.numbers)
        for code in counted & {*numbers, *earlier.numbers}:
            numbers[code] = numbers.get(code, 0) - earlier.numbers.get(code, 0)
        spreads = {
            code: _less(self.spreads.get(code, {}), earlier.spreads.get(code, {}))
            for code in {*self.spreads, *earlier.spreads}
        }
        return Values(numbers, spreads, self.missing | earlier.missing & (counted | SPREADS))


def _sum(one: Mapping[K, int], other: Mapping[K, int]) -> dict[K, int]:
    whole = dict(one)
    for key, number in other.items():
        whole[key] = whole.get(key, 0) + number
    return whole


def _less(one: SpreadOf, earlier: SpreadOf) -> SpreadOf:
    left = Counter(dict(one))
    left.subtract(dict(earlier))
    return {days: number for days, number in left.items() if number > 0}


NO_VALUES = Values()
