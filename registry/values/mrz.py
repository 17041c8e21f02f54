"""The machine readable lines on the back of an identity card: three lines of thirty (ICAO 9303 part 5, TD1).

Line 1  IDVNM, the last nine digits of the personal number, check, the whole number, "<<", check over those fourteen
Line 2  birth YYMMDD, check, sex, expiry YYMMDD, check, VNM, eleven "<", check over all that was checked
Line 3  SURNAME<<GIVEN<NAMES without marks
Check digits weigh 7-3-1. Source: facts 8.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from accounts.text import title_case
from registry.codes import FEMALE, MALE
from registry.values import personal_number
from registry.values.partial_date import DateRefused, PartialDate

WIDTH: Final = 30
LINES: Final = 3
LONGEST: Final = 400
NO_EXPIRY: Final = "991231"

DOCUMENT, NUMBER, BIRTH, EXPIRY, COMPOSITE = "document", "number", "birth", "expiry", "composite"
_SENTENCES: Final = {
    DOCUMENT: "Số thẻ (9 chữ số cuối) ở dòng 1 sai số kiểm tra.",
    NUMBER: "Số định danh ở dòng 1 sai số kiểm tra.",
    BIRTH: "Ngày sinh ở dòng 2 sai số kiểm tra.",
    EXPIRY: "Ngày hết hạn ở dòng 2 sai số kiểm tra.",
    COMPOSITE: "Số kiểm tra chung ở cuối dòng 2 không khớp.",
}
_DIGIT_FOR: Final = str.maketrans("OQDILZSGB", "000112568")
_LETTER_FOR: Final = str.maketrans("01", "OI")
_FILLERS: Final = str.maketrans({"«": "<<", "‹": "<", "〈": "<", "＜": "<", "≪": "<<"})


class MrzRefused(ValueError):
    """The text is no MRZ of a Vietnamese identity card; the message is the sentence the officer reads."""


@dataclass(frozen=True, slots=True)
class Mrz:
    """What the three lines say. `expires_on` is None for a card without expiry (`no_expiry`) and when not readable.

    `failed` names the check digits that do not agree; `sentences` says them, and other contradictions, for the officer.
    """

    number: str
    birth: PartialDate | None
    sex: str
    expires_on: date | None
    no_expiry: bool
    surname: str
    given: str
    failed: tuple[str, ...]
    sentences: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        return not self.sentences

    @property
    def full_name(self) -> str:
        """Surname and given names, without marks: to compare folded, never to be stored as the name."""
        return f"{self.surname} {self.given}".strip()


def looks_like_mrz(text: str) -> bool:
    return bool(re.match(r"\s*[I1]\s*D\s*V\s*N\s*M\s*[0-9OQDILZSGB<]", text[:LONGEST], re.IGNORECASE))


def read(text: str) -> Mrz:
    """Read three lines of thirty, or all ninety in one; spaces and small letters do not matter.

    Letters that look like digits are taken as digits only where the check digit then agrees. A check digit that fails
    is no refusal (see Mrz.failed). Raises MrzRefused.
    """
    first, second, third = _lines(text)
    checked = {
        DOCUMENT: (first[5:14], first[14]),
        NUMBER: (first[15:29], first[29]),
        BIRTH: (second[:6], second[6]),
        EXPIRY: (second[8:14], second[14]),
    }
    failed, fields, composite = [], {}, ""
    for name, (field, check) in checked.items():
        fields[name], agrees = _checked(field, check)
        composite += fields[name] + _digits(check)
        if not agrees:
            failed.append(name)
    if _value(_digits(second[29])) != check_digit(composite + second[18:29]):
        failed.append(COMPOSITE)
    return _read_fields(fields, second[7], third, tuple(failed))


def check_digit(field: str) -> int:
    """The 7-3-1 sum modulo 10: digits count as themselves, A to Z as 10 to 35, "<" as 0."""
    return sum(_value(char) * weight for char, weight in zip(field, itertools.cycle((7, 3, 1)), strict=False)) % 10


# --- Lines and fields -----------------------------------------------------------------------------------------------


def _lines(text: str) -> tuple[str, str, str]:
    if len(text) > LONGEST:
        raise MrzRefused("Dài quá ba dòng MRZ của thẻ. Nhập lại đúng ba dòng, mỗi dòng 30 ký tự.")
    lines = [_plain(line) for line in re.split(r"[\r\n\t]+", text)]
    lines = [line for line in lines if line]
    if len(lines) == 1:
        lines = [lines[0][at : at + WIDTH] for at in range(0, len(lines[0]), WIDTH)]
    if len(lines) != LINES:
        raise MrzRefused(f"Cần đủ ba dòng MRZ, đang có {len(lines)}.")
    first, second, third = lines
    if first[:5].translate(_LETTER_FOR) != "IDVNM":
        raise MrzRefused("Chỉ đọc dòng MRZ của thẻ căn cước Việt Nam, dòng 1 bắt đầu bằng IDVNM.")
    for at, line in enumerate((first, second), start=1):
        if len(line) != WIDTH:
            raise MrzRefused(f"Dòng {at} của MRZ phải đủ {WIDTH} ký tự, đang có {len(line)}.")
    if len(third) > WIDTH:
        raise MrzRefused(f"Dòng 3 của MRZ phải đủ {WIDTH} ký tự, đang có {len(third)}.")
    if odd := re.search("[^A-Z0-9<]", first + second + third):
        raise MrzRefused(f"MRZ chỉ gồm chữ cái không dấu, chữ số và dấu <; có ký tự lạ “{_shown(odd[0])}”.")
    return first, second, third.ljust(WIDTH, "<")


def _plain(line: str) -> str:
    return re.sub(r"[\s\x00\ufeff]+", "", line.translate(_FILLERS)).upper()


def _shown(char: str) -> str:
    return char if char.isprintable() else f"U+{ord(char):04X}"


def _checked(field: str, check: str) -> tuple[str, bool]:
    """The field, its digits put right where they must be, and whether the check digit agrees.

    A letter in a field of digits is itself a failure, even where its sum happens to agree.
    """
    wanted = _digits(check)
    if not re.search("[A-Z]", field):
        return field, _value(wanted) == check_digit(field) and wanted.isdigit()
    mended = _digits(field)
    agrees = not re.search("[A-Z]", mended) and wanted.isdigit() and _value(wanted) == check_digit(mended)
    return (mended, True) if agrees else (field, False)


def _digits(field: str) -> str:
    return field.translate(_DIGIT_FOR)


def _value(char: str) -> int:
    if char.isdigit():
        return int(char)
    return 0 if char == "<" else ord(char) - ord("A") + 10


def _read_fields(fields: dict[str, str], sex: str, names: str, failed: tuple[str, ...]) -> Mrz:
    number = fields[NUMBER].rstrip("<")
    sentences = [_SENTENCES[name] for name in failed]
    if not re.fullmatch(r"[0-9]{12}", number):
        raise MrzRefused("Không đọc được 12 chữ số của số định danh ở dòng 1.")
    if DOCUMENT not in failed and fields[DOCUMENT] != number[3:]:
        sentences.append("Chín chữ số của thẻ ở dòng 1 không phải phần cuối của số định danh.")
    decoded = personal_number.decode(number)
    birth = _birth(fields[BIRTH], decoded.birth_year // 100 * 100, sentences)
    if birth and birth.year != decoded.birth_year:
        sentences.append(f"Ngày sinh ở dòng 2 không hợp với số định danh (sinh {decoded.birth_year}).")
    said = {"M": MALE, "F": FEMALE}.get(sex, "")
    if said and said != decoded.sex:
        sentences.append("Giới tính ở dòng 2 không hợp với số định danh.")
    surname, _, given = names.rstrip("<").partition("<<")
    no_expiry = fields[EXPIRY] == NO_EXPIRY
    return Mrz(
        number=number,
        birth=birth,
        sex=said,
        expires_on=None if no_expiry else _expiry(fields[EXPIRY], sentences),
        no_expiry=no_expiry,
        surname=_name(surname),
        given=_name(given),
        failed=failed,
        sentences=tuple(sentences),
    )


def _birth(field: str, century: int, sentences: list[str]) -> PartialDate | None:
    """YYMMDD in the century of the number; "<<" or 00 stands for a month or a day that is not known (ICAO 9303)."""
    match = re.fullmatch(r"([0-9]{2})([0-9]{2}|<<)([0-9]{2}|<<)", field)
    if match is None:
        sentences.append("Không đọc được ngày sinh ở dòng 2.")
        return None
    year, month, day = (int(part) if part != "<<" else 0 for part in match.groups())
    try:
        return PartialDate(century + year, month or None, day or None)
    except DateRefused as refused:
        sentences.append(f"Ngày sinh ở dòng 2: {refused}")
        return None


def _expiry(field: str, sentences: list[str]) -> date | None:
    """Cards with these lines are of 2021 and later: every expiry lies in this century."""
    try:
        return date(2000 + int(field[:2]), int(field[2:4]), int(field[4:6]))
    except ValueError:
        sentences.append("Không đọc được ngày hết hạn ở dòng 2.")
        return None


def _name(part: str) -> str:
    return title_case(" ".join(part.replace("<", " ").split()))
