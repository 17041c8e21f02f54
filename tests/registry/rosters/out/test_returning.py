"""A list that went out, was edited and comes back: only what was edited changes, and what moved on is refused."""

import io
import uuid

import pytest
import xlsxwriter
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import Officer
from registry.models import ListExport, Resident, Roster
from registry.rosters import deciding, work
from registry.rosters.intake import set_columns, take_in
from registry.rosters.out import returning, store
from registry.rosters.reading import cells
from registry.rosters.reading.book import open_book
from registry.rosters.reading.headings import find
from registry.rosters.refusal import FileRefused
from tests.conftest import settled
from tests.registry.rosters.out.conftest import content_of

pytestmark = pytest.mark.django_db

FIELDS = ["full_name", "number", "birth_date", "sex", "phone", "father_name", "permanent_line", "household_role"]


@pytest.fixture
def people(commune, resident) -> list[Resident]:
    resident.phone = "0912345678"
    resident.save()
    return [resident, settled(commune, number="001080000456", name="Trần Văn Mẫu", sex=1, phone="0911111111")]


@pytest.fixture
def sent(taken_out, officer, people) -> ListExport:
    return taken_out(officer, for_return=True, columns=FIELDS, query="sort=-full_name")


class Back:
    """The file as it is handed in: its rows as typed, by the number of the row."""

    def __init__(self, export: ListExport, by: Officer, content: bytes | None = None) -> None:
        self.book = open_book(content or content_of(export), "danh-sach.xlsx")
        rows = list(self.book.rows("Danh sách"))
        found = find(rows)
        assert not found.unsure
        self.roster = Roster.objects.create(
            commune=by.unit, uploaded_by=by, kind="return", export=export, purge_on=export.purge_on
        )
        self.typed = {}
        for number, raw in rows:
            if number >= found.first_row:
                told = cells.read_row([cells.as_text(cell) for cell in raw], found.columns)
                assert not told.repairs and not told.problems
                self.typed[number] = dict(told.typed)

    def row_of(self, person: Resident) -> int:
        return next(no for no, typed in self.typed.items() if typed["record_id"] == person.public_id.hex)

    def type(self, person: Resident, **now: str) -> None:
        self.typed[self.row_of(person)] |= now

    def edited(self, person: Resident) -> returning.Edited:
        return returning.edited_of(self.roster, self.typed)[self.row_of(person)]


@pytest.fixture
def back(sent, officer) -> Back:
    return Back(sent, officer)


def codes(edited: returning.Edited) -> list[tuple[str, str, bool]]:
    return [(one.code, one.field, one.blocks) for one in edited.problems]


def test_every_column_of_the_file_is_found_again(sent):
    rows = list(open_book(content_of(sent), "x.xlsx").rows("Danh sách"))
    found = find(rows)
    assert set(found.columns.values()) - {"ordinal"} == {*FIELDS, "record_id", "record_version"}


def test_a_file_that_nobody_touched_changes_nothing(back, people):
    for person in people:
        assert back.edited(person) == returning.Edited(resident=person)


def test_only_the_cell_that_was_edited_is_a_change(back, people):
    back.type(people[1], father_name="Trần Mẫu Cha", phone="0987654321")
    assert back.edited(people[1]).fields == {
        "father_name": ("Nguyễn Văn Mẫu", "Trần Mẫu Cha"), "phone": ("0911111111", "0987654321")
    }  # fmt: skip
    assert codes(back.edited(people[1])) == []
    assert back.edited(people[0]).fields == {}


def test_what_moved_on_since_is_refused_by_its_name_and_the_rest_is_not(back, people):
    people[0].phone = "0900000001"
    people[0].save()
    back.type(people[0], phone="0987654321", father_name="Nguyễn Mẫu Khác")
    edited = back.edited(people[0])
    assert codes(edited) == [("moved_on", "phone", True)]
    assert "“0912345678”, nay “0900000001”" in edited.problems[0].said
    assert edited.fields == {"father_name": ("Nguyễn Văn Mẫu", "Nguyễn Mẫu Khác")}


