"""A part of a whole, as the national reports write it: "85.157.192/98.713.820 nhân khẩu (86,27 %)" (facts.md 4.3)."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal


@dataclass(frozen=True)
class Share:
    part: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """Two decimals, rounded down: 100 only when nothing is left. None of nothing."""
        if not self.whole:
            return None
        return (Decimal(100) * self.part / self.whole).quantize(Decimal("0.01"), rounding=ROUND_DOWN)

    @property
    def percent_text(self) -> str:
        """ "86,27 %"; a dash of nothing."""
        return "–" if self.percent is None else f"{self.percent} %".replace(".", ",")

    def __str__(self) -> str:
        return f"{dotted(self.part)}/{dotted(self.whole)}"


def dotted(number: int) -> str:
    """ "98.713.820"."""
    return f"{number:,}".replace(",", ".")
