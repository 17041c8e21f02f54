import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.values.address import fold_address, standard_address

SAME_PLACE = [
    ("Tổ 5", "Tổ dân phố 05"),
    ("TDP số 5", "Tổ dân phố 5"),
    ("TDP5", "Tổ DP 5"),
    ("Tổ dân phố số 5", "tổ 05"),
    ("P.Mường Thanh", "Phường Mường Thanh"),
    ("12 Trần Phú, P. 3, Q1", "Số nhà 12 đường Trần Phú, phường 03, Quận 1"),
    ("SN 05 ngõ 12, KP3", "Số 5, ngõ 12, Khu phố 3"),
    ("Thôn II", "thôn 2"),
    ("TP. Huế", "Thành phố Huế"),
    ("12, Đ. Lê Lợi", "số 12 đường Lê Lợi"),
]
OTHER_PLACE = [
    ("Tổ 5", "Tổ 15"),
    ("Tổ 5", "Thôn 5"),
    ("Số 12", "Số 12A"),
    ("12/5", "12"),
    ("Thôn Nà Mạ", "Thôn Nà Lẹng"),
]


@pytest.mark.parametrize(("left", "right"), SAME_PLACE)
def test_two_writings_of_one_place_have_one_key(left: str, right: str) -> None:
    assert fold_address(left) == fold_address(right)


@pytest.mark.parametrize(("left", "right"), OTHER_PLACE)
def test_two_places_stay_two(left: str, right: str) -> None:
    assert fold_address(left) != fold_address(right)


def test_the_standard_writing_is_written_out() -> None:
    typed = "SN 05 ,TDP 03,P.Mường Thanh"
    assert standard_address(typed) == "Số nhà 5, Tổ dân phố 3, Phường Mường Thanh"


@given(st.text(max_size=40) | st.text(alphabet="TổDPKpQ.xãĐ ,0123/AB", max_size=25))
def test_any_text_has_a_key(text: str) -> None:
    fold_address(text)
    standard_address(text)
