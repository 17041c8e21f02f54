"""Many ways of typing, one normal form; junk says nothing; nothing raises."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.matching import normalise as forms
from registry.matching.normalise import RAW_COLUMNS, normalise
from registry.matching.record import Record
from tests.registry.matching.compare import level_of

SAME_FORM = {
    "old and new place of the tone": (
        "Hòa Hoà", "Hóa Hoá", "Thúy Thuý", "Thủy Thuỷ", "Thùy Thuỳ", "Tòa Toà", "Khỏe Khoẻ", "Lũy Luỹ", "Ngụy Nguỵ",
        "Thụy Thuỵ",
    ),
    "the tone on the wrong vowel": (
        "Quý Qúy", "Quỳnh Qùynh", "Huỳnh Hùynh", "Toàn Tòan", "Hoàng Hòang", "Hoàn Hòan", "Nguyễn Nguỹên",
        "Nguyệt Nguỵêt", "Tuyết Túyêt", "Luận Lụân", "Thuận Thụân", "Xoàn Xòan",
    ),
    "i and y": (
        "Vy Vi", "My Mi", "Ly Li", "Thy Thi", "Quý Quí", "Mỹ Mĩ", "Sỹ Sĩ", "Vỹ Vĩ", "Kỳ Kì", "Lý Lí", "Tý Tí", "Hy Hi",
    ),
    "letters that look like Đ": ("Đức Ðức", "Đặng Ðặng", "Đỗ Ðỗ", "Đình Ðình", "Đạt Ɖạt"),
    "keys of Telex and VNI": (
        "Nguyễn Nguyeenx", "Nguyễn Nguye64n", "Hoàng Hoangf", "Thị Thij", "Thị Thi5", "Đức DDuwcs", "Đức D9u7c1",
        "Trần Traanf", "Phạm Phajm", "Lê Lee", "Hương Huwowng", "Bình Binhf", "Ánh Anhs",
    ),
    "TCVN3 shown as cp1252": (
        "Nguyễn NguyÔn", "Văn V¨n", "Đức §øc", "Trần TrÇn", "Thị ThÞ", "Hương H\xad¬ng", "Phạm Ph¹m", "Lê Lª",
        "Hữu H÷u", "Nghĩa NghÜa",
    ),
    "VNI shown as cp1252": (
        "Nguyễn Nguyeãn", "Văn Vaên", "Đức Ñöùc", "Trần Traàn", "Hương Höông", "Phạm Phaïm", "Lê Leâ",
    ),
    "UTF-8 shown as cp1252": (
        "Nguyễn Nguyá»…n", "Trần Tráº§n", "Lê LÃª", "Văn VÄƒn", "Phạm Pháº¡m", "Hữu Há»¯u",
    ),
}  # fmt: skip
OTHER_FORM = {
    "hoi_for_nga": (
        "Võ Vỏ", "Hữu Hửu", "Vũ Vủ", "Đỗ Đổ", "Nguyễn Nguyển", "Dũng Dủng", "Thủy Thũy", "Bảo Bão", "Hải Hãi", "Mỹ Mỷ",
        "Lữ Lử", "Nghĩa Nghỉa", "Phẩm Phẫm", "Diễm Diểm",
    ),
    "sounds_alike": (
        "Trang Chang", "Sương Xương", "Xuân Suân", "Liên Niên", "Lan Nan", "Rin Din", "Trân Chân", "Sen Xen",
        "Vượng Dượng", "Thắng Thắn", "Nhàn Nhàng", "Lượng Lượn", "Thuận Thuậng", "Bích Bít", "Hạnh Hạn", "Phước Phướt",
        "Tân Tâng", "Kiên Kiêng", "Lành Làn", "Giang Dang", "Duyên Giuyên",
    ),
    "north_south": (
        "Phúc Phước", "Hoàng Huỳnh", "Vũ Võ", "Thịnh Thạnh", "Nhân Nhơn", "Bảo Bửu", "Tùng Tòng", "Chính Chánh",
        "Sinh Sanh", "Lĩnh Lãnh", "Nhật Nhựt", "Trường Tràng", "Cảnh Kiểng", "Hoa Huê",
    ),
    "slip_in_given": ("Tiệp Tiệm",),
    "other_given": ("Loan Lang", "Nga La"),  # heard alike here and there, but two names nearly always
    "without_accents": ("Nguyễn Nguyen", "Trần Tran", "Đặng Dang", "Thị Thi", "Lê Le", "Vũ Vu"),
    "other_given_accents": ("Đức Dức", "Đạt Dạt"),
}  # fmt: skip


def _words(table):
    return [(kind, *pair.split(" ")) for kind, pairs in table.items() for pair in pairs]


@pytest.mark.parametrize(("kind", "right", "written"), _words(SAME_FORM))
def test_a_word_written_another_way_has_the_same_normal_form(kind, right, written):
    assert forms.name(f"Phạm Văn {written}") == forms.name(f"Phạm Văn {right}"), kind


@pytest.mark.parametrize(("level", "right", "written"), _words(OTHER_FORM))
def test_a_word_of_another_sound_keeps_its_own_form_and_stands_on_the_right_level(level, right, written):
    one, other = ("Pham Van", "Phạm Văn") if level == "without_accents" else ("Phạm Văn", "Phạm Văn")
    assert level_of("name", f"{other} {right}", f"{one} {written}") == level


def test_a_name_of_which_one_word_is_broken_is_mended_as_a_whole():
    assert forms.name("NguyÔn V¨n Hïng") == forms.name("Nguyễn Văn Hùng")
    assert forms.name("Nguyeãn Thò Lan") == forms.name("Nguyễn Thị Lan")  # Thò alone is a syllable
    assert forms.name("Nguyá»…n Thá»‹ Lan") == forms.name("Nguyễn Thị Lan")


@pytest.mark.parametrize(
    "text",
    ["không rõ", "Không Rõ", "chưa có", "khong ro", "KHÔNG BIẾT", "vô danh", "trống", "đang cập nhật", "test", "test 2",
     "xxx", "...", "n/a", "k/r", "null", "unknown", "-", "000000", "asdf", unicodedata.normalize("NFD", "không rõ")],
)  # fmt: skip
def test_a_name_that_only_holds_a_place_is_not_known(text):
    assert forms.name(text) == ""


@pytest.mark.parametrize("text", ["Võ Danh", "Khổng Nho", "Bổ Sung", "Đang Văn An", "Vô Văn Danh", "Không Quân Tâm"])
def test_a_name_that_begins_like_a_stand_in_is_a_name(text):
    assert len(forms.name(text).split()) == len(text.split())


@pytest.mark.parametrize(
    ("personal_number", "cmnd", "expected"),
    [
        ("079190001234", "012345670", ("079190001234", "012345670")),
        ("79190001234", "12345670", ("079190001234", "012345670")),  # zeros a spreadsheet ate
        ("012345670", "", ("", "012345670")),  # each may stand in the other's place
        ("", "079190001234", ("079190001234", "")),
        ("079190001234 001190000123", "", ("079190001234 001190000123", "")),
        ("079190001234 079190001234", "", ("079190001234", "")),
        ("000000000000", "000000000", ("", "")),
        ("123456789012", "123456789", ("", "")),
        ("079000000000", "111111111", ("", "")),  # also behind a province's digits
        ("098765432109", "987654321", ("", "")),
        ("791900", "1234567", ("", "")),
        ("không có", "mất", ("", "")),
        ("٠٧٩١٩٠٠٠١٢٣٤", "", ("", "")),  # digits of another script are none
    ],
)
def test_numbers(personal_number, cmnd, expected):
    assert forms.numbers(personal_number, cmnd) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0912345670", "0912345670"),
        ("+84 912 345 670", "0912345670"),
        ("912345670", "0912345670"),
        ("01687654321", "0387654321"),
        ("024 3825 1234", "02438251234"),
        ("0900000000", ""),
        ("0123456789", ""),
        ("0987654321", ""),  # counting down
        ("0612345678", ""),  # no such prefix
        ("12", ""),
        ("không", ""),
        ("", ""),
    ],
)
def test_telephones(text, expected):
    assert forms.telephone(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1990-05-03", "1990-05-03"),
        ("3/5/1990", "1990-05-03"),
        ("03.05.1990", "1990-05-03"),
        (" 1990-5-3 ", "1990-05-03"),
        ("5/1990", "1990-05"),
        ("1990-05", "1990-05"),
        ("1990", "1990"),
        ("1990-13-01", "1990"),  # a month that cannot be
        ("1990-05-32", "1990-05"),
        ("01/01/1900", ""),
        ("1900-01-01", ""),
        ("không rõ", ""),
        ("1790-05-03", ""),
        ("", ""),
    ],
)
def test_births(text, expected):
    assert forms.birth(text) == expected


@pytest.mark.parametrize(
    ("text", "line", "hamlet"),
    [
        ("Số 18A, ngõ 17, Thôn Tân Lập, xã Tự Giang", "17 18a lap ngo tan thon", "thon tan lap"),
        ("12/5 đường Trần Phú", "12 5 phu tran", ""),
        ("Ấp 3; xã A", "3 thon", "thon 3"),
        ("Bản Nà Mạ", "ma na thon", "thon na ma"),
        ("Thôn III - xã B", "3 thon", "thon 3"),
        ("P. Mường Thanh, TP. Điện Biên Phủ", "muong thanh", ""),
        ("", "", ""),
    ],
)
def test_places(text, line, hamlet):
    assert forms.place(text) == (line, hamlet)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Xã Đồng Tiến, tỉnh Hưng Yên", "dong tien,hung yen"),
        ("Đồng Tiến,, Hưng Yên,", "dong tien,hung yen"),
        ("TP. Hải Phòng", "hai phong"),
        ("không rõ", ""),
        ("", ""),
    ],
)
def test_home_towns(text, expected):
    assert forms.home_town(text) == expected


def test_a_row_without_anything_is_a_record_that_knows_nothing():
    assert normalise({}) == Record("")
    assert normalise({"id": "7", "full_name": "...", "sex": "?", "birth_date": "hôm qua"}) == Record("7")


TEXTS = st.one_of(
    st.text(max_size=30),
    st.text(st.characters(), max_size=8),  # surrogates and all
    st.text("0123456789/-.,; ", max_size=20),
    st.lists(
        st.sampled_from(["không", "Nguyễn", "Trần", "xx", "n/a", "Ng.", "HÃ", "Nam", "V¨n", "thôn", "3"]), max_size=5
    ).map(" ".join),
)  # fmt: skip


@given(row=st.fixed_dictionaries({}, optional=dict.fromkeys(RAW_COLUMNS, TEXTS)))
def test_whatever_is_typed_never_raises_and_gives_texts_without_stray_blanks(row):
    record = normalise(row)
    for column, text in record._asdict().items():
        assert isinstance(text, str)
        if column != "id":
            assert text == " ".join(text.split())


@given(text=TEXTS)
def test_numbers_births_sexes_and_telephones_are_their_own_normal_form(text):
    for form in (forms.birth, forms.sex, forms.telephone):
        assert form(form(text)) == form(text)
    number, cmnd = forms.numbers(text, text)
    assert forms.numbers(number, cmnd) == (number, cmnd)


RIGHT = sorted({right for _, right, _ in _words(SAME_FORM | OTHER_FORM)})


@given(words=st.lists(st.sampled_from(RIGHT), min_size=1, max_size=5))
def test_capitals_blanks_and_composition_of_letters_do_not_change_a_name(words):
    text = " ".join(words)
    expected = forms.name(text)
    assert len(expected.split()) == len(words)
    for written in (text.upper(), text.lower(), f"  {'   '.join(words)} ", unicodedata.normalize("NFD", text)):
        assert forms.name(written) == expected
