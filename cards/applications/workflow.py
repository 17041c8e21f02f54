"""The life of a file as one table of moves, and the one function that makes them.

Buttons, the permission check, the audit sentence, the drawn diagram (docs/img/card-file.svg) and the tests read MOVES.
Source: facts 2.5.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db import transaction

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.roles import Right
from cards.applications import effects, guards, handover
from cards.applications.effects import EffectRefused, Given
from cards.applications.eligibility import Fault
from cards.applications.handover import PrintedCard
from cards.applications.rules import look_again
from cards.appointments import slots
from cards.models import FINAL_STATES, Application, State, Step

Guard = Callable[[Application], list[Fault]]
Effect = Callable[[Application, Officer, Given], str]
Follows = Callable[[Application, Officer, Given], None]
Shown = Callable[[Application, Officer], bool]
LONGEST_NOTE: Final = 300
KEPT: Final = (
    "state", "received_at", "promised_on", "data_due_on", "fee_vnd", "fee_text", "exemption", "old_card_taken",
    "assigned_to", "paused_at", "paused_by", "pause_reason", "returned_at", "returned_reason", "overdue_reason",
    "overdue_reason_at", "overdue_reason_by",
)  # fmt: skip
"""Columns that a move may change."""


class MoveRefused(Exception):
    """The move cannot be made; the message is the sentence the officer reads. Nothing was written.

    `faults` are there when fields of the move's own form are to be mended.
    """

    def __init__(self, sentence: str, *, faults: Iterable[Fault] = ()) -> None:
        super().__init__(sentence)
        self.faults = tuple(faults)


class Group(StrEnum):
    """Where the button of a move stands on the page."""

    ROAD = "Đi tiếp"
    BACK = "Dừng lại, trả lại"
    CLOCK = "Thời hạn"
    HOLDER = "Người giữ hồ sơ"
    EXIT = "Kết thúc hồ sơ"
    NONE = ""  # another desk makes it, with what else belongs to it


def _always(application: Application, officer: Officer) -> bool:
    return True


@dataclass(frozen=True)
class Move:
    """One row: from which states to which, who may, what must hold, what the button and the trail say.

    `target` None: the file stays where it is. `not_received`: where it leads instead while the file was never
    received. `effect` and `follows`: what else belongs to the move (effects.py). `shown`: whether a button makes sense
    now. `when_paused`: also while the citizen is waited for.
    """

    name: str
    sources: tuple[State, ...]
    target: State | None
    label: str
    sentence: str
    group: Group = Group.ROAD
    right: Right = Right.APPLICATION_TAKE
    guard: Guard = guards.nothing
    effect: Effect = effects.nothing
    follows: Follows = effects.nothing_follows
    shown: Shown = _always
    not_received: State | None = None
    needs_note: bool = False
    needs_card: bool = False  # what is printed on the card is entered with the move
    needs_officer: bool = False  # who takes the file on is chosen with the move
    when_paused: bool = False

    @property
    def is_exit(self) -> bool:
        return self.group == Group.EXIT

    def lands(self, application: Application) -> State:
        """Where this file comes to by it."""
        if self.target is None:
            return State(application.state)
        return self.not_received if self.not_received and application.received_at is None else self.target


_OPEN: Final = tuple(state for state in State if state not in FINAL_STATES)
_BEFORE_PRINT: Final = (
    State.DRAFT, State.BOOKED, State.TAKING, State.WAITING_FOR_DATA, State.RECEIVED, State.SENT_UP,
)  # fmt: skip
_AT_THE_COUNTER: Final = (State.TAKING, State.WAITING_FOR_DATA, State.RECEIVED)

MOVES: Final[dict[str, Move]] = {
    move.name: move
    for move in [
        Move("book", (State.DRAFT,), State.BOOKED, "Đặt lịch", "Đặt lịch thu nhận hồ sơ", Group.NONE),
        Move("unbook", (State.BOOKED,), State.DRAFT, "Bỏ lịch hẹn", "Bỏ lịch hẹn thu nhận hồ sơ", Group.NONE),
        Move("start", (State.DRAFT, State.BOOKED), State.TAKING, "Bắt đầu thu nhận", "Bắt đầu thu nhận hồ sơ"),
        Move("receive", (State.TAKING,), State.RECEIVED, "Hoàn tất thu nhận", "Hoàn tất thu nhận hồ sơ",
             guard=guards.may_be_received, effect=effects.receive, follows=effects.slip_and_hour),
        Move("data_corrected", (State.WAITING_FOR_DATA,), State.RECEIVED,
             "Dữ liệu đã điều chỉnh", "Dữ liệu đã điều chỉnh, hồ sơ tiếp tục", not_received=State.TAKING,
             guard=guards.may_go_on, effect=effects.data_are_right, follows=effects.hour_anew),
        Move("send_up", (State.RECEIVED,), State.SENT_UP, "Chuyển cấp trên", "Chuyển hồ sơ lên cấp trên",
             guard=guards.may_go_up, effect=effects.sent_up),
        Move("printing", (State.SENT_UP,), State.PRINTING, "Cấp trên đang in thẻ", "Ghi nhận thẻ đang in"),
        Move("arrive", (State.SENT_UP, State.PRINTING), State.ARRIVED, "Thẻ đã về xã", "Ghi nhận thẻ đã về xã",
             follows=effects.card_arrived),
        Move("hand_over", (State.ARRIVED,), State.HANDED_OVER, "Trả thẻ cho công dân", "Trả thẻ cho công dân",
             effect=effects.hand_over, follows=effects.card_handed, needs_card=True),
        Move("send_back", (State.ARRIVED,), State.PRINTING, "Thẻ in sai, chuyển trả cấp trên",
             "Chuyển trả cấp trên thẻ in sai", Group.BACK, follows=effects.card_gone_back, needs_note=True),
        Move("not_arrived", (State.ARRIVED,), State.SENT_UP, "Thẻ chưa về, ghi nhầm", "Bỏ ghi nhận thẻ về vì ghi nhầm",
             Group.NONE, follows=effects.card_never_came),
        Move("wait_for_data", (State.TAKING, State.RECEIVED, State.SENT_UP), State.WAITING_FOR_DATA,
             "Chờ điều chỉnh dữ liệu", "Dừng chờ điều chỉnh dữ liệu", Group.BACK, effect=effects.wait_for_data,
             needs_note=True),
        Move("return_down", (State.SENT_UP, State.PRINTING), State.RECEIVED,
             "Cấp trên trả lại", "Cấp trên trả lại hồ sơ", Group.BACK, effect=effects.returned, needs_note=True),
        Move("pause", _AT_THE_COUNTER, None, "Chờ công dân", "Dừng đồng hồ, chờ công dân", Group.CLOCK,
             effect=effects.stop_clock, needs_note=True),
        Move("resume", _AT_THE_COUNTER, None, "Công dân đã bổ sung, tiếp tục", "Tiếp tục sau khi chờ công dân",
             guard=guards.is_paused, effect=effects.start_clock, follows=effects.hour_anew,
             shown=lambda one, _: one.is_paused, when_paused=True),
        Move("explain", _OPEN, None, "Ghi lý do quá hạn", "Ghi lý do hồ sơ quá hạn", Group.CLOCK,
             guard=guards.is_overdue, effect=effects.explain, shown=lambda one, _: one.days_overdue > 0,
             needs_note=True),
        Move("take", _OPEN, None, "Nhận giữ hồ sơ", "Nhận giữ hồ sơ", Group.HOLDER, effect=effects.take,
             shown=lambda one, officer: one.assigned_to_id != officer.pk, when_paused=True),
        Move("assign", _OPEN, None, "Giao đồng chí khác", "Giao cán bộ khác giữ hồ sơ", Group.HOLDER,
             right=Right.CARDS_MANAGE, effect=effects.assign, needs_officer=True, when_paused=True),
        Move("refuse", _BEFORE_PRINT, State.REFUSED, "Từ chối (CC03)", "Từ chối giải quyết hồ sơ", Group.EXIT,
             effect=effects.leave, follows=effects.ended_without_card, needs_note=True, when_paused=True),
        Move("withdraw", _BEFORE_PRINT, State.WITHDRAWN, "Công dân rút hồ sơ", "Công dân rút hồ sơ", Group.EXIT,
             effect=effects.leave, follows=effects.ended_without_card, needs_note=True, when_paused=True),
        Move("cancel_duplicate", (*_BEFORE_PRINT, State.PRINTING, State.ARRIVED), State.CANCELLED_DUPLICATE,
             "Hủy do trùng", "Hủy hồ sơ do trùng", Group.EXIT, effect=effects.leave,
             follows=effects.ended_without_card, needs_note=True, when_paused=True),
    ]
}  # fmt: skip

# The road that the steps on the page draw; side exits end it where they happen.
ROAD: Final = (State.RECEIVED, State.SENT_UP, State.PRINTING, State.ARRIVED, State.HANDED_OVER)
# Before it: drawn while the file was not received yet.
APPROACH: Final = (State.DRAFT, State.BOOKED, State.TAKING)


def may_make(row: Move, application: Application, officer: Officer) -> bool:
    """State, right and clock allow it. Guards are asked only when the move is made."""
    in_time = row.when_paused or not application.is_paused
    return application.state in row.sources and officer.can(row.right) and in_time


def moves_for(application: Application, officer: Officer) -> list[Move]:
    """The moves that this officer is offered now, in the order of the table."""
    return [
        row
        for row in MOVES.values()
        if row.group and may_make(row, application, officer) and row.shown(application, officer)
    ]


@transaction.atomic
def move(
    application: Application,
    name: str,
    *,
    by: Officer,
    note: str = "",
    card: PrintedCard | None = None,
    to: Officer | None = None,
) -> Application:
    """Make one move: new state, what belongs to it, its Step and its audit line, in one transaction. Answers the file
    as it is now.

    The file is read again under lock: of two officers who press at once, the second is refused. Raises MoveRefused.
    Coming to “Đã thu nhận” for the first time takes the price, promises a day, books the hour and makes the slip;
    handing over writes the card into the register and needs `card`; giving the file to a colleague needs `to`.
    """
    chosen = MOVES.get(name)
    if chosen is None:
        raise MoveRefused("Không có bước này.")
    current = _locked(application, by)
    given = Given(note.strip(), card, to)
    _allow(chosen, current, by=by, note=given.note, card=card)
    if chosen.needs_officer:
        _allow_officer(current, to)
    came_from, current.state = current.state, chosen.lands(current)
    try:
        said = _joined(given.note, chosen.effect(current, by, given))
        current.save(update_fields=KEPT)
        Step.objects.create(
            application=current, move=name, from_state=came_from, to_state=current.state, by=by, note=said
        )  # fmt: skip
        chosen.follows(current, by, given)
        slots.follow(current, by=by)
    except EffectRefused as refused:
        raise MoveRefused(f"Chưa thực hiện được “{chosen.label}”: {refused}", faults=[refused.fault]) from refused
    look_again(current.resident_id)
    record(by, Action.MOVE, target=current, sentence=f"{chosen.sentence} {current.file_number}", reason=said)
    return current


def _locked(application: Application, by: Officer) -> Application:
    rows = Application.objects.in_scope(by).select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("resident", "commune__parent", "assigned_to")
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
    if current.is_paused and not chosen.when_paused:
        raise MoveRefused(
            f"Hồ sơ {current.file_number} đang chờ công dân: bấm “{MOVES['resume'].label}” trước khi thực hiện "
            f"“{chosen.label}”."
        )
    if chosen.needs_note and not note:
        raise MoveRefused(f"Ghi lý do trước khi thực hiện “{chosen.label}”.")
    if chosen.needs_card:
        _allow_card(current, card)
    if found := chosen.guard(current):
        raise MoveRefused(f"Chưa thực hiện được “{chosen.label}”: {found[0].sentence}", faults=found)


def _allow_card(current: Application, card: PrintedCard | None) -> None:
    if card is None:
        raise MoveRefused("Ghi ngày cấp và thời hạn in trên thẻ trước khi trả thẻ.")
    if found := handover.faults(card, current):
        raise MoveRefused(" ".join(fault.sentence for fault in found), faults=found)


def _allow_officer(current: Application, to: Officer | None) -> None:
    """Somebody who works at this counter, and not who holds the file already."""
    if to is None or to.unit_id != current.commune_id or not to.is_active or not to.can(Right.APPLICATION_TAKE):
        raise MoveRefused("Chọn một đồng chí thu nhận hồ sơ của xã này.")
    if to.pk == current.assigned_to_id:
        raise MoveRefused(f"Hồ sơ {current.file_number} đang do {to} giữ.")


def _joined(note: str, effect: str) -> str:
    said = "; ".join(part for part in (note, effect) if part)
    if len(said) > LONGEST_NOTE:
        raise MoveRefused(f"Lý do dài quá {LONGEST_NOTE - len(effect)} ký tự; ghi ngắn lại.")
    return said
