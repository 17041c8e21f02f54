"""The plan of the month: whom to visit so that no record grows too old, spread over the working days that are left.

Days go to officers: each visits hamlets of his own (Hamlet.officer), the household that waits longest first, and a
hamlet is finished before the next is begun. What no officer can do in the time is said, not hidden.
"""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Officer, Setting, Unit
from accounts.text import plain_sort_key
from accounts.working_days import Calendar
from registry.fieldwork import choosing, making
from registry.fieldwork.choosing import MOST_HOUSEHOLDS, lived_in, month_end, on_an_open_sheet
from registry.models import FieldSheet, Hamlet, Household, Membership, Resident, Which
from registry.residents import freshness
from registry.residents.freshness import FRESH, NEAR, PAST, Terms
from registry.values.address import fold_address

NO_HAMLET = "Chưa rõ thôn, tổ"
NO_HOME = "Chưa thuộc hộ nào"
ONE_DAY = dt.timedelta(days=1)


# --- the figures -----------------------------------------------------------------------------------------------------


@dataclass
class HamletFigures:
    """People of one hamlet by how fresh their records are. `key` is the hamlet's in addresses of lists."""

    key: str
    name: str
    officer: Officer | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((PAST, NEAR, FRESH), 0))

    @property
    def people(self) -> int:
        return sum(self.counts.values())

    @property
    def past(self) -> int:
        return self.counts[PAST]

    @property
    def near(self) -> int:
        return self.counts[NEAR]

    @property
    def fresh(self) -> int:
        return self.counts[FRESH]

    @property
    def percent_fresh(self) -> int:
        """Whole percent, rounded down: 100 only when nobody is past or near."""
        return self.fresh * 100 // self.people if self.people else 100


def people_of(commune: Unit) -> QuerySet[Resident]:
    """Everybody the commune answers for, with `since` and the hamlet of the household ("" without one)."""
    home = Membership.objects.filter(resident=OuterRef("pk"), to_on=None, household__closed_on=None).order_by("pk")
    rows = freshness.since(Resident.objects.current().filter(commune=commune))
    return rows.annotate(lives_in=Subquery(home.values("household__hamlet")[:1]))


def figures(commune: Unit, *, today: dt.date, terms: Terms) -> list[HamletFigures]:
    """One line a hamlet, in the Vietnamese order; those without a household last. Two queries."""
    level = freshness.level_of(today=today, until=month_end(today), terms=terms)
    counted = people_of(commune).order_by().annotate(level=level).values_list("lives_in", "level")
    hamlets = Hamlet.objects.filter(commune=commune, valid_to=None).select_related("officer")
    listed = {key_of(one.name): one for one in hamlets}
    found: dict[str, HamletFigures] = {}
    for text, name, count in counted.annotate(Count("pk")):
        key = key_of(text)
        hamlet = listed.get(key)
        one = found.setdefault(key, HamletFigures(key, hamlet.name if hamlet else _said(text)))
        one.officer = hamlet.officer if hamlet else None
        one.counts[name] += count
    return sorted(found.values(), key=lambda one: (one.key in ("khong-ho", "khong-ro"), plain_sort_key(one.name)))


def key_of(text: str | None) -> str:
    """What a hamlet is called in an address: two spellings of one place are one."""
    if text is None:
        return "khong-ho"
    return fold_address(text)[:100].replace(" ", "-") or "khong-ro"


def _said(text: str | None) -> str:
    return NO_HOME if text is None else text or NO_HAMLET


def people_behind(commune: Unit, *, hamlet: str, level: str, today: dt.date, terms: Terms) -> QuerySet[Resident]:
    """Exactly the people whom a number of the page counts; `hamlet` "" is the whole commune. One query to find the
    spellings of a hamlet."""
    rows = people_of(commune)
    if level:
        rows = freshness.of_level(rows, level, today=today, until=month_end(today), terms=terms)
    if not hamlet:
        return rows
    found: Any = rows.order_by().values("lives_in").distinct()  # type: ignore[misc]  # annotated in people_of()
    texts = {row["lives_in"] for row in found if key_of(row["lives_in"]) == hamlet}
    wanted = Q(lives_in__in=[text for text in texts if text is not None])
    return rows.filter(wanted | Q(lives_in=None)) if None in texts else rows.filter(wanted)


# --- the plan --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """A household to be visited, with the last day on which nobody of it is past due."""

    home: Household
    due_on: dt.date
    people: int


@dataclass(frozen=True)
class Trip:
    """What one officer does in one hamlet on one day."""

    day: dt.date
    officer: Officer | None
    hamlet: str
    homes: tuple[Due, ...]

    @property
    def key(self) -> str:
        """By this a page asks for it; the plan is made again when the sheet is."""
        who = self.officer.public_id.hex if self.officer else "-"
        return f"{self.day:%Y%m%d}.{who}.{key_of(self.hamlet)}"

    @property
    def people(self) -> int:
        return sum(one.people for one in self.homes)

    @property
    def past(self) -> int:
        return sum(one.due_on < timezone.localdate() for one in self.homes)


