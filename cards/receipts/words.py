"""Amounts in the words of an official paper; days and places: accounts/paper/words.py."""

from typing import Final

from accounts.paper.words import (
    full_place,
    in_sentence,
    kept_together,
    long_date,
    place_name,
    police_of,
    split_level,
    weekday,
)

__all__ = [
    "dong",
    "full_place",
    "in_sentence",
    "in_words",
    "kept_together",
    "long_date",
    "place_name",
    "police_of",
    "split_level",
    "weekday",
]

DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES: Final = ("", "nghìn", "triệu", "tỷ")


def dong(amount_vnd: int) -> str:
    """25000 -> "25.000 đồng"."""
    return f"{amount_vnd:,}".replace(",", ".") + " đồng"


def in_words(number: int) -> str:
    """25000 -> "hai mươi lăm nghìn"; below a thousand billion. "linh" and "nghìn" as in the north's official papers."""
    if number == 0:
        return DIGITS[0]
    groups: list[int] = []
    while number:
        number, group = divmod(number, 1000)
        groups.append(group)
    if len(groups) > len(SCALES):
        raise ValueError("a sum this large has no name here")
    said = [
        f"{_three(group, first=place == len(groups) - 1)} {SCALES[place]}".strip()
        for place, group in reversed(list(enumerate(groups)))
        if group
    ]
    return " ".join(said)


def _three(group: int, *, first: bool) -> str:
    """One group of three digits; inside a number also its leading zeros are said ("không trăm linh năm")."""
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    words = [] if first and not hundreds else [f"{DIGITS[hundreds]} trăm"]
    if tens > 1:
        words.append(f"{DIGITS[tens]} mươi")
    elif tens == 1:
        words.append("mười")
    elif ones and words:
        words.append("linh")
    if ones:
        words.append(_ones(ones, tens))
    return " ".join(words)


def _ones(ones: int, tens: int) -> str:
    if ones == 5 and tens:
        return "lăm"
    return "mốt" if ones == 1 and tens > 1 else DIGITS[ones]
