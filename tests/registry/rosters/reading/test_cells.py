"""Cells as people and spreadsheets leave them: what is repaired because it is certain, and what is only told."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rosters.fields import FIELDS
from registry.rosters.reading import dates, numbers
from registry.rosters.reading.cells import Hints, as_json, as_text, read_row, typed_columns
from registry.rosters.reading.given import ABOVE_MARK, MERGED_MARK
from registry.values.legacy_fonts import as_tcvn3, as_vni


def read(hints: Hints | None = None, **cells: str):
    """One row by the names of its fields."""
    return read_row(list(cells.values()), dict(enumerate(cells)), hints or Hints())


def codes(row) -> list[tuple[str, bool]]:
    return [(one.code, one.blocks) for one in row.problems]


# --- a cell as text --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""), ("  x ", "x"), (1190000123.0, "1190000123"), (119000012345, "119000012345"), (0.25, "0.25"),
        (True, "TRUE"), (dt.date(980, 2, 1), "01/02/0980"), (dt.datetime(1980, 2, 1), "01/02/1980"),
        (dt.datetime(1980, 2, 1, 9, 5), "01/02/1980 09:05"), (dt.time(9, 5), "09:05:00"), ("a\0\ud800b", "ab"),
        ("x" * 2000, "x" * 1000),
    ],
)  # fmt: skip
def test_a_cell_as_text(cell, text):
    assert as_text(cell) == text


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("01/02/1980", "01/02/1980"), ("1/2/1980", "01/02/1980"), ("1-2-1980", "01/02/1980"),
        ("1.2.1980", "01/02/1980"),
        ("1 2 1980", "01/02/1980"), ("1, 2, 1980", "01/02/1980"), ("01021980", "01/02/1980"),
        ("19800201", "01/02/1980"),
        ("1980-02-01", "01/02/1980"), ("1980-02-01 00:00:00", "01/02/1980"), ("01/02/1980 07:30", "01/02/1980"),
        ("1980/2/1", "01/02/1980"), ("ngày 1 tháng 2 năm 1980", "01/02/1980"), ("1 tháng 2 năm 1980", "01/02/1980"),
        ("Sinh ngày 1/2/1980", "01/02/1980"), ("01-Feb-1980", "01/02/1980"), ("Feb 1, 1980", "01/02/1980"),
        ("1/thg 2/1980", "01/02/1980"), ("2/1980", "02/1980"), ("02-1980", "02/1980"), ("tháng 2 năm 1980", "02/1980"),
        ("1980", "1980"), ("1950.0", "1950"), ("NS: 1950", "1950"), ("năm 1950", "1950"), ("021980", "02/1980"),
    ],
)  # fmt: skip
def test_the_usual_ways_of_writing_a_date(typed, taken):
    row = read(birth_date=typed)
    assert (row.typed, row.repairs, row.problems) == ({"birth_date": taken}, [], [])


@pytest.mark.parametrize(
    ("typed", "taken", "why"),
    [
        ("29252", "01/02/1980", dates.WHY_SERIAL),
        ("29252.5", "01/02/1980", dates.WHY_SERIAL),
        ("00/00/1950", "1950", dates.WHY_YEAR_ONLY.format(known="năm")),
        ("…/…/1950", "1950", dates.WHY_YEAR_ONLY.format(known="năm")),
        ("--/--/1950", "1950", dates.WHY_YEAR_ONLY.format(known="năm")),
        ("00/05/1950", "05/1950", dates.WHY_YEAR_ONLY.format(known="tháng, năm")),
        ("05/25/1980", "25/05/1980", dates.WHY_SWAPPED.format(month=25)),
    ],
)
def test_a_date_that_is_certain_is_repaired_and_shown(typed, taken, why):
    row = read(birth_date=typed)
    assert row.typed == {"birth_date": taken}
    assert [(one.was, one.now, one.why) for one in row.repairs] == [(typed, taken, why)]


def test_a_day_number_of_the_other_system_is_read_by_it():
    assert read(Hints(is_1904=True), birth_date="27790").typed == {"birth_date": "01/02/1980"}


@pytest.mark.parametrize(
    ("typed", "code"),
    [("1/2/80", "date_short_year"), ("12-Feb-80", "date_short_year"), ("1121980", "date_digits"),
     ("99999", "date_serial")],
)  # fmt: skip
def test_a_date_that_may_be_two_is_told_and_not_guessed(typed, code):
    row = read(birth_date=typed)
    assert (row.typed, row.repairs, codes(row)) == ({}, [], [(code, True)])


def test_the_personal_number_settles_the_century():
    row = read(birth_date="1/2/80", number="001080000123")
    assert (row.typed["birth_date"], row.repairs[0].why) == ("01/02/1980", dates.WHY_CENTURY)
    row = read(birth_date="1/2/05", number="001205000123")
    assert row.typed["birth_date"] == "01/02/2005"


def test_a_number_of_another_year_settles_nothing():
    row = read(birth_date="1/2/81", number="001080000123")
    assert (row.typed, codes(row)) == ({"number": "001080000123"}, [("date_short_year", True)])
    assert codes(read(birth_date="29252", number="001081000123")) == [("date_serial", True)]


def test_a_year_that_somebody_guessed_is_taken_and_told():
    row = read(birth_date="khoảng 1950")
    assert (row.typed, codes(row)) == ({"birth_date": "1950"}, [("date_about", False)])


def test_in_a_column_of_months_first_only_certain_dates_are_taken():
    hints = Hints(month_first=frozenset({0}))
    assert read(hints, birth_date="05/25/1980").typed == {"birth_date": "25/05/1980"}
    assert read(hints, birth_date="05/05/1980").typed == {"birth_date": "05/05/1980"}
    assert codes(read(hints, birth_date="05/06/1980")) == [("date_order", True)]


@pytest.mark.parametrize("typed", ["31/02/1980", "25/13/1980", "hôm qua", "1/2/3/1980"])
def test_what_is_no_date_is_left_as_it_is_for_the_forms_own_sentence(typed):
    row = read(birth_date=typed)
    assert (row.typed, row.repairs, row.problems) == ({"birth_date": typed}, [], [])


@given(st.dates(dt.date(1900, 1, 1), dt.date(2020, 12, 31)))
@settings(max_examples=30, deadline=None)
def test_a_day_written_by_anybody_comes_out_the_same(day):
    for shape in ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d.%m.%Y", "%d%m%Y", "ngày %d tháng %m năm %Y"):
        assert read(birth_date=day.strftime(shape)).typed == {"birth_date": day.strftime("%d/%m/%Y")}


def test_parts_of_a_birth_are_put_together():
    assert read(birth_day="1", birth_month="2", birth_year="1980").typed == {"birth_date": "01/02/1980"}
    assert read(birth_day="", birth_month="2", birth_year="1980").typed == {"birth_date": "02/1980"}
    assert read(birth_day="0", birth_month="0", birth_year="1980.0").typed == {"birth_date": "1980"}
    assert codes(read(birth_day="1", birth_month="2", birth_year="80")) == [("date_short_year", True)]


def test_the_year_stands_in_the_column_of_the_sex():
    assert read(birth_male="", birth_female="1982").typed == {"birth_date": "1982", "sex": "Nữ"}
    assert read(birth_male="x", birth_female="").typed == {"sex": "Nam"}
    assert codes(read(birth_male="1980", birth_female="1982")) == [("two_births", True)]


# --- personal numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["001190000123", "001 190 000 123", "'001190000123", "001.190.000.123", "Số: 001190000123"]
)
def test_a_whole_number_needs_no_repair(typed):
    row = read(number=typed)
    assert (row.typed, row.repairs, row.problems) == ({"number": "001190000123"}, [], [])


@pytest.mark.parametrize(
    ("cells", "taken"),
    [
        ({"number": "1190000123", "birth_date": "1990", "sex": "Nữ"}, "001190000123"),
        ({"number": "1190000123", "birth_date": "1/2/1990"}, "001190000123"),
        ({"number": "1190000123", "sex": "F"}, "001190000123"),
        ({"number": "1190000123.0", "birth_date": "1990"}, "001190000123"),
        ({"number": "1.190000123E+09", "birth_date": "1990"}, "001190000123"),
        ({"number": "79190000123", "birth_date": "1990"}, "079190000123"),
        ({"number": "1190000123"}, "001190000123"),
        ({"any_number": "1190000123", "birth_female": "1990"}, "001190000123"),
    ],
)
def test_zeros_that_were_lost_come_back_when_all_on_the_row_agrees(cells, taken):
    row = read(**cells)
    assert (row.typed["number"], row.problems) == (taken, [])
    assert [one.now for one in row.repairs if one.field in ("number", "any_number")] == [taken]


@pytest.mark.parametrize(
    "cells",
    [
        {"number": "1190000123", "birth_date": "1980"},
        {"number": "1190000123", "sex": "Nam"},
        {"number": "3190000123", "birth_date": "1990"},
        {"number": "1990000123"},
        {"number": "01190000123"},
    ],
    ids=["another year", "another sex", "no such place", "born in 2490", "a zero was typed"],
)
def test_zeros_do_not_come_back_on_a_doubt(cells):
    row = read(**cells)
    assert ("number" in row.typed, codes(row)) == (False, [("lost_zeros", True)])


@pytest.mark.parametrize("typed", ["1.19E+09", "1.19000123E+09", "1,19E+11", "1E+11"])
def test_digits_that_excel_threw_away_are_told_and_never_repaired(typed):
    row = read(number=typed, birth_date="1990", sex="Nữ")
    assert ("number" in row.typed, codes(row)) == (False, [("scientific", True)])
    assert row.problems[0].said == numbers.LOST_DIGITS.format(text=typed)


def test_numbers_of_kin_are_held_against_their_sex():
    assert read(mother_number="1160000123").typed == {"mother_number": "001160000123"}
    assert codes(read(father_number="1160000123")) == [("lost_zeros", False)]


def test_a_cmnd_among_the_numbers_goes_where_it_belongs():
    assert read(any_number="012345678").typed == {"cmnd": "012345678"}
    row = read(number="012345678")
    assert (row.typed, [one.field for one in row.repairs]) == ({"cmnd": "012345678"}, ["cmnd"])
    assert read(cmnd="001190000123").typed == {"number": "001190000123"}
    both = read(number="001190000123 (012345678)")
    assert both.typed == {"number": "001190000123", "cmnd": "012345678"}


def test_two_personal_numbers_on_one_row_are_told():
    row = read(number="001190000123", cmnd="001190000124")
    assert (row.typed, codes(row)) == ({"number": "001190000123"}, [("two_numbers", True)])
    same = read(number="001190000123", cmnd="001190000123")
    assert (same.typed, codes(same)) == ({"number": "001190000123"}, [])


def test_a_cmnd_of_eight_digits_is_mended_only_in_a_column_of_numbers():
    assert read(Hints(numeric=frozenset({0})), cmnd="12345678").typed == {"cmnd": "012345678"}
    assert codes(read(cmnd="12345678")) == [("cmnd_short", False)]
    assert codes(read(Hints(numeric=frozenset({0})), cmnd="92345678")) == []  # 092: Thái Nguyên
    assert codes(read(Hints(numeric=frozenset({0})), cmnd="98345678")) == [("cmnd_short", False)]


# --- telephones ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "taken", "repairs"),
    [
        ("0912345678", "0912345678", 0), ("0912 345 678", "0912345678", 0), ("912345678", "0912345678", 1),
        ("912345678.0", "0912345678", 1), ("+84 912 345 678", "0912345678", 1), ("84912345678", "0912345678", 1),
        ("01234567890", "0834567890", 1), ("9.12345678E+08", "0912345678", 1), ("ĐT: 0912345678", "0912345678", 0),
        ("(024) 3825 1234", "02438251234", 0),
    ],
)  # fmt: skip
def test_telephones(typed, taken, repairs):
    row = read(phone=typed)
    assert (row.typed, len(row.repairs), row.problems) == ({"phone": taken}, repairs, [])


@pytest.mark.parametrize("between", ["/", " - ", "; ", ", ", "\n", " hoặc "])
def test_of_two_telephones_the_first_is_taken_and_the_other_told(between):
    row = read(phone=f"0912345678{between}0987654321")
    assert (row.typed, codes(row)) == ({"phone": "0912345678"}, [("many_phones", False)])
    assert "0987654321" in row.problems[0].said


def test_a_telephone_that_excel_shortened_is_told():
    assert codes(read(phone="9.12E+08")) == [("scientific", False)]


# --- names, sex, marks -----------------------------------------------------------------------------------------------


def test_names_are_tidied_and_what_is_changed_is_shown():
    row = read(full_name="1.  Nguyễn   Văn Mẫu ")
    assert (row.typed["full_name"], len(row.repairs)) == ("Nguyễn Văn Mẫu", 1)
    row = read(full_name="Lê Mẫu (CH)")
    assert (row.typed, len(row.repairs)) == ({"full_name": "Lê Mẫu", "household_role": "Chủ hộ"}, 1)
    assert codes(read(full_name="Nguyễn Văn Mẫu 2")) == [("name_digits", True)]
    assert read(full_name="Trần Thị ánh").typed == {"full_name": "Trần Thị Ánh"}


def test_capitals_become_title_case_only_when_the_whole_column_is_so():
    assert read(full_name="NGUYỄN VĂN MẪU").typed == {"full_name": "NGUYỄN VĂN MẪU"}
    row = read(Hints(capitals=frozenset({0})), full_name="H'NHUNG K'BRÊU")
    assert (row.typed, len(row.repairs)) == ({"full_name": "H'Nhung K'Brêu"}, 1)


def test_parts_of_a_name_are_put_together():
    assert read(surname_and_middle="Nguyễn Văn", given_name="Mẫu").typed == {"full_name": "Nguyễn Văn Mẫu"}
    assert read(surname="Nguyễn", middle_name="", given_name="Mẫu").typed == {"full_name": "Nguyễn Mẫu"}


@pytest.mark.parametrize(
    ("typed", "sex"),
    [("Nam", "Nam"), ("nam", "Nam"), ("NAM", "Nam"), ("M", "Nam"), ("Trai", "Nam"), ("Nữ", "Nữ"), ("nu", "Nữ"),
     ("F", "Nữ"), ("Gái", "Nữ"), ("Female", "Nữ")],
)  # fmt: skip
def test_sexes(typed, sex):
    row = read(sex=typed)
    assert (row.typed, row.repairs, row.problems) == ({"sex": sex}, [], [])


def test_codes_of_sex_are_taken_only_when_proved():
    assert codes(read(sex="1")) == [("sex_code", True)]
    row = read(Hints(sex_codes=(("0", "Nữ"), ("1", "Nam"))), sex="0")
    assert (row.typed, len(row.repairs)) == ({"sex": "Nữ"}, 1)


def test_ticks_under_men_and_women():
    assert read(is_male="x", is_female="").typed == {"sex": "Nam"}
    assert read(is_male="", is_female="X").typed == {"sex": "Nữ"}
    assert codes(read(is_male="x", is_female="x")) == [("two_sexes", True)]
    assert read(is_female="").typed == {}
    assert read(is_female="", number="001080000123").typed == {"number": "001080000123", "sex": "Nam"}
    assert "sex" not in read(is_female="", number="001180000123").typed


@pytest.mark.parametrize("mark", ["-", "…", "//", "Không", "K", "chưa có", "N/A", "x"])
def test_marks_of_nothing_leave_a_cell_empty(mark):
    row = read(phone=mark, full_name="Lê Mẫu")
    assert row.typed == {"full_name": "Lê Mẫu"}


def test_no_religion_is_an_answer():
    assert read(religion="Không").typed == {"religion": "Không"}
    row = read(religion="K")
    assert (row.typed, len(row.repairs)) == ({"religion": "Không"}, 1)
    assert read(ethnic_group="-").typed == {}


@pytest.mark.parametrize("mark", ["nt", "NT", "n.t", "như trên", '"', "''"])
def test_as_above_is_told_where_it_was_not_carried(mark):
    assert codes(read(permanent_line=mark)) == [("as_above", False)]
    assert codes(read(household_key=mark)) == [("as_above", True)]


def test_what_was_carried_down_is_shown():
    row = read(household_key=f"H1{MERGED_MARK}", permanent_line=f"Thôn 2{ABOVE_MARK}")
    assert row.typed == {"household_key": "H1", "permanent_line": "Thôn 2"}
    assert [(one.was, one.now) for one in row.repairs] == [("", "H1"), ("nt", "Thôn 2")]


def test_an_error_of_excel_is_told():
    assert codes(read(full_name="#N/A")) == [("cell_error", True)]
    assert codes(read(permanent_line="#REF!")) == [("cell_error", False)]


@pytest.mark.parametrize(("kind", "write"), [("tcvn3", as_tcvn3), ("vni", as_vni)])
def test_a_column_in_an_old_font_is_repaired_and_shown(kind, write):
    row = read(Hints(fonts=((0, kind),)), full_name=write("Nguyễn Văn Đức"))
    assert (row.typed, row.repairs[0].was) == ({"full_name": "Nguyễn Văn Đức"}, write("Nguyễn Văn Đức"))
    assert read(Hints(fonts=((0, kind),)), full_name="Nguyễn Văn Đức").repairs == []


def test_columns_of_a_roster_and_the_json_of_what_was_found():
    row = read_row(["x", "1/2/80"], typed_columns({"1": "birth_date", "0": "ordinal"}))
    assert as_json(row.problems) == [
        {"field": "birth_date", "code": "date_short_year", "said": row.problems[0].said, "blocks": True}
    ]


def test_hints_go_through_json():
    hints = Hints(((2, "tcvn3"),), frozenset({1}), frozenset({3}), frozenset({4}), (("1", "Nam"),), True)
    assert Hints.of(hints.as_json()) == hints


@given(st.lists(st.text(max_size=25), min_size=len(FIELDS), max_size=len(FIELDS)))
@settings(max_examples=30, deadline=None)
def test_no_text_breaks_the_reader(cells):
    """Any text in any column: typed, told or left, and never more than text."""
    row = read_row(cells, dict(enumerate(FIELDS)))
    assert all(isinstance(text, str) and text for text in row.typed.values())