@dataclass
class Plan:
    """`left` are households that no working day of the month has room for."""

    trips: list[Trip] = field(default_factory=list)
    left: list[Due] = field(default_factory=list)
    days: int = 0
    capacity: int = 0

    @property
    def homes(self) -> int:
        return sum(len(one.homes) for one in self.trips) + len(self.left)

    @property
    def people(self) -> int:
        return sum(one.people for one in self.trips) + sum(one.people for one in self.left)


def plan(commune: Unit, *, today: dt.date, values: dict[str, int] | None = None) -> Plan:
    """Households of which somebody is past due by the end of the month and no open sheet has. Five queries."""
    values = values or Setting.values_on()
    due = due_homes(commune, today=today, terms=Terms.read(values))
    days = working_days(today)
    hamlets = Hamlet.objects.filter(commune=commune, valid_to=None).select_related("officer")
    officers = {key_of(one.name): one.officer for one in hamlets}
    keys = {text: key_of(text) for text in {one.home.hamlet for one in due}}  # folding a text is slow, hamlets are few
    by_officer: dict[Officer | None, list[Due]] = defaultdict(list)
    for one in due:
        by_officer[officers.get(keys[one.home.hamlet])].append(one)
    made = Plan(days=len(days), capacity=values["visits_per_day"])
    for officer, own in by_officer.items():
        trips, left = spread(own, days, made.capacity, officer=officer)
        made.trips += trips
        made.left += left
    made.trips.sort(key=lambda trip: (trip.day, str(trip.officer or "~"), plain_sort_key(trip.hamlet)))
    return made


def due_homes(commune: Unit, *, today: dt.date, terms: Terms) -> list[Due]:
    """The longest waiting first. Two queries."""
    past = terms.past(month_end(today) + ONE_DAY)
    late = freshness.since(Resident.objects.current()).filter(past)
    members = Membership.objects.filter(household=OuterRef("pk"), to_on=None, resident__in=late)
    homes = {one.pk: one for one in lived_in(commune).filter(Exists(members)).exclude(on_an_open_sheet())}
    since = Membership.objects.filter(household__in=homes, to_on=None, resident__in=Resident.objects.current())
    rows = since.values_list("household", "resident__confirmed_at", "resident__created_at", "resident__birth_latest_on")
    first: dict[int, dt.date] = {}
    people: dict[int, int] = defaultdict(int)
    for home, confirmed, created, born in rows:
        due_on = terms.due_on(confirmed or created, born)
        first[home] = min(first.get(home, due_on), due_on)
        people[home] += 1
    found = [Due(homes[pk], day, people[pk]) for pk, day in first.items()]
    return sorted(found, key=lambda one: (one.due_on, one.home.hamlet, one.home.code))


def working_days(today: dt.date) -> list[dt.date]:
    """Of this month, from today on. One query."""
    end = month_end(today)
    calendar = Calendar(today, end)
    days = [today + ONE_DAY * n for n in range((end - today).days + 1)]
    return [day for day in days if calendar.is_working(day)]


def spread(
    due: list[Due], days: list[dt.date], capacity: int, *, officer: Officer | None = None
) -> tuple[list[Trip], list[Due]]:
    """Share households, the most urgent first, among days: evenly, but never later than due where a day has room, and
    never more than `capacity` a day. Answers the trips, and what is left over."""
    waiting = sorted(due, key=lambda one: one.due_on)
    trips: list[Trip] = []
    for place, day in enumerate(days):
        if not waiting:
            break
        after = days[place + 1] if place + 1 < len(days) else None
        pressing = sum(after is None or one.due_on < after for one in waiting)
        room = min(capacity, max(math.ceil(len(waiting) / (len(days) - place)), pressing))
        trips += _day(waiting, day, room, officer)
    return trips, waiting


def _day(waiting: list[Due], day: dt.date, room: int, officer: Officer | None) -> list[Trip]:
    """Take `room` households out of `waiting`: of the most urgent one's hamlet first, then of the next one's."""
    trips = []
    while room > 0 and waiting:
        hamlet = waiting[0].home.hamlet
        taken = list(islice((one for one in waiting if one.home.hamlet == hamlet), room))
        gone = {one.home.pk for one in taken}
        waiting[:] = [one for one in waiting if one.home.pk not in gone]
        room -= len(taken)
        order = {home.pk: n for n, home in enumerate(choosing.walking_order(one.home for one in taken))}
        trips.append(Trip(day, officer, hamlet, tuple(sorted(taken, key=lambda one: order[one.home.pk]))))
    return trips


@transaction.atomic
def make_sheets(commune: Unit, keys: Iterable[str] | None, *, by: Officer, today: dt.date) -> list[FieldSheet]:
    """Sheets for these trips of the plan as it stands now, or for all. Twice makes none twice: households on an open
    sheet are in no plan."""
    Unit.objects.select_for_update(no_key=True).get(pk=commune.pk)
    wanted = set(keys) if keys is not None else None
    sheets = []
    for trip in plan(commune, today=today).trips:
        if wanted is not None and trip.key not in wanted:
            continue
        homes = [one.home for one in trip.homes]
        for start in range(0, len(homes), MOST_HOUSEHOLDS):
            part: Any = homes[start : start + MOST_HOUSEHOLDS]
            sheets.append(
                making.make(commune, part, by=by, which=Which.DUE, assigned_to=trip.officer, planned_on=trip.day)
            )
    return sheets
