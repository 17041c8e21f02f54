"""Names, sexes and marks as lists write them."""

import re
from typing import Final

from accounts.text import clean, fold, title_case
from registry.codes import FEMALE, MALE

SEX_NAMES: Final = {MALE: "Nam", FEMALE: "Nữ"}
_SEXES: Final = {
    "nam": "Nam", "m": "Nam", "male": "Nam", "trai": "Nam", "con trai": "Nam", "nam gioi": "Nam", "dan ong": "Nam",
    "ong": "Nam", "boy": "Nam", "man": "Nam",
    "nu": "Nữ", "f": "Nữ", "female": "Nữ", "gai": "Nữ", "con gai": "Nữ", "nu gioi": "Nữ", "phu nu": "Nữ",
    "dan ba": "Nữ", "ba": "Nữ", "girl": "Nữ", "woman": "Nữ",
}  # fmt: skip
_EMPTY_SIGNS: Final = re.compile(r"[\s\-–—_./\\…?*]*")
_EMPTY_WORDS: Final = frozenset({
    "k", "ko", "kg", "khong", "khong co", "chua co", "chua", "kr", "khong ro", "chua ro", "chua biet", "khong biet",
    "khong nho", "na", "n a", "null", "none", "nan", "trong", "x", "khong so", "chua cap", "khong xac dinh",
})  # fmt: skip
_ABOVE: Final = re.compile(r"[“”\"″〃'`]{1,3}|n\.?t\.?|nhu tren|-\s*nt\s*-|//+|(?:-\s*)?[“\"]{1,2}(?:\s*-)?|ditto")
TICKS: Final = frozenset({"x", "v", "1", "co", "true", "*", "+", "yes", "y", "✓", "√", "☑", "•"})
NO_TICKS: Final = frozenset({"", "0", "-", "khong", "k", "false", "no"})
ERRORS: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#GETTING_DATA"})
_ORDINAL_LEAD: Final = re.compile(r"^(?:\d{1,6}\s*[.)\-:/]+|[-*•+·]+)\s*(?=[^\W\d_])")
_HEAD_MARK: Final = re.compile(r"\s*[(\[]\s*(?:ch|ch[uủ] h[oộ]|c\.h)\s*[)\]]\s*", re.IGNORECASE)


def sex_of(text: str) -> str:
    """ "Nam", "Nữ", or "" for what is neither."""
    return _SEXES.get(fold(text), "")


def says_nothing(text: str) -> bool:
    """Whether a cell only says that there is nothing: "-", "…", "Không", "K", "chưa có"."""
    return _EMPTY_SIGNS.fullmatch(text) is not None or (len(text) < 20 and fold(text) in _EMPTY_WORDS)


def says_as_above(text: str) -> bool:
    """ "nt", "như trên", two strokes: what stands in the row above."""
    return len(text) < 12 and text != "" and _ABOVE.fullmatch(_folded_keeping_signs(text)) is not None


def _folded_keeping_signs(text: str) -> str:
    low = text.strip().lower()
    return fold(low) if low[:1].isalpha() and low.replace(" ", "").isalpha() else low


def is_error(text: str) -> bool:
    return text.startswith("#") and text.upper() in ERRORS


def tick_of(text: str) -> bool | None:
    """Whether a box is ticked; None for what is neither a tick nor its absence."""
    low = text.strip().lower()
    if low in TICKS or fold(low) in TICKS:
        return True
    return False if low in NO_TICKS or says_nothing(low) else None


def without_ordinal(name: str) -> str:
    return _ORDINAL_LEAD.sub("", name)


def without_head_mark(name: str) -> str:
    """The name without "(CH)", by which some lists mark the head of a household."""
    return _HEAD_MARK.sub(" ", name).strip()


def is_capitals(name: str) -> bool:
    letters = [char for char in name if char.isalpha()]
    return len(letters) > 2 and all(char.isupper() for char in letters)


def with_capital_heads(name: str) -> str:
    """The name with capitals where an old font has none: "Trần Thị ánh". Only beside words that begin with one."""
    parts = name.split(" ")
    lost = [not part[:1].isascii() and part[:1].islower() for part in parts]
    if not any(lost) or not all(bad or part[:1].isupper() for bad, part in zip(lost, parts, strict=True)):
        return name
    return " ".join(part[:1].upper() + part[1:] if bad else part for bad, part in zip(lost, parts, strict=True))


def in_title_case(name: str) -> str:
    return title_case(clean(name))
