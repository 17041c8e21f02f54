"""Finding a unit by what somebody typed or what an old paper says, and what it has become today."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils import timezone

from accounts.models import Level, Unit, UnitSuccessor
from accounts.models.unit import UnitQuerySet
from accounts.text import clean, fold
from accounts.units.reading import bare, parts_of, plain, readings, without_kinds, words_of

CANDIDATES = 1000
"""Shortest path first: what is named alone (a province) is never crowded out by what lies in it."""
MOST_CHOICES = 12


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


@dataclass(frozen=True)
class CurrentUnit:
    """The commune of today that a written place means: one, or several to choose from, or none.

    `was` is the former unit that was written, when it is gone. `sentence` says what the officer should know: with a
    unit it is a message, without one the reason why the place was not taken.
    """

    unit: Unit | None = None
    was: Unit | None = None
    choices: list[Unit] = field(default_factory=list)
    sentence: str = ""


Candidates = Callable[[list[str], dt.date | None], list[Unit]]
After = Callable[[Iterable[Unit]], dict[int, list[Unit]]]


def find_units(text: str, *, on: dt.date | None = None, include_old: bool = True, limit: int = 10) -> list[Place]:
    """Units whose name or path has every typed word, each word from its beginning: "kim chung dong anh".

    With `on`, only units of that day. Today's units first, then the closest names. Four queries at most.
    """
    words = words_of(text)
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


def resolve_place(text: str, *, on: dt.date | None = None, candidates: Candidates | None = None) -> Unit | None:
    """The one unit that a written place means, or None when there is none or more than one.

    A unit that went on under its name is one place: today's row is returned, or with `on` the row of that day.
    """
    meant = units_meant(text, on=on, candidates=candidates)
    places = {(unit.level, tuple(map(bare, _names(unit)))) for unit in meant}
    return max(meant, key=lambda unit: unit.valid_from) if len(places) == 1 else None


def units_meant(text: str, *, on: dt.date | None = None, candidates: Candidates | None = None) -> list[Unit]:
    """Every unit, of today or former, that a written place may mean, by the strictest reading that finds any.

    From the small to the large: written fully, without the kinds ("Kim Chung, Đông Anh, Hà Nội"), with a part left
    out, without commas, at last with a wrong kind ("P. Kim Chung, H. Đông Anh"). Two queries at most; none
    where the caller has every unit at hand (`candidates`).
    """
    look_up = candidates or _candidates
    parts = parts_of(text)
    words = [word for part in parts for word in part]
    found: dict[bool, list[Unit]] = {}
    for is_named, any_kind in readings() if words else ():
        if any_kind not in found:
            found[any_kind] = look_up(without_kinds(words) if any_kind else words, on)
        if meant := [unit for unit in found[any_kind] if is_named(_names(unit), parts)]:
            return meant
    return []


def current_unit(
    text: str, *, near: Unit | None = None, candidates: Candidates | None = None, after: After | None = None
) -> CurrentUnit:
    """What a place typed in a residence field means today. `near` is the officer's commune: its bare name suffices.

    A former unit with one successor is taken, with a sentence that names it; a divided one, or a name that several
    communes bear, offers the choices, nearest first. Five queries at most; none for the officer's own commune, nor
    where the caller has the units (`candidates`) and what they became (`after`) at hand.
    """
    if near is not None and _is_called(near, text):
        return CurrentUnit(near)
    meant = units_meant(text, candidates=candidates)
    today = (after or successors_of)(meant)
    reached = {unit.pk: unit for row in meant for unit in today[row.pk] if unit.level == Level.COMMUNE}
    if not reached:
        return CurrentUnit(sentence=_nothing_found(meant))
    if len(reached) == 1:
        unit = next(iter(reached.values()))
        was = None if any(row.pk == unit.pk for row in meant) else meant[0]
        return CurrentUnit(unit, was, sentence=_renamed(was, unit) if was else "")
    return _to_choose(meant, list(reached.values()), near)


def _is_called(unit: Unit, text: str) -> bool:
    if clean(text).casefold() in (unit.name.casefold(), unit.path.casefold()):
        return True
    return plain(" ".join(words_of(text))) in (plain(fold(unit.name)), bare(plain(fold(unit.name))))


def _nothing_found(meant: list[Unit]) -> str:
    if meant:
        return f"“{meant[0].name}” chưa đến cấp xã; ghi thêm tên xã, phường."
    return "Không tìm thấy đúng một xã, phường; ghi thêm tên tỉnh hoặc chọn từ gợi ý."


def _renamed(was: Unit, unit: Unit) -> str:
    return f"{was.path} nay là {unit.path} (từ {unit.valid_from:%d/%m/%Y})."


def _to_choose(meant: list[Unit], reached: list[Unit], near: Unit | None) -> CurrentUnit:
    def distance(unit: Unit) -> tuple:
        is_here = near is not None and unit.pk == near.pk
        return (not is_here, near is None or unit.parent_id != near.parent_id, unit.sort_key)

    choices = sorted(reached, key=distance)[:MOST_CHOICES]
    names = "; ".join(unit.path for unit in choices)
    if len(meant) == 1:
        sentence = f"{meant[0].path} đã chia về nhiều nơi: {names}. Chọn nơi đang ở."
        return CurrentUnit(was=meant[0], choices=choices, sentence=sentence)
    more = f" và {len(reached) - len(choices)} nơi khác" if len(reached) > len(choices) else ""
    return CurrentUnit(choices=choices, sentence=f"Có nhiều nơi tên này: {names}{more}. Chọn một, hoặc ghi thêm tỉnh.")


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


def _with_words(words: list[str]) -> UnitQuerySet:
    found = Q()
    for word in words:  # fold() leaves only [a-z0-9], so the words need no escaping
        found &= Q(name_folded__regex=rf"\m0*{word}" if word.isdigit() else rf"\m{word}")
    return Unit.objects.filter(found).select_related("parent__parent")


def _candidates(words: list[str], on: dt.date | None) -> list[Unit]:
    rows = _with_words(words)
    if on is not None:
        rows = rows.current(on)
    return list(rows.order_by(Length("name_folded"), "sort_key", "pk")[:CANDIDATES])


def _rank(unit: Unit, words: list[str]) -> tuple:
    """Small is good: the words stand together in the name, exists today, whole name typed, more words in it, short."""
    name, phrase = plain(fold(unit.name)), " ".join(words)
    short = bare(name)
    apart = phrase not in name
    in_name = sum(any(own.startswith(word) for own in name.split()) for word in words)
    begins = phrase.startswith((name, short)) or short.startswith(phrase)
    whole = phrase in (name, short)
    return (apart, not unit.is_current, not whole, not begins, -in_name, len(unit.name_folded), unit.sort_key)


def _names(unit: Unit | None) -> list[str]:
    """The folded names of the unit and of what it belonged to."""
    names = []
    while unit is not None:
        names.append(plain(fold(unit.name)))
        unit = unit.parent
    return names
