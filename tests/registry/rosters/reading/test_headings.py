"""Columns found by their headings, in any spelling, and by what stands below."""

import pytest

from registry.rosters.fields import FIELDS, Kind
from registry.rosters.reading import headings
from registry.rosters.reading.headings import find
from registry.rosters.reading.vocabulary import fields_of
from registry.values.legacy_fonts import as_tcvn3
from tests.registry.rosters.reading.awkward import HEADINGS, PEOPLE, TABLE

SPELLINGS = {
    "full_name": "HỌ VÀ TÊN|Ho ten|Hộ & tên|H.tên|Họ tên|Họ và tên (1)|HO VA TEN|Họ và Tên khai sinh",
    "birth_date": "Ngày sinh|NTNS|Năm sinh|Ngày, tháng, năm sinh|NGAY SINH|N.sinh|Sinh ngày|Ngày sinh (ghi rõ)",
    "sex": "GT|Giới tính|Phái|Nam/Nữ|gioi tinh",
    "number": "Số ĐDCN|Mã định danh|CCCD|Số CCCD|SỐ ĐỊNH DANH CÁ NHÂN|Số căn cước|so cccd|Số thẻ CCCD",
    "cmnd": "Số CMND|CMT|CMND|Chứng minh nhân dân",
    "any_number": "Số CCCD/CMND|CMND/CCCD|Số giấy tờ",
    "household_role": "QH với chủ hộ|Quan hệ|Quan hệ với CH|QHCH|Mối quan hệ với chủ hộ",
    "household_key": "Số hộ|Hộ số|Mã hộ|Số sổ hộ khẩu|SHK",
    "head_name": "Họ tên chủ hộ|Chủ hộ|Tên chủ hộ",
    "head_number": "Số CCCD chủ hộ|Số định danh của chủ hộ",
    "phone": "ĐT|SĐT|Số điện thoại|Điện thoại|Số thuê bao di động|SDT",
    "permanent_line": "HKTT|Nơi ĐKTT|Nơi thường trú|Nơi ĐKHKTT|Nơi đăng ký thường trú",
    "present_line": "Chỗ ở hiện nay|Nơi ở hiện tại|Nơi cư trú hiện nay",
    "permanent_hamlet": "Thôn|Tổ dân phố|Thôn/TDP|Ấp",
    "ethnic_group": "Dân tộc|D.tộc|DAN TOC", "religion": "Tôn giáo|T.giáo", "home_town": "QQ|Quê quán|Nguyên quán",
    "father_name": "Họ tên cha|Cha – Họ tên|Họ tên bố|Cha", "mother_number": "Mẹ – Số CCCD|Số định danh của mẹ",
    "spouse_name": "Họ tên vợ/chồng|Vợ (chồng)", "surname_and_middle": "Họ và chữ đệm|Họ đệm|Họ lót",
    "ordinal": "STT|TT|Số TT|Số thứ tự", "birth_place": "Nơi sinh", "card_issued_on": "Ngày cấp|Ngày cấp CCCD",
    "birth_male": "Ngày, tháng, năm sinh – Nam", "birth_female": "Ngày, tháng, năm sinh – Nữ",
    "temporary_to": "Tạm trú đến ngày", "temporary_line": "Nơi tạm trú", "note": "Ghi chú|Lý do chưa ghi được",
}  # fmt: skip


@pytest.mark.parametrize(("name", "heading"), [(n, one) for n, text in SPELLINGS.items() for one in text.split("|")])
def test_a_heading_in_its_spellings(name, heading):
    assert fields_of(heading) == (name,)


@pytest.mark.parametrize(
    "heading", ["Nghề nghiệp", "Trình độ học vấn", "Cha – Năm sinh", "Họ tên cha, mẹ", "", "Diện tích"]
)
def test_a_heading_of_nothing_we_keep(heading):
    assert fields_of(heading) == ()


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_every_label_of_the_portal_is_its_own_heading(field):
    assert fields_of(field.label) == (field.name,)


def numbered(rows, start: int = 1):
    return list(enumerate(rows, start=start))


def test_a_plain_list():
    found = find(numbered(TABLE))
    assert (found.header_rows, found.first_row, found.headings) == ((1,), 2, HEADINGS)
    assert found.columns == {
        0: "ordinal", 1: "full_name", 2: "birth_date", 3: "sex", 4: "number", 5: "household_role", 6: "permanent_line"
    }  # fmt: skip
    assert (found.unsure, found.notes) == ({}, [])


