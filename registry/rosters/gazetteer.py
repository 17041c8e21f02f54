"""Every unit of today and before in memory: a list of thousands of rows asks for thousands of places.

The readings are those of accounts/units/find.py; only the looking up is other. A worker keeps it until a unit changes.
"""

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from django.db import connection
from django.utils import timezone

from accounts.models import Unit, UnitSuccessor
from accounts.units.find import CANDIDATES, CurrentUnit, current_unit, resolve_place
from accounts.units.reading import plain

REMEMBERED = 20_000


class Gazetteer:
    """`place` answers as find.resolve_place(), `current` as find.current_unit(), without a query; what was asked is
    remembered."""

    def __init__(self) -> None:
        units = {unit.pk: unit for unit in Unit.objects.order_by("pk")}
        for unit in units.values():
            if unit.parent_id is not None:
                unit.parent = units[unit.parent_id]  # as select_related would, but one object for all
        self._units = sorted(units.values(), key=lambda unit: (len(unit.name_folded), unit.sort_key, unit.pk))
        self._after = _steps(units)
        self._bearing = _words(self._units)
        self._words = sorted(self._bearing)
        self._today = timezone.localdate()
        self.place = lru_cache(REMEMBERED)(self._place)
        self.current = lru_cache(REMEMBERED)(self._current)

    def _place(self, text: str) -> Unit | None:
        return resolve_place(text, candidates=self._candidates)

    def _current(self, text: str, *, near: Unit | None = None) -> CurrentUnit:
        return current_unit(text, near=near, candidates=self._candidates, after=self._successors)

    def _candidates(self, words: list[str], on: dt.date | None) -> list[Unit]:
        """The units that have every word, each from its beginning, the shortest path first."""
        found: set[int] | None = None
        for word in words:
            bearing = set(self._from_beginning(word))
            found = bearing if found is None else found & bearing
            if not found:
                return []
        chosen = [self._units[place] for place in sorted(found or ())]
        return [unit for unit in chosen if on is None or unit.valid_from <= on and _holds(unit, on)][:CANDIDATES]

    def _from_beginning(self, word: str) -> Iterator[int]:
        for place in range(bisect_left(self._words, word), len(self._words)):
            if not self._words[place].startswith(word):
                return
            yield from self._bearing[self._words[place]]

    def _successors(self, units: Iterable[Unit]) -> dict[int, list[Unit]]:
        """As find.successors_of() of today."""
        reached = {unit.pk: {unit.pk: unit} for unit in units}
        for start, now in reached.items():
            while any(not _holds(unit, self._today) for unit in now.values()):
                now = {
                    after.pk: after
                    for pk, unit in now.items()
                    for after in ([unit] if _holds(unit, self._today) else self._after.get(pk, []))
                }
            reached[start] = now
        return {start: list(now.values()) for start, now in reached.items()}


_STAMP = f"""
    SELECT (SELECT md5(string_agg(concat_ws(' ', id, name, parent_id, level, valid_from, valid_to), '|' ORDER BY id))
            FROM {Unit._meta.db_table}),
        (SELECT md5(string_agg(concat_ws(' ', old_id, new_id), '|' ORDER BY id)) FROM {UnitSuccessor._meta.db_table})
"""  # noqa: S608 - only the tables' names are put in, from the models
_kept: dict[tuple[dt.date, str], Gazetteer] = {}


def gazetteer() -> Gazetteer:
    """The one in memory while no unit changed and the day is the same. One query, two more to read it."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        stamp = (timezone.localdate(), str(cursor.fetchone()))
    if stamp not in _kept:
        _kept.clear()
        _kept[stamp] = Gazetteer()
    return _kept[stamp]


def _steps(units: dict[int, Unit]) -> dict[int, list[Unit]]:
    today = timezone.localdate()
    steps: dict[int, list[Unit]] = defaultdict(list)
    for old, new in UnitSuccessor.objects.order_by("new__sort_key").values_list("old_id", "new_id"):
        if units[new].valid_from <= today:
            steps[old].append(units[new])
    return steps


def _words(units: list[Unit]) -> dict[str, list[int]]:
    bearing: dict[str, list[int]] = defaultdict(list)
    for place, unit in enumerate(units):
        for word in set(plain(unit.name_folded).split()):
            bearing[word].append(place)
    return bearing


def _holds(unit: Unit, on: dt.date) -> bool:
    return unit.valid_to is None or unit.valid_to >= on
