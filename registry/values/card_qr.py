"""The text of the QR on an identity card: read part by part, and told how far it may be trusted.

Seven parts on the chip card of 2021, eleven on the card of 2024, between "|". Source: facts 8; TT 16/2024/TT-BCA. The
order of the last four is known from few cards: a number among them is the cancelled one wherever it stands, and names
out of their places are not used.

A scanner types like a keyboard, so an input method or another keyboard layout may rewrite the letters on the way.
Digits come through; when any letter looks rewritten, no text part is trusted (`CardQr.trusted`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from accounts.text import clean, fold, leftover_marks, title_case
from registry.codes import FEMALE, MALE
from registry.values import partial_date, personal_number
from registry.values.legacy_fonts import encoding_flaw
from registry.values.names import MAX_LENGTH, strange_characters, telex_leftovers
from registry.values.partial_date import DateRefused, PartialDate
from registry.values.personal_number import NumberRefused, bare
from registry.values.syllables import is_syllable

LEAST_PARTS: Final = 7
MOST_PARTS: Final = 12
LONGEST: Final = 2_000  # characters; the longest real card has some three hundred
TEXT_PARTS: Final = ("full_name", "residence", "father_name", "mother_name")
TURN_OFF: Final = "Tắt bộ gõ tiếng Việt (Unikey) rồi quét lại."

_LIKE_A_BAR: Final = str.maketrans("¦｜∣│", "||||")
_AIM_PREFIX: Final = re.compile(r"^\][A-Za-z][0-9A-Za-z](?=\d)")
_OTHER_SEPARATOR: Final = re.compile(r"\d{11,12}([^\w\s.,/+-]|\t)")
_VIETNAMESE_KEYBOARD: Final = re.compile(
    "[đăâêôĐĂÂÊÔ\u0300\u0301\u0303\u0309\u0323\u1ea4-\u1ead\u1eb0-\u1eb7\u1ec0-\u1ec7\u1ed0-\u1ed9]{5,}"
)
"""The digits of Windows's Vietnamese layout: the top row types ă â ê ô, tone marks and đ."""
_ALL_SPACE: Final = " \t\r\n\v\f\ufeff\x00"


class CardRefused(ValueError):
    """The text is no QR of a card; the message is the sentence the officer reads."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing about the scan that the officer should know. `field` is a field of CardQr."""

    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CardQr:
    """What a card says. Empty strings and None are empty on the card. `garbled` says in one sentence how the letters
    were rewritten, "" when they were not.
    """

    layout: str
    number: str
    cmnd: str
    full_name: str
    birth: PartialDate | None
    sex: str
    residence: str
    issued_on: date | None
    cancelled_number: str = ""
    father_name: str = ""
    mother_name: str = ""
    garbled: str = ""
    doubts: tuple[Doubt, ...] = ()

    @property
    def trusted(self) -> frozenset[str]:
        """The fields that hold something and may be used: numbers and dates always, text only when it came through."""
        filled = {name for name in _FIELDS if getattr(self, name)}
        return frozenset(filled - set(TEXT_PARTS) if self.garbled else filled)

    @property
    def hint(self) -> str:
        """What to do about garbled letters; "" when there is nothing to do."""
        return TURN_OFF if self.garbled else ""

    @property
    def document_kind(self) -> str:
        """The kind of card (codes.DOCUMENT_KINDS), by the day of issue: căn cước since 01/07/2024."""
        if self.issued_on is None:
            return "CCCD_CHIP" if self.layout == LAYOUT_2021 else "CAN_CUOC"
        return "CAN_CUOC" if self.issued_on >= FIRST_OF_2024 else "CCCD_CHIP"


LAYOUT_2021, LAYOUT_2024 = "2021", "2024"
FIRST_OF_2024: Final = date(2024, 7, 1)
_FIELDS: Final = (
    "number", "cmnd", "full_name", "birth", "sex", "residence", "issued_on", "cancelled_number", "father_name",
    "mother_name",
)  # fmt: skip


def looks_like_card(text: str) -> bool:
    """Whether the text may be a card's QR, so that it must be read here and goes nowhere else (no address, no log)."""
    head = text[:LONGEST].translate(_LIKE_A_BAR).strip(_ALL_SPACE)
    if "|" in head:
        return bool(re.search(r"\d{6}", head)) or head.count("|") >= 4
    return bool(_OTHER_SEPARATOR.match(_AIM_PREFIX.sub("", head)) or _VIETNAMESE_KEYBOARD.match(head))


