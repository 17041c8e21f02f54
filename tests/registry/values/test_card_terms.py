"""Who issued a card and until when it holds, by the law's tables."""

import datetime as dt

import pytest

from registry.values.card_terms import (
    MINISTRY,
    RESIDENCE_POLICE,
    SOCIAL_ORDER,
    expiry,
    is_lawful,
    issuer_meant,
    issuer_on,
)
from registry.values.partial_date import PartialDate

BORN = PartialDate(1990, 5, 21)


@pytest.mark.parametrize(
    ("day", "issuer"),
    [
        (dt.date(2016, 1, 1), RESIDENCE_POLICE),
        (dt.date(2018, 10, 9), RESIDENCE_POLICE),
        (dt.date(2018, 10, 10), SOCIAL_ORDER),
        (dt.date(2024, 6, 30), SOCIAL_ORDER),
        (dt.date(2024, 7, 1), MINISTRY),
    ],
)
def test_the_issuer_follows_from_the_day(day, issuer):
    assert issuer_on(day) == issuer


@pytest.mark.parametrize(
    ("folded", "meant"),
    [
        ("bo cong an", MINISTRY),
        ("cuc canh sat qlhc ve ttxh", SOCIAL_ORDER),
        ("cuc canh sat quan ly hanh chinh ve trat tu xa hoi, bo cong an", SOCIAL_ORDER),
        ("cuc canh sat dkql cu tru va dlqg ve dan cu", RESIDENCE_POLICE),
        ("cuc canh sat dang ky quan ly cu tru va du lieu quoc gia ve dan cu", RESIDENCE_POLICE),
        ("cong an tinh mau", ""),
        ("", ""),
    ],
)
def test_a_freely_written_issuer_is_understood(folded, meant):
    assert issuer_meant(folded) == meant


@pytest.mark.parametrize(
    ("issued_on", "ends"),
    [
        (dt.date(2028, 5, 20), dt.date(2030, 5, 21)),
        (dt.date(2028, 5, 21), dt.date(2050, 5, 21)),
        (dt.date(2003, 1, 1), dt.date(2015, 5, 21)),
        (dt.date(2051, 1, 1), None),
    ],
)
def test_the_end_is_the_next_age_of_the_law(issued_on, ends):
    assert expiry(BORN, issued_on) == ends


def test_on_the_very_day_two_years_before_either_reading_stands():
    day = dt.date(2028, 5, 21)
    assert is_lawful(BORN, issued_on=day, expires_on=dt.date(2030, 5, 21))
    assert is_lawful(BORN, issued_on=day, expires_on=dt.date(2050, 5, 21))
    assert not is_lawful(BORN, issued_on=day, expires_on=None)


def test_of_a_year_only_the_year_is_compared():
    assert is_lawful(PartialDate(1990), issued_on=dt.date(2025, 1, 1), expires_on=dt.date(2030, 1, 1))
    assert not is_lawful(PartialDate(1990), issued_on=dt.date(2025, 1, 1), expires_on=dt.date(2031, 1, 1))
