"""Text as stored, searched and sorted. The orders are those of vi-x-icu (facts 7.3)."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.text import (
    accent_key,
    clean,
    defects,
    fold,
    leftover_marks,
    looks_garbled,
    person_sort_key,
    plain_sort_key,
    sort_key,
    title_case,
)

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
DIRT = "\u00a0\u200b\u00ad\u0300\u0301\u0323\u0302\u031b\u00d0\u00f0\u0189'’`´ \t\u00c3\u00a1\u00bb¨§.,-1"
any_text = st.text(max_size=40) | st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + DIRT, max_size=30)

CLEANED = [
    ("Nguyễn Văn An", "Nguyễn Văn An"),
    (unicodedata.normalize("NFD", "Nguyễn Thị Hậu"), "Nguyễn Thị Hậu"),
    ("Ha\u0302\u0323u", "Hậu"),
    ("Ha\u0323\u0302u", "Hậu"),
    ("\u00d0ặng Văn \u00d0ức", "Đặng Văn Đức"),
    ("\u0189ỗ Thị \u0256an", "Đỗ Thị đan"),
    ("Q\u00d0 06/Q\u00d0-TTg", "QĐ 06/QĐ-TTg"),
    ("Y Thơ A\u00f0rơng", "Y Thơ Ađrơng"),
    ("Gu\u00f0mundur", "Gu\u00f0mundur"),
    ("  Lê\u00a0\u00a0Thị \t Hoa\n", "Lê Thị Hoa"),
    ("Trần\u200b Văn\ufeff Ba", "Trần Văn Ba"),
    ("Trư\u00adờng", "Trường"),
    ("H’Nhin Mlô", "H'Nhin Mlô"),
    ("K`Brêu", "K'Brêu"),
    ("H´ Nhung Niê", "H' Nhung Niê"),
    ("“Nhà ’Rông’”", "“Nhà ’Rông’”"),
    ("NguyÔn V¨n §øc", "NguyÔn V¨n §øc"),
    ("H\u00ad¬ng", "H\u00ad¬ng"),
    ("H\u00c3\u00a0 Nam", "H\u00c3\u00a0 Nam"),
    ("a\x00b", "ab"),
    ("", ""),
]


@pytest.mark.parametrize(("typed", "stored"), CLEANED)
def test_clean_repairs_what_no_reader_sees(typed: str, stored: str) -> None:
    assert clean(typed) == stored


def test_clean_leaves_marks_that_do_not_compose_and_reports_them() -> None:
    typed = "Tra\u0301\u0302n"
    assert clean(typed) == unicodedata.normalize("NFC", typed)
    assert leftover_marks(typed) == ["\u0302"]
    assert [(one.kind, one.repaired) for one in defects(clean(typed))] == [("leftover_mark", False)]


@pytest.mark.parametrize(
    ("typed", "rules"),
    [
        ("Nguyễn Văn An", []),
        (unicodedata.normalize("NFD", "Đỗ Hà"), ["S13"]),
        ("H’Nhin", ["S13"]),
        ("\u00d0ỗ Hà", ["S14"]),
        ("Đỗ  Hà", ["S17"]),
        ("Do  Ha", ["S17"]),
        ("Đỗ\u200bHà", ["S17"]),
    ],
)
def test_defects_name_the_rule(typed: str, rules: list[str]) -> None:
    assert [one.rule for one in defects(typed)] == rules


@given(any_text)
def test_clean_twice_is_clean_once_and_defects_tell_whether_it_changes(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert any(one.repaired for one in defects(text)) == (once != text)


@given(any_text)
def test_keys_are_the_same_before_and_after_cleaning(text: str) -> None:
    assert fold(clean(text)) == fold(text)
    assert accent_key(clean(text)) == accent_key(text)


@given(any_text)
def test_keys_hold_only_what_they_promise(text: str) -> None:
    assert set(fold(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert fold(fold(text)) == fold(text)
    assert sort_key(text).isascii()
    assert plain_sort_key(text).isascii()
    title_case(text)
    looks_garbled(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Nguyễn Thị Thúy", "nguyen thi thuy"),
        ("Nguyễn Thị Thuý", "nguyen thi thuy"),
        ("\u00d0ặng  Văn Đức", "dang van duc"),
        ("H'Nhung K'Brêu", "h nhung k breu"),
        ("H’Nhung", "h nhung"),
        ("Bà Rịa - Vũng Tàu", "ba ria vung tau"),
        ("Số 12/5, Tổ 3", "so 12 5 to 3"),
        ("", ""),
    ],
)
def test_fold(text: str, key: str) -> None:
    assert fold(text) == key


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Thúy", "Thuý", True),
        ("Hòa", "Hoà", True),
        ("Qúy", "Quý", True),
        ("Quý", "Quí", True),
        ("Lý", "Lí", True),
        ("Mỹ", "Mĩ", True),
        ("H'Nhung", "H Nhung", True),
        ("Thúy", "Thủy", False),
        ("Thúy", "Thúi", False),
        ("Ân", "An", False),
        ("Đức", "Dức", False),
        ("Hưng", "Hùng", False),
        ("Nguyễn Văn An", "nguyễn văn AN", True),
    ],
)
def test_accent_key_forgives_only_tone_place_and_i_for_y(left: str, right: str, same: bool) -> None:
    assert (accent_key(left) == accent_key(right)) is same


ORDERED_PLAIN = [
    ["Ha", "Hà", "Hả", "Hã", "Há", "Hạ"],
    ["Ba", "Ca", "Cha", "Da", "Đa", "E", "Ê", "Ga"],
    ["An", "Ăn", "Ân", "Ba"],
    ["O", "Ô", "Ơ", "P"],
    ["U", "Ư", "V"],
    ["Dũng", "Đa", "Đức"],
    ["Thôn 1", "Thôn 2", "Thôn 10", "Thôn A"],
    ["Ngõ 9", "Ngõ 12"],
    ["An Bình", "An Hòa", "An Hòa Tây", "Anh Sơn"],
    ["Hoa", "Hòa", "Hoa Lư"],
    ["Bạc Liêu", "Bắc Giang", "Bắc Kạn", "Bến Tre"],
    ["Tổ 2", "Tổ 2A", "Tổ 3"],
]


@pytest.mark.parametrize("right_order", ORDERED_PLAIN)
def test_plain_order_is_vietnamese(right_order: list[str]) -> None:
    shuffled = random.Random(3).sample(right_order, len(right_order))
    assert sorted(shuffled, key=plain_sort_key) == right_order


def test_hoa_with_and_without_tone_stand_together_before_longer_names() -> None:
    keys = [plain_sort_key(name).encode() for name in ("Hoa", "Hòa", "Hoa Lư")]
    assert keys == sorted(keys)


def test_people_are_sorted_by_ten_ho_dem() -> None:
    right_order = [
        "Đặng An", "Lê An", "Nguyễn Thị An", "Nguyễn Văn An", "Nguyễn Anh", "Dương Ánh",
        "Hoàng Thị Ánh", "Hoàng Thị Ngọc Ánh", "Ân",
    ]  # fmt: skip
    shuffled = random.Random(3).sample(right_order, len(right_order))
    assert sorted(shuffled, key=sort_key) == right_order
    assert sorted(shuffled, key=lambda name: sort_key(name).encode()) == right_order


def test_a_name_of_another_order_sorts_by_its_parts() -> None:
    assert person_sort_key(given="Thuyên", surname="Niê", middle="Y") == sort_key("Niê Y Thuyên")


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("NGUYỄN THỊ ÁNH", "Nguyễn Thị Ánh"),
        ("nguyễn đức", "Nguyễn Đức"),
        ("H'NHUNG K'BRÊU", "H'Nhung K'Brêu"),
        ("BRU-VÂN KIỀU", "Bru-Vân Kiều"),
    ],
)
def test_title_case(typed: str, right: str) -> None:
    assert title_case(typed) == right
