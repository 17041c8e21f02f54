"""From the sealed file to its rows: what is read, what is left out, what is carried down, what is refused."""

import datetime as dt
import uuid

import pytest

from registry.models import Roster, RosterKind, RosterRow, RosterState
from registry.rosters import intake, reading_in, work
from registry.rosters.reading import book as books
from registry.rosters.reading import cells, workbook
from registry.values.legacy_fonts import as_tcvn3, as_vni
from tests.registry.rosters.reading import awkward
from tests.registry.rosters.reading.awkward import HEADINGS, PEOPLE, TABLE


def read(officer, content: bytes, name: str = "a.csv", **given) -> Roster:
    roster = intake.take_in(name, content, by=officer, source_code="TANG_THU", source_on=dt.date(2026, 11, 1),
                            token=uuid.uuid4(), **given)  # fmt: skip
    work.go_on(roster.pk, seconds=60)
    return Roster.objects.get(pk=roster.pk)


def names(roster: Roster) -> list[tuple[int, str]]:
    at = next(int(column) for column, name in roster.columns.items() if name == "full_name")
    return [(row.number, row.raw[at]) for row in roster.rows.all()]


def typed(roster: Roster) -> list[cells.RowTyped]:
    columns, hints = cells.typed_columns(roster.columns), cells.Hints.of(roster.told["hints"])
    return [cells.read_row(row.raw, columns, hints) for row in roster.rows.all()]


def test_a_list_is_read_and_waits_for_its_columns(officer):
    roster = read(officer, awkward.xlsx(TABLE), "thon.xlsx", source_name="Thôn Mẫu")
    assert (roster.state, roster.total_rows, roster.done_rows, roster.sheet) == (RosterState.READ, 4, 0, "Sheet1")
    assert list(roster.rows.values_list("number", "raw")) == [(at + 2, row) for at, row in enumerate(PEOPLE)]
    assert roster.columns == {
        "0": "ordinal", "1": "full_name", "2": "birth_date", "3": "sex", "4": "number", "5": "household_role",
        "6": "permanent_line",
    }  # fmt: skip
    told = roster.told
    assert (told["format"], told["encoding"], told["headings"], told["samples"]) == ("xlsx", "", HEADINGS, PEOPLE)
    assert (told["sheets"], told["notes"]) == ([{"name": "Sheet1", "rows": 5, "hidden": False}], [])
    assert reading_in.STATE not in told


def test_what_a_commune_sends(officer):
    """Titles, two lines of heading, numbers under it, group lines, a heading repeated, a total and a signature."""
    head = [["TT", "Họ và tên", "Năm sinh", "", "QH với chủ hộ", "Nơi thường trú"], ["", "", "Nam", "Nữ", "", ""]]
    rows = [
        ["UBND XÃ MẪU SƠN"], ["DANH SÁCH NHÂN KHẨU THÔN ĐỒNG MẪU"], [], *head,
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
        ["Thôn Đồng Mẫu"],
        ["1", "Nguyễn Văn Mẫu", "1950", "", "Chủ hộ", "Thôn Đồng Mẫu"], ["2", "Lê Thị Mẫu", "", "1952", "Vợ", "nt"],
        ["", "Hộ: Trần Văn Mẫu"],
        ["3", "Trần Văn Mẫu", "1960", "", "Chủ hộ", "Thôn Đồng Mẫu"],
        *head, ["4", "Trần Thị Mẫu Lan", "", "1990", "Con", "nt"],
        ["", "Tổng cộng", "2", "2"], [],
        ["", "", "", "", "Mẫu Sơn, ngày 01 tháng 11 năm 2026"], ["", "Người lập biểu", "", "", "Trưởng công an xã"],
        ["", "Lê Mẫu Hải", "", "", "Phạm Mẫu Quang"],
    ]  # fmt: skip
    for roster in (read(officer, awkward.csv(rows)), read(officer, awkward.xlsx(rows), "a.xlsx")):
        assert names(roster) == [
            (8, "Nguyễn Văn Mẫu"),
            (9, "Lê Thị Mẫu"),
            (11, "Trần Văn Mẫu"),
            (14, "Trần Thị Mẫu Lan"),
        ]
        births = [one.typed["birth_date"] + one.typed["sex"] for one in typed(roster)]
        assert births == ["1950Nam", "1952Nữ", "1960Nam", "1990Nữ"]
        assert [one.typed["permanent_line"] for one in typed(roster)] == ["Thôn Đồng Mẫu"] * 4
        kinds = [one["kind"] for one in roster.told["left_out"]]
        assert kinds == ["group", "group", "heading", "heading", "total", "signature", "signature", "signature"]
        assert roster.told["notes"][-2].startswith(
            "Không tính là người: 2 dòng tiêu đề lặp lại, 1 dòng cộng, 3 dòng ký tên, xác nhận, "
            "2 dòng nhóm (thôn, hộ) ("
        )
        assert roster.told["notes"][-1] == "2 ô ghi “nt” (như trên) được điền theo dòng trên."


