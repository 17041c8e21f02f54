"""From text as people type it to the normal forms of record.py. Once a record; the comparing never does it again.

Nothing here is shown or stored as the person's data. Junk ("không rõ", 000000000000, 01/01/1900) becomes "not known".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from accounts.text import accent_key, clean, fold
from registry.matching.record import Record
from registry.matching.text import bare
from registry.values import legacy_fonts, phone
from registry.values.names import is_placeholder
from registry.values.syllables import finish_typing, read, with_tone_in_place

RAW_COLUMNS: Final = (
    "id", "full_name", "birth_date", "sex", "personal_number", "cmnd", "mother_name", "father_name", "commune_code",
    "address", "home_town", "phone",
)  # fmt: skip
"""The columns of a file of people, in any order. All but id and full_name may be empty or missing."""


def normalise(raw: Mapping[str, str]) -> Record:
    """The record of one row. Never raises; what cannot be read is not known."""
    read = raw.get
    number, cmnd = numbers(read("personal_number", ""), read("cmnd", ""))
    address, hamlet = place(read("address", ""))
    return Record(
        read("id", ""),
        name(read("full_name", "")),
        birth(read("birth_date", "")),
        sex(read("sex", "")),
        number,
        cmnd,
        name(read("mother_name", "")),
        name(read("father_name", "")),
        commune(read("commune_code", "")),
        address,
        hamlet,
        home_town(read("home_town", "")),
        telephone(read("phone", "")),
    )


@lru_cache(maxsize=16384)
def commune(code: str) -> str:
    return fold(code)


# ---------------------------------------------------------------------------------------------------------------- names

_FULL_WORDS: Final = {"ng": "nguyên~", "ngx": "nguyên~"}
"""Abbreviations that stand for one name only."""


def name(text: str) -> str:
    """Nguyeenx Văn HÙNG, Ng. Văn Hùng, Nguyễn văn hùng -> "nguyên~ văn hung`"; a name that only holds a place -> ""."""
    words = list(map(_plain_word, text.split()))
    return _odd_name(text) if None in words else " ".join(words)  # type: ignore[arg-type]


@lru_cache(maxsize=65536)
def _plain_word(word: str) -> str | None:
    """The normal form of a word that means the same whatever stands beside it, as nearly all do; None for others.
    Names are new, their words are not."""
    begins_stand_in = unicodedata.normalize("NFC", word.lower()) in _STAND_INS_BEGIN
    return None if read(word) is None or begins_stand_in else _syllables(word)


_STAND_INS_BEGIN: Final = frozenset(("không", "chưa", "vô", "trống", "đang", "bổ", "khong", "chua"))
"""Syllables with which a name that only holds a place begins (is_placeholder); its other beginnings are none."""


def _odd_name(text: str) -> str:
    if is_placeholder(text):
        return ""
    if not text.isascii() and not all(map(read, text.split())):
        flaw = legacy_fonts.encoding_flaw(text)
        text = flaw.proposal if flaw and flaw.proposal else text
    return " ".join(filter(None, map(_syllables, text.split())))


@lru_cache(maxsize=65536)
def _syllables(word: str) -> str:
    """One typed word; a hyphen or an apostrophe inside makes two syllables. Letters of other scripts say nothing."""
    typed = finish_typing(clean(word).strip(".,;")) or word
    key = accent_key(with_tone_in_place(typed) or typed)
    return " ".join(_FULL_WORDS.get(syllable, syllable) for syllable in key.split() if bare(syllable))


# ------------------------------------------------------------------------------------------------------- birth and sex

_ISO: Final = re.compile(r"((?:19|20)\d\d)(?:-(\d\d?)(?:-(\d\d?))?)?")
_VIETNAMESE: Final = re.compile(r"(?:(?:(\d\d?)[/.-])?(\d\d?)[/.-])?((?:19|20)\d\d)")


@lru_cache(maxsize=65536)
def birth(text: str) -> str:
    """1990-05-03, 3/5/1990, 5/1990 and 1990 -> YYYY-MM-DD, YYYY-MM, YYYY. A part that cannot be is left out."""
    text = text.strip()
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _VIETNAMESE.fullmatch(text):
        day, month, year = match.groups()
    else:
        return ""
    if month is None or not 1 <= int(month) <= 12:
        return year
    if day is None or not 1 <= int(day) <= 31:
        return f"{year}-{int(month):02d}"
    full = f"{year}-{int(month):02d}-{int(day):02d}"
    return "" if is_known_junk_birth(full) else full


def is_known_junk_birth(text: str) -> bool:
    """The zero of spreadsheets: read, and known to say nothing."""
    return text.strip() in ("1900-01-01", "01/01/1900")


_SEXES: Final = {"m": "M", "nam": "M", "male": "M", "1": "M", "f": "F", "nu": "F", "female": "F", "2": "F"}


@lru_cache(maxsize=256)
def sex(text: str) -> str:
    """M, F, Nam, Nữ, 1, 2."""
    return _SEXES.get(text) or _SEXES.get(fold(text), "") if text else ""


# ------------------------------------------------------------------------------------------------------------- numbers

_NO_DIGIT: Final = re.compile(r"\D+", re.ASCII)
_COUNTING: Final = "01234567890123456789 98765432109876543210"


def numbers(personal_number: str, cmnd: str) -> tuple[str, str]:
    """(the twelve digits, the nine digits). Each may stand in the other's place; zeros lost in a spreadsheet return."""
    if (not personal_number or _is_plain(personal_number, 12)) and (not cmnd or _is_plain(cmnd, 9)):
        return "" if _is_junk(personal_number) else personal_number, "" if _is_junk(cmnd) else cmnd
    twelve: list[str] = []
    nine: list[str] = []
    for text, is_twelve in ((personal_number, True), (cmnd, False)):
        for part in text.split():
            digits = _NO_DIGIT.sub("", part)
            if is_twelve and len(digits) in (10, 11):
                digits = digits.zfill(12)
            elif not is_twelve and len(digits) == 8:
                digits = digits.zfill(9)
            if not _is_junk(digits):
                (twelve if len(digits) == 12 else nine if len(digits) == 9 else []).append(digits)
    return " ".join(dict.fromkeys(twelve)), " ".join(dict.fromkeys(nine))


