"""Taking a file in, and what the officer says of its columns."""

import datetime as dt
import uuid

import pytest

from accounts.models import AuditEvent
from registry.models import Roster, RosterRow, RosterSource, RosterState
from registry.rosters import intake, stages, work
from registry.rosters.refusal import FileRefused, RosterRefused
from tests.registry.rosters.reading import awkward

CONTENT = awkward.csv()


def take(by, content: bytes = CONTENT, **given) -> Roster:
    defaults = {"source_code": "TANG_THU", "source_on": dt.date(2026, 11, 1), "token": uuid.uuid4()}
    return intake.take_in(given.pop("file_name", "thon-mau.csv"), content, by=by, **defaults | given)


def read(roster: Roster) -> Roster:
    """Let a worker read it."""
    assert work.go_on(roster.pk, seconds=60)
    return Roster.objects.get(pk=roster.pk)


def test_a_file_is_stored_sealed_and_waits_to_be_read(officer):
    roster = take(officer, source_name="  Sổ hộ khẩu  Thôn Mẫu ")
    sealed = bytes(Roster.objects.values_list("content", flat=True).get(pk=roster.pk))
    assert (roster.state, roster.size_bytes, roster.commune) == (RosterState.UPLOADED, len(CONTENT), officer.unit)
    assert (roster.source.name, roster.source_on) == ("Sổ hộ khẩu Thôn Mẫu", dt.date(2026, 11, 1))
    assert "Nguyễn".encode() not in sealed
    assert intake.content_of(roster) == CONTENT
    assert AuditEvent.objects.get(target_ref=str(roster.public_id)).action == "create"


def test_the_same_token_makes_one_list(officer):
    token = uuid.uuid4()
    assert take(officer, token=token) == take(officer, token=token)
    assert Roster.objects.count() == 1


def test_a_token_of_another_commune_answers_nothing(officer, stranger):
    token = uuid.uuid4()
    take(stranger, token=token)
    with pytest.raises(FileRefused):
        take(officer, token=token)


def test_a_file_that_was_written_before_is_said_only_in_its_commune(officer, stranger):
    Roster.objects.filter(pk=take(stranger).pk).update(state=RosterState.APPLIED)
    assert take(officer).said == ""
    Roster.objects.filter(pk=take(officer, file_name="cu.csv").pk).update(state=RosterState.APPLIED)
    again = take(officer)
    assert again.said.startswith("Đúng tệp này đã ghi ở danh sách nộp ngày") and again.said.endswith("(“cu.csv”).")
    assert read(again).said == again.said


@pytest.mark.parametrize("content", [b"", b"\0\0\r\n"])
def test_an_empty_file_is_refused_and_nothing_is_stored(officer, content):
    with pytest.raises(FileRefused, match=intake.EMPTY):
        take(officer, content)
    assert not Roster.objects.exists()


def test_a_file_too_large_is_refused(officer, monkeypatch):
    monkeypatch.setattr(intake, "LARGEST_BYTES", 10)
    with pytest.raises(FileRefused, match="50 MB"):
        take(officer)


def test_an_officer_without_a_commune_takes_nothing_in(ministry):
    with pytest.raises(FileRefused):
        take(ministry)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("C:\\Users\\a\\thôn 2.xlsx", "thôn 2.xlsx"), ("../../etc/x.csv", "x.csv"),
     ("a\0\nb.csv", "ab.csv"), ("", "danh-sach")],
)  # fmt: skip
def test_the_name_of_the_file_is_kept_without_its_folder(officer, given, kept):
    assert take(officer, file_name=given).file_name == kept


def test_a_long_name_keeps_its_ending(officer):
    name = take(officer, file_name="x" * 400 + ".xlsx").file_name
    assert (len(name) <= 200, name.endswith("….xlsx")) == (True, True)


# --- columns ---------------------------------------------------------------------------------------------------------


def test_confirmed_columns_are_remembered_and_the_list_is_checked_next(officer):
    roster = read(take(officer, source_name="Thôn Mẫu"))
    intake.set_columns(roster, {**roster.columns, "6": "present_line"}, sheet=roster.sheet, by=officer)
    assert (roster.state, roster.columns["6"], roster.total_rows) == (RosterState.CHECKING, "present_line", 4)
    remembered = RosterSource.objects.get().columns
    assert (remembered["noi thuong tru"], remembered["ho va ten"]) == ("present_line", "full_name")
    again = read(take(officer, awkward.csv(sign=";"), source_name="Thôn Mẫu"))
    assert (again.columns["6"], again.told["remembered"]) == ("present_line", 7)


