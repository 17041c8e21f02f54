"""Everything the page of one application shows, read in a fixed number of queries."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts import submit_once
from accounts.models import Officer
from accounts.roles import Right
from cards.applications import data
from cards.applications.clock import calendar_for, clock_of, late_words
from cards.applications.forms import AssignForm, HandOverForm
from cards.applications.intake import may_be_filled
from cards.applications.panels import panels_for
from cards.applications.queue_tables import why_of
from cards.applications.queues import workers_of
from cards.applications.reasons import REASONS, Reason
from cards.applications.tables import PILLS
from cards.applications.workflow import APPROACH, MOVES, ROAD, Group, Move, moves_for
from cards.models import FINAL_STATES, Application, State, Step
from cards.receipts import words

BEGINNINGS = {"open": "Thu nhận hồ sơ, lập phiếu hẹn", "begin": "Lập hồ sơ"}


def everything(application: Application, officer: Officer, *, hand_over: HandOverForm | None = None) -> dict[str, Any]:
    """What the page shows. The caller has read along what the file points at. `hand_over`: the form, when it was filled
    in already."""
    steps = list(application.steps.select_related("by"))
    moves = moves_for(application, officer)
    can_take = officer.can(Right.APPLICATION_TAKE)
    waits = application.state in (State.TAKING, State.WAITING_FOR_DATA, State.RECEIVED)
    may_fill = can_take and may_be_filled(application)
    return {
        "application": application,
        "reason": REASONS.get(application.reason),
        "pill": PILLS.get(application.state, "quiet"),
        "clock": clock_of(application, calendar_for([application])) if application.is_open else None,
        "facts": facts(application),
        "road": road(application, steps),
        "timeline": timeline(steps),
        "moves": grouped(moves, may_fill=may_fill),
        "hand_over": _hand_over_form(application, moves, hand_over),
        "assign": _assign_form(moves, officer),
        "stops": data.stops(application.resident, application.reason) if waits else [],
        "data_law": data.ARTICLE,
        "may_fill": may_fill,
        "may_correct": officer.can(Right.RESIDENT_WRITE),
        "why": why_of(application),
        "receipt": application.receipt if application.received_at else None,
        "panels": panels_for(application, officer),
        "can_take": can_take,
        "submit_token": submit_once.new_token(),
    }


def grouped(moves: list[Move], *, may_fill: bool) -> dict[str, list[Move]]:
    """The buttons by where they stand. What the form of the file does itself has no button beside it."""
    plain = [move for move in moves if not (move.needs_card or move.needs_officer)]
    named = {group.name.lower(): [move for move in plain if move.group == group] for group in Group if group}
    if may_fill:
        named["road"] = [move for move in named["road"] if move.name != "receive"]
    return named


def _assign_form(moves: list[Move], officer: Officer) -> AssignForm | None:
    return AssignForm(among=workers_of(officer)) if any(move.needs_officer for move in moves) else None


def _otherwise(application: Application) -> str:
    """What the papers spoke for, when the officer chose something else."""
    proposed = REASONS.get(application.proposed_reason)
    if proposed is None or application.proposed_reason == application.reason:
        return ""
    return f"{proposed.kind.label}: {proposed.title}"


def _hand_over_form(application: Application, moves: list[Move], filled: HandOverForm | None) -> HandOverForm | None:
    """The form that goes with the move, only where the move may be made."""
    if not any(move.needs_card for move in moves):
        return None
    return filled or HandOverForm(application=application)


def facts(application: Application) -> list[dict[str, Any]]:
    reason = REASONS[application.reason]
    day = application.promised_on
    promised = f"{words.weekday(day)}, {day:%d/%m/%Y}" if day else "chưa hẹn"
    late = late_words(application, calendar_for([application])) if application.days_overdue else ""
    fee = words.dong(application.fee_vnd) if application.received_at else "tính khi thu nhận"
    rows = [
        ("Thủ tục", application.get_kind_display(), ""),
        ("Lý do", reason.title, _proposal(application, reason)),
        ("Hẹn trả", promised, f"đã {late}" if late else ""),
        ("Lệ phí", fee, application.fee_text),
        ("Hình thức nộp", application.get_channel_display(), ""),
        ("Nơi nhận thẻ", application.get_delivery_display(), application.delivery_address),
        ("Thu nhận lúc", _moment(application.received_at), f"lập bởi {application.created_by}"),
        ("Người giữ hồ sơ", str(application.assigned_to or "chưa ai giữ"), ""),
    ]
    if application.data_due_on:
        rows.append(("Hạn điều chỉnh dữ liệu", f"{application.data_due_on:%d/%m/%Y}", data.ARTICLE))
    if application.representative_name:
        about = ", ".join(filter(None, [application.representative_relation, application.representative_number]))
        rows.append(("Người đại diện", application.representative_name, about))
    if application.overdue_reason:
        when = f"{_moment(application.overdue_reason_at)}, {application.overdue_reason_by}"
        rows.append(("Lý do quá hạn", application.overdue_reason, when))
    if application.note:
        rows.append(("Ghi chú", application.note, ""))
    return [{"label": label, "value": value, "note": note} for label, value, note in rows]


def _proposal(application: Application, reason: Reason) -> str:
    """The article; and what was proposed, where the officer chose otherwise."""
    otherwise = _otherwise(application)
    return f"{reason.article}. Chương trình đề xuất: {otherwise}" if otherwise else reason.article


def road(application: Application, steps: list[Step]) -> list[dict[str, str]]:
    """The steps that components/steps.html draws: the road, and where the file left it. Before the slip, the road that
    leads to it is drawn as well."""
    reached = {step.to_state: step for step in steps}
    places = _places(application, steps)
    at = _place_on_road(application, steps, places)
    on_road = application.state in places
    drawn = [_drawn(state, reached.get(state), place, at, on_road) for place, state in enumerate(places)]
    if on_road:
        return drawn
    ended = application.state in FINAL_STATES
    here = {
        "label": application.get_state_display(),
        "state": "stopped" if ended else "now",
        "when": _when(reached.get(application.state)),
    }
    return [*drawn[: at + 1], here] if ended else [*drawn[: at + 1], here, *drawn[at + 1 :]]


def _places(application: Application, steps: list[Step]) -> list[State]:
    """Of the approach only what this file went through, or stands at."""
    if application.received_at is not None:
        return list(ROAD)
    seen = {step.to_state for step in steps} | {application.state}
    return [*(state for state in APPROACH if state in seen or state == State.TAKING), *ROAD]


def _place_on_road(application: Application, steps: list[Step], places: list[State]) -> int:
    """The furthest place on the road that the file stands at, or stood at before it left; -1 before the road."""
    if application.state in places:
        return places.index(State(application.state))
    passed = [places.index(State(step.to_state)) for step in steps if step.to_state in places]
    return passed[-1] if passed else -1


def _drawn(state: State, step: Step | None, place: int, at: int, on_road: bool) -> dict[str, str]:
    """The place it stands at is "now", unless it left the road there or the road ends there."""
    kind = "done" if place < at else "now" if place == at else "next"
    if place == at and (not on_road or state == State.HANDED_OVER):
        kind = "done"
    return {"label": state.label, "state": kind, "when": _when(step) if place <= at else ""}


def _moment(at: dt.datetime | None) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}" if at else "chưa thu nhận xong"


def _when(step: Step | None) -> str:
    return f"{timezone.localtime(step.at):%H:%M %d/%m}" if step else ""


def timeline(steps: list[Step]) -> list[dict[str, str]]:
    """Who moved the file when, newest first."""
    return [
        {
            "when": f"{timezone.localtime(step.at):%H:%M %d/%m/%Y} · {step.by}",
            "title": MOVES[step.move].sentence if step.move in MOVES else BEGINNINGS.get(step.move, step.move),
            "text": step.note,
            "kind": "now" if number == 0 else "",
        }
        for number, step in enumerate(reversed(steps))
    ]
