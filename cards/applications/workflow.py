"""The life of a file as one table of moves, and the one function that makes them.

Buttons, the permission check, the audit sentence, the documentation and the tests read MOVES. Source: facts 2.5.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.roles import Right
from cards.applications.eligibility import Entry, faults
from cards.applications.reasons import REASONS
from cards.applications.rules import look_again
from cards.models import Application, State, Step

Guard = Callable[[Application], str]
LONGEST_NOTE: Final = 300


class MoveRefused(Exception):
    """The move cannot be made; the message is the sentence the officer reads. Nothing was written."""


def _complete(application: Application) -> str:
    """Empty when every part of the file is there; otherwise the first thing missing."""
    entered = Entry(
        reason=REASONS[application.reason],
        channel=application.channel,
        delivery=application.delivery,
        delivery_address=application.delivery_address,
        representative_name=application.representative_name,
        biometrics_taken=application.biometrics_taken,
        cc01_signed=application.cc01_signed,
    )
    missing = faults(entered, age_years=application.resident.age_years)
    return missing[0].sentence if missing else ""


def _always(application: Application) -> str:
    return ""


@dataclass(frozen=True)
class Move:
    """One row: from which states to which, who may, what must hold, what the button and the trail say."""

    name: str
    sources: tuple[State, ...]
    target: State
    label: str
    sentence: str
    right: Right = Right.APPLICATION_TAKE
    guard: Guard = _always
    needs_note: bool = False
    is_exit: bool = False  # leaves the road from the counter to the hand


_BEFORE_PRINT: Final = (
    State.DRAFT, State.BOOKED, State.TAKING, State.WAITING_FOR_DATA, State.RECEIVED, State.SENT_UP,
)  # fmt: skip

MOVES: Final[dict[str, Move]] = {
    move.name: move
    for move in [
        Move("start", (State.DRAFT, State.BOOKED), State.TAKING, "Bắt đầu thu nhận", "Bắt đầu thu nhận hồ sơ"),
        Move("receive", (State.TAKING,), State.RECEIVED,
             "Hoàn tất thu nhận", "Hoàn tất thu nhận hồ sơ", guard=_complete),
        Move("wait_for_data", (State.TAKING, State.RECEIVED, State.SENT_UP), State.WAITING_FOR_DATA,
             "Chờ điều chỉnh dữ liệu", "Dừng chờ điều chỉnh dữ liệu", needs_note=True),
        Move("data_corrected", (State.WAITING_FOR_DATA,), State.RECEIVED,
             "Dữ liệu đã điều chỉnh", "Dữ liệu đã điều chỉnh, hồ sơ tiếp tục", guard=_complete),
        Move("send_up", (State.RECEIVED,), State.SENT_UP,
             "Chuyển cấp trên", "Chuyển hồ sơ lên cấp trên", guard=_complete),
        Move("printing", (State.SENT_UP,), State.PRINTING, "Cấp trên đang in thẻ", "Ghi nhận thẻ đang in"),
        Move("arrive", (State.SENT_UP, State.PRINTING), State.ARRIVED, "Thẻ đã về xã", "Ghi nhận thẻ đã về xã"),
        Move("hand_over", (State.ARRIVED,), State.HANDED_OVER, "Trả thẻ cho công dân", "Trả thẻ cho công dân"),
        Move("refuse", _BEFORE_PRINT, State.REFUSED,
             "Từ chối (CC03)", "Từ chối giải quyết hồ sơ", needs_note=True, is_exit=True),
        Move("withdraw", _BEFORE_PRINT, State.WITHDRAWN,
             "Công dân rút hồ sơ", "Công dân rút hồ sơ", needs_note=True, is_exit=True),
        Move("cancel_duplicate", (*_BEFORE_PRINT, State.PRINTING, State.ARRIVED), State.CANCELLED_DUPLICATE,
             "Hủy do trùng", "Hủy hồ sơ do trùng", needs_note=True, is_exit=True),
    ]
}  # fmt: skip

# The road that the steps on the page draw; side exits end it where they happen.
ROAD: Final = (State.RECEIVED, State.SENT_UP, State.PRINTING, State.ARRIVED, State.HANDED_OVER)


def moves_for(application: Application, officer: Officer) -> list[Move]:
    """The moves this officer may make now. Guards are asked only when the move is made."""
    return [move for move in MOVES.values() if application.state in move.sources and officer.can(move.right)]


@transaction.atomic
def move(application: Application, name: str, *, by: Officer, note: str = "") -> Application:
    """Make one move: new state, its Step and its audit line, in one transaction. Answers the file as it is now.

    The file is read again under lock: of two officers who press at once, the second is refused. Raises MoveRefused.
    """
    chosen = MOVES.get(name)
    if chosen is None:
        raise MoveRefused("Không có bước này.")
    current = _locked(application, by)
    _allow(chosen, current, by=by, note=note.strip())
    came_from = current.state
    current.state = chosen.target
    current.save(update_fields=["state"])
    Step.objects.create(
        application=current, move=name, from_state=came_from, to_state=chosen.target, by=by, note=note.strip()
    )
    look_again(current.resident_id)
    record(by, Action.MOVE, target=current, sentence=f"{chosen.sentence} {current.file_number}", reason=note.strip())
    return current


def _locked(application: Application, by: Officer) -> Application:
    rows = Application.objects.in_scope(by).select_for_update(of=("self",), no_key=True).select_related("resident")
    current = rows.filter(pk=application.pk).first()
    if current is None:
        raise MoveRefused("Hồ sơ này không thuộc địa bàn của đồng chí.")
    return current


def _allow(chosen: Move, current: Application, *, by: Officer, note: str) -> None:
    if not by.can(chosen.right):
        raise MoveRefused("Đồng chí không có quyền thực hiện bước này.")
    if current.state not in chosen.sources:
        state = current.get_state_display().lower()
        raise MoveRefused(f"Hồ sơ {current.file_number} đang ở bước “{state}”, không thực hiện được “{chosen.label}”.")
    if chosen.needs_note and not note:
        raise MoveRefused(f"Ghi lý do trước khi thực hiện “{chosen.label}”.")
    if len(note) > LONGEST_NOTE:
        raise MoveRefused("Lý do dài quá 300 ký tự; ghi ngắn lại.")
    if refusal := chosen.guard(current):
        raise MoveRefused(f"Chưa thực hiện được “{chosen.label}”: {refusal}")