def test_a_field_that_moved_on_and_was_not_edited_stands(back, people):
    people[0].phone = "0900000001"
    people[0].save()
    assert back.edited(people[0]) == returning.Edited(resident=people[0])


def test_what_a_colleague_wrote_alike_meanwhile_is_no_change(back, people):
    people[0].phone = "0987654321"
    people[0].save()
    back.type(people[0], phone="0987654321")
    assert back.edited(people[0]) == returning.Edited(resident=people[0])


def test_an_emptied_cell_is_told_and_changes_nothing(back, people):
    back.type(people[0], phone="")
    edited = back.edited(people[0])
    assert edited.fields == {} and codes(edited) == [("emptied", "phone", False)]
    assert "0912345678" in edited.problems[0].said


def test_a_locked_cell_that_was_edited_all_the_same_is_refused(back, people):
    back.type(people[0], number="001190000555", household_role="Vợ")
    assert codes(back.edited(people[0])) == [("locked", "number", True), ("locked", "household_role", True)]
    assert back.edited(people[0]).fields == {}


def test_a_row_without_id_is_no_new_person(back, people):
    back.typed[999] = {"full_name": "Người Mới Mẫu", "birth_date": "1990", "sex": "Nam"}
    edited = returning.edited_of(back.roster, back.typed)[999]
    assert edited.resident is None and codes(edited) == [("unknown_record", "record_id", True)]
    assert "không thêm người mới" in edited.problems[0].said


@pytest.mark.parametrize("how", ["id of another row", "id of nobody", "version of another row", "forged", "no version"])
def test_an_id_or_a_version_that_was_changed_is_refused(how, back, people, outsider):
    other = back.typed[back.row_of(people[1])]
    row = back.typed[back.row_of(people[0])]
    change = {
        "id of another row": {"record_id": other["record_id"]},
        "id of nobody": {"record_id": outsider.public_id.hex},
        "version of another row": {"record_version": other["record_version"]},
        "forged": {"record_version": row["record_version"][:-1] + "g"},
        "no version": {"record_version": ""},
    }[how]
    edited = returning.edited_of(back.roster, {7: row | change | {"phone": "0987654321"}})[7]
    assert edited.resident is None and edited.fields == {} and codes(edited) == [("unknown_record", "record_id", True)]


def test_somebody_who_left_or_was_folded_is_not_changed(back, people, other_commune):
    back.type(people[0], phone="0987654321")
    Resident.objects.filter(pk=people[0].pk).update(state="merged")
    assert "đã gộp" in back.edited(people[0]).problems[0].said
    Resident.objects.filter(pk=people[0].pk).update(state="living", commune=other_commune)
    edited = back.edited(people[0])
    assert edited.resident is None and "không còn thuộc xã" in edited.problems[0].said


def test_the_list_of_another_commune_changes_nobody(sent, people, stranger):
    with pytest.raises(FileRefused, match="xã khác"):
        returning.recognise(open_book(content_of(sent), "x.xlsx"), by=stranger)
    back = Back(sent, stranger)
    back.type(people[0], phone="0987654321")
    edited = back.edited(people[0])
    assert edited.resident is None and edited.fields == {} and edited.problems[0].blocks


def test_a_list_is_recognised_by_its_mark(sent, taken_out, officer):
    assert returning.recognise(open_book(content_of(sent), "x.xlsx"), by=officer) == sent
    plain = taken_out(officer, columns=FIELDS)
    assert returning.recognise(open_book(content_of(plain), "x.xlsx"), by=officer) is None


def test_a_forged_mark_and_a_forgotten_list_are_refused(sent, officer):
    forged = io.BytesIO()
    with xlsxwriter.Workbook(forged) as book:
        book.add_worksheet().write(0, 0, returning.MARK + "eyJleHBvcnQi:x:y")
    with pytest.raises(FileRefused, match="không còn nguyên"):
        returning.recognise(open_book(forged.getvalue(), "x.xlsx"), by=officer)
    book = open_book(content_of(sent), "x.xlsx")
    store.forget(sent.purge_on.replace(year=2030))
    with pytest.raises(FileRefused, match="quá hạn giữ"):
        returning.recognise(book, by=officer)


