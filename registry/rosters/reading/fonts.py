"""Cell text of the old Vietnamese fonts, told by a whole column and repaired cell by cell."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Final

from registry.values.legacy_fonts import encoding_flaw, read_tcvn3, read_vni
from registry.values.syllables import is_syllable

_GENUINE: Final = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")
_NOT_LETTERS: Final = re.compile(r"[^\w\u0300-\u036f]|[\d_]")
ENOUGH_SHARE: Final = 0.3
NAMES: Final = {"tcvn3": "TCVN3 (.VnTime)", "vni": "VNI", "utf8": "UTF-8 đọc sai mã"}


def font_of(texts: Iterable[str]) -> str:
    """ "tcvn3", "vni", "utf8", or "" for a column that is well: what most of its odd cells turn out to be."""
    votes: Counter[str] = Counter()
    odd = 0
    for text in texts:
        if text.isascii():
            continue
        odd += 1
        if _GENUINE.search(text):
            continue
        flaw = encoding_flaw(text)
        if flaw and flaw.proposal:
            votes[flaw.kind] += 1
    if not votes:
        return ""
    kind, count = votes.most_common(1)[0]
    return kind if count >= 2 and count >= odd * ENOUGH_SHARE else ""


def repaired(text: str, kind: str) -> str:
    """A cell of a column that is in an old font, in Unicode; as it came when it is well already."""
    if text.isascii() or _GENUINE.search(text):
        return text
    if kind == "utf8":
        flaw = encoding_flaw(text)
        return flaw.proposal if flaw and flaw.kind == "utf8" else text
    return converted(text, kind)


def converted(text: str, kind: str) -> str:
    return unicodedata.normalize("NFC", read_tcvn3(text) if kind == "tcvn3" else read_vni(text))


def share_of_syllables(texts: Iterable[str]) -> float:
    """Which part of the words with marks are Vietnamese syllables; 0 when there is no such word."""
    good = seen = 0
    for text in texts:
        for word in _NOT_LETTERS.sub(" ", text).split():
            if not word.isascii():
                seen += 1
                good += is_syllable(word)
    return good / seen if seen else 0.0
