"""Lists, notices and letters as paper: what they say, how they look, that their files are sound."""

import datetime as dt

import pytest

from accounts.models import Level, Officer, Unit
from cards.papers import contents, render
from cards.papers.heads import head
from cards.papers.orders import KINDS
from tests.cards.papers_read import info, is_sound, looks_as_approved, squeezed, text_of

PROVINCE = Unit(name="Tỉnh Lạng Sơn", level=Level.PROVINCE, code="20")
COMMUNE = Unit(name="Xã Mẫu Sơn", level=Level.COMMUNE, code="06001", parent=PROVINCE)
OFFICER = Officer(full_name="Lê Mẫu Hải", rank="Đại úy", badge_number="MS-001")
DAY = dt.date(2026, 2, 5)
AT_THE_HEAD = ["CÔNG AN XÃ MẪU SƠN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Mẫu Sơn, ngày 05 tháng 02 năm 2026"]
HEAD = head(COMMUNE, by=OFFICER, on=DAY) | {"foot": "Công an xã Mẫu Sơn."}  # the hour of printing is not approved
PERSON = {"name": "Nguyễn Thị Phương Thảo", "number": "001190000123", "birth": "21/05/1990"}
FILES = [PERSON | {"place": place, "file": f"26-{place:05d}", "file_number": f"26-{place:05d}",
                   "kind": "Cấp đổi: đến tuổi", "received": "20/01/2026", "promised": "02/02/2026",
                   "note": "chuyển lại" if place == 2 else "",
                   "old_card": "phải thu", "representative": "Lê Thị Mai" if place == 3 else ""}
         for place in range(1, 15)]  # fmt: skip
LETTER = {
    "number": "26-00007", "name": "Nguyễn Thị Phương Thảo", "birth": "21/05/2012", "address": "Số 5, Thôn 2",
    "group": "THCS Mẫu Sơn", "reason": "Đủ 14 tuổi ngày 21/05/2026: phải có thẻ căn cước.",
    "legal": "Luật Căn cước Điều 19", "come_on": "02/06/2026", "bring": ["Giấy khai sinh"], "under_14": True,
}  # fmt: skip
VISIT: contents.Visit = {
    "hours": "08:00–08:30", "name": "Trần Văn Đức", "birth": "1990", "file_number": "26-00012",
    "purpose": "Thu nhận", "phone": "0912345678", "note": "",
}  # fmt: skip

# kind -> (content, pages, what it says)
PAPERS = {
    "handed_up": (
        HEAD | {"number": "26-0012/DS-CC", "title": "Danh sách chuyển", "heading": "DANH SÁCH HỒ SƠ CHUYỂN CẤP TRÊN",
                "under_heading": "Đợt 26-0012", "wide": True, "rows": FILES, "total": 14},
        2, ["Số: 26-0012/DS-CC", "26-00014", "chuyển lại", "Danh sách có 14 hồ sơ.", "BÊN NHẬN", "BÊN GIAO"],
    ),
    "hand_over": (
        HEAD | {"title": "Danh sách trả thẻ", "heading": "DANH SÁCH TRẢ THẺ CĂN CƯỚC", "wide": True, "rows": FILES,
                "about": "Người nhận kiểm tra thông tin trước khi ký.", "total": 14},
        2, ["Ký nhận", "đại diện: Lê Thị Mai", "001190000123", "Danh sách có 14 thẻ.", "CÁN BỘ TRẢ THẺ"],
    ),
    "day_list": (
        contents.day_list(COMMUNE, DAY, [VISIT], by=OFFICER) | HEAD,
        1, ["Thứ Năm, ngày 05 tháng 02 năm 2026", "08:00–08:30", "0912345678", "Có 1 lịch hẹn."],
    ),
    "invitations": (
        HEAD | {"title": "Giấy mời", "letters": [LETTER, LETTER | {"number": "26-00008", "name": "Trần Văn Đức"}]},
        2, ["Số: 26-00007/GM-CC", "GIẤY MỜI", "trân trọng kính mời", "ngày 02/06/2026", "Luật Căn cước Điều 19"],
    ),
    "school_list": (
        HEAD | {"title": "Danh sách", "heading": "DANH SÁCH HỌC SINH", "columns": ["TT", "Họ và tên", "Ký nhận"],
                "rows": [["1", "Nguyễn Thị Phương Thảo", ""]], "total": 1, "wide": True},
        1, ["Họ và tên", "Danh sách có 1 học sinh."],
    ),
    "refusal": (
        HEAD | {"title": "Phiếu báo", "heading": "PHIẾU BÁO", "under_heading": "Về việc từ chối hồ sơ căn cước",
                "file_number": "26-00012", "person": PERSON | {"address": "Thôn 2"}, "representative": "",
                "procedure": "Cấp đổi thẻ căn cước", "article": "Luật Căn cước Điều 24", "refused_on": "05/02/2026",
                "why": "Không chứng minh được nhân thân", "sign_head": "CÁN BỘ TIẾP NHẬN", "receivers": ["Công dân"]},
        1, ["Không chứng minh được nhân thân", "Phiếu này của đơn vị, kèm theo", "mẫu CC03", "do hệ thống của Bộ in"],
    ),
}  # fmt: skip


def test_every_kind_with_a_template_is_read_here():
    assert set(PAPERS) <= set(KINDS)
    assert {code for code, kind in KINDS.items() if kind.template} - {"trial"} <= set(PAPERS)


@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper_says_what_it_must_and_looks_as_approved(kind, tmp_path):
    content, pages, said = PAPERS[kind]
    pdf, counted = render.paper(kind, content)
    path = tmp_path / f"{kind}.pdf"
    path.write_bytes(pdf)
    assert counted == pages
    about = info(path)
    assert (about["Pages"], about["Tagged"]) == (str(pages), "yes")
    text = text_of(path)
    for words in [
        "CÔNG AN XÃ MẪU SƠN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Mẫu Sơn, ngày 05 tháng 02 năm 2026",
        *said,
    ]:
        assert squeezed(words) in text, words
    assert is_sound(path)
    looks_as_approved(path, kind.replace("_", "-"))
