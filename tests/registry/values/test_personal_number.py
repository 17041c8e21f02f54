"""The twelve digits. All numbers are invented."""

import pytest
import vn_ident
from hypothesis import given
from hypothesis import strategies as st

from accounts.text import fold
from registry.codes import BIRTH_PROVINCES
from registry.values.personal_number import NumberRefused, decode, disagreements, parse, prefix_for

LAN = "001190000123"  # Hà Nội, nữ, 1990


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (LAN, "Hà Nội (cũ) · nữ · sinh 1990"),
        ("080048000001", "Long An (cũ) · nam · sinh 1948"),
        ("079205000001", "Hồ Chí Minh (cũ) · nam · sinh 2005"),
        ("020310000001", "Lạng Sơn (cũ) · nữ · sinh 2010"),
        ("128090000001", "khai sinh ở nước ngoài (mã 128) · nam · sinh 1990"),
        ("003090000001", "mã nơi khai sinh 003 không có trong danh mục · nam · sinh 1990"),
        ("001412000001", "Hà Nội (cũ) · nam · sinh 2112"),
    ],
)
def test_the_number_reads_as_a_sentence(number: str, sentence: str) -> None:
    assert decode(number).sentence() == sentence


@pytest.mark.parametrize(
    "typed", ["001 190 000 123", "001.190.000.123", "001190000123\u00a0", "\ufeff001190000123", "００１190000123"]
)
def test_parse_drops_what_stands_between_digits(typed: str) -> None:
    assert parse(typed) == LAN


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Chưa nhập số định danh cá nhân."),
        ("00119000012", "Số định danh phải đủ 12 chữ số; đang có 11."),
        ("012345678", "Đây là số có 9 chữ số; nếu là số CMND thì nhập ở ô Số CMND."),
        ("00119000O123", "Số định danh chỉ gồm chữ số; kiểm tra ký tự lạ."),
        ("٠٠١١٩٠٠٠٠١٢٣", "Số định danh chỉ gồm chữ số; kiểm tra ký tự lạ."),
    ],
)
def test_parse_refuses_in_vietnamese(typed: str, sentence: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        parse(typed)
    assert str(refused.value) == sentence


def test_the_63_places_are_those_of_the_second_source() -> None:
    theirs = {code: fold(name) for code, name in vn_ident.PROVINCES}
    ours = {code: fold(place.name) for code, place in BIRTH_PROVINCES.items()}
    assert ours == theirs


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({"sex": "2", "birth_year": 1990, "birth_province": "001"}, []),
        ({}, []),
        ({"sex": "0", "birth_year": None, "birth_province": ""}, []),
        ({"sex": "1"}, ["D04"]),
        ({"birth_year": 1991}, ["D05"]),
        ({"birth_year": 2090}, ["D03"]),
        ({"birth_year": 2001}, ["D03", "D05"]),
        ({"birth_province": "079"}, ["D06"]),
    ],
)
def test_disagreements_are_rules(facts: dict, rules: list[str]) -> None:
    assert [one.rule for one in disagreements(LAN, **facts)] == rules


def test_a_disagreement_says_both_sides() -> None:
    (one,) = disagreements(LAN, birth_province="079")
    assert one.sentence == "Số định danh cho nơi khai sinh Hà Nội, hồ sơ ghi Hồ Chí Minh."
    assert (one.in_number, one.in_record) == ("Hà Nội", "Hồ Chí Minh")


def test_too_few_digits_are_d01_and_an_unknown_place_d02() -> None:
    assert [one.rule for one in disagreements("12345", sex="1")] == ["D01"]
    assert [one.rule for one in disagreements("003190000123", birth_province="001")] == ["D02"]
    assert disagreements("128190000123") == []


@given(st.sampled_from(sorted(BIRTH_PROVINCES)), st.sampled_from("12"), st.integers(1900, 2399))
def test_prefix_and_decode_are_inverse(place: str, sex: str, year: int) -> None:
    read = decode(prefix_for(place_code=place, sex=sex, birth_year=year) + "000001")
    assert (read.place_code, read.sex, read.birth_year) == (place, sex, year)


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        decode(parse(text))
    except NumberRefused:
        pass
    disagreements(text)


def test_masked_shows_the_ends() -> None:
    assert decode(LAN).masked() == "001••••••123"
