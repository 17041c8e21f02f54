"""Where a list may go from where it stands."""

import pytest

from registry.models import Roster, RosterState
from registry.models.roster import AT_WORK
from registry.rosters import stages
from registry.rosters.refusal import RosterRefused
from registry.rosters.work import STEPS


def test_every_state_has_its_moves_and_every_state_but_the_last_has_a_way_on():
    assert set(stages.MOVES) == set(RosterState)
    ends = {state for state, moves in stages.MOVES.items() if not moves}
    assert ends == {RosterState.TAKEN_BACK, RosterState.DROPPED}


def test_every_state_can_be_reached():
    reached, ahead = set(), {RosterState.UPLOADED}
    while ahead:
        reached |= ahead
        ahead = {then for state in ahead for then in stages.MOVES[state]} - reached
    assert reached == set(RosterState)


def test_every_state_at_work_has_a_step_and_no_other():
    assert set(STEPS) == set(AT_WORK)


def test_what_was_written_is_never_dropped_and_never_read_anew():
    for state in (RosterState.APPLYING, RosterState.APPLIED, RosterState.TAKING_BACK, RosterState.TAKEN_BACK):
        assert not stages.MOVES[state] & {RosterState.DROPPED, RosterState.READ, RosterState.UPLOADED}


def test_a_move_begins_the_count_of_the_next_step_anew():
    roster = Roster(state=RosterState.CHECKED, done_rows=7, said="Đã kiểm tra")
    stages.move(roster, RosterState.APPLYING)
    assert (roster.state, roster.done_rows, roster.said) == (RosterState.APPLYING, 0, "")
    assert roster.step_began_at is not None


def test_a_move_that_is_none_is_refused_with_a_sentence_and_changes_nothing():
    roster = Roster(state=RosterState.TAKEN_BACK, done_rows=7)
    with pytest.raises(RosterRefused, match="đã hoàn tác; không chuyển sang “đang ghi” được"):
        stages.move(roster, RosterState.APPLYING)
    assert (roster.state, roster.done_rows) == (RosterState.TAKEN_BACK, 7)
