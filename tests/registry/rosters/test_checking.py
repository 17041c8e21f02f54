"""A whole list on its way from CHECKING to CHECKED, piece by piece."""

from django.utils import timezone

from registry.duplicates import index
from registry.models import Membership, RosterHousehold, RosterRow
from registry.rosters import checking, parts, twice
from tests.registry.rosters.listing import piece

HOME = "Số 5, Thôn 2, Xã Mẫu Sơn"
PARENTS = ("Trần Thị Mẫu Sen", "Lê Văn Mẫu Ba")
FAMILY = [
    ["1", "Lê Văn Mẫu Ba", "03/04/1980", "Nam", "001080000111", "Chủ hộ", "", "", HOME, "0912000001"],
    ["1", "Trần Thị Mẫu Sen", "07/08/1982", "Nữ", "001182000222", "vợ", "", "", HOME, "0912000001"],
    ["1", "Lê Thị Mẫu An", "09/10/2008", "Nữ", "001308000333", "con gái", *PARENTS, HOME, ""],
    ["1", "Lê Thị Mẫu Anh", "09/10/2008", "Nữ", "001308000444", "con gái", *PARENTS, HOME, ""],
]  # fmt: skip


def run(roster, pieces: int = 20) -> list[RosterRow]:
    for _ in range(pieces):
        if piece(roster, checking.next_piece):
            break
    return list(RosterRow.objects.filter(roster=roster).order_by("number"))


def test_a_list_is_typed_checked_and_done(make):
    roster = make(*FAMILY)
    found = run(roster)
    assert {row.verdict for row in found} == {"new"}
    assert [row.name for row in found] == [cells[1] for cells in FAMILY]
    assert [row.household_key for row in found] == ["1"] * 4
    assert (roster.state, roster.told.get("checking")) == ("checked", None)
    assert roster.checked_at is not None
    assert found[0].typed["birth_date"] == "03/04/1980"


def test_progress_counts_the_rows_that_are_checked(make, monkeypatch):
    monkeypatch.setattr(checking, "CHECKED_PIECE", 2)
    roster = make(*FAMILY, *[[str(at), f"Trần Văn {name}", f"{at}/1/1970", "Nam", *[""] * 6]
                             for at, name in enumerate("ABCDE", start=3)])  # fmt: skip
    seen, cut = [], []
    while not checking.next_piece(roster):
        roster.save()
        cut.append(len(parts.take(roster.pk).rows))
        while part := parts.take(roster.pk):
            checking.do_part(roster, part)
            seen.append(checking.done_rows(roster, parts.rows_left(roster.pk)))
    assert roster.told.get("checking") is None
    assert cut == [9, 4]  # a household is checked together
    assert seen == [1, 4, 6, 8, 9]


def test_what_reading_a_cell_found_stays_when_the_row_is_checked(make):
    roster = make(["", "Lê Văn Mẫu Ba", "3/4/80", "Nam", "1080000111", *[""] * 5])
    [row] = run(roster)
    assert row.repairs or row.problems
    assert all(one["said"] for one in row.problems)
    before = (row.repairs, row.problems)
    from registry.rosters.check import check

    check(roster, [row])
    assert (row.repairs, row.problems) == before


def test_a_household_of_ours_is_remembered_for_the_writing(make, resident):
    index.refresh([resident.pk])
    roster = make(["77", "Nguyễn Thị Mẫu Lan", "21/05/1990", "Nữ", "001190000123", *[""] * 5])
    run(roster)
    [kept] = RosterHousehold.objects.filter(roster=roster)
    assert (kept.key, kept.is_new) == ("77", False)
    assert kept.household == Membership.objects.get(resident=resident).household


def test_another_worker_goes_on_and_a_piece_done_twice_says_the_same(make, monkeypatch):
    monkeypatch.setattr(checking, "CHECKED_PIECE", 1)
    raw = [*FAMILY, ["2", "Phạm Văn Tư", "1960", "Nam", *[""] * 6], ["3", "Phạm Văn Năm", "1962", "Nam", *[""] * 6]]
    whole = [(row.verdict, row.reasons, row.notes) for row in run(make(*raw))]
    roster = make(*raw)
    run(roster, 2)
    again = type(roster).objects.select_related("commune", "uploaded_by").get(pk=roster.pk)
    done = RosterRow.objects.filter(roster=roster).exclude(verdict="").first()
    RosterRow.objects.filter(pk=done.pk).update(verdict="", state="read")  # the piece was thrown away
    assert [(row.verdict, row.reasons, row.notes) for row in run(again)] == whole


