"""Where a list may go from where it stands: one table, and the one function that moves it."""

from django.utils import timezone

from registry.models import Roster
from registry.models import RosterState as S
from registry.rosters.refusal import RosterRefused

PREVIEW = "preview"
"""In Roster.told: what taking the list back would do (weighing.py), while it stands as it was looked at."""
MOVES: dict[S, frozenset[S]] = {
    S.UPLOADED: frozenset({S.READ, S.REFUSED, S.DROPPED}),
    S.READ: frozenset({S.CHECKING, S.UPLOADED, S.DROPPED}),  # another sheet is read anew
    S.CHECKING: frozenset({S.CHECKED, S.READ}),
    S.CHECKED: frozenset({S.READ, S.CHECKING, S.APPLYING, S.DROPPED}),
    S.APPLYING: frozenset({S.APPLIED, S.CHECKED}),
    S.APPLIED: frozenset({S.APPLYING, S.WEIGHING, S.TAKING_BACK}),
    S.WEIGHING: frozenset({S.APPLIED}),
    S.TAKING_BACK: frozenset({S.TAKEN_BACK, S.APPLIED}),
    S.TAKEN_BACK: frozenset(),
    S.REFUSED: frozenset({S.DROPPED}),
    S.DROPPED: frozenset(),
}


def may_move(roster: Roster, to: S) -> bool:
    return to in MOVES[S(roster.state)]


def is_weighed(roster: Roster) -> bool:
    """Whether a worker reckons what taking this list back would do. It holds the row while it does, for a minute where
    the list is long: whoever wants the row for an officer looks first, and does not wait."""
    return Roster.objects.filter(pk=roster.pk, state=S.WEIGHING).exists()


def refuse_while_weighed(roster: Roster) -> None:
    """Raises RosterRefused."""
    if is_weighed(roster):
        raise RosterRefused("Hệ thống đang xem trước việc hoàn tác danh sách này; chờ xong rồi làm tiếp.")


def move(roster: Roster, to: S) -> None:
    """Set the state and begin the count of the next step; the caller holds the row and saves. Raises RosterRefused."""
    if not may_move(roster, to):
        now, then = S(roster.state).label.lower(), to.label.lower()
        raise RosterRefused(f"Danh sách này {now}; không chuyển sang “{then}” được.")
    roster.state, roster.done_rows, roster.step_began_at, roster.said = to, 0, timezone.now(), ""
    roster.told.pop(PREVIEW, None)  # of a list that goes on
