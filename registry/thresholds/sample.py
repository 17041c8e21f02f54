"""How many pairs lie below the line, where nothing is stored: residents drawn at random are compared anew.

A pair is met when either of its people is drawn, so `drawn` of `residents` meet 2 · drawn / residents of all pairs.
"""

import random
from dataclasses import dataclass

from django.db.models import Count, Max, Min

from accounts.models import Officer
from accounts.roles import Role
from registry.duplicates import index
from registry.duplicates.model_in_use import frequencies_of, in_use
from registry.matching.score import score
from registry.models import MatchProfile, Resident

DRAWN = 300


@dataclass(frozen=True)
class Estimate:
    """The scores of the pairs that were met, in hundredths of a bit; each stands for `weight` pairs of the register."""

    drawn: int
    residents: int
    scores: list[int]

    @property
    def weight(self) -> float:
        return self.residents / (2 * self.drawn) if self.drawn else 0.0

    def between(self, least: int, below: int) -> int:
        return round(self.weight * sum(least <= one < below for one in self.scores))


def draw(officer: Officer, *, size: int = DRAWN, seed: int | None = None) -> Estimate:
    """Compare `size` residents of the officer's scope (the administrator's: all). Eight queries."""
    rows = Resident.objects.on_the_books()
    rows = rows if officer.role == Role.ADMINISTRATOR else rows.in_scope(officer)
    drawn = _some(rows, size, random.Random(seed))
    profiles = MatchProfile.objects.filter(pk__in=drawn.ids)
    keys: dict[int, list[int]] = dict(profiles.values_list("pk", "keys"))
    pairs, _ = index.sharing(keys)
    records = index.read({pk for pair in pairs for pk in pair})
    using = in_use()
    frequencies = frequencies_of(records.values(), size=using.residents)
    scores = [
        score(records[one], records[other], using.model, frequencies).bits
        for one, other in pairs
        for _ in range((one in keys) + (other in keys))  # met once from each side
        if one in records and other in records
    ]
    return Estimate(len(keys), drawn.of, scores)


@dataclass(frozen=True)
class _Drawn:
    ids: list[int]
    of: int


def _some(rows, size: int, chance: random.Random) -> _Drawn:
    """Ids tried at random between the lowest and the highest: no walk through the whole table. Two queries."""
    span = rows.order_by().aggregate(least=Min("pk"), most=Max("pk"), number=Count("pk"))
    if not span["number"]:
        return _Drawn([], 0)
    tried = range(span["least"], span["most"] + 1)
    wanted = min(len(tried), 2 * size * -(-len(tried) // span["number"]))
    hits = list(rows.filter(pk__in=chance.sample(tried, wanted)).order_by().values_list("pk", flat=True))
    return _Drawn(chance.sample(hits, min(size, len(hits))), span["number"])
