"""The list of DC01 to fill in: exactly its fields, drop-downs and checks inside Excel, text where zeros count.

Fields: rosters/fields.py DC01 (Luật Căn cước Đ9; DC01 of TT 17/2024/TT-BCA as re-issued by TT 53/2025). The example
stands above the headings: a list is read from below them, so that it is never taken for a person.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import xlsxwriter
from django.utils import timezone
from xlsxwriter.utility import xl_rowcol_to_cell

from accounts.models import Officer
from registry.rosters.fields import DC01, FIELDS, Kind
from registry.rosters.out import choices
from registry.rosters.out.sheet import office_of

TAB, HELP = "DC01", "Hướng dẫn"
TITLE, NOTE, GROUPS, EXAMPLE, HEAD, FIRST = range(6)
NOTED: Final = (
    "Ghi từ dòng ngay dưới tên cột. Dòng chữ xám, nghiêng phía trên tên cột là VÍ DỤ, không được nhập. "
    "Cột nền đậm là bắt buộc. Cách ghi từng cột: trang “Hướng dẫn”."
)
LAST: Final = FIRST + 20_000
"""Drop-downs and checks reach so far down; more rows can be filled, and are checked when the list is handed in."""
MUST: Final = ("full_name", "birth_date", "sex")
EXAMPLES: Final[Mapping[str, str]] = {
    "full_name": "Nguyễn Thị Mẫu Lan", "other_name": "", "number": "001190000123", "birth_date": "05/02/1990",
    "sex": "Nữ", "birth_place": "Xã Mẫu Sơn, Tỉnh Mẫu", "birth_registration_place": "Xã Mẫu Sơn, Tỉnh Mẫu",
    "home_town": "Xã Mẫu Sơn, Tỉnh Mẫu", "ethnic_group": "Kinh", "religion": "Không", "nationality": "Việt Nam",
    "blood_group": "O", "cmnd": "012345678", "card_issued_on": "10/08/2024", "card_issued_by": "Bộ Công an",
    "card_expires_on": "05/02/2030", "marital_status": "Đang có vợ/chồng", "father_name": "Nguyễn Văn Mẫu",
    "father_number": "001060000456", "mother_name": "Lê Thị Mẫu", "mother_number": "", "spouse_name": "Trần Văn Mẫu",
    "spouse_number": "", "permanent_line": "Số 5, Thôn 2, Xã Mẫu Sơn, Tỉnh Mẫu", "permanent_from": "01/07/2015",
    "temporary_line": "", "temporary_from": "", "temporary_to": "",
    "present_line": "Số 5, Thôn 2, Xã Mẫu Sơn, Tỉnh Mẫu", "residence_file_number": "HS-0215",
    "household_key": "00217", "household_role": "Chủ hộ", "head_name": "Nguyễn Thị Mẫu Lan",
    "head_number": "001190000123", "phone": "0912345678", "email": "lan@coquan.vn", "other_information": "",
}  # fmt: skip
HINTS: Final[Mapping[str, str]] = {
    "full_name": "Bắt buộc. Viết có dấu như giấy khai sinh, hoa hay thường đều được.",
    "number": "12 chữ số. Chưa có thì để trống, không ghi tạm.",
    "birth_date": "Bắt buộc. 05/02/1990; chưa rõ ngày: 02/1990; chỉ biết năm: 1990. Không ghi 01/01 thay.",
    "sex": "Bắt buộc. Nam hoặc Nữ.",
    "cmnd": "9 chữ số, số cũ nếu đã từng có.",
    "birth_registration_place": "Giữ tên đơn vị hành chính ghi trên giấy khai sinh.",
    "permanent_line": "Số nhà, thôn (tổ), xã (phường), tỉnh (thành phố), cách nhau bằng dấu phẩy.",
    "temporary_line": "Như nơi thường trú. Chỉ ghi khi đang đăng ký tạm trú.",
    "present_line": "Như nơi thường trú. Trùng nơi đăng ký thì ghi lại hoặc để trống.",
    "household_key": "Người cùng hộ ghi cùng một số; số do nơi lập danh sách tự đánh cũng được.",
    "household_role": "Chọn trong danh mục (Thông tư 116/2026/TT-BCA, Điều 6). Mỗi hộ một chủ hộ.",
    "phone": "10 chữ số, có số 0 ở đầu.",
    "religion": "Dữ liệu nhạy cảm: chỉ ghi khi công dân khai.",
    "ethnic_group": "Dữ liệu nhạy cảm: ghi như giấy khai sinh.",
    "blood_group": "Dữ liệu nhạy cảm: chỉ ghi khi có giấy xét nghiệm.",
    "head_name": "Của chủ hộ, để đối chiếu khi số hộ chưa rõ.",
}
GUIDE: Final = (
    "Mỗi người một dòng, bắt đầu từ dòng ngay dưới hàng tên cột. Không đổi tên cột, không chèn dòng trống.",
    "Dòng ví dụ nằm trên hàng tên cột, không được nhập; giữ nguyên hay xóa đều được.",
    "Bắt buộc: họ tên, ngày sinh, giới tính. Ô khác chưa có thông tin thì để trống, không ghi “không rõ”, “0”, “x”.",
    "Các cột số đã đặt sẵn dạng chữ để giữ số 0 ở đầu. Dán từ nơi khác: dùng Dán đặc biệt, chọn Giá trị.",
    "Ô có mũi tên: chọn trong danh sách; mọi giá trị nằm ở trang “Danh mục”.",
    "Không đặt mật khẩu, không thêm macro, công thức. Nhiều nhất 120.000 dòng, 50 MB một tệp.",
    "Nộp tệp ở Cổng Dân cư, trang Nhập danh sách; từng dòng được kiểm tra và cho xem trước khi ghi.",
)
WIDE: Final = {
    Kind.LINE: 42,
    Kind.NAME: 26,
    Kind.TEXT: 28,
    Kind.EMAIL: 26,
    Kind.NUMBER: 16,
    Kind.CODE: 18,
    Kind.ROLE: 22,
}


def blank(officer: Officer) -> bytes:
    """The .xlsx to fill in. One query."""
    buffer, lists = io.BytesIO(), choices.code_lists()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        told = {"title": "Danh sách theo Phiếu thu thập thông tin dân cư DC01", "created": timezone.now()}
        book.set_properties(told | {"author": office_of(officer)})
        style = _styles(book)
        _fill(book.add_worksheet(TAB), officer, lists, style)
        choices.write_lists(book, lists, style["head"])
        _guide(book.add_worksheet(HELP), style)
    return buffer.getvalue()


def _fill(tab: Any, officer: Officer, lists: Mapping[str, Sequence[str]], style: Mapping[str, Any]) -> None:
    tab.write_string(
        TITLE, 0, f"{office_of(officer)} · DANH SÁCH THEO PHIẾU THU THẬP THÔNG TIN DÂN CƯ (DC01)", style["title"]
    )
    tab.write_string(NOTE, 0, NOTED, style["note"])
    for column, told in enumerate(DC01):
        tab.set_column(column, column, max(WIDE.get(told.kind, 15), 12), style["text"])
        tab.write_string(EXAMPLE, column, EXAMPLES[told.name], style["example"])
        tab.write_string(HEAD, column, told.label, style["must" if told.name in MUST else "head"])
        _check(tab, column, lists)
    for title, first, last in _groups():
        tab.merge_range(GROUPS, first, GROUPS, last, title.upper(), style["group"])
    tab.set_row(HEAD, 34)
    tab.freeze_panes(FIRST, 1)
    tab.set_landscape()
    tab.set_paper(8)
    tab.fit_to_pages(1, 0)
    tab.repeat_rows(HEAD)


def _check(tab: Any, column: int, lists: Mapping[str, Sequence[str]]) -> None:
    told = DC01[column]
    hint = HINTS.get(told.name, "")
    rule = choices.check_of(told.name, lists, first_cell=xl_rowcol_to_cell(FIRST, column))
    if rule is None and not hint:
        return
    shown = {"input_title": told.label[:32], "input_message": hint} if hint else {}
    tab.data_validation(FIRST, column, LAST, column, (rule or {"validate": "any"}) | shown)


def _groups() -> list[tuple[str, int, int]]:
    """(title, first column, last column) of each part of the form."""
    found: list[tuple[str, int, int]] = []
    for column, told in enumerate(DC01):
        if found and found[-1][0] == told.group:
            found[-1] = (told.group, found[-1][1], column)
        else:
            found.append((told.group, column, column))
    return found


def _guide(tab: Any, style: Mapping[str, Any]) -> None:
    tab.set_column(0, 0, 34)
    tab.set_column(1, 1, 90)
    tab.write_string(0, 0, "CÁCH LẬP DANH SÁCH", style["title"])
    for row, sentence in enumerate(GUIDE, start=1):
        tab.merge_range(row, 0, row, 1, f"{row}. {sentence}", style["wrapped"])
    first = len(GUIDE) + 2
    tab.write_string(first, 0, "Cột", style["head"])
    tab.write_string(first, 1, "Cách ghi", style["head"])
    for row, told in enumerate(DC01, start=first + 1):
        tab.write_string(row, 0, told.label, style["wrapped"])
        tab.write_string(row, 1, HINTS.get(told.name, _plain_hint(told.name)), style["wrapped"])
    tab.protect("", {"select_locked_cells": True})


def _plain_hint(name: str) -> str:
    kind = FIELDS[name].kind
    if kind in (Kind.CODE, Kind.ROLE):
        return "Chọn trong danh mục."
    if kind == Kind.DAY:
        return "Ngày/tháng/năm, ví dụ 05/02/2020."
    if kind == Kind.NUMBER:
        return "12 chữ số; chưa có thì để trống."
    return "Ghi như giấy tờ; chưa có thì để trống."


def _styles(book: Any) -> dict[str, Any]:
    head = {"bold": True, "text_wrap": True, "valign": "vcenter", "align": "center", "border": 1, "bg_color": "#E4F1E9"}
    return {
        "title": book.add_format({"bold": True, "font_size": 13}),
        "note": book.add_format({"italic": True}),
        "text": book.add_format({"num_format": "@", "valign": "top"}),
        "example": book.add_format({"num_format": "@", "italic": True, "font_color": "#6B7280", "bg_color": "#F1F3F5"}),
        "group": book.add_format(head | {"bg_color": "#1F5F45", "font_color": "#FFFFFF"}),
        "head": book.add_format(head),
        "must": book.add_format(head | {"bg_color": "#9FD3B8"}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
    }
