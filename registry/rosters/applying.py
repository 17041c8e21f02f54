"""The step that writes what was decided: APPLYING -> APPLIED."""

from registry.models import Roster


def next_piece(roster: Roster) -> bool:
    raise NotImplementedError
