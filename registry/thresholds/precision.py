"""How often officers found one person in pairs of a score: counted from their decisions, band by band."""

import math
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, Value, When

from registry.models import PairState
from registry.models.duplicate import DuplicateQuerySet

BORDERS = (-500, 0, 200, 400, 600, 800, 1_000, 1_500, 2_000)
"""Hundredths of a bit; the first band has no lower end, the last none above."""
Z = 1.96  # 95 %
FEW = 30  # decisions; fewer say little, however they fell


@dataclass(frozen=True)
class Band:
    """`least` inclusive, `below` exclusive; None is open. `same` of `decided` pairs were one person."""

    least: int | None
    below: int | None
    same: int = 0
    decided: int = 0

    @property
    def percent(self) -> float | None:
        return 100 * self.same / self.decided if self.decided else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share in percent, after Wilson (1927): right for few decisions too."""
        return wilson(self.same, self.decided) if self.decided else None

    @property
    def is_thin(self) -> bool:
        return self.decided < FEW


def wilson(hits: int, of: int) -> tuple[float, float]:
    """In percent. Raises ZeroDivisionError for no decision."""
    share, z2 = hits / of, Z * Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return max(0.0, 100 * (middle - half)), min(100.0, 100 * (middle + half))


def bands(rows: DuplicateQuerySet) -> list[Band]:
    """The highest first, those without a decision too. One query."""
    place = Case(
        *(When(score__lt=border, then=Value(number)) for number, border in enumerate(BORDERS)),
        default=Value(len(BORDERS)),
        output_field=IntegerField(),
    )
    decided = rows.filter(state__in=[PairState.SAME, PairState.DIFFERENT])
    counted = decided.order_by().annotate(place=place).values("place", "state").annotate(number=Count("pk"))
    found = {(row["place"], row["state"]): row["number"] for row in counted}
    ends = (None, *BORDERS, None)
    answer = []
    for number in range(len(BORDERS) + 1):
        same = found.get((number, PairState.SAME), 0)
        total = same + found.get((number, PairState.DIFFERENT), 0)
        answer.append(Band(ends[number], ends[number + 1], same, total))
    return answer[::-1]


def above(rows: DuplicateQuerySet, *lines: int) -> list[Band]:
    """For each line, everything decided from it on, as one band. One query."""
    decided = rows.filter(state__in=[PairState.SAME, PairState.DIFFERENT])
    counts = {f"of_{number}": Count("pk", filter=Q(score__gte=line)) for number, line in enumerate(lines)}
    counts |= {
        f"same_{number}": Count("pk", filter=Q(score__gte=line, state=PairState.SAME))
        for number, line in enumerate(lines)
    }
    found = decided.aggregate(**counts)
    return [Band(line, None, found[f"same_{number}"], found[f"of_{number}"]) for number, line in enumerate(lines)]
