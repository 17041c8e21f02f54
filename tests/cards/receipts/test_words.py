"""Amounts, days and places as an official paper writes them."""

import datetime as dt

import pytest

from accounts.models import Level, Unit
from cards.receipts import words

AMOUNTS = [
    (0, "không"),
    (5, "năm"),
    (15_000, "mười lăm nghìn"),
    (21_000, "hai mươi mốt nghìn"),
    (25_000, "hai mươi lăm nghìn"),
    (35_000, "ba mươi lăm nghìn"),
    (50_000, "năm mươi nghìn"),
    (70_000, "bảy mươi nghìn"),
    (105_000, "một trăm linh năm nghìn"),
    (111_000, "một trăm mười một nghìn"),
    (1_005_000, "một triệu không trăm linh năm nghìn"),
    (2_000_001, "hai triệu không trăm linh một"),
]


@pytest.mark.parametrize(("amount", "said"), AMOUNTS)
def test_an_amount_in_words(amount, said):
    assert words.in_words(amount) == said


def test_dong_has_dots():
    assert (words.dong(0), words.dong(25_000), words.dong(1_000_000)) == ("0 đồng", "25.000 đồng", "1.000.000 đồng")


def test_dates_have_a_zero_where_the_decree_wants_one():
    assert words.long_date(dt.date(2026, 2, 5)) == "ngày 05 tháng 02 năm 2026"
    assert words.long_date(dt.date(2026, 11, 21)) == "ngày 21 tháng 11 năm 2026"
    assert words.long_date(dt.date(2026, 3, 9)) == "ngày 09 tháng 3 năm 2026"
    assert words.weekday(dt.date(2026, 11, 22)) == "Chủ nhật"


def test_a_narrow_column_breaks_before_the_name_not_inside_it():
    kept = "CÔNG AN THÀNH PHỐ HỒ\N{NO-BREAK SPACE}CHÍ\N{NO-BREAK SPACE}MINH"
    assert words.kept_together("CÔNG AN THÀNH PHỐ HỒ CHÍ MINH") == kept
    assert words.kept_together("CÔNG AN XÃ MẪU") == "CÔNG AN XÃ MẪU"
    assert words.kept_together("CỤC CẢNH SÁT") == "CỤC CẢNH SÁT"


def test_units_in_headings_sentences_and_before_dates():
    province = Unit(name="Thành phố Hồ Chí Minh", level=Level.PROVINCE)
    ward = Unit(name="Phường 1", level=Level.COMMUNE, parent=province)
    assert words.police_of(ward) == "CÔNG AN PHƯỜNG 1"
    assert words.full_place(ward) == "phường 1, thành phố Hồ Chí Minh"
    assert words.place_name(ward) == "Phường 1"
    assert words.place_name(Unit(name="Đặc khu Phú Quốc", level=Level.COMMUNE)) == "Phú Quốc"
