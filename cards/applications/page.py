"""Everything the page of one application shows, read in a fixed number of queries."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Officer
from accounts.roles import Right
from cards.applications.eligibility import is_wholly_online
from cards.applications.forms import HandOverForm
from cards.applications.reasons import REASONS
from cards.applications.tables import PILLS
from cards.applications.workflow import MOVES, ROAD, Move, moves_for
from cards.models import FINAL_STATES, Application, State, Step
from cards.receipts import words


def everything(application: Application, officer: Officer, *, hand_over: HandOverForm | None = None) -> dict[str, Any]:
    """One query for the steps; the caller has read the rest along with the file. `hand_over`: the form, when it was
    filled in already."""
    steps = list(application.steps.select_related("by"))
    moves = moves_for(application, officer)
    return {
        "application": application,
        "reason": REASONS[application.reason],
        "pill": PILLS.get(application.state, "quiet"),
        "facts": facts(application),
        "taken": taken(application),
        "road": road(application, steps),
        "timeline": timeline(steps),
        "forward": [move for move in moves if not move.needs_note and not move.needs_card],
        "hand_over": _hand_over_form(application, moves, hand_over),
        "aside": [move for move in moves if move.needs_note],
        "receipt": application.receipt,
        "can_take": officer.can(Right.APPLICATION_TAKE),
    }


def _hand_over_form(application: Application, moves: list[Move], filled: HandOverForm | None) -> HandOverForm | None:
    """The form that goes with the move, only where the move may be made."""
    if not any(move.needs_card for move in moves):
        return None
    return filled or HandOverForm(application=application)


def facts(application: Application) -> list[dict[str, Any]]:
    reason = REASONS[application.reason]
    day = application.promised_on
    promised = f"{words.weekday(day)}, {day:%d/%m/%Y}" if day else "chưa hẹn"
    late = application.days_overdue
    rows = [
        ("Thủ tục", application.get_kind_display(), ""),
        ("Lý do", reason.title, reason.article),
        ("Hẹn trả", promised, f"đã quá {late} ngày" if late else ""),
        ("Lệ phí", words.dong(application.fee_vnd), application.fee_text),
        ("Hình thức nộp", application.get_channel_display(), ""),
        ("Nơi nhận thẻ", application.get_delivery_display(), application.delivery_address),
        ("Thu nhận lúc", _moment(application.received_at), str(application.created_by)),
    ]
    if application.representative_name:
        rows.append(("Người đại diện", application.representative_name, ""))
    if application.note:
        rows.append(("Ghi chú", application.note, ""))
    return [{"label": label, "value": value, "note": note} for label, value, note in rows]


def taken(application: Application) -> list[dict[str, Any]]:
    """The parts of the file, and whether they are there."""
    online = is_wholly_online(REASONS[application.reason], application.channel)
    spared = "không cần: nộp trực tuyến" if online else "không"
    parts = [
        ("Ảnh khuôn mặt, vân tay, mống mắt", application.biometrics_taken, spared),
        ("Phiếu CC01 đã ký", application.cc01_signed, spared),
        ("Thẻ cũ đã thu", application.old_card_taken, "không"),
    ]
    return [{"label": label, "is_there": there, "otherwise": words} for label, there, words in parts]


def road(application: Application, steps: list[Step]) -> list[dict[str, str]]:
    """The steps that components/steps.html draws: the road, and where the file left it."""
    reached = {step.to_state: step for step in steps}
    at = _place_on_road(application, steps)
    on_road = application.state in ROAD
    drawn = [_drawn(state, reached.get(state), place, at, on_road) for place, state in enumerate(ROAD)]
    if on_road:
        return drawn
    ended = application.state in FINAL_STATES
    here = {
        "label": application.get_state_display(),
        "state": "stopped" if ended else "now",
        "when": _when(reached.get(application.state)),
    }
    return [*drawn[: at + 1], here] if ended else [*drawn[: at + 1], here, *drawn[at + 1 :]]


def _place_on_road(application: Application, steps: list[Step]) -> int:
    """The furthest place on the road that the file stands at, or stood at before it left; -1 before the road."""
    if application.state in ROAD:
        return ROAD.index(State(application.state))
    passed = [ROAD.index(State(step.to_state)) for step in steps if step.to_state in ROAD]
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
            "title": MOVES[step.move].sentence if step.move in MOVES else "Thu nhận hồ sơ, lập phiếu hẹn",
            "text": step.note,
            "kind": "now" if number == 0 else "",
        }
        for number, step in enumerate(reversed(steps))
    ]
