"""The three machine readable lines. The vector is invented; its check digits were computed by hand."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.values.mrz import MrzRefused, check_digit, looks_like_mrz, read
from registry.values.partial_date import PartialDate

FIRST, SECOND, THIRD = (
    "IDVNM1900001230001190000123<<1",
    "9005215F3005213VNM<<<<<<<<<<<6",
    "NGUYEN<<THI<MAU<LAN<<<<<<<<<<<",
)
LAN = "\n".join([FIRST, SECOND, THIRD])


def lines(number="001190000123", birth="900521", sex="F", expiry="300521", names="NGUYEN<<THI<MAU<LAN") -> str:
    """Three lines with right check digits."""
    document, whole = number[3:], f"{number}<<"
    first = f"IDVNM{document}{check_digit(document)}{whole}{check_digit(whole)}"
    second = f"{birth}{check_digit(birth)}{sex}{expiry}{check_digit(expiry)}VNM{'<' * 11}"
    over = first[5:30] + second[:7] + second[8:15] + second[18:29]
    return "\n".join([first, f"{second}{check_digit(over)}", names.ljust(30, "<")])


def test_the_vector_reads():
    found = read(LAN)
    assert (found.number, found.birth, found.sex) == ("001190000123", PartialDate(1990, 5, 21), "2")
    assert (found.expires_on, found.no_expiry) == (dt.date(2030, 5, 21), False)
    assert (found.surname, found.given, found.full_name) == ("Nguyen", "Thi Mau Lan", "Nguyen Thi Mau Lan")
    assert (found.failed, found.sentences, found.is_sound) == ((), (), True)
    assert lines() == LAN


@pytest.mark.parametrize(
    "typed",
    [LAN.lower(), LAN.replace("\n", ""), LAN.replace("\n", "\r\n") + "\r\n", LAN.replace("\n", "\t"),
     " ".join(LAN), f"  {LAN}\n\n", "\n".join([FIRST, SECOND, THIRD.rstrip("<")]), LAN.replace("<<", "«")],
)  # fmt: skip
def test_spaces_small_letters_and_one_line_do_not_matter(typed):
    assert read(typed) == read(LAN)
    assert looks_like_mrz(typed)


def test_letters_that_look_like_digits_are_digits_where_the_check_agrees():
    typed = "IDVNM19OOOO123OOO119OOOOI23<<1\n90O52I5F3OO5213VNM<<<<<<<<<<<6\n" + THIRD
    assert read(typed) == read(LAN)


def test_look_alikes_are_not_taken_where_the_check_does_not_agree():
    found = read(f"{FIRST}\n9O0621{SECOND[6:]}\n{THIRD}")
    assert found.failed == ("birth", "composite")
    assert found.birth is None


def test_a_card_without_expiry():
    found = read(lines(expiry="991231"))
    assert (found.expires_on, found.no_expiry, found.sentences) == (None, True, ())


@pytest.mark.parametrize(
    ("number", "birth", "year"), [("001190000123", "900521", 1990), ("001300000123", "000521", 2000),
                                  ("001048000123", "480521", 1948), ("001248000123", "480521", 2048)]
)  # fmt: skip
def test_the_century_is_that_of_the_number(number, birth, year):
    assert read(lines(number=number, birth=birth, sex="M")).birth == PartialDate(year, 5, 21)


@pytest.mark.parametrize(("birth", "date"), [("90<<<<", PartialDate(1990)), ("900000", PartialDate(1990)),
                                             ("9005<<", PartialDate(1990, 5))])  # fmt: skip
def test_only_a_year_may_be_known(birth, date):
    assert read(lines(birth=birth)).birth == date


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"birth": "910521"}, "không hợp với số định danh (sinh 1990)"),
        ({"sex": "M"}, "Giới tính ở dòng 2"),
        ({"birth": "901321"}, "Không có tháng 13"),
        ({"expiry": "301321"}, "Không đọc được ngày hết hạn"),
    ],
)
def test_contradictions_with_right_check_digits_are_told(changed, words):
    found = read(lines(**changed))
    assert found.failed == ()
    assert words in " ".join(found.sentences) and not found.is_sound


def test_a_document_number_of_somebody_else_is_told():
    document, whole = "190000999", "001190000123<<"
    first = f"IDVNM{document}{check_digit(document)}{whole}{check_digit(whole)}"
    over = first[5:30] + SECOND[:7] + SECOND[8:15] + SECOND[18:29]
    found = read("\n".join([first, SECOND[:29] + str(check_digit(over)), THIRD]))
    assert found.failed == ()
    assert found.sentences == ("Chín chữ số của thẻ ở dòng 1 không phải phần cuối của số định danh.",)


def test_each_check_digit_is_named():
    swapped = {
        "document": LAN.replace("IDVNM1900", "IDVNM1910"),
        "number": LAN.replace("0001190000123<<", "0001190000124<<"),
        "birth": LAN.replace("\n900521", "\n900522"),
        "expiry": LAN.replace("300521", "300522"),
        "composite": LAN.replace("<<<<6", "<<<<7"),
    }
    assert {name: read(text).failed[0] for name, text in swapped.items()} == {name: name for name in swapped}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "đủ ba dòng"),
        (FIRST, "đủ ba dòng"),
        (f"{FIRST}\n{SECOND}", "đủ ba dòng"),
        (LAN.replace("IDVNM", "IDUTO"), "IDVNM"),
        (LAN.replace("F30", "F3"), "Dòng 2"),
        (LAN.replace("LAN", "LẬN"), "ký tự lạ “Ậ”"),
        (LAN + "<", "Dòng 3"),
        (LAN * 5, "Dài quá"),
        (LAN.replace("0001190000123", "0001190X00123"), "12 chữ số"),
    ],
)
def test_what_is_no_mrz_is_refused_in_a_sentence(text, words):
    with pytest.raises(MrzRefused, match=words):
        read(text)


CHECKED = [*range(5, 30), *(31 + at for at in (*range(7), *range(8, 15), *range(18, 30)))]


@given(st.sampled_from(CHECKED), st.integers(1, 9))
def test_one_wrong_digit_in_a_checked_place_is_never_missed(at, shift):
    """7, 3 and 1 share no factor with 10: every single wrong digit changes the sum. A filler turned into 0 does not,
    and is caught by its place where the standard has one.
    """
    old = LAN[at]
    new = str((int(old) + shift) % 10) if old.isdigit() else str(shift)
    try:
        assert not read(LAN[:at] + new + LAN[at + 1 :]).is_sound
    except MrzRefused:
        pass


@given(st.sampled_from([at for at in CHECKED if LAN[at].isdigit()]), st.sampled_from("ACEFHJKMNPRTUVWXY"))
def test_a_letter_for_a_digit_is_never_missed(at, letter):
    try:
        assert not read(LAN[:at] + letter + LAN[at + 1 :]).is_sound
    except MrzRefused:
        pass


@given(
    st.integers(0, 999_999), st.dates(dt.date(1930, 1, 1), dt.date(2024, 12, 31)), st.sampled_from("MF"),
    st.dates(dt.date(2021, 1, 1), dt.date(2060, 12, 31)), st.sampled_from(["\n", "\r\n", "", "\t", "\r"]),
)  # fmt: skip
def test_every_sound_card_is_read_whole(serial, born, sex, expires, ending):
    mark = 2 * (born.year // 100 - 19) + (sex == "F")
    number = f"001{mark}{born.year % 100:02d}{serial:06d}"
    text = lines(number, f"{born:%y%m%d}", sex, f"{expires:%y%m%d}").replace("\n", ending)
    found = read(text)
    assert (found.number, found.birth, found.expires_on) == (number, PartialDate.of(born), expires)
    assert (found.sex, found.sentences) == ("2" if sex == "F" else "1", ())


anything = st.text(st.characters(codec=None, exclude_categories=[]), max_size=200)
almost = st.builds(
    lambda at, new: LAN[:at] + new + LAN[at + 1 :], st.integers(0, len(LAN)), st.text(max_size=3)
)  # fmt: skip


@given(st.one_of(anything, almost, st.text("IDVNM0123456789<AÀ²٣\n", max_size=120).map("IDVNM".__add__)))
def test_any_text_is_read_or_refused(text):
    looks_like_mrz(text)
    try:
        found = read(text)
    except MrzRefused as refused:
        assert str(refused)
    else:
        assert len(found.number) == 12


@pytest.mark.parametrize("text", ["IDVNM" * 20_000, "<" * 100_000, "\ud800" * 100_000, "\n" * 100_000])
def test_a_flood_of_text_is_refused_at_once(text):
    looks_like_mrz(text)
    with pytest.raises(MrzRefused):
        read(text)
