"""What a relation to the head of household claims about the family (TT 116/2026/TT-BCA Đ6 k1).

"Con dâu" claims a son of the head and a marriage with him. Where the register does not say which son, every reading is
given: with each son it may be, and with one who is not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from registry.codes import FEMALE, MALE, SEX_UNKNOWN
from registry.values.family_graph import Family, Node

Claim = Callable[[Family, Node, Node], None]
"""(family, head, member): writes the links that a code stands for."""
Pool = Callable[[Family, Node], list[Node]]


def readings(code: str, family: Family, head: Node, one: Node) -> Iterator[Family]:
    """The families that the code may mean, likeliest first; the family as it is for a code that claims no kinship."""
    if code in CLAIMS:
        meant = family.copy()
        CLAIMS[code](meant, head, one)
        yield meant
    elif code in LINKED:
        yield from _linked(LINKED[code], family, head, one)
    elif code == "BAC_RUOT":
        for side in (MALE, FEMALE):
            meant = family.copy()
            _BAC[side](meant, head, one)
            yield meant
    else:
        yield family


# --- codes that say one thing ----------------------------------------------------------------------------------------


def _parent(sex: str, *, is_adoptive: bool = False) -> Claim:
    def claim(family: Family, head: Node, one: Node) -> None:
        family.add_parent(head, one, sex=sex, is_adoptive=is_adoptive)

    return claim


def _child(*, is_adoptive: bool = False) -> Claim:
    def claim(family: Family, head: Node, one: Node) -> None:
        family.add_parent(one, head, is_adoptive=is_adoptive)

    return claim


def _spouse(family: Family, head: Node, one: Node) -> None:
    family.add_spouses(head, one)


def _step_parent(own: str) -> Claim:
    def claim(family: Family, head: Node, one: Node) -> None:
        family.not_parents.add((head, one))
        family.add_spouses(family.parent(head, own), one)

    return claim


def _step_child(family: Family, head: Node, one: Node) -> None:
    family.not_parents.add((one, head))
    family.add_parent(one, family.spouse(head))


def _parent_in_law(spouse: str, sex: str) -> Claim:
    def claim(family: Family, head: Node, one: Node) -> None:
        family.add_parent(family.spouse(head, spouse), one, sex=sex)

    return claim


def _grandparent(side: str, sex: str) -> Claim:
    def claim(family: Family, head: Node, one: Node) -> None:
        family.add_parent(family.parent(head, side), one, sex=sex)

    return claim


def _sibling(*sides: str, is_elder: bool | None = None) -> Claim:
    """Full where both sides are named, otherwise of one parent only."""

    def claim(family: Family, one: Node, other: Node) -> None:
        for sex in (MALE, FEMALE):
            if sex in sides:
                family.add_parent(other, family.parent(one, sex), sex=sex)
            else:
                family.not_parents.add((other, family.parent(one, sex)))
        if is_elder is not None:
            family.elder.add((other, one) if is_elder else (one, other))

    return claim


def _uncle(side: str, *, is_elder: bool | None = None) -> Claim:
    def claim(family: Family, head: Node, one: Node) -> None:
        _sibling(MALE, FEMALE, is_elder=is_elder)(family, family.parent(head, side), one)

    return claim


CLAIMS: Final[dict[str, Claim]] = {
    "VO": _spouse, "CHONG": _spouse, "CHA_DE": _parent(MALE), "ME_DE": _parent(FEMALE),
    "CHA_NUOI": _parent(MALE, is_adoptive=True), "ME_NUOI": _parent(FEMALE, is_adoptive=True),
    "CHA_DUONG": _step_parent(FEMALE), "ME_KE": _step_parent(MALE),
    "CHA_VO": _parent_in_law(FEMALE, MALE), "ME_VO": _parent_in_law(FEMALE, FEMALE),
    "CHA_CHONG": _parent_in_law(MALE, MALE), "ME_CHONG": _parent_in_law(MALE, FEMALE),
    "CON_DE": _child(), "CON_NUOI": _child(is_adoptive=True), "CON_RIENG": _step_child,
    "ONG_NOI": _grandparent(MALE, MALE), "BA_NOI": _grandparent(MALE, FEMALE),
    "ONG_NGOAI": _grandparent(FEMALE, MALE), "BA_NGOAI": _grandparent(FEMALE, FEMALE),
    "ANH_RUOT": _sibling(MALE, FEMALE, is_elder=True), "CHI_RUOT": _sibling(MALE, FEMALE, is_elder=True),
    "EM_RUOT": _sibling(MALE, FEMALE, is_elder=False), "ACE_CUNG_CHA": _sibling(MALE), "ACE_CUNG_ME": _sibling(FEMALE),
    "CHU_RUOT": _uncle(MALE, is_elder=False), "CO_RUOT": _uncle(MALE), "CAU_RUOT": _uncle(FEMALE),
    "DI_RUOT": _uncle(FEMALE),
}  # fmt: skip


# --- codes that leave somebody unnamed ("whose son?") ----------------------------------------------------------------


@dataclass(frozen=True)
class Linked:
    """`pool` are those who may be the link, `attach` puts an unnamed one among them, `joins` is what the member is to
    the link. `sex` and `is_elder` (than the head) are of the link. `unsaid` is what the register does not say.
    """

    pool: Pool
    attach: Claim
    joins: Literal["spouse", "child", "parent"]
    unsaid: str
    sex: str = SEX_UNKNOWN
    is_elder: bool | None = None


def _children(family: Family, head: Node) -> list[Node]:
    return list(family.children.get(head, {}))


def _grandchildren(family: Family, head: Node) -> list[Node]:
    return [one for child in _children(family, head) for one in _children(family, child)]


def _siblings(family: Family, head: Node) -> list[Node]:
    found = [one for parent in family.parents.get(head, {}) for one in _children(family, parent)]
    return [one for one in dict.fromkeys(found) if one != head]


def _parents_of(side: str) -> Pool:
    return lambda family, head: list(family.parents.get(family.parent(head, side), {}))


def _attach_grandchild(family: Family, head: Node, link: Node) -> None:
    if link not in _grandchildren(family, head):
        between = ("between", link)
        family.add_parent(between, head)
        family.add_parent(link, between)


def _attach_grandparent(side: str) -> Claim:
    return lambda family, head, link: family.add_parent(family.parent(head, side), link)


_WHOSE_CHILD: Final = "chưa ghi cha, mẹ là ai"
_WHOSE_WIFE: Final = "chưa ghi chồng là ai"
_WHOSE_HUSBAND: Final = "chưa ghi vợ là ai"
_WHOSE_PARENT: Final = "chưa ghi con là ai"
_FULL: Final = _sibling(MALE, FEMALE)

LINKED: Final[dict[str, Linked]] = {
    "CON_DAU": Linked(_children, _child(), "spouse", _WHOSE_WIFE, MALE),
    "CON_RE": Linked(_children, _child(), "spouse", _WHOSE_HUSBAND, FEMALE),
    "CHAU_NOI": Linked(_children, _child(), "child", _WHOSE_CHILD, MALE),
    "CHAU_NGOAI": Linked(_children, _child(), "child", _WHOSE_CHILD, FEMALE),
    "CHAU_RUOT": Linked(_siblings, _FULL, "child", _WHOSE_CHILD),
    "CHAT_RUOT": Linked(_grandchildren, _attach_grandchild, "child", _WHOSE_CHILD),
    "ANH_RE": Linked(_siblings, _sibling(MALE, FEMALE, is_elder=True), "spouse", _WHOSE_HUSBAND, FEMALE, True),
    "EM_RE": Linked(_siblings, _sibling(MALE, FEMALE, is_elder=False), "spouse", _WHOSE_HUSBAND, FEMALE, False),
    "CHI_DAU": Linked(_siblings, _sibling(MALE, FEMALE, is_elder=True), "spouse", _WHOSE_WIFE, MALE, True),
    "EM_DAU": Linked(_siblings, _sibling(MALE, FEMALE, is_elder=False), "spouse", _WHOSE_WIFE, MALE, False),
    "CU_NOI": Linked(_parents_of(MALE), _attach_grandparent(MALE), "parent", _WHOSE_PARENT),
    "CU_NGOAI": Linked(_parents_of(FEMALE), _attach_grandparent(FEMALE), "parent", _WHOSE_PARENT),
}
UNSAID: Final = {code: linked.unsaid for code, linked in LINKED.items()} | {
    "BAC_RUOT": "chưa ghi là anh, chị của cha hay của mẹ"
}
_BAC: Final = {side: _uncle(side, is_elder=True) for side in (MALE, FEMALE)}


def _linked(linked: Linked, family: Family, head: Node, one: Node) -> Iterator[Family]:
    base = family.copy()
    pool = [node for node in linked.pool(base, head) if _may_link(linked, base, head, node, one)]
    for link in _named(linked, base, pool, one) or [*pool, ("link", one)]:
        meant = base.copy()
        if link not in pool and meant.know_sex(link, linked.sex):
            linked.attach(meant, head, link)
        _join(linked, meant, link, one)
        yield meant


def _named(linked: Linked, family: Family, pool: list[Node], one: Node) -> list[Node]:
    """The link, where the member's own family names it: the husband, the father, the child."""
    if linked.joins == "spouse":
        return list(family.spouses.get(one, {}))[:1]
    if linked.joins == "child" and linked.sex != SEX_UNKNOWN:
        own = family.known_parent(one, linked.sex)
        return [] if own is None else [own]
    own_family = family.parents if linked.joins == "child" else family.children
    return [node for node in own_family.get(one, {}) if node in pool][:1]


def _may_link(linked: Linked, family: Family, head: Node, link: Node, one: Node) -> bool:
    sex = family.sex.get(link, SEX_UNKNOWN)
    order = linked.is_elder is not None and family.is_elder(link, head) not in (None, linked.is_elder)
    if link == one or SEX_UNKNOWN != sex != linked.sex != SEX_UNKNOWN or order:
        return False
    if linked.joins == "spouse":
        return not family.spouses.get(link) or one in family.spouses[link]
    if linked.joins == "child":
        return family.may_be_parent(link, one) and family.known_parent(one, sex) in (None, link)
    return family.may_be_parent(one, link)


def _join(linked: Linked, family: Family, link: Node, one: Node) -> None:
    if linked.joins == "spouse":
        family.add_spouses(link, one)
    elif linked.joins == "child":
        family.add_parent(one, link)
    else:
        family.add_parent(link, one)
