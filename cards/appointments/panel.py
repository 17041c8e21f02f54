"""The appointments of one file: the panel on its page."""

from typing import Any

from accounts.models import Officer
from accounts.roles import Right
from cards.appointments.booking import BOOKABLE
from cards.appointments.day import Coming
from cards.models import Application, Appointment, AppointmentState, Delivery, Purpose

TEMPLATE = "cards/appointments/_panel.html"


def build(application: Application, officer: Officer) -> tuple[str, dict[str, Any]] | None:
    """For cards.applications.panels. One query."""
    rows = list(Appointment.objects.filter(application=application).select_related("closed_by", "created_by"))
    for row in rows:
        row.application = application
    may_write = officer.can(Right.APPLICATION_TAKE)
    purpose = purpose_of(application)
    standing = {row.purpose for row in rows if row.state == AppointmentState.BOOKED}
    may_book = may_write and purpose is not None and purpose not in standing
    if not rows and not may_book:
        return None
    return TEMPLATE, {
        "rows": [Coming(row) for row in reversed(rows)],
        "may_write": may_write,
        "may_book": may_book,
        "purpose": Purpose(purpose).label.lower() if purpose else "",
    }


def purpose_of(application: Application) -> Purpose | None:
    """What this file can be booked for now."""
    for purpose, states in BOOKABLE.items():
        if application.state in states:
            by_post = purpose == Purpose.HANDOVER and application.delivery == Delivery.POST
            return None if by_post else purpose
    return None
