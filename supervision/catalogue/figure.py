"""What a figure is: one condition on the rows of one base. The number counts them, the list shows them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from accounts.models import Officer
from accounts.scope import ScopedQuerySet, answers_for, communes_of
from registry.scores.share import Share, dotted
from supervision.catalogue import homes
from supervision.catalogue.asked import Area, Ask, Frame

if TYPE_CHECKING:
    from supervision.catalogue.values import Values

Condition = Callable[[Frame], Q]
Kind = Literal["standing", "happened", "ratio", "spread"]
Better = Literal["up", "down", ""]
COMMUNE, PROVINCE, HAMLET, OFFICER = "commune", "province", "hamlet", "officer"
NOTHING: Final = "–"
KINDS: Final = {"standing": "tồn", "happened": "phát sinh", "ratio": "tỷ lệ", "spread": "phân bố"}


def _in_scope(rows: QuerySet[Any], officer: Officer) -> QuerySet[Any]:
    assert isinstance(rows, ScopedQuerySet)
    return rows.in_scope(officer)


def everything(frame: Frame) -> Q:
    return Q()


@dataclass(frozen=True)
class Side:
    """How one leads from a row to a commune, and to a person's home: a pair has two sides. `hamlet`: the path to the
    text itself, where the row is no person's."""

    commune: str = "commune"
    person: str = ""
    hamlet: str = ""

    def of(self, area: Area) -> Q:
        return area.of(self.commune)

    def among(self, communes: Sequence[int]) -> Q:
        return Q(**{f"{self.commune}__in": list(communes)})

    def within(self, officer: Officer) -> Q:
        """In the officer's own communes."""
        return communes_of(officer, self.commune)

    def under(self, path: str) -> "Side":
        """The same of the person that stands at `path` of another table."""
        return Side(f"{path}__{self.commune}", person=path)

    def place(self, by: str) -> Combinable:
        """The id of the commune or province."""
        return F(f"{self.commune}__parent" if by == PROVINCE else self.commune)

    def lives_in(self, area: Area) -> Q:
        """In the hamlet, in one of the officer's, or in none of those that the rest leaves out."""
        assert area.unit is not None
        if self.hamlet:
            named = Q(**{f"{self.hamlet}__in": list(area.texts)})
        elif self.person:
            named = Q(**{f"{self.person}__in": homes.people_in(area.unit, area.texts)})
        else:
            return Q(pk__in=[])
        return self.of(area) & (~named if area.rest else named)


@dataclass(frozen=True)
class Base:
    """One table of rows. `rows` are those that any figure may count; `within` keeps them to an officer's scope."""

    name: str
    rows: Callable[[], QuerySet[Any]]
    sides: tuple[Side, ...] = (Side(),)
    table: str = ""
    said_of: Callable[[str], Q] = lambda path: Q()
    """Of people: who they are, asked of the person that stands at a path ("" for the row itself)."""
    within: Callable[[QuerySet[Any], Officer], QuerySet[Any]] = _in_scope

    def in_scope(self, officer: Officer) -> QuerySet[Any]:
        return self.within(self.rows(), officer)

    def in_scope_of(self, ask: Ask) -> QuerySet[Any]:
        """The same for rows that are then kept to the area: a commune that the officer answers for is not asked for its
        province once more. With that the planner would take its people for a hundredth of what they are."""
        unit = None if ask.area.is_province else ask.area.unit
        rows = self.rows()
        is_plain = self.within is _in_scope and type(rows).in_scope is ScopedQuerySet.in_scope  # type: ignore[attr-defined]
        if unit is not None and is_plain and answers_for(ask.officer, unit):
            return rows.filter(Q(**{rows.model.commune_path: unit.pk}))
        return self.in_scope(ask.officer)

    def done_by(self, path: str, officer: Officer | None) -> Q:
        """The work of this officer; without one, what is nobody's."""
        return Q(**{path: officer})

    def worker(self, path: str) -> Combinable:
        """The id of the officer whose work a row is; empty where it is nobody's."""
        return F(path)

    def of(self, rows: QuerySet[Any], area: Area, *, of_officer: str = "") -> QuerySet[Any]:
        """The rows of an area; `of_officer` leads to the officer whose work a row is."""
        whole = Q()
        for side in self.sides:
            whole |= side.of(area)
        rows = rows.filter(whole)
        if not area.is_part:
            return rows
        if of_officer and area.is_by_worker:
            return rows.filter(self.done_by(of_officer, area.officer))
        living = Q(pk__in=[])
        for side in self.sides:
            living |= side.lives_in(area)
        return rows.filter(living)


@dataclass(frozen=True)
class Figure:
    """One number. `unit` is what is counted, `short` its name above a column, `note` its definition and `source` the
    law or the report that asks for it; `better` says which way one wants it to go."""

    code: str
    title: str
    unit: str = ""
    note: str = ""
    source: str = ""
    section: str = ""
    short: str = ""
    kind: Kind = "standing"
    better: Better = ""
    base: Base | None = None
    parts: tuple[str, ...] = ()
    of_officer: str = ""
    table: str = ""
    knows_past: bool = False
    """Whether `condition` can say how things stood on a day gone by."""

    def rows(self, ask: Ask) -> QuerySet[Any]:
        """The list behind the number: exactly the rows that it counts."""
        assert self.base is not None
        rows = self.base.of(self.base.in_scope(ask.officer), ask.area, of_officer=self.of_officer)
        return self.listed(rows, ask.frame)

    def listed(self, rows: QuerySet[Any], frame: Frame) -> QuerySet[Any]:
        raise NotImplementedError

    def count(self, ask: Ask) -> int:
        return self.rows(ask).count()

    def number(self, values: "Values") -> int | Decimal | None:
        """None where it is not known, or of nothing."""
        return None if self.code in values.missing else values.get(self.code, 0)

    def text(self, values: "Values") -> str:
        """ "1.234", "86,27 %", "5 ngày"; a dash where there is no number."""
        number = self.number(values)
        return NOTHING if number is None else dotted(int(number))

    def hundredths(self, values: "Values") -> int | None:
        """To compare and to keep: hundredths of a piece, of a percent, of a day."""
        number = self.number(values)
        return None if number is None else int(number * 100)

    @property
    def name(self) -> str:
        return self.short or self.title

    @property
    def kind_words(self) -> str:
        return KINDS[self.kind]

    @property
    def table_name(self) -> str:
        """How its list shows rows."""
        return self.table or (self.base.table if self.base else "")

    @property
    def row_unit(self) -> str:
        """What one row of its list is."""
        return self.unit


