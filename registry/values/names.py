"""Names of people: how they split into họ, đệm and tên in each ethnic group, and what is wrong with one as written.

`ethnic_group` is the code of QĐ 121 everywhere (registry.codes.ETHNIC_GROUPS); None means unknown. A flaw carries a
proposal when one can be made; only the officer accepts it. Law: BLDS 2015 Đ26; orders of names: facts 7.5.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from accounts.text import clean, person_sort_key, title_case
from registry.codes import FEMALE, MALE
from registry.values.legacy_fonts import encoding_flaw
from registry.values.syllables import finish_typing, with_tone_in_place

MAX_LENGTH: Final = 100

FOREIGN: Final = "55"
KHMER, GIA_RAI, EDE, BA_NA, XO_DANG, CO_HO, CHAM = "05", "10", "12", "13", "14", "16", "17"
MNONG, RAGLAI, XTIENG, CO_TU, GIE_TRIENG, MA, CHU_RU = "20", "21", "22", "26", "27", "28", "36"

OWN_SPELLING: Final = frozenset(
    {KHMER, GIA_RAI, EDE, BA_NA, XO_DANG, CO_HO, CHAM, MNONG, RAGLAI, XTIENG, CO_TU, GIE_TRIENG, MA, CHU_RU}
    | {"19", "23", "29", "30", "31", "32", "52", "53", "54", FOREIGN}
)
"""Groups (and foreigners) whose names keep the letters of their own language; no Vietnamese spelling check there."""

NO_FIXED_SURNAME: Final = frozenset({KHMER, EDE, BA_NA, XO_DANG, CO_HO, CHAM, MNONG, XTIENG, GIE_TRIENG, MA, CHU_RU})
"""Groups in which a child need not carry a word of the father's name; rule D21 is silent there."""

_EDE_SURNAMES: Final = (
    "niê kdăm", "buôn yă", "buôn krông", "niê", "mlô", "êban", "kbuôr", "byă", "ayun", "ađrơng", "knul", "hmok", "kđoh",
    "êñuôl", "mdrang", "krông", "kdăm", "buôn dap", "hwing", "hđơk", "ktla", "kriêng", "bkrông", "hra", "hlong",
    "êčăm", "arul", "kpơr", "ksơr",
)  # fmt: skip
_TWO_WORD_SURNAMES: Final = frozenset(
    [
        "rơ châm", "rơ mah", "rah lan", "rơ lan", "rơ ông", "rơ com", "kơ să", "ka să", "liêng hót", "lơ mu",
        "tou prong", "pi năng", "ca tơr", "ka tơr", "bo bo", "tà yên", "a lăng", "a viết", "zơ râm",
        "tôn thất", "tôn nữ",
    ]
)  # fmt: skip
_BARE_MARKERS: Final = {
    (group, word): sex
    for groups, words in (
        ((BA_NA, XO_DANG, GIE_TRIENG), {"a": MALE, "y": FEMALE}),
        ((EDE, MNONG), {"y": MALE}),
        ((CO_HO, MA), {"ka": FEMALE}),
        ((CHU_RU,), {"ya": MALE, "ma": FEMALE}),
        ((MNONG, XTIENG), {"thị": FEMALE, "điểu": MALE}),
        ((KHMER,), {"chau": MALE, "néang": FEMALE, "neáng": FEMALE, "thị": FEMALE}),
    )
    for group in groups
    for word, sex in words.items()
}
"""First words that tell the sex and are no surname. Y is a man's among the Ê Đê and a woman's among the Xơ Đăng."""


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name taken apart. A group without surnames has "" there."""

    surname: str
    middle: str
    given: str

    def sort_key(self) -> str:
        """By tên, họ, đệm; for a column compared as bytes."""
        return person_sort_key(given=self.given, surname=self.surname, middle=self.middle)


def split_name(full_name: str, ethnic_group: str | None = None) -> NameParts:
    """Họ, đệm and tên of a name, by the order its ethnic group writes. A proposal: the officer may correct it.

    "Nguyễn Thị Mẫu Lan" -> Nguyễn / Thị Mẫu / Lan; Ê Đê "Y Thuyên Niê" -> Niê / Y / Thuyên;
    Xơ Đăng "A Nhiu" -> "" / A / Nhiu.
    """
    words = full_name.split()
    if len(words) < 2:
        return NameParts("", "", full_name.strip())
    if _surname_stands_last(words, ethnic_group):
        return _split_surname_last(words)
    if ethnic_group is not None and (ethnic_group, words[0].lower()) in _BARE_MARKERS:
        keeps = words[0].lower() == "điểu"  # Điểu is handed on like a surname
        return NameParts(words[0] if keeps else "", " ".join(words[1:-1] if keeps else words[:-1]), words[-1])
    length = 2 if len(words) > 2 and " ".join(words[:2]).lower() in _TWO_WORD_SURNAMES else 1
    return NameParts(" ".join(words[:length]), " ".join(words[length:-1]), words[-1])


def _surname_stands_last(words: list[str], ethnic_group: str | None) -> bool:
    """Ê Đê order: marked by Y or H' in front; without a known group a known Ê Đê surname at the end must confirm it."""
    if not re.match(r"(?:y$|h'|h$)", words[0].lower()):
        return False
    if ethnic_group in (EDE, MNONG):
        return len(words) > 2 or words[0].lower() not in ("y", "h'", "h")
    return ethnic_group is None and words[-1].lower() in _EDE_SURNAMES


