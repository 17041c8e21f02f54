"""Vietnamese text as the whole portal stores, searches and sorts it.

The database keeps neither ICU nor unaccent, so the search keys and the sort keys are made here, stored in columns, and
compared as plain bytes (COLLATE "C"). Nothing in this file guesses: what clean() changes cannot change what a reader
sees.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# ------------------------------------------------------------ characters

APOSTROPHES: Final = "\u2019\u2018`\u00b4\u02bc\u2032\uff07"
_HIDDEN_CLASS: Final = (
    "\\u0000-\\u0008\\u000e-\\u001b\\u007f-\\u0084\\u0086-\\u009f"  # control characters that are not white space
    "\\u00ad\\u034f\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufe00-\\ufe0f\\ufeff\\ufff9-\\ufffb\\ud800-\\udfff"
)
_HIDDEN: Final = re.compile(f"[{_HIDDEN_CLASS}]")
_SPACES: Final = re.compile(r"\s+")
_LETTER: Final = r"[^\W\d_\u02bc]"
_APOSTROPHE: Final = re.compile(rf"(?<={_LETTER})[{APOSTROPHES}](?={_LETTER})|(?<=\b[HhKk])[{APOSTROPHES}](?=\s)")

# Letters that only Vietnamese spelling has (a text holding one is no Icelandic and no legacy font text).
_VIETNAMESE_LETTER: Final = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]|\\b[HhKk][" + "'" + APOSTROPHES + "]")
_D_TO: Final = {"\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ", "\u0256": "đ"}
_D_LIKE: Final = re.compile("[\u00d0\u0189\u00f0\u0256]")
_D_SURE: Final = re.compile(
    # First in its word and before a vowel, r or the end of the word, as every Vietnamese Đ is; or in QÐ, NÐ, HÐND.
    "(?<!\\w)[\u00d0\u0189\u00f0\u0256](?=[aeiouyrăâêôơưAEIOUYRĂÂÊÔƠƯ\u00c0-\u00c3\u00c8-\u00ca\u00cc\u00cd\u00d2-\u00d5\u00d9"
    "\u00da\u00dd\u00e0-\u00e3\u00e8-\u00ea\u00ec\u00ed\u00f2-\u00f5\u00f9\u00fa\u00fd\u0128\u0129\u0168\u0169\u1ea0-\u1ef9]|\\W|$)"
    "|(?<=\\b[QNHCGL])[\u00d0\u0189](?=[A-Z]|\\W|$)"
)

# Text of the old 8-bit fonts, or UTF-8 read as cp1252: there a soft hyphen is "ư", a no-break space half of "à".
_MOJIBAKE: Final = re.compile(
    "\u00e1[\u00ba\u00bb][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    "|[\u00c3\u00c4\u00c5\u00c6][\u0080-\u009f\u00a0-\u00bf\u2013-\u203a\u20ac\u2122\u0192\u02c6\u02dc\u0152\u0153\u0160\u0161]"
)
_OLD_FONT: Final = re.compile(
    "(?<=[A-Za-z])[\u00a1-\u00ac\u00ae\u00b5-\u00be]|[\u00a1-\u00ac\u00ae\u00b5\u00b6\u00b8\u00b9\u00bb-\u00be](?=[A-Za-z])"
    # A soft hyphen right behind the consonant that begins a word stands for "ư": "H\u00adng" is Hưng.
    "|(?<=[bcdghklmnprstvxBCDGHKLMNPRSTVX\u00ae\u00a7])\u00ad(?=[A-Za-z\u00ac\u00b5-\u00ff])"
)

HUYEN, HOI, NGA, SAC, NANG = "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"
TONES: Final = (HUYEN, HOI, NGA, SAC, NANG)
"""Combining tone marks in dictionary order; ngang, the level tone, has none."""


# ------------------------------------------------------------ cleaning


def looks_garbled(text: str) -> bool:
    """Whether the text shows a broken encoding (TCVN3 font bytes, UTF-8 read as cp1252). Such text must be repaired by
    a person, and clean() leaves its odd characters alone: they still carry the letters.
    """
    if text.isascii():
        return False
    if _MOJIBAKE.search(text):
        return True
    return bool(_OLD_FONT.search(text)) and not _VIETNAMESE_LETTER.search(text)


def clean(text: str) -> str:
    """One line of text as it is stored: composed (NFC), real Đ, plain apostrophe in H'Nhung, single spaces, nothing
    hidden.

    Never guesses: combining marks that do not compose and text in a broken encoding stay as they came (see defects()).
    Idempotent. Source: facts 7.1; TCVN 6909:2001.
    """
    if text.isascii():
        return " ".join(_drop_hidden(text).split())
    if looks_garbled(text):
        return _squeeze_plain(unicodedata.normalize("NFC", text))
    text = unicodedata.normalize("NFC", _drop_hidden(text))
    text = _SPACES.sub(" ", text).strip()
    text = _repair_d(text)
    return _APOSTROPHE.sub("'", text)


def _squeeze_plain(text: str) -> str:
    """Single spaces, where a no-break space may be half of a broken letter."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def _drop_hidden(text: str) -> str:
    return _HIDDEN.sub("", text)


