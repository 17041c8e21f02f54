"""The clock of a file in working days: "còn 3 ngày làm việc", "quá 2 ngày làm việc"; it stands while the citizen is
waited for (Luật Căn cước Đ26)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from accounts.working_days import Calendar
from cards.models import PROMISED_STATES, Application, State


@dataclass(frozen=True)
class Clock:
    """`kind` as in components/pill.html."""

    kind: str
    words: str


def calendar_for(files: Iterable[Application]) -> Calendar:
    """The holidays between today and every day that these files promise. One query."""
    today = timezone.localdate()
    days = [day for one in files for day in (one.promised_on, one.data_due_on) if day]
    return Calendar(min([today, *days]), max([today, *days]))


def clock_of(application: Application, calendar: Calendar) -> Clock | None:
    """None where no clock runs: before the file is received, and after the card is back."""
    if application.is_paused and application.paused_at:
        return Clock("warn", f"chờ công dân từ {timezone.localtime(application.paused_at):%d/%m}")
    if application.state == State.WAITING_FOR_DATA and application.data_due_on:
        return _measured(application.data_due_on, calendar, before="dữ liệu: ")
    if application.state not in PROMISED_STATES or application.promised_on is None:
        return None
    return _measured(application.promised_on, calendar)


def late_words(application: Application, calendar: Calendar) -> str:
    """ "quá 2 ngày làm việc" of a file whose promise has passed; "" of any other."""
    if not application.days_overdue or application.promised_on is None:
        return ""
    return _measured(application.promised_on, calendar).words


def _measured(day: dt.date, calendar: Calendar, *, before: str = "") -> Clock:
    today = timezone.localdate()
    if day < today:
        late = calendar.between(day, today)
        return Clock("block", f"{before}quá {late} ngày làm việc" if late else f"{before}quá hạn {day:%d/%m}")
    left = calendar.between(today, day)
    if day == today:
        return Clock("warn", f"{before}hạn hôm nay")
    return Clock("warn" if left <= 1 else "info", f"{before}còn {left} ngày làm việc")
