"""The official code lists, read once from the CSV files beside this module.

A code that no list knows is shown as itself and never stops a page: old data and other offices have codes of their own.
Sources stand in the CSV files; legal basis: facts 5.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Protocol, TypeVar

from accounts.text import plain_sort_key

_HERE: Final = Path(__file__).parent


class Coded(Protocol):
    """A row of a code list: what is stored, and what the screen shows."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class EthnicGroup:
    """Key and `code` = QĐ 121-TCTK/PPCĐ; `gso_code` = the other numbering in use, which differs for 37 of 54 groups."""

    code: str
    gso_code: str
    name: str
    qd121_name: str


@dataclass(frozen=True, slots=True)
class BirthProvince:
    """One of the 63 places of birth registration in the personal number, and the province it belongs to since
    01/07/2025.
    """

    code: str
    name: str
    new_code: str
    new_name: str


@dataclass(frozen=True, slots=True)
class HeadRelation:
    """Relationship to the head of household. `sex` is "1", "2" or "" (either); `generation` counts downwards, a child
    is +1.
    """

    code: str
    name: str
    sex: str
    generation: int | None


@dataclass(frozen=True, slots=True)
class RuleText:
    """A clean-up rule as the catalogue words it; the checks themselves live in registry.cleanup."""

    code: str
    group: str
    title: str
    condition: str
    severity: str
    fix: str
    basis: str


RowT = TypeVar("RowT", bound=Coded)


class CodeList(Mapping[str, RowT]):
    """A code list in its official order. name("77") of an unknown code answers "77"."""

    def __init__(self, rows: list[RowT]) -> None:
        self._rows: dict[str, RowT] = {row.code: row for row in rows}
        self._by_name: dict[str, RowT] = {row.name.casefold(): row for row in rows}

    def __getitem__(self, code: str) -> RowT:
        return self._rows[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def name(self, code: str | None) -> str:
        """What the screen shows; the code itself when the list does not know it, "" for nothing."""
        if not code:
            return ""
        row = self._rows.get(code)
        return row.name if row is not None else str(code)

    def choices(self, *, blank: str | None = None, leave_out: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """(code, name) pairs for a form field or a model field; `blank` words the empty choice in front."""
        pairs = [(row.code, row.name) for row in self._rows.values() if row.code not in leave_out]
        return pairs if blank is None else [("", blank), *pairs]

    def find(self, name: str) -> RowT | None:
        """The row of that very name, whatever its case; None when there is none."""
        return self._by_name.get(name.strip().casefold())


@cache
def _rows(file_name: str) -> tuple[dict[str, str], ...]:
    with (_HERE / file_name).open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


ETHNIC_GROUPS: Final = CodeList(
    [EthnicGroup(row["ma_qd121"], row["ma_gso_web"], row["ten_gso"], row["ten_qd121"]) for row in _rows("dan_toc.csv")]
)
RELIGIONS: Final = CodeList([Code(row["ma_qd1019"], row["ten"]) for row in _rows("ton_giao.csv")])
BIRTH_PROVINCES: Final = CodeList(
    [
        BirthProvince(row["ma_dkks"], row["ten_tinh_cu"], row["ma_tinh_moi_2025"], row["ten_tinh_moi"])
        for row in _rows("tinh_63_sodinhdanh.csv")
    ]
)
HEAD_RELATIONS: Final = CodeList(
    [
        HeadRelation(row["ma"], row["ten"], row["gioi_tinh_bat_buoc"], int(row["the_he"]) if row["the_he"] else None)
        for row in _rows("quan_he_chu_ho.csv")
    ]
)
COUNTRIES: Final = CodeList([Code(row["ma_iso"], row["ten"]) for row in _rows("quoc_gia.csv")])
RULE_TEXTS: Final[dict[str, RuleText]] = {
    row["code"]: RuleText(
        row["code"], row["group"], row["title_vi"], row["condition"], row["severity"], row["usual_fix_vi"], row["basis"]
    )
    for row in _rows("rules.csv")
}

SEX_UNKNOWN, MALE, FEMALE = "0", "1", "2"
SEXES: Final = CodeList([Code(SEX_UNKNOWN, "Chưa có thông tin"), Code(MALE, "Nam"), Code(FEMALE, "Nữ")])
"""QCVN 109:2017/BTTTT."""

UNMARRIED, MARRIED, DIVORCED, WIDOWED = "1", "2", "3a", "3b"
MARITAL_STATUSES: Final = CodeList(
    [
        Code("0", "Chưa có thông tin"),
        Code(UNMARRIED, "Chưa kết hôn"),
        Code(MARRIED, "Đang có vợ/chồng"),
        Code(DIVORCED, "Đã ly hôn"),
        Code(WIDOWED, "Góa vợ/chồng"),
    ]
)
"""QCVN 109 has one code 3 for both ends of a marriage; inside they stay apart. See national_marital_code()."""

BLOOD_GROUPS: Final = CodeList(
    [Code("00", "Chưa có thông tin"), *(Code(group, group) for group in ("A", "B", "AB", "O"))]
)

DOCUMENT_KINDS: Final = CodeList(
    [
        Code("CAN_CUOC", "Thẻ căn cước (từ 01/7/2024)"),
        Code("CCCD_CHIP", "Thẻ căn cước công dân gắn chip (2021–6/2024)"),
        Code("CCCD_MAVACH", "Thẻ căn cước công dân mã vạch (2016–2020)"),
        Code("CMND12", "Chứng minh nhân dân 12 số"),
        Code("CMND9", "Chứng minh nhân dân 9 số"),
        Code("GCN_CAN_CUOC", "Giấy chứng nhận căn cước"),
        Code("GIAY_KHAI_SINH", "Giấy khai sinh"),
        Code("HO_CHIEU", "Hộ chiếu"),
        Code("VNEID", "Căn cước điện tử trên VNeID"),
    ]
)

SOURCES: Final = CodeList(
    [
        Code("QR", "Mã QR trên thẻ"),
        Code("CHIP", "Chip của thẻ"),
        Code("VNEID", "VNeID"),
        Code("GIAY_TO", "Giấy tờ"),
        Code("CONG_DAN_KHAI", "Công dân khai"),
        Code("TANG_THU", "Tàng thư"),
        Code("CSDLQGDC", "CSDL quốc gia về dân cư"),
    ]
)
"""Where a value comes from; kept for every field of Luật Căn cước Đ9."""

HOME_COUNTRY: Final = "VN"
KINH: Final = "01"


def national_marital_code(code: str) -> str:
    """The code of the national message (QCVN 109), where divorced and widowed are both 3."""
    return code[:1]


def choices(
    codes: CodeList[RowT], *, blank: str | None = None, leave_out: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    """The pairs a form field wants; same as codes.choices()."""
    return codes.choices(blank=blank, leave_out=leave_out)


def ethnic_group_by_gso_code(code: str) -> EthnicGroup | None:
    """The group of a code in the General Statistics Office's numbering."""
    return next((group for group in ETHNIC_GROUPS.values() if group.gso_code == code), None)


def country_choices(*, blank: str | None = None) -> list[tuple[str, str]]:
    """Việt Nam first, then the alphabet."""
    rest = sorted(
        (pair for pair in COUNTRIES.choices() if pair[0] != HOME_COUNTRY), key=lambda pair: plain_sort_key(pair[1])
    )
    home = [(HOME_COUNTRY, COUNTRIES.name(HOME_COUNTRY)), *rest]
    return home if blank is None else [("", blank), *home]
