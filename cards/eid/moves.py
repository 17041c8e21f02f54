"""The life of an electronic identity account as one table of moves. Buttons, permission check, audit sentence and tests
read MOVES. Source: NĐ 69/2024/NĐ-CP; facts.md 9.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from accounts.models import Officer
from accounts.roles import Right
from cards.models import EidAccount, EidLevel, EidState

TAKE_IN: Final = "collect"
RAISE: Final = "raise_level"


class EidRefused(Exception):
    """Nothing was written; the message is the sentence the officer reads. `field` is the form's field to mend."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


Guard = Callable[[EidAccount], str]


def _always(account: EidAccount) -> str:
    return ""


def _is_level_one(account: EidAccount) -> str:
    return "" if account.level == EidLevel.ONE else "tài khoản đã ở mức độ 2."


@dataclass(frozen=True)
class Move:
    """One row: from which states to which, what must hold, what the button and the trail say. Without a `target` the
    account goes where it was before it was locked, or stays where it is (`stays`)."""

    name: str
    sources: tuple[EidState, ...]
    target: EidState | None
    label: str
    sentence: str
    right: Right = Right.APPLICATION_TAKE
    guard: Guard = _always
    needs_note: bool = False
    needs_phone: bool = False
    stays: bool = False
    is_exit: bool = False


_OPEN: Final = (EidState.COLLECTED, EidState.APPROVED, EidState.GRANTED, EidState.ACTIVATED)

MOVES: Final[dict[str, Move]] = {
    move.name: move
    for move in [
        Move("approve", (EidState.COLLECTED,), EidState.APPROVED,
             "Đã phê duyệt", "Ghi nhận tài khoản định danh đã phê duyệt"),
        Move("grant", (EidState.APPROVED,), EidState.GRANTED,
             "Đã cấp tài khoản", "Ghi nhận tài khoản định danh đã cấp"),
        Move("activate", (EidState.GRANTED,), EidState.ACTIVATED,
             "Công dân đã kích hoạt", "Ghi nhận tài khoản định danh đã kích hoạt"),
        Move(RAISE, (EidState.GRANTED, EidState.ACTIVATED), EidState.COLLECTED,
             "Thu nhận nâng lên mức độ 2", "Thu nhận nâng tài khoản định danh lên mức độ 2", guard=_is_level_one),
        Move("change_phone", _OPEN, None,
             "Đổi số điện thoại", "Đổi số điện thoại của tài khoản định danh",
             needs_phone=True, stays=True),
        Move("lock", _OPEN, EidState.LOCKED,
             "Khóa tài khoản", "Khóa tài khoản định danh", needs_note=True, is_exit=True),
        Move("unlock", (EidState.LOCKED,), None,
             "Mở khóa tài khoản", "Mở khóa tài khoản định danh", needs_note=True),
    ]
}  # fmt: skip

ROAD: Final = (EidState.COLLECTED, EidState.APPROVED, EidState.GRANTED, EidState.ACTIVATED)


def moves_for(account: EidAccount, officer: Officer) -> list[Move]:
    """The moves this officer may make now."""
    return [
        move
        for move in MOVES.values()
        if account.state in move.sources and officer.can(move.right) and not move.guard(account)
    ]
