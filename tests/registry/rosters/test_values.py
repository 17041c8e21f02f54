"""A row as typed, turned into values: by the fields of the form, with its very sentences."""

import datetime as dt

import pytest

from registry.models import Hamlet, HouseholdRole
from registry.residents.forms import ResidentForm
from registry.rosters.values import Context, read
from registry.values.partial_date import PartialDate
from tests.factories import HouseholdRoleFactory, UnitFactory

BARE = {"full_name": "Nguyễn Thị Hoa", "birth_date": "1991"}


@pytest.fixture
def context(commune) -> Context:
    return Context.of(commune, "TANG_THU", dt.date(2026, 11, 1))


def blocked(row) -> list[str]:
    return [problem.said for problem in row.problems if problem.blocks]


def test_an_empty_cell_says_nothing(context):
    row = read(BARE | {"phone": " ", "home_town": ""}, context)
    assert row.values == {
        "source": "TANG_THU", "source_on": dt.date(2026, 11, 1), "full_name": "Nguyễn Thị Hoa",
        "birth_date": PartialDate(1991),
    }  # fmt: skip
    assert (row.extra, row.problems, row.repairs) == ({}, [], [])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"birth_date": "1991"}, "Nhập họ, chữ đệm và tên."),
        ({"full_name": "Nguyễn Thị Hoa"}, "Nhập ngày sinh; chỉ biết năm thì ghi năm."),
        (BARE | {"birth_date": "31/02/1991"}, "Tháng 02/1991 không có ngày 31."),
        (BARE | {"birth_date": "1/1/2099"}, "Ngày sinh ở tương lai; kiểm tra lại năm."),
        (BARE | {"full_name": "Nguyễn Thị Hoa 2"}, "Họ tên chỉ gồm chữ cái; bỏ chữ số và ký hiệu."),
        (BARE | {"full_name": "NguyÔn V¨n §øc"}, "Chữ bị lỗi phông TCVN3, VNI. Có lẽ là “Nguyễn Văn Đức”."),
        (BARE | {"permanent_line": "Th«n 2, x· MÉu S¬n"},
         "Chữ bị lỗi phông TCVN3, VNI. Có lẽ là “Thôn 2, xã Mẫu Sơn”."),
        (BARE | {"sex": "khác"}, "Giới tính chỉ là nam hoặc nữ."),
        (BARE | {"permanent_line": "Thôn 2, Xã Mẫu Sơn", "permanent_from": "1/1/1980"},
         "Ngày đăng ký thường trú trước ngày sinh."),
        (BARE | {"temporary_line": "Thôn 2, Xã Mẫu Sơn", "temporary_from": "1/1/2026", "temporary_to": "2/1/2028"},
         "Tạm trú tối đa 02 năm (Luật Cư trú Điều 27)."),
        (BARE | {"temporary_line": "Thôn 2, Xã Mẫu Sơn", "temporary_from": "1/1/2026", "temporary_to": "1/1/2026"},
         "Ngày hết hạn phải sau ngày bắt đầu."),
    ],
)  # fmt: skip
def test_what_is_not_written_is_refused_with_the_sentence_of_the_form(context, typed, sentence):
    row = read(typed, context)
    assert blocked(row) == [sentence]
    assert not row.is_writable


def test_a_list_and_the_form_refuse_with_one_sentence(officer, context):
    typed = {"number": "12345", "phone": "0112345678", "cmnd": "12", "email": "khong-phai-thu"}
    form = ResidentForm(BARE | typed, officer=officer)
    row = read(BARE | typed, context)
    assert {problem.field: problem.said for problem in row.problems} == {
        name: form.errors[name][0] for name in typed
    }  # fmt: skip


