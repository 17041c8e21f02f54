"""Personal numbers, CMND and telephone numbers as spreadsheets leave them."""

import re
from dataclasses import dataclass
from typing import Final

from registry.codes import BIRTH_PROVINCES
from registry.values import cmnd as cmnd_values
from registry.values import personal_number, phone
from registry.values.personal_number import PersonalNumber, bare

FIRST_BIRTH_YEAR: Final = 1900
_SHORTENED: Final = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_GROUPS: Final = re.compile(r"\d+")
_BETWEEN_PHONES: Final = re.compile(r"\s*(?:[;,\n|]|\s-\s|/|\bhoặc\b|\bvà\b)\s*", re.IGNORECASE)
_FRINGE: Final = re.compile(r"^(?:số|so|sđt|đt|tel|cccd|cmnd|cmt|cc|đdcn|[:'`’.\s])+|[.'`’\s]+$", re.IGNORECASE)

LOST_DIGITS: Final = "Excel đã rút gọn số thành “{text}”, mất các chữ số cuối; lấy lại số từ tệp gốc."
WHY_EXACT: Final = "Excel viết số dạng rút gọn nhưng còn đủ chữ số; viết lại đủ."
WHY_ZEROS: Final = "Số định danh mất số 0 ở đầu; khớp mã nơi khai sinh{agrees}."
NO_ZEROS: Final = "Số có {length} chữ số; nếu thêm số 0 ở đầu thì thành {candidate}, nhưng {but}."
WHY_CMND: Final = "CMND mất số 0 ở đầu; cả cột lưu dạng số."
CMND_SHORT: Final = "Số CMND có 8 chữ số; có thể mất số 0 ở đầu (0{text}), đối chiếu giấy tờ rồi ghi lại."
WHY_POINT: Final = "Bỏ phần “{tail}” do Excel thêm."


@dataclass(frozen=True, slots=True)
class NumberRead:
    """`text` the digits, or the cell as it came; `why` a repair; `code` and `said` what stops it."""

    text: str
    why: str = ""
    code: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the row says of the person beside the number; `sex` "1", "2" or ""."""

    year: int | None = None
    sex: str = ""


def digits_of(text: str) -> NumberRead:
    """The digits of a cell, whole where Excel wrote them short; anything else as it came."""
    plain = _FRINGE.sub("", text)
    if match := _SHORTENED.fullmatch(plain):
        shown, length = match[1] + (match[2] or ""), int(match[3]) + 1
        if len(shown) != length:
            return NumberRead(text, code="scientific", said=LOST_DIGITS.format(text=text))
        return NumberRead(shown, WHY_EXACT)
    if match := re.fullmatch(r"(\d{7,})([.,]0{1,2})", plain):
        return NumberRead(match[1], WHY_POINT.format(tail=match[2]))
    digits = bare(plain)
    return NumberRead(digits if digits.isascii() and digits.isdigit() else text)


def read_personal(text: str, known: Known) -> NumberRead:
    """A personal number. Zeros lost in front come back only when the number then fits all that the row says."""
    read = digits_of(text)
    if read.code or len(read.text) not in (10, 11) or not read.text.isdigit():
        return read
    candidate = read.text.zfill(12)
    but = _hindrance(candidate, known, typed_zero=read.text.startswith("0"))
    if but:
        said = NO_ZEROS.format(length=len(read.text), candidate=candidate, but=but)
        return NumberRead(text, code="lost_zeros", said=said)
    facts = ["năm sinh"] * bool(known.year) + ["giới tính"] * bool(known.sex)
    return NumberRead(candidate, WHY_ZEROS.format(agrees=f", {', '.join(facts)} trên dòng" if facts else ""))


def _hindrance(candidate: str, known: Known, *, typed_zero: bool) -> str:
    """Why the number with its zeros is not certain, "" when it is."""
    found = personal_number.decode(candidate)
    if found.place_code not in BIRTH_PROVINCES:
        return f"không có mã nơi khai sinh {found.place_code}"
    if known.year and found.birth_year != known.year:
        return f"số đó là của người sinh năm {found.birth_year}, dòng ghi {known.year}"
    if known.sex and found.sex != known.sex:
        return f"số đó là của {'nam' if found.sex == '1' else 'nữ'}"
    if not FIRST_BIRTH_YEAR <= found.birth_year <= 2099 or (typed_zero and not (known.year and known.sex)):
        return "dòng không có gì để đối chiếu chắc chắn"
    return ""


def read_cmnd(text: str, *, is_numeric: bool) -> NumberRead:
    read = digits_of(text)
    if read.code or len(read.text) != 8 or not read.text.isdigit():
        return read
    if is_numeric and cmnd_values.issuer_hint("0" + read.text):
        return NumberRead("0" + read.text, WHY_CMND)
    return NumberRead(text, code="cmnd_short", said=CMND_SHORT.format(text=read.text))


def both_of(text: str) -> tuple[str, str] | None:
    """(personal number, CMND) when a cell holds one of each."""
    groups = _GROUPS.findall(re.sub(r"(?<=\d)[ .](?=\d)", "", text))
    lengths = sorted(len(one) for one in groups)
    if lengths != [9, 12]:
        return None
    return max(groups, key=len), min(groups, key=len)


def decoded(text: str) -> PersonalNumber | None:
    """What a whole personal number says, None for any other text."""
    digits = bare(_FRINGE.sub("", text))
    if len(digits) != 12 or not digits.isascii() or not digits.isdigit():
        return None
    found = personal_number.decode(digits)
    return found if found.place_known and found.century in (20, 21) else None


# --- telephones ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PhoneRead:
    text: str
    why: str = ""
    others: tuple[str, ...] = ()
    code: str = ""
    said: str = ""


def read_phone(text: str) -> PhoneRead:
    """The first telephone number of a cell; `others` are those beside it."""
    parts = [part for part in _BETWEEN_PHONES.split(text) if len(_GROUPS.sub("", part)) < len(part)]
    if len(parts) > 1 and all(len("".join(_GROUPS.findall(part))) >= 8 for part in parts):
        first = read_phone(parts[0])
        rest = tuple(read_phone(part).text for part in parts[1:])
        return PhoneRead(first.text, first.why, rest, first.code, first.said)
    read = digits_of(text)
    if read.code:
        return PhoneRead(text, code=read.code, said=read.said)
    typed = bare(_FRINGE.sub("", text)) if not read.why else read.text
    try:
        number = phone.normalise(typed)
    except phone.PhoneRefused:
        return PhoneRead(text)
    plain = re.sub(r"[()]", "", typed)
    return PhoneRead(number, read.why or _why_phone(plain, number))


def _why_phone(typed: str, number: str) -> str:
    if typed == number:
        return ""
    if "0" + typed == number:
        return "Số điện thoại mất số 0 ở đầu."
    if typed.startswith(("+84", "84", "0084")) and typed.endswith(number[1:]):
        return "Đổi mã quốc gia 84 thành số 0."
    return "Đầu số 11 chữ số cũ, đổi theo bảng chuyển đổi ngày 15/9/2018."
