"""What the page of a request shows, and what lines on lists and panels say of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import Officer
from accounts.roles import Right
from accounts.working_days import Calendar
from supervision.figures import FIGURES, Figure
from supervision.models import Request, RequestAnswer, RequestState
from supervision.requests import measure
from supervision.requests.line import line_of
from supervision.requests.work import may_answer, may_decide
from supervision.targets.hundredths import is_met, is_of_period, said, said_change, wants_less

PILLS = {
    RequestState.OPEN: "warn",
    RequestState.ANSWERED: "info",
    RequestState.DONE: "ok",
    RequestState.WITHDRAWN: "quiet",
}


@dataclass(frozen=True)
class Moved:
    """A figure's way: then, now, goal. `is_met` None where it cannot be said; `is_counted`: it is what happened."""

    title: str
    then_title: str
    now_title: str
    then: str
    now: str
    goal: str
    change: str
    left: str
    is_met: bool | None
    is_counted: bool = False


def moved(request: Request, now: int | None) -> Moved:
    figure = FIGURES.get(request.code)
    if figure is None:
        return Moved(request.code, "Khi giao", "Hiện nay", "", "chỉ số này không còn", "", "", "", None)
    counted = is_of_period(figure)
    met = is_met(figure, now, request.goal, then=request.value_then)
    left = ""
    if met is False and now is not None and request.goal is not None:
        left = said_change(figure, now, request.goal).removeprefix("tăng ").removeprefix("giảm ")
    return Moved(
        title=figure.title,
        then_title=f"{measure.THIRTY} ngày trước khi giao" if counted else "Khi giao",
        now_title=_now_title(request, counted),
        then=said(figure, request.value_then),
        now=said(figure, now),
        goal=said(figure, request.goal) if request.goal is not None else "",
        change="" if counted else _change(figure, request, now),
        left=left,
        is_met=met,
        is_counted=counted,
    )


def _change(figure: Figure, request: Request, now: int | None) -> str:
    """ "tăng 9 thẻ (kém đi)": going away from where it should go is said in so many words."""
    then, told = request.value_then, said_change(figure, request.value_then, now)
    if then is None or now is None or then == now or not (figure.better or request.goal is not None):
        return told
    went_down = now < then
    return told if wants_less(figure, request.goal, then) == went_down else f"{told} (kém đi)"


def _now_title(request: Request, counted: bool) -> str:
    if counted:
        return "Từ khi giao đến nay" if request.is_open else "Từ khi giao đến khi kết thúc"
    return "Hiện nay" if request.is_open else "Khi kết thúc"


def days_late(request: Request, calendar: Calendar) -> int:
    """Working days past the date of an open request."""
    return calendar.between(request.due_on, timezone.localdate()) if request.is_overdue else 0


def due_words(request: Request, calendar: Calendar) -> tuple[str, str]:
    """(kind of pill, words): "quá hạn 3 ngày làm việc", "hạn hôm nay"; empty where there is time."""
    today = timezone.localdate()
    if not request.is_open:
        return "", ""
    if request.is_overdue:
        late = days_late(request, calendar)
        return "block", f"quá hạn {late} ngày làm việc" if late else "quá hạn"
    if request.due_on == today:
        return "warn", "hạn hôm nay"
    return ("remind", f"còn {(request.due_on - today).days} ngày") if (request.due_on - today).days <= 3 else ("", "")


def calendar_for(requests: list[Request]) -> Calendar:
    """One query."""
    today = timezone.localdate()
    return Calendar(min([one.due_on for one in requests], default=today), today)


def everything(request: Request, officer: Officer) -> dict[str, Any]:
    """Six queries."""
    now = measure.now(officer, request)
    answers = list(request.answers.select_related("by"))
    figure = FIGURES.get(request.code)
    asked_on = timezone.localdate(request.asked_at)
    days = measure.trend(request, live=now)
    line = line_of(figure, days, goal=request.goal, asked_on=asked_on) if figure else None
    return {
        "request_": request,
        "figure": figure,
        "moved": moved(request, now),
        "pill": PILLS[RequestState(request.state)],
        "due": due_words(request, calendar_for([request])),
        "line": line,
        "answers": [_said(one, figure) for one in answers],
        "seen": len(answers),
        "wish": _wish(request, answers),
        "may_answer": request.is_open and may_answer(officer, request),
        "may_decide": request.is_open and may_decide(officer, request),
        "list_url": reverse("supervision:figure", args=[request.code]) + f"?xa={request.unit.code}" if figure else "",
        "now_at": timezone.localtime(),
        "unit_note": _unit_note(request, asked_on),
    }


def _said(one: RequestAnswer, figure: Figure | None) -> dict[str, Any]:
    role = one.by.get_role_display()
    return {
        "when": f"{timezone.localtime(one.at):%H:%M %d/%m/%Y}",
        "title": f"{one.by} ({role.lower()})",
        "text": one.text,
        "value": said(figure, one.value_then) if figure else "",
        "date": one.new_due_on,
        "date_title": "Xin lùi hạn đến" if one.by.can(Right.REQUESTS_ANSWER) else "Hạn mới",
    }


def _wish(request: Request, answers: list[RequestAnswer]) -> dt.date | None:
    """The date that the commune asked for last and that nobody has answered yet."""
    if request.state != RequestState.ANSWERED or not answers:
        return None
    return answers[-1].new_due_on


def _unit_note(request: Request, asked_on: dt.date) -> str:
    """Where the numbers of then are those of another unit."""
    unit = request.unit
    if asked_on < unit.valid_from:
        began = f"{unit.name} có từ {unit.valid_from:%d/%m/%Y}"
        return f"{began}; việc này giao cho đơn vị trước đó, số khi giao là của đơn vị cũ."
    if unit.valid_to and unit.valid_to < timezone.localdate():
        return f"{unit.name} không còn từ sau ngày {unit.valid_to:%d/%m/%Y} và chưa có một đơn vị tiếp nhận toàn bộ."
    return ""
