"""What supervisors and chiefs do with a request: ask, answer, give another date, end. Each is one transaction."""

import datetime as dt
import uuid
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.roles import Right, Role
from accounts.scope import answers_for
from accounts.working_days import ONE_DAY, Calendar
from supervision.figures import FIGURES, Figure
from supervision.models import Request, RequestAnswer, RequestState
from supervision.requests import measure
from supervision.targets.hundredths import is_met, is_of_period, said

LONGEST: Final = dt.timedelta(days=366)
LONGEST_REST: Final = 30  # working days are looked for so far behind a holiday: Tết and what surrounds it


class RequestRefused(Exception):
    """Nothing was written; the message is the sentence the officer reads. `field` is where it belongs on the form."""

    def __init__(self, field: str | None, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def may_decide(officer: Officer, request: Request) -> bool:
    """A supervisor of the commune; what the ministry asked, only the ministry changes and ends."""
    if not (officer.can(Right.REQUESTS_ASK) and answers_for(officer, request.unit)):
        return False
    return officer.role == Role.MINISTRY_SUPERVISOR or request.asked_by.role != Role.MINISTRY_SUPERVISOR


def may_answer(officer: Officer, request: Request) -> bool:
    return officer.can(Right.REQUESTS_ANSWER) and answers_for(officer, request.unit)


# --- asking ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(
    unit: Unit,
    code: str,
    *,
    text: str,
    due_on: dt.date,
    goal: int | None = None,
    by: Officer,
    token: uuid.UUID | None = None,
) -> Request:
    """Ask a commune to bring a figure to `goal` (hundredths) by a working day. Sent twice it is one request.

    One open request for a figure of a commune: two supervisors who ask at the same moment queue at the commune's row,
    and the second is told of the first. Raises RequestRefused.
    """
    if not (by.can(Right.REQUESTS_ASK) and answers_for(by, unit)):
        raise RequestRefused("unit", f"{unit} không thuộc địa bàn của đồng chí.")
    figure = FIGURES.get(code)
    if figure is None:
        raise RequestRefused("code", "Không có chỉ số này; chọn lại.")
    today = timezone.localdate()
    check_due(due_on, after=today)
    then = measure.when_asked(by, unit, figure, on=today)
    _check_goal(figure, goal, then)
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    twice = Request.objects.filter(submit_token=token).first() if token else None
    if twice is not None and (twice.unit_id, twice.code, twice.text, twice.asked_by_id) == (unit.pk, code, text, by.pk):
        return twice
    _check_none_open(unit, code)
    request = Request.objects.create(
        unit=unit, code=code, text=text, due_on=due_on, goal=goal, value_then=then, asked_by=by,
        submit_token=uuid.uuid4() if token is None or twice else token,
    )  # fmt: skip
    record(
        by,
        Action.CREATE,
        target=request,
        reason=text,
        sentence=f"Giao việc cho {unit}: {figure.title}, hạn {due_on:%d/%m/%Y}, đang là {said(figure, then)}"
        + (f", cần đạt {said(figure, goal)}" if goal is not None else ""),
        data={"code": code, "unit": unit.code, "value": then, "goal": goal},
    )
    return request


def _check_none_open(unit: Unit, code: str) -> None:
    other = Request.objects.open().filter(unit=unit, code=code).select_related("asked_by").first()
    if other is not None:
        raise RequestRefused(
            None,
            f"{unit} đang có việc giao về chỉ số này, hạn {other.due_on:%d/%m/%Y}, {other.asked_by} giao; "
            "mở việc đó để ghi thêm hoặc đổi hạn.",
        )


def _check_goal(figure: Figure, goal: int | None, then: int | None) -> None:
    if goal is None or is_of_period(figure):
        return
    if figure.better and is_met(figure, then, goal):
        raise RequestRefused("goal", f"Hiện nay là {said(figure, then)}, đã đạt mức này; ghi mức khác.")
    if goal == then:
        raise RequestRefused("goal", f"Hiện nay đã là {said(figure, then)}; ghi mức khác.")


def check_due(day: dt.date, *, after: dt.date, field: str = "due_on") -> None:
    """A working day after today, within a year: nobody is asked for something on a holiday. One query."""
    today = timezone.localdate()
    if day <= today:
        raise RequestRefused(field, "Hạn phải sau hôm nay.")
    if day > today + LONGEST:
        raise RequestRefused(field, "Hạn trong vòng một năm.")
    if day <= after:
        raise RequestRefused(field, f"Hạn mới phải sau hạn đang có, {after:%d/%m/%Y}.")
    calendar = Calendar(day, day + dt.timedelta(days=LONGEST_REST))
    if not calendar.is_working(day):
        next_one = calendar.add(day, 1)
        raise RequestRefused(
            field, f"{day:%d/%m/%Y} là ngày nghỉ; ngày làm việc kế tiếp là {next_one:%d/%m/%Y}."
        )  # fmt: skip


# --- the talk --------------------------------------------------------------------------------------------------------


