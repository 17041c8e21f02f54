"""The Vietnamese syllable: what can be one, where its tone mark belongs, and what unfinished typing meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from accounts.text import HOI, HUYEN, NANG, NGA, SAC, TONES

ONSETS: Final = (
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr",
    "b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", "",
)  # fmt: skip
RIMES: Final = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet
    oi om on ong ooc oong op ot
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut
    uy uya uych uyên uyêt uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y ych yêm yên yêt yêu ynh yt
    """.split()  # noqa: SIM905
)
_SHAPED: Final = "ăâêôơư"
_VOWELS: Final = "aăâeêioôơuưy"
_STOPPED: Final = re.compile(r"(?:c|ch|p|t)$")
_STYLE_FREE: Final = ("oa", "oe", "uy")


class Syllable(NamedTuple):
    """A written syllable taken apart; `tone` is a combining mark or ""; `tone_at` its letter's place in onset + rime,
    or -1.
    """

    onset: str
    rime: str
    tone: str
    tone_at: int


@lru_cache(maxsize=16384)
def read(word: str) -> Syllable | None:
    """The syllable, whatever letter its tone sits on; None when the letters are no Vietnamese syllable."""
    letters: list[str] = []
    tone, tone_at = "", -1
    for char in unicodedata.normalize("NFC", word.lower()):
        parts = unicodedata.normalize("NFD", char)
        marks = [mark for mark in parts[1:] if mark in TONES]
        if marks:
            if tone or len(marks) > 1:
                return None
            tone, tone_at = marks[0], len(letters)
        letters.append(unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES)))
    if len(letters) > 7 or any(len(letter) != 1 for letter in letters):
        return None
    bare = "".join(letters)
    for onset in ONSETS:
        rime = bare[len(onset) :]
        if bare.startswith(onset) and rime in RIMES and tone_at not in range(len(onset)):
            return Syllable(onset, rime, tone, tone_at)
    return _read_tone_on_onset(bare, tone, tone_at)


def _read_tone_on_onset(bare: str, tone: str, tone_at: int) -> Syllable | None:
    """Qúy and gìa: the tone sits on the u of qu or the i of gi, always an error when a vowel follows."""
    for onset in ("qu", "gi"):
        if bare.startswith(onset) and bare[2:] in RIMES and tone_at == 1:
            return Syllable(onset, bare[2:], tone, tone_at)
    return None


def is_syllable(word: str) -> bool:
    """Whether the word is spelt as a Vietnamese syllable, tone in its place (old or new style)."""
    syllable = read(word)
    return syllable is not None and _tone_fits(syllable) and _tone_in_place(syllable)


def _tone_fits(syllable: Syllable) -> bool:
    """Syllables that end in c, ch, p or t know only sắc and nặng."""
    return syllable.tone in (SAC, NANG) or not _STOPPED.search(syllable.rime)


def _tone_in_place(syllable: Syllable) -> bool:
    return not syllable.tone or syllable.tone_at - len(syllable.onset) in _places(syllable.onset, syllable.rime)


def _places(onset: str, rime: str) -> tuple[int, ...]:
    """Where in the rime the tone may stand; old style first. Only open oa, oe, uy have two places."""
    shaped = [index for index, letter in enumerate(rime) if letter in _SHAPED]
    if shaped:
        return (shaped[-1],)
    vowels = re.match(f"[{_VOWELS}]+", rime)
    nucleus = vowels[0] if vowels else ""
    if len(nucleus) == 1:
        return (0,)
    if len(nucleus) < len(rime) or len(nucleus) == 3:
        return (1,)
    return (0, 1) if nucleus in _STYLE_FREE and onset != "qu" else (0,)


def with_tone_in_place(word: str) -> str | None:
    """The word with its tone on the right letter: Hùynh -> Huỳnh, Qúy -> Quý. None when it is right already, or no
    syllable.
    """
    syllable = read(word)
    if syllable is None or not _tone_fits(syllable):
        return None
    if syllable.tone_at >= len(syllable.onset) and _tone_in_place(syllable):
        return None
    if not syllable.tone:
        return None
    return _like(word, _compose(syllable.onset, syllable.rime, syllable.tone))


