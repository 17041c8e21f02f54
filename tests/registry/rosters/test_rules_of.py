"""What the check says the rules will find, against what the scan finds once the rows are written."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from accounts.models import Level
from registry.cleanup.rules import catalogue
from registry.cleanup.scan import scan
from registry.models import Finding, FindingState, Membership, Resident, RosterPart
from registry.residents.register import correct, register
from registry.rosters import rules_of
from registry.rosters.check import check
from registry.rosters.proposed import UNKNOWN_BEFORE
from registry.rosters.reasons import of_rule
from registry.rosters.values import Context, read
from registry.rosters.writing import write_new
from tests.conftest import settled
from tests.factories import UnitFactory
from tests.registry.rosters.rows_of import HOA, a_list, checked, rows, rules

HOME = "Số 5, Thôn 2, Xã Mẫu Sơn, Tỉnh Mẫu"
LIST = [
    HOA | {"household_key": "1", "household_role": "Chủ hộ", "number": "001191000123", "permanent_line": HOME,
           "permanent_from": "1/7/2015", "birth_registration_place": "Xã Mẫu Sơn, Tỉnh Mẫu", "home_town": "Tỉnh Mẫu",
           "father_name": "Nguyễn Văn Nam", "mother_name": "Trần Thị Mai", "phone": "0912345678",
           "ethnic_group": "Kinh", "religion": "Không", "nationality": "Việt Nam", "marital_status": "Chưa kết hôn"},
    {"full_name": "Lê Văn Ba", "birth_date": "1/1/1990", "sex": "Nam", "household_key": "1", "household_role": "chồng",
     "number": "001290000456", "permanent_line": "Số 05, thôn 2", "phone": "0912345678",
     "father_name": "không rõ", "marital_status": "Đã kết hôn"},
    {"full_name": "Lê Thị Bé", "birth_date": "2020", "household_key": "1", "household_role": "con gái",
     "mother_name": "Nguyễn Thị Hoa", "permanent_line": HOME},
    {"full_name": "Nguyễn Sen", "birth_date": "3/4/1980", "sex": "Nữ", "household_key": "1", "household_role": "em gái",
     "permanent_line": HOME},
    {"full_name": "Lê Thị Văn Cụ", "birth_date": "1915", "sex": "Nam", "phone": "0912345678", "cmnd": "012345678",
     "household_key": "2", "household_role": "vợ", "permanent_line": "Xã Mẫu Sơn"} | {"household_role": "Con đẻ"},
    {"full_name": "Hoa", "birth_date": "5/1948", "sex": "Nữ", "cmnd": "012345678", "phone": "0912345678",
     "birth_place": "sinh ngày 12/3/1948", "household_key": "3"},
    {"full_name": "Ông Trần Văn Sáu", "birth_date": "4/5/1960", "sex": "Nam", "nationality": "Pháp",
     "number": "099060000777", "phone": "0912345678", "household_key": "4", "household_role": "chủ hộ"},
    {"full_name": "Trần thị Tư", "birth_date": "6/7/2012", "sex": "Nữ", "marital_status": "góa", "phone": "0912345678",
     "temporary_line": "Thôn 5", "temporary_from": "1/12/2024", "temporary_to": "1/12/2025"},
    {"full_name": "Trần Thị Năm", "birth_date": "6/7/1999", "sex": "Nữ", "phone": "0912345678",
     "present_line": "Thôn 5, Xã Mẫu Sơn"},
]  # fmt: skip


def found_by_scan(people: list[Resident]) -> dict[int, set[str]]:
    scan([one.pk for one in people])
    standing = Finding.objects.filter(resident__in=people).exclude(state=FindingState.CLOSED)
    found: dict[int, set[str]] = {one.pk: set() for one in people}
    for pk, rule in standing.values_list("resident", "rule"):
        found[pk].add(rule)
    return {pk: codes - UNKNOWN_BEFORE.keys() for pk, codes in found.items()}


def written(officer, row, context) -> Resident:
    """By register(), as an officer would: the first of a household founds it."""
    told = read(row.typed, context)
    key, role = row.typed.get("household_key"), told.extra.get("household_role")
    values = told.values | {"household_role": role, "household_choice": "none"}
    if key:
        mates = Membership.objects.filter(resident__other_information=f"hộ {key}").select_related("household")
        home = mates[0].household if mates else None
        values |= {"household_choice": "existing" if home else "new", "household_code": home}
    person, _ = register(values | {"other_information": f"hộ {key}" if key else ""}, by=officer, token=uuid.uuid4())
    return person


def test_the_check_foresees_what_the_scan_finds_rule_by_rule(officer):
    found = checked(officer, *LIST)
    assert {row.verdict for row in found} == {"new"}
    context = Context.of(officer.unit, "TANG_THU", timezone.localdate())
    people = [written(officer, row, context) for row in found]
    foreseen = [rules(row) - UNKNOWN_BEFORE.keys() for row in found]
    really = found_by_scan(people)
    assert foreseen == [really[person.pk] for person in people]
    assert {"D02", "D09", "D10", "D12", "D29", "D34", "E01", "E03", "E19", "E20", "E21", "L05", "S02", "S23",
            "S24", "S25", "S26"} <= {code for codes in foreseen for code in codes}  # fmt: skip


def test_the_rules_that_are_not_asked_of_new_people_have_nothing_to_find(officer, commune, monkeypatch):
    settled(commune, number="001190000123")
    whole = [HOA | {"card_issued_on": "1/2/2015", "spouse_name": "Lê Văn Ba", "father_number": "001060000001",
                    "number": "001191000555", "permanent_line": "Nhà bà  Lan ,Thôn 2",
                    "full_name": "Ðặng  Thị Hoà"}]  # fmt: skip
    shorter = checked(officer, *LIST, *whole)
    assert rules_of.NEVER_OF_THE_NEW.keys() <= catalogue().keys()
    monkeypatch.setattr(rules_of, "NEVER_OF_THE_NEW", {})
    assert [row.notes for row in shorter] == [row.notes for row in checked(officer, *LIST, *whole)]


def test_the_sentences_are_those_of_the_findings(officer):
    found = checked(officer, *LIST)
    context = Context.of(officer.unit, "TANG_THU", timezone.localdate())
    person = written(officer, found[5], context)
    found_by_scan([person])
    standing = Finding.objects.filter(resident=person)
    sentences = {one.rule: one.evidence["sentence"] for one in standing}
    assert {one["rule"]: one["sentence"] for one in found[5].notes if one["rule"] == "S26"} == {"S26": sentences["S26"]}


def test_what_the_form_cannot_say_is_foreseen_as_well(officer):
    """Numbers of parents, a husband and the card: written by the list's own writer."""
    typed = HOA | {"number": "001191000123", "card_issued_on": "1/2/2015", "card_issued_by": "Bộ Công an",
                   "spouse_name": "Lê Văn Ba", "marital_status": "Ly hôn", "father_name": "Nguyễn Văn Nam",
                   "father_number": "001060000001", "card_expires_on": "1/2/2020"}  # fmt: skip
    roster = a_list(officer)
    [row] = rows(roster, typed)
    check(roster, [row])
    context = Context.of(officer.unit, roster.source_code, roster.source_on)
    part = RosterPart(roster=roster, rows=[row.number])
    assert write_new(part, [row], [read(row.typed, context)], by=officer, context=context) == {}
    assert rules(row) - UNKNOWN_BEFORE.keys() == found_by_scan([row.resident])[row.resident.pk]
    assert {"D18", "D23", "D24", "L13"} <= rules(row)


