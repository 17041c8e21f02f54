"""The paper itself: read back with pdftotext, pdffonts, pdfinfo and zbarimg, on both sizes."""

import subprocess
from pathlib import Path

import pytest

from cards.models import Paper
from cards.receipts import render

CONTENT = {
    "version": 1,
    "agency_above": "CÔNG AN TỈNH MẪU",
    "agency": "CÔNG AN XÃ MẪU SƠN",
    "agency_in_text": "Công an xã Mẫu Sơn",
    "commune_code": "06001",
    "file_number": "26-00418",
    "qr": "HS:26-00418@06001",
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


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def squeezed(text: str) -> str:
    """Without any space: where a line breaks is the paper's affair."""
    return "".join(text.split())


@pytest.fixture(scope="module", params=list(Paper))
def paper(request) -> Paper:
    return request.param


@pytest.fixture(scope="module")
def pdf(paper: Paper, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("slip") / f"{paper}.pdf"
    path.write_bytes(render.slip(CONTENT, paper))
    return path


def info(path: Path) -> dict[str, str]:
    lines = run("pdfinfo", str(path)).splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def test_the_slip_is_one_tagged_page_of_its_size(pdf, paper):
    about = info(pdf)
    assert (about["Pages"], about["Tagged"]) == ("1", "yes")
    assert about["Title"] == "Phiếu hẹn 26-00418 – Công an xã Mẫu Sơn"
    width, height = (round(float(part) / 72 * 25.4) for part in about["Page size"].split()[:3:2])
    assert (width, height) == {Paper.A5: (210, 148), Paper.A4: (210, 297)}[paper]


def test_the_slip_says_everything(pdf):
    layout, plain = (squeezed(run("pdftotext", *how, str(pdf), "-")) for how in (["-layout"], []))
    for said in [
        "CÔNG AN TỈNH MẪU",
        "CÔNG AN XÃ MẪU SƠN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Mẫu Sơn, ngày 21 tháng 11 năm 2026",
        "PHIẾU TIẾP NHẬN VÀ HẸN TRẢ THẺ CĂN CƯỚC",
        "Số hồ sơ: 26-00418",
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
        assert squeezed(said) in layout or squeezed(said) in plain


def test_every_font_is_embedded_and_is_the_decrees_twin(pdf):
    rows = [line.split() for line in run("pdffonts", str(pdf)).splitlines()[2:]]
    assert {row[0].split("+")[1].split("-")[0] for row in rows} == {"Tinos"}
    assert {tuple(row[-5:-3]) for row in rows} == {("yes", "yes")}


def test_the_code_reads_back_at_150_dpi(pdf, tmp_path):
    run("pdftoppm", "-r", "150", "-gray", "-singlefile", str(pdf), str(tmp_path / "page"))
    assert run("zbarimg", "-q", "--raw", str(tmp_path / "page.pgm")).strip() == "HS:26-00418@06001"


def test_long_names_are_set_smaller_and_stay_on_one_page(paper, tmp_path):
    path = tmp_path / "long.pdf"
    path.write_bytes(render.slip(LONG, paper))
    assert info(path)["Pages"] == "1"
    text = run("pdftotext", "-layout", str(path), "-")
    assert "Năm sinh:" in text
    assert "Người đại diện:" in text
    assert "kèm theo Giấy hẹn CC02" in text


def test_the_same_content_gives_the_same_bytes(paper, pdf):
    assert render.slip(CONTENT, paper) == pdf.read_bytes()


def test_text_is_never_markup(tmp_path):
    evil = CONTENT | {"person": CONTENT["person"] | {"address": '<img src="file:///etc/passwd"><b>x</b>'}}
    path = tmp_path / "evil.pdf"
    path.write_bytes(render.slip(evil, Paper.A5))
    assert '<img src="file:///etc/passwd"><b>x</b>' in " ".join(run("pdftotext", str(path), "-").split())
