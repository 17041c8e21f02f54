"""The paper itself: read back with pdftotext, pdffonts, pdfinfo and zbarimg, on both sizes."""

import datetime as dt
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from cards.models import Paper
from cards.receipts import payload, render
from tests.cards.papers_read import codes_of, info, is_sound, looks_as_approved, run, squeezed, text_of

CODE = payload.Code(
    key_id="k1", commune_code="06001", slip=(2026, 12), file=(2026, 418), promised_on=dt.date(2026, 12, 2), cost=6,
    digest=b"digested",
)  # fmt: skip
DIGITS = str(int.from_bytes(CODE.body() + bytes(range(64)), "big"))

CONTENT = {
    "version": 2,
    "slip_number": "26-00012",
    "replaces": "",
    "promised_hours": "08:00 đến 09:00",
    "agency_above": "CÔNG AN TỈNH MẪU",
    "agency": "CÔNG AN XÃ MẪU SƠN",
    "agency_in_text": "Công an xã Mẫu Sơn",
    "commune_code": "06001",
    "file_number": "26-00418",
    "qr": DIGITS,
    "person": {
        "name": "NGUYỄN THỊ MẪU LAN",
        "number": "001190000123",
        "birth": "21/05/1990",
        "sex": "Nữ",
        "address": "Số 5, Thôn 2, xã Mẫu Sơn, tỉnh Mẫu",
    },
    "representative": "",
    "procedure": "Cấp đổi thẻ căn cước",
    "reason": "Đến tuổi phải đổi thẻ (14, 25, 40, 60)",
    "article": "Luật Căn cước Điều 24 khoản 1 điểm a",
    "received": "09:12 21/11/2026",
    "promised_weekday": "thứ Tư",
    "promised_date": "02/12/2026",
    "where": "Trụ sở Công an xã Mẫu Sơn, tỉnh Mẫu, trong giờ làm việc",
    "fee": "25.000 đồng",
    "fee_words": "Hai mươi lăm nghìn đồng",
    "fee_text": "Thông tư 73/2024/TT-BTC; giảm 50 % theo Thông tư 64/2025/TT-BTC đến hết 31/12/2026",
    "old_card_taken": False,
    "place_date": "Mẫu Sơn, ngày 21 tháng 11 năm 2026",
    "officer": "Đại úy Lê Mẫu Hải",
    "bring": "Công dân mang theo phiếu này, Giấy hẹn CC02 và thẻ cũ (chưa thu).",
}
LONG = CONTENT | {
    "agency_above": "CÔNG AN THÀNH PHỐ HỒ CHÍ MINH",
    "agency": "CÔNG AN PHƯỜNG BÀ RỊA - VŨNG TÀU MẪU",
    "person": CONTENT["person"]
    | {
        "name": "H'NHUNG PHƯỢNG HOÀNG NGUYỄN TRẦN THỊ MỸ DUYÊN ANH KSOR Y BHĂM NIÊ KĐĂM",
        "birth": "1948",
        "address": "Số nhà 123/45B ngõ 67 đường Nguyễn Thị Minh Khai kéo dài, " * 4
        + "phường Mẫu, thành phố Hồ Chí Minh",
    },
    "representative": "Nguyễn Trần Hoàng Phương Thảo Nguyên Vy",
    "where": "Qua bưu chính, đến: " + "Số nhà 123/45B ngõ 67 đường Nguyễn Thị Minh Khai kéo dài, " * 4,
    "fee_text": "Miễn lệ phí: " + "Người dân tộc thiểu số ở xã đặc biệt khó khăn, công dân ở xã biên giới; " * 3,
}


STAMP = render.Stamp(1, "14:05 22/11/2026")


@pytest.fixture(scope="module", params=list(Paper))
def paper(request) -> Paper:
    return request.param


