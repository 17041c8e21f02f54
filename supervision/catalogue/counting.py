"""Counting many figures of many places with one statement.

Figures of one base are counted in one pass over its rows, each by a FILTER of its own. People who have (or have not)
cases or cards are not looked up one by one: their cases are read once and gathered by person. Where people live is read
once too. The parts are joined by UNION ALL: (part, place, word, numbers). tests/supervision/test_catalogue.py holds
every number to its list.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.contrib.postgres.aggregates import BoolOr
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast

from accounts.models import Unit
from accounts.scope import communes_of
from registry.models import Resident
from supervision.catalogue import homes
from supervision.catalogue.asked import Area, Ask, Frame
from supervision.catalogue.figure import (
    HAMLET,
    OFFICER,
    Base,
    Condition,
    Counted,
    Figure,
    OfRule,
    Side,
    Spread,
    Trace,
    Traced,
    Without,
)
from supervision.catalogue.stand_ins import Swap, real, stand_in

WHOLE: Final = ""
"""Not by place: one number for all that was asked."""
PART, INSIDE, OUTSIDE = "part", "inside", "outside"
"""By whether people live in a part of a commune; whoever lives in no named hamlet is at ""."""
PLACE, WORD, FLAG = "figure_place", "figure_word", "figure_flag"
PERSON, FIRST, FIRST_COMMUNE = "figure_person", "figure_first", "figure_first_commune"
Sql = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Within:
    """Which rows: those an officer sees of an area, or those of some communes whoever asks. `by`: how they are told
    apart; `named`: text of a hamlet -> what it counts for, where they are told apart by where people live."""

    frame: Frame
    by: str = WHOLE
    ask: Ask | None = None
    communes: Sequence[int] = ()
    commune: Unit | None = None
    named: Mapping[str, str] | None = None

    @property
    def area(self) -> Area:
        return self.ask.area if self.ask else Area()

    @property
    def key(self) -> tuple[Any, ...]:
        """Everything that goes into a statement."""
        frame, officer, area = self.frame, self.ask.officer if self.ask else None, self.area
        return (
            (frame.day, frame.last, frame.first, frame.at, *sorted((frame.settings or {}).items())),
            (self.by, tuple(self.communes), self.commune.pk if self.commune else None),
            (officer.pk, officer.role, officer.unit_id, officer.badge_number) if officer else None,
            (area.unit.pk, area.unit.code) if area.unit else None,
            (area.is_province, area.officer.pk if area.officer else None, area.rest),
            tuple(area.texts) if area.is_part and self.by != PART else None,
        )

    def rows(self, base: Base, of_officer: str) -> QuerySet[Any]:
        """Of the whole area, each once."""
        if self.ask is not None:
            return base.of(base.in_scope_of(self.ask), self.area, of_officer=of_officer)
        whole = Q()
        for side in base.sides:
            whole |= side.among(self.communes)
        return base.rows().filter(whole)

    def of_side(self, base: Base, side: Side) -> QuerySet[Any]:
        """Of one side of the rows, in the area on that side."""
        if self.ask is None:
            return base.rows().filter(side.among(self.communes))
        rows = base.in_scope_of(self.ask).filter(side.of(self.area))
        if len(base.sides) > 1:
            rows = rows.filter(side.within(self.ask.officer))
        return rows.filter(side.lives_in(self.area)) if self.area.is_part and self.by != PART else rows


@dataclass
class Found:
    """One place: code -> number, code -> {days: how many}."""

    numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    spreads: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))


Reader = Callable[[Found, str, Sequence[int]], None]


@dataclass(frozen=True)
class Part:
    """A statement that answers (place, word, numbers), and how a row of it is read into the figures."""

    sql: Sql
    read: Reader


@dataclass(frozen=True)
class Stretch:
    """Rows to be counted, and the place at which each stands: a column of theirs, or where a person lives."""

    rows: QuerySet[Any]
    columns: Mapping[str, Any] = field(default_factory=dict)
    place: str = f"r.{PLACE}"
    joins: str = ""


def count(figures: Iterable[Figure], within: Within) -> dict[Any, Found]:
    """place -> what was found there: id of the unit or the officer (None: nobody's), or the folded hamlet. One
    statement."""
    wanted = list(figures)
    found: dict[Any, Found] = defaultdict(Found)
    if within.by == WHOLE:
        found[WHOLE]
    plain, swap = _plain(within)
    parts = _prepared(wanted, plain)
    for number, place, word, numbers in _rows(parts, within, swap):
        parts[number].read(found[_key(place, within.by)], word, numbers)
    for one in wanted:
        if isinstance(one, Without):
            for at in found.values():
                at.numbers[one.code] = one.of(at.numbers)
    return dict(found)


_kept: dict[Any, list[Part]] = {}
MOST_KEPT: Final = 64


def _plain(within: Within) -> tuple[Within, Swap]:
    if within.ask is None or within.by != WHOLE:
        return within, {}
    ask, swap = stand_in(within.ask)
    return replace(within, ask=ask), swap


def _prepared(figures: Sequence[Figure], within: Within) -> list[Part]:
    """Putting a statement together takes half as long as counting by it: the last ones are kept, by everything that
    goes into them. Nothing of what was counted is."""
    key = (within.key, *(one.code for one in figures))
    if key not in _kept:
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = list(_parts(figures, within))
    return _kept[key]


def _key(place: str | None, by: str) -> Any:
    if by in (WHOLE, HAMLET, PART):
        return place or ""
    return int(place) if place else None


def _rows(parts: Sequence[Part], within: Within, swap: Swap) -> list[tuple[int, str, str, list[int]]]:
    if not parts:
        return []
    lived, values = homes.statement(within.commune, within.named) if within.commune else ("", ())
    statement = lived + " UNION ALL ".join(part.sql[0].replace("FIGURE_PART", str(n)) for n, part in enumerate(parts))
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *real((value for part in parts for value in part.sql[1]), swap)])
        return cursor.fetchall()


def _parts(figures: Sequence[Figure], within: Within) -> Iterator[Part]:
    kinds: dict[Any, list[Any]] = defaultdict(list)
    for one in figures:
        by_worker = bool(one.of_officer) and (within.by == OFFICER or within.area.is_by_worker)
        officer = one.of_officer if by_worker else ""
        match one:
            case Counted():
                kinds[_counted, one.base, officer, one.among].append(one)
            case Traced():
                kinds[_traced, one.base, officer, one.trace].append(one)
            case OfRule():
                kinds[_of_rules, one.base, officer, None].append(one)
            case Spread() if not one.of:
                kinds[_spread, one.base, officer, one.code].append(one)
    for (make, base, officer, by_what), members in kinds.items():
        yield from make(members, base, officer, by_what, within)


# --- where rows stand -------------------------------------------------------------------------------------------------


def _stretches(base: Base, officer: str, within: Within) -> Iterator[Stretch]:
    if within.by == WHOLE:
        yield Stretch(within.rows(base, officer), {PLACE: Value("")})
    elif within.by == PART and officer:
        inside = Value("" if within.area.rest else INSIDE)
        yield Stretch(within.rows(base, officer), {PLACE: inside})
    elif within.by == OFFICER and officer:
        yield Stretch(within.rows(base, officer), {PLACE: Cast(base.worker(officer), TextField())})
    elif within.commune is not None:
        yield from _by_home(base, within, within.commune)
    else:
        first, *others = base.sides
        yield Stretch(within.of_side(base, first), {PLACE: Cast(first.place(within.by), TextField())})
        for side in others:
            place = Cast(side.place(within.by), TextField())
            rows = within.of_side(base, side).alias(figure_other=first.place(within.by))
            yield Stretch(rows.exclude(figure_other=side.place(within.by)), {PLACE: place})


def _by_home(base: Base, within: Within, commune: Unit) -> Iterator[Stretch]:
    """Of two people who live in one place the row counts there once."""
    for number, side in enumerate(base.sides):
        rows = within.of_side(base, side)
        if side.hamlet:
            yield Stretch(rows, {PLACE: F(side.hamlet)}, *homes.by_text(f"r.{PLACE}"))
        elif side.person and not number:
            yield Stretch(rows, {PERSON: F(side.person)}, *homes.by_person(f"r.{PERSON}"))
        elif side.person:
            first = base.sides[0]
            columns = {PERSON: F(side.person), FIRST: F(first.person), FIRST_COMMUNE: F(first.commune)}
            place, joins = homes.by_person(f"r.{PERSON}")
            other, more = homes.by_person(f"r.{FIRST}", name="first")
            apart = f" WHERE NOT (r.{FIRST_COMMUNE} = {int(commune.pk)} AND {other} = {place})"
            yield Stretch(rows, columns, place, f"{joins}{more}{apart}")


# --- parts ------------------------------------------------------------------------------------------------------------


def _part(stretch: Stretch, tests: Sequence[str], read: Reader, *, word: Any = None, more: Mapping[str, Any],
          by_person: Trace | None = None) -> Iterator[Part]:  # fmt: skip
    """The statement: inside the rows with their place and flags, outside one count for each test."""
    columns = {**stretch.columns, **({WORD: word} if word is not None else {})}
    rows = stretch.rows.order_by()
    if by_person is not None:
        rows = rows.values(**{PERSON: F(by_person.person), **columns}).annotate(**more)
    else:
        rows = rows.values(**columns, **more)
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return
    said = f"r.{WORD}" if word is not None else "''::text"
    counts = ", ".join(f"count(*) FILTER (WHERE {test})" for test in tests)
    outer = "SELECT FIGURE_PART, {}::text, {}, ARRAY[{}] FROM ({}) AS r{} GROUP BY 2, 3"
    yield Part((outer.format(stretch.place, said, counts, sql, stretch.joins), tuple(params)), read)


def _flags(conditions: Sequence[Q]) -> dict[str, Any]:
    return {f"{FLAG}_{n}": ExpressionWrapper(one, BooleanField()) for n, one in enumerate(conditions)}


def _into(codes: Sequence[str]) -> Reader:
    def read(found: Found, word: str, numbers: Sequence[int]) -> None:
        for code, number in zip(codes, numbers, strict=True):
            found.numbers[code] += number

    return read


def _counted(figures: list[Counted], base: Base, officer: str, among: Condition, within: Within) -> Iterator[Part]:
    flags = _flags([one.where(within.frame) for one in figures])
    for stretch in _stretches(base, officer, within):
        narrowed = Stretch(stretch.rows.filter(among(within.frame)), stretch.columns, stretch.place, stretch.joins)
        yield from _part(narrowed, [f"r.{flag}" for flag in flags], _into([one.code for one in figures]), more=flags)


def _traced(figures: list[Traced], base: Base, officer: str, trace: Trace, within: Within) -> Iterator[Part]:
    """The rows of the trace are read once and gathered by person: two passes, however many figures."""
    conditions: dict[Q, str] = {}

    def flag(condition: Q) -> str:
        return "r." + conditions.setdefault(condition, f"{FLAG}_{len(conditions)}")

    tests = []
    for one in figures:
        test = flag(one.has(within.frame))
        none = one.has_none(within.frame) if one.has_none is not None else None
        tests.append(test if none is None else f"{test} AND NOT {flag(none)}")
    more = {name: BoolOr(_truth(condition)) for condition, name in conditions.items()}
    stretch = _people_of(trace, base, within)
    yield from _part(stretch, tests, _into([one.code for one in figures]), more=more, by_person=trace)


def _truth(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False)) if condition else Case(default=Value(True))


def _people_of(trace: Trace, base: Base, within: Within) -> Stretch:
    """The rows of the trace whose people are rows of the base."""
    if trace.commune:
        side = Side(trace.commune, person=trace.person)
        # The few who do not count are looked up; to ask of everybody would read all people of the commune.
        others = Resident.objects.filter(pk=OuterRef(trace.person), commune=OuterRef(trace.commune))
        rows = trace.rows().exclude(Exists(others.exclude(base.said_of(""))))
    else:
        (own,) = base.sides
        side = own.under(trace.person)
        rows = trace.rows().filter(base.said_of(trace.person))
    if within.ask is None:
        rows = rows.filter(side.among(within.communes))
    else:
        rows = rows.filter(communes_of(within.ask.officer, side.commune), side.of(within.area))
        if within.area.is_part and within.by != PART:
            rows = rows.filter(side.lives_in(within.area))
    if within.by == WHOLE:
        return Stretch(rows, {PLACE: Value("")})
    if within.commune is not None:
        return Stretch(rows, {}, *homes.by_person(f"r.{PERSON}"))
    return Stretch(rows, {PLACE: Cast(side.place(within.by), TextField())})


def _of_rules(figures: list[OfRule], base: Base, officer: str, trace: None, within: Within) -> Iterator[Part]:
    """As many rows as rules that have any case."""
    columns = {one.column: one.where(within.frame) for one in figures}
    codes = {(one.rule, one.column): one.code for one in figures}
    order = sorted(columns)

    def read(found: Found, word: str, numbers: Sequence[int]) -> None:
        for column, number in zip(order, numbers, strict=True):
            if (word, column) in codes:
                found.numbers[codes[word, column]] += number

    any_of = Q()
    for condition in columns.values():
        any_of |= condition
    flags = _flags([columns[column] for column in order])
    for stretch in _stretches(base, officer, within):
        narrowed = Stretch(stretch.rows.filter(any_of), stretch.columns, stretch.place, stretch.joins)
        yield from _part(narrowed, [f"r.{flag}" for flag in flags], read, word=F("rule"), more=flags)


def _spread(figures: list[Spread], base: Base, officer: str, trace: str, within: Within) -> Iterator[Part]:
    (one,) = figures
    assert one.days is not None

    def read(found: Found, word: str, numbers: Sequence[int]) -> None:
        found.spreads[one.code][int(word)] += numbers[0]

    for stretch in _stretches(base, officer, within):
        narrowed = Stretch(stretch.rows.filter(one.where(within.frame)), stretch.columns, stretch.place, stretch.joins)
        yield from _part(narrowed, ["true"], read, word=Cast(one.days(), TextField()), more={})
