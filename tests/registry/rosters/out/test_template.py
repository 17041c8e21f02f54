"""The DC01 list to fill in: every field a column, read back without doubt."""

import io
import re
import warnings
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from registry.rosters.fields import DC01
from registry.rosters.out import choices, template
from registry.rosters.reading import cells
from registry.rosters.reading.book import open_book
from registry.rosters.reading.headings import find
from registry.rosters.values import Context, read

pytestmark = pytest.mark.django_db

PERSON = {"full_name": "Mẫu Lan", "birth_date": "1990"}


@pytest.fixture
def made(officer) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # XlsxWriter warns of a check that Excel would not take, and leaves it out
        return template.blank(officer)


@pytest.fixture
def sheet(made) -> str:
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        return packed.read("xl/worksheets/sheet1.xml").decode()


def checks_of(sheet: str) -> dict[str, str]:
    """Letter of the column -> its data validation."""
    found = re.findall(r"<dataValidation [^>]*/>|<dataValidation [^>]*[^/]>.*?</dataValidation>", sheet, re.S)
    return {re.search(r'sqref="([A-Z]+)', one)[1]: one for one in found}


def test_the_columns_are_exactly_the_fields_of_dc01_found_without_doubt(made):
    found = find(list(open_book(made, "mau.xlsx").rows(template.TAB)))
    assert found.columns == {column: one.name for column, one in enumerate(DC01)}
    assert (found.unsure, found.first_row) == ({}, template.FIRST + 1)
    assert found.header_rows[-1] == template.HEAD + 1


def test_a_filled_list_is_read_from_its_first_row(made):
    rows = list(open_book(made, "mau.xlsx").rows(template.TAB))
    filled = [template.EXAMPLES[one.name] for one in DC01]
    found = find([*rows, (template.FIRST + 1, filled), (template.FIRST + 2, filled)])
    assert found.columns == {column: one.name for column, one in enumerate(DC01)}
    assert (found.unsure, found.first_row) == ({}, template.FIRST + 1)


def test_the_example_is_no_row_of_the_list(made):
    rows = list(open_book(made, "mau.xlsx").rows(template.TAB))
    first = find(rows).first_row
    assert any("Nguyễn Thị Mẫu Lan" in row for _, row in rows)
    assert [row for number, row in rows if number >= first] == []


def test_the_example_as_a_filled_row_is_read_clean(made, officer, commune):
    columns = {place: one.name for place, one in enumerate(DC01)}
    told = cells.read_row([template.EXAMPLES[one.name] for one in DC01], columns)
    assert not told.problems and not told.repairs
    lines = {"permanent_line", "present_line"}  # of a commune that this database has no map of
    typed = {name: text for name, text in told.typed.items() if name not in lines}
    values = read(typed, Context.of(commune, "TANG_THU", None))
    assert values.problems == []
    assert values.values["number"] == "001190000123" and values.values["sex"] == 2


def test_every_choice_of_the_drop_downs_is_read_clean(officer, commune):
    context = Context.of(commune, "TANG_THU", None)
    for name, offered in choices.code_lists().items():
        assert len(offered) == len(set(offered)) and offered
        for text in offered:
            told = cells.read_row([text], {0: name})
            both = [PERSON | {"sex": sex} | dict(told.typed) for sex in ("Nữ", "Nam")]  # a wife is no man
            said = [[one for one in read(typed, context).problems if one.field == name] for typed in both]
            assert not told.problems and [] in said, (name, text)


def test_numbers_dates_and_codes_are_checked_inside_excel(sheet):
    checks = checks_of(sheet)
    letters = {one.name: template.xl_rowcol_to_cell(0, column)[:-1] for column, one in enumerate(DC01)}
    for name in choices.LISTS:
        assert 'type="list"' in checks[letters[name]] and "Danh mục" in checks[letters[name]]
    for name in ("number", "birth_date", "phone", "cmnd", "card_issued_on", "email", "father_number"):
        assert 'type="custom"' in checks[letters[name]]
        assert not re.search(r' error="([^"]*)"', checks[letters[name]])[1].isascii()  # a Vietnamese sentence
    formulas = re.findall(r"<formula1>(.*?)</formula1>", sheet)
    assert all(len(one.replace("&gt;", ">").replace("&lt;", "<").replace("&quot;", '"')) <= 255 for one in formulas)


def test_number_columns_are_text_so_that_zeros_stay(made, sheet):
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        styles = packed.read("xl/styles.xml").decode()
    formats = re.findall(r"<xf [^>]*", styles.partition("<cellXfs")[2])
    columns = re.findall(r'<col min="(\d+)" max="(\d+)" [^>]*style="(\d+)"', sheet)
    covered = {place for first, last, _ in columns for place in range(int(first), int(last) + 1)}
    assert covered == set(range(1, len(DC01) + 1))
    text = re.search(r'<numFmt numFmtId="(\d+)" formatCode="@"', styles)[1]
    assert all(f'numFmtId="{text}"' in formats[int(style)] for *_, style in columns)
    assert 'state="frozen"' in sheet and f'ySplit="{template.FIRST}"' in sheet


def test_lists_and_guide_stand_on_their_own_sheets(made, commune):
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    assert book.sheet_names == ["DC01", "Danh mục", "Hướng dẫn"]
    lists = book.get_sheet_by_name("Danh mục").to_python()
    assert lists[0] == ["Giới tính", "Dân tộc", "Tôn giáo", "Quốc tịch", "Tình trạng hôn nhân", "Nhóm máu",
                        "Quan hệ với chủ hộ"]  # fmt: skip
    roles = [row[6] for row in lists[1:] if row[6]]
    assert roles[0] == "Chủ hộ" and len(roles) == 50
    guide = {row[0] for row in book.get_sheet_by_name("Hướng dẫn").to_python()}
    assert {one.label for one in DC01} <= guide
