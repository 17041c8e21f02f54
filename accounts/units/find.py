"""Finding a unit by what somebody typed or what an old paper says, and what it has become today."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils import timezone

from accounts.models import Unit, UnitSuccessor
from accounts.models.unit import UnitQuerySet
from accounts.text import clean, fold

CANDIDATES = 300
_SHORT = {"tp": "thanh pho", "tt": "thi tran", "tx": "thi xa", "hcm": "ho chi minh", "tphcm": "thanh pho ho chi minh"}
_NUMBERED = re.compile(r"\b([pqtx])(\d+)\b")
_KIND = re.compile(r"^(thi tran|thi xa|thanh pho|dac khu|phuong|xa|quan|huyen|tinh) (?=.)")


@dataclass(frozen=True)
class Place:
    """A unit and what took over from it. `today` is the unit itself while it exists; several: it was divided."""

    unit: Unit
    today: list[Unit] = field(default_factory=list)

    @property
    def is_divided(self) -> bool:
        return len(self.today) > 1

    @property
    def label(self) -> str:
        """The path, and for a former unit what it is today."""
        if self.unit.is_current or not self.today:
            return self.unit.path
        names = " hoặc ".join(unit.name for unit in self.today)
        return f"{self.unit.path} (nay: {names})"


def find_units(text: str, *, on: dt.date | None = None, include_old: bool = True, limit: int = 10) -> list[Place]:
    """Units whose name or path has every typed word, each word from its beginning: "kim chung dong anh".

    With `on`, only units of that day. Today's units first, then the closest names. Four queries at most.
    """
    words = _words(text)
    if not words:
        return []
    rows = _with_words(words)
    if on is not None:
        rows = rows.current(on)
    elif not include_old:
        rows = rows.current()
    rows = rows.order_by(F("valid_to").desc(nulls_first=True), Length("name_folded"), "sort_key")
    ranked = sorted(rows[:CANDIDATES], key=lambda unit: _rank(unit, words))
    best = list({unit.name_folded: unit for unit in reversed(ranked)}.values())[::-1][:limit]
    today = successors_of(best)
    return [Place(unit, today[unit.pk]) for unit in best]


def resolve_place(text: str, *, on: dt.date | None = None) -> Unit | None:
    """The one unit that a written place means, or None when there is none or more than one.

    Parts are separated by commas, from the small to the large. What is written fully counts first, then without the
    kinds ("Kim Chung, Đông Anh, Hà Nội"), then with a part left out. A unit that went on under its name is one place:
    today's row is returned, or with `on` the row of that day.
    """
    parts = [" ".join(_words(part)) for part in clean(text).split(",") if _words(part)]
    if not parts:
        return None
    rows = _with_words(" ".join(parts).split())
    if on is not None:
        rows = rows.current(on)
    found = list(rows[:CANDIDATES])
    for called in (_is_called_fully, _is_called_barely, _is_called_with_gaps):
        if meant := [unit for unit in found if called(_names(unit), parts)]:
            places = {(unit.level, tuple(map(_bare, _names(unit)))) for unit in meant}
            return max(meant, key=lambda unit: unit.valid_from) if len(places) == 1 else None
    return None


def successors_today(unit: Unit, *, on: dt.date | None = None) -> list[Unit]:
    """The units that answer for its area on a day (today): itself while it exists, one, or several to choose from."""
    return successors_of([unit], on=on)[unit.pk]


def successors_of(units: Iterable[Unit], *, on: dt.date | None = None) -> dict[int, list[Unit]]:
    """As `successors_today`, for many at once: one query for each step of history (2025, 2026 …)."""
    on = on or timezone.localdate()
    reached: dict[int, dict[int, Unit]] = {unit.pk: {unit.pk: unit} for unit in units}
    while open_ids := {pk for now in reached.values() for pk, unit in now.items() if not _holds(unit, on)}:
        steps = defaultdict(list)
        rows = UnitSuccessor.objects.filter(old__in=open_ids, new__valid_from__lte=on)
        for row in rows.select_related("new__parent").order_by("new__sort_key"):
            steps[row.old_id].append(row.new)
        for start, now in reached.items():
            reached[start] = {
                after.pk: after
                for pk, unit in now.items()
                for after in ([unit] if _holds(unit, on) else steps.get(pk, []))
            }
    return {start: list(now.values()) for start, now in reached.items()}


def _holds(unit: Unit, on: dt.date) -> bool:
    return unit.valid_to is None or unit.valid_to >= on


def _words(text: str) -> list[str]:
    """The folded words, with the usual short forms written out: "P1, TP.HCM" -> p 1 thanh pho ho chi minh."""
    words = _NUMBERED.sub(r"\1 \2", fold(text)).split()[:20]
    return " ".join(_SHORT.get(word, word) for word in words).split()


def _with_words(words: list[str]) -> UnitQuerySet:
    found = Q()
    for word in words:  # fold() leaves only [a-z0-9], so the words need no escaping
        found &= Q(name_folded__regex=rf"\m{word}")
    return Unit.objects.filter(found).select_related("parent__parent")


def _rank(unit: Unit, words: list[str]) -> tuple:
    """Small is good: the words stand together in the name, exists today, whole name typed, more words in it, short."""
    name, phrase = fold(unit.name), " ".join(words)
    bare = _bare(name)
    apart = phrase not in name
    in_name = sum(any(own.startswith(word) for own in name.split()) for word in words)
    begins = phrase.startswith((name, bare)) or bare.startswith(phrase)
    whole = phrase in (name, bare)
    return (apart, not unit.is_current, not whole, not begins, -in_name, len(unit.name_folded), unit.sort_key)


def _names(unit: Unit | None) -> list[str]:
    """The folded names of the unit and of what it belonged to."""
    names = []
    while unit is not None:
        names.append(fold(unit.name))
        unit = unit.parent
    return names


def _is_called_fully(names: list[str], parts: list[str]) -> bool:
    return names == parts


def _is_called_barely(names: list[str], parts: list[str]) -> bool:
    return len(names) == len(parts) and all(map(_is_named, names, parts))


def _is_called_with_gaps(names: list[str], parts: list[str]) -> bool:
    rest = iter(names[1:])
    return _is_named(names[0], parts[0]) and all(any(_is_named(name, part) for name in rest) for part in parts[1:])


def _is_named(name: str, part: str) -> bool:
    return part in (name, _bare(name))


def _bare(name: str) -> str:
    """The folded name without its kind: "xa kim chung" -> "kim chung"; "phuong 1" stays, a number alone is no name."""
    short = _KIND.sub("", name)
    return name if short.isdigit() else short