def read(text: str) -> CardQr:
    """Read what a scanner typed, with whatever it put at the ends. Raises CardRefused when it is no card.

    A part that cannot be read is left empty and told in `doubts`; only the number must be there.
    """
    parts = _parts(text)
    doubts: list[Doubt] = []
    birth = _date(parts[3], "birth", "ngày sinh", doubts)
    number = _number(parts[0], birth, doubts)
    texts = {"full_name": _name(parts[2]), "residence": clean(parts[5])}
    cancelled, father, mother, out_of_place = _tail(parts[7:], doubts)
    texts |= {"father_name": _name(father), "mother_name": _name(mother)}
    sex, odd_word = _sex(parts[4], number)
    garbled = _garbled(texts, parts, odd_word)
    _doubt_numbers(number, sex, birth, doubts)
    if out_of_place and not garbled:
        doubts.append(Doubt("father_name", "Tên cha, mẹ không ở vị trí quen thuộc trên thẻ; đối chiếu rồi tự nhập."))
    return CardQr(
        layout=LAYOUT_2021 if len(parts) == LEAST_PARTS else LAYOUT_2024,
        number=number,
        cmnd=_cmnd(parts[1], doubts),
        birth=birth,
        sex=sex,
        issued_on=_issued_on(parts[6], birth, doubts),
        cancelled_number=cancelled,
        garbled=garbled,
        doubts=tuple(doubts),
        **texts,
    )


# --- Parts ------------------------------------------------------------------------------------------------------------


def _parts(text: str) -> list[str]:
    """The parts as they came. A scanner may be set to another separator, or turn "|" into Tab: whatever stands behind
    the number, if the rest then has the shape of a card.
    """
    if len(text) > LONGEST:
        raise CardRefused("Nội dung quét dài quá một thẻ. Xóa ô này rồi quét lại.")
    text = text.translate(_LIKE_A_BAR).lstrip(_ALL_SPACE).rstrip(_ALL_SPACE.replace("\t", ""))
    text = _AIM_PREFIX.sub("", text)
    if _VIETNAMESE_KEYBOARD.match(text):
        raise CardRefused("Bàn phím Windows đang ở kiểu Tiếng Việt nên chữ số bị đổi. Chuyển sang ENG rồi quét lại.")
    if "|" in text:
        parts = text.rstrip("\t").split("|")
    elif match := _OTHER_SEPARATOR.match(text):
        parts = text.split(match[1])
        while len(parts) > LEAST_PARTS and not parts[-1]:  # Tab also ends a scan: empty parts behind it say nothing
            parts.pop()
    else:
        raise CardRefused("Đây không phải nội dung mã QR của thẻ căn cước.")
    if len(parts) < LEAST_PARTS:
        raise CardRefused(f"Mã QR chỉ đọc được {len(parts)} phần, thẻ có ít nhất {LEAST_PARTS}. Quét lại.")
    if len(parts) > MOST_PARTS:
        raise CardRefused("Có vẻ hai lần quét dính vào nhau. Xóa ô này rồi quét lại một lần.")
    return parts


def _number(part: str, birth: PartialDate | None, doubts: list[Doubt]) -> str:
    """The twelve digits. A leading zero that was lost is put back only when place and birth year then agree."""
    digits = bare(part)
    if re.fullmatch(r"[0-9]{11}", digits):
        decoded = personal_number.decode(f"0{digits}")
        if decoded.place_known and birth and decoded.birth_year == birth.year:
            doubts.append(Doubt("number", "Số định danh bị mất số 0 ở đầu, đã thêm lại; đối chiếu với thẻ."))
            return f"0{digits}"
    try:
        return personal_number.parse(part)
    except NumberRefused as refused:
        raise CardRefused(f"Không đọc được số định danh ở đầu mã QR. {refused} Quét lại.") from refused


def _cmnd(part: str, doubts: list[Doubt]) -> str:
    digits = bare(part)
    if re.fullmatch(r"[0-9]{9}", digits):
        return digits
    if re.fullmatch(r"[0-9]{8}", digits):
        doubts.append(Doubt("cmnd", "Số CMND bị mất số 0 ở đầu, đã thêm lại; đối chiếu với thẻ."))
        return f"0{digits}"
    if digits:
        doubts.append(Doubt("cmnd", "Phần số CMND trong mã QR không phải 9 chữ số, không dùng."))
    return ""


def _date(part: str, field: str, called: str, doubts: list[Doubt]) -> PartialDate | None:
    """ddmmyyyy; only the year, or 00 for day and month, where no more is known; empty. Never 01/01 for what is not
    known (facts 7.6).
    """
    digits = bare(part)
    if not digits:
        return None
    if re.fullmatch(r"[0-9]{7}", digits):
        digits = f"0{digits}"
        doubts.append(Doubt(field, f"Phần {called} bị mất số 0 ở đầu, đã thêm lại; đối chiếu với thẻ."))
    try:
        if re.fullmatch(r"[0-9]{4}|[0-9]{8}", digits):
            return partial_date.parse(digits)
    except DateRefused as refused:
        doubts.append(Doubt(field, f"Không dùng {called} trong mã QR: {refused}"))
        return None
    doubts.append(Doubt(field, f"Không đọc được {called} trong mã QR, không dùng."))
    return None


