import pytest
import vn_ident
from hypothesis import given
from hypothesis import strategies as st

from registry.values.phone import PhoneRefused, display, is_landline, is_mobile, masked, normalise


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0912345678", "0912345678"),
        ("0912 345 678", "0912345678"),
        ("+84 912.345.678", "0912345678"),
        ("0084912345678", "0912345678"),
        ("84912345678", "0912345678"),
        ("+84(0)912345678", "0912345678"),
        ("912345678", "0912345678"),
        ("01681234567", "0381234567"),
        ("+841681234567", "0381234567"),
        ("01234567890", "0834567890"),
        ("01201234567", "0701234567"),
        ("01991234567", "0591234567"),
        ("024 3825 1234", "02438251234"),
        ("(0236) 3825 123", "02363825123"),
    ],
)
def test_one_number_one_writing(typed: str, stored: str) -> None:
    assert normalise(typed) == stored


@pytest.mark.parametrize("number", ["0912345678", "0381234567", "0834567890", "0701234567"])
def test_the_second_source_agrees(number: str) -> None:
    assert vn_ident.is_valid_phone(number)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Chưa nhập số điện thoại."),
        ("091234567", "Số di động phải đủ 10 chữ số; đang có 9."),
        ("0412345678", "Đầu số không có ở Việt Nam; di động bắt đầu bằng 03, 05, 07, 08 hoặc 09."),
        ("0912345678 / 0987654321", "Số điện thoại chỉ gồm chữ số; mỗi ô ghi một số."),
        ("0912345678 0987654321", "Số quá dài; mỗi ô ghi một số điện thoại."),
        ("không có", "Số điện thoại chỉ gồm chữ số; mỗi ô ghi một số."),
        ("0212", "Số máy bàn phải có mã vùng, ví dụ 024 3825 1234."),
    ],
)
def test_what_is_no_number_is_refused_in_vietnamese(typed: str, sentence: str) -> None:
    with pytest.raises(PhoneRefused) as refused:
        normalise(typed)
    assert str(refused.value) == sentence


def test_shown_and_masked() -> None:
    assert display("0912345678") == "0912 345 678"
    assert display("02438251234") == "024 3825 1234"
    assert display("02363825123") == "0236 382 5123"
    assert display("113") == "113"
    assert masked("0912345678") == "0912 ••• 678"
    assert masked("113") == "•••"


@given(st.text(max_size=20) | st.text(alphabet="0123456789+ .", max_size=16))
def test_any_text_is_read_or_refused_and_reads_the_same_again(text: str) -> None:
    try:
        number = normalise(text)
    except PhoneRefused:
        return
    assert is_mobile(number) != is_landline(number)
    assert normalise(number) == number
    assert normalise(display(number)) == number