def _is_plain(text: str, length: int) -> bool:
    """Whether it is so many digits and nothing else, as nearly all are."""
    return len(text) == length and text.isascii() and text.isdigit()


def _is_junk(digits: str) -> bool:
    """One digit repeated, or counting up or down; of twelve digits also behind the province's three."""
    tail = digits[3:] if len(digits) == 12 else digits
    return tail in _COUNTING or tail == tail[0] * len(tail)


def telephone(text: str) -> str:
    """Ten digits; anything else, and a number of one digit repeated (0900000000), is not known."""
    if not text:
        return ""
    number = text if _is_plain(text, 10) and _MOBILE.match(text) else _mended_phone(text)
    return "" if number[2:] == number[2:3] * (len(number) - 2) or number[1:] in _COUNTING else number


_MOBILE: Final = re.compile("0[35789]")


def _mended_phone(text: str) -> str:
    try:
        return phone.normalise(text)
    except phone.PhoneRefused:
        return ""


# -------------------------------------------------------------------------------------------------------------- places

_SHORT: Final = {
    "tdp": "to", "tp": "", "kp": "khu pho", "kdc": "khu dan cu", "d": "", "duong": "", "pho": "", "sn": "", "so": "",
    "nha": "", "p": "", "x": "", "h": "", "q": "", "t": "", "phuong": "", "xa": "", "huyen": "", "quan": "", "tinh": "",
    "tt": "", "tx": "", "ng": "ngo", "ngach": "ngo", "hem": "ngo", "kiet": "ngo", "ap": "thon", "xom": "thon",
    "ban": "thon", "buon": "thon", "lang": "thon", "khom": "to", "khoi": "to", "khu": "khu", "doi": "thon",
}  # fmt: skip
"""What a word of an address comes to: abbreviations in full, words that only announce a name away."""

_TWO_WORDS: Final = {
    "to dan pho": "to",
    "thanh pho": "",
    "thi tran": "",
    "thi xa": "",
    "khu pho": "khu",
    "to dan cu": "to",
}
_PAIRS: Final = re.compile(r"\b(?:to dan pho|to dan cu|thanh pho|thi tran|thi xa|khu pho)\b")
_HAMLETS: Final = ("thon", "to", "khu")
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_STUCK: Final = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z]{2})")
_PARTS: Final = re.compile(r"[,;\n]|\s-\s")
_UNIT: Final = re.compile(
    r"\s*(?:x[aã]\b|x\.|ph[uư][oơ]ng\b|ph[uư]ờng\b|p\.|th[iị] tr[aấ]n\b|tt\.|huy[eệ]n\b|h\.|qu[aậ]n\b|q\.|t[iỉ]nh\b|"
    r"th[aà]nh ph[oố]\b|tp\b|th[iị] x[aã]\b|tx\b)",
    re.IGNORECASE,
)
"""A part of an address that names a commune or something larger."""


class _Part(NamedTuple):
    """What one part of a line, between commas, says. `hamlet` is "" when it names none."""

    words: tuple[str, ...]
    hamlet: str
    is_unit: bool


def place(text: str) -> tuple[str, str]:
    """(the line, the hamlet). "SN 05, TDP 03, P. Mường Thanh" -> ("3 5 muong thanh to", "to 3")."""
    if not text:
        return "", ""
    words: list[str] = []
    hamlet = ""
    for part in map(_part, _parts(text)):
        if words and part.is_unit:
            break  # the commune has a column of its own, and half of the lines leave it out
        hamlet = hamlet or part.hamlet
        words += part.words
    words.sort()
    return " ".join(words), hamlet


def _parts(text: str) -> list[str]:
    """Parted at commas, semicolons, lines and lone hyphens."""
    return _PARTS.split(text) if "-" in text or ";" in text or "\n" in text else text.split(",")


@lru_cache(maxsize=65536)
def _part(text: str) -> _Part:
    words = _place_words(text.strip())
    names_hamlet = len(words) > 1 and words[0] in _HAMLETS
    return _Part(words, " ".join(words) if names_hamlet else "", _UNIT.match(text) is not None)


def _place_words(part: str) -> tuple[str, ...]:
    letters = fold(_DOTTED.sub(r"\1 ", _HAMLET_CUT.sub("ấp ", part)))
    letters = _PAIRS.sub(lambda match: _TWO_WORDS[match[0]], letters)
    words = [word for token in _STUCK.sub(" ", letters).split() for word in _SHORT.get(token, token).split()]
    return tuple(
        (word.lstrip("0") or "0") if word.isdigit() else _ROMAN.get(word, word) if before in _HAMLETS else word
        for before, word in zip(["", *words], words, strict=False)
    )


_HAMLET_CUT: Final = re.compile(r"^[Aa]\.\s*")
_DOTTED: Final = re.compile(r"\b([A-Za-z]{1,3})\.")


@lru_cache(maxsize=65536)
def home_town(text: str) -> str:
    """Parts from small to large, joined by commas: "Xã Đồng Tiến, tỉnh Hưng Yên" -> "dong tien,hung yen"."""
    if not text or is_placeholder(text):
        return ""
    return ",".join(" ".join(part.words) for part in map(_part, _parts(text)) if part.words)
