"""Files of every kind and encoding, and those that must be refused with a sentence."""

import datetime as dt
import io
import zipfile

import pytest
import xlsxwriter

from registry.rosters.reading import book, encodings, workbook
from registry.rosters.reading.book import SheetInfo, open_book
from registry.rosters.reading.given import as_text
from registry.rosters.refusal import FileRefused
from registry.values.legacy_fonts import as_tcvn3
from tests.registry.rosters.reading import awkward
from tests.registry.rosters.reading.awkward import PEOPLE, TABLE


def table(opened, sheet: str = "") -> list[list[str]]:
    return [[as_text(cell) for cell in cells] for _, cells in opened.rows(sheet or opened.first_sheet())]


def refused(content: bytes, name: str = "a.xlsx") -> str:
    with pytest.raises(FileRefused) as caught:
        open_book(content, name)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "format_", "encoding"),
    [
        ("a.xlsx", awkward.xlsx(TABLE), "xlsx", ""),
        ("a.xls", awkward.xls(), "xls", ""),
        ("a.ods", awkward.ods(), "ods", ""),
        ("a.csv", awkward.csv(), "csv", "utf-8"),
        ("a.csv", awkward.csv(encoding="utf-8-sig", sign=";"), "csv", "utf-8"),
        ("a.txt", awkward.csv(encoding="utf-16", sign="\t"), "csv", "utf-16"),
        ("a.csv", awkward.csv(encoding="utf-16-be", mark=b"\xfe\xff", sign="|"), "csv", "utf-16"),
        ("a.csv", awkward.csv(encoding="utf-16-le", sign=";"), "csv", "utf-16"),
        ("a.csv", awkward.csv(encoding="cp1258"), "csv", "cp1258"),
        ("a.csv", awkward.csv(encoding="tcvn3", sign=";"), "csv", "tcvn3"),
        ("a.txt", awkward.csv(encoding="vni", sign="\t"), "csv", "vni"),
        ("a.html", awkward.html(), "html", "utf-8"),
    ],
)
def test_the_same_people_come_out_of_every_format_and_encoding(name, content, format_, encoding):
    opened = open_book(content, name)
    assert (opened.format, opened.encoding, table(opened)) == (format_, encoding, TABLE)


@pytest.mark.parametrize("encoding", ["cp1258", "tcvn3", "vni"])
def test_an_encoding_that_was_guessed_is_said(encoding):
    assert open_book(awkward.csv(encoding=encoding), "a.csv").notes == [encodings.NOTES[encoding]]


@pytest.mark.parametrize(
    ("name", "content", "format_"),
    [
        ("a.xls", awkward.html(), "html"), ("a.xls", awkward.csv(), "csv"), ("a.xls", awkward.xlsx(TABLE), "xlsx"),
        ("a.xlsx", awkward.xls(), "xls"), ("a.csv", awkward.xlsx(TABLE), "xlsx"),
    ],
)  # fmt: skip
def test_a_wrong_ending_is_told_and_the_content_counts(name, content, format_):
    opened = open_book(content, name)
    assert (opened.format, table(opened)) == (format_, TABLE)
    assert opened.notes[0].startswith(f"Tệp có đuôi “.{name.rpartition('.')[2]}” nhưng thật ra là ")


def test_a_wide_number_and_a_date_come_as_they_are_read():
    content = awkward.xlsx([[1190000123, 1190000123.0, dt.date(1980, 2, 1), True, None, 29221, 0.5, "  x "]])
    assert table(open_book(content, "a.xlsx")) == [
        ["1190000123", "1190000123", "01/02/1980", "TRUE", "", "29221", "0.5", "x"]
    ]


@pytest.mark.parametrize("system", [False, True])
def test_dates_of_both_systems_are_read(system):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "date_1904": system}) as made:
        tab = made.add_worksheet()
        tab.write_datetime(0, 0, dt.datetime(1980, 2, 1), made.add_format({"num_format": "dd/mm/yyyy"}))
    opened = open_book(buffer.getvalue(), "a.xlsx")
    assert (table(opened), opened.is_1904) == ([["01/02/1980"]], system)


def test_quotes_line_breaks_ragged_rows_and_nul_bytes_of_a_text_file():
    content = 'Họ tên;Địa chỉ\r\n"Lê ""Hai"" Mẫu";"Thôn 1\nxã Mẫu"\r\n\r\nTrần Mẫu\r\nBa\0;b;c;d\r\n'.encode()
    opened = open_book(content, "a.csv")
    assert list(opened.rows("Danh sách")) == [
        (1, ["Họ tên", "Địa chỉ"]), (2, ['Lê "Hai" Mẫu', "Thôn 1\nxã Mẫu"]), (4, ["Trần Mẫu"]),
        (5, ["Ba", "b", "c", "d"]),
    ]  # fmt: skip


