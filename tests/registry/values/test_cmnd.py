import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.values.cmnd import CmndRefused, is_twelve_digits, issued_twice, issuer_hint, parse


def test_parse_drops_spaces_and_dots() -> None:
    assert parse("080 123.456") == "080123456"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Chưa nhập số CMND."),
        ("001190000123", "Đây là số có 12 chữ số: nhập ở ô Số định danh, ô này chỉ dành cho CMND 9 số."),
        ("08012345", "Số CMND phải đủ 9 chữ số; đang có 8."),
        ("08012345x", "Số CMND chỉ gồm chữ số; kiểm tra ký tự lạ."),
    ],
)
def test_parse_refuses_in_vietnamese(typed: str, sentence: str) -> None:
    with pytest.raises(CmndRefused) as refused:
        parse(typed)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("number", "twice"), [("271450000", False), ("271450001", True), ("271500000", True), ("271500001", False)]
)
def test_the_range_issued_twice(number: str, twice: bool) -> None:
    assert issued_twice(number) is twice


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        ("080123456", "Lạng Sơn, Cao Bằng"),
        ("091123456", "Thái Nguyên"),
        ("095123456", "Bắc Kạn"),
        ("285123456", "Bình Phước"),
        ("999999999", ""),
    ],
)
def test_the_prefix_is_a_hint(number: str, hint: str) -> None:
    assert issuer_hint(number) == hint


@given(st.text(max_size=15))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert len(parse(text)) == 9
    except CmndRefused:
        pass
    is_twelve_digits(text)
    issued_twice(text)
    issuer_hint(text)
