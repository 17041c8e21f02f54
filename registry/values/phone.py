"""Telephone numbers of Việt Nam, stored as digits from the trunk 0 on: 0912345678.

Source: the change of mobile prefixes of 15/09/2018; facts 7.6. A prefix names no operator any more (numbers are
ported).
"""

from __future__ import annotations

import re
from typing import Final

_MOVED_2018: Final = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036", "0167": "037",
    "0168": "038", "0169": "039",
    "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
_MOBILE: Final = re.compile(r"0[35789][0-9]{8}")
_LANDLINE: Final = re.compile(r"02[0-9]{8,9}")
_FILLING: Final = re.compile(r"[\s.\-()\u00ad\u200b-\u200f\u202a-\u202e\ufeff]+")


class PhoneRefused(ValueError):
    """The text is no telephone number; the message is the sentence the officer reads."""


def normalise(text: str) -> str:
    """The number as stored: +84 and 0084 become 0, a 0 lost in a spreadsheet comes back, eleven-digit mobiles of before
    2018 move to their ten digits. Raises PhoneRefused for anything that is neither a mobile nor a landline number then.
    """
    digits = _FILLING.sub("", text)
    if not digits:
        raise PhoneRefused("Chưa nhập số điện thoại.")
    if not re.fullmatch(r"\+?[0-9]+", digits):
        raise PhoneRefused("Số điện thoại chỉ gồm chữ số; mỗi ô ghi một số.")
    number = _moved(_with_trunk_zero(digits))
    if is_mobile(number) or is_landline(number):
        return number
    if len(number) > 12:
        raise PhoneRefused("Số quá dài; mỗi ô ghi một số điện thoại.")
    if number.startswith("02"):
        raise PhoneRefused("Số máy bàn phải có mã vùng, ví dụ 024 3825 1234.")
    if len(number) != 10:
        raise PhoneRefused(f"Số di động phải đủ 10 chữ số; đang có {len(number)}.")
    raise PhoneRefused("Đầu số không có ở Việt Nam; di động bắt đầu bằng 03, 05, 07, 08 hoặc 09.")


def _with_trunk_zero(digits: str) -> str:
    for prefix in ("+84", "0084"):
        if digits.startswith(prefix):
            return "0" + digits[len(prefix) :].removeprefix("0")
    if digits.startswith("84") and len(digits) in (11, 12):
        return "0" + digits[2:]
    if re.fullmatch(r"[35789][0-9]{8}", digits):
        return "0" + digits
    return digits


def _moved(number: str) -> str:
    if len(number) == 11 and number[:4] in _MOVED_2018:
        return _MOVED_2018[number[:4]] + number[4:]
    return number


def is_mobile(number: str) -> bool:
    """Rule D31."""
    return _MOBILE.fullmatch(number) is not None


def is_landline(number: str) -> bool:
    return _LANDLINE.fullmatch(number) is not None


def display(number: str) -> str:
    """0912 345 678; landlines 024 3825 1234; anything else as it is."""
    if is_mobile(number):
        return f"{number[:4]} {number[4:7]} {number[7:]}"
    if is_landline(number):
        area = 3 if number[:3] in ("024", "028") else 4
        return f"{number[:area]} {number[area:-4]} {number[-4:]}"
    return number


def masked(number: str) -> str:
    """0912 ••• 678, enough to recognise one's own number."""
    if len(number) < 8:
        return "•••"
    return f"{number[:4]} ••• {number[-3:]}"
