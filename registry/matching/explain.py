"""Why two records may be one person, in the words an officer reads. Levels and bits only: no value of anybody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from registry.matching.fields import FIELDS
from registry.matching.score import FAMILY_LETTER, PERSON, Score

Line = tuple[str, str, int]
"""(field, level, hundredths of a bit for one person)"""

TITLES: Final = {
    "name": "Họ và tên",
    "birth": "Ngày sinh",
    "sex": "Giới tính",
    "number": "Số định danh",
    "cmnd": "Số CMND",
    "mother": "Mẹ",
    "father": "Cha",
    "address": "Nơi ở",
    "home_town": "Quê quán",
    "phone": "Điện thoại",
}

_WORDS: Final = {
    "name": {
        "exact": "cùng họ tên",
        "without_accents": "cùng họ tên khi bỏ dấu",
        "same_given_accents": "cùng họ tên, khác dấu ở họ hoặc đệm",
        "hoi_for_nga": "cùng họ tên, lẫn hỏi ngã",
        "other_given_accents": "khác dấu ở tên",
        "contained": "cùng họ và tên, thiếu hoặc viết tắt chữ đệm",
        "other_order": "cùng các chữ, khác thứ tự",
        "north_south": "tên đọc khác miền",
        "sounds_alike": "họ tên nghe giống nhau",
        "slip": "họ tên lệch một chữ cái",
        "slip_to_no_word": "tên gõ sai một chữ cái",
        "slip_in_given": "tên lệch một chữ cái",
        "two_slips": "họ tên lệch hai chữ cái",
        "other_given": "cùng họ và đệm, khác tên",
        "surname_and_given": "cùng họ và tên, khác đệm",
        "given": "chỉ cùng tên",
        "surname": "chỉ cùng họ",
        "none": "khác họ tên",
    },
    "birth": {
        "exact": "cùng ngày sinh",
        "exact_new_year": "cùng ngày sinh 01/01",
        "same_year_day_unknown": "cùng năm sinh, một bên không rõ ngày",
        "swapped": "ngày và tháng sinh đổi chỗ",
        "same_year_near": "cùng năm sinh, lệch ngày hoặc tháng",
        "same_day_other_year": "cùng ngày tháng, lệch năm sinh",
        "one_digit": "ngày sinh lệch một chữ số",
        "same_year": "chỉ cùng năm sinh",
        "near_year": "năm sinh gần nhau",
        "same_generation": "khác năm sinh",
        "other": "năm sinh cách xa",
    },
    "sex": {"same": "cùng giới tính", "other": "khác giới tính"},
    "number": {
        "equal": "cùng số định danh",
        "next_number": "số định danh liền nhau",
        "one_digit": "số định danh lệch một chữ số",
        "same_last_six": "cùng sáu số cuối của số định danh",
        "other": "khác số định danh",
    },
    "cmnd": {"equal": "cùng số CMND", "one_digit": "số CMND lệch một chữ số", "other": "khác số CMND"},
    "mother": {
        "exact": "cùng mẹ",
        "same_letters": "cùng mẹ khi bỏ dấu",
        "swapped": "tên cha, mẹ đổi chỗ",
        "alike": "tên mẹ gần giống",
        "given": "mẹ chỉ cùng tên",
        "other": "khác mẹ",
    },
    "father": {
        "exact": "cùng cha",
        "same_letters": "cùng cha khi bỏ dấu",
        "swapped": "tên cha, mẹ đổi chỗ",
        "alike": "tên cha gần giống",
        "given": "cha chỉ cùng tên",
        "other": "khác cha",
    },
    "address": {
        "same_line": "cùng địa chỉ",
        "alike_line": "địa chỉ gần giống",
        "same_hamlet": "cùng thôn, tổ nhưng khác nhà",
        "same_commune": "khác địa chỉ trong xã",
        "same_line_elsewhere": "cùng địa chỉ, khác tên xã",
        "other": "khác nơi ở",
    },
    "home_town": {
        "same": "cùng quê quán",
        "within": "quê quán ghi gọn hơn",
        "same_province": "quê cùng tỉnh",
        "other": "khác quê quán",
    },
    "phone": {"equal": "cùng điện thoại", "one_digit": "điện thoại lệch một chữ số", "other": "khác điện thoại"},
}

_STRENGTHS: Final = ((800, "rất mạnh"), (400, "mạnh"), (150, "vừa"), (0, "nhẹ"))
MOST_NAMED: Final = 4
"""Signs named in a sentence on either side."""
SAYS_NOTHING: Final = 50
"""A line of fewer hundredths is left out of the sentence."""


def words(field: str, level: str) -> str:
    """ "cùng mẹ". Raises KeyError for a level the engine does not have."""
    return _WORDS[field][level]


def strength(bits: int) -> str:
    """ "rất mạnh", "mạnh", "vừa" or "nhẹ", by the size of the sum, for or against."""
    return next(word for least, word in _STRENGTHS if abs(bits) >= least)


def in_order(lines: Iterable[Line]) -> list[Line]:
    """The strongest first, whichever way they point; equal ones in the order of the fields."""
    places = {field.name: place for place, field in enumerate(FIELDS)}
    return sorted(lines, key=lambda line: (-abs(line[2]), places.get(line[0], 99)))


def sentence(score: Score) -> str:
    """ "Cùng số CMND, cùng mẹ; nhưng khác dấu ở tên. Có thể là sinh đôi hoặc anh chị em." """
    return sentence_of(score.kind, score.lines, rival=score.rival)


def sentence_of(kind: str, lines: Iterable[Line], *, rival: str = "") -> str:
    ordered = in_order(lines)
    speaking = [line for line in ordered if abs(line[2]) >= SAYS_NOTHING] or ordered
    pros = [words(field, level) for field, level, bits in speaking if bits > 0][:MOST_NAMED]
    cons = [words(field, level) for field, level, bits in speaking if bits < 0][:MOST_NAMED]
    pros, cons = list(dict.fromkeys(pros)), list(dict.fromkeys(cons))
    said = ", ".join(pros)
    if cons:
        said = f"{said}; nhưng {', '.join(cons)}" if said else ", ".join(cons)
    said = f"{said[:1].upper()}{said[1:]}." if said else ""
    if kind == FAMILY_LETTER:
        said = f"{said} {_FAMILIES.get(rival, 'Có thể là người trong nhà.')}".strip()
    return said


_FAMILIES: Final = {
    "twins": "Có thể là sinh đôi.",
    "siblings": "Có thể là anh chị em.",
    "generations": "Có thể là cha con, mẹ con hoặc người cùng nhà.",
}

CLASS_WORDS: Final = {PERSON: "một người", FAMILY_LETTER: "người trong nhà", "U": "không liên quan"}
