"""Two sets of weights side by side: what each says of a level, and how it would have decided what officers decided."""

from dataclasses import dataclass

from registry.duplicates import index
from registry.duplicates.model_in_use import frequencies_of, in_use
from registry.matching import explain
from registry.matching import model as models
from registry.matching.fields import FIELDS
from registry.matching.model import SAME, SIBLINGS, STRANGERS, Model, ModelRefused
from registry.matching.rarity import Counted
from registry.matching.record import Record
from registry.matching.score import score
from registry.models import DuplicatePair, MatchModel, PairState
from registry.models.duplicate import DuplicateQuerySet

LOOKED_AT = 1_000  # decided pairs, the newest


@dataclass(frozen=True)
class Row:
    """One level: what it says for one person against siblings, and against strangers (without the value's rarity)."""

    field: str
    level: str
    siblings: tuple[int, int]
    strangers: tuple[int, int]

    @property
    def differs(self) -> bool:
        """By a bit or more."""
        return any(abs(one - other) >= 100 for one, other in (self.siblings, self.strangers))


@dataclass(frozen=True)
class Agreement:
    """How one model's line cuts the pairs that officers decided: each count is of pairs."""

    right_same: int = 0
    right_different: int = 0
    missed: int = 0  # one person, below the line
    false: int = 0  # two people, above it

    @property
    def total(self) -> int:
        return self.right_same + self.right_different + self.missed + self.false

    @property
    def percent(self) -> float | None:
        return 100 * (self.right_same + self.right_different) / self.total if self.total else None


def readable(row: MatchModel) -> Model | None:
    """None for a file that an older engine wrote."""
    try:
        return models.read(row.body)
    except ModelRefused:
        return None


def weights(one: Model, other: Model) -> list[Row]:
    rows = []
    for field in FIELDS:
        for place, level in enumerate(field.names()):
            against = {
                rival: tuple(
                    model.weights[SAME][field.name][place] - model.weights[rival][field.name][place]
                    for model in (one, other)
                )
                for rival in (SIBLINGS, STRANGERS)
            }
            words = _words(field.name, level)
            rows.append(Row(explain.TITLES[field.name], words, against[SIBLINGS], against[STRANGERS]))  # type: ignore[arg-type]
    return rows


def _words(field: str, level: str) -> str:
    try:
        return explain.words(field, level)
    except KeyError:
        return level


def agreements(rows: DuplicateQuerySet, versions: list[MatchModel]) -> list[Agreement | None]:
    """For each version, on the newest LOOKED_AT decided pairs whose records are both still kept. Four queries."""
    decided = rows.filter(state__in=[PairState.SAME, PairState.DIFFERENT]).order_by("-decided_at", "-pk")[:LOOKED_AT]
    pairs = list(decided)
    records = index.read({pk for pair in pairs for pk in (pair.left_id, pair.right_id)})
    both = [pair for pair in pairs if pair.left_id in records and pair.right_id in records]
    frequencies = frequencies_of(records.values(), size=in_use().residents)
    return [_agreement(version, both, records, frequencies) for version in versions]


def _agreement(
    version: MatchModel, pairs: list[DuplicatePair], records: dict[int, Record], frequencies: Counted
) -> Agreement | None:
    model = readable(version)
    if model is None:
        return None
    counts = {(True, True): 0, (False, False): 0, (True, False): 0, (False, True): 0}
    for pair in pairs:
        scored = score(records[pair.left_id], records[pair.right_id], model, frequencies)
        counts[pair.state == PairState.SAME, scored.bits >= version.review_at] += 1
    return Agreement(counts[True, True], counts[False, False], counts[True, False], counts[False, True])
