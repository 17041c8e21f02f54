"""Names as rows of syllables, and the other spellings under which a syllable may hide. All of it remembered by word.

A syllable in normal form carries its tone behind it: "hung`" (accounts.text.accent_key).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from accounts.text import fold
from registry.values.syllables import ONSETS, RIMES

MOST_SYLLABLES: Final = 8
"""Longer names keep the rest in the last place, so that rows of syllables fit into columns."""

_TONES: Final = str.maketrans("", "", "`?~'.")

_NORTH_SOUTH: Final = {
    "huynh": "hoang", "vo": "vu", "phuoc": "phuc", "thanh": "thinh", "nhon": "nhan", "buu": "bao", "tong": "tung",
    "chanh": "chinh", "sanh": "sinh", "lanh": "linh", "nhut": "nhat", "trang": "truong", "kieng": "canh", "hue": "hoa",
}  # fmt: skip
"""Bare readings that stand for one character in the north and another in the south (names/name_variants.csv)."""

_INITIALS: Final = (
    ("ngh", "ng"),
    ("gh", "g"),
    ("gi", "d"),
    ("tr", "ch"),
    ("r", "d"),
    ("v", "d"),
    ("s", "x"),
    ("l", "n"),
)
_FINALS: Final = (("ng", "n"), ("nh", "n"), ("ch", "t"), ("c", "t"))


@lru_cache(maxsize=65536)
def bare(syllable: str) -> str:
    """Without tone and marks: "nguyên~" -> "nguyen"."""
    return fold(syllable.translate(_TONES)).replace(" ", "")


@lru_cache(maxsize=65536)
def southern(syllable: str) -> str:
    """With hỏi and ngã as one tone, as the centre and the south speak them: Vũ = Vủ."""
    return syllable.replace("~", "?")


@lru_cache(maxsize=65536)
def reading(syllable: str) -> str:
    """The northern reading: Huỳnh -> hoang, Võ -> vu."""
    letters = bare(syllable)
    return _NORTH_SOUTH.get(letters, letters)


@lru_cache(maxsize=65536)
def sound(syllable: str) -> str:
    """What initials and finals that dialects confuse have in common: Trang, Chang, Tran -> "chan"."""
    letters = bare(syllable)
    for written, heard in _INITIALS:
        if letters.startswith(written) and len(letters) > len(written):
            letters = heard + letters[len(written) :]
            break
    for written, heard in _FINALS:
        if letters.endswith(written) and len(letters) > len(written):
            return letters[: -len(written)] + heard
    return letters


@lru_cache(maxsize=65536)
def is_plain(syllable: str) -> bool:
    """Whether it bears no mark at all, as when somebody types without accents."""
    return syllable == bare(syllable)


@lru_cache(maxsize=65536)
def is_word(syllable: str) -> bool:
    """Whether the letters can be a Vietnamese syllable: "lien" can, "lmen" is a slip of the fingers."""
    return _is_syllable(bare(syllable))


@lru_cache(maxsize=1)
def _bare_syllables() -> frozenset[str]:
    return frozenset(fold(onset + rime) for onset in ONSETS for rime in RIMES)


def _is_syllable(letters: str) -> bool:
    return letters in _bare_syllables()


_ABBREVIATION: Final = re.compile(r"[b-df-hj-np-tv-z]{1,3}")


@lru_cache(maxsize=65536)
def is_short(syllable: str) -> bool:
    """A syllable cut to its first consonants: "Ng.", "Th", "T"."""
    return _ABBREVIATION.fullmatch(bare(syllable)) is not None


def stands_for(one: str, other: str) -> bool:
    """Whether two syllables are the same without accents, or one is the other cut short."""
    left, right = bare(one), bare(other)
    if left == right:
        return True
    return (is_short(one) and right.startswith(left)) or (is_short(other) and left.startswith(right))


class Name(NamedTuple):
    """A name taken apart once. All rows have the same length."""

    written: str
    syllables: tuple[str, ...]
    bares: tuple[str, ...]
    bare: str
    is_plain: bool

    @property
    def given(self) -> str:
        return self.syllables[-1]


@lru_cache(maxsize=32768)
def read_name(written: str) -> Name:
    """The syllables of a normal form. The name must not be empty."""
    syllables = tuple(written.split(" ", MOST_SYLLABLES - 1))
    bares = tuple(map(bare, syllables))
    return Name(written, syllables, bares, " ".join(bares), all(map(is_plain, syllables)))
