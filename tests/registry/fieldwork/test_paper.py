"""The paper itself: read back with pdftotext, pdffonts, pdfinfo and zbarimg."""

import hashlib
import subprocess
import uuid

import pytest

from accounts.models import AuditEvent
from registry.fieldwork import making, printing
from registry.models import FieldPrint, IdentityNumber
from registry.models.field_sheet import read_code
from tests.factories import HouseholdFactory
from tests.registry.fieldwork.conftest import info, lives, run, saved

pytestmark = pytest.mark.django_db


def codes_on(*pictures) -> list[str]:
    """Every code that a scanner finds; a page of signatures has none."""
    command = ["zbarimg", "-q", "--raw", *pictures]
    return subprocess.run(command, capture_output=True, text=True).stdout.split()


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_sheet_says_who_is_to_be_visited_and_what_is_open(printed, people, tmp_path):
    path = saved(tmp_path, printed.pdf)
    text = squeezed(run("pdftotext", "-layout", path, "-")) + squeezed(run("pdftotext", path, "-"))
    for said in [
        "CÔNG AN XÃ MẪU SƠN", "PHIẾU PHÚC TRA", f"Số: {printed.sheet.number}", "Thôn 2 · 2 hộ, 6 người",
        "1. Hộ 00217 · Chủ hộ: Nguyễn Văn Mẫu An", "Số 5, Thôn 2", "2. Hộ 00231", "Lê Thị Mẫu Bình", "21/05/1990",
        "con đẻ", "Thêm người", "Đại diện hộ", "CÁN BỘ PHÚC TRA", "Đã chuyển đi", "Không gặp",
        "không đúng dạng", "Đại úy Lê Mẫu Hải", "Trang 1/",
    ]:  # fmt: skip
        assert squeezed(said) in text, said
    assert "1940" in text


def test_numbers_are_masked_whoever_prints(printed, people, tmp_path):
    text = run("pdftotext", saved(tmp_path, printed.pdf), "-")
    for number in IdentityNumber.objects.filter(resident__in=people).values_list("number", flat=True):
        assert number not in text
        assert f"{number[:3]}••••••{number[-3:]}" in text
    assert "0912345678" not in text


def test_every_household_has_its_code_readable_from_a_print(printed, tmp_path):
    path = saved(tmp_path, printed.pdf)
    run("pdftoppm", "-r", "150", "-gray", path, tmp_path / "page")
    read = codes_on(*sorted(tmp_path.glob("page*.pgm")))
    homes = printed.sheet.lines.filter(resident=None)
    assert {read_code(text) for text in read} == set(homes.values_list("public_id", flat=True))
    assert all(text.isdigit() and len(text) == 40 for text in read)


@pytest.mark.parametrize("text", ["", "26-0012", "7" + "9" * 39, "1" * 40, "７" * 40, "x" * 40])
def test_other_texts_are_no_code(text):
    assert read_code(text) is None


def test_a_code_says_nothing_but_its_line():
    line = uuid.uuid4()
    assert read_code(f"7{line.int:039d}") == line


def test_the_paper_is_tagged_has_our_fonts_and_counts_its_pages(printed, tmp_path):
    path = saved(tmp_path, printed.pdf)
    about = info(path)
    assert (about["Tagged"], about["Pages"]) == ("yes", f"{printed.pages}")
    assert about["Title"].startswith(f"Phiếu phúc tra {printed.sheet.number}")
    rows = [line.split() for line in run("pdffonts", path).splitlines()[2:]]
    assert {row[0].split("+")[1].split("-")[0] for row in rows} == {"Tinos"}
    assert {tuple(row[-5:-3]) for row in rows} == {("yes", "yes")}
    assert printed.sha256 == hashlib.sha256(bytes(printed.pdf)).hexdigest()


def test_many_households_make_many_numbered_pages(commune, officer, tmp_path):
    homes = []
    for n in range(12):
        home = HouseholdFactory(commune=commune, hamlet="Thôn 3", street=f"Số {n}")
        for m in range(4):
            lives(home, f"Người Mẫu {n} {m}", role="CHU_HO" if m == 0 else "CON_DE")
        homes.append(home)
    one = printing.ask(making.make(commune, homes, by=officer), by=officer)
    printing.render_and_store(one.pk)
    one.refresh_from_db()
    text = run("pdftotext", "-layout", saved(tmp_path, one.pdf), "-")
    assert one.pages >= 4
    assert [f"Trang {n}/{one.pages}" in text for n in range(1, one.pages + 1)] == [True] * one.pages
    assert text.count(f"Phiếu phúc tra {one.sheet.number}. In bởi {officer}") == one.pages


def test_a_large_household_goes_over_the_page_with_its_head_again(commune, officer, tmp_path):
    home = HouseholdFactory(commune=commune, hamlet="Thôn 3")
    for n in range(30):
        lives(home, f"Người Mẫu {n}", role="CHU_HO" if n == 0 else "CON_DE")
    one = printing.ask(making.make(commune, [home], by=officer), by=officer)
    printing.render_and_store(one.pk)
    one.refresh_from_db()
    text = run("pdftotext", "-layout", saved(tmp_path, one.pdf), "-")
    assert one.pages >= 2
    assert text.count("Cần hỏi") >= one.pages


def test_text_is_never_markup(commune, officer, tmp_path):
    home = HouseholdFactory(commune=commune, hamlet="Thôn 3", street='<img src="file:///etc/passwd"><b>x</b>')
    lives(home, "Người Mẫu", role="CHU_HO")
    one = printing.ask(making.make(commune, [home], by=officer), by=officer)
    printing.render_and_store(one.pk)
    one.refresh_from_db()
    text = " ".join(run("pdftotext", saved(tmp_path, one.pdf), "-").split())
    assert '<img src="file:///etc/passwd"><b>x</b>' in text


def test_a_reprint_says_so_and_by_whom_and_is_written_down(printed, officer, colleague, tmp_path):
    again = printing.ask(printed.sheet, by=colleague)
    assert printing.ask(printed.sheet, by=colleague) == again  # a double click
    printing.render_and_store(again.pk)
    again.refresh_from_db()
    text = run("pdftotext", "-layout", saved(tmp_path, again.pdf), "-")
    assert again.copy == 2
    assert "IN LẠI LẦN 1" in text
    assert f"In bởi {colleague}" in text
    assert FieldPrint.objects.count() == 2
    told = AuditEvent.objects.filter(action="print", actor_badge=colleague.badge_number)
    assert [event.sentence for event in told] == [f"In lại lần 1 Phiếu phúc tra {printed.sheet.number}"]