def test_a_merged_household_is_carried_down_and_nothing_else_is(officer):
    rows = [["Số hộ", "Họ tên chủ hộ", "Họ và tên", "Năm sinh", "SĐT"]]
    rows += [[None, None, f"Lê Mẫu {name}", "1980", None] for name in ("Hai", "Ba", "Tư", "Năm")]

    def fill(made, tabs):
        for column, text in enumerate(["H1", "Lê Mẫu Hai"]):
            tabs[0].merge_range(1, column, 3, column, text)
        tabs[0].merge_range(1, 4, 3, 4, "0912345678")

    roster = read(officer, awkward.xlsx(rows, fill=fill), "a.xlsx")
    wanted = ("household_key", "head_name", "phone")
    assert [tuple(one.typed.get(name) for name in wanted) for one in typed(roster)] == [
        ("H1", "Lê Mẫu Hai", "0912345678"), ("H1", "Lê Mẫu Hai", None), ("H1", "Lê Mẫu Hai", None), (None, None, None)
    ]  # fmt: skip
    assert [len(one.repairs) for one in typed(roster)] == [0, 2, 2, 0]


@pytest.mark.parametrize(("write", "name"), [(as_tcvn3, "TCVN3 (.VnTime)"), (as_vni, "VNI")])
def test_cells_in_an_old_font_are_repaired_column_by_column(officer, write, name):
    rows = [[write(cell) for cell in row] for row in TABLE]
    roster = read(officer, awkward.xls(rows), "cu.xls")
    assert [row.raw for row in roster.rows.all()] == rows[1:]
    assert roster.told["samples"] == PEOPLE
    assert [one.typed["full_name"] for one in typed(roster)] == [row[1] for row in PEOPLE]
    assert [len(one.repairs) > 1 for one in typed(roster)] == [True] * 4
    assert any(f"gõ bằng phông {name}; đổi sang Unicode từng ô." in note for note in roster.told["notes"])


def test_numbers_kept_as_numbers_get_their_zeros_back(officer):
    rows = [["Họ tên", "Ngày sinh", "Giới tính", "Số CCCD", "CMND", "SĐT"]]
    rows += [[f"LÊ MẪU {name}", dt.date(1980, 2, 1), "Nam", 1080000120 + at, 12345670 + at, 912345670 + at]
             for at, name in enumerate(["HAI", "BA", "TƯ", "NĂM", "SÁU"])]  # fmt: skip
    roster = read(officer, awkward.xlsx(rows), "a.xlsx")
    assert typed(roster)[0].typed == {
        "full_name": "Lê Mẫu Hai", "birth_date": "01/02/1980", "sex": "Nam", "number": "001080000120",
        "cmnd": "012345670", "phone": "0912345670",
    }  # fmt: skip
    assert typed(roster)[0].problems == []
    assert roster.told["notes"] == [
        "Cột A “Họ tên” viết toàn chữ hoa; đổi sang chữ hoa đầu mỗi từ.",
        "Cột D “Số CCCD”, E “CMND” lưu dạng số nên có thể mất số 0 ở đầu.",
    ]