@pytest.fixture(scope="module")
def pdf(paper: Paper, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("slip") / f"{paper}.pdf"
    path.write_bytes(render.slip(CONTENT, paper))
    return path


def test_the_slip_is_one_tagged_page_of_its_size(pdf, paper):
    about = info(pdf)
    assert (about["Pages"], about["Tagged"]) == ("1", "yes")
    assert about["Title"] == "Phiếu hẹn 26-00012 – Công an xã Mẫu Sơn"
    width, height = (round(float(part) / 72 * 25.4) for part in about["Page size"].split()[:3:2])
    assert (width, height) == {Paper.A5: (210, 148), Paper.A4: (210, 297)}[paper]


def test_the_slip_says_everything(pdf):
    text = text_of(pdf)
    for said in [
        "CÔNG AN TỈNH MẪU",
        "CÔNG AN XÃ MẪU SƠN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Mẫu Sơn, ngày 21 tháng 11 năm 2026",
        "PHIẾU TIẾP NHẬN VÀ HẸN TRẢ THẺ CĂN CƯỚC",
        "Số phiếu: 26-00012",
        "Số hồ sơ: 26-00418",
        "08:00 đến 09:00",
        "NGUYỄN THỊ MẪU LAN",
        "001190000123",
        "Ngày sinh: 21/05/1990",
        "Giới tính: Nữ",
        "Số 5, Thôn 2, xã Mẫu Sơn, tỉnh Mẫu",
        "Cấp đổi thẻ căn cước",
        "25.000 đồng (Hai mươi lăm nghìn đồng)",
        "HẸN TRẢ THẺ",
        "ngày 02/12/2026",
        "NGƯỜI LẬP PHIẾU",
        "Đại úy Lê Mẫu Hải",
        "Công dân mang theo phiếu này, Giấy hẹn CC02 và thẻ cũ (chưa thu).",
        "Phiếu của Công an xã Mẫu Sơn, kèm theo Giấy hẹn CC02 do hệ thống của Bộ in.",
        "Luật Căn cước Điều 24 khoản 1 điểm a",
        "Thông tư 73/2024/TT-BTC; giảm 50 % theo Thông tư 64/2025/TT-BTC đến hết 31/12/2026",
    ]:
        assert squeezed(said) in text
    assert "INLẠI" not in text


def test_every_font_is_embedded_and_is_the_decrees_twin(pdf):
    rows = [line.split() for line in run("pdffonts", str(pdf)).splitlines()[2:]]
    assert {row[0].split("+")[1].split("-")[0] for row in rows} == {"Tinos"}
    assert {tuple(row[-5:-3]) for row in rows} == {("yes", "yes")}


def test_the_code_reads_back_at_150_dpi(pdf):
    assert codes_of(pdf) == [DIGITS]


def test_the_file_is_sound_and_claims_what_it_keeps(pdf):
    """PDF/UA-1: the claim in the metadata, tags with a language, headings and rows in them, a text for the picture."""
    assert is_sound(pdf)
    reader = PdfReader(pdf)
    root = reader.trailer["/Root"]
    assert re.search(rb"pdfuaid:part[^0-9]*1", root["/Metadata"].get_data())
    assert (str(root["/Lang"])[:2], root["/MarkInfo"]["/Marked"]) == ("vi", True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    kinds, texts = tags_of(root["/StructTreeRoot"])
    assert {"/Document", "/H1", "/H2", "/P", "/Table", "/TR", "/TD", "/Figure"} <= kinds
    assert texts == {"Mã QR của phiếu, để kiểm tra phiếu thật hay giả"}


def tags_of(node) -> tuple[set[str], set[str]]:
    """Kinds of all tags below, and the texts that stand in for pictures."""
    kinds, texts, todo = set(), set(), [node]
    while todo:
        one = todo.pop().get_object()
        kinds.add(one.get("/S"))
        if "/Alt" in one:
            texts.add(one["/Alt"])
        below = one.get("/K", [])
        todo += [
            child for child in (below if isinstance(below, list) else [below]) if hasattr(child.get_object(), "get")
        ]
    return kinds, texts


def test_it_looks_as_approved(pdf, paper):
    looks_as_approved(pdf, f"slip-{paper.lower()}")


def test_a_later_printing_bears_its_stamp_and_is_as_sound(paper, tmp_path):
    path = tmp_path / "again.pdf"
    path.write_bytes(render.slip(CONTENT | {"replaces": "26-00003"}, paper, STAMP))
    text = text_of(path)
    assert squeezed("IN LẠI LẦN 1") in text
    assert squeezed("In lại lần 1 lúc 14:05 22/11/2026.") in text
    assert squeezed("Thay cho phiếu số 26-00003, phiếu đó không còn giá trị.") in text
    assert (info(path)["Pages"], info(path)["Tagged"]) == ("1", "yes")
    assert is_sound(path)
    assert codes_of(path) == [DIGITS]
    looks_as_approved(path, f"slip-again-{paper.lower()}")


def test_many_slips_are_one_document_with_a_bookmark_each(paper, tmp_path):
    """The second is long and set smaller; the third is a reprint. Each font is embedded once."""
    contents = [CONTENT, LONG | {"slip_number": "26-00013"}, CONTENT | {"slip_number": "26-00014"}]
    stamps = [None, None, STAMP]
    pdf, pages = render.slips(zip(contents, stamps, strict=True), paper, title="3 phiếu hẹn – Công an xã Mẫu Sơn")
    path = tmp_path / "many.pdf"
    path.write_bytes(pdf)
    assert pages == 3
    assert (info(path)["Pages"], info(path)["Tagged"]) == ("3", "yes")
    assert info(path)["Title"] == "3 phiếu hẹn – Công an xã Mẫu Sơn"
    assert is_sound(path)
    reader = PdfReader(path)
    marks = [(mark.title, reader.get_destination_page_number(mark)) for mark in reader.outline]
    assert marks == [(f"Số phiếu: 26-000{12 + page}", page) for page in range(3)]
    assert [codes_of(path, page=page) for page in (1, 2, 3)] == [[DIGITS]] * 3
    fonts = [line.split()[0] for line in run("pdffonts", path).splitlines()[2:]]
    assert len(fonts) == len(set(fonts)) <= 4


def test_long_names_are_set_smaller_and_stay_on_one_page(paper, tmp_path):
    path = tmp_path / "long.pdf"
    path.write_bytes(render.slip(LONG, paper))
    assert info(path)["Pages"] == "1"
    text = run("pdftotext", "-layout", str(path), "-")
    assert "Năm sinh:" in text
    assert "Người đại diện:" in text
    assert "kèm theo Giấy hẹn CC02" in text


def test_what_counts_as_short_fits_in_the_largest_type(paper):
    """The longest that is not measured, with everything a slip may say."""
    words = "Nguyễn Thị Minh " * 20
    longest = CONTENT | {name: words[:most] for name, most in render.SHORT.items()}
    person = CONTENT["person"] | {name: words[:most].upper() for name, most in render.SHORT_OF_PERSON.items()}
    longest |= {"person": person, "replaces": "26-00003", "old_card_taken": True}
    assert render._is_short(longest)
    assert not render._is_short(longest | {"where": words[: render.SHORT["where"] + 1]})
    assert render.slips([(longest, STAMP)], paper, title="x")[1] == 1


def test_the_same_content_gives_the_same_bytes(paper, pdf):
    assert render.slip(CONTENT, paper) == pdf.read_bytes()


def test_text_is_never_markup(tmp_path):
    evil = CONTENT | {"person": CONTENT["person"] | {"address": '<img src="file:///etc/passwd"><b>x</b>'}}
    path = tmp_path / "evil.pdf"
    path.write_bytes(render.slip(evil, Paper.A5))
    assert '<img src="file:///etc/passwd"><b>x</b>' in " ".join(run("pdftotext", str(path), "-").split())
