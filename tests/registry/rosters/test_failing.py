"""Rows that were not written come back in the shape they came in, each with its reason."""

import io
import uuid

import pytest
from python_calamine import CalamineWorkbook

from accounts.models import AuditEvent
from registry.models import RosterRow
from registry.rosters import failing, intake, reading_in
from registry.rosters.refusal import RosterRefused
from tests.registry.rosters.listing import DAY, checked, finish, person, row_of, write

pytestmark = pytest.mark.django_db


def rows_of(content: bytes) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.fixture
def roster(chief):
    rows = [person("Lò Văn Một"), person("=HYPERLINK(1)", birth_date="31/02/1980", number="001"),
            person("Lò Văn Ba", sex="Khác")]  # fmt: skip
    made = checked(chief, rows)
    made.told["headings"] = ["Họ và tên", "Ngày sinh", "Nam/Nữ", "Số ĐDCN"]
    made.save()
    RosterRow.objects.filter(roster=made, number=3).update(raw=["=HYPERLINK(1)", "31/02/1980", "Nam", "001"])
    return write(made, chief)


def test_the_file_has_the_headings_and_the_cells_as_they_were_and_a_reason_at_the_end(roster, chief):
    told = rows_of(failing.file_of(roster, by=chief))
    assert told[0] == ["Họ và tên", "Ngày sinh", "Nam/Nữ", "Số ĐDCN", "Lý do chưa ghi được"]
    assert told[1][:4] == ["=HYPERLINK(1)", "31/02/1980", "Nam", "001"]  # the zeros stay, and nothing is computed
    assert "Tháng 02/1980 không có ngày 31. " in told[1][4]
    assert [row[0] for row in told[1:]] == ["=HYPERLINK(1)", "Lò Văn Ba"]


def test_cells_are_text_and_never_formulas(roster, chief):
    import zipfile

    packed = zipfile.ZipFile(io.BytesIO(failing.file_of(roster, by=chief)))
    assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_parked_rows_bring_their_sentence(roster, chief):
    RosterRow.objects.filter(roster=roster, number=2).update(state="parked", said="Số này vừa có người khác dùng.")
    assert rows_of(failing.file_of(roster, by=chief))[1][4] == "Số này vừa có người khác dùng."


def test_taking_the_file_leaves_a_line_of_the_trail(roster, chief):
    failing.file_of(roster, by=chief)
    line = AuditEvent.objects.get(action="print")
    assert line.sentence.startswith("Tải 2 dòng chưa ghi được")
    assert line.actor_badge == chief.badge_number


def test_a_list_without_failing_rows_has_no_such_file(chief):
    roster = write(checked(chief, [person("Lò Văn Một")]), chief)
    with pytest.raises(RosterRefused):
        failing.file_of(roster, by=chief)


def test_a_stranger_gets_nothing(roster, stranger):
    with pytest.raises(RosterRefused):
        failing.file_of(roster, by=stranger)
    assert row_of(roster, 3).verdict == "wrong"


def test_uploaded_alone_the_file_is_read_with_the_columns_of_the_list_and_the_reason_is_nobodys(officer, chief):
    """The officer had said that "Người" is the name; nothing in the mended file says it again."""
    rows = [{"full_name": "Lò Văn Một", "birth_date": "31/02/1980", "sex": "Nam", "permanent_hamlet": "Thôn 2"}]
    parent = checked(chief, rows)
    parent.told["headings"] = ["Người", "Ngày tháng năm sinh", "Giới tính", "Nơi chốn"]
    parent.save()
    content = failing.file_of(parent, by=chief)
    token = uuid.uuid4()
    mended = intake.take_in("lai.xlsx", content, by=officer, source_code="TANG_THU", source_on=DAY, token=token,
                            parent=parent)  # fmt: skip
    finish(mended, reading_in.next_piece)
    assert mended.state == "read"
    wanted = {"0": "full_name", "1": "birth_date", "2": "sex", "3": "permanent_hamlet", "4": "note"}
    assert mended.columns == wanted  # "note" is read by nobody
    assert mended.rows.get().raw[:4] == ["Lò Văn Một", "31/02/1980", "Nam", "Thôn 2"]
