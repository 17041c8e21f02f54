"""What each row is: new, the same, changed, suspected, wrong; and why."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.duplicates import index
from registry.models import Membership, RosterRow, RowDecision
from registry.rosters import reasons
from registry.rosters.check import check
from registry.rosters.current import digest
from tests.conftest import settled
from tests.factories import (
    IdentityNumberFactory,
    RelationFactory,
    ResidenceFactory,
    ResidentFactory,
)
from tests.registry.rosters.rows_of import HOA, a_list, changed, checked, rows, rules, said, verdicts

LAN = {"full_name": "Nguyễn Thị Mẫu Lan", "birth_date": "21/05/1990", "number": "001190000123"}
ALL_OF_LAN = {
    "full_name": "Nguyễn Thị Mẫu Lan", "birth_date": "21/05/1990", "sex": "Nữ", "father_name": "Nguyễn Văn Mẫu",
    "mother_name": "Lê Thị Mẫu", "permanent_line": "Số 5, Thôn 2, Xã Mẫu Sơn", "phone": "0912345678",
    "home_town": "Xã Thử, Huyện Mẫu, Hà Nội",
}  # fmt: skip


@pytest.fixture
def lan(resident):
    index.refresh([resident.pk])
    return resident


def test_somebody_nobody_knows_is_new_and_is_to_be_written(officer):
    [row] = checked(officer, HOA)
    assert (row.verdict, row.decision, row.person_id) == ("new", RowDecision.WRITE, None)
    assert (row.name, row.problems, row.candidates, row.reasons) == ("Nguyễn Thị Hoa", [], [], [])
    assert {"E01", "E16", "E18"} <= rules(row)
    assert row.keys


def test_a_row_without_a_name_is_wrong_and_is_not_to_be_written(officer):
    [row] = checked(officer, {"birth_date": "1991", "sex": "Nữ"})
    assert (row.verdict, row.decision, row.reasons) == ("wrong", "", ["value:full_name"])
    assert said(row) == [("full_name", "Nhập họ, chữ đệm và tên.")]


# --- by the number ----------------------------------------------------------------------------------------------------


def test_the_number_of_a_record_and_nothing_else_is_the_same_person_unchanged(officer, lan):
    [row] = checked(officer, LAN)
    assert (row.verdict, row.decision, row.person_id, row.changes) == ("same", "skip", lan.pk, [])
    assert row.seen == digest(lan.pk)


def test_a_number_of_another_commune_is_wrong_and_names_nobody(officer, outsider):
    index.refresh([outsider.pk])
    [row] = checked(officer, HOA | {"number": "001190000999"})
    assert (row.verdict, row.reasons, row.person_id, row.candidates) == ("wrong", [reasons.NUMBER_ELSEWHERE], None, [])
    [(field, sentence)] = said(row)
    assert field == "number"
    assert "Công an Xã Mẫu Hạ quản lý" in sentence
    assert outsider.full_name not in sentence


def test_a_cancelled_number_is_wrong(officer, lan):
    IdentityNumberFactory(resident=lan, kind="SDDCN_DA_HUY", number="001190000777", is_active=False)
    [row] = checked(officer, HOA | {"number": "001190000777"})
    assert (row.verdict, row.reasons) == ("wrong", [reasons.CANCELLED])


def test_one_number_and_another_name_is_put_to_an_officer(officer, lan):
    [row] = checked(officer, LAN | {"full_name": "Phạm Văn Tám"})
    assert (row.verdict, row.person_id, row.reasons) == ("suspect", lan.pk, [reasons.NUMBER_OF_ANOTHER])
    assert [one["id"] for one in row.candidates] == [lan.pk]


def test_one_number_another_name_and_another_birth_is_somebody_elses_number(officer, lan):
    [row] = checked(officer, LAN | {"full_name": "Phạm Văn Tám", "birth_date": "03/09/1962"})
    assert (row.verdict, row.reasons) == ("wrong", [reasons.STRANGER])


# --- by the engine ----------------------------------------------------------------------------------------------------


def test_without_a_number_somebody_surely_known_is_that_person(officer, lan):
    [row] = checked(officer, ALL_OF_LAN)
    assert (row.verdict, row.person_id, row.changes) == ("same", lan.pk, [])


def test_somebody_alike_is_suspected_with_the_reason_and_the_record(officer, lan):
    [row] = checked(officer, {"full_name": "Nguyễn Thị Mẫu Lan", "birth_date": "12/05/1990", "sex": "Nữ",
                              "mother_name": "Lê Thị Mẫu", "father_name": "Nguyễn Văn Mẫu"})  # fmt: skip
    assert (row.verdict, row.decision, row.person_id) == ("suspect", "", lan.pk)
    assert row.reasons[0] in (reasons.REVIEW, reasons.CERTAIN)
    [one] = row.candidates
    assert one["id"] == lan.pk
    assert one["sentence"].startswith("Cùng mẹ")
    assert changed(row)["birth_date"] == ("21/05/1990", "12/05/1990")


def test_a_sister_born_that_day_is_new_and_the_twin_is_only_named(officer, lan):
    [row] = checked(officer, ALL_OF_LAN | {"full_name": "Nguyễn Thị Mẫu Hồng"})
    assert (row.verdict, row.person_id) == ("new", None)
    assert row.reasons == [reasons.TWINS]
    assert [(one["id"], one["twin"]) for one in row.candidates] == [(lan.pk, True)]


def test_two_records_alike_are_never_chosen_between(officer, commune, lan):
    double = ResidentFactory(commune=commune, full_name=lan.full_name)
    RelationFactory(resident=double, kind="father", name="Nguyễn Văn Mẫu")
    RelationFactory(resident=double, kind="mother", name="Lê Thị Mẫu")
    ResidenceFactory(resident=double)
    index.refresh([double.pk])
    [row] = checked(officer, ALL_OF_LAN)
    assert row.verdict == "suspect"
    assert {one["id"] for one in row.candidates} == {lan.pk, double.pk}


def test_somebody_of_another_commune_is_told_and_never_named(officer, outsider):
    index.refresh([outsider.pk])
    [row] = checked(officer, ALL_OF_LAN | {"full_name": outsider.full_name, "phone": outsider.phone})
    assert (row.person_id, row.candidates, row.seen) == (None, [], "")
    assert (row.verdict, row.reasons) == ("suspect", [reasons.ELSEWHERE])
    told = str([row.problems, row.notes, row.changes, row.candidates])
    assert str(outsider.pk) not in [str(one.get("id")) for one in row.candidates]
    assert "Mẫu Hạ" not in told


def test_a_closed_record_is_not_written_to(officer, lan):
    lan.state = "deceased"
    lan.save()
    same, other = checked(officer, LAN, LAN | {"phone": "0987654321"})
    assert same.verdict == "same"
    assert (other.verdict, other.reasons) == ("wrong", [reasons.CLOSED])


# --- what differs -----------------------------------------------------------------------------------------------------


def test_a_row_that_says_more_changes_the_record_field_by_field(officer, lan):
    [row] = checked(officer, LAN | {"phone": "0987 654 321", "email": "lan@example.vn", "sex": "Nữ"})
    assert row.verdict == "changed"
    assert changed(row) == {"phone": ("0912345678", "0987654321"), "email": ("", "lan@example.vn")}
    assert (row.reasons, row.decision) == (["overwrite:phone"], "")
    assert [one["take"] for one in row.changes] == [True, True]


def test_only_blanks_filled_is_a_group_of_its_own(officer, lan):
    [row] = checked(officer, LAN | {"email": "lan@example.vn"})
    assert row.reasons == [reasons.FILL]


@pytest.mark.parametrize(
    "same",
    [
        {"full_name": "NGUYỄN THỊ MẪU LAN"}, {"full_name": "Nguyen Thi Mau Lan"}, {"birth_date": "1990"},
        {"birth_date": "5/1990"}, {"permanent_line": "số 5, thôn 02, xã Mẫu Sơn"},
        {"permanent_line": "Thôn 2, Xã Mẫu Sơn"}, {"permanent_line": "Xã Mẫu Sơn"},
        {"home_town": "xã thử, huyện mẫu, hà nội"},
        {"father_name": "NGUYỄN VĂN MẪU"}, {"marital_status": "Chưa kết hôn"}, {"nationality": "Việt Nam"},
        {"permanent_from": "01/01/2010"}, {"household_role": "chủ hộ"},
    ],
)  # fmt: skip
def test_a_spelling_that_means_the_same_or_says_less_is_no_change(officer, lan, same):
    [row] = checked(officer, LAN | same)
    assert (row.verdict, row.changes) == ("same", [])


@pytest.mark.parametrize(
    ("other", "field", "after", "reason"),
    [
        ({"birth_date": "22/05/1990"}, "birth_date", "22/05/1990", "overwrite:birth_date"),
        ({"full_name": "Nguyễn Thị Mẫu Làn"}, "full_name", "Nguyễn Thị Mẫu Làn", "overwrite:full_name"),
        ({"permanent_line": "Số 7, Thôn 2, Xã Mẫu Sơn"}, "permanent_line", "Số 7, Thôn 2, Xã Mẫu Sơn, Tỉnh Mẫu",
         "moved"),
        ({"marital_status": "Đã kết hôn"}, "marital_status", "Đang có vợ/chồng", "overwrite:marital_status"),
        ({"household_role": "con trai"}, "household_role", "Con đẻ", "joins"),
    ],
)  # fmt: skip
def test_what_means_something_else_is_a_change(officer, lan, other, field, after, reason):
    [row] = checked(officer, LAN | other)
    assert (row.verdict, changed(row)[field][1], row.reasons) == ("changed", after, [reason])


def test_a_change_that_the_law_calls_sensitive_is_marked(officer, lan):
    [row] = checked(officer, LAN | {"ethnic_group": "Tày", "phone": "0987654321"})
    assert {one["field"]: one.get("sensitive", False) for one in row.changes} == {"phone": False, "ethnic_group": True}


def test_a_recorded_number_is_not_changed_by_a_list(officer, lan):
    IdentityNumberFactory(resident=lan, kind="CMND9", number="012345678")
    [row] = checked(officer, LAN | {"cmnd": "087654321"})
    assert (row.verdict, row.changes) == ("same", [])
    [(field, sentence)] = said(row)
    assert (field, row.problems[0]["blocks"]) == ("cmnd", False)
    assert "làm việc “Hủy, sửa số CMND”" in sentence


def test_the_digest_changes_with_the_record_and_with_nothing_else(officer, lan):
    before = digest(lan.pk)
    lan.save()
    assert digest(lan.pk) == before
    lan.phone = "0911111111"
    lan.save()
    assert digest(lan.pk) != before


# --- households -------------------------------------------------------------------------------------------------------


def test_a_household_is_joined_where_one_of_it_lives_already(officer, lan):
    child = {"full_name": "Lê Mẫu Bé", "birth_date": "03/02/2015", "sex": "Nam", "household_role": "con trai"}
    head, son = checked(officer, LAN | {"household_key": "17"}, child | {"household_key": "17"})
    assert verdicts([head, son]) == ["same", "new"]
    assert "E20" not in rules(son)  # with a head
    assert "E22" not in rules(son)


def test_two_heads_in_one_household_of_the_file(officer):
    first, second = checked(officer, HOA | {"household_key": "9", "household_role": "Chủ hộ"},
                            HOA | {"full_name": "Trần Văn Ba", "sex": "Nam", "household_key": "9",
                                   "household_role": "Chủ hộ"})  # fmt: skip
    assert verdicts([first, second]) == ["new", "wrong"]
    assert second.reasons == [reasons.SECOND_HEAD]
    assert said(second) == [("household_role", "Hộ 9 trong tệp đã có chủ hộ ở dòng 2; mỗi hộ một chủ hộ.")]


def test_a_head_beside_the_head_there_is(officer, lan):
    home = Membership.objects.get(resident=lan).household
    [row] = checked(
        officer, HOA | {"household_key": home.code, "household_role": "con gái", "head_name": lan.full_name}
    )
    assert (row.verdict, "E20" in rules(row)) == ("new", False)
    _, row = checked(officer, LAN | {"household_key": "5"}, HOA | {"household_key": "5", "household_role": "chủ hộ"})
    assert said(row) == [("household_role", f"Hộ {home.code} đã có chủ hộ; chọn quan hệ khác.")]


def test_nobody_is_moved_out_of_a_household_by_a_list(officer, lan, commune):
    other = settled(commune, number="001190000555", name="Phạm Thị Mẫu Sen")
    first, second = checked(
        officer,
        {"full_name": other.full_name, "birth_date": "21/05/1990", "number": "001190000555", "household_key": "5"},
        LAN | {"household_key": "5"},
    )
    assert verdicts([first, second]) == ["same", "same"]
    assert [row.reasons for row in (first, second)].count([reasons.KEPT]) == 1


def test_a_column_of_the_same_number_for_everybody_is_no_household(officer):
    people = [HOA | {"full_name": f"Nguyễn Thị {name}", "household_key": "1"} for name in "ABCDEFGHIKLMNOPQRSTUVXY"]
    found = checked(officer, *people, *[one | {"birth_date": "1970"} for one in people],
                    *[one | {"birth_date": "1950"} for one in people])  # fmt: skip
    assert {row.household_key for row in found} == {""}
    assert all(reasons.NO_HOUSEHOLD in row.reasons for row in found)


# --- the officer's word, and doing it twice ---------------------------------------------------------------------------


def test_who_an_officer_chose_is_compared_with_that_record(officer, lan):
    [row] = checked(officer, ALL_OF_LAN | {"full_name": "Lê Thị Xa", "birth_date": "1/2/1955", "phone": "0987654321"})
    assert row.verdict == "new"
    row.person, row.decision, row.decided_by = lan, RowDecision.AS_PERSON, officer
    check(row.roster, [row])
    assert (row.verdict, row.decision, row.person_id) == ("changed", RowDecision.AS_PERSON, lan.pk)
    assert {"full_name", "birth_date", "phone"} <= changed(row).keys()


def test_checking_twice_says_the_same(officer, lan):
    found = checked(officer, HOA, LAN | {"household_role": "con gái"}, ALL_OF_LAN | {"phone": "011"}, {"sex": "Nữ"})
    before = [[getattr(row, name) for name in SET] for row in found]
    check(found[0].roster, found)
    assert [[getattr(row, name) for name in SET] for row in found] == before


SET = ("verdict", "decision", "person_id", "changes", "candidates", "problems", "repairs", "notes", "reasons", "seen",
       "keys", "name", "household_key", "state")  # fmt: skip


def test_the_check_writes_nothing(officer, lan):
    roster = a_list(officer)
    found = rows(roster, HOA, LAN | {"phone": "0987654321"})
    check(roster, found)
    assert {row.verdict for row in RosterRow.objects.filter(roster=roster)} == {""}
    assert roster.households.count() == 0


def test_as_many_queries_for_thirty_rows_as_for_seven(officer, commune, lan):
    def people(times: int) -> list[dict[str, str]]:
        return [
            HOA
            | {"full_name": f"Trần Thị Mẫu {name}", "birth_date": f"{at + 1}/03/198{at % 10}", "phone": "0912345678"}
            | {"household_key": str(at % 4), "household_role": "con gái" if at > 3 else "Chủ hộ"}
            | {"cmnd": f"01234567{at % 10}", "permanent_line": "Số 5, Thôn 2"}
            | {"birth_registration_place": "Xã Mẫu Hạ, Tỉnh Mẫu"}
            for at, name in enumerate("ABCDEGHIKLMNOPQRSTUVXYABCDEG"[:times])
        ]

    known = [LAN | {"email": "lan@example.vn", "household_key": "0"}, ALL_OF_LAN | {"phone": "0987654321"}]
    checked(officer, *known)  # what a process keeps
    counts = []
    for times in (5, 28):
        roster = a_list(officer)
        found = rows(roster, *known, *people(times))
        with CaptureQueriesContext(connection) as asked:
            check(roster, found)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 60