@pytest.mark.parametrize(
    "typed",
    [
        {"birth_date": "1/1/1991"}, {"marital_status": "Đã kết hôn"}, {"full_name": "Nguyễn Văn Lan"},
        {"phone": "0912345678"},
        {"home_town": "Hà Nội"}, {"permanent_line": "Số 7, Thôn 3, Xã Mẫu Sơn", "permanent_from": "1/1/1980"},
        {"cmnd": "012345678"}, {"father_name": "không rõ"}, {"household_role": "con trai"},
    ],
)  # fmt: skip
def test_of_a_changed_person_what_comes_is_foreseen_and_what_stands_is_not_repeated(officer, commune, typed):
    person = settled(commune, number="001190000123", phone="")
    before = found_by_scan([person])[person.pk]
    [row] = checked(
        officer, {"full_name": person.full_name, "birth_date": "21/05/1990", "number": "001190000123"} | typed
    )
    if row.verdict == "wrong":  # the form refuses it too
        assert "permanent_from" in typed
        return
    assert row.verdict == "changed"
    context = Context.of(commune, "TANG_THU", timezone.localdate())
    names = {one["field"] for one in row.changes}
    values = {name: value for name, value in read(row.typed, context).values.items() if name in names}
    if "household_role" in names:
        home = person.memberships.get().household
        values |= {"household_choice": "existing", "household_code": home,
                   "household_role": read(row.typed, context).extra["household_role"]}  # fmt: skip
    correct(person, values, by=officer)
    assert rules(row) - UNKNOWN_BEFORE.keys() == found_by_scan([person])[person.pk] - before


def test_a_rule_of_the_gravest_level_makes_the_row_wrong(officer, commune):
    person = settled(commune, number="001190000123", birth_registration_province="001")
    typed = {"full_name": person.full_name, "birth_date": "21/05/1990", "number": "001190000123",
             "birth_registration_place": "Xã Mẫu Xưa, Tỉnh Xưa"}  # fmt: skip
    _an_old_province()
    [row] = checked(officer, typed)
    assert (row.verdict, of_rule("D27") in row.reasons) == ("wrong", True)
    assert "Xã đăng ký khai sinh không thuộc tỉnh đã ghi." in row.problems[0]["said"]


def _an_old_province() -> None:
    ended = {"valid_from": dt.date(1990, 1, 1), "valid_to": dt.date(2025, 6, 30)}
    above = UnitFactory(code="20", name="Tỉnh Xưa", level=Level.PROVINCE, **ended)
    UnitFactory(name="Xã Mẫu Xưa", parent=above, **ended)
