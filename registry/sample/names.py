"""Invented names as a commune would have them: shares of surnames, Văn and Thị by cohort, three and four words, ethnic
orders.

Sources of the shares: facts 7.5. Well-known people's names are thrown back (DENIED).
"""

from __future__ import annotations

from random import Random
from typing import Final

from accounts.text import fold
from registry.codes import FEMALE, KINH, MALE
from registry.sample import tables
from registry.values.names import NO_FIXED_SURNAME, split_name

MOTHERS_SURNAME_SHARE: Final = 0.03
TWO_WORDS_SHARE: Final = {MALE: 0.013, FEMALE: 0.002}
TWO_WORDS_SHARE_OLD: Final = {MALE: 0.06, FEMALE: 0.01}
_MARKER: Final = {MALE: "Văn", FEMALE: "Thị"}
_ATTEMPTS: Final = 50

DENIED: Final = tables.denied()
"""Folded names of people everybody knows; nobody in a sample carries one."""


class NameMaker:
    """Names from one Random: the same seed gives the same people.

    `region` ("north", "south") weighs the Kinh surnames.
    """

    def __init__(self, random: Random, *, region: str = "north") -> None:
        self.random = random
        self.region = region

    def surname(self, *, ethnic_group: str = KINH) -> str:
        """ "" for groups without surnames."""
        naming = tables.ethnic_naming(ethnic_group)
        if naming is not None:
            return self.random.choice(naming.surnames) if naming.surnames else ""
        names, weights = tables.surnames(self.region)
        return self.random.choices(names, weights)[0]

    def full_name(self, *, sex: str, birth_year: int, ethnic_group: str = KINH, surname: str | None = None) -> str:
        """A whole name, in the order of the group. `sex` is "1" or "2"; a `surname` given is used where the group has
        one.
        """
        for _ in range(_ATTEMPTS):
            name = self._compose(sex, birth_year, ethnic_group, surname)
            if fold(name) not in DENIED:
                return name
        raise LookupError(f"only well-known names came for surname {surname}")

    def child(
        self, *, sex: str, birth_year: int, father: str | None, mother: str | None = None, ethnic_group: str = KINH
    ) -> str:
        """A child of these two full names: the father's surname, in 3 of 100 or without a father the mother's."""
        from_mother = mother is not None and (father is None or self.random.random() < MOTHERS_SURNAME_SHARE)
        parent = mother if from_mother else father
        surname = split_name(parent, ethnic_group).surname if parent else None
        if not surname and ethnic_group not in NO_FIXED_SURNAME:
            surname = None
        return self.full_name(sex=sex, birth_year=birth_year, ethnic_group=ethnic_group, surname=surname or None)

    # ------------------------------------------------------------------------------------------------- inside

    def _compose(self, sex: str, birth_year: int, ethnic_group: str, surname: str | None) -> str:
        naming = tables.ethnic_naming(ethnic_group)
        if naming is None:
            return self._common(surname or self.surname(), sex, birth_year, _MARKER[sex], ethnic_group)
        surname = surname or self.surname(ethnic_group=ethnic_group)
        if naming.order == "HO DEM TEN":
            return self._common(surname, sex, birth_year, naming.markers[sex], ethnic_group)
        given = self._given(sex, birth_year, ethnic_group)
        return self._own_order(naming, surname, given, sex)

    def _own_order(self, naming: tables.EthnicNaming, surname: str, given: str, sex: str) -> str:
        """The orders of facts 7.5 that are not surname, middle, given."""
        marker = naming.markers[sex]
        if naming.order == "MARK TEN HO":
            return f"{_joined(marker, given)} {surname}"
        if naming.order == "MARK TEN" or (naming.order == "MARK TEN or HO TEN" and self.random.random() < 0.7):
            return _joined(marker, given)
        if naming.order == "HO [H'] TEN":
            return f"{surname} {_joined(marker, given) if self.random.random() < 0.7 else given}"
        marked = marker and naming.order == "HO TEN" and self.random.random() < 0.6
        return f"{surname} {marker} {given}" if marked else f"{surname} {given}"

    def _common(self, surname: str, sex: str, birth_year: int, marker: str, ethnic_group: str) -> str:
        """Surname, maybe Văn or Thị (or the group's own marker), maybe middle names, given name; by the shares of the
        cohort.
        """
        given = self._given(sex, birth_year, ethnic_group)
        two = (TWO_WORDS_SHARE_OLD if birth_year < 1955 else TWO_WORDS_SHARE)[sex]
        if self.random.random() < two or " " in given:
            return f"{surname} {given}"
        shares = tables.shares(sex, birth_year)
        marked_share = shares.marker if marker in ("Văn", "Thị") else 0.85 if marker else 0.0
        words = [surname]
        if marked := self.random.random() < marked_share:
            words.append(marker)
        middles = 3 - len(words) if self.random.random() < shares.four_words else 2 - len(words)
        if ethnic_group == KINH or not marked:
            words += self._middles(middles, sex, birth_year, avoid={given, surname})
        return " ".join([*words, given])

    def _middles(self, count: int, sex: str, birth_year: int, *, avoid: set[str]) -> list[str]:
        """As many as asked for, or as the cohort has."""
        pool = [name for name in tables.names("middle", sex, birth_year) if name not in avoid | {_MARKER[sex]}]
        chosen: list[str] = []
        while len(chosen) < min(count, len(set(pool))):
            name = self.random.choice(pool)
            if name not in chosen:
                chosen.append(name)
        return chosen

    def _given(self, sex: str, birth_year: int, ethnic_group: str) -> str:
        own = tables.ethnic_given(ethnic_group, sex)
        if own and self.random.random() < 0.8:
            return self.random.choice(own)
        return self.random.choice(tables.names("given", sex, min(max(birth_year, 1900), 2026)))


def _joined(marker: str, given: str) -> str:
    """H'Nhin and K'Brốp are written together, Y Thuyên and Ka Rin apart."""
    return f"{marker}{given}" if marker.endswith("'") else f"{marker} {given}".strip()
