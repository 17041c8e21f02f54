"""Addresses as people write them: one place, many spellings.

Only the writing is made equal (P. and Phường, Tổ 5 and Tổ dân phố 05); which unit is meant is a code elsewhere. Rule
S28.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from accounts.text import clean, fold

# What people write -> the full word. A dot or a digit must follow one-letter forms, or they would swallow house
# numbers (12 H).
_ABBREVIATIONS: Final = [
    (re.compile(pattern, re.IGNORECASE), full)
    for pattern, full in (
        (r"\b(?:TDP|T\.DP|Tổ\s*DP)\b\.?\s*(?:số\s*)?", "Tổ dân phố "),
        (r"\bTổ\s+dân\s+phố\s+số\s+(?=\d)", "Tổ dân phố "),
        (r"\b(?:KP|K\.P|K\.phố)\b\.?\s*(?=[\dA-ZĐ])", "Khu phố "),
        (r"\bKP(?=\d)", "Khu phố "),
        (r"\bTDP(?=\d)", "Tổ dân phố "),
        (r"\bKDC\b\.?\s*", "Khu dân cư "),
        (r"\bKTT\b\.?\s*", "Khu tập thể "),
        (r"\b(?:CC|C/c)\b\.?\s+", "Chung cư "),
        (r"\bTP\b\s*\.?\s*", "Thành phố "),
        (r"\bTX\b\s*\.?\s*", "Thị xã "),
        (r"\bTT\b\s*\.?\s*", "Thị trấn "),
        (r"\bP\s*\.\s*|\bP\s*(?=\d)|(?<=,\s)P\s+(?=[A-ZĐ])", "Phường "),
        (r"\bQ\s*\.\s*|\bQ\s*(?=\d)|(?<=,\s)Q\s+(?=[A-ZĐ])", "Quận "),
        (r"\bH\s*\.\s*(?=[A-ZĐ])|(?<=,\s)H\s+(?=[A-ZĐ])", "Huyện "),
        (r"\bX\s*\.\s*(?=[A-ZĐ])|(?<=,\s)X\s+(?=[A-ZĐ])", "Xã "),
        (r"\bĐ\s*\.\s*(?=[\dA-ZĐ])", "Đường "),
        (r"\bT\s*\.\s*(?=[A-ZĐ])", "Tỉnh "),
        (r"\b(?:SN|S\.N)\b\.?\s*(?=\d)", "Số nhà "),
    )
]
_ZEROS: Final = re.compile(r"(?<![\d/.\-])0+(?=[1-9])")
_ROMAN: Final = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}
_NUMBERED: Final = frozenset(["thon", "to", "ap", "xom", "khu", "ban", "buon", "lang", "doi", "pho"])
_SILENT: Final = re.compile(r"\b(?:to dan pho|to dan cu)\b")
_DROPPED: Final = re.compile(r"\b(?:so nha|nha so|duong|so)\b ?")


def standard_address(text: str) -> str:
    """The text with its abbreviations written out: "SN 05, TDP 03, P.Mường Thanh" -> "Số nhà 5, Tổ dân phố 3, Phường
    Mường Thanh".

    A proposal for the officer; nothing is stored without one.
    """
    text = clean(text)
    for pattern, full in _ABBREVIATIONS:
        text = pattern.sub(full, text)
    text = re.sub(r"\s*,\s*", ", ", _ZEROS.sub("", text))
    return clean(text).strip(" ,")


@lru_cache(maxsize=16384)
def fold_address(text: str) -> str:
    """The key by which two writings of one place are equal: "Tổ 5" and "Tổ dân phố 05" -> "to 5". Not for showing."""
    words = _SILENT.sub("to", fold(standard_address(text)))
    tokens = _DROPPED.sub("", words).split()
    return " ".join(_arabic(token, before) for before, token in zip(["", *tokens], tokens, strict=False))


def _arabic(token: str, before: str) -> str:
    """A number without leading zeros, and Thôn II as Thôn 2."""
    if token.isdigit():
        return token.lstrip("0") or "0"
    return _ROMAN.get(token, token) if before in _NUMBERED else token
