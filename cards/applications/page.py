"""Everything the page of one application shows, read in a fixed number of queries."""

from typing import Any

from django.utils import timezone

from accounts.models import Officer
from accounts.roles import Right
from cards.applications.reasons import REASONS
from cards.applications.tables import PILLS
from cards.applications.workflow import MOVES, ROAD, moves_for
from cards.models import FINAL_STATES, Application, State, Step
from cards.receipts import words


def everything(application: Application, officer: Officer) -> dict[str, Any]:
    """One query for the steps; the caller has read the rest along with the file."""
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
        "forward": [move for move in moves if not move.needs_note],
        "aside": [move for move in moves if move.needs_note],
        "receipt": getattr(application, "receipt", None),
        "can_take": officer.can(Right.APPLICATION_TAKE),
    }


def facts(application: Application) -> list[dict[str, Any]]:
    reason = REASONS[application.reason]
    promised = f"{words.weekday(application.promised_on)}, {application.promised_on:%d/%m/%Y}"
    late = application.days_overdue
    rows = [
        ("Thủ tục", application.get_kind_display(), ""),
        ("Lý do", reason.title, reason.article),
        ("Hẹn trả", promised, f"đã quá {late} ngày" if late else ""),
        ("Lệ phí", words.dong(application.fee_vnd), application.fee_text),
        ("Hình thức nộp", application.get_channel_display(), ""),
        ("Nơi nhận thẻ", application.get_delivery_display(), application.delivery_address),
        ("Thu nhận lúc", f"{timezone.localtime(application.received_at):%H:%M %d/%m/%Y}", str(application.created_by)),
    ]
    if application.representative_name:
        rows.append(("Người đại diện", application.representative_name, ""))
    if application.note:
        rows.append(("Ghi chú", application.note, ""))
    return [{"label": label, "value": value, "note": note} for label, value, note in rows]


def taken(application: Application) -> list[dict[str, Any]]:
    """The parts of the file, and whether they are there."""
    parts = [
        ("Ảnh khuôn mặt, vân tay, mống mắt", application.biometrics_taken),
        ("Phiếu CC01 đã ký", application.cc01_signed),
        ("Thẻ cũ đã thu", application.old_card_taken),
    ]
    return [{"label": label, "is_there": there} for label, there in parts]


def road(application: Application, steps: list[Step]) -> list[dict[str, str]]:
    """The steps that components/steps.html draws: the road, and where the file left it."""
    reached = {step.to_state: step for step in steps}
    at = _place_on_road(application, steps)
    drawn = [_drawn(state, reached.get(state), place, at) for place, state in enumerate(ROAD)]
    if application.state in ROAD:
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


def _drawn(state: State, step: Step | None, place: int, at: int) -> dict[str, str]:
    kind = "done" if place < at else "now" if place == at else "next"
    if state == State.HANDED_OVER and kind == "now":
        kind = "done"
    return {"label": state.label, "state": kind, "when": _when(step) if place <= at else ""}


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