def test_what_does_not_tell_who_somebody_is_is_left_out_and_told(context):
    row = read(BARE | {"phone": "0112345678", "ethnic_group": "Sao Hỏa"}, context)
    assert row.is_writable
    assert {problem.field for problem in row.problems} == {"phone", "ethnic_group"}
    assert "Sao Hỏa" not in row.problems[1].said


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("ethnic_group", "Kinh (Việt)", "01"), ("ethnic_group", "H'Mông", "08"), ("ethnic_group", "HMông", "08"),
        ("ethnic_group", "mông", "08"), ("ethnic_group", "KINH", "01"), ("ethnic_group", "Dân tộc Tày", "02"),
        ("ethnic_group", "Ê-đê", "12"), ("ethnic_group", "Khơ me", "05"), ("ethnic_group", "Mạ", "28"),
        ("ethnic_group", "1", "01"), ("religion", "Không", "00"), ("religion", "thiên chúa giáo", "02"),
        ("religion", "Phật", "01"), ("nationality", "Vietnam", "VN"), ("nationality", "Việt Nam", "VN"),
        ("marital_status", "Đã kết hôn", "2"), ("marital_status", "Độc thân", "1"), ("marital_status", "3b", "3b"),
        ("blood_group", "ab", "AB"), ("nationality", "Áo", "AT"), ("nationality", "quốc tịch BỈ", "BE"),
    ],
)  # fmt: skip
def test_code_lists_are_known_in_any_spelling(context, field, text, code):
    assert read(BARE | {field: text}, context).values[field] == code


@pytest.mark.parametrize("text", ["AO", "ao", "BI"])
def test_a_country_without_its_marks_that_is_also_a_code_is_asked_about(context, text):
    """Áo or Ăng-gô-la, Bỉ or Burundi."""
    row = read(BARE | {"nationality": text}, context)
    assert "nationality" not in row.values and [one.field for one in row.problems] == ["nationality"]


def test_a_code_that_two_numberings_give_to_two_peoples_is_none(context):
    """06 is Mông in one list and Hoa in the other."""
    [problem] = read(BARE | {"ethnic_group": "06"}, context).problems
    assert problem.said == "Dân tộc: Mã dân tộc này khác nhau giữa hai bảng mã đang dùng; ghi tên dân tộc."


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Chủ hộ", "CHU_HO"), ("con trai", "CON_DE"), ("Con gái", "CON_DE"), ("vợ", "VO"), ("Mẹ", "ME_DE"),
        ("bố", "CHA_DE"), ("ba", "CHA_DE"), ("cha", "CHA_DE"), ("con dau", "CON_DAU"), ("Vợ chủ hộ", "VO"),
        ("em gái", "EM_RUOT"), ("cháu nội", "CHAU_NOI"), ("Người ở nhờ", "O_NHO"),
    ],
)  # fmt: skip
def test_relations_to_the_head_by_their_usual_words(context, said, code):
    assert read(BARE | {"household_role": said}, context).extra["household_role"].code == code


def test_other_words_than_the_lists_own_are_told_as_a_repair(context):
    assert read(BARE | {"household_role": "Con đẻ"}, context).repairs == []
    [repair] = read(BARE | {"household_role": "con trai"}, context).repairs
    assert (repair.was, repair.now) == ("con trai", "Con đẻ")


@pytest.mark.parametrize("said", ["cháu", "ông", "bà"])
def test_a_relation_that_may_be_two_is_left_open_and_the_row_stands(context, said):
    row = read(BARE | {"household_role": said}, context)
    assert "household_role" not in row.extra
    assert row.is_writable
    assert "chưa rõ là" in row.problems[0].said


def test_a_relation_that_the_sex_contradicts_stops_the_row(context):
    assert blocked(read(BARE | {"household_role": "Con dâu", "sex": "Nam"}, context)) == [
        "“Con dâu” không hợp với giới tính đã chọn."
    ]
    assert blocked(read(BARE | {"household_role": "con gái", "sex": "Nam"}, context)) == [
        "“con gái” không hợp với giới tính đã ghi."
    ]


# --- addresses --------------------------------------------------------------------------------------------------------


def home(row) -> tuple[str, str, str]:
    return row.values["permanent_street"], row.values["permanent_hamlet"], row.values["permanent_unit"].name


def test_a_line_is_taken_apart_as_the_form_does(context):
    row = read(BARE | {"permanent_line": "SN 05, thôn 02, xã Mẫu Sơn"}, context)
    assert home(row) == ("SN 05", "Thôn 2", "Xã Mẫu Sơn")
    assert (row.values["permanent_raw"], row.values["present_same"]) == ("SN 05, thôn 02, xã Mẫu Sơn", True)
    assert row.repairs == []


