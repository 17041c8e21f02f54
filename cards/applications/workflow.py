"""The life of a file as one table of moves, and the one function that makes them.

Buttons, the permission check, the audit sentence, the documentation and the tests read MOVES. Source: facts 2.5.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.roles import Right
from cards.applications import handover
from cards.applications.eligibility import Entry, Fault, faults
from cards.applications.handover import PrintedCard
from cards.applications.promise import promised_on
from cards.applications.reasons import REASONS
from cards.applications.rules import look_again
from cards.models import Application, State, Step

Guard = Callable[[Application], str]
Effect = Callable[[Application, Officer, PrintedCard | None], str]
LONGEST_NOTE: Final = 300
KEPT: Final = ("state", "received_at", "promised_on", "old_card_taken")  # columns that a move may change


class MoveRefused(Exception):
    """The move cannot be made; the message is the sentence the officer reads. Nothing was written.

    `faults` are there when fields of the move's own form are to be mended.
    """

    def __init__(self, sentence: str, *, faults: Iterable[Fault] = ()) -> None:
        super().__init__(sentence)
        self.faults = tuple(faults)


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


def _nothing(application: Application, by: Officer, card: PrintedCard | None) -> str:
    return ""


def _promise_anew(application: Application, by: Officer, card: PrintedCard | None) -> str:
    """Only now are the data right: the working days run from today, whatever the slip said (promise.py)."""
    application.promised_on = promised_on(timezone.localdate())
    return f"Hẹn trả {application.promised_on:%d/%m/%Y}, tính từ ngày {timezone.localdate():%d/%m/%Y}"


def _receive(application: Application, by: Officer, card: PrintedCard | None) -> str:
    application.received_at = timezone.now()
    return _promise_anew(application, by, card)


def _hand_over(application: Application, by: Officer, card: PrintedCard | None) -> str:
    """Guarded by `needs_card`: there is one."""
    assert card is not None
    return handover.hand_over(application, card, by=by)


@dataclass(frozen=True)
class Move:
    """One row: from which states to which, who may, what must hold, what the button and the trail say.

    `effect` does what else belongs to the move, in its transaction, and answers what the step shall say of it.
    """

    name: str
    sources: tuple[State, ...]
    target: State
    label: str
    sentence: str
    right: Right = Right.APPLICATION_TAKE
    guard: Guard = _always
    effect: Effect = _nothing
    needs_note: bool = False
    needs_card: bool = False  # what is printed on the card is entered with the move
    is_exit: bool = False  # leaves the road from the counter to the hand


_BEFORE_PRINT: Final = (
    State.DRAFT, State.BOOKED, State.TAKING, State.WAITING_FOR_DATA, State.RECEIVED, State.SENT_UP,
)  # fmt: skip

MOVES: Final[dict[str, Move]] = {
    move.name: move
    for move in [
        Move("start", (State.DRAFT, State.BOOKED), State.TAKING, "Bắt đầu thu nhận", "Bắt đầu thu nhận hồ sơ"),
        Move("receive", (State.TAKING,), State.RECEIVED,
             "Hoàn tất thu nhận", "Hoàn tất thu nhận hồ sơ", guard=_complete, effect=_receive),
        Move("wait_for_data", (State.TAKING, State.RECEIVED, State.SENT_UP), State.WAITING_FOR_DATA,
             "Chờ điều chỉnh dữ liệu", "Dừng chờ điều chỉnh dữ liệu", needs_note=True),
        Move("data_corrected", (State.WAITING_FOR_DATA,), State.RECEIVED,
             "Dữ liệu đã điều chỉnh", "Dữ liệu đã điều chỉnh, hồ sơ tiếp tục", guard=_complete, effect=_promise_anew),
        Move("send_up", (State.RECEIVED,), State.SENT_UP,
             "Chuyển cấp trên", "Chuyển hồ sơ lên cấp trên", guard=_complete),
        Move("printing", (State.SENT_UP,), State.PRINTING, "Cấp trên đang in thẻ", "Ghi nhận thẻ đang in"),
        Move("arrive", (State.SENT_UP, State.PRINTING), State.ARRIVED, "Thẻ đã về xã", "Ghi nhận thẻ đã về xã"),
        Move("hand_over", (State.ARRIVED,), State.HANDED_OVER,
             "Trả thẻ cho công dân", "Trả thẻ cho công dân", effect=_hand_over, needs_card=True),
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
def move(
    application: Application, name: str, *, by: Officer, note: str = "", card: PrintedCard | None = None
) -> Application:
    """Make one move: new state, what belongs to it, its Step and its audit line, in one transaction. Answers the file
    as it is now.

    The file is read again under lock: of two officers who press at once, the second is refused. Raises MoveRefused.
    Coming to (or back to) "Đã thu nhận" promises a new day, counted from today; handing over writes the card into the
    register and needs `card`.
    """
    chosen = MOVES.get(name)
    if chosen is None:
        raise MoveRefused("Không có bước này.")
    current = _locked(application, by)
    _allow(chosen, current, by=by, note=note.strip(), card=card)
    came_from = current.state
    current.state = chosen.target
    said = _joined(note.strip(), chosen.effect(current, by, card))
    current.save(update_fields=KEPT)
    Step.objects.create(application=current, move=name, from_state=came_from, to_state=chosen.target, by=by, note=said)
    look_again(current.resident_id)
    record(by, Action.MOVE, target=current, sentence=f"{chosen.sentence} {current.file_number}", reason=said)
    return current


def _locked(application: Application, by: Officer) -> Application:
    rows = Application.objects.in_scope(by).select_for_update(of=("self",), no_key=True).select_related("resident")
    current = rows.filter(pk=application.pk).first()
    if current is None:
        raise MoveRefused("Hồ sơ này không thuộc địa bàn của đồng chí.")
    return current


def _allow(chosen: Move, current: Application, *, by: Officer, note: str, card: PrintedCard | None) -> None:
    if not by.can(chosen.right):
        raise MoveRefused("Đồng chí không có quyền thực hiện bước này.")
    if current.state not in chosen.sources:
        state = current.get_state_display().lower()
        raise MoveRefused(f"Hồ sơ {current.file_number} đang ở bước “{state}”, không thực hiện được “{chosen.label}”.")
    if chosen.needs_note and not note:
        raise MoveRefused(f"Ghi lý do trước khi thực hiện “{chosen.label}”.")
    if chosen.needs_card:
        _allow_card(current, card)
    if refusal := chosen.guard(current):
        raise MoveRefused(f"Chưa thực hiện được “{chosen.label}”: {refusal}")


def _allow_card(current: Application, card: PrintedCard | None) -> None:
    if card is None:
        raise MoveRefused("Ghi ngày cấp và thời hạn in trên thẻ trước khi trả thẻ.")
    if found := handover.faults(card, current):
        raise MoveRefused(" ".join(fault.sentence for fault in found), faults=found)


def _joined(note: str, effect: str) -> str:
    said = "; ".join(part for part in (note, effect) if part)
    if len(said) > LONGEST_NOTE:
        raise MoveRefused(f"Lý do dài quá {LONGEST_NOTE - len(effect)} ký tự; ghi ngắn lại.")
    return said
