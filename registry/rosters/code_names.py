"""Words of lists as codes: dân tộc, tôn giáo, quốc tịch, hôn nhân, nhóm máu, in any spelling, and by code.

A word that may mean two things is no code: the officer writes it out. No sentence repeats a value that the law calls
sensitive (NĐ 356/2025 Đ4).
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from accounts.text import fold
from registry import codes
from registry.codes import CodeList
from registry.residents.fields import NOT_LISTED

TWO_NUMBERINGS = "Mã dân tộc này khác nhau giữa hai bảng mã đang dùng; ghi tên dân tộc."
MORE_ETHNIC_GROUPS = {
    "01": "việt", "05": "khơ me, khmer krom, miên", "06": "mol", "08": "h'mông, hmoob, mèo",
    "10": "jrai, gia lai, jarai", "12": "rhade, ra đê, ê đê", "13": "bahnar", "14": "xê đăng, sedang",
    "15": "cao lan, sán chỉ", "16": "k'ho, kơ ho, cờ ho", "17": "chàm", "20": "m'nông",
    "21": "ra glai, raglai", "22": "stiêng, s'tiêng",
    "23": "vân kiều, bru", "26": "ka tu, k'tu", "27": "gié triêng, giẻ, triêng", "30": "cor",
    "31": "ta ôi, pa cô, pa kô", "32": "châu ro, chrau", "47": "cờ lao", "55": "nước ngoài",
}  # fmt: skip
MORE_RELIGIONS = {
    "00": "không có, không tôn giáo, không theo tôn giáo, không theo đạo nào, k, ko", "01": "phật, đạo phật",
    "02": "thiên chúa giáo, thiên chúa, đạo thiên chúa, đạo công giáo, kitô giáo",
    "03": "hòa hảo, đạo hòa hảo", "04": "đạo hồi, islam", "05": "đạo cao đài", "08": "đạo tin lành",
    "10": "tứ ân hiếu nghĩa", "12": "tôn giáo baha'i", "13": "đạo bà la môn", "14": "đạo mặc môn",
}  # fmt: skip
MORE_STATUSES = {
    "1": "độc thân, chưa có vợ, chưa có chồng, chưa lập gia đình",
    "2": "đã kết hôn, kết hôn, có vợ, có chồng, đã có vợ, đã có chồng, có gia đình, đã lập gia đình, đang có vợ, "
    "đang có chồng",
    "3a": "ly hôn, li hôn, đã li hôn", "3b": "góa, goá, góa vợ, góa chồng, vợ chết, chồng chết",
}  # fmt: skip
MORE_COUNTRIES = {"VN": "vietnam, vnm, việt nam (vn), cộng hòa xã hội chủ nghĩa việt nam"}
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_BEFORE = re.compile(r"^(?:dân tộc|nhóm máu|nhóm|quốc tịch)\s+", re.IGNORECASE)


class NoCode(ValueError):
    """No code of the list, or more than one; the message is the sentence the officer reads."""


def code_of(field: str, text: str) -> str:
    """The code that a cell of this column means. Raises NoCode."""
    names = _names(field)
    plain = _BEFORE.sub("", text.strip())
    for spelling in (plain, _IN_BRACKETS.sub(" ", plain)):
        if field == "nationality" and (country := codes.COUNTRIES.find(spelling)) is not None:
            return country.code  # "Áo", "Bỉ": without their marks the codes of Angola and Burundi
        if (key := _key(spelling)) in names:
            return names[key]
    if field == "ethnic_group":
        return _ethnic_group_of(plain)
    raise NoCode(NOT_LISTED)


def _ethnic_group_of(text: str) -> str:
    """By its code, where the numbering of QĐ 121 and that of the statistics office agree."""
    code = text.zfill(2)
    if not text.isdigit() or (code not in codes.ETHNIC_GROUPS and codes.ethnic_group_by_gso_code(code) is None):
        raise NoCode(NOT_LISTED)
    group = codes.ETHNIC_GROUPS.get(code)
    if group is None or group.gso_code != code:
        raise NoCode(TWO_NUMBERINGS)
    return code


@cache
def _names(field: str) -> Mapping[str, str]:
    """Folded spelling -> code. One that two codes bear is left out."""
    found: dict[str, set[str]] = {}
    for spelling, code in _SPELLINGS[field]():
        if key := _key(spelling):
            found.setdefault(key, set()).add(code)
    return {key: meant.pop() for key, meant in found.items() if len(meant) == 1}


def _key(text: str) -> str:
    return fold(text).replace(" ", "")


def _of_list(rows: CodeList, more: Mapping[str, str], *, by_code: bool = True) -> Iterable[tuple[str, str]]:
    for code, row in rows.items():
        yield row.name, code
        if by_code:
            yield code, code
            yield code.lstrip("0") or "0", code
        for spelling in more.get(code, "").split(", "):
            yield spelling, code


def _ethnic_groups() -> Iterable[tuple[str, str]]:
    yield from _of_list(codes.ETHNIC_GROUPS, MORE_ETHNIC_GROUPS, by_code=False)
    for code, group in codes.ETHNIC_GROUPS.items():
        yield group.qd121_name, code


_SPELLINGS = {
    "ethnic_group": _ethnic_groups,
    "religion": lambda: _of_list(codes.RELIGIONS, MORE_RELIGIONS),
    "nationality": lambda: _of_list(codes.COUNTRIES, MORE_COUNTRIES),
    "marital_status": lambda: _of_list(codes.MARITAL_STATUSES, MORE_STATUSES),
    "blood_group": lambda: _of_list(codes.BLOOD_GROUPS, {}),
}
