"""Names spoilt on purpose: the writings of planted duplicates, and one name for every clean-up rule about text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from accounts.text import clean, fold, title_case
from registry.sample import tables
from registry.values.legacy_fonts import as_tcvn3, as_utf8_garbage

DUPLICATE_KINDS: Final = (
    "tone_style", "i_y", "hoi_nga", "dialect_initial", "dialect_final", "north_south_pair", "tone_misplaced",
    "no_diacritics", "middle_dropped", "abbreviated", "letter_lost", "words_swapped",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variant:
    """Another writing of a name, and what kind of difference it is."""

    name: str
    kind: str


def variant(full_name: str, *, random: Random, kinds: tuple[str, ...] = DUPLICATE_KINDS) -> Variant:
    """One other writing of the name, as a second clerk might have typed it. Falls back on lost diacritics when nothing
    else fits.
    """
    choices = [one for one in all_variants(full_name) if one.kind in kinds]
    if not choices:
        return Variant(_without_diacritics(full_name), "no_diacritics")
    kind = random.choice(sorted({one.kind for one in choices}))
    return random.choice([one for one in choices if one.kind == kind])


def all_variants(full_name: str) -> list[Variant]:
    """Every other writing the tables and the common slips know, in a fixed order."""
    words = full_name.split()
    found = [
        Variant(" ".join([*words[:at], other, *words[at + 1 :]]), kind)
        for at, word in enumerate(words)
        for other, kind in tables.spelling_variants().get(word, ())
        if kind in DUPLICATE_KINDS and kind != "no_diacritics"
    ]
    found.append(Variant(_without_diacritics(full_name), "no_diacritics"))
    if len(words) >= 3:
        found.append(Variant(" ".join([words[0], *words[2:]]), "middle_dropped"))
        found.append(Variant(" ".join([words[0], words[1][0] + ".", *words[2:]]), "abbreviated"))
        found.append(Variant(" ".join([*words[:-2], words[-1], words[-2]]), "words_swapped"))
    if len(words[-1]) >= 4:
        found.append(Variant(full_name[:-1], "letter_lost"))
    return [one for one in found if one.name != full_name]


def _without_diacritics(full_name: str) -> str:
    return title_case(fold(full_name))


_TELEX: Final = {"\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0301": "s", "\u0323": "j"}
_SHAPES: Final = {"â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw", "đ": "dd"}


def _with_keys_left(name: str) -> str:
    """The first word with diacritics as its Telex keys: Nguyễn -> Nguyeenx."""
    words = name.split()
    for at, word in enumerate(words):
        if not word.isascii():
            words[at] = _telex(word)
            return " ".join(words)
    return name


def _telex(word: str) -> str:
    keys, tone = "", ""
    for char in unicodedata.normalize("NFC", word.lower()):
        parts = unicodedata.normalize("NFD", char)
        tone = next((_TELEX[part] for part in parts if part in _TELEX), tone)
        letter = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TELEX))
        keys += _SHAPES.get(letter, letter)
    return (keys + tone).capitalize()


def _with_tone_moved(name: str) -> str:
    """The first word of the table with its tone on the wrong letter: Huỳnh -> Hùynh."""
    words = name.split()
    for at, word in enumerate(words):
        for other, kind in tables.spelling_variants().get(word, ()):
            if kind == "tone_misplaced":
                words[at] = other
                return " ".join(words)
    return name


# What each rule about text looks like; the key is the rule of the catalogue.
_SPOILERS: Final[dict[str, Callable[[str], str]]] = {
    "S13": lambda name: unicodedata.normalize("NFD", name),
    "S14": lambda name: name.replace("Đ", "\u00d0").replace("đ", "\u00f0"),
    "S15": as_tcvn3,
    "S16": as_utf8_garbage,
    "S17": lambda name: "\u00a0" + name.replace(" ", "  ", 1),
    "S18": lambda name: name + " 2",
    "S19": _with_keys_left,
    "S20": _with_tone_moved,
    "S22": str.upper,
    "S23": lambda name: " ".join([name.split()[0][:2] + ".", *name.split()[1:]]),
    "S24": lambda _name: "Không rõ",
}
TEXT_RULES: Final = tuple(_SPOILERS)


def spoil(full_name: str, *, rule: str) -> str:
    """The name with the flaw that `rule` (S13 to S24) looks for. A name that offers nothing to spoil gets a surname
    that does.
    """
    spoilt = _SPOILERS[rule](full_name)
    if spoilt != full_name and clean(full_name) == full_name:
        return spoilt
    stand_in = {"S14": "Đặng", "S20": "Huỳnh"}.get(rule, "Nguyễn")
    return _SPOILERS[rule](" ".join([stand_in, *full_name.split()[1:]]))