def _split_surname_last(words: list[str]) -> NameParts:
    marked = words[0].lower() in ("y", "h'", "h")
    most = len(words) - (2 if marked else 1)
    length = 2 if most >= 2 and " ".join(words[-2:]).lower() in _EDE_SURNAMES else 1
    front = words[:-length]
    return NameParts(" ".join(words[-length:]), " ".join(front[:-1]), front[-1])


def marked_sex(full_name: str, *, ethnic_group: str | None = None) -> str | None:
    """The sex ("1", "2") the middle word Văn or Thị speaks for, or the marker of the ethnic group; None when nothing
    speaks.

    A first word Thị is no middle word. True exceptions among men with Thị are 0.07 %, so this only ever warns. Rule
    D12.
    """
    words = full_name.lower().split()
    if words and ethnic_group in OWN_SPELLING:
        return _ethnic_marker(words[0], ethnic_group or "")
    middles = words[1:-1]
    if "thị" in middles and "văn" not in middles:
        return FEMALE
    return MALE if "văn" in middles and "thị" not in middles else None


def _ethnic_marker(first: str, ethnic_group: str) -> str | None:
    if first.startswith("h'") and ethnic_group in (EDE, GIA_RAI, MNONG):
        return FEMALE
    if first.startswith("k'") and ethnic_group in (CO_HO, MA):
        return MALE
    return _BARE_MARKERS.get((ethnic_group, first))


# ---------------------------------------------------------------------------------------------------------------- flaws


@dataclass(frozen=True, slots=True)
class NameFlaw:
    """One thing wrong with a name. `word` is the part meant; `proposal` the whole name mended, "" when only a person
    can tell.
    """

    rule: str
    word: str
    sentence: str
    proposal: str = ""


def flaws(full_name: str, *, ethnic_group: str | None = None) -> list[NameFlaw]:
    """What is wrong with a name: rules S15, S16, S18, S19, S20, S22, S23, S24. A broken encoding or a stand-in hides
    the rest.
    """
    if is_placeholder(full_name):
        return [NameFlaw("S24", full_name, "Đây là giá trị giữ chỗ, không phải họ tên.")]
    if broken := encoding_flaw(full_name):
        source = "phông TCVN3/VNI" if broken.rule == "S15" else "mã UTF-8"
        return [NameFlaw(broken.rule, full_name, f"Chữ bị lỗi {source}.", broken.proposal)]
    return [
        *_strange(full_name),
        *_shortened(full_name, ethnic_group),
        *_spelling(full_name, ethnic_group),
        *_capitals(full_name),
    ]


_DOT_IN_NAME: Final = re.compile(r"(?<=[HhKk])'?\.|(?<=')\.")


@lru_cache(maxsize=4096)
def _allowed(char: str) -> bool:
    if char in " '’-":
        return True
    return char.isalpha() and unicodedata.name(char, "").startswith("LATIN")


def strange_characters(full_name: str) -> list[str]:
    """The characters a name may not hold: digits, signs, letters of other scripts (a Cyrillic а looks like ours). Rule
    S18.
    """
    text = clean(_DOT_IN_NAME.sub("", full_name))  # spaces and hidden characters are rule S17
    text = re.sub(r"(?<=[^\W\d_])\.", "", text)  # the dot of an abbreviation is rule S23
    return sorted({char for char in text if not _allowed(char)})


def _strange(full_name: str) -> Iterator[NameFlaw]:
    if found := strange_characters(full_name):
        shown = " ".join(char if char.isprintable() and not char.isspace() else f"U+{ord(char):04X}" for char in found)
        yield NameFlaw("S18", shown, f"Họ tên có chữ số hoặc ký hiệu lạ: {shown}")


_TITLES: Final = frozenset(
    [
        "bà",
        "chị",
        "anh",
        "cụ",
        "chú",
        "bác",
        "thầy",
        "dì",
        "mợ",
        "thím",
        "cháu",
        "bé",
        "con",
        "nhỏ",
        "em",
        "mr",
        "mrs",
        "ms",
        "bs",
        "ts",
    ]
)
_TITLES_BEFORE_SURNAME: Final = frozenset(["ông", "cô", "cậu"])
_COMMON_SURNAMES: Final = frozenset(
    [
        "nguyễn",
        "trần",
        "lê",
        "phạm",
        "hoàng",
        "huỳnh",
        "phan",
        "vũ",
        "võ",
        "đặng",
        "bùi",
        "đỗ",
        "hồ",
        "ngô",
        "dương",
        "lý",
    ]
)
_SHORT: Final = re.compile(r"[^\W\d_]{1,4}\.(?=\s|$|[^\W\d_])|(?<!\S)[BCDĐGHKLMNPQRSTVX](?!\S)")


