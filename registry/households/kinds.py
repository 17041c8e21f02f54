"""Signs the household's work up with the machinery of changes. Called once, when registry is ready."""

from registry.changes import kinds
from registry.households.change_head import CHANGE_HEAD
from registry.households.join import FOUND_ALONE, JOIN, JOIN_ALONE
from registry.households.keep import ADDRESS, CLOSE
from registry.households.move_out import MOVE_OUT
from registry.households.split import SPLIT

KINDS = (CHANGE_HEAD, SPLIT, JOIN, MOVE_OUT, ADDRESS, CLOSE, JOIN_ALONE, FOUND_ALONE)


def register() -> None:
    kinds.register(*KINDS)
