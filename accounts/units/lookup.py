"""The page that answers "what was this place called on that day?": its rows, its past and its present."""

import datetime as dt
from dataclasses import dataclass

from accounts.models import Level, Unit
from accounts.units.find import find_units
from accounts.units.history import paths_on, predecessors_of

MOST = 6


@dataclass(frozen=True)
class Answer:
    """One unit that was found: what it is today, what it came from, and its name on the day that was asked."""

    unit: Unit
    today: list[Unit]
    before: list[Unit]
    then: str = ""

    @property
    def is_former(self) -> bool:
        return not self.unit.is_current

    @property
    def is_divided(self) -> bool:
        return len(self.today) > 1

    @property
    def level_name(self) -> str:
        return Level(self.unit.level).label


def look_up(text: str, *, on: dt.date | None = None) -> list[Answer]:
    """The best few units for a text. Ten queries at most."""
    places = find_units(text, limit=MOST)
    before = predecessors_of({place.unit.pk for place in places})
    rows = [place.unit for place in places]
    then = paths_on([(unit, "") for unit in rows], on) if on else [""] * len(rows)
    return [
        Answer(place.unit, [] if place.unit.is_current else place.today, before.get(place.unit.pk, []), name)
        for place, name in zip(places, then, strict=True)
    ]
