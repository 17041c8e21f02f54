"""Blocking keys: the numbers in the database's index must fit tomorrow too."""

from hypothesis import given
from hypothesis import strategies as st

from registry.matching.keys import CAP, KEYS, PARTS, hashed, keys_of
from registry.matching.normalise import RAW_COLUMNS, normalise

LAN = {
    "id": "1", "full_name": "Trần Thị Lan", "birth_date": "1990-05-03", "sex": "F", "personal_number": "079190001234",
    "cmnd": "012345670", "mother_name": "Phạm Thị Hòa", "father_name": "Trần Văn Nam", "commune_code": "00001",
    "address": "Số 9, Thôn 3", "home_town": "Đồng Tiến, Hưng Yên", "phone": "0912345670",
}  # fmt: skip


def test_a_hash_is_the_same_on_every_machine_and_day():
    assert hashed("number", "079190001234") == 5734262414483910462
    assert hashed("a", "b") != hashed("ab")


def test_the_keys_of_a_record_are_those_of_yesterday():
    """Whoever changes a key, a part or the hash must have every index made anew: then, and only then, change this."""
    assert sorted(keys_of(normalise(LAN)))[:4] == [
        -9030723165248132437,
        -8425918444716990002,
        -7644018751289088545,
        -7256671212156417759,
    ]
    assert sum(keys_of(normalise(LAN))) == -23911507989763763817
    assert keys_of(normalise({"full_name": "Y Thuyên Niê", "birth_date": "1948"})) == []
    assert keys_of(normalise({"full_name": "Y Thuyên Niê", "cmnd": "012345670"})) == [-953121941550511476]


def test_a_full_record_bears_every_key_once():
    keys = keys_of(normalise(LAN))
    assert len(keys) == len(set(keys)) == len(KEYS)


def test_a_record_that_lacks_a_part_does_not_bear_the_key():
    without_mother = keys_of(normalise(LAN | {"mother_name": ""}))
    named = [key for key in KEYS if not any("mother" in part for part in key.parts)]
    assert len(without_mother) == len(named)


def test_a_retired_number_is_a_key_too():
    again = keys_of(normalise(LAN | {"personal_number": "079190001234 001190000123"}))
    assert set(again) - set(keys_of(normalise(LAN))) == {hashed("number", "001190000123")}


def test_the_first_of_january_is_no_birthday_to_search_by():
    on_new_year = keys_of(normalise(LAN | {"birth_date": "1990-01-01"}))
    assert len(on_new_year) == len([key for key in KEYS if "day_month" not in key.parts])


def test_every_part_of_every_key_is_known_and_every_key_is_named_once():
    assert {part for key in KEYS for part in key.parts} <= set(PARTS)
    assert len({key.name for key in KEYS}) == len(KEYS)
    assert CAP == 300


@given(row=st.fixed_dictionaries({}, optional=dict.fromkeys(RAW_COLUMNS, st.text(st.characters(), max_size=20))))
def test_keys_never_raise_and_fit_a_bigint(row):
    assert all(-(2**63) <= key < 2**63 for key in keys_of(normalise(row)))
