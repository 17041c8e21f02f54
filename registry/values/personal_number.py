"""The twelve-digit personal identification number (số định danh cá nhân): AAA B CC DDDDDD, no check digit.

AAA is one of the OLD 63 places of birth registration (never compare it with the province codes in use since
01/07/2025), B the century and the sex, CC the last two digits of the birth year. Source: NĐ 137/2015 Đ13;
TT 07/2016/TT-BCA Đ7 and Phụ lục 1.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from registry.codes import BIRTH_PROVINCES, FEMALE, MALE

_FILLING: Final = re.compile(r"[\s.\-\u00ad\u200b-\u200f\ufeff]+")
_TWELVE: Final = re.compile(r"[0-9]{12}")
_SEX_WORD: Final = {MALE: "nam", FEMALE: "nữ"}


class NumberRefused(ValueError):
    """The text is no personal number; the message is the sentence the officer reads."""


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """What the digits say. `place_name` is "" when no list knows the code; `century` is 20 for 1900–1999."""

    text: str
    place_code: str
    place_name: str
    abroad: bool
    sex: str
    century: int
    birth_year: int

    @property
    def place_known(self) -> bool:
        return bool(self.place_name) or self.abroad

    def sentence(self) -> str:
        """For the line under the field: "Hà Nội (cũ) · nữ · sinh 1990"."""
        if self.place_name:
            place = f"{self.place_name} (cũ)"
        elif self.abroad:
            place = f"khai sinh ở nước ngoài (mã {self.place_code})"
        else:
            place = f"mã nơi khai sinh {self.place_code} không có trong danh mục"
        return f"{place} · {_SEX_WORD[self.sex]} · sinh {self.birth_year}"

    def masked(self) -> str:
        """For lists that need not show it whole: 001••••••123."""
        return f"{self.text[:3]}••••••{self.text[9:]}"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The number says one thing and the record another. `rule` is the clean-up rule, D01 to D06."""

    rule: str
    sentence: str
    in_number: str
    in_record: str


def parse(text: str) -> str:
    """The twelve digits of what was typed, without spaces, dots and hyphens. Raises NumberRefused."""
    digits = bare(text)
    if not digits:
        raise NumberRefused("Chưa nhập số định danh cá nhân.")
    if not digits.isascii() or not digits.isdigit():
        raise NumberRefused("Số định danh chỉ gồm chữ số; kiểm tra ký tự lạ.")
    if len(digits) == 9:
        raise NumberRefused("Đây là số có 9 chữ số; nếu là số CMND thì nhập ở ô Số CMND.")
    if len(digits) != 12:
        raise NumberRefused(f"Số định danh phải đủ 12 chữ số; đang có {len(digits)}.")
    return digits


def bare(text: str) -> str:
    """What was typed without the spaces, dots and hyphens people put between digits; nothing is checked."""
    return _FILLING.sub("", unicodedata.normalize("NFKC", text))


def decode(number: str) -> PersonalNumber:
    """Read the twelve digits. An unknown place is no refusal (see disagreements()); anything but twelve digits is:
    NumberRefused.
    """
    if not _TWELVE.fullmatch(number):
        raise NumberRefused("Số định danh phải đủ 12 chữ số.")
    place, mark = number[:3], int(number[3])
    century = 20 + mark // 2
    return PersonalNumber(
        text=number,
        place_code=place,
        place_name=BIRTH_PROVINCES[place].name if place in BIRTH_PROVINCES else "",
        abroad=place >= "100",
        sex=FEMALE if mark % 2 else MALE,
        century=century,
        birth_year=(century - 1) * 100 + int(number[4:6]),
    )


def prefix_for(*, place_code: str, sex: str, birth_year: int) -> str:
    """The first six digits a number must have. `sex` is "1" or "2"; years 1900 to 2399."""
    mark = 2 * (birth_year // 100 - 19) + (1 if sex == FEMALE else 0)
    return f"{place_code}{mark}{birth_year % 100:02d}"


def disagreements(
    number: str, *, sex: str | None = None, birth_year: int | None = None, birth_province: str | None = None
) -> list[Disagreement]:
    """Where the number and the record differ, rules D01 to D06. Unknown facts (None, "", sex "0") argue nothing.

    `birth_province` is the old 63-code of the place of birth registration.
    """
    digits = bare(number)
    if not _TWELVE.fullmatch(digits):
        return [Disagreement("D01", f"Số định danh có {len(digits)} ký tự, phải đủ 12 chữ số.", digits, "")]
    read = decode(digits)
    found = [
        _place_unknown(read),
        _century(read, birth_year),
        _sex(read, sex),
        _year(read, birth_year),
        _place(read, birth_province),
    ]
    return [one for one in found if one is not None]


def _place_unknown(read: PersonalNumber) -> Disagreement | None:
    if read.place_known:
        return None
    sentence = f"3 số đầu {read.place_code} không phải mã nơi đăng ký khai sinh."
    return Disagreement("D02", sentence, read.place_code, "")


def _century(read: PersonalNumber, birth_year: int | None) -> Disagreement | None:
    if not birth_year or birth_year // 100 == read.birth_year // 100:
        return None
    first = read.birth_year // 100 * 100
    sentence = f"Số định danh là của người sinh {first}–{first + 99}, hồ sơ ghi sinh {birth_year}."
    return Disagreement("D03", sentence, f"thế kỷ {read.century}", str(birth_year))


def _sex(read: PersonalNumber, sex: str | None) -> Disagreement | None:
    if sex not in _SEX_WORD or sex == read.sex:
        return None
    says, written = _SEX_WORD[read.sex], _SEX_WORD[sex]
    return Disagreement("D04", f"Số định danh là của {says}, hồ sơ ghi {written}.", says, written)


def _year(read: PersonalNumber, birth_year: int | None) -> Disagreement | None:
    if not birth_year or birth_year % 100 == read.birth_year % 100:
        return None
    sentence = f"Số định danh là của người sinh năm {read.birth_year}, hồ sơ ghi {birth_year}."
    return Disagreement("D05", sentence, str(read.birth_year), str(birth_year))


def _place(read: PersonalNumber, birth_province: str | None) -> Disagreement | None:
    if not birth_province or birth_province == read.place_code or not read.place_known:
        return None
    says = read.place_name or f"nước ngoài (mã {read.place_code})"
    written = BIRTH_PROVINCES.name(birth_province)
    return Disagreement("D06", f"Số định danh cho nơi khai sinh {says}, hồ sơ ghi {written}.", says, written)
