"""What two people of a family are to each other, in the words of the official list (TT 116/2026/TT-BCA Đ6 k1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from registry.codes import FEMALE, HEAD_RELATIONS, MALE, SEX_UNKNOWN
from registry.values.family_graph import OPPOSITE, Family, Link, Node

Way = tuple[Node, ...]
Codes = tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """`codes` are what the last of the way may be to the first: one when the family says so, more when it leaves it
    open, none when the list has no word for it. `missing` says it in everyday words then.
    """

    codes: Codes
    way: Way
    steps: str
    is_exact: bool
    missing: str = ""


def term(family: Family, head: Node, one: Node, *, exact_only: bool = False) -> Term | None:
    """The nearest relation of `one` to `head`; None when the family does not join them.

    With `exact_only` also None where the answer rests on something that is only taken for granted.
    """
    for steps, read in READERS.items():
        found = list(_read(family, head, one, steps, read, exact_only=exact_only))
        if found:
            exact = [each for each in found if each.is_exact]
            return _together(exact or found)
    for steps, words in WITHOUT_A_CODE.items():
        for way in family.walks(head, steps):
            if way[-1] == one:
                return Term((), way, steps, is_exact=False, missing=words)
    return None


def fits(code: str, sex: str) -> bool:
    """Whether somebody of this sex may have this relation (rule D13)."""
    return HEAD_RELATIONS[code].sex in ("", sex)


def _read(family: Family, head: Node, one: Node, steps: str, read: Reader, *, exact_only: bool) -> Iterator[Term]:
    for way in family.walks(head, steps):
        if way[-1] != one:
            continue
        links = family.links(way, steps)
        if exact_only and not all(link.is_exact for link in links):
            continue
        answer = read(Seen(family, way, links, exact_only))
        if answer is None:
            continue
        sex = family.sex.get(one, SEX_UNKNOWN)
        codes = tuple(code for code in answer if sex == SEX_UNKNOWN or fits(code, sex))
        yield Term(codes, way, steps, exact_only, "" if codes else NO_WORD.get(steps, ""))


def _together(terms: list[Term]) -> Term:
    codes = tuple(dict.fromkeys(code for each in terms for code in each.codes))
    first = terms[0]
    return Term(codes, first.way, first.steps, first.is_exact, first.missing)


@dataclass(frozen=True)
class Seen:
    """One way from the head to somebody."""

    family: Family
    way: Way
    links: list[Link]
    exact_only: bool

    @property
    def is_adoptive(self) -> bool:
        return any(link.is_adoptive for link in self.links)

    def sex(self, index: int = -1) -> str:
        return self.family.sex.get(self.way[index], SEX_UNKNOWN)

    def by_sex(self, male: str, female: str, index: int = -1) -> Codes:
        return {MALE: (male,), FEMALE: (female,)}.get(self.sex(index), (male, female))

    def is_elder(self, one: int, other: int) -> bool | None:
        return self.family.is_elder(self.way[one], self.way[other])


Reader = Callable[[Seen], Codes | None]


# --- one step --------------------------------------------------------------------------------------------------------


def _spouse(seen: Seen) -> Codes:
    return seen.by_sex("CHONG", "VO")


def _parent(seen: Seen) -> Codes:
    return seen.by_sex("CHA_NUOI", "ME_NUOI") if seen.is_adoptive else seen.by_sex("CHA_DE", "ME_DE")


def _child(seen: Seen) -> Codes:
    return ("CON_NUOI",) if seen.is_adoptive else ("CON_DE",)


# --- two steps -------------------------------------------------------------------------------------------------------


def _sibling(seen: Seen) -> Codes | None:
    """Of both parents, or of one where the other is known to differ. Adopted ones have no word in the list."""
    if seen.is_adoptive:
        return ()
    head, one = seen.way[0], seen.way[2]
    same, differs = set(), set()
    for sex in (MALE, FEMALE):
        ours, theirs = _parent_of(seen, head, sex), _parent_of(seen, one, sex)
        if ours is not None and ours == theirs:
            same.add(sex)
        elif (ours is not None and theirs is not None) or _said_no(seen.family, head, one, ours, theirs):
            differs.add(sex)
    if len(same) == 2 or (same and not differs and not seen.exact_only):
        return _full_sibling(seen)
    if differs and same:
        return ("ACE_CUNG_CHA",) if MALE in same else ("ACE_CUNG_ME",)
    return None


def _said_no(family: Family, head: Node, one: Node, ours: Node | None, theirs: Node | None) -> bool:
    return (one, ours) in family.not_parents or (head, theirs) in family.not_parents


def _parent_of(seen: Seen, child: Node, sex: str) -> Node | None:
    found = seen.family.known_parent(child, sex)
    if found is None or (seen.exact_only and not seen.family.parents[child][found].is_exact):
        return None
    return found


def _full_sibling(seen: Seen) -> Codes:
    elder = seen.by_sex("ANH_RUOT", "CHI_RUOT")
    return {True: elder, False: ("EM_RUOT",)}.get(seen.is_elder(2, 0), (*elder, "EM_RUOT"))  # type: ignore[arg-type]


def _parent_in_law(seen: Seen) -> Codes:
    of_a_wife = seen.by_sex("CHA_VO", "ME_VO")
    of_a_husband = seen.by_sex("CHA_CHONG", "ME_CHONG")
    return {FEMALE: of_a_wife, MALE: of_a_husband}.get(seen.sex(1), of_a_wife + of_a_husband)


def _child_in_law(seen: Seen) -> Codes:
    return seen.by_sex("CON_RE", "CON_DAU")


def _grandparent(seen: Seen) -> Codes:
    fathers, mothers = seen.by_sex("ONG_NOI", "BA_NOI"), seen.by_sex("ONG_NGOAI", "BA_NGOAI")
    return {MALE: fathers, FEMALE: mothers}.get(seen.sex(1), fathers + mothers)


def _grandchild(seen: Seen) -> Codes:
    return seen.by_sex("CHAU_NOI", "CHAU_NGOAI", index=1)


def _step_parent(seen: Seen) -> Codes | None:
    """The spouse of a parent who is not the other parent; where that is open, both words."""
    head, parent, one = seen.way
    step, own = seen.by_sex("CHA_DUONG", "ME_KE"), seen.by_sex("CHA_DE", "ME_DE")
    return _as_step(seen, child=head, parent=parent, step=one, step_codes=step, own_codes=own)


def _step_child(seen: Seen) -> Codes | None:
    head, parent, one = seen.way
    return _as_step(seen, child=one, parent=parent, step=head, step_codes=("CON_RIENG",), own_codes=("CON_DE",))


def _as_step(seen: Seen, *, child: Node, parent: Node, step: Node, step_codes: Codes, own_codes: Codes) -> Codes | None:
    other = OPPOSITE.get(seen.family.sex.get(parent, SEX_UNKNOWN), SEX_UNKNOWN)
    known = _parent_of(seen, child, other)
    if known is not None and known != step:
        return step_codes
    if seen.exact_only:
        return None
    return step_codes if (child, step) in seen.family.not_parents else step_codes + own_codes


# --- three steps -----------------------------------------------------------------------------------------------------


def _uncle(seen: Seen) -> Codes:
    """Bác, chú, cậu, cô, dì. Elder ones of whom the regions speak differently keep both words."""
    if seen.is_adoptive:
        return ()
    sides = [seen.sex(1)] if seen.sex(1) != SEX_UNKNOWN else [MALE, FEMALE]
    sexes = [seen.sex()] if seen.sex() != SEX_UNKNOWN else [MALE, FEMALE]
    order = seen.is_elder(3, 1)
    elders = [order] if order is not None else [True, False]
    found = [code for elder in elders for side in sides for sex in sexes for code in UNCLES[side, sex, elder]]
    return tuple(dict.fromkeys(found))


UNCLES: Final[dict[tuple[str, str, bool], Codes]] = {
    (MALE, MALE, True): ("BAC_RUOT",),
    (MALE, MALE, False): ("CHU_RUOT",),
    (MALE, FEMALE, True): ("BAC_RUOT", "CO_RUOT"),
    (MALE, FEMALE, False): ("CO_RUOT",),
    (FEMALE, MALE, True): ("BAC_RUOT", "CAU_RUOT"),
    (FEMALE, MALE, False): ("CAU_RUOT",),
    (FEMALE, FEMALE, True): ("BAC_RUOT", "DI_RUOT"),
    (FEMALE, FEMALE, False): ("DI_RUOT",),
}
"""(side of the family, sex, elder than the parent). In the North bác is the elder of either side and either sex."""


def _nephew(seen: Seen) -> Codes:
    return () if seen.is_adoptive else ("CHAU_RUOT",)


def _sibling_in_law(seen: Seen) -> Codes:
    if seen.is_adoptive:
        return ()
    elder, younger = seen.by_sex("ANH_RE", "CHI_DAU"), seen.by_sex("EM_RE", "EM_DAU")
    return {True: elder, False: younger}.get(seen.is_elder(2, 0), elder + younger)  # type: ignore[arg-type]


def _great_grandparent(seen: Seen) -> Codes:
    return seen.by_sex("CU_NOI", "CU_NGOAI", index=1)


def _great_grandchild(seen: Seen) -> Codes:
    return () if seen.is_adoptive else ("CHAT_RUOT",)


READERS: Final[dict[str, Reader]] = {
    "S": _spouse, "P": _parent, "C": _child, "PC": _sibling, "SP": _parent_in_law, "CS": _child_in_law,
    "PP": _grandparent, "CC": _grandchild, "PS": _step_parent, "SC": _step_child, "PPC": _uncle, "PCC": _nephew,
    "PCS": _sibling_in_law, "PPP": _great_grandparent, "CCC": _great_grandchild,
}  # fmt: skip
"""Nearest first: P to a parent, C to a child, S to a spouse."""

NO_WORD: Final = {
    "PC": "anh, chị, em nuôi", "PPC": "bác, chú, cậu, cô, dì nuôi", "PCC": "con của anh, chị, em nuôi",
    "PCS": "vợ, chồng của anh, chị, em nuôi", "CCC": "chắt nuôi",
}  # fmt: skip
WITHOUT_A_CODE: Final = {
    "SPC": "anh, chị, em của vợ hoặc chồng", "CSP": "thông gia", "SPP": "ông, bà của vợ hoặc chồng",
    "CCS": "cháu dâu, cháu rể", "CSC": "con riêng của con dâu, con rể", "PSC": "con riêng của cha dượng, mẹ kế",
    "PSP": "cha, mẹ của cha dượng, mẹ kế", "SCC": "con của con riêng", "SCS": "vợ, chồng của con riêng",
    "SPS": "vợ, chồng sau của cha, mẹ vợ hoặc chồng", "PPS": "vợ, chồng sau của ông, bà",
    "SPCC": "cháu của vợ hoặc chồng", "SPCS": "anh em cột chèo, chị em dâu",
    "PPCS": "vợ, chồng của bác, chú, cậu, cô, dì", "PPCC": "anh, chị, em họ", "PPPC": "anh, chị, em của ông, bà",
    "PCCC": "cháu của anh, chị, em", "PCCS": "vợ, chồng của cháu", "PCSP": "cha, mẹ của anh rể, chị dâu",
    "PCSC": "con riêng của anh rể, chị dâu", "CSPC": "anh, chị, em của con dâu, con rể",
    "SPPC": "bác, chú, cậu, cô, dì của vợ hoặc chồng", "CCCS": "vợ, chồng của chắt",
    "CCSP": "cha, mẹ của cháu dâu, cháu rể", "PPPP": "kỵ", "CCCC": "chút",
}  # fmt: skip