def test_a_quote_that_is_never_closed_swallows_nothing():
    rows = "\n".join(f"Nguyễn Mẫu {at},0{at}" for at in range(900))
    opened = open_book(f'Họ tên,Số\n"Lê Mẫu,1\n{rows}\n'.encode(), "a.csv")
    assert (opened.sheets[0].rows, opened.notes) == (902, [book.tables.OPEN_QUOTE])


def test_excels_own_tricks_of_csv_are_understood():
    content = 'sep=|\nHọ tên|Số\nLê Mẫu|="001190000123"\n'.encode("utf-8-sig")
    assert table(open_book(content, "a.csv")) == [["Họ tên", "Số"], ["Lê Mẫu", "001190000123"]]


def test_a_slip_in_utf8_spoils_one_cell_and_is_counted():
    content = awkward.csv([*TABLE, *PEOPLE * 40]).replace("Đặng".encode(), b"\xc4ng", 1)
    opened = open_book(content, "a.csv")
    assert (opened.encoding, opened.notes) == ("utf-8", [encodings.NOTES["broken"].format(count=1)])
    assert table(opened)[4][1] == "�ng Thị Phượng"


def test_going_on_in_the_middle_gives_the_rest():
    rows = [[f"dòng {at}", str(at)] for at in range(2500)]
    for content in (awkward.xlsx(rows), awkward.csv(rows)):
        opened = open_book(content, "a")
        name = opened.first_sheet()
        assert [number for number, _ in opened.rows(name, start=2490)] == list(range(2491, 2501))
        assert list(opened.rows(name, start=999))[0] == (1000, ["dòng 999", "999"])


# --- what a workbook tells besides -----------------------------------------------------------------------------------


def test_a_hidden_sheet_is_never_chosen_by_itself_and_is_told():
    opened = open_book(awkward.xlsx(TABLE, TABLE[:2], names=["Nháp", "Nhân khẩu"], hidden=[0]), "a.xlsx")
    assert (opened.sheets, opened.first_sheet()) == (
        [SheetInfo("Nháp", 5, True), SheetInfo("Nhân khẩu", 2)],
        "Nhân khẩu",
    )
    assert opened.notes == ["Trang tính ẩn không tự chọn: “Nháp”."]


def test_several_sheets_are_told():
    opened = open_book(awkward.xlsx(TABLE, TABLE), "a.xlsx")
    assert opened.notes == ["Tệp có 2 trang tính có dữ liệu; mỗi lần nhập một trang."]


def test_formulas_errors_and_hidden_rows_are_told():
    def fill(made, tabs):
        tabs[0].write_formula(1, 1, "=A1", None, "Nguyễn Mẫu Tính")
        tabs[0].write_formula(2, 1, "=A1", None, "")
        tabs[0].write_formula(3, 4, "=NA()", None, "#N/A")
        tabs[0].set_row(4, None, None, {"hidden": True})
        tabs[0].set_column(6, 6, None, None, {"hidden": True})

    opened = open_book(awkward.xlsx(TABLE, fill=fill), "a.xlsx")
    read = table(opened)
    assert (read[1][1], read[2][1], read[3][4], read[4][1]) == ("Nguyễn Mẫu Tính", "", "#N/A", PEOPLE[3][1])
    assert opened.notes == [
        "Có 1 ô công thức không lưu kết quả, đọc như ô trống; mở bằng Excel, lưu lại.",
        "Có 3 ô công thức; lấy kết quả đã tính khi lưu tệp.",
        "Có 1 ô báo lỗi của Excel (#N/A, #REF! …); sửa ở tệp gốc hoặc sửa từng dòng.",
        "Có 1 dòng bị ẩn trong tệp; vẫn được đọc.",
        "Có 1 nhóm cột bị ẩn trong tệp; vẫn được đọc.",
    ]


def test_merged_cells_are_told_by_row_and_column():
    def fill(made, tabs):
        tabs[0].merge_range(1, 0, 3, 0, "H1")

    assert open_book(awkward.xlsx(TABLE, fill=fill), "a.xlsx").merged == {"Sheet1": [[2, 4, 0, 0]]}


