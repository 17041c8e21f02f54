"""Which pair comes next: strongest first, then the oldest."""

from dataclasses import dataclass

from accounts.models import Officer
from registry.models import DuplicatePair

LONGEST = 500  # a page says "7 / 26", and past this "7 / hơn 500"


@dataclass(frozen=True)
class Place:
    """Where a pair stands among those that wait. `number` is 0 when it does not wait (or far behind)."""

    number: int
    total: int
    is_more: bool
    before: str
    after: str


def place_of(pair: DuplicatePair, *, officer: Officer) -> Place:
    """One query."""
    waiting = DuplicatePair.objects.in_scope(officer).waiting()
    ids = [str(public_id) for public_id in waiting.values_list("public_id", flat=True)[: LONGEST + 1]]
    is_more, ids = len(ids) > LONGEST, ids[:LONGEST]
    own = str(pair.public_id)
    if own not in ids:
        return Place(number=0, total=len(ids), is_more=is_more, before="", after=ids[0] if ids else "")
    at = ids.index(own)
    after = ids[at + 1] if at + 1 < len(ids) else ""
    return Place(number=at + 1, total=len(ids), is_more=is_more, before=ids[at - 1] if at else "", after=after)
