"""A name as another clerk writes it: every kind of the table of name variants, and the slips that need no table.

Each fault takes a name and answers another writing, or "" where it does not fit. The registers of KINDS holds the
share each has among faults.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Final

from accounts.text import HOI, HUYEN, NANG, NGA, SAC
from registry.sample import tables
from registry.values.legacy_fonts import as_tcvn3, as_utf8_garbage, as_vni

Fault = Callable[[str, Random], str]

_TELEX_TONE: Final = {HUYEN: "f", HOI: "r", NGA: "x", SAC: "s", NANG: "j"}
_VNI_TONE: Final = {HUYEN: "2", HOI: "3", NGA: "4", SAC: "1", NANG: "5"}
_TELEX_SHAPE: Final = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
_VNI_SHAPE: Final = {"ă": "a8", "â": "a6", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7", "đ": "d9"}
_STYLE: Final = tuple(
    pair
    for tone in (HUYEN, HOI, NGA, SAC, NANG)
    for old, new in (("o{}a", "oa{}"), ("o{}e", "oe{}"), ("u{}y", "uy{}"))
    for pair in [
        tuple(unicodedata.normalize("NFC", form.format(tone)) for form in (old, new)),
        tuple(unicodedata.normalize("NFC", form.format(tone)) for form in (new, old)),
    ]
)
_INITIALS: Final = (
    ("Tr", "Ch"), ("Ch", "Tr"), ("S", "X"), ("X", "S"), ("Gi", "D"), ("D", "Gi"), ("R", "D"), ("V", "D"), ("L", "N"),
    ("N", "L"),
)  # fmt: skip
_FINALS: Final = (("ng", "n"), ("nh", "n"), ("n", "ng"), ("t", "c"), ("c", "t"), ("ch", "t"))
_SHORT: Final = {
    "Nguyễn": ("Ng.", "Ng", "N."), "Thị": ("T.", "Th", "T"), "Văn": ("V.", "V"), "Trần": ("Tr.", "Tr"),
    "Phạm": ("Ph.",), "Hoàng": ("H.",), "Huỳnh": ("H.",),
}  # fmt: skip
_LETTERS: Final = "aeiounhtgcmlr"


@cache
def plain(text: str) -> str:
    """Without accents, Đ as D."""
    parts = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(char for char in parts if not unicodedata.combining(char))


def _words(name: str, random: Random, change: Callable[[str], str]) -> str:
    """One word changed: the first that can be, in an order of chance."""
    words = name.split()
    order = list(range(len(words)))
    random.shuffle(order)
    for at in order:
        if (other := change(words[at])) and other != words[at]:
            return " ".join([*words[:at], other, *words[at + 1 :]])
    return ""


def _of_table(kind: str) -> Fault:
    def fault(name: str, random: Random) -> str:
        def change(word: str) -> str:
            others = [other for other, its_kind in tables.spelling_variants().get(word, ()) if its_kind == kind]
            return random.choice(others) if others else ""

        return _words(name, random, change)

    return fault


def tone_style(name: str, random: Random) -> str:
    def change(word: str) -> str:
        if word.lower().startswith("qu"):
            return ""
        return next((word.replace(old, new, 1) for old, new in _STYLE if word.endswith(old)), "")

    return _words(name, random, change)


def hoi_nga(name: str, random: Random) -> str:
    def change(word: str) -> str:
        parts = unicodedata.normalize("NFD", word)
        swapped = parts.translate({ord(HOI): NGA, ord(NGA): HOI})
        return unicodedata.normalize("NFC", swapped)

    return _words(name, random, change)


def dialect_initial(name: str, random: Random) -> str:
    def change(word: str) -> str:
        fitting = [
            (old, new) for old, new in _INITIALS if word.startswith(old) and word[len(old) : len(old) + 1] != "h"
        ]
        fitting = [(old, new) for old, new in fitting if not (old == "N" and word[1:2] == "g")]
        if not fitting or word in ("Nguyễn", "Trần", "Lê", "Văn", "Thị"):
            return ""
        old, new = random.choice(fitting)
        return new + word[len(old) :]

    return _words(name, random, change)


def dialect_final(name: str, random: Random) -> str:
    def change(word: str) -> str:
        if len(word) < 3 or word in ("Nguyễn", "Trần", "Văn", "Phan"):
            return ""
        return next((word[: -len(old)] + new for old, new in _FINALS if word.endswith(old)), "")

    return _words(name, random, change)


def d_stroke(name: str, random: Random) -> str:
    return _words(name, random, lambda word: word.replace("Đ", random.choice("ÐD"), 1) if "Đ" in word else "")


def ime_leftover(name: str, random: Random) -> str:
    shapes, tones = (_TELEX_SHAPE, _TELEX_TONE) if random.random() < 0.7 else (_VNI_SHAPE, _VNI_TONE)

    def change(word: str) -> str:
        typed, tone = "", ""
        for char in unicodedata.normalize("NFC", word):
            parts = unicodedata.normalize("NFD", char)
            marks = [mark for mark in parts if mark in tones]
            base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
            tone = tones[marks[0]] if marks else tone
            keys = shapes.get(base.lower(), base.lower())
            typed += keys.upper() if base == "Đ" else keys.capitalize() if base.isupper() else keys
        return typed + tone

    return _words(name, random, change)


def no_diacritics(name: str, random: Random) -> str:
    return plain(name)


def one_word_plain(name: str, random: Random) -> str:
    return _words(name, random, plain)


def capitals(name: str, random: Random) -> str:
    return name.upper()


def small_letters(name: str, random: Random) -> str:
    return name.lower()


def capitals_plain(name: str, random: Random) -> str:
    return plain(name).upper()


def decomposed(name: str, random: Random) -> str:
    return unicodedata.normalize("NFD", name)


def spaces(name: str, random: Random) -> str:
    return random.choice((f" {name}", name.replace(" ", "  ", 1), name.replace(" ", "\u00a0", 1)))


def middle_dropped(name: str, random: Random) -> str:
    words = name.split()
    if len(words) < 3:
        return ""
    at = random.randrange(1, len(words) - 1)
    return " ".join(words[:at] + words[at + 1 :])


def abbreviated(name: str, random: Random) -> str:
    words = name.split()
    known = [at for at, word in enumerate(words[:-1]) if word in _SHORT]
    if known:
        at = random.choice(known)
        words[at] = random.choice(_SHORT[words[at]])
    elif len(words) >= 3:
        words[1] = f"{words[1][0]}."
    else:
        return ""
    return " ".join(words)


def other_order(name: str, random: Random) -> str:
    words = name.split()
    if len(words) < 2:
        return ""
    if len(words) == 4 and random.random() < 0.4:
        return " ".join([words[0], words[2], words[1], words[3]])
    return " ".join([*words[1:], words[0]] if random.random() < 0.6 else [words[-1], *words[:-1]])


def typing_error(name: str, random: Random) -> str:
    """Edit distance 1: a letter lost, doubled, changed, or two neighbours swapped."""

    def change(word: str) -> str:
        if len(word) < 3:
            return ""
        at, kind = random.randrange(1, len(word)), random.random()
        if kind < 0.35:
            return word[:at] + word[at + 1 :]
        if kind < 0.55:
            return word[:at] + random.choice(_LETTERS) + word[at:]
        if kind < 0.85 or at + 1 >= len(word):
            return word[:at] + random.choice(_LETTERS) + word[at + 1 :]
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return _words(name, random, change)


def wrong_accent(name: str, random: Random) -> str:
    """Another tone on one word, as a tired hand types it."""

    def change(word: str) -> str:
        letters = [unicodedata.normalize("NFD", letter) for letter in unicodedata.normalize("NFC", word)]
        toned = [at for at, letter in enumerate(letters) if any(mark in _TELEX_TONE for mark in letter)]
        if not toned:
            return ""
        without = "".join(mark for mark in letters[toned[0]] if mark not in _TELEX_TONE)
        # The letter is composed before the tone comes: breve and hook the other way round do not compose.
        letters[toned[0]] = unicodedata.normalize("NFC", without) + random.choice(tuple(_TELEX_TONE))
        return unicodedata.normalize("NFC", "".join(letters))

    return _words(name, random, change)


def legal_rename(name: str, random: Random) -> str:
    """Another given name by decision of the registrar; the law allows it, and few ask for it."""
    words = name.split()
    if len(words) < 2:
        return ""
    sex = "2" if "Thị" in words else "1"
    other = random.choice(tables.names("given", sex, 1995))
    return " ".join([*words[:-1], other])


KINDS: Final[dict[str, tuple[float, Fault]]] = {
    "tone_style": (7, tone_style),
    "tone_misplaced": (4, _of_table("tone_misplaced")),
    "i_y": (6, _of_table("i_y")),
    "d_stroke": (5, d_stroke),
    "hoi_nga": (6, hoi_nga),
    "dialect_initial": (3.5, dialect_initial),
    "dialect_final": (3, dialect_final),
    "north_south_pair": (2, _of_table("north_south_pair")),
    "ime_leftover": (5, ime_leftover),
    "tcvn3": (1, lambda name, random: as_tcvn3(name)),
    "vni_font": (1, lambda name, random: as_vni(name)),
    "utf8_mojibake": (1, lambda name, random: as_utf8_garbage(name)),
    "no_diacritics": (11, no_diacritics),
    "one_word_plain": (6, one_word_plain),
    "capitals": (9, capitals),
    "small_letters": (2, small_letters),
    "capitals_plain": (4, capitals_plain),
    "decomposed": (6, decomposed),
    "spaces": (3, spaces),
    "middle_dropped": (7, middle_dropped),
    "abbreviated": (6, abbreviated),
    "other_order": (2.5, other_order),
    "wrong_accent": (4, wrong_accent),
    "legal_rename": (1.6, legal_rename),
}
_NAMES: Final = tuple(KINDS)
_SHARES: Final = tuple(share for share, _ in KINDS.values())


def spoil(name: str, random: Random, typing_errors: float) -> tuple[str, str]:
    """(another writing, its kind); the name itself with kind "" where nothing fitted in six tries."""
    if random.random() < typing_errors and (other := typing_error(name, random)):
        return other, "typing_error"
    for kind in random.choices(_NAMES, _SHARES, k=6):
        if (other := KINDS[kind][1](name, random)) and other != name:
            return other, kind
    return name, ""
