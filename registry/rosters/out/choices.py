"""Drop-downs and checks inside Excel: one sheet with the code lists, and the rule for each column that has one.

A check in Excel helps who types and stops nobody who pastes: the file is read and checked again when it is handed in.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils import timezone
from xlsxwriter.utility import xl_col_to_name

from registry import codes
from registry.models import HouseholdRole
from registry.rosters.fields import FIELDS, Kind

TAB: Final = "Danh mục"
FIRST_ROW: Final = 1
NUMBERS: Final = (Kind.NUMBER, Kind.CMND, Kind.PHONE, Kind.BIRTH, Kind.DAY, Kind.KEY)
"""Kinds whose cells are text although they look like numbers: zeros in front stay."""
LISTS: Final = ("sex", "ethnic_group", "religion", "nationality", "marital_status", "blood_group", "household_role")


def code_lists() -> dict[str, list[str]]:
    """Field -> what may be chosen, as it is read back. One query, for the roles of today (TT 116/2026/TT-BCA Đ6 k1)."""
    today = timezone.localdate()
    roles = HouseholdRole.objects.filter(valid_from__lte=today).exclude(valid_to__lt=today).order_by("position")
    unknown = {"0", "00", ""}
    return {
        "sex": ["Nam", "Nữ"],
        "ethnic_group": _names(codes.ETHNIC_GROUPS.choices()),
        "religion": _names(codes.RELIGIONS.choices()),
        "nationality": _names(codes.country_choices()),
        "marital_status": _names(
            (code, name) for code, name in codes.MARITAL_STATUSES.choices() if code not in unknown
        ),
        "blood_group": _names((code, name) for code, name in codes.BLOOD_GROUPS.choices() if code not in unknown),
        "household_role": list(roles.values_list("name", flat=True)),
    }


def _names(choices: Any) -> list[str]:
    return [name for _, name in choices]


def write_lists(book: Any, lists: Mapping[str, Sequence[str]], head: Any) -> None:
    """The sheet that the drop-downs point at."""
    tab = book.add_worksheet(TAB)
    tab.freeze_panes(FIRST_ROW, 0)
    for row in range(FIRST_ROW + max(len(one) for one in lists.values())):
        for column, name in enumerate(lists):
            if row < FIRST_ROW:
                tab.write_string(0, column, FIELDS[name].label, head)
                tab.set_column(column, column, 30)
            elif row - FIRST_ROW < len(lists[name]):
                tab.write_string(row, column, lists[name][row - FIRST_ROW])
    tab.protect("", {"select_locked_cells": True})


def check_of(name: str, lists: Mapping[str, Sequence[str]], *, first_cell: str) -> dict[str, Any] | None:
    """The validation of a column, for XlsxWriter; None where anything may stand. `first_cell` is the first it is for,
    by which Excel's formulas are written."""
    kind = FIELDS[name].kind
    if name in lists:
        letter, last = xl_col_to_name(list(lists).index(name), col_abs=True), FIRST_ROW + len(lists[name])
        source = f"='{TAB}'!{letter}${FIRST_ROW + 1}:{letter}${last}"
        return _said({"validate": "list", "source": source}, f"Chọn {FIELDS[name].label.lower()} trong danh sách.")
    formula, sentence = _formula(kind, first_cell)
    return _said({"validate": "custom", "value": f"={formula}"}, sentence) if formula else None


def _formula(kind: Kind, cell: str) -> tuple[str, str]:
    """(what must hold of a cell of this kind, what Excel says otherwise)."""
    match kind:
        case Kind.NUMBER:
            return _digits(cell, 12), "Số định danh gồm đúng 12 chữ số."
        case Kind.CMND:
            return _digits(cell, 9), "Số CMND gồm đúng 9 chữ số."
        case Kind.PHONE:
            phone = f'LEN({cell})>=10,LEN({cell})<=11,LEFT({cell},1)="0",ISNUMBER(--{cell})'
            return f"AND({phone})", "Số điện thoại gồm 10 chữ số, bắt đầu bằng số 0."
        case Kind.BIRTH:
            said = "Ghi ngày/tháng/năm, ví dụ 05/02/1980; chỉ biết năm thì ghi 1980."
            return _date(cell, may_be_year=True), said
        case Kind.DAY:
            return _date(cell, may_be_year=False), "Ghi đủ ngày/tháng/năm, ví dụ 05/02/2020."
        case Kind.EMAIL:
            return f'ISNUMBER(SEARCH("?@?*.?",{cell}))', "Địa chỉ thư điện tử dạng ten@coquan.vn."
    return "", ""


def _digits(cell: str, count: int) -> str:
    return f"AND(LEN({cell})={count},ISNUMBER(--{cell}))"


def _date(cell: str, *, may_be_year: bool) -> str:
    """Text dd/mm/yyyy whose day and month exist; where a year may stand alone also mm/yyyy and yyyy. Excel takes 255
    characters, so the day of a short month is left to the reading."""
    year = f"--RIGHT({cell},4)>=1850,--RIGHT({cell},4)<=2100"
    full = f"AND(LEN({cell})=10,--LEFT({cell},2)>=1,--LEFT({cell},2)<=31,--MID({cell},4,2)>=1,--MID({cell},4,2)<=12)"
    shapes = f"OR({full},LEN({cell})=7,LEN({cell})=4)" if may_be_year else full
    return f"IFERROR(AND({year},{shapes}),FALSE)"


def _said(rule: dict[str, Any], sentence: str) -> dict[str, Any]:
    return rule | {"error_title": "Chưa đúng", "error_message": sentence[:255], "ignore_blank": True}
