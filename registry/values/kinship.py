"""What everybody of a household is to a NEW head: proposed from family ties, then from the relations to the old head.

Nothing is guessed. What the register leaves open ("Cháu nội": whose child?) becomes choices, and the officer tells. The
list is TT 116/2026/TT-BCA Đ6 k1; it has no word for some relatives (the husband's brother), and then says so.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from registry.codes import HEAD_RELATIONS, SEX_UNKNOWN
from registry.values.family_graph import Family, Node
from registry.values.kin_claims import CLAIMS, UNSAID, readings
from registry.values.kin_terms import Term, fits, term
from registry.values.partial_date import PartialDate

HEAD: Final = "CHU_HO"
LODGERS: Final = {"O_THUE": "CUNG_O_THUE", "O_MUON": "CUNG_O_MUON", "O_NHO": "CUNG_O_NHO"}
FELLOWS: Final = frozenset(LODGERS.values())
GUARDS: Final = {"GIAM_HO": "DUOC_GIAM_HO", "DUOC_GIAM_HO": "GIAM_HO"}
NO_KIN: Final = frozenset(LODGERS) | FELLOWS | frozenset(GUARDS)


class Certainty(StrEnum):
    CERTAIN = "certain"  # the family ties join the two records
    FOLLOWS = "follows"  # from the relations that were recorded
    ASK = "ask"  # only the officer can tell


class Tie(StrEnum):
    FATHER = "father"
    MOTHER = "mother"
    SPOUSE = "spouse"


TIE_SEX: Final = {Tie.FATHER: "1", Tie.MOTHER: "2"}


@dataclass(frozen=True, slots=True)
class Person:
    """`role` is the relation to the old head, None when it is not known or the person lives elsewhere."""

    key: Hashable
    name: str
    sex: str = SEX_UNKNOWN
    born: PartialDate | None = None
    role: str | None = None
    is_divorced: bool = False


@dataclass(frozen=True, slots=True)
class FamilyTie:
    """`other` is the father, mother or spouse of `one`. Linked: the record of one names the record of the other; not
    linked: only a name that is the same.
    """

    one: Hashable
    kind: Tie
    other: Hashable
    is_linked: bool = True
    is_adoptive: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """`role` is None when only the officer can tell; `choices` are then the relations that it may be, likeliest first.

    `reason` is one Vietnamese sentence, without the arrow and the relation.
    """

    key: Hashable
    certainty: Certainty
    role: str | None
    choices: tuple[str, ...]
    reason: str


def propose(
    members: Sequence[Person],
    *,
    new_head: Hashable,
    ties: Iterable[FamilyTie] = (),
    relatives: Iterable[Person] = (),
    leaving: Collection[Hashable] = (),
) -> dict[Hashable, Proposal]:
    """What each of the members who stay is to the new head, in their order.

    `members` are all who lived together, the old head too also when dead; `relatives` are people elsewhere whom a tie
    names. A household without a head is read as if its head were somebody unnamed.
    """
    return _House(members, new_head, list(ties), list(relatives)).proposals(set(leaving))


class _House:
    def __init__(
        self, members: Sequence[Person], new_head: Hashable, ties: list[FamilyTie], relatives: list[Person]
    ) -> None:
        known = [one if one.role in HEAD_RELATIONS else replace(one, role=None) for one in members]
        self.members = {one.key: one for one in known}
        self.people = {one.key: one for one in relatives} | self.members
        self.new_head = self.members[new_head]
        heads = [one.key for one in members if one.role == HEAD]
        self.old_head: Node = heads[0] if len(heads) == 1 else ("head",)
        self.linked = self._tied([tie for tie in ties if tie.is_linked])
        self.family = self._tied(ties)
        self._claim_what_is_plain()

    def proposals(self, leaving: set[Hashable]) -> dict[Hashable, Proposal]:
        return {key: self._propose(one) for key, one in self.members.items() if key not in leaving}

    # --- the family --------------------------------------------------------------------------------------------------

    def _tied(self, ties: list[FamilyTie]) -> Family:
        """The family as the ties alone draw it."""
        family = Family()
        for one in self.people.values():
            family.sex[one.key], family.born[one.key] = one.sex, one.born
            if one.is_divorced:
                family.divorced.add(one.key)
        for tie in sorted(ties, key=lambda tie: not tie.is_linked):
            if tie.one not in self.people or tie.other not in self.people:
                continue
            if tie.kind == Tie.SPOUSE:
                family.add_spouses(tie.one, tie.other, is_exact=tie.is_linked)
            else:
                family.add_parent(tie.one, tie.other, sex=TIE_SEX[tie.kind], is_adoptive=tie.is_adoptive,
                                  is_exact=tie.is_linked)  # fmt: skip
        return family

    def _claim_what_is_plain(self) -> None:
        """The relations that say one thing are part of every reading. Sexes first: a wife makes the head a man."""
        for one in self.members.values():
            if role := self._claimed(one):
                self.family.know_sex(one.key, HEAD_RELATIONS[role].sex or SEX_UNKNOWN)
        for code in CLAIMS:
            for one in self.members.values():
                if self._claimed(one) == code:
                    CLAIMS[code](self.family, self.old_head, one.key)

    def _claimed(self, one: Person) -> str | None:
        """The recorded relation, where it can be: rule D13 finds the others."""
        return one.role if one.role and (one.sex == SEX_UNKNOWN or fits(one.role, one.sex)) else None

    # --- one proposal ------------------------------------------------------------------------------------------------

    def _propose(self, one: Person) -> Proposal:
        if one.key == self.new_head.key:
            return Proposal(one.key, Certainty.CERTAIN, HEAD, (), f"{one.name} là chủ hộ mới.")
        exact = term(self.linked, self.new_head.key, one.key, exact_only=True)
        if exact and len(exact.codes) == 1:
            return self._from_ties(one, exact)
        if one.role and self._claimed(one) is None:
            return self._ask(one, (), f"Giới tính của {one.name} không hợp với “{_named(one.role)}” đã ghi.")
        return self._without_kinship(one) or self._from_readings(one)

    def _from_ties(self, one: Person, exact: Term) -> Proposal:
        against = self._contradiction(one)
        if against:
            return self._ask(one, exact.codes, against)
        return Proposal(one.key, Certainty.CERTAIN, exact.codes[0], (), self._told(exact))

    def _contradiction(self, one: Person) -> str:
        """Where the ties say another relation to the old head than the one recorded."""
        if one.role in (None, HEAD) or self.old_head not in self.members:
            return ""
        was = term(self.linked, self.old_head, one.key, exact_only=True)
        if was is None or one.role in was.codes or not was.codes:
            return ""
        return (
            f"{one.name} được ghi là {_named(one.role)} của chủ hộ cũ, nhưng theo cha, mẹ, vợ, chồng đã ghi thì là "
            f"{' hoặc '.join(_named(code) for code in was.codes)}."
        )

    def _from_readings(self, one: Person) -> Proposal:
        terms = [term(family, self.new_head.key, one.key) for family in self._readings(one)]
        found = [each for each in terms if each is not None]
        codes = tuple(dict.fromkeys(code for each in found for code in each.codes))
        if len(codes) == 1 and len(found) == len(terms) and all(each.codes for each in found):
            return Proposal(one.key, Certainty.FOLLOWS, codes[0], (), self._followed(one, found[0]))
        return self._ask(one, codes, self._why_open(one, terms, codes))

    def _readings(self, one: Person) -> list[Family]:
        """Every family that the two relations may mean, completed by what families are like."""
        whole = []
        for first in readings(self._claimed(self.new_head) or "", self.family, self.old_head, self.new_head.key):
            for second in readings(self._claimed(one) or "", first, self.old_head, one.key):
                family = second.copy()
                family.complete()
                whole.append(family)
        return whole

    def _ask(self, one: Person, choices: tuple[str, ...], reason: str) -> Proposal:
        return Proposal(one.key, Certainty.ASK, None, choices, reason)

    # --- those who are no family -------------------------------------------------------------------------------------

    def _without_kinship(self, one: Person) -> Proposal | None:
        """Lodgers and guardians; None for family."""
        theirs, ours = one.role, self.new_head.role
        if theirs not in NO_KIN and ours not in NO_KIN:
            return None
        if self.family_joins(one):
            return None
        role = self._lodging(theirs, ours) or (GUARDS.get(ours or "") if one.key == self.old_head else None)
        if role:
            return Proposal(one.key, Certainty.FOLLOWS, role, (), self._both(one))
        kept = (theirs,) if theirs in GUARDS and theirs is not None else ()
        return self._ask(one, kept, f"{self._both(one)[:-1]}; quan hệ giữa hai người chưa ghi.")

    def family_joins(self, one: Person) -> bool:
        joined = term(self.family, self.new_head.key, one.key)
        return joined is not None and bool(joined.codes)

    def _lodging(self, theirs: str | None, ours: str | None) -> str | None:
        """Who lodges goes on lodging; who lodges with the new head, or is the family of such a one, lodges together."""
        if theirs in LODGERS:
            return LODGERS[theirs] if ours == theirs else (theirs if ours not in NO_KIN and ours else None)
        if theirs in FELLOWS:
            return theirs if ours == theirs or (ours not in NO_KIN and ours) else None
        return ours if ours in FELLOWS and theirs and theirs not in NO_KIN else None

    # --- sentences ---------------------------------------------------------------------------------------------------

    def _told(self, exact: Term) -> str:
        """ "Theo quan hệ nhân thân đã ghi: con của Bình là An; vợ của An là Cúc." """
        said = []
        for step, before, after in zip(exact.steps, exact.way[:-1], exact.way[1:], strict=True):
            words = STEP_WORDS[step].get(self.linked.sex.get(after, SEX_UNKNOWN), STEP_WORDS[step][SEX_UNKNOWN])
            said.append(f"{words} của {self._name(before)} là {self._name(after)}")
        return f"Theo quan hệ nhân thân đã ghi: {'; '.join(said)}."

    def _followed(self, one: Person, found: Term) -> str:
        known = all(node in self.people for node in found.way)
        if known and not (one.role and self.new_head.role):
            return self._told(found).replace("quan hệ nhân thân đã ghi", "tên ghi trong hồ sơ")
        return self._both(one)

    def _both(self, one: Person) -> str:
        return f"{self._was(one)}, {self._was(self.new_head)}."

    def _was(self, one: Person) -> str:
        if one.role == HEAD:
            return f"{one.name} là chủ hộ cũ"
        if one.role is None:
            return f"{one.name} chưa ghi quan hệ với chủ hộ cũ"
        if one.role in LODGERS or one.role in FELLOWS:
            return f"{one.name} {_named(one.role)} trong hộ"
        return f"{one.name} là {_named(one.role)} của chủ hộ cũ"

    def _name(self, node: Node) -> str:
        return self.people[node].name if node in self.people else "người chưa rõ tên"

    def _why_open(self, one: Person, terms: list[Term | None], codes: tuple[str, ...]) -> str:
        found = [each for each in terms if each is not None]
        missing = {each.missing if each else "" for each in terms}
        if not codes and len(missing) == 1 and "" not in missing:
            return f"Danh mục quan hệ với chủ hộ không có “{missing.pop()}”."
        for person in (one, self.new_head):
            if person.role in UNSAID and len(terms) > 1:
                return f"{self._was(person)}, {UNSAID[person.role]}."
        if not codes:
            return f"{self._both(one)[:-1]}; hồ sơ chưa cho biết hai người là gì của nhau."
        if one.sex == SEX_UNKNOWN and len({HEAD_RELATIONS[code].sex for code in codes}) > 1:
            return f"Chưa ghi giới tính của {one.name}."
        if found and found[0].steps in ("PC", "PCS", "PPC"):
            return self._order_open(found[0])
        return f"{self._both(one)[:-1]}; chưa đủ để biết hai người là gì của nhau."

    def _order_open(self, found: Term) -> str:
        """Siblings and uncles: unknown order, or a word that differs from region to region."""
        pair = (found.way[2], found.way[0]) if found.steps != "PPC" else (found.way[3], found.way[1])
        if self.family.is_elder(*pair) is not None:
            return "Anh, chị của cha, mẹ: mỗi vùng gọi một khác."
        return f"Chưa rõ {self._name(pair[0])} và {self._name(pair[1])} ai nhiều tuổi hơn."


STEP_WORDS: Final[dict[str, dict[str, str]]] = {
    "P": {"1": "cha", "2": "mẹ", SEX_UNKNOWN: "cha hoặc mẹ"},
    "C": {SEX_UNKNOWN: "con"},
    "S": {"1": "chồng", "2": "vợ", SEX_UNKNOWN: "vợ hoặc chồng"},
}


def _named(code: str) -> str:
    return HEAD_RELATIONS.name(code).lower()