def _repair_d(text: str) -> str:
    """Đ for its look-alikes, where a Vietnamese Đ can stand; an Icelandic Guðmundur keeps its ð."""
    if not _D_LIKE.search(text):
        return text
    text = _D_SURE.sub(lambda match: _D_TO[match[0]], text)
    if _VIETNAMESE_LETTER.search(text):
        text = _D_LIKE.sub(lambda match: _D_TO[match[0]], text)
    return text


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing wrong with the characters of a text. `repaired` says whether clean() mends it."""

    kind: str
    rule: str
    sentence: str
    repaired: bool


_NOT_COMPOSED = Defect("not_composed", "S13", "Chữ chưa ở dạng Unicode dựng sẵn.", True)
_APOSTROPHE_LIKE = Defect("apostrophe", "S13", "Dấu phẩy trên không phải dấu ' chuẩn.", True)
_D_LOOKALIKE = Defect("d_lookalike", "S14", "Có ký tự trông giống Đ/đ nhưng là chữ khác (Ð, ð, Ɖ).", True)
_HIDDEN_CHARACTER = Defect("hidden", "S17", "Có ký tự ẩn không nhìn thấy.", True)
_EXTRA_SPACE = Defect("space", "S17", "Có dấu cách thừa hoặc dấu cách lạ.", True)
_LEFTOVER_MARK = Defect("leftover_mark", "S13", "Có dấu rời không ghép được vào chữ, cần gõ lại.", False)


def defects(text: str) -> list[Defect]:
    """What is wrong with the characters, for rules S13, S14 and S17. Some defect has `repaired` exactly when clean()
    changes the text.
    """
    if text.isascii() and not _HIDDEN.search(text):
        return [] if text == " ".join(text.split()) else [_EXTRA_SPACE]
    found: list[Defect] = []
    garbled = looks_garbled(text)
    bare = text if garbled else _drop_hidden(text)
    if bare != text:
        found.append(_HIDDEN_CHARACTER)
    composed = unicodedata.normalize("NFC", bare)
    if composed != bare:
        found.append(_NOT_COMPOSED)
    spaced = _squeeze_plain(composed) if garbled else _SPACES.sub(" ", composed).strip()
    if spaced != composed:
        found.append(_EXTRA_SPACE)
    if not garbled:
        mended = _repair_d(spaced)
        if mended != spaced:
            found.append(_D_LOOKALIKE)
        if _APOSTROPHE.sub("'", mended) != mended:
            found.append(_APOSTROPHE_LIKE)
    if leftover_marks(composed):
        found.append(_LEFTOVER_MARK)
    return found


def leftover_marks(text: str) -> list[str]:
    """The combining marks that NFC cannot put on a letter (typed in the wrong order, or doubled)."""
    if text.isascii():
        return []
    return [char for char in unicodedata.normalize("NFC", text) if unicodedata.combining(char)]


# ------------------------------------------------------------ search keys

_LATIN_EXTRA: Final = {
    "đ": "d", "ð": "d", "ɖ": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss", "ı": "i",
    "ħ": "h", "ŧ": "t",
}  # fmt: skip


def _fold_char(char: str) -> str:
    """The [a-z0-9 ] image of one character: marks and hidden characters vanish, everything else foreign is a space."""
    if _HIDDEN.match(char):
        return ""
    out = []
    for part in unicodedata.normalize("NFKD", char):
        low = part.lower()
        if unicodedata.combining(part) or unicodedata.category(part) == "Mn" or _HIDDEN.match(part):
            continue
        if low.isascii() and low.isalnum():
            out.append(low)
        else:
            out.append(_LATIN_EXTRA.get(low, " "))
    return "".join(out)


class _FoldTable(dict[int, str]):
    """Filled as characters come; str.translate then runs at C speed."""

    def __missing__(self, code: int) -> str:
        value = _fold_char(chr(code))
        if len(self) < 4096:  # a text of every script must not fill the memory
            self[code] = value
        return value


_FOLD: Final = _FoldTable()


def fold(text: str) -> str:
    """The search key: lower case, no marks, đ as d, only [a-z0-9] and single spaces. "Ðặng  Văn Đức" -> "dang van duc".

    Equal for a text and its clean() form. Source: facts 7.2.
    """
    return " ".join(text.translate(_FOLD).split())


_TONE_SIGN: Final = {HUYEN: "`", HOI: "?", NGA: "~", SAC: "'", NANG: "."}
_IY: Final = re.compile(r"^(qu|[bcdđghklmnpqrstvx]+)y")


@lru_cache(maxsize=16384)
def _accent_token(token: str) -> str:
    """One syllable with its tone moved to the end, as a sign: "hoà" and "hòa" -> "hoa`"; "mỹ" and "mĩ" -> "mi~"."""
    tones: list[str] = []
    rest: list[str] = []
    for char in unicodedata.normalize("NFD", token.lower()):
        (tones if char in _TONE_SIGN else rest).append(char)
    letters = unicodedata.normalize("NFC", "".join(rest))
    letters = _IY.sub(lambda match: match[1] + "i", letters)
    return letters + "".join(sorted(_TONE_SIGN[tone] for tone in tones))


class _AccentTable(dict[int, str]):
    """Letters, digits and marks stay; look-alikes become đ; hidden characters vanish; the rest is a space."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if _HIDDEN.match(char):
            value = ""
        elif char in _D_TO:
            value = _D_TO[char]
        elif char in APOSTROPHES:
            value = " "
        elif char.isalnum() or unicodedata.category(char) == "Mn":
            value = char
        else:
            value = " "
        if len(self) < 4096:
            self[code] = value
        return value