def test_a_column_that_was_left_out_stays_out_the_next_time(officer):
    roster = read(take(officer, source_name="Thôn Mẫu"))
    wanted = {at: name for at, name in roster.columns.items() if at != "5"}
    intake.set_columns(roster, wanted, sheet="", by=officer)
    again = read(take(officer, awkward.csv(sign=";"), source_name="Thôn Mẫu"))
    assert ("5" in again.columns, "5" in again.told["unsure"]) == (False, False)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"1": "full_name", "2": "full_name"}, "Hai cột cùng chọn “Họ, chữ đệm và tên khai sinh”"),
        ({"2": "birth_date"}, "Chưa có cột họ tên"),
        ({"1": "full_name", "99": "sex"}, "Có cột không đọc được"),
        ({"1": "full_name", "2": "password"}, "Có cột không đọc được"),
        ({"1": "full_name", "x": "sex"}, "Có cột không đọc được"),
    ],
)
def test_columns_that_cannot_be_are_refused_and_nothing_moves(officer, columns, said):
    roster = read(take(officer))
    with pytest.raises(RosterRefused, match=said):
        intake.set_columns(roster, columns, sheet=roster.sheet, by=officer)
    assert Roster.objects.get(pk=roster.pk).state == RosterState.READ


def test_columns_of_a_list_at_another_step_are_refused(officer):
    roster = take(officer)
    with pytest.raises(RosterRefused, match="không ở bước xác nhận cột"):
        intake.set_columns(roster, {"1": "full_name"}, sheet="", by=officer)


def test_another_sheet_is_read_anew(officer):
    rows = [["Họ tên", "Năm sinh"], ["Lê Mẫu Hai", "1980"], ["Lê Mẫu Ba", "1990"]]
    roster = read(take(officer, awkward.xlsx(awkward.TABLE, rows, names=["Một", "Hai"]), file_name="a.xlsx"))
    assert (roster.sheet, roster.rows.count()) == ("Một", 4)
    intake.set_columns(roster, {}, sheet="Hai", by=officer)
    assert (roster.state, roster.rows.count()) == (RosterState.UPLOADED, 0)
    roster = read(roster)
    assert (roster.state, roster.sheet, roster.columns) == (
        RosterState.READ,
        "Hai",
        {"0": "full_name", "1": "birth_date"},
    )
    assert list(roster.rows.values_list("number", "raw")) == [(2, ["Lê Mẫu Hai", "1980"]), (3, ["Lê Mẫu Ba", "1990"])]


def test_a_sheet_that_the_file_has_not_is_refused(officer):
    roster = read(take(officer))
    with pytest.raises(RosterRefused, match="không có trang tính “Ba”"):
        intake.set_columns(roster, {}, sheet="Ba", by=officer)


def test_a_household_column_that_the_officer_names_is_carried_down_by_reading_anew(officer):
    rows = [["Sổ", "Họ tên", "Nơi thường trú"], ["H1", "Lê Mẫu Hai", "Thôn 1"], ["nt", "Lê Mẫu Ba", "nt"]]
    roster = read(take(officer, awkward.csv(rows)))
    assert roster.columns == {"1": "full_name", "2": "permanent_line"}
    intake.set_columns(roster, roster.columns | {"0": "household_key"}, sheet="", by=officer)
    assert roster.state == RosterState.UPLOADED
    while Roster.objects.get(pk=roster.pk).state == RosterState.UPLOADED:
        work._piece(work.take(roster.pk) or pytest.fail("held"))
        Roster.objects.filter(pk=roster.pk).update(claimed_until=None)
    again = Roster.objects.get(pk=roster.pk)
    assert (again.state, again.columns) == (RosterState.CHECKING, roster.columns)
    assert [row.raw[0][:2] for row in RosterRow.objects.filter(roster=roster)] == ["H1", "H1"]


def test_the_officers_columns_decide_what_codes_of_sex_mean(officer):
    rows = [["Họ tên", "Cột lạ", "Số CCCD"]]
    rows += [[f"Lê Mẫu {name}", str(at % 2), f"001{at % 2}80000{at:03d}"] for at, name in enumerate("ABCDEFGHIJKL")]
    roster = read(take(officer, awkward.csv(rows)))
    assert roster.told["hints"]["sex_codes"] == {}
    intake.set_columns(roster, roster.columns | {"1": "sex"}, sheet="", by=officer)
    assert roster.told["hints"]["sex_codes"] == {"0": "Nam", "1": "Nữ"}


def test_the_columns_of_a_checked_list_may_be_said_anew(officer):
    roster = read(take(officer))
    intake.set_columns(roster, roster.columns, sheet="", by=officer)
    stages.move(roster, RosterState.CHECKED)
    roster.save()
    intake.set_columns(roster, roster.columns, sheet="", by=officer)
    assert roster.state == RosterState.CHECKING
