"""Reasons, evidence and sentences on plain values."""

import pytest

from registry.duplicates import reasons as why
from registry.duplicates.reasons import Person, Reason
from registry.values.partial_date import PartialDate


def person(pk: int = 1, name: str = "Nguyễn Văn Hùng", **fields) -> Person:
    from accounts.text import fold

    values = {
        "given_name": name.split()[-1],
        "name_folded": fold(name),
        "birth": PartialDate(1980, 5, 1),
        "sex": 1,
    }
    return Person(id=pk, full_name=name, **(values | fields))


def codes(left: Person, right: Person) -> list[str]:
    return sorted(reason.code for reason in why.shared_reasons(left, right))


@pytest.mark.parametrize(
    "one, two, expected",
    [
        # the three reasons
        (
            {"numbers": frozenset(["001080000001"])},
            {"name": "Trần Bình", "numbers": frozenset(["001080000001"])},
            ["number"],
        ),
        ({"numbers": frozenset(["211234567"])}, {"name": "Trần Bình", "numbers": frozenset(["211234567"])}, ["cmnd"]),
        ({}, {"name": "NGUYEN VAN HUNG"}, ["name_birth"]),
        ({"birth": PartialDate(1980)}, {"birth": PartialDate(1980)}, ["name_birth"]),
        ({"birth": PartialDate(1980, 5)}, {"birth": PartialDate(1980, 5)}, ["name_birth"]),
        # and what is none
        ({"birth": PartialDate(1980)}, {"birth": PartialDate(1980, 5)}, []),
        ({"birth": None}, {"birth": None}, []),
        ({}, {"birth": PartialDate(1980, 5, 2)}, []),
        ({}, {"name": "Nguyễn Văn Hương"}, []),
        ({"numbers": frozenset(["000000000"])}, {"name": "Trần Bình", "numbers": frozenset(["000000000"])}, []),
        ({"numbers": frozenset(["1234"])}, {"name": "Trần Bình", "numbers": frozenset(["1234"])}, []),
    ],
)
def test_reasons(one: dict, two: dict, expected: list[str]):
    assert codes(person(1, **one), person(2, **two)) == expected


TWINS = {"mother": "Lê Thị Mẫu", "father": "Nguyễn Văn Mẫu"}


@pytest.mark.parametrize(
    "one, two, expected",
    [
        ({}, {"name": "Nguyễn Văn Hưng"}, True),
        ({"father": ""}, {"name": "Nguyễn Văn Hưng"}, True),
        ({}, {}, False),  # the same given name: one person entered twice
        ({}, {"name": "NGUYEN VAN HUNG"}, False),  # typed without accents: no other name
        ({}, {"name": "Nguyễn Văn Hưng", "mother": "Trần Thị Khác"}, False),
        ({"mother": "", "father": ""}, {"name": "Nguyễn Văn Hưng"}, False),
        ({"birth": PartialDate(1980)}, {"name": "Nguyễn Văn Hưng", "birth": PartialDate(1980)}, False),
    ],
)
def test_twins_of_like_sounding_names_are_no_pair(one: dict, two: dict, expected: bool):
    left, right = person(1, **(TWINS | one)), person(2, **(TWINS | two))
    assert why.may_be_twins(left, right) is expected


def test_twins_who_share_a_number_are_a_pair_all_the_same():
    number = frozenset(["001080000001"])
    left = person(1, numbers=number, **TWINS)
    right = person(2, name="Nguyễn Văn Hưng", numbers=number, **TWINS)
    found = why.shared_reasons(left, right)
    assert [reason.code for reason in found] == ["number"]
    lines = why.evidence(left, right, found)
    assert why.sentence(left, right, lines) == "Cùng số định danh, mẹ, cha; khác tên; có thể là sinh đôi."


def test_the_sentence_says_what_agrees_and_what_differs():
    left = person(1, active_number="001080000001")
    right = person(2, name="NGUYEN VAN HUNG", active_number="001080000002")
    found = why.shared_reasons(left, right)
    lines = why.evidence(left, right, found)
    assert why.sentence(left, right, lines) == "Cùng họ tên khi bỏ dấu và ngày sinh; khác số định danh."
    assert why.strength(lines, found) == 30


def test_one_number_on_two_quite_different_people_is_worth_a_look():
    number = frozenset(["001080000001"])
    left, right = person(1, numbers=number), person(2, name="Trần Thị Bình", numbers=number, sex=2)
    found = why.shared_reasons(left, right)
    lines = why.evidence(left, right, found)
    assert why.strength(lines, found) == why.WORTH_A_LOOK
    assert why.sentence(left, right, lines) == "Cùng số định danh; khác tên, giới tính."


@pytest.mark.parametrize(
    "birth, words", [((1980,), "năm sinh"), ((1980, 5), "tháng, năm sinh"), ((1980, 5, 1), "ngày sinh")]
)
def test_the_sentence_names_only_the_known_part_of_the_birth_date(birth: tuple[int, ...], words: str):
    one, two = person(1, birth=PartialDate(*birth)), person(2, birth=PartialDate(*birth))
    lines = why.evidence(one, two, why.shared_reasons(one, two))
    assert why.sentence(one, two, lines) == f"Cùng họ tên và {words}."


def test_a_reason_survives_storage():
    reasons = {Reason("cmnd", "211234567"), Reason("name_birth", "le thi mau|1980-05-01")}
    assert why.read_reasons(why.write_reasons(reasons)) == reasons


def test_what_is_new_names_only_what_was_not_decided_on():
    assert why.what_is_new(["cmnd:211234567", "name_birth:a|1980"], ["name_birth:a|1980"]) == "cùng số CMND"
