"""Who follows a merge: one mover for every relation that points at Resident, in every app.

A mover writes only through the ledger, which is its way back: registry/duplicates/unmerge.py reads the ledger from the
end and needs to know no table. Higher apps sign up in AppConfig.ready(); tests/registry/duplicates/test_moving.py walks
every relation to Resident and fails when one is neither here nor excused by name.

What stays where it is, besides the relations in EXCUSED:

- `*Event` tables of django-pghistory: history tells of the row as it was.
- AuditEvent.target_ref (text): the trail is only ever added to; the survivor's page reads both.
- Draft.path and fields (text): opened again, the form is set aside to be read; the old address leads to the survivor.
- Change.lines, Finding.evidence, Receipt.content (text): how it read that day; links go through the old address.

What an event remembers of its rows in Change.fields is re-pointed: a wrong death could not be taken back otherwise.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Officer
from registry.duplicates.ledger import Ledger
from registry.models import Resident

SURVIVOR, FOLDED = "survivor", "folded"


@dataclass
class Work:
    """One merge while it is being done. Both residents are locked and fresh; `touched` are all who feel it, locked too.

    `before` are the images of the two (ledger.image).
    """

    survivor: Resident
    folded: Resident
    chosen: Mapping[str, str]
    by: Officer
    ledger: Ledger = field(default_factory=Ledger)
    warnings: list[str] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    before: list[dict[str, Any]] = field(default_factory=list)

    def takes_folded(self, choice: str) -> bool:
        """Whether the officer chose the folded record's value; without a choice the survivor's stands."""
        return self.chosen.get(choice) == FOLDED

    def warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)


Sentences = Callable[[Resident, Resident], list[str]]


def nothing(survivor: Resident, folded: Resident) -> list[str]:
    return []


def no_lock(survivor: Resident, folded: Resident) -> list[int]:
    return []


@dataclass(frozen=True)
class Mover:
    """`relations`: "app.Model.column" of each relation it answers for. `follow(work)` writes through the ledger.

    `holds(survivor, folded)` answers sentences that stop the merge, `second(…)` reasons for a second officer while the
    threshold `second_setting` is 1. `lock(…)` locks rows that their own writers lock before the resident, and answers
    their ids: asked again under lock, they must be the same. `rows(resident_id)` are all rows that hang on a person,
    for knowing what was added later. With `comes_last` it looks at the survivor as the others leave it.
    """

    title: str
    relations: tuple[str, ...]
    follow: Callable[[Work], None]
    holds: Sentences = nothing
    second: Sentences = nothing
    second_setting: str = ""
    lock: Callable[[Resident, Resident], list[int]] = no_lock
    rows: Callable[[int], Any] | None = None
    words: Callable[[Any], str] = str
    comes_last: bool = False


EXCUSED: dict[str, str] = {
    "registry.Merge.survivor": "a merge says what was folded into what; chains are followed",
    "registry.Merge.folded": "the same",
    "registry.RosterRow.person": "whom the check of a list compared a row with; who writes it follows the merges",
    "registry.RosterRow.resident": "the record that a list made: taking the list back undoes the merge first",
}
"""Relations that stay with the folded record, each with its reason. Event tables of django-pghistory stay too."""

_movers: dict[str, Mover] = {}


def register(mover: Mover) -> None:
    _movers[mover.title] = mover


def every() -> list[Mover]:
    """In one order always, whoever signed up first: a preview and what is written take the same steps."""
    return sorted(_movers.values(), key=lambda mover: (mover.comes_last, mover.title))


def answered_for() -> set[str]:
    return {relation for mover in every() for relation in mover.relations}