@transaction.atomic
def answer(
    request: Request, *, text: str, new_due_on: dt.date | None = None, by: Officer, token: uuid.UUID | None = None
) -> RequestAnswer:
    """The chief's answer, with the figure as it is today; `new_due_on` is the date the chief asks for, and changes
    nothing until the supervisor grants it. Raises RequestRefused."""
    row = _locked(request)
    if not may_answer(by, row):
        raise RequestRefused(None, "Chỉ trưởng công an của xã được giao trả lời việc này.")
    if twice := _said_twice(row, token, text, by):
        return twice
    _check_open(row)
    if new_due_on is not None:
        check_due(new_due_on, after=row.due_on, field="new_due_on")
    said_now = _add(row, text=text, new_due_on=new_due_on, by=by, token=token)
    row.state = RequestState.ANSWERED
    row.save(update_fields=["state"])
    wish = f", xin lùi hạn đến {new_due_on:%d/%m/%Y}" if new_due_on else ""
    record(by, Action.CHANGE, target=row, reason=text, sentence=f"Trả lời việc giao{wish}: {text[:200]}")
    return said_now


@transaction.atomic
def say(
    request: Request, *, text: str, new_due_on: dt.date | None = None, seen: int | None = None, by: Officer,
    token: uuid.UUID | None = None,
) -> RequestAnswer:  # fmt: skip
    """A supervisor's word, and another date where one is given; the commune is to answer again.

    `seen` is how many answers the supervisor had read: with one more meanwhile nothing is written. Raises
    RequestRefused.
    """
    row = _locked(request)
    if not may_decide(by, row):
        raise RequestRefused(None, "Việc này do cấp trên giao; đồng chí không đổi được.")
    if twice := _said_twice(row, token, text, by):
        return twice
    _check_open(row)
    _check_seen(row, seen)
    was = row.due_on
    if new_due_on is not None and new_due_on != was:
        check_due(new_due_on, after=dt.date.min, field="new_due_on")
        row.due_on = new_due_on
    moved = row.due_on if row.due_on != was else None
    said_now = _add(row, text=text, new_due_on=moved, by=by, token=token)
    row.state = RequestState.OPEN
    row.save(update_fields=["state", "due_on"])
    date = f", đổi hạn {was:%d/%m/%Y} → {moved:%d/%m/%Y}" if moved else ""
    record(by, Action.CHANGE, target=row, reason=text, sentence=f"Ghi thêm vào việc giao{date}: {text[:200]}")
    return said_now


def _add(
    row: Request, *, text: str, new_due_on: dt.date | None, by: Officer, token: uuid.UUID | None
) -> RequestAnswer:  # fmt: skip
    if token is None or RequestAnswer.objects.filter(submit_token=token).exists():
        token = uuid.uuid4()
    return RequestAnswer.objects.create(
        request=row, text=text, new_due_on=new_due_on, by=by, value_then=measure.now(by, row),
        submit_token=token,
    )  # fmt: skip


def _said_twice(row: Request, token: uuid.UUID | None, text: str, by: Officer) -> RequestAnswer | None:
    """The answer that the same sending has written already."""
    return row.answers.filter(submit_token=token, text=text, by=by).first() if token else None


# --- the end ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def end(request: Request, *, state: str, note: str, seen: int | None = None, by: Officer) -> Request:
    """Done, or taken back: with the figure as it is now. The second of two clicks changes nothing, a second supervisor
    is told of the first; so is one who has not read what the commune answered meanwhile. Raises RequestRefused."""
    if state not in (RequestState.DONE, RequestState.WITHDRAWN):
        raise RequestRefused("state", "Chọn “Đã xong” hoặc “Rút việc”.")
    row = _locked(request)
    if not may_decide(by, row):
        raise RequestRefused(None, "Việc này do cấp trên giao; đồng chí không kết thúc được.")
    if (row.state, row.ended_note, row.ended_by_id) == (state, note, by.pk):
        return row
    _check_open(row)
    _check_seen(row, seen)
    row.value_at_end = measure.now(by, row)
    row.state, row.ended_at, row.ended_by, row.ended_note = state, timezone.now(), by, note
    row.save(update_fields=["value_at_end", "state", "ended_at", "ended_by", "ended_note"])
    figure = FIGURES.get(row.code)
    value = f", {figure.title.lower()}: {said(figure, row.value_at_end)}" if figure else ""
    record(by, Action.DECIDE, target=row, reason=note, sentence=f"Kết thúc việc giao, {_word(row)}{value}")
    return row


def _locked(request: Request) -> Request:
    """The row as it is now, held until the transaction ends."""
    rows = Request.objects.select_for_update(of=("self",))
    return rows.select_related("unit__parent", "asked_by", "ended_by").get(pk=request.pk)


def _check_open(row: Request) -> None:
    if row.ended_at is not None:
        at = timezone.localtime(row.ended_at)
        raise RequestRefused(
            None,
            f"Việc này đã kết thúc ({_word(row)}) lúc {at:%H:%M %d/%m/%Y}, {row.ended_by} kết luận; không ghi thêm.",
        )


def _check_seen(row: Request, seen: int | None) -> None:
    if seen is None or row.answers.count() == seen:
        return
    last = row.answers.select_related("by").latest("at", "pk")
    raise RequestRefused(
        None, f"{last.by} vừa ghi lúc {timezone.localtime(last.at):%H:%M}; đọc lại ở dưới rồi ghi."
    )  # fmt: skip


def _word(row: Request) -> str:
    return row.get_state_display().lower()


def next_working_day(day: dt.date) -> dt.date:
    """The day itself, or the first working day after it. One query."""
    return Calendar(day, day + dt.timedelta(days=LONGEST_REST)).add(day - ONE_DAY, 1)
