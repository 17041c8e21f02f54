"""Files of results: what is read, and what is refused with a reason before anything is looked at."""

import io
import json
import zipfile

import pytest

from accounts.models import UnitSuccessor
from cards.batches import content, excel, result_lines, xlsx
from cards.batches.refusal import FileRefused
from cards.receipts import signing
from tests.cards.batches.conftest import TODAY, excel_file, json_file, line

pytestmark = pytest.mark.django_db


def read(commune, body: bytes, name: str = "ket-qua"):
    return result_lines.read(name, body, commune)


def zipped(parts: dict[str, bytes], *, start: bytes = b"") -> bytes:
    """A workbook with these parts in place of, or beside, those of a good one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(start)) as good, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name in good.namelist():
            if name not in parts:
                out.writestr(name, good.read(name))
        for name, text in parts.items():
            out.writestr(name, text)
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def sheet(cells: str, head: str = "") -> bytes:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return f"<?xml version='1.0'?>{head}<worksheet {space}><sheetData>{cells}</sheetData></worksheet>".encode()


def test_excel_and_json_say_the_same(commune):
    rows = [("26-1", "001190000201", "Người Mẫu A", "Trả lại", "22/11/2026", "Ảnh mờ"),
            ("26-00002", 1190000202, "", "thẻ về xã", "2026-11-22", "")]  # fmt: skip
    told = [
        {"file_number": "26-1", "personal_number": "001190000201", "full_name": "Người Mẫu A", "result": "returned",
         "on": "2026-11-22", "note": "Ảnh mờ"},
        {"file_number": "26-00002", "personal_number": "001190000202", "result": "arrived", "on": "22/11/2026"},
    ]  # fmt: skip
    one = read(commune, excel_file(commune, rows)).lines
    two = read(commune, json_file(commune, *told)).lines
    assert [(x.file_number, x.personal_number, x.full_name, x.result, x.on, x.note) for x in one] == [
        (x.file_number, x.personal_number, x.full_name, x.result, x.on, x.note) for x in two
    ]
    assert [x.row for x in one] == [4, 5]
    assert one[1].file_number == "26-00002"


def test_the_form_of_a_batch_filled_in_is_read_back(commune, officer, sent, ready):
    """What is handed out is what is understood: only the result and the day are typed into it."""
    body = excel.result_form(commune, sent.content["files"], by=officer)
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        typed = packed.read(SHEET).decode()
    for place, text in (("D4", "Đã in thẻ"), ("E4", f"{TODAY():%d/%m/%Y}")):
        start = typed.index(f'<c r="{place}"')
        end = typed.index("/>", start) + 2
        typed = f'{typed[:start]}<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>{typed[end:]}'
    lines = read(commune, zipped({SHEET: typed.encode()}, start=body)).lines
    assert [(x.file_number, x.personal_number, x.result, x.flaw) for x in lines] == [
        (ready[0].file_number, "001190000201", "printed", "")
    ]


def test_a_bad_line_says_what_is_wrong_with_it_and_only_with_it(commune, ready, subtests):
    for changes, flaw in [
        ({"file_number": "418"}, "Số hồ sơ phải như"),
        ({"result": "Mất"}, "không có trong"),
        ({"result": ""}, "Chưa ghi kết quả"),
        ({"on": ""}, "Chưa ghi ngày"),
        ({"on": "31/02/2026"}, ""),
        ({"on": "2026"}, "chưa đủ ngày"),
        ({"result": "returned", "note": " "}, "phải ghi lý do"),
        ({"note": "x" * 201}, "dài quá 200"),
        ({"note": ["x"], "result": 5, "file_number": None}, "Số hồ sơ phải như"),
    ]:
        with subtests.test(case=changes):
            lines = read(
                commune, json_file(commune, line(ready[0], "printed", **changes), line(ready[1], "printed"))
            ).lines
            assert flaw in lines[0].flaw
            assert lines[0].flaw
            assert not lines[1].flaw


def test_a_signed_file_must_be_signed_rightly(commune, ready):
    told = json.loads(json_file(commune, line(ready[0], "printed")))
    signed = signing.sign(content.canonical(told))
    whole = {"content": told, "key_id": signed.key_id, "signature": signed.signature.hex()}
    assert read(commune, json.dumps(whole, indent=3).encode()).is_signed
    told["results"][0]["result"] = "arrived"
    for bad in (whole, whole | {"key_id": "khac"}, {"content": told, "signature": None}):
        with pytest.raises(FileRefused, match="Chữ ký"):
            read(commune, json.dumps(bad).encode())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "không phải Excel"),
        (b"abc", "không phải Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "kiểu cũ"),
        (b"PK\x03\x04 broken", "Không đọc được"),
        (b"{", "JSON hỏng"),
        (b'{"a":' * 100_000, "JSON hỏng"),
        (b'{"format": "khac"}', "không theo mẫu"),
        (b'{"format": NaN}', "JSON hỏng"),
        (b'\xff{"format": 1}', "không phải Excel"),
        (b"{" + b" " * xlsx.LARGEST_BYTES, "quá lớn"),
    ],
)
def test_a_broken_file_is_refused(commune, body, said):
    with pytest.raises(FileRefused, match=said):
        read(commune, body)


def test_a_file_of_another_commune_or_form_is_refused(commune, other_commune, ready):
    told = line(ready[0], "printed")
    row = [(told["file_number"], told["personal_number"], "", "Đã in thẻ", told["on"], "")]
    assert len(read(commune, excel_file(commune, row)).lines) == 1  # so it is only what is changed below
    for body, said in (
        (json_file(other_commune, told), "không phải của Xã Mẫu Sơn"),
        (json_file(commune, told, commune=""), "không ghi mã xã"),
        (excel_file(other_commune, row), "không phải của Xã Mẫu Sơn"),
        (excel_file(commune, row, mark="KHAC/1"), "không phải tệp kết quả"),
        (excel_file(commune, row, titles=("A", "B", "C", "D", "E", "F")), "phải có các cột"),
        (json_file(commune, results={}), "phải là danh sách"),
        (json_file(commune), "không có dòng"),
        (json_file(commune, *[told] * 1001), "quá 1000 dòng"),
    ):
        with pytest.raises(FileRefused, match=said):
            read(commune, body)


def test_results_of_a_commune_that_became_part_of_this_one_are_read(commune, other_commune, ready):
    UnitSuccessor.objects.create(old=other_commune, new=commune)
    assert read(commune, json_file(other_commune, line(ready[0], "printed"))).lines[0].result == "printed"


def test_a_workbook_that_is_a_trap_never_reaches_the_reader(commune):
    """Each is a small file that asks for memory, runs something, or hides what it is."""
    good = excel_file(commune, [("26-1", "001190000201", "", "Đã in thẻ", "22/11/2026", "")])
    far = sheet('<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>')
    doctype = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
    for parts, said in (
        ({SHEET: far}, "ngoài"),
        ({SHEET: sheet('<row><c r="ZZ1"/></row>')}, "ngoài"),
        ({SHEET: sheet('<row><c r="&#65;99999"/></row>')}, "ngoài"),
        ({SHEET: sheet("", head=doctype)}, "Không đọc được"),
        ({SHEET: b"<worksheet>"}, "Không đọc được"),
        ({"xl/media/x.xml": b"0" * (xlsx.LARGEST_UNPACKED + 1)}, "sau khi giải nén"),
        ({f"xl/x{n}.xml": b"<x/>" for n in range(xlsx.MOST_PARTS)}, "sau khi giải nén"),
        ({"xl/vbaProject.bin": b"macro"}, "macro"),
        ({"[Content_Types].xml": b"<x>application/vnd.ms-excel.sheet.macroEnabled.main+xml</x>"}, "macro"),
        ({"xl/workbook.xml": b"<workbook/>"}, "Không đọc được"),
    ):
        body = zipped(parts, start=good)
        assert len(body) < xlsx.LARGEST_BYTES
        with pytest.raises(FileRefused, match=said):
            read(commune, body)


def test_an_archive_that_lies_about_its_sizes_is_refused(commune):
    good = excel_file(commune, [("26-1", "001190000201", "", "Đã in thẻ", "22/11/2026", "")])
    bomb = bytearray(zipped({"xl/x.xml": b"<x>" + b" " * 5_000_000 + b"</x>"}, start=good))
    size, small = (5_000_007).to_bytes(4, "little"), (100).to_bytes(4, "little")
    assert bytes(bomb).count(size) == 2  # in the part's own head and in the directory
    with pytest.raises(FileRefused, match="Không đọc được"):
        read(commune, bytes(bomb).replace(size, small))


def test_a_formula_gives_its_stored_value_and_is_never_worked_out(commune):
    body = excel_file(commune, [("26-1", "001190000201", "", "Trả lại", "22/11/2026")], formula="=1+1")
    assert read(commune, body).lines[0].note == "0"