def _compose(onset: str, rime: str, tone: str) -> str:
    place = _places(onset, rime)[0]
    return unicodedata.normalize("NFC", onset + rime[: place + 1] + tone + rime[place + 1 :])


def _like(model: str, word: str) -> str:
    """The word in the capitals of the model."""
    if len(model) > 1 and model.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word


# ------------------------------------------------------------------------------------------- keys that became letters

_TELEX_SHAPES: Final = (
    ("uow", "ươ"), ("uwow", "ươ"), ("uwo", "ươ"), ("uơ", "ươ"),
    ("aa", "â"), ("ee", "ê"), ("oo", "ô"), ("aw", "ă"), ("ow", "ơ"), ("uw", "ư"), ("dd", "đ"),
)  # fmt: skip
_TELEX_TONES: Final = {"f": HUYEN, "r": HOI, "x": NGA, "s": SAC, "j": NANG}
_VNI_TONES: Final = {"2": HUYEN, "3": HOI, "4": NGA, "1": SAC, "5": NANG}
_TELEX: Final = re.compile(r"[sfrxj]|w|dd|aa|ee|oo", re.IGNORECASE)
_VNI: Final = re.compile(r"[^\W\d_][1-9]")


@lru_cache(maxsize=4096)
def finish_typing(word: str) -> str | None:
    """What Telex or VNI keys left in a word meant: Nguyeenx and Nguye64n -> Nguyễn. None when the word is a syllable as
    it stands, or when the keys make none.
    """
    if read(word) is not None:
        return None
    low = unicodedata.normalize("NFC", word.lower())
    for looks, shape, tones in ((_VNI, _vni_shapes, _VNI_TONES), (_TELEX, _telex_shapes, _TELEX_TONES)):
        if looks.search(low):
            made = _apply_keys(low, shape, tones)
            if made is not None:
                return _like(word if not word[1:2].isupper() or word.isupper() else word[:1].upper(), made)
    return None


def _apply_keys(low: str, shape: Callable[[str], str], tones: dict[str, str]) -> str | None:
    """Take the last tone key behind a vowel out of the word, shape its letters, and set the tone where it belongs."""
    candidates = [(low, "")]
    candidates += [
        (low[:at] + low[at + 1 :], tones[key])
        for at, key in enumerate(low)
        if key in tones and re.search(f"[{_VOWELS}]", low[:at])
    ]
    for letters, tone in reversed(candidates):
        syllable = read(shape(letters))
        if syllable is None or (tone and syllable.tone):
            continue
        mark = tone or syllable.tone
        if _tone_fits(syllable._replace(tone=mark)):
            return _compose(syllable.onset, syllable.rime, mark) if mark else syllable.onset + syllable.rime
    return None


def _telex_shapes(letters: str) -> str:
    if re.search(r"[uư]w?ow", letters):
        letters = re.sub(r"[uư]w?ow", "ươ", letters)
    for keys, letter in _TELEX_SHAPES:
        letters = letters.replace(keys, letter)
    return re.sub("w", "ư", letters)


def _vni_shapes(letters: str) -> str:
    """VNI shape keys may stand anywhere behind their letter: 6 â ê ô, 7 ơ ư, 8 ă, 9 đ."""
    for key, pairs in (("6", "aâeêoô"), ("8", "aă"), ("9", "dđ")):
        for plain, shaped in zip(pairs[::2], pairs[1::2], strict=True):
            letters = re.sub(f"{plain}([a-zăâêôơưđ]*?){key}", rf"{shaped}\1", letters)
    if "7" in letters:
        letters = letters.replace("uo", "ươ") if re.search(r"u7?o7", letters) else letters
        letters = re.sub(r"u7?ơ|ưo", "ươ", re.sub(r"o7", "ơ", re.sub(r"u7", "ư", letters)))
    return letters.replace("7", "")
