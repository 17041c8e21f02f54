"""One day at the desk: who comes when, which places are free; and what is printed of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Officer, Unit
from cards.appointments.slots import ONE_DAY, Hours, Slot, at
from cards.models import Appointment, AppointmentState, Purpose, Weekday
from cards.papers.contents import Visit

PILLS = {
    AppointmentState.BOOKED: "info",
    AppointmentState.CAME: "ok",
    AppointmentState.MISSED: "warn",
    AppointmentState.CANCELLED: "quiet",
}
SHOWN_DAYS = 14


@dataclass(frozen=True)
class Coming:
    """One appointment as the page of the day shows it."""

    row: Appointment

    @property
    def pill(self) -> str:
        return PILLS[AppointmentState(self.row.state)]

    @property
    def is_open(self) -> bool:
        return self.row.state == AppointmentState.BOOKED and self.row.application.is_open

    @property
    def has_begun(self) -> bool:
        return self.row.starts_at <= timezone.now()


@dataclass(frozen=True)
class Hour:
    """One slot with the people in it; without a slot: people whose hour the rules no longer offer."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    slot: Slot | None
    people: list[Coming]


def appointments_on(commune: Unit, day: dt.date) -> QuerySet[Appointment]:
    """In the order in which people come."""
    first = at(day, dt.time.min)
    rows = Appointment.objects.filter(commune=commune, starts_at__gte=first, starts_at__lt=first + ONE_DAY)
    return rows.select_related("application__resident", "closed_by").order_by("starts_at", "pk")


def everything(commune: Unit, day: dt.date) -> dict[str, Any]:
    """Four queries."""
    hours = Hours(commune, day, day)
    rows = list(appointments_on(commune, day))
    counted = {state: sum(row.state == state for row in rows) for state in AppointmentState}
    return {
        "day": day,
        "weekday": Weekday(day.weekday()).label,
        "is_today": day == timezone.localdate(),
        "before": day - ONE_DAY,
        "after": day + ONE_DAY,
        "closed": hours.closed_because(day),
        "desks": [(Purpose(purpose).label, _hours(hours, rows, day, purpose)) for purpose in Purpose],
        "booked": counted[AppointmentState.BOOKED],
        "came": counted[AppointmentState.CAME],
        "missed": counted[AppointmentState.MISSED],
        "cancelled": counted[AppointmentState.CANCELLED],
        "total": len(rows) - counted[AppointmentState.CANCELLED],
    }


def _hours(hours: Hours, rows: list[Appointment], day: dt.date, purpose: str) -> list[Hour]:
    people: dict[dt.datetime, list[Appointment]] = {}
    for row in rows:
        if row.purpose == purpose:
            people.setdefault(row.starts_at, []).append(row)
    slots = {slot.starts_at: slot for slot in hours.slots(day, purpose)}
    found = []
    for starts_at in sorted(slots.keys() | people.keys()):
        slot, here = slots.get(starts_at), people.get(starts_at, [])
        ends_at = slot.ends_at if slot else here[0].ends_at
        found.append(Hour(starts_at, ends_at, slot, [Coming(row) for row in here]))
    return found


@dataclass(frozen=True)
class OpenDay:
    """One day with hours, to choose one."""

    day: dt.date
    slots: list[Slot]

    @property
    def weekday(self) -> str:
        return Weekday(self.day.weekday()).label


def open_days(commune: Unit, purpose: str, *, first: dt.date, most: int = SHOWN_DAYS) -> list[OpenDay]:
    """The days from `first` on with hours for this work that are not over; of so many days. Three queries."""
    hours = Hours(commune, first, first + (most - 1) * ONE_DAY)
    found = [OpenDay(day, [one for one in hours.slots(day, purpose) if not one.is_over]) for day in hours.days()]
    return [one for one in found if one.slots]


def visits(commune: Unit, day: dt.date) -> list[Visit]:
    """What the printed list says of each: those who are expected. One query."""
    rows = appointments_on(commune, day).exclude(state=AppointmentState.CANCELLED)
    return [_visit(row) for row in rows]


def _visit(row: Appointment) -> Visit:
    person = row.application.resident
    return Visit(
        hours=f"{timezone.localtime(row.starts_at):%H:%M}–{timezone.localtime(row.ends_at):%H:%M}",
        name=person.full_name,
        birth=person.known_birth.display() if person.known_birth else "",
        file_number=row.application.file_number,
        purpose=row.get_purpose_display(),
        phone=person.phone,
        note="" if row.state == AppointmentState.BOOKED else row.get_state_display().lower(),
    )


def commune_of(officer: Officer) -> Unit:
    """The commune whose desk this officer works at. Only officers and chiefs book (Right.APPLICATION_TAKE)."""
    assert officer.unit is not None
    return officer.unit