def test_titles_above_two_lines_of_heading_and_a_line_of_numbers():
    rows = [
        ["UBND XÃ MẪU SƠN"], ["CÔNG AN XÃ"], ["DANH SÁCH NHÂN KHẨU THÔN 2 NĂM 2026"],
        ["TT", "Họ và tên", "Ngày, tháng, năm sinh", "", "Quan hệ với chủ hộ", "Cha", ""],
        ["", "", "Nam", "Nữ", "", "Họ tên", "Số CCCD"],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
        *[["1", "Lê Mẫu", "01/02/1980", "", "Chủ hộ", "Lê Văn Cha", "001050000001"]] * 3,
        *[["2", "Trần Mẫu", "", "1982", "Vợ", "Trần Văn Cha", "001051000001"]] * 3,
    ]  # fmt: skip
    found = find(numbered(rows))
    assert (found.header_rows, found.first_row) == ((4, 5, 6), 7)
    assert found.columns == {
        0: "ordinal", 1: "full_name", 2: "birth_male", 3: "birth_female", 4: "household_role", 5: "father_name",
        6: "father_number",
    }  # fmt: skip


def test_day_month_and_year_in_three_columns():
    rows = [["Họ đệm", "Tên", "Ngày sinh", "", "", "Giới tính", ""], ["", "", "Ngày", "Tháng", "Năm", "Nam", "Nữ"]]
    rows += [["Lê Văn", "Mẫu", "12", "3", "1980", "x", ""], ["Trần Thị", "Mẫu", "5", "12", "1982", "", "x"]] * 3
    assert find(numbered(rows)).columns == {
        0: "surname_and_middle", 1: "given_name", 2: "birth_day", 3: "birth_month", 4: "birth_year", 5: "is_male",
        6: "is_female",
    }  # fmt: skip


def test_a_name_over_two_columns_of_which_the_second_has_no_heading():
    rows = [["STT", "Họ và tên", "", "Năm sinh"]] + [["1", "Nguyễn Văn", "Mẫu", "1980"]] * 5
    assert find(numbered(rows)).columns == {0: "ordinal", 1: "surname_and_middle", 2: "given_name", 3: "birth_date"}


def test_a_heading_in_an_old_font_is_read():
    rows = [[as_tcvn3(cell) for cell in row] for row in TABLE]
    assert find(numbered(rows)).columns == find(numbered(TABLE)).columns


def test_values_settle_a_heading_that_may_say_two_things():
    rows = [["Họ tên", "DT", "DT", "CMND", "Số giấy tờ"]]
    rows += [["Lê Mẫu", "0912345678", "Kinh", "001080000123", "012345678"]] * 5
    assert find(numbered(rows)).columns == {
        0: "full_name", 1: "phone", 2: "ethnic_group", 3: "number", 4: "cmnd"
    }  # fmt: skip


def test_two_columns_that_claim_one_field_are_said_and_not_guessed():
    rows = [["Họ tên", "Ngày sinh", "Năm sinh"]] + [["Lê Mẫu", "01/02/1980", "1980"]] * 5
    found = find(numbered(rows))
    assert (found.columns, found.unsure) == ({0: "full_name"}, {1: ["birth_date"], 2: ["birth_date"]})
    assert found.notes == ["Cột B, C cùng có thể là “Ngày, tháng, năm sinh”; chọn một cột."]


def test_an_empty_column_gives_way_to_the_filled_one():
    rows = [["Họ tên", "Số CCCD", "Số ĐDCN"]] + [["Lê Mẫu", "", "001080000123"]] * 5
    assert find(numbered(rows)).columns == {0: "full_name", 2: "number"}


def test_a_column_whose_cells_are_not_what_its_heading_says_is_asked():
    rows = [["Họ tên", "Ngày sinh", "Địa chỉ"]] + [["Lê Mẫu", "Nam", "Thôn 1, xã Mẫu"]] * 5
    found = find(numbered(rows))
    unsure = {1: ["birth_date", "sex"], 2: ["permanent_line", "present_line"]}
    assert (found.columns, found.unsure) == ({0: "full_name"}, unsure)
    assert found.notes == ["Cột B “Ngày sinh” ghi khác với tiêu đề; xem lại cột này."]


def test_a_list_without_heading_is_said_and_its_columns_are_asked():
    found = find(numbered(PEOPLE))
    assert (found.header_rows, found.first_row, found.columns) == ((), 1, {})
    assert found.unsure == {1: ["full_name"], 2: ["birth_date"], 3: ["sex"], 4: ["number"], 5: ["household_role"]}
    assert found.notes == [headings.NO_HEADING]


def test_what_the_officer_said_before_wins():
    remembered = {headings.key_of("Quan hệ với chủ hộ"): "", headings.key_of("NƠI THƯỜNG TRÚ"): "present_line"}
    found = find(numbered(TABLE), remembered)
    assert (found.columns[6], 5 in found.columns, 5 in found.unsure, found.remembered) == (
        "present_line",
        False,
        False,
        2,
    )


def test_columns_that_are_ignored_may_be_many():
    rows = [["STT", "TT", "Họ tên", "Ghi chú", "Ghi chú"]] + [["1", "1", "Lê Mẫu", "a", "b"]] * 4
    found = find(numbered(rows))
    assert [FIELDS[name].kind for name in found.columns.values()].count(Kind.IGNORED) == 4


def test_letters_of_columns():
    assert [headings.letter(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
