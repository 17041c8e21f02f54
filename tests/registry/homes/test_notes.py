"""What the record says of terms: until when, and what is to be done by then."""

import datetime as dt

import pytest

from registry.cleanup.examples import home
from registry.homes.notes import notes_of

TODAY = dt.date(2026, 11, 23)
END = dt.date(2026, 12, 3)


@pytest.mark.parametrize(
    "today, sentence",
    [
        (dt.date(2026, 11, 17), "Tạm trú hết hạn 03/12/2026, nộp gia hạn từ 18/11/2026."),
        (dt.date(2026, 11, 18), "Tạm trú hết hạn 03/12/2026, đang trong thời hạn nộp gia hạn."),
        (dt.date(2026, 12, 3), "Tạm trú hết hạn 03/12/2026, đang trong thời hạn nộp gia hạn."),
        (dt.date(2026, 12, 4), "Tạm trú đã hết hạn 03/12/2026: xóa tạm trú, hoặc đăng ký mới nếu còn ở."),
    ],
)
def test_a_temporary_term(today, sentence):
    assert notes_of([home("temporary", from_on=dt.date(2025, 1, 1), to_on=END)], today) == [sentence]


def test_a_renewed_term_says_until_when():
    rows = [home("temporary", from_on=dt.date(2025, 1, 1), to_on=END),
            home("temporary", from_on=dt.date(2026, 12, 4), to_on=dt.date(2027, 12, 3))]  # fmt: skip
    for row in rows:
        row.unit_id = 1
    assert notes_of(rows, TODAY) == [
        "Tạm trú đã gia hạn đến 03/12/2027.",
        "Tạm trú hết hạn 03/12/2027, nộp gia hạn từ 18/11/2027.",
    ]


@pytest.mark.parametrize(
    "row, sentence",
    [
        (home("temporary", from_on=dt.date(2025, 1, 1), to_on=None),
         "Tạm trú tại Thôn 2, Xã Mẫu Sơn chưa ghi ngày hết hạn."),
        (home("stay", from_on=dt.date(2026, 10, 23), to_on=None),
         "Lưu trú từ 23/10/2026, quá 30 ngày: phải đăng ký tạm trú."),
        (home("absence", from_on=dt.date(2026, 10, 1), to_on=dt.date(2026, 11, 22), purpose="work"),
         "Tạm vắng đến 22/11/2026, chưa ghi đã về."),
        (home("absence", from_on=dt.date(2026, 10, 1), to_on=dt.date(2026, 11, 23), purpose="work"),
         "Tạm vắng đến 23/11/2026."),
        (home("absence", from_on=dt.date(2026, 10, 1)), "Vắng mặt từ 01/10/2026, không khai báo."),
        (home("absence", from_on=dt.date(2026, 10, 1), purpose="detained"),
         "Vắng mặt từ 01/10/2026, chưa biết ngày về."),
    ],
)  # fmt: skip
def test_other_rows(row, sentence):
    assert notes_of([row], TODAY) == [sentence]


@pytest.mark.parametrize(
    "row",
    [
        home(), home("present"), home("stay", from_on=dt.date(2026, 10, 24)),
        home("stay", from_on=dt.date(2026, 1, 1), to_on=dt.date(2026, 1, 20)),
        home("temporary", to_on=END, closed_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC)),
    ],
)  # fmt: skip
def test_what_asks_for_nothing_says_nothing(row):
    assert notes_of([row], TODAY) == []
