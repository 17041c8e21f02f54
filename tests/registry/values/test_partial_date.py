import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.values.partial_date import DateRefused, PartialDate, parse


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("1/2/1980", "01/02/1980"),
        ("01-02-1980", "01/02/1980"),
        ("1.2.1980", "01/02/1980"),
        ("1 2 1980", "01/02/1980"),
        ("01021980", "01/02/1980"),
        ("1980-02-01", "01/02/1980"),
        ("ngày 1 tháng 2 năm 1980", "01/02/1980"),
        (" 01 / 02 / 1980 ", "01/02/1980"),
        ("2/1980", "02/1980"),
        ("00/02/1980", "02/1980"),
        ("1980", "1980"),
        ("00/00/1948", "1948"),
        ("00001948", "1948"),
        ("…/…/1948", "1948"),
        ("__/__/1948", "1948"),
        ("29/02/2000", "29/02/2000"),
    ],
)
def test_what_is_typed_is_shown_and_nothing_more(typed: str, shown: str) -> None:
    assert parse(typed).display() == shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Chưa nhập ngày."),
        ("29/02/1999", "Tháng 02/1999 không có ngày 29."),
        ("31/04/1999", "Tháng 04/1999 không có ngày 31."),
        ("12/25/1980", "Không có tháng 25; thứ tự nhập là ngày/tháng/năm."),
        ("5/00/1948", "Có ngày mà không có tháng; chưa rõ tháng thì chỉ ghi năm."),
        ("1/2/80", "Ghi đủ 4 chữ số của năm, ví dụ 01/02/1980."),
        ("00/00/0000", "Năm 0 không hợp lý."),
        ("hôm qua", "Không đọc được ngày. Nhập ngày/tháng/năm, ví dụ 01/02/1980, hoặc chỉ năm, ví dụ 1948."),
    ],
)
def test_an_impossible_date_is_refused_in_vietnamese(typed: str, sentence: str) -> None:
    with pytest.raises(DateRefused) as refused:
        parse(typed)
    assert str(refused.value) == sentence


def test_an_unknown_part_is_never_the_first_of_january() -> None:
    born = PartialDate(1948)
    assert (born.as_date(), born.precision, born.display()) == (None, "year", "1948")
    assert (born.earliest(), born.latest()) == (dt.date(1948, 1, 1), dt.date(1948, 12, 31))
    assert PartialDate(1948, 2).latest() == dt.date(1948, 2, 29)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (PartialDate(2012, 11, 21), dt.date(2026, 11, 20), 13),
        (PartialDate(2012, 11, 21), dt.date(2026, 11, 21), 14),
        (PartialDate(2012), dt.date(2026, 12, 30), 13),
        (PartialDate(2012), dt.date(2026, 12, 31), 14),
        (PartialDate(2012, 11), dt.date(2026, 11, 29), 13),
        (PartialDate(2012, 11), dt.date(2026, 11, 30), 14),
        (PartialDate(2012, 2, 29), dt.date(2026, 2, 28), 13),
        (PartialDate(2012, 2, 29), dt.date(2026, 3, 1), 14),
    ],
)
def test_age_counts_from_the_careful_side(born: PartialDate, day: dt.date, age: int) -> None:
    assert born.age_on(day) == age


days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


@given(days, st.sampled_from(["day", "month", "year"]))
def test_shown_and_parsed_again_is_the_same(day: dt.date, precision: str) -> None:
    parts = {"day": (day.year, day.month, day.day), "month": (day.year, day.month), "year": (day.year,)}[precision]
    born = PartialDate(*parts)
    assert parse(born.display()) == born
    assert born.precision == precision
    assert born.covers(day)
    assert born.earliest() <= day <= born.latest()


@given(days, st.integers(0, 120))
def test_turns_on_is_the_first_day_of_that_age(day: dt.date, age: int) -> None:
    born = PartialDate.of(day)
    turning = born.turns_on(age)
    assert born.age_on(turning) == age
    assert born.age_on(turning - dt.timedelta(days=1)) == age - 1


@given(st.text(max_size=20) | st.text(alphabet="0123456789/-. …_?xngàythánăm", max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse(text)
    except DateRefused as refused:
        assert str(refused)