def _shortened(full_name: str, ethnic_group: str | None) -> Iterator[NameFlaw]:
    """Rule S23. Ông is also a Chăm and Hoa surname: it is a title only before a common surname."""
    words = full_name.lower().split()
    if match := re.search(r"\(.*", full_name):
        yield NameFlaw("S23", match[0], "Họ tên có phần trong ngoặc.")
    if (match := _SHORT.search(full_name)) and ethnic_group not in OWN_SPELLING:
        yield NameFlaw("S23", match[0], f"Họ tên viết tắt: {match[0]}")
    if len(words) < 2 or ethnic_group in OWN_SPELLING:
        return
    if words[0] in _TITLES or (words[0] in _TITLES_BEFORE_SURNAME and words[1] in _COMMON_SURNAMES):
        yield NameFlaw("S23", full_name.split()[0], "Họ tên có danh xưng ở đầu.", " ".join(full_name.split()[1:]))


def _spelling(full_name: str, ethnic_group: str | None) -> Iterator[NameFlaw]:
    """Rules S19 and S20, only for names spelt in Vietnamese."""
    if ethnic_group in OWN_SPELLING or "'" in full_name:
        return
    yield from _per_word(full_name, "S19", finish_typing, "Còn sót phím gõ Telex/VNI: {}")
    yield from _per_word(full_name, "S20", with_tone_in_place, "Dấu thanh đặt sai chữ: {}")


def _per_word(full_name: str, rule: str, mend: Callable[[str], str | None], sentence: str) -> Iterator[NameFlaw]:
    words = full_name.split()
    mended = [mend(word) for word in words]
    wrong = [word for word, better in zip(words, mended, strict=True) if better]
    if wrong:
        proposal = " ".join(better or word for word, better in zip(words, mended, strict=True))
        yield NameFlaw(rule, wrong[0], sentence.format(", ".join(wrong)), proposal)


def telex_leftovers(full_name: str) -> str | None:
    """The name with unfinished keyboard input finished, None when there is none. Rule S19."""
    return next((flaw.proposal for flaw in _per_word(full_name, "S19", finish_typing, "{}")), None)


def misplaced_tones(full_name: str) -> str | None:
    """The name with tones on the right letters, None when they are. Old and new style (hòa, hoà) are both right. Rule
    S20.
    """
    return next((flaw.proposal for flaw in _per_word(full_name, "S20", with_tone_in_place, "{}")), None)


def _capitals(full_name: str) -> Iterator[NameFlaw]:
    """Rule S22. A capital inside a word (K'Brêu, Chamaléa) and a small letter behind an apostrophe are right."""
    wrong = [word for word in full_name.split() if _wrong_capitals(word)]
    if wrong:
        proposal = " ".join(title_case(word) if _wrong_capitals(word) else word for word in full_name.split())
        yield NameFlaw("S22", wrong[0], f"Viết hoa chưa đúng: {', '.join(wrong)}", proposal)


def _wrong_capitals(word: str) -> bool:
    letters = [char for char in word if char.isalpha()]
    if not letters or title_case(word) == word:
        return False
    plain = [char for char in letters if char.upper() != char.lower()]
    return bool(plain) and (
        plain[0].islower() or (len(plain) > 2 and all(char.isupper() for char in plain)) or len(plain) == 2
    )


# ------------------------------------------------------------ stand-ins

_STAND_IN: Final = re.compile(
    r"(?:không|chưa) (?:rõ|biết|có|xác định|đặt tên|có tên|có thông tin|nhớ|khai)|không tên|vô danh|không|trống"
    r"|đang cập nhật|bổ sung sau"
)
_STAND_IN_PLAIN: Final = re.compile(
    r"(?:khong|chua) (?:ro|biet|co|xac dinh|dat ten|co ten|co thong tin|nho|khai)|khong ten|khong"
    r"|unknown|null|none|noname|(?:test|xx|asd|qwe|abc)[a-z0-9 ]*"
)
_STAND_IN_SIGNS: Final = re.compile(
    r"[\s.…\-_?*/xX]*(?:[.…\-_?*]{1,}|[xX]{2,})[\s.…\-_?*/xX]*|n\s*/\s*a|k\s*/?\s*r\.?", re.IGNORECASE
)
_COUNTING: Final = "01234567890123456789"


def is_placeholder(text: str) -> bool:
    """Whether the text only holds a place: không rõ, test, xxx, …, n/a, 000000000, 123456789. Of use for any field.
    Rule S24.
    """
    typed = text.strip()
    if not typed:
        return False
    if _STAND_IN_SIGNS.fullmatch(typed):
        return True
    digits = re.sub(r"[\s.\-]", "", typed)
    if digits.isdigit():
        return len(digits) >= 6 and (len(set(digits)) == 1 or (len(digits) >= 8 and digits in _COUNTING))
    low = " ".join(unicodedata.normalize("NFC", typed.lower()).split())
    # Accents count where they were typed: Võ Danh and Khổng Nho are names.
    return (_STAND_IN_PLAIN if low.isascii() else _STAND_IN).fullmatch(low) is not None
