"""What a kind of fix is: which rules it serves, what it would change for a finding, and how it writes that.

Taking it back is one for all kinds: every row becomes what it was (steps.py), so a kind says only how it writes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Officer
from registry.models import Finding, Resident

Change = dict[str, str]
"""{"what", "before", "after"}: one value, as the officer reads it."""


@dataclass(frozen=True)
class Proposal:
    """What the fix would do for one finding today. `refused` is the sentence on why it cannot.

    Nothing in `changes` may depend on the day alone: a preview of yesterday is still good when nobody wrote anything.
    `also` are the other people whose records change, `homes` households: database ids, to be locked. `todo` is for the
    fix itself.
    """

    changes: list[Change] = field(default_factory=list)
    refused: str = ""
    also: frozenset[int] = frozenset()
    homes: frozenset[int] = frozenset()
    todo: Any = None


def change(what: str, before: str, after: str) -> Change:
    return {"what": what, "before": before, "after": after}


def refused(sentence: str) -> Proposal:
    return Proposal(refused=sentence)


@dataclass(frozen=True)
class Doing:
    """One line while it is written. `person` and `people` are locked and fresh."""

    person: Resident
    people: Mapping[int, Resident]
    by: Officer
    ground: str
    basis: str


Propose = Callable[[Sequence[Finding]], Mapping[int, Proposal]]


@dataclass(frozen=True)
class Fix:
    """One kind. `propose(findings)` answers a proposal for each finding's id, in a fixed number of queries; their
    residents are loaded. `apply(proposal, doing)` writes it with the desks' own writers, and raises their refusals.

    `grounds`: code -> words, of which the officer chooses one for the whole run. With `needs_basis` he says on what it
    rests. `together`: what is taken back of a line is all of it or nothing. `tells`: the writers leave the line of the
    trail themselves.
    """

    code: str
    title: str
    rules: tuple[str, ...]
    lead: str
    propose: Propose
    apply: Callable[[Proposal, Doing], None]
    grounds: Mapping[str, str] = field(default_factory=dict)
    needs_basis: bool = False
    together: bool = True
    tells: bool = False
