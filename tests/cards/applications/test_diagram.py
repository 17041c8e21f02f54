"""The picture of the life of a file: drawn from the table of moves, and the committed one is that one."""

from pathlib import Path

from django.conf import settings

from cards.applications import diagram
from cards.applications.workflow import MOVES
from cards.models import State


def test_the_committed_picture_is_what_the_table_draws():
    """When this fails: manage.py draw_card_file, look at the picture, commit it."""
    assert (Path(settings.BASE_DIR) / diagram.PATH).read_text(encoding="utf-8") == diagram.draw()


def test_every_state_has_its_place_and_every_move_its_arrow_or_its_line():
    drawn = diagram.draw()
    assert set(diagram.PLACES) == set(State)
    for state in State:
        assert f">{state.label}</text>" in drawn
    arrows = {(arrow.source, arrow.target) for arrow in diagram.arrows()}
    for move in MOVES.values():
        assert move.target is None or {(source, move.target) for source in move.sources} <= arrows
        assert move.is_exit or move.label in drawn