def test_the_queries_do_not_grow_with_the_rows(back, people, django_assert_max_num_queries):
    with django_assert_max_num_queries(11):
        returning.edited_of(back.roster, back.typed)


def test_only_open_cells_can_be_typed_into(sent, people):
    import re
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content_of(sent))) as packed:
        sheet, styles = (packed.read(f"xl/{part}.xml").decode() for part in ("worksheets/sheet1", "styles"))
    formats = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", styles.partition("<cellXfs")[2])
    row = re.search(r'<row r="8".*?</row>', sheet, re.S)[0]
    styled = re.findall(r'<c r="([A-Z]+)8" s="(\d+)"', row)
    free = [letter for letter, style in styled if 'locked="0"' in formats[int(style)]]
    # TT, then the columns in the order of DC01, id and version last.
    names = ["TT", *(one for one in sent.columns), "record_id", "record_version"]
    assert [names[ord(one) - 65] for one in free] == [
        "full_name", "birth_date", "sex", "father_name", "permanent_line", "phone"
    ]  # fmt: skip
    assert "<sheetProtection" in sheet
    book = CalamineWorkbook.from_filelike(io.BytesIO(content_of(sent)))
    assert book.sheet_names == ["Danh sách", "Danh mục"]


def test_originals_are_found_by_place_across_blocks(monkeypatch):
    from registry.rosters.out import originals

    monkeypatch.setattr(originals, "BLOCK_ROWS", 3)
    packer = originals.Packer(["full_name"])
    rows = [originals.Original(uuid.uuid4().hex, f"d{place}", (f"Mẫu {place}",)) for place in range(8)]
    assert [packer.add(row) for row in rows] == list(range(8))
    read = originals.Originals(packer.packed())
    assert read.at([7, 0, 3, 99, -1]) == {7: rows[7], 0: rows[0], 3: rows[3]}
    assert (read.columns, read.count) == (["full_name"], 8)


def saved_again(content: bytes, change) -> bytes:
    """The file as another program saves it after somebody edited the cells: `change(row of texts)`."""
    read = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        tab = book.add_worksheet("Danh sách")
        for number, row in enumerate(read):
            for column, cell in enumerate(change(list(row))):
                if cell != "":
                    tab.write(number, column, cell)
    return buffer.getvalue()


def test_a_list_goes_out_comes_back_and_changes_what_was_edited(sent, people, officer, chief):
    """Through reading, checking, approving and writing."""

    def edited(row: list) -> list:
        return ["0987654321" if cell == "0911111111" else cell for cell in row]

    roster = take_in("danh-sach.xlsx", saved_again(content_of(sent), edited), by=officer, source_code="TANG_THU",
                     source_on=timezone.localdate(), token=uuid.uuid4())  # fmt: skip
    work.go_on(roster.pk, seconds=30)
    roster.refresh_from_db()
    assert (roster.kind, roster.export, roster.state) == ("return", sent, "read")
    set_columns(roster, roster.columns, sheet=roster.sheet, by=officer)
    work.go_on(roster.pk, seconds=30)
    roster.refresh_from_db()
    assert roster.state == "checked"
    verdicts = dict(roster.rows.values_list("person__full_name", "verdict"))
    assert verdicts == {people[0].full_name: "same", people[1].full_name: "changed"}
    deciding.decide(roster, roster.rows.filter(verdict="changed"), "write", by=officer)
    roster.refresh_from_db()
    deciding.approve(roster, by=chief)
    work.go_on(roster.pk, seconds=30)
    roster.refresh_from_db()
    assert roster.state == "applied"
    now = {one.pk: one for one in Resident.objects.all()}
    assert len(now) == 2
    assert [now[one.pk].phone for one in people] == ["0912345678", "0987654321"]
    assert now[people[1].pk].full_name == people[1].full_name
