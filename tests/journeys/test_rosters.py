"""A list of people as an office gets it: taken in, its columns put right, looked through, written by the chief's word,
its faulty rows mended and uploaded alone, and the whole taken back."""

import datetime as dt
import io
import re
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from registry.models import Resident, Roster, RosterState
from registry.rosters import work
from tests.conftest import settled
from tests.registry.rosters.standing import a_list, suspect

HEADINGS = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Tên gọi ở nhà", "Quê quán"]
NAMES = ("Trần Văn Mẫu Đông", "Lê Thị Mẫu Đào", "Phạm Văn Mẫu Tây", "Hoàng Thị Mẫu Xuân", "Vũ Văn Mẫu Thu")
WRONG = "Đặng Văn Mẫu Sai"
TOWN = "Xã Thử Mới, Huyện Mẫu, Hà Nội"


def written(path: Path, rows: list[list[str]]) -> Path:
    with Workbook(path) as book:
        tab = book.add_worksheet("Thôn 2")
        for number, row in enumerate([HEADINGS, *rows]):
            tab.write_row(number, 0, row)
    return path


@pytest.fixture
def file(tmp_path, resident) -> Path:
    """Five people whom nobody knows, one whom we have with another home town, and one born on no day."""
    rows = [
        [str(number), name, f"0{number}/03/198{number}", "Nữ" if "Thị" in name else "Nam", "", "", "Nơi Mẫu"]
        for number, name in enumerate(NAMES, start=1)
    ]
    rows.append(["6", resident.full_name, "21/05/1990", "Nữ", "001190000123", "", TOWN])
    rows.append(["7", WRONG, "31/02/1980", "Nam", "", "", "Nơi Mẫu"])
    return written(tmp_path / "so-thon-2.xlsx", rows)


def upload(page, path: Path) -> None:
    page.get_by_label("Tệp danh sách").set_input_files(path)
    page.get_by_role("button", name="Nộp tệp và đọc").click()
    page.get_by_role("heading", name=path.name).wait_for()
    assert work.sweep(seconds=30) == 1
    page.get_by_role("heading", name="Mỗi cột là thông tin gì?").wait_for()


def check(page) -> None:
    page.get_by_role("button", name="Kiểm tra các dòng").click()
    page.locator("#tien-do").wait_for()
    assert work.sweep(seconds=60) == 1
    page.locator(".pill", has_text="Đã kiểm tra, chờ duyệt").wait_for()


def approve(page, said: str) -> None:
    page.get_by_role("link", name=re.compile("Xem lại và duyệt ghi")).click()
    page.get_by_role("heading", name=said).wait_for()
    page.get_by_role("button", name=re.compile("Duyệt ghi")).click()
    page.locator("#tien-do").wait_for()
    assert work.sweep(seconds=60) == 1
    page.get_by_role("heading", name="Kết quả ghi").wait_for()