@dataclass(frozen=True)
class Counted(Figure):
    """Rows of the base that meet both conditions. What happens says its day or moment in `among` (Frame.during).
    Figures that share one `among` are counted in one pass over those rows alone."""

    among: Condition = everything
    where: Condition = everything

    def listed(self, rows: QuerySet[Any], frame: Frame) -> QuerySet[Any]:
        return rows.filter(self.among(frame)).filter(self.where(frame))


@dataclass(frozen=True)
class Trace:
    """Rows that belong to people: their open cases, their cards. `person` leads to whose they are; `commune` to the
    commune that the row itself names, which is always the person's (registry/models/own_commune.py)."""

    name: str
    rows: Callable[[], QuerySet[Any]]
    person: str = "resident"
    commune: str = ""

    def has(self, condition: Q) -> Exists:
        own = {self.person: OuterRef("pk")} | ({self.commune: OuterRef("commune")} if self.commune else {})
        return Exists(self.rows().filter(condition, **own))


@dataclass(frozen=True)
class Traced(Figure):
    """People of the base who have a row of the trace that meets `has`, and none that meets `has_none`."""

    trace: Trace | None = None
    has: Condition = everything
    has_none: Condition | None = None

    def listed(self, rows: QuerySet[Any], frame: Frame) -> QuerySet[Any]:
        assert self.trace is not None
        rows = rows.filter(self.trace.has(self.has(frame)))
        return rows if self.has_none is None else rows.filter(~self.trace.has(self.has_none(frame)))


@dataclass(frozen=True)
class Without(Figure):
    """The people of the first part who are not among those of the second."""

    trace: Trace | None = None
    where: Condition = everything
    has: Condition = everything

    def listed(self, rows: QuerySet[Any], frame: Frame) -> QuerySet[Any]:
        assert self.trace is not None
        return rows.filter(self.where(frame)).filter(~self.trace.has(self.has(frame)))

    def of(self, found: Mapping[str, int]) -> int:
        whole, part = self.parts
        return found.get(whole, 0) - found.get(part, 0)


@dataclass(frozen=True)
class OfRule(Figure):
    """Cases of one rule: what had to be put right, or what of it was."""

    rule: str = ""
    column: int = 0
    where: Condition = everything

    def listed(self, rows: QuerySet[Any], frame: Frame) -> QuerySet[Any]:
        return rows.filter(self.where(frame), rule=self.rule)


@dataclass(frozen=True)
class Ratio(Figure):
    """The first part of the second, in percent. Its list is the first part's, or that of `shows`."""

    kind: Kind = "ratio"
    unit: str = "%"
    shows: str = ""
    figures: Mapping[str, Figure] = field(default_factory=dict, repr=False, compare=False, hash=False)

    def rows(self, ask: Ask) -> QuerySet[Any]:
        return self.shown.rows(ask)

    @property
    def shown(self) -> Figure:
        """The figure whose list stands behind the percentage."""
        return self.figures[self.shows or self.parts[0]]

    def share(self, values: "Values") -> Share:
        part, whole = self.parts
        return Share(values.get(part, 0), values.get(whole, 0))

    def number(self, values: "Values") -> Decimal | None:
        """Two decimals, rounded down: 100 only when it is all."""
        return None if values.missing.intersection(self.parts) else self.share(values).percent

    def text(self, values: "Values") -> str:
        number = self.number(values)
        return NOTHING if number is None else f"{number} %".replace(".", ",")


@dataclass(frozen=True)
class Spread(Figure):
    """How many days it took: of the files that ended in the period, the day by which `percent` of them were done.

    Kept as a histogram {days: how many}, so that the middle of any group of units and any period follows from sums.
    """

    kind: Kind = "spread"
    unit: str = "ngày làm việc"
    percent: int = 50
    of: str = ""
    where: Condition = everything
    days: Callable[[], Combinable] | None = None

    @property
    def row_unit(self) -> str:
        return "thẻ"

    @property
    def spread_code(self) -> str:
        """Under which the histogram is kept: two figures may read one."""
        return self.of or self.code

    def listed(self, rows: QuerySet[Any], frame: Frame) -> QuerySet[Any]:
        return rows.filter(self.where(frame))

    def number(self, values: "Values") -> int | None:
        if self.spread_code in values.missing:
            return None
        return percentile(values.spreads.get(self.spread_code, {}), self.percent)

    def text(self, values: "Values") -> str:
        number = self.number(values)
        return NOTHING if number is None else f"{dotted(number)} ngày"


def percentile(spread: Mapping[int, int], percent: int) -> int | None:
    """The smallest number of days by which at least so many of a hundred were done. None of nothing."""
    wanted = sum(spread.values()) * percent
    reached = 0
    for days in sorted(spread):
        reached += spread[days] * 100
        if reached >= wanted and reached:
            return days
    return None
