"""A family as a graph: who is whose parent, who is married to whom; some of them unnamed ("the father of A").

A link is exact when two records are joined by it; otherwise it follows from a name on a paper, from the relation to the
head of household, or from what families are like (the wife of the father is the mother).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Final

from registry.codes import FEMALE, MALE, SEX_UNKNOWN
from registry.values.partial_date import PartialDate

Node = Hashable
OPPOSITE: Final = {MALE: FEMALE, FEMALE: MALE}
YOUNGEST_PARENT_YEARS: Final = 14


@dataclass(frozen=True, slots=True)
class Link:
    """`is_adoptive` is of a parent; a marriage has only `is_exact`."""

    is_exact: bool
    is_adoptive: bool = False


@dataclass
class Family:
    """Links that cannot be (a father who is a woman, a mother younger than her child) are left out when they are added.

    `not_parents` are pairs (child, somebody) of whom the register says so: the wife is the stepmother.
    """

    sex: dict[Node, str] = field(default_factory=dict)
    born: dict[Node, PartialDate | None] = field(default_factory=dict)
    divorced: set[Node] = field(default_factory=set)
    parents: dict[Node, dict[Node, Link]] = field(default_factory=dict)
    children: dict[Node, dict[Node, Link]] = field(default_factory=dict)
    spouses: dict[Node, dict[Node, Link]] = field(default_factory=dict)
    not_parents: set[tuple[Node, Node]] = field(default_factory=set)
    elder: set[tuple[Node, Node]] = field(default_factory=set)

    def copy(self) -> Family:
        return Family(
            dict(self.sex),
            self.born,
            self.divorced,
            {node: dict(links) for node, links in self.parents.items()},
            {node: dict(links) for node, links in self.children.items()},
            {node: dict(links) for node, links in self.spouses.items()},
            set(self.not_parents),
            set(self.elder),
        )

    # --- adding ------------------------------------------------------------------------------------------------------

    def know_sex(self, node: Node, sex: str) -> bool:
        """Whether the node may be of this sex; if nothing was known, now it is."""
        known = self.sex.get(node, SEX_UNKNOWN)
        if known == SEX_UNKNOWN:
            self.sex[node] = sex
            return True
        return sex in (SEX_UNKNOWN, known)

    def add_parent(
        self, child: Node, parent: Node, *, sex: str = SEX_UNKNOWN, is_adoptive: bool = False, is_exact: bool = False
    ) -> None:
        impossible = child == parent or parent in self.children.get(child, {}) or not self.know_sex(parent, sex)
        if impossible or (child, parent) in self.not_parents or self.is_elder(child, parent) is True:
            return
        known = self.parents.get(child, {}).get(parent)
        if known is None or (is_exact and not known.is_exact):
            link = Link(is_exact, is_adoptive)
            self.parents.setdefault(child, {})[parent] = link
            self.children.setdefault(parent, {})[child] = link

    def add_spouses(self, one: Node, other: Node, *, is_exact: bool = False) -> None:
        sexes = [self.sex.get(node, SEX_UNKNOWN) for node in (one, other)]
        same = sexes[0] == sexes[1] != SEX_UNKNOWN
        if one == other or same or (self.spouses.get(one, {}).get(other) is not None and not is_exact):
            return
        for node, spouse in ((one, other), (other, one)):
            self.spouses.setdefault(node, {})[spouse] = Link(is_exact)
            if spouse_sex := OPPOSITE.get(self.sex.get(node, SEX_UNKNOWN)):
                self.know_sex(spouse, spouse_sex)

    # --- the one father, mother, wife of somebody: known, or a person without a name ---------------------------------

    def parent(self, child: Node, sex: str) -> Node:
        """The parent by birth of this sex; an unnamed one is added when none is known."""
        found = self.known_parent(child, sex)
        if found is None:
            found = ("parent", sex, child)
            self.add_parent(child, found, sex=sex)
        return found

    def known_parent(self, child: Node, sex: str, *, is_adoptive: bool = False) -> Node | None:
        links = self.parents.get(child, {}).items()
        return next((one for one, link in links if link.is_adoptive == is_adoptive and self.sex.get(one) == sex), None)

    def spouse(self, node: Node, sex: str = SEX_UNKNOWN) -> Node:
        """The husband or wife; an unnamed one is added when none is known."""
        fitting = [one for one in self.spouses.get(node, {}) if sex in (SEX_UNKNOWN, self.sex.get(one))]
        if fitting:
            return fitting[0]
        added = ("spouse", node)
        self.know_sex(added, sex)
        self.add_spouses(node, added)
        return added

    # --- reading -----------------------------------------------------------------------------------------------------

    def is_elder(self, one: Node, other: Node) -> bool | None:
        """Whether `one` was surely born before `other`, also by way of somebody between; None when it is left open."""
        straight = self._is_elder(one, other)
        if straight is not None:
            return straight
        if self._somebody_between(one, other):
            return True
        return False if self._somebody_between(other, one) else None

    def _is_elder(self, one: Node, other: Node) -> bool | None:
        if (one, other) in self.elder:
            return True
        if (other, one) in self.elder:
            return False
        ours, theirs = self.born.get(one), self.born.get(other)
        if ours is None or theirs is None:
            return None
        if ours.latest() < theirs.earliest():
            return True
        return False if theirs.latest() < ours.earliest() else None

    def _somebody_between(self, one: Node, other: Node) -> bool:
        """The elder brother of the head is older than the younger sister of the head."""
        return any(
            (elder == one and self._is_elder(younger, other)) or (younger == other and self._is_elder(one, elder))
            for elder, younger in self.elder
        )

    def may_be_parent(self, one: Node, child: Node) -> bool:
        ours, theirs = self.born.get(one), self.born.get(child)
        old_enough = ours is None or theirs is None or theirs.year - ours.year >= YOUNGEST_PARENT_YEARS
        return old_enough and one != child and (child, one) not in self.not_parents

    def walks(self, start: Node, steps: str) -> Iterator[tuple[Node, ...]]:
        """Every way from `start` by P (to a parent), C (to a child) and S (to a spouse), nobody met twice."""
        yield from self._onwards((start,), steps)

    def _onwards(self, way: tuple[Node, ...], steps: str) -> Iterator[tuple[Node, ...]]:
        if not steps:
            yield way
            return
        for node in self._beside(steps[0]).get(way[-1], {}):
            if node not in way:
                yield from self._onwards((*way, node), steps[1:])

    def _beside(self, step: str) -> dict[Node, dict[Node, Link]]:
        return {"P": self.parents, "C": self.children, "S": self.spouses}[step]

    def links(self, way: tuple[Node, ...], steps: str) -> list[Link]:
        return [self._beside(step)[one][other] for step, one, other in zip(steps, way[:-1], way[1:], strict=True)]

    # --- what families are like --------------------------------------------------------------------------------------

    def complete(self) -> None:
        """Father and mother of one child are a couple; who is married to the father is the mother.

        Not where the register says otherwise, where somebody has two spouses, or where the years forbid it.
        """
        self._couple_the_parents()
        for child, links in list(self.parents.items()):
            for parent, link in list(links.items()):
                self._add_other_parent(child, parent, link)
        self._couple_the_parents()

    def _couple_the_parents(self) -> None:
        for child, links in list(self.parents.items()):
            for is_adoptive in (False, True):
                pair = [one for one in links if links[one].is_adoptive == is_adoptive]
                alone = not any(self.spouses.get(one) or one in self.divorced for one in pair)
                if len(pair) == 2 and alone and child not in pair:
                    self.add_spouses(pair[0], pair[1])

    def _add_other_parent(self, child: Node, parent: Node, link: Link) -> None:
        sex = OPPOSITE.get(self.sex.get(parent, SEX_UNKNOWN))
        spouses = self.spouses.get(parent, {})
        if sex is None or len(spouses) != 1 or self.known_parent(child, sex, is_adoptive=link.is_adoptive) is not None:
            return
        other = next(iter(spouses))
        if self.may_be_parent(other, child):
            self.add_parent(child, other, sex=sex, is_adoptive=link.is_adoptive)
