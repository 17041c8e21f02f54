"""The list for Excel: out with real Excel structures, back through a real reader; nothing but what was meant is
written."""

import datetime as dt
import html
import io
import re
import zipfile

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from registry.fieldwork import entering, excel, excel_back, making
from registry.fieldwork.entering import Typed
from registry.fieldwork.refusal import FileRefused
from registry.models import FieldLine, FieldSheet, Resident
from tests.factories import HouseholdFactory
from tests.registry.fieldwork.conftest import lives, today

pytestmark = pytest.mark.django_db
FIRST = excel.FIRST_ROW


def out(sheet: FieldSheet, by) -> bytes:
    return excel.sheet_list(sheet, list(sheet.lines.order_by("position")), by=by)


def rows_of(content: bytes) -> list[list]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def typed_in(content: bytes, cells: dict[tuple[int, int], object]) -> bytes:
    """The list as somebody saves it from Excel, with these cells (row, column) typed in."""
    rows = rows_of(content)
    width = max(len(row) for row in rows)
    rows = [[*row, *[""] * (width - len(row))] for row in rows]
    for (row, column), value in cells.items():
        while len(rows) <= row:
            rows.append([""] * width)
        rows[row][column] = value
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        tab, day = book.add_worksheet("Phúc tra"), book.add_format({"num_format": "dd/mm/yyyy"})
        for row, line in enumerate(rows):
            for column, value in enumerate(line):
                if isinstance(value, dt.date):
                    tab.write_datetime(row, column, dt.datetime.combine(value, dt.time()), day)
                elif value != "":
                    tab.write(row, column, value)
    return buffer.getvalue()


