"""The old nine-digit identity card number (CMND). Worth nothing since 01/01/2025, but still the thread to older papers.

Not reliably unique: it was issued by province, and one range went out twice. Source: facts 1.4.
"""

from __future__ import annotations

import re
from typing import Final

from registry.values.personal_number import bare

TWICE_ISSUED: Final = range(271450001, 271500001)
"""Issued both by Đồng Nai and by Bà Rịa - Vũng Tàu."""

_ISSUERS: Final = {
    "01": "Hà Nội",
    "02": "TP. Hồ Chí Minh",
    "03": "Hải Phòng",
    "04": "Điện Biên, Lai Châu",
    "05": "Sơn La",
    "06": "Lào Cai, Yên Bái",
    "07": "Hà Giang, Tuyên Quang",
    "08": "Lạng Sơn, Cao Bằng",
    "090": "Thái Nguyên",
    "091": "Thái Nguyên",
    "092": "Thái Nguyên",
    "095": "Bắc Kạn",
    "10": "Quảng Ninh",
    "11": "Hà Tây (cũ), Hòa Bình",
    "12": "Bắc Giang, Bắc Ninh",
    "13": "Phú Thọ, Vĩnh Phúc",
    "14": "Hải Dương, Hưng Yên",
    "15": "Thái Bình",
    "16": "Nam Định, Hà Nam, Ninh Bình",
    "17": "Thanh Hóa",
    "18": "Nghệ An, Hà Tĩnh",
    "19": "Quảng Bình, Quảng Trị, Thừa Thiên Huế",
    "20": "Quảng Nam, Đà Nẵng",
    "21": "Quảng Ngãi, Bình Định",
    "22": "Phú Yên, Khánh Hòa",
    "230": "Gia Lai",
    "231": "Gia Lai",
    "233": "Kon Tum",
    "24": "Đắk Lắk, Đắk Nông",
    "25": "Lâm Đồng",
    "26": "Ninh Thuận, Bình Thuận",
    "27": "Đồng Nai, Bà Rịa - Vũng Tàu",
    "280": "Bình Dương",
    "285": "Bình Phước",
    "29": "Tây Ninh",
    "30": "Long An",
    "31": "Tiền Giang",
    "32": "Bến Tre",
    "33": "Vĩnh Long, Trà Vinh",
    "34": "Đồng Tháp",
    "35": "An Giang",
    "36": "Cần Thơ, Hậu Giang, Sóc Trăng",
    "37": "Kiên Giang",
    "38": "Cà Mau, Bạc Liêu",
}


class CmndRefused(ValueError):
    """The text is no nine-digit number; the message is the sentence the officer reads."""


def parse(text: str) -> str:
    """The nine digits of what was typed, without spaces, dots and hyphens. Raises CmndRefused."""
    digits = bare(text)
    if not digits:
        raise CmndRefused("Chưa nhập số CMND.")
    if is_twelve_digits(digits):
        raise CmndRefused("Đây là số có 12 chữ số: nhập ở ô Số định danh, ô này chỉ dành cho CMND 9 số.")
    if not re.fullmatch(r"[0-9]+", digits):
        raise CmndRefused("Số CMND chỉ gồm chữ số; kiểm tra ký tự lạ.")
    if len(digits) != 9:
        raise CmndRefused(f"Số CMND phải đủ 9 chữ số; đang có {len(digits)}.")
    return digits


def is_twelve_digits(text: str) -> bool:
    """Whether a twelve-digit number was put into the CMND field (rules D07, S26)."""
    return re.fullmatch(r"[0-9]{12}", bare(text)) is not None


def issued_twice(number: str) -> bool:
    """Whether two people may rightly hold this number (rule S02)."""
    return re.fullmatch(r"[0-9]{9}", number) is not None and int(number) in TWICE_ISSUED


def issuer_hint(number: str) -> str:
    """The provinces whose police issued numbers beginning so, "" when unknown. A hint only: people moved and took new
    numbers.
    """
    return _ISSUERS.get(number[:3]) or _ISSUERS.get(number[:2], "")