def test_a_check_begun_anew_forgets_the_old_one(make):
    roster = make(*FAMILY)
    run(roster)
    roster.columns = {"1": "full_name"}
    roster.state, roster.step_began_at = "checking", timezone.now()
    found = run(roster)
    assert {row.verdict for row in found} == {"wrong"}
    assert {code for row in found for code in row.reasons} == {"value:birth_date"}


def test_rows_that_are_written_are_left_alone(make):
    roster = make(*FAMILY)
    RosterRow.objects.filter(roster=roster, number=2).update(state="applied", name="đã ghi")
    first, *_ = run(roster)
    assert (first.state, first.name, first.verdict) == ("applied", "đã ghi", "")


# --- doubles ----------------------------------------------------------------------------------------------------------


def doubles(roster) -> dict[int, str]:
    found = run(roster)
    return {row.number: row.problems[-1]["said"] for row in found if "twice" in row.reasons}


def test_the_later_row_of_a_number_is_put_to_an_officer(make):
    roster = make(*FAMILY, ["9", "Lê Văn Mẫu Ba", "03/04/1980", "Nam", "001080000111", *[""] * 5])
    assert doubles(roster) == {6: "Trùng dòng 2: cùng số định danh."}
    row = RosterRow.objects.get(roster=roster, number=6)
    assert (row.verdict, row.decision) == ("suspect", "")
    assert RosterRow.objects.get(roster=roster, number=2).verdict == "new"


def test_without_a_number_the_engine_tells_a_double(make):
    roster = make(*FAMILY, ["9", "LE VAN MAU BA", "03/04/1980", "Nam", "", "", "", "", HOME, "0912000001"])
    [(number, sentence)] = doubles(roster).items()
    assert number == 6
    assert sentence.startswith("Trùng dòng 2: ")
    assert "họ tên" in sentence


def test_a_family_twins_and_namesakes_of_another_birth_are_no_doubles(make):
    roster = make(
        *FAMILY, ["9", "Lê Văn Mẫu Ba", "11/12/1955", "Nam", "001055000999", *[""] * 5],
        ["9", "Lê Thị Mẫu An", "01/02/2015", "Nữ", "001315000999", *[""] * 5],
    )  # fmt: skip
    assert doubles(roster) == {}


def test_one_record_on_two_rows(make, resident):
    index.refresh([resident.pk])
    lan = ["", "Nguyễn Thị Mẫu Lan", "21/05/1990", "Nữ", "001190000123", *[""] * 5]
    without = ["", "Nguyễn Thị Mẫu Lan", "21/05/1990", "Nữ", "", "", "Lê Thị Mẫu", "Nguyễn Văn Mẫu", HOME, "0912345678"]
    assert doubles(make(lan, without)) == {3: "Trùng dòng 2: cùng một hồ sơ đã có."}


def test_a_long_list_is_looked_through_some_rows_at_a_time_and_the_first_double_is_named(make, monkeypatch):
    monkeypatch.setattr(twice, "ROWS_AT_ONCE", 2)
    again = ["LE VAN MAU BA", "03/04/1980", "Nam", "", "", "", "", HOME, "0912000001"]
    roster = make(*FAMILY, ["8", *again], ["9", *again])
    assert {number: said[:13] for number, said in doubles(roster).items()} == {6: "Trùng dòng 2:", 7: "Trùng dòng 2:"}


def test_finding_doubles_twice_says_the_same(make):
    roster = make(*FAMILY, ["9", "Lê Văn Mẫu Ba", "03/04/1980", "Nam", "001080000111", *[""] * 5])
    run(roster)
    before = RosterRow.objects.get(roster=roster, number=6)
    [again] = twice.mark(roster)
    assert (again.problems, again.reasons, again.verdict) == (before.problems, before.reasons, before.verdict)