# --- refused with a sentence -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", book.EMPTY),
        (b"\0\0 \r\n", book.EMPTY),
        (b"\xef\xbb\xbf\r\n;;;\r\n", book.EMPTY),
        (b"%PDF-1.7 ...", "Đây là tệp PDF, không đọc được thành danh sách. Nộp tệp Excel hoặc CSV."),
        (awkward.xlsx([]), book.EMPTY),
        (awkward.with_parts(awkward.xlsx(TABLE), {"xl/vbaProject.bin": b"x"}), workbook.SAID[workbook.unpack.MACROS]),
        (awkward.xls(streams=["_VBA_PROJECT_CUR"]), workbook.SAID[workbook.unpack.MACROS]),
        (awkward.compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}), workbook.SAID[workbook.unpack.PASSWORD]),
        (awkward.xls(locked=True), workbook.SAID[workbook.unpack.PASSWORD]),
        (awkward.compound({"WordDocument": b"x"}), workbook.SAID[workbook.unpack.WORD]),
        (awkward.with_parts(awkward.xlsx(TABLE), {"[Content_Types].xml": b"macroEnabled"}),
         workbook.SAID[workbook.unpack.MACROS]),
        (awkward.xlsx(TABLE)[:3000], workbook.NO_EXCEL),
        (b"\xd0\xcf\x11\xe0" + bytes(600), workbook.NO_EXCEL),
        (b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>", book.XML_SHEET),
        (bytes(range(1, 9)) * 100, book.NO_LIST),
    ],
    ids=["empty", "nothing", "no cell", "pdf", "no rows", "xlsm", "xls with VBA", "password", "locked xls", "doc",
         "macro type", "cut", "no compound file", "xml 2003", "binary"],
)  # fmt: skip
def test_what_is_no_list_is_refused_with_a_sentence(content, said):
    assert refused(content) == said


def test_an_archive_of_anything_else_is_refused():
    def archive(name: str) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as packed:
            packed.writestr(name, "x")
        return buffer.getvalue()

    assert refused(archive("word/document.xml")) == workbook.SAID[workbook.unpack.WORD]
    assert refused(archive("danh-sach.xlsx")) == workbook.SAID[workbook.unpack.ARCHIVE]
    assert refused(archive("xl/workbook.bin")) == workbook.SAID[workbook.unpack.BINARY]


def test_a_bomb_is_refused_by_what_it_unpacks_not_by_what_it_says(monkeypatch):
    """A thousandfold of zeros in a part that nobody would read."""
    bomb = awkward.with_parts(awkward.xlsx(TABLE), {"xl/media/image1.bin": bytes(11 * 1024 * 1024)})
    assert len(bomb) < 40 * 1024
    monkeypatch.setattr(workbook, "LARGEST_UNPACKED", 10 * 1024 * 1024)
    assert refused(bomb) == workbook.TOO_HEAVY


def test_a_cell_far_out_costs_one_process_and_no_worker(monkeypatch):
    """A sheet of one cell in the last corner: the reader would lay out seventeen thousand million cells."""
    sheet = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        b"</worksheet>"
    )
    content = awkward.with_parts(awkward.xlsx(TABLE), {"xl/worksheets/sheet1.xml": sheet})
    assert refused(content) == workbook.TOO_HEAVY


def test_what_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(workbook, "WALL_SECONDS", 0.01)
    assert refused(awkward.xlsx(TABLE)) == workbook.TOO_HEAVY


def test_more_rows_than_a_list_may_have_are_refused(monkeypatch):
    monkeypatch.setattr(book, "MOST_ROWS", 3)
    monkeypatch.setattr(book, "SLACK_ROWS", 0)
    assert refused(awkward.xlsx(TABLE)) == book.TOO_LONG
    assert refused(awkward.csv(), "a.csv") == book.TOO_LONG


def test_more_bytes_than_a_list_may_have_are_refused(monkeypatch):
    monkeypatch.setattr(book, "LARGEST_BYTES", 100)
    assert refused(awkward.csv(), "a.csv") == book.TOO_LARGE


def test_a_sheet_that_is_not_there_is_refused():
    with pytest.raises(FileRefused) as caught:
        open_book(awkward.csv(), "a.csv").rows("Trang 9")
    assert str(caught.value) == book.NO_SHEET.format(name="Trang 9")


def test_a_utf8_file_of_old_font_text_is_left_to_the_columns():
    """Saved by Excel as UTF-8 from cells in .VnTime: the bytes are right, the letters are not."""
    rows = [[as_tcvn3(cell) for cell in row] for row in TABLE]
    opened = open_book(awkward.csv(rows), "a.csv")
    assert (opened.encoding, table(opened)) == ("utf-8", rows)
