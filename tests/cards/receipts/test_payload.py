"""The code on a slip: what goes in comes out, nobody reads a person from it, and no digit can be changed unseen."""

import datetime as dt
from dataclasses import replace

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.receipts import payload

NAME, NUMBER = "NGUYỄN THỊ MẪU LAN", "001190000123"
SALT = payload.salt("06001", (2026, 418))
CODE = payload.Code(
    key_id="k1", commune_code="06001", slip=(2026, 12), file=(2026, 418), promised_on=dt.date(2026, 12, 2), cost=6,
    digest=payload.digest(NAME, NUMBER, salt=SALT, cost=6),
)  # fmt: skip


def in_digits(code: payload.Code, signature: bytes = bytes(64)) -> str:
    return str(int.from_bytes(code.body() + signature, "big"))


@settings(max_examples=30, deadline=None)
@given(
    key=st.from_regex(r"[A-Za-z0-9]{1,8}", fullmatch=True), commune=st.integers(0, 99_999),
    years=st.tuples(st.integers(2024, 2255), st.integers(2024, 2255)), serials=st.tuples(st.integers(1, 2**24 - 1)),
    day=st.dates(dt.date(2026, 1, 1), dt.date(2170, 1, 1)), digest=st.binary(min_size=8, max_size=8),
    signature=st.binary(min_size=64, max_size=64),
)  # fmt: skip
def test_what_goes_in_comes_out(key, commune, years, serials, day, digest, signature):
    code = payload.Code(key, f"{commune:05d}", (years[0], serials[0]), (years[1], serials[0]), day, 17, digest)
    assert payload.opened(f" {in_digits(code, signature)}\n") == (code, code.body(), signature)


def test_the_code_is_digits_alone_and_small():
    """41 modules a side: half a millimetre each on A5, with the quiet zone."""
    digits = in_digits(CODE)
    assert digits.isdecimal()
    qr = segno.make_qr(digits, error="m")
    assert (qr.mode, qr.symbol_size(border=0)) == ("numeric", (41, 41))


def test_it_holds_neither_name_nor_number():
    said = CODE.body()
    for personal in (NAME.encode(), NUMBER.encode(), int(NUMBER).to_bytes(5, "big")):
        assert personal not in said


@pytest.mark.parametrize(
    ("name", "number", "fits"),
    [
        (NAME, NUMBER, True),
        ("  nguyễn thị  mẫu lan ", "001 190 000 123", True),
        ("Nguyễn Thị Mẫu Lạn", NUMBER, False),
        ("Nguyen Thi Mau Lan", NUMBER, False),
        (NAME, "001190000124", False),
        ("", "", False),
    ],
)
def test_the_holder_is_known_by_name_and_number_together(name, number, fits):
    assert CODE.fits(name, number) is fits


def test_two_slips_of_one_person_show_that_to_nobody():
    other = payload.digest(NAME, NUMBER, salt=payload.salt("06001", (2026, 419)), cost=6)
    assert other != CODE.digest


@pytest.mark.parametrize(
    "text",
    ["", "26-00418", "001190000123", "HS:26-00418@06001", "1" * 189, "9" * 217, in_digits(CODE)[:-3],
     in_digits(replace(CODE, key_id="k123456789")), "١" * 217],
)  # fmt: skip
def test_anything_else_is_no_code(text):
    with pytest.raises(payload.NotACode):
        payload.opened(text)


@pytest.mark.django_db
def test_a_code_is_sealed_by_the_key_it_names():
    assert payload.opened(payload.sealed(CODE))[0] == CODE
    with pytest.raises(ValueError, match="k2"):
        payload.sealed(replace(CODE, key_id="k2"))