def xml_of(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml"))


def nothing_written() -> bool:
    return (
        not FieldLine.objects.filter(entered_at__isnull=False).exists()
        and not Resident.objects.filter(confirmed_at__isnull=False).exists()
    )


# --- out -------------------------------------------------------------------------------------------------------------


def test_the_list_has_every_line_in_the_order_of_the_paper(sheet, officer):
    rows = rows_of(out(sheet, officer))
    assert rows[excel.TITLE_ROW] == list(excel.TITLES)
    body = rows[FIRST:]
    assert [row[0] for row in body] == [line.public_id.hex for line in sheet.lines.order_by("position")]
    assert body[0][2].startswith("Hộ 00217") and body[1][3] == "Nguyễn Văn Mẫu An"


def test_ids_are_opaque_and_numbers_are_masked(sheet, people, officer):
    text = xml_of(out(sheet, officer))
    for person in people:
        number = person.numbers.get().number
        assert number not in text
        assert str(person.public_id) not in text and person.public_id.hex not in text
    assert "0912345678" not in text


def test_outcomes_are_chosen_from_a_list_and_the_rest_is_locked(sheet, officer):
    text = xml_of(out(sheet, officer))
    assert "<sheetProtection" in text
    assert text.count("<dataValidation ") >= 3
    offered = set(re.findall(r"<formula1>\"(.*?)\"</formula1>", html.unescape(text)))
    assert offered == {"1 Đúng,2 Sai – ghi lại,3 Đã chết,4 Đã chuyển đi,5 Không gặp", "6 Thêm người", "có"}


def test_what_begins_like_a_formula_is_text(commune, officer):
    home = HouseholdFactory(commune=commune, hamlet="Thôn 2", street="=cmd|' /C calc'!A0")
    for name in ('=HYPERLINK("http://x","a")', "+1+1", "-2", "@SUM(A1)"):
        lives(home, name, role="CON_DE")
    content = out(making.make(commune, [home], by=officer), officer)
    text = xml_of(content)
    assert "<f>" not in text and "<hyperlink" not in text
    assert text.count('quotePrefix="1"') >= 1
    assert {row[3] for row in rows_of(content)[FIRST + 1 :]} == {
        '=HYPERLINK("http://x","a")', "+1+1", "-2", "@SUM(A1)",
    }  # fmt: skip


# --- and back --------------------------------------------------------------------------------------------------------


def test_lines_that_came_back_are_written_line_by_line(sheet, people, officer):
    content = typed_in(out(sheet, officer), {
        (FIRST + 1, 8): "1 Đúng", (FIRST + 1, 9): "có", (FIRST + 2, 8): "2 Sai – ghi lại",
        (FIRST + 3, 8): "5 Không gặp", (FIRST + 3, 11): today(), (FIRST + 4, 8): "9 gì đó",
        (FIRST, 8): "6 Thêm người", (FIRST, 10): "Nguyễn Mẫu Hà, 2024, con",
    })  # fmt: skip
    results, done = excel_back.read_back(sheet, content, by=officer)
    assert [(one.row, one.accepted) for one in results] == [(5, True), (6, True), (7, False), (8, True), (9, False)]
    assert results[2].said == "Ghi chỗ sai và nội dung đúng."
    assert results[4].said == "Chọn một trong các ô 1 đến 5."
    assert (done.lines, done.confirmed, done.verified) == (3, 1, 1)
    assert Resident.objects.get(pk=people[0].pk).confirmed_how == "visit"
    assert [line.outcome for line in sheet.lines.order_by("position")][:5] == ["6", "1", "", "5", ""]


def test_the_same_file_again_changes_nothing(sheet, people, officer):
    content = typed_in(out(sheet, officer), {(FIRST + 1, 8): "1 Đúng"})
    excel_back.read_back(sheet, content, by=officer)
    before = list(FieldLine.objects.order_by("pk").values())
    confirmed = Resident.objects.get(pk=people[0].pk).confirmed_at
    results, done = excel_back.read_back(sheet, content, by=officer)
    assert [(one.accepted, one.said) for one in results] == [(True, "Đã ghi từ trước, không ghi thêm lần nữa.")]
    assert done.lines == 0
    assert list(FieldLine.objects.order_by("pk").values()) == before
    assert Resident.objects.get(pk=people[0].pk).confirmed_at == confirmed


def test_an_old_file_never_overwrites_what_was_typed_since(sheet, people, officer):
    content = typed_in(out(sheet, officer), {(FIRST + 1, 8): "3 Đã chết"})
    line = sheet.lines.get(resident=people[0])
    entering.enter(sheet, {line.public_id: Typed("1")}, visited_on=today(), by=officer)
    [result], _ = excel_back.read_back(sheet, content, by=officer)
    assert result.accepted is False
    assert re.fullmatch(r"Đã nhập lúc .* là “Đúng”; sửa trên màn hình của phiếu\.", result.said)
    assert Resident.objects.get(pk=people[0].pk).death_reported_on is None


@pytest.mark.parametrize("cell", [(FIRST + 1, 3), (FIRST + 1, 0), (FIRST + 2, 6), (FIRST, 2), (FIRST + 9, 3)])
def test_a_change_in_the_locked_part_changes_nothing(sheet, officer, cell):
    content = typed_in(out(sheet, officer), {cell: "đổi tay", (FIRST + 1, 8): "1 Đúng"})
    with pytest.raises(FileRefused, match="Phần khóa của tệp đã bị sửa"):
        excel_back.read_back(sheet, content, by=officer)
    assert nothing_written()


def test_the_list_of_another_sheet_changes_nothing(sheet, home, officer):
    other = making.make(home.commune, [home], by=officer)
    content = typed_in(out(other, officer), {(FIRST + 1, 8): "1 Đúng"})
    with pytest.raises(FileRefused, match="không phải danh sách phúc tra"):
        excel_back.read_back(sheet, content, by=officer)
    assert nothing_written()


def test_a_forged_seal_changes_nothing(sheet, officer):
    content = typed_in(out(sheet, officer), {(excel.SEAL_ROW, 0): "eyJzaGVldCI6IngifQ:1abc:def"})
    with pytest.raises(FileRefused, match="không phải danh sách phúc tra"):
        excel_back.read_back(sheet, content, by=officer)


def test_sorted_rows_are_still_ours(sheet, people, officer):
    content = typed_in(out(sheet, officer), {(FIRST + 1, 8): "1 Đúng"})
    rows = rows_of(content)
    cells = {(FIRST + n, m): value for n, row in enumerate(reversed(rows[FIRST:])) for m, value in enumerate(row)}
    results, _ = excel_back.read_back(sheet, typed_in(content, cells), by=officer)
    assert [one.accepted for one in results] == [True]
    assert Resident.objects.get(pk=people[0].pk).confirmed_how == "visit"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"ten;ngay\n", b"\x00" * 100])
def test_what_is_no_excel_is_said(sheet, officer, content):
    with pytest.raises(FileRefused, match=r"Không đọc được tệp"):
        excel_back.read_back(sheet, content, by=officer)


def test_a_bomb_is_not_unpacked(sheet, officer):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (40 * 1024 * 1024))
    with pytest.raises(FileRefused, match="quá lớn"):
        excel_back.read_back(sheet, buffer.getvalue(), by=officer)
    with pytest.raises(FileRefused, match="quá lớn"):
        excel_back.read_back(sheet, b"x" * (excel_back.LARGEST_BYTES + 1), by=officer)


@pytest.mark.parametrize(("typed", "said"), [("31/2/2026", None), ("2026", "chưa đủ"), ("hôm qua", None)])
def test_a_day_that_cannot_be_read_refuses_its_line_alone(sheet, people, officer, typed, said):
    content = typed_in(out(sheet, officer), {(FIRST + 1, 8): "1 Đúng", (FIRST + 1, 11): typed, (FIRST + 2, 8): "1"})
    results, _ = excel_back.read_back(sheet, content, by=officer)
    assert [one.accepted for one in results] == [False, True]
    assert said is None or said in results[0].said