def _issued_on(part: str, birth: PartialDate | None, doubts: list[Doubt]) -> date | None:
    day = _date(part, "issued_on", "ngày cấp", doubts)
    if day is None:
        return None
    issued = day.as_date()
    if issued is None or (birth and issued < birth.earliest()):
        doubts.append(Doubt("issued_on", "Ngày cấp trong mã QR không hợp lý, không dùng."))
        return None
    return issued


def _sex(part: str, number: str) -> tuple[str, bool]:
    """The sex, and whether the word for it came through broken: then, and when there is none, the number tells it."""
    word = clean(part).casefold()
    if word in ("nam", "nữ"):
        return (MALE if word == "nam" else FEMALE), False
    return personal_number.decode(number).sex, bool(word)


def _tail(parts: list[str], doubts: list[Doubt]) -> tuple[str, str, str, bool]:
    """(cancelled number, father, mother, names out of their places) of the parts behind the seventh."""
    tail = [clean(part) for part in parts] + [""] * (4 - len(parts))
    numbers = [bare(part) for part in tail if re.fullmatch(r"[0-9]{9}|[0-9]{12}", bare(part))]
    if len(numbers) > 1:
        doubts.append(Doubt("cancelled_number", "Mã QR có hơn một số đã hủy; chỉ dùng số đầu."))
    named = [at for at, part in enumerate(tail) if part and bare(part) not in numbers]
    cancelled = numbers[0] if numbers else ""
    if all(at in (1, 2) for at in named):
        father, mother = (tail[at] if at in named else "" for at in (1, 2))
        return cancelled, father, mother, False
    return cancelled, "", "", True


def _name(part: str) -> str:
    """A name as cards print it, in capitals, is written as names are written."""
    name = clean(part)
    return title_case(name) if name.isupper() else name


def _doubt_numbers(number: str, sex: str, birth: PartialDate | None, doubts: list[Doubt]) -> None:
    year = birth.year if birth else None
    for one in personal_number.disagreements(number, sex=sex, birth_year=year):
        doubts.append(Doubt("number", one.sentence.replace("hồ sơ ghi", "thẻ ghi")))


# --- Letters that were rewritten on the way -------------------------------------------------------------------------

_LOST: Final = re.compile("[?\ufffd\u00bf\u25a1\u2588]")
_LOOSE_SIGN: Final = re.compile(r"(?<=[^\W\d_])[~^`´¨](?=[^\W\d_]|\W|$)")
_DIGIT_INSIDE: Final = re.compile(r"[^\W\d_]\d+[^\W\d_]|[^\W\d_]\d{3,}")
_DOUBLED: Final = re.compile(r"([aeiouy])\1")
_ACCENTED_SURNAMES: Final = [["nguyen"], ["tran"], ["pham"], ["hoang"], ["huynh"], ["dang"], ["bui"], ["duong"]]


def _garbled(texts: dict[str, str], parts: list[str], odd_sex_word: bool) -> str:
    """How the letters were rewritten, in one sentence; "" when every text part looks as a card writes it."""
    raw = [part for part in (parts[2], parts[5], *parts[7:]) if part.strip(_ALL_SPACE)]
    names = [texts[name] for name in ("full_name", "father_name", "mother_name") if texts[name]]
    words = [word for text in [*names, texts["residence"]] for word in re.split(r"[\s,.;:()/-]+", text)]
    if any(_LOST.search(text) for text in [*raw, parts[4]]):
        return "Máy quét làm mất chữ có dấu."
    if any(encoding_flaw(clean(text)) or encoding_flaw(text) for text in raw):
        return "Chữ có dấu bị sai bảng mã."
    if any(_LOOSE_SIGN.search(text) or leftover_marks(text) for text in raw):
        return "Dấu bị tách khỏi chữ: bộ gõ đã sửa những gì máy quét gõ vào."
    if any(strange_characters(name) for name in names) or any(_DIGIT_INSIDE.search(name) for name in names):
        return "Trong họ tên có chữ số hoặc ký hiệu: bộ gõ VNI hoặc phím Alt đã xen vào."
    if any(telex_leftovers(word) or _doubled(word) for word in words if word and not word.isdigit()):
        return "Chữ còn sót phím gõ Telex/VNI: bộ gõ đã sửa những gì máy quét gõ vào."
    if any(len(name) > MAX_LENGTH for name in names):
        return "Họ tên trong mã QR dài bất thường."
    if odd_sex_word or _without_accents(texts):
        return "Chữ có dấu bị mất hết dấu."
    return ""


def _doubled(word: str) -> bool:
    """Nguyeễn, Thịị: a letter typed, and typed again with its mark."""
    return not word.isascii() and not is_syllable(word) and bool(_DOUBLED.search(fold(word)))


def _without_accents(texts: dict[str, str]) -> bool:
    """An address always has accents (Xã, Phường, Thị trấn, Tỉnh), and so have these surnames."""
    name, home = texts["full_name"], texts["residence"]
    if home.isascii() and len(home.split()) > 1 and name.isascii():
        return True
    return name.lower().split()[:1] in _ACCENTED_SURNAMES