def test_a_line_without_a_commune_is_of_the_lists_own_and_told(context):
    row = read(BARE | {"permanent_line": "Số 5, thôn 2"}, context)
    assert home(row) == ("Số 5", "Thôn 2", "Xã Mẫu Sơn")
    assert [repair.why for repair in row.repairs] == ["Dòng địa chỉ không ghi xã, phường; lấy xã của danh sách."]


def test_a_bare_name_is_the_hamlet_of_the_list_and_otherwise_nobody_guesses(commune, context):
    assert blocked(read(BARE | {"permanent_line": "Nà Mạ"}, context)) != []
    Hamlet.objects.create(commune=commune, name="Thôn Nà Mạ")
    Hamlet.objects.create(commune=commune, name="Nà Mạ")
    knowing = Context.of(commune, "TANG_THU", dt.date(2026, 11, 1))
    assert home(read(BARE | {"permanent_line": "Nà Mạ"}, knowing)) == ("", "Nà Mạ", "Xã Mẫu Sơn")


def test_columns_of_their_own_for_hamlet_street_and_commune(context):
    typed = {"permanent_hamlet": "tổ 05", "permanent_street": "Ngõ 3", "permanent_unit": "Mẫu Sơn"}
    assert home(read(BARE | typed, context)) == ("Ngõ 3", "Tổ 5", "Xã Mẫu Sơn")


def test_a_former_unit_is_taken_as_what_it_became_and_a_divided_one_asks(commune, other_commune, province):
    before = UnitFactory(
        name="Xã Mẫu Cũ", parent=province, valid_from=dt.date(1990, 1, 1), valid_to=dt.date(2025, 6, 30)
    )
    before.successors.create(new=commune, kind="whole")
    divided = UnitFactory(
        name="Xã Mẫu Chia", parent=province, valid_from=dt.date(1990, 1, 1), valid_to=dt.date(2025, 6, 30)
    )
    divided.successors.create(new=commune, kind="divided")
    divided.successors.create(new=other_commune, kind="divided")
    context = Context.of(commune, "TANG_THU", dt.date(2026, 11, 1))
    row = read(BARE | {"permanent_line": "Thôn 1, Xã Mẫu Cũ, Tỉnh Mẫu"}, context)
    assert home(row) == ("", "Thôn 1", "Xã Mẫu Sơn")
    assert "nay là Xã Mẫu Sơn" in row.repairs[0].why
    [said] = blocked(read(BARE | {"permanent_line": "Thôn 1, Xã Mẫu Chia, Tỉnh Mẫu"}, context))
    assert "đã chia về nhiều nơi" in said
    assert "Xã Mẫu Hạ" in said


def test_temporary_residence_is_in_the_lists_own_commune(other_commune, context):
    typed = {"temporary_line": "Thôn 1, Xã Mẫu Hạ", "temporary_from": "1/6/2026", "temporary_to": "1/6/2027"}
    assert blocked(read(BARE | typed, context)) == [
        "Địa chỉ này thuộc Xã Mẫu Hạ, Tỉnh Mẫu, không thuộc Xã Mẫu Sơn; ô này chỉ ghi nơi tạm trú trong xã."
    ]


def test_no_row_asks_the_database_anything(context, django_assert_num_queries):
    typed = BARE | {"home_town": "Xã Mẫu Hạ, Tỉnh Mẫu", "permanent_line": "Thôn 2, Xã Mẫu Sơn, Tỉnh Mẫu",
                    "household_role": "con trai", "ethnic_group": "Tày"}  # fmt: skip
    with django_assert_num_queries(0):
        read(typed, context)


def test_the_list_of_relations_is_todays(commune):
    HouseholdRoleFactory(
        code="CON_DE", name="Con đẻ (cũ)", valid_from=dt.date(2020, 1, 1), valid_to=dt.date(2020, 2, 1)
    )
    context = Context.of(commune, "TANG_THU", dt.date(2026, 11, 1))
    role: HouseholdRole = read(BARE | {"household_role": "Con đẻ"}, context).extra["household_role"]
    assert role.valid_to is None