def mended(downloaded: Path, to: Path) -> Path:
    """The faulty rows with the day of birth put right; nothing else is touched."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(downloaded.read_bytes())).get_sheet_by_index(0)
    rows = [[str(cell) for cell in row] for row in sheet.to_python()]
    assert len(rows) == 2 and WRONG in rows[1] and "31/02/1980" in rows[1]
    with Workbook(to) as book:
        tab = book.add_worksheet()
        for number, row in enumerate(rows):
            tab.write_row(number, 0, ["28/02/1980" if cell == "31/02/1980" else cell for cell in row])
    return to


def test_a_list_is_imported_mended_and_taken_back(visit, officer, chief, commune, resident, file, tmp_path):
    page = visit(officer).open("/danh-sach/nhap/")
    page.get_by_role("link", name=re.compile("Nhập danh sách mới")).click()
    page.get_by_label("Danh sách lấy từ đâu").fill("Sổ hộ khẩu Thôn 2")
    upload(page, file)

    nickname = page.get_by_label("Cột F, Tên gọi ở nhà, là thông tin")  # nobody knows this heading
    nickname.select_option("birth_date")
    page.get_by_role("button", name="Kiểm tra các dòng").click()
    page.locator("td .field-error", has_text="được chọn cho cả các cột C, F").first.wait_for()
    page.get_by_label("Cột F, Tên gọi ở nhà, là thông tin").select_option("other_name")
    check(page)

    page.get_by_role("link", name="Đã có, có thay đổi: 1 dòng, mở danh sách").click()
    page.get_by_label(re.compile("^Chọn dòng 7, ")).check()
    page.get_by_text("đã đánh dấu 1 dòng").wait_for()
    page.keyboard.press("s")
    page.get_by_text("Đã lưu cho 1 dòng: bỏ qua.").wait_for()
    page.get_by_role("link", name=resident.full_name).click()  # decided again, one by one
    page.get_by_label("Lấy Quê quán của tệp").wait_for()
    page.keyboard.press("g")
    page.get_by_text("Nhóm này không còn dòng nào chờ quyết định.").wait_for()
    assert Resident.objects.count() == 1  # nothing is written before the chief's word

    one = Roster.objects.get()
    page.goto(page.url.split("/danh-sach/")[0] + one.get_absolute_url())
    page.get_by_text("Chờ trưởng công an xã duyệt.").wait_for()
    head = visit(chief).open(one.get_absolute_url())
    approve(head, "Sẽ ghi vào hồ sơ 6 dòng")
    assert set(Resident.objects.values_list("full_name", flat=True)) == {*NAMES, resident.full_name}
    resident.refresh_from_db()
    assert resident.home_town == TOWN

    with head.expect_download() as download:
        head.get_by_role("link", name="Tải các dòng chưa ghi được").click()
    fixed = mended(Path(download.value.path()), tmp_path / "da-sua.xlsx")
    head.get_by_role("link", name="Nộp lại").click()
    upload(head, fixed)
    assert head.get_by_label("Cột F, Tên gọi ở nhà, là thông tin").input_value() == "other_name"  # as the list before
    check(head)
    approve(head, "Sẽ ghi vào hồ sơ 1 dòng")
    born = Resident.objects.get(full_name=WRONG)
    assert born.known_birth and born.known_birth.as_date() == dt.date(1980, 2, 28)

    head.goto(head.url.split("/danh-sach/")[0] + one.get_absolute_url())
    head.get_by_role("button", name="Xem trước việc hoàn tác").click()
    head.locator("#tien-do").wait_for()
    assert work.sweep(seconds=60) == 1
    head.get_by_label("Lý do hoàn tác").fill("Nộp nhầm danh sách của thôn khác")
    head.get_by_role("button", name="Hoàn tác cả danh sách").click()
    head.locator("#tien-do").wait_for()
    assert work.sweep(seconds=60) == 1
    head.locator(".pill", has_text="Đã hoàn tác").wait_for()
    assert set(Resident.objects.values_list("full_name", flat=True)) == {WRONG, resident.full_name}
    resident.refresh_from_db()
    assert resident.home_town != TOWN
    one.refresh_from_db()
    assert one.state == RosterState.TAKEN_BACK


DROP = """([name, text]) => {
    const carried = new DataTransfer();
    carried.items.add(new File([text], name));
    document.querySelector("[data-drop]").dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true}));
}"""


def test_a_file_is_dropped_on_the_frame_and_looked_at_before_it_is_sent(visit, officer):
    page = visit(officer).open("/danh-sach/nhap/moi/")
    page.evaluate(DROP, ["anh.jpg", "x"])
    page.get_by_text("Tệp “anh.jpg” không phải .xlsx, .xls, .ods hoặc .csv.").wait_for()
    page.get_by_role("button", name="Nộp tệp và đọc").click()
    assert page.url.endswith("/danh-sach/nhap/moi/") and not Roster.objects.exists()  # nothing left this page
    page.evaluate(DROP, ["thon-2.csv", "Họ và tên,Ngày sinh\nTrần Văn Mẫu Đông,02/03/1980\n"])
    page.get_by_text("thon-2.csv, 1 KB").wait_for()
    page.get_by_role("button", name="Nộp tệp và đọc").click()
    page.get_by_role("heading", name="thon-2.csv").wait_for()
    assert Roster.objects.get().file_name == "thon-2.csv"


def test_a_suspect_is_looked_at_with_the_keys_and_the_next_opens_itself(visit, officer, commune, resident):
    other = settled(commune, number="001190000124", name="Nguyễn Thị Mẫu Lan")
    one = a_list(officer, [suspect(resident, other), suspect(resident), suspect(other)])
    page = visit(officer).open(f"{one.get_absolute_url()}dong/?ket_qua=suspect")
    page.get_by_role("link", name="Trần Văn Mẫu Đông").first.click()
    page.get_by_text("Có phải một trong những người này?").wait_for()
    page.keyboard.press("2")
    assert page.locator("input[name=nguoi]:checked").get_attribute("value") == str(other.public_id)
    page.keyboard.press("s")
    page.get_by_text("Dòng 3 của tệp").wait_for()
    page.keyboard.press("b")
    page.get_by_text("Dòng 4 của tệp").wait_for()
    page.keyboard.press("k")
    page.get_by_text("Dòng 3 của tệp").wait_for()
    assert list(one.rows.order_by("number").values_list("decision", flat=True)) == ["skip", "as_new", ""]
