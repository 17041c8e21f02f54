"""Leases: who works on a row, until when. A lease runs out by itself, so that nobody's absence blocks a colleague."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from accounts.models import Officer


def held_by_others(officer: Officer, *, by: str = "claimed_by", until: str = "claimed_until") -> Q:
    """The condition for rows that a colleague holds at this moment. `by` and `until` name the two columns."""
    running = Q(**{f"{until}__gt": timezone.now(), f"{by}__isnull": False})
    return running & ~Q(**{by: officer})


def is_held_by_another(officer: Officer, holder_id: int | None, until: dt.datetime | None) -> bool:
    """The same for one row that is read already."""
    return holder_id not in (None, officer.pk) and until is not None and until > timezone.now()


def sentence(holder: Officer, until: dt.datetime, what: str) -> str:
    """What the colleague reads: "Đồng chí … đang xử lý người này, đến 08:14." """
    return f"Đồng chí {holder} đang xử lý {what}, đến {timezone.localtime(until):%H:%M}."
