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


def test_twins_of_a_linked_mother_are_named_so_however_their_papers_spell_her():
    number, mother = frozenset(["001080000001"]), frozenset([("mother", 7)])
    left = person(1, numbers=number, mother="Lê Thị Mẫu", linked_parents=mother)
    right = person(2, name="Nguyễn Văn Hưng", numbers=number, mother="Lê Thị Mão", linked_parents=mother)
    assert why.may_be_twins(left, right) and why.are_twins(left, right)
    found = why.shared_reasons(left, right)
    assert [reason.code for reason in found] == ["number"]
    said = why.sentence(left, right, why.evidence(left, right, found))
    assert said == "Cùng số định danh; khác tên, mẹ; là sinh đôi, cha mẹ đã liên kết."


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
    assert why.strength(lines) == 30


def test_one_number_on_two_quite_different_people_is_worth_a_look():
    number = frozenset(["001080000001"])
    left, right = person(1, numbers=number), person(2, name="Trần Thị Bình", numbers=number, sex=2)
    found = why.shared_reasons(left, right)
    lines = why.evidence(left, right, found)
    assert why.strength(lines) == why.WORTH_A_LOOK
    assert why.sentence(left, right, lines) == "Cùng số định danh; khác tên, giới tính."


SHARED = "001080000001"


def argued(one: dict, two: dict) -> tuple[list[why.Evidence], str, int]:
    left, right = person(1, **one), person(2, **({"name": "Trần Thị Bình"} | two))
    lines = why.evidence(left, right, why.shared_reasons(left, right))
    return lines, why.sentence(left, right, lines), why.strength(lines)


@pytest.mark.parametrize("who", ["one", "two", "both"])
def test_a_shared_number_that_somebody_no_longer_bears_says_so_and_weighs_less(who: str):
    bears = {"numbers": frozenset([SHARED]), "active_number": SHARED}
    bore = {"numbers": frozenset([SHARED]), "retired": frozenset([SHARED])}
    lines, said, points = argued(bore if who != "two" else bears, bore if who != "one" else bears)
    assert [(line.label, line.left, line.right, line.note) for line in lines if line.is_number] == [
        ("Số định danh cũ", SHARED, SHARED, "trùng số cũ/đã hủy")
    ]
    assert said == "Cùng số định danh cũ/đã hủy; khác tên."
    assert points < why.WORTH_A_LOOK < argued(bears, {"numbers": frozenset([SHARED])})[2]


def test_two_different_numbers_in_use_argue_against_whatever_old_one_is_shared():
    one = {"numbers": frozenset([SHARED, "001080000002"]), "retired": frozenset([SHARED]),
           "active_number": "001080000002"}  # fmt: skip
    two = {"numbers": frozenset([SHARED, "001080000003"]), "retired": frozenset([SHARED]),
           "active_number": "001080000003"}  # fmt: skip
    lines, said, points = argued(one, two)
    assert [(line.label, line.left, line.right, line.strength > 0) for line in lines if line.is_number] == [
        ("Số định danh cũ", SHARED, SHARED, True),
        ("Số định danh đang dùng", "001080000002", "001080000003", False),
    ]
    assert said == "Cùng số định danh cũ/đã hủy; khác số định danh đang dùng, tên."
    assert points == 1


def test_a_shared_cmnd_that_was_corrected_is_an_old_one():
    number = frozenset(["211234567"])
    lines, said, _ = argued({"numbers": number, "retired": number}, {"numbers": number})
    assert (lines[0].label, lines[0].left, lines[0].strength) == ("CMND 9 số cũ", "211234567", why.OLD_CMND_POINTS)
    assert said == "Cùng số CMND cũ/đã hủy; khác tên."


def test_a_number_that_was_shared_is_shown_under_whoever_still_has_it():
    left, right = person(1, numbers=frozenset([SHARED])), person(2)
    (line,) = why.evidence(left, right, [Reason("number", SHARED)])[:1]
    assert (line.left, line.right) == (SHARED, "")


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