def test_long_lists_are_stored_in_pieces_and_go_on_where_a_dead_worker_stopped(officer, monkeypatch):
    monkeypatch.setattr(reading_in, "PIECE", 10)
    rows = [HEADINGS, *[[str(at), f"Lê Mẫu {'ABCDE'[at % 5]}", "1980", "Nam", "", "", "nt" if at % 2 else "Thôn 1"]
                        for at in range(35)]]  # fmt: skip
    roster = intake.take_in("a.xlsx", awkward.xlsx(rows), by=officer, source_code="TANG_THU", source_on=dt.date.today(),
                            token=uuid.uuid4())  # fmt: skip
    seen = []
    for _ in range(5):
        claim = work.take(roster.pk)
        work._piece(claim)
        work.give_back(Roster.objects.get(pk=roster.pk) and claim)
        Roster.objects.filter(pk=roster.pk).update(claimed_until=None)
        reading_in._close()  # another process knows nothing of the open file
        seen.append((Roster.objects.get(pk=roster.pk).done_rows, RosterRow.objects.filter(roster=roster).count()))
    assert seen == [(0, 0), (10, 9), (20, 19), (30, 29), (0, 35)]
    again = Roster.objects.get(pk=roster.pk)
    assert (again.state, again.total_rows) == (RosterState.READ, 35)
    assert {one.typed["permanent_line"] for one in typed(again)} == {"Thôn 1"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.4", "Đây là tệp PDF, không đọc được thành danh sách. Nộp tệp Excel hoặc CSV."),
        (awkward.xls(locked=True), workbook.SAID[workbook.unpack.PASSWORD]),
        (awkward.csv([HEADINGS]), reading_in.NOBODY.format(sheet="Danh sách")),
    ],
    ids=["pdf", "password", "nobody"],
)
def test_a_file_that_cannot_be_read_says_why(officer, content, said):
    roster = read(officer, content)
    assert (roster.state, roster.said, roster.rows.count()) == (RosterState.REFUSED, said, 0)


def test_too_many_rows_are_refused_with_nothing_left(officer, monkeypatch):
    monkeypatch.setattr(books, "MOST_ROWS", 3)
    monkeypatch.setattr(books, "SLACK_ROWS", 0)
    roster = read(officer, awkward.csv())
    assert (roster.state, roster.said, roster.rows.count()) == (RosterState.REFUSED, books.TOO_LONG, 0)


def test_a_file_that_somebody_changed_in_the_table_is_refused(officer, chief):
    roster = intake.take_in("a.csv", awkward.csv(), by=officer, source_code="TANG_THU", source_on=dt.date(2026, 11, 1),
                            token=uuid.uuid4())  # fmt: skip
    other = intake.take_in("b.csv", awkward.csv(sign=";"), by=chief, source_code="TANG_THU", token=uuid.uuid4(),
                           source_on=dt.date(2026, 11, 1))  # fmt: skip
    sealed = Roster.objects.values_list("content", flat=True).get(pk=other.pk)
    Roster.objects.filter(pk=roster.pk).update(content=sealed)
    work.go_on(roster.pk, seconds=60)
    roster.refresh_from_db()
    assert (roster.state, roster.said) == (RosterState.REFUSED, reading_in.NOT_WHOLE)


def test_a_mended_file_knows_the_columns_of_the_list_it_comes_from(officer):
    """Also when that list had no headings at all."""
    first = read(officer, awkward.csv([["Lê Mẫu Hai", "1980"], ["Lê Mẫu Ba", "1990"]]))
    assert (first.columns, first.rows.count()) == ({}, 2)
    intake.set_columns(first, {"0": "full_name", "1": "birth_date"}, by=officer)
    again = read(
        officer, awkward.csv([["", "", "Lý do chưa ghi được"], ["Lê Mẫu Hai", "01/1980", "thiếu"]]), parent=first
    )
    assert again.columns == {"0": "full_name", "1": "birth_date", "2": "note"}
    assert again.kind == RosterKind.LIST


def test_nothing_of_one_list_is_read_into_another(officer):
    """The process keeps one file open; the next list opens its own."""
    one = intake.take_in("a.csv", awkward.csv(), by=officer, source_code="TANG_THU", source_on=dt.date(2026, 11, 1),
                         token=uuid.uuid4())  # fmt: skip
    work._piece(work.take(one.pk))
    other = read(officer, awkward.csv([HEADINGS, ["9", "Đỗ Mẫu Lạ", "1970", "Nam", "", "", ""]]))
    Roster.objects.filter(pk=one.pk).update(claimed_until=None)
    work.go_on(one.pk, seconds=60)
    assert names(other) == [(2, "Đỗ Mẫu Lạ")]
    assert [name for _, name in names(Roster.objects.get(pk=one.pk))] == [row[1] for row in PEOPLE]
