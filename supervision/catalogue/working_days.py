"""Working days between two moments, counted by PostgreSQL: as accounts.working_days.Calendar.between counts them."""

from typing import Any

from django.db.models import Func, IntegerField
from django.db.models.functions import TruncDate

MONDAY = "date '1970-01-05'"


def _weekdays_to(day: str) -> str:
    """Mondays to Fridays from a Monday long ago up to and with this day."""
    return f"5 * (({day} - {MONDAY}) / 7) + least(mod({day} - {MONDAY}, 7) + 1, 5)"


class WorkingDays(Func):
    """How many working days lie after the day of the first moment, up to and with that of the second; 0 when it is not
    later. The day of receipt is not counted (BLDS 2015 Đ147); what the holiday table says of a day goes before its
    weekday: a day off among Mondays to Fridays takes one away, a worked Saturday or Sunday gives one."""

    output_field = IntegerField()
    template = (
        f"(SELECT greatest(0, {_weekdays_to('till')} - ({_weekdays_to('since')}) + (SELECT "  # noqa: S608 - our own words
        "count(*) FILTER (WHERE h.is_working AND extract(isodow FROM h.day) > 5) - "
        "count(*) FILTER (WHERE NOT h.is_working AND extract(isodow FROM h.day) < 6) "
        "FROM accounts_holiday AS h WHERE h.day > since AND h.day <= till)) "
        "FROM (SELECT %(expressions)s) AS span(since, till))"
    )

    def __init__(self, start: Any, end: Any, **more: Any) -> None:
        super().__init__(TruncDate(start), TruncDate(end), **more)
