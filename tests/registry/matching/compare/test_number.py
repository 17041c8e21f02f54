"""The levels of personal number, CMND and telephone."""

import pytest

from tests.registry.matching.compare import NOT_KNOWN, Pair, level_of

NUMBER_PAIRS = [
    Pair("equal", "079190001234", "079.190.001.234", "grouped for the eye"),
    Pair("equal", "079190001234", "79190001234", "the zero a spreadsheet ate"),
    Pair("equal", "079190001234 001190000123", "001190000123", "a number that was retired still tells"),
    Pair("next_number", "079190001234", "079190001235", "one digit, the last", misses="equal"),
    Pair("next_number", "079190001234", "079190001258", "a hundred at most between them: as twins get"),
    Pair("one_digit", "079190001234", "079190002234", "one digit in front of the last two", misses="next_number"),
    Pair("one_digit", "079190001234", "079190010234", "two neighbours changed places"),
    Pair("other", "079190001234", "079190113234", "two digits wrong", misses="one_digit"),
    Pair("same_last_six", "079190001234", "001290001234", "place and sex were typed wrong"),
    Pair("other", "079190001234", "001290101234", "five of six", misses="same_last_six"),
    Pair("other", "079190001234", "001290567891", "two people"),
    Pair("same_last_six", "079190567891", "001290567891", "the six digits of chance", misses="other"),
    Pair(NOT_KNOWN, "000000000000", "000000000000", "junk is no number", misses="equal"),
    Pair(NOT_KNOWN, "123456789012", "079190001234", "nor is counting", misses="other"),
]  # fmt: skip
CMND_PAIRS = [
    Pair("equal", "012345670", "012345670", "the same"),
    Pair("equal", "12345670", "012345670", "the zero a spreadsheet ate"),
    Pair("one_digit", "012345670", "012345671", "one digit", misses="equal"),
    Pair("one_digit", "168345672", "186345672", "two neighbours changed places"),
    Pair("other", "168345672", "186345673", "and a further digit", misses="one_digit"),
    Pair("other", "168345672", "013629190", "another number after a move"),
    Pair("one_digit", "013629191", "013629190", "not so far", misses="other"),
    Pair(NOT_KNOWN, "123456789", "123456789", "counting", misses="equal"),
]
PHONE_PAIRS = [
    Pair("equal", "0912345670", "+84 912 345 670", "with the country's code"),
    Pair("equal", "01687654321", "0387654321", "eleven digits before 2018"),
    Pair("one_digit", "0912345670", "0912345671", "one digit", misses="equal"),
    Pair("one_digit", "0912345670", "0912354670", "two neighbours changed places"),
    Pair("other", "0912345670", "0912354671", "and a further digit", misses="one_digit"),
    Pair("other", "0912345670", "0388111222", "two telephones"),
    Pair("one_digit", "0388111223", "0388111222", "not so far", misses="other"),
    Pair(NOT_KNOWN, "0900000000", "0900000000", "junk", misses="equal"),
]


@pytest.mark.parametrize(
    ("field", "pair"),
    [
        (field, pair)
        for field, pairs in (("number", NUMBER_PAIRS), ("cmnd", CMND_PAIRS), ("phone", PHONE_PAIRS))
        for pair in pairs
    ],
    ids=lambda one: one if isinstance(one, str) else f"{one.one}-{one.other}",
)
def test_two_numbers_stand_on_their_level(field, pair):
    assert level_of(field, pair.one, pair.other) == pair.level, pair.why
