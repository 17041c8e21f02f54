"""A report drawn from its contents alone: page, Excel and PDF say the same numbers, and no text becomes a formula."""

import re
import zipfile
from io import BytesIO

import pytest
from django.template.loader import render_to_string

from supervision.reports import excel, paper
from supervision.reports.charts import drawing
from supervision.reports.shape import change_cell, every_table, headings, number_cell, read
from tests.cards.papers_read import info, is_sound, looks_as_approved, run, squeezed
from tests.supervision.reports import made, reading


@pytest.mark.parametrize(
    ("hundredths", "kind", "text"),
    [
        (123456700, "count", "1.234.567"), (0, "count", "0"), (8627, "percent", "86,27 %"),
        (10000, "percent", "100,00 %"), (500, "days", "5"), (550, "days", "5,5"), (1000, "days", "10"),
        (None, "percent", "–"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_vietnam_writes_them(hundredths, kind, text):
    assert number_cell(hundredths, kind)["text"] == text


@pytest.mark.parametrize(
    ("hundredths", "kind", "text"),
    [(1200, "count", "+12"), (-123400, "count", "−1.234"), (0, "count", "0"), (-35, "percent", "−0,35"),
     (None, "count", "–")],
)  # fmt: skip
def test_a_change_always_says_its_sign(hundredths, kind, text):
    assert change_cell(hundredths, kind)["text"] == text


def test_headings_put_columns_of_a_group_under_one_title():
    above, below = headings(made.figures())
    assert [(one.title, one.columns, one.rows) for one in above] == [
        ("Nhân khẩu", 1, 2), ("Thu nhận", 4, 1), ("Thời gian", 2, 1),
    ]  # fmt: skip
    assert [one.title for one in below] == ["Trong kỳ", "Lũy kế", "Chỉ tiêu", "Đạt", "Trung vị (ngày)", "90% không quá"]


def test_contents_of_another_shape_are_not_guessed_at():
    with pytest.raises(ValueError, match="version 2"):
        read(made.contents() | {"version": 2})


def test_excel_says_every_number_of_the_contents():
    contents = made.contents()
    reading.excel_says(excel.book(contents), contents)


def test_a_wrong_number_in_excel_would_be_seen():
    contents = made.contents()
    content = excel.book(contents)
    contents["tables"][0]["rows"][1]["cells"][0]["number"] += 100
    with pytest.raises(AssertionError):
        reading.excel_says(content, contents)


def test_tabs_are_named_by_their_parts_within_what_excel_takes():
    assert list(reading.excel(excel.book(made.contents()))) == [
        "1 Thu nhận hồ sơ căn cước", "2 Đính chính số liệu đã báo cáo", "3 Biểu đồ", "4 Vướng mắc, kiến nghị",
        "5 Cách tính",
    ]  # fmt: skip
    assert excel.tab_name("X. Tỷ lệ đã/phải làm sạch [theo nhóm] của toàn xã", 12) == "12 Tỷ lệ đã phải làm sạch  theo"


def test_excel_has_the_heading_of_the_office_and_no_formula():
    content = excel.book(made.contents())
    first = next(iter(reading.excel(content).values()))
    assert [first[0][0], first[1][0], first[0][2]] == [
        "BỘ CÔNG AN", "CÔNG AN TỈNH LẠNG SƠN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    ]  # fmt: skip
    with zipfile.ZipFile(BytesIO(content)) as files:
        sheets = [files.read(name).decode() for name in files.namelist() if name.startswith("xl/worksheets/sheet")]
        styles = files.read("xl/styles.xml").decode()
    assert not any("<f>" in sheet for sheet in sheets)
    assert 'quotePrefix="1"' in styles
    said = [text for rows in reading.excel(content).values() for row in rows for text in row]
    assert {"=Thiếu mực", "=ghi nhầm ngày", "Cấp thêm máy in."} <= set(said)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    content, pages = paper.pdf(made.contents(rows=40))
    return content, pages, tmp_path_factory.mktemp("report")


def test_the_paper_says_every_number_of_the_contents(drawn):
    content, _, folder = drawn
    text = reading.pdf_text(content, folder)
    for table in every_table(made.contents(rows=40)):
        reading.pdf_rows(text, table)


def test_a_number_that_is_not_on_the_paper_would_be_seen(drawn):
    content, _, folder = drawn
    table = made.figures(rows=40)
    table["rows"][4]["cells"][1]["text"] = "1.299"
    with pytest.raises(AssertionError):
        reading.pdf_rows(reading.pdf_text(content, folder), table)


def test_the_paper_is_a_sound_a4_on_its_side_with_the_national_heading(drawn):
    content, pages, folder = drawn
    text = squeezed(reading.pdf_text(content, folder))
    path = folder / "report.pdf"
    about = info(path)
    assert (about["Pages"], about["Tagged"], about["Page size"]) == (str(pages), "yes", "841.89 x 595.276 pts (A4)")
    assert is_sound(path)
    looks_as_approved(path, "supervision-report")
    for words in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "CÔNG AN TỈNH LẠNG SƠN", "Số: /BC",
        "Lạng Sơn, ngày 24 tháng 11 năm 2026", "BÁO CÁO", "Kính gửi: Bộ Công an", "SỐ LIỆU SƠ BỘ", "GIÁM ĐỐC",
        "Nơi nhận:", "Máy in hỏng 2 ngày.", "Cấp thêm máy in.", "Đính chính số liệu đã báo cáo", "86,27 %",
    ]:  # fmt: skip
        assert squeezed(words) in text, words


def test_a_chart_writes_every_value_beside_its_mark_and_says_them_aloud():
    for chart in made.contents()["charts"]:
        svg = render_to_string("supervision/reports/_chart.html", {"drawing": drawing(chart), "font": "Tinos"})
        assert re.findall(r">([\d,]+ %)</text>", svg) == ["86,27 %", "92,90 %", "100,00 %"]
        assert all(f"{label} {text}" in svg.replace(" ", " ") for label, text in
                   (("Xã Mẫu Hạ", "86,27 %"), ("Phường Tam Thanh", "100,00 %")))  # fmt: skip
        assert "style=" not in svg


def test_a_chart_on_paper_is_read_aloud_by_its_text(drawn):
    content, _, folder = drawn
    (folder / "charts.pdf").write_bytes(content)
    run("qpdf", "--qdf", "--object-streams=disable", folder / "charts.pdf", folder / "open.pdf")
    told = re.findall(rb"/Alt <feff([0-9a-f]+)>", (folder / "open.pdf").read_bytes())
    aloud = [bytes.fromhex(one.decode()).decode("utf-16-be") for one in told]
    assert [one.split(":")[0] for one in aloud] == ["Tỷ lệ hồ sơ sạch", "Tỷ lệ hồ sơ sạch qua các kỳ"]
    assert all("Phường Tam Thanh 100,00 %" in one for one in aloud)


def test_a_chart_of_nothing_known_is_not_drawn():
    nothing = [{"label": "Xã Mẫu Hạ", "text": "–", "number": None}]
    assert drawing({"key": "cot", "title": "", "note": "", "kind": "bars", "points": nothing}) is None


def test_the_same_contents_give_the_same_paper(drawn):
    assert paper.pdf(made.contents(rows=3))[0] == paper.pdf(made.contents(rows=3))[0]