_ACCENT: Final = _AccentTable()


def accent_key(text: str) -> str:
    """The second, stronger search key: keeps ă â đ ê ô ơ ư and the tones, forgives where the tone mark sits and i
    against y.

    "Thúy" = "Thuý", "Lý" = "Lí", but not "Thùy" and not "Thủy". Tones stand behind the syllable as ` ? ~ ' . signs.
    """
    text = unicodedata.normalize("NFC", _drop_hidden(text)).translate(_ACCENT)
    return " ".join(map(_accent_token, text.split()))


# ------------------------------------------------------------ sort keys

# "~" is behind every letter and digit in ASCII, so "a~" (ă) comes after "az" and before "a~~" (â).
_PRIMARY: Final = {"ă": "a~", "â": "a~~", "đ": "d~", "ê": "e~", "ô": "o~", "ơ": "o~~", "ư": "u~"}
_TONE_RANK: Final = {HUYEN: "1", HOI: "2", NGA: "3", SAC: "4", NANG: "5"}
_SHAPES: Final = {"\u0306": "ă", "\u0302": "âêô", "\u031b": "ơư"}
_WORD_OR_NUMBER: Final = re.compile(r"\d+|[^\W\d_]+")


def _letter_key(char: str) -> str:
    """The primary weight of one lower-case composed letter, tone taken off."""
    if char.isascii():
        return char
    decomposed = unicodedata.normalize("NFD", char)
    kept = decomposed[0] + "".join(mark for mark in decomposed[1:] if mark in _SHAPES)
    letter = unicodedata.normalize("NFC", kept)
    if letter in _PRIMARY:
        return _PRIMARY[letter]
    folded = _fold_char(char).replace(" ", "")
    return folded if folded else f"z~~{ord(char):06x}"


