"""What a list calls somebody's relation to the head of a household, as a row of the official list (TT 116/2026 Đ6)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from accounts.text import accent_key, clean, fold
from registry.models import HouseholdRole, Sex
from registry.residents.fields import NOT_LISTED

_SAID_IN_OTHER_WORDS = {
    "CHU_HO": "ch, chủ hộ gia đình, chủ gia đình",
    "VO": "vợ chủ hộ", "CHONG": "chồng chủ hộ",
    "CHA_DE": "cha, bố, ba, tía, bố đẻ, cha ruột, bố ruột, ba ruột, thân sinh cha",
    "ME_DE": "mẹ, má, mẹ ruột, má ruột, u, bầm",
    "CHA_VO": "bố vợ, ba vợ", "ME_VO": "má vợ", "CHA_CHONG": "bố chồng, ba chồng", "ME_CHONG": "má chồng",
    "CHA_NUOI": "bố nuôi", "ME_NUOI": "má nuôi", "CHA_DUONG": "bố dượng, dượng", "ME_KE": "dì ghẻ, mẹ ghẻ",
    "CON_DE": "con, con ruột, con trai, con gái, con trai đẻ, con gái đẻ, con trưởng, con cả, con út, con trai ruột, "
    "con gái ruột",
    "CON_DAU": "dâu, nàng dâu", "CON_RE": "rể, chàng rể", "CON_NUOI": "con trai nuôi, con gái nuôi",
    "CON_RIENG": "con riêng, con riêng của vợ, con riêng của chồng, con riêng vợ, con riêng chồng",
    "ANH_RUOT": "anh, anh trai, anh trai ruột", "CHI_RUOT": "chị, chị gái, chị gái ruột",
    "EM_RUOT": "em, em trai, em gái, em trai ruột, em gái ruột", "CHAU_NOI": "cháu đích tôn",
    "BAC_RUOT": "bác", "CHU_RUOT": "chú", "CAU_RUOT": "cậu", "CO_RUOT": "cô", "DI_RUOT": "dì", "CHAT_RUOT": "chắt",
    "O_THUE": "người ở thuê, người thuê nhà, thuê nhà", "O_NHO": "người ở nhờ, ở nhờ nhà", "O_MUON": "người ở mượn",
    "GIAM_HO": "giám hộ", "DUOC_GIAM_HO": "được giám hộ",
}  # fmt: skip
_OPEN = {
    "cháu": "cháu nội, cháu ngoại hay cháu ruột", "cháu trai": "cháu nội, cháu ngoại hay cháu ruột",
    "cháu gái": "cháu nội, cháu ngoại hay cháu ruột", "ông": "ông nội hay ông ngoại", "bà": "bà nội hay bà ngoại",
    "cụ": "cụ nội hay cụ ngoại", "chị em": "chị ruột hay em ruột", "anh em": "anh ruột hay em ruột",
}  # fmt: skip
"""Said without what the list asks for."""
_MALE = {"trai": Sex.MALE, "gái": Sex.FEMALE}
_OF_THE_HEAD = re.compile(r"\s+(?:của\s+)?(?:chủ hộ|ch)$", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """`role` None: `refused` says why. `is_repaired`: said in other words than the list's. `sex`: what the words
    themselves say of it ("con gái")."""

    role: HouseholdRole | None = None
    refused: str = ""
    is_repaired: bool = False
    sex: Sex | None = None


class Relations:
    """The list as it stands today. Spellings are compared with accents first: "ba" is a father, "bà" a grandmother."""

    def __init__(self, roles: Mapping[str, HouseholdRole]) -> None:
        self._official = {accent_key(role.name): role for role in roles.values()}
        self._said = {
            accent_key(words): roles[code]
            for code, said in _SAID_IN_OTHER_WORDS.items() if code in roles for words in said.split(", ")
        }  # fmt: skip
        self._open = {accent_key(words): meant for words, meant in _OPEN.items()}
        self._plain = _without_accents(roles)

    def told(self, text: str) -> Told:
        words = clean(text).strip(" .:;").casefold()
        shorter = _OF_THE_HEAD.sub("", words)
        sex = next((sex for word, sex in _MALE.items() if word in words.split()), None)
        for key in (accent_key(words), accent_key(shorter)):
            if key in self._official:
                return Told(self._official[key], is_repaired=key != accent_key(words))
            if key in self._said:
                return Told(self._said[key], is_repaired=True, sex=sex)
            if key in self._open:
                return Told(refused=f"“{clean(text)}” chưa rõ là {self._open[key]}; ghi rõ quan hệ với chủ hộ.")
        plain = self._plain.get(fold(shorter)) if words.isascii() else None
        return Told(plain, is_repaired=True) if plain else Told(refused=NOT_LISTED)


def _without_accents(roles: Mapping[str, HouseholdRole]) -> dict[str, HouseholdRole]:
    """For lists typed without accents: a folded spelling that means one thing only."""
    meant: dict[str, set[str]] = {}
    for code, role in roles.items():
        for words in [role.name, *_SAID_IN_OTHER_WORDS.get(code, "").split(", ")]:
            meant.setdefault(fold(words), set()).add(code)
    for words in _OPEN:
        meant.setdefault(fold(words), set()).add("")
    return {key: roles[next(iter(codes))] for key, codes in meant.items() if len(codes) == 1 and "" not in codes}
