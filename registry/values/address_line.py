"""One typed line of address, taken apart: house and street, hamlet, and the units it names, small to large.

Knows no units: what stands where is told by the words that people put before names (số, ngõ, thôn, tổ, xã, huyện …)
and by the commas. Every word of the line lands in exactly one part, in the order it was typed. Source: facts.md 7.6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from accounts.text import clean, fold
from registry.values.address import standard_address


class PartKind(StrEnum):
    STREET = "số nhà, đường"
    HAMLET = "thôn, tổ"
    COMMUNE = "xã, phường"
    DISTRICT = "huyện"
    PROVINCE = "tỉnh"
    PLACE = "địa danh"
    """A name without a word before it: "Kim Chung", "Hà Nội"."""


UNITS: Final = frozenset({PartKind.COMMUNE, PartKind.DISTRICT, PartKind.PROVINCE, PartKind.PLACE})


@dataclass(frozen=True)
class Part:
    kind: PartKind
    text: str


@dataclass(frozen=True)
class AddressLine:
    """The parts as they were typed. `street` and `hamlet` are written out in full; `units` is what a finder of units
    takes; `raw` is the line itself."""

    raw: str
    parts: tuple[Part, ...]

    @property
    def street(self) -> str:
        return _capital(", ".join(part.text for part in self.parts if part.kind == PartKind.STREET))

    @property
    def hamlet(self) -> str:
        """ "TDP 03" as "Tổ dân phố 3"; several ("Tổ 3, Khu phố 2") stay side by side."""
        return ", ".join(tidy_hamlet(part.text) for part in self.parts if part.kind == PartKind.HAMLET)

    @property
    def units(self) -> str:
        return ", ".join(part.text for part in self.parts if part.kind in UNITS)


_STREET_WORDS: Final = (
    "số nhà", "nhà số", "số", "sn", "s.n", "lô", "căn hộ", "căn", "phòng", "tầng", "tòa", "toà", "block", "chung cư",
    "cc", "c/c", "ktt", "khu tập thể", "tập thể", "đường", "đ", "phố", "ngõ", "ngách", "hẻm", "kiệt", "hẽm",
    "đại lộ", "quốc lộ", "ql", "tỉnh lộ", "tl", "đt", "hương lộ", "hl", "huyện lộ", "liên thôn", "km", "kđt",
    "khu đô thị", "kcn", "khu công nghiệp", "cụm công nghiệp", "chợ", "ng", "thửa", "thửa đất", "tờ bản đồ",
)  # fmt: skip
_HAMLET_WORDS: Final = (
    "tổ dân phố", "tdp", "t.dp", "tổ dp", "tổ dân cư", "tổ nhân dân", "tổ", "khu phố", "kp", "k.p", "khu dân cư",
    "kdc", "khu vực", "kv", "khu", "khối phố", "khối", "khóm", "thôn", "xóm", "ấp", "bản", "buôn", "làng", "phum",
    "sóc", "đội", "cụm dân cư", "cụm", "tiểu khu", "đơn nguyên", "plei", "plây", "bon", "palei", "xóm mới",
)  # fmt: skip
_COMMUNE_WORDS: Final = ("phường", "xã", "thị trấn", "đặc khu", "p", "x", "tt", "t.t", "đk")
_DISTRICT_WORDS: Final = ("quận", "huyện", "thị xã", "q", "h", "tx", "t.x")
_PROVINCE_WORDS: Final = ("tỉnh", "thành phố", "t", "tp", "t.p", "tp.", "tphcm", "tphn")
_KINDS: Final = {
    **dict.fromkeys(_STREET_WORDS, PartKind.STREET),
    **dict.fromkeys(_HAMLET_WORDS, PartKind.HAMLET),
    **dict.fromkeys(_COMMUNE_WORDS, PartKind.COMMUNE),
    **dict.fromkeys(_DISTRICT_WORDS, PartKind.DISTRICT),
    **dict.fromkeys(_PROVINCE_WORDS, PartKind.PROVINCE),
}
_FOLDED: Final = {fold(word): kind for word, kind in _KINDS.items()}
# Towns, districts and provinces whose first word is a kind of hamlet or street …
_NAMES: Final = frozenset({
    "sóc trăng", "sóc sơn", "buôn ma thuột", "buôn mê thuột", "buôn hồ", "buôn đôn", "phố ràng", "phố lu", "đội cấn",
    "đội bình", "bản lầu", "bản nguyên", "chợ lớn", "chợ gạo", "chợ mới", "chợ đồn", "chợ lách", "chợ rã",
})  # fmt: skip
# … or looks like one in a line typed without accents.
_PLAIN_NAMES: Final = frozenset(map(fold, _NAMES)) | {
    "lang son", "lang giang", "lang chanh", "pho yen", "ban me thuot", "duong minh chau", "duong kinh", "duong lam",
    "can tho", "can gio", "can duoc", "can giuoc", "phong dien", "phong chau", "phong tho", "khoi chau",
}  # fmt: skip
# Letters that stand alone or for a name as often as for a kind: only with a dot, a digit or a capital word behind them.
_DOTTED: Final = frozenset({"p", "x", "q", "h", "t", "d", "ng"})
_NEEDS_NUMBER: Final = frozenset({"ql", "tl", "dt", "hl", "km", "kv"})
_SEPARATOR: Final = re.compile(r"[,;]|\s[-–—]\s")
_TOKEN: Final = re.compile(r"\S+")
_NUMBER_HEAD: Final = re.compile(r"^\d+[\w/.\-]*$")
_GLUED: Final = re.compile(r"^(tdp|kp|p|q|sn|ql|tl|đt|km|kv|tổ)\.?(\d[\w/.\-]*)$", re.IGNORECASE)


def split_address(text: str) -> AddressLine:
    """Take a line apart. Never refuses: what nobody can name is a PLACE, or of the street when it comes first."""
    raw = clean(text)
    parts = [part for chunk in _SEPARATOR.split(raw) for part in _cut(_TOKEN.findall(chunk), is_plain=raw.isascii())]
    return AddressLine(raw, tuple(_in_place(parts)))


def tidy_hamlet(text: str) -> str:
    """ "tdp 03" -> "Tổ dân phố 3", "thôn Nà Mạ" -> "Thôn Nà Mạ"."""
    return _capital(standard_address(text)) or clean(text)


def _cut(tokens: list[str], *, is_plain: bool) -> Iterator[Part]:
    """One chunk between commas, cut before every word that begins a new kind of thing. `is_plain`: no accents typed."""
    begun: list[str] = []
    kind = PartKind.PLACE
    at = 0
    while at < len(tokens):
        found = None if _is_name(tokens[at:], is_plain=is_plain) else _marker(tokens, at, is_plain=is_plain)
        if found is not None and not _continues(kind, found[0], begun):
            if begun:
                yield Part(kind, " ".join(begun))
            kind, begun = found[0], tokens[at : at + found[1]]
            at += found[1]
            continue
        if not begun and _NUMBER_HEAD.match(tokens[at]):
            kind = PartKind.STREET  # a bare number at the head of a chunk is a house number: 12/3A
        begun.append(tokens[at])
        at += 1
    if begun:
        yield Part(kind, " ".join(begun))


def _is_name(tokens: list[str], *, is_plain: bool) -> bool:
    return " ".join(tokens).lower().strip(".") in _NAMES or (is_plain and _key(tokens) in _PLAIN_NAMES)


def _continues(kind: PartKind, new: PartKind, begun: list[str]) -> bool:
    """A kind word that belongs to the name before it: "Thôn Phố Mới", "đường Làng", "Xã Bản Lầu", "Phường Tổ …".

    Directly behind a kind word a further kind word is a name, unless it opens a unit; behind a unit, without a comma,
    comes a larger one ("xã Mẫu Sơn Lạng Sơn"), never a house or a hamlet.
    """
    if not begun or new not in (PartKind.STREET, PartKind.HAMLET):
        return False
    return kind in UNITS - {PartKind.PLACE} or (kind != PartKind.PLACE and _only_kind(begun))


def _only_kind(begun: list[str]) -> bool:
    return _key(begun) in _FOLDED and not any(char.isdigit() for char in begun[-1])


def _marker(tokens: list[str], at: int, *, is_plain: bool) -> tuple[PartKind, int] | None:
    """Whether a kind word begins here: its kind, and how many tokens it takes. The longest wins."""
    glued = _GLUED.match(tokens[at])
    if glued:
        return _KINDS[glued[1].lower()], 1
    for length in (3, 2, 1):
        words, behind = tokens[at : at + length], "".join(tokens[at + length : at + length + 1])
        key = _key(words)
        if len(words) == length and key in _FOLDED and _stands(words, behind, key, is_plain=is_plain):
            return _FOLDED[key], length
    dotted = re.match(r"^(t\.?p|t\.?x|t\.?t|đ\.?k|p|x|q|h|t|đ)\.(?=\w)", tokens[at], re.IGNORECASE)
    if dotted:
        return _dotted_kind(dotted[1]), 1
    return None


def _dotted_kind(letters: str) -> PartKind:
    """ "P.Kim", "H.Đông", "TP.HCM", "Đ.Lê"."""
    bare = letters.replace(".", "").lower()
    return PartKind.STREET if bare == "đ" else _KINDS[bare]


def _key(words: list[str]) -> str:
    return fold(" ".join(words))


def _stands(words: list[str], behind: str, key: str, *, is_plain: bool) -> bool:
    """Whether these words are meant as a kind: accents as they should be ("Phó" is not "phố", "Xa La" no xã) or a line
    typed without any, and something behind them."""
    written = " ".join(words).lower().rstrip(".:")
    if written not in _KINDS and not (is_plain and written == key):
        return False
    if key in _DOTTED:
        has_dot = words[-1].endswith(".")
        return bool(behind) and (has_dot or behind[0].isdigit() or (words[-1].isupper() and behind[0].isupper()))
    if key in _NEEDS_NUMBER:
        return behind[:1].isdigit()
    return bool(behind) or key in ("tphcm", "tphn")


def _in_place(parts: list[Part]) -> Iterator[Part]:
    """What no word names is read by where it stands: in front of a street or hamlet it belongs to the street ("Nhà bà
    Lan, xóm Chùa"), behind them it is a unit."""
    last_detail = max((at for at, part in enumerate(parts) if part.kind not in UNITS), default=-1)
    for at, part in enumerate(parts):
        if part.kind == PartKind.PLACE and at < last_detail and not _unit_before(parts[:at]):
            yield Part(PartKind.STREET, part.text)
        else:
            yield part


def _unit_before(parts: list[Part]) -> bool:
    return any(part.kind in UNITS - {PartKind.PLACE} for part in parts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