@lru_cache(maxsize=16384)
def _token_sort_key(token: str) -> tuple[str, str]:
    """(letters, tones) of one word. Digits get their length in front, so that 2 comes before 10."""
    letters, tones = [], ""
    for piece in _WORD_OR_NUMBER.findall(unicodedata.normalize("NFC", token.translate(_SORTABLE)).lower()):
        if piece.isdecimal():
            number = str(int(piece[:400]))
            letters.append(f"{len(number)}{number}" if len(number) < 9 else f"9{len(number):03d}{number}")
        else:
            letters.append("".join(map(_letter_key, piece)))
            tones += "".join(_TONE_RANK[mark] for mark in unicodedata.normalize("NFD", piece) if mark in _TONE_RANK)
    return "'".join(letters), tones or "0"


class _SortTable(dict[int, str]):
    """As the accent table, but apostrophes and hyphens inside a word stay word breaks of the lowest kind."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        return _ACCENT[code] if char not in APOSTROPHES else "'"


_SORTABLE: Final = _SortTable()
_BREAKS: Final = re.compile(r"[\s\-–—,./;:()]+")


@lru_cache(maxsize=16384)
def plain_sort_key(text: str) -> str:
    """An ASCII key whose byte order is the Vietnamese order of plain text (units, hamlets, streets); Thôn 2 before Thôn
    10.

    Letters first (A Ă Â B … D Đ E Ê … O Ô Ơ … U Ư …), tones (ngang huyền hỏi ngã sắc nặng) only between equal letters.
    """
    keys = [_token_sort_key(token) for token in _BREAKS.split(text) if token]
    return "-".join(key[0] for key in keys if key[0]) + " " + "".join(key[1] for key in keys if key[0])


def person_sort_key(*, given: str, surname: str = "", middle: str = "") -> str:
    """An ASCII key that orders people as a Vietnamese list does: by tên, then họ, then đệm."""
    return f"{plain_sort_key(given)} {plain_sort_key(surname)} {plain_sort_key(middle)}".rstrip()


def sort_key(full_name: str) -> str:
    """person_sort_key() of a name written họ, đệm, tên: the last word is the tên, the first the họ.

    For names of other orders (Y Thuyên Niê) split first, with registry.values.names.
    """
    words = full_name.split()
    if not words:
        return person_sort_key(given="")
    if len(words) == 1:
        return person_sort_key(given=words[0])
    return person_sort_key(given=words[-1], surname=words[0], middle=" ".join(words[1:-1]))


# ------------------------------------------------------------ capitals

_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")


def title_case(name: str) -> str:
    """A name with a capital at the head of every word, also behind an apostrophe or a hyphen: "H'NHUNG K'BRÊU" ->
    "H'Nhung K'Brêu".
    """
    return _WORD.sub(lambda match: match[0][:1].upper() + match[0][1:].lower(), name)


# ------------------------------------------------------------ spreadsheets

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def is_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet may take the text for one; blanks in front do not help it."""
    return text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
