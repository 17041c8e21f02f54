"""The main job, from the sign-in page to the paper in the citizen's hand."""

import datetime as dt
import subprocess
from pathlib import Path

import redis
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cards import tasks
from cards.models import Application, Receipt, ReceiptFile, RenderState
from cards.receipts import payload
from registry.models import Finding, Resident
from tests.journeys.conftest import PHONE, Visit, eventually


def register(visit: Visit, **typed: str) -> Resident:
    """Fill the form as an officer would, with keys and labels."""
    page = visit.open(reverse("registry:resident_new"))
    filled = {
        "Số định danh cá nhân": "001190000777", "Họ, chữ đệm và tên khai sinh": "Nguyễn Thị Mẫu Thúy",
        "Ngày sinh": "21/5/1990", "Điện thoại": "0912345678",
    } | typed  # fmt: skip
    for label, value in filled.items():
        page.get_by_label(label, exact=False).first.fill(value)
    page.get_by_label("Nữ", exact=True).check()
    page.get_by_label("Dân tộc").select_option("01")
    page.locator("#id_birth_registration_province").select_option("001")
    page.get_by_label("Họ tên cha").fill("Nguyễn Văn Mẫu")
    page.get_by_label("Họ tên mẹ").fill("Lê Thị Mẫu")
    page.locator("#id_permanent_hamlet").fill("Thôn 2")
    page.locator("#id_permanent_street").fill("Số 5")
    page.get_by_label("Lập hộ mới").check()
    page.get_by_label("Quan hệ với chủ hộ").select_option(label="Chủ hộ")
    page.get_by_role("button", name="Ghi nhận").click()
    page.wait_for_url("**/cu-dan/*-*/")
    return Resident.objects.get()


def take(visit: Visit, resident: Resident) -> Application:
    page = visit.open(reverse("registry:resident", args=[resident.public_id]))
    page.get_by_role("link", name="Thu nhận hồ sơ").click()
    page.locator("#reason-g").check()
    for tick in ("biometrics_taken", "cc01_signed", "part_dc02"):
        page.locator(f"#id_{tick}").check()
    page.get_by_role("button", name="Thu nhận và lập phiếu hẹn").click()
    page.wait_for_url("**/ho-so/*-*/")
    return Application.objects.get()


def test_from_sign_in_to_the_receipt(visit, officer, worker, tmp_path):
    window = visit()
    window.sign_in(officer)
    resident = register(window)
    assert resident.memberships.get().role.code == "CHU_HO"

    application = take(window, resident)
    page = window.page
    link = page.get_by_role("link", name="In phiếu A5")
    link.wait_for(timeout=60_000)

    for paper in ("A5", "A4"):
        pdf = tmp_path / f"{paper}.pdf"
        address = reverse("cards:receipt_pdf", args=[application.receipt.public_id, paper])
        first = page.request.get(window.base_url + address).body() if paper == "A5" else None
        pdf.write_bytes(first or bytes(application.receipt.files.get(paper=paper).pdf))
        text = run("pdftotext", "-layout", pdf, "-")
        for words in [
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            application.file_number,
            "NGUYỄN THỊ MẪU THÚY",
            "001190000777",
            f"{application.promised_on:%d/%m/%Y}",
            "CC02",
        ]:
            assert words in text, (words, text)
        run("pdftoppm", "-r", "150", "-png", "-singlefile", pdf, tmp_path / paper)
        seen = run("zbarimg", "--raw", "-q", tmp_path / f"{paper}.png").split()
        code, _, _ = payload.opened(*seen)
        assert (code.file_number, code.commune_code) == (application.file_number, officer.unit.code)

    eventually(lambda: not Resident.objects.get().scan_due, what="the worker checks the new record")
    assert Finding.objects.filter(resident=resident, state="open", rule="E07").exists()


def run(*command: object) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def open_file(officer, resident) -> Receipt:
    """A file taken at the counter, without the browser: its receipt waits."""
    import uuid

    from cards.applications import intake
    from cards.applications.eligibility import Entry
    from cards.applications.reasons import REASONS

    entry = Entry(REASONS["g"], "counter", "office", biometrics_taken=True, cc01_signed=True, old_card_taken=True)
    return intake.open(resident, by=officer, entry=entry, submit_token=uuid.uuid4()).receipt


def was_taken(receipt: Receipt) -> bool:
    """A slip takes a few hundredths of a second: whoever looks too late finds it done, and kills an idle worker."""
    return bool(receipt.claimed_until) or receipt.state == RenderState.READY


def test_a_worker_killed_while_rendering_leaves_one_receipt(officer, resident, worker):
    receipt = open_file(officer, resident)
    tasks.render_receipt.delay(receipt.pk)
    eventually(lambda: was_taken(Receipt.objects.get()), what="the worker takes the receipt", every=0.002)
    worker.kill()
    assert ReceiptFile.objects.count() in (0, 2)

    Receipt.objects.filter(state=RenderState.WAITING).update(claimed_until=None)  # the lease runs out
    worker.start()
    tasks.render_due.delay()
    eventually(lambda: Receipt.objects.get().state == RenderState.READY, what="the receipt after the crash")
    assert sorted(ReceiptFile.objects.values_list("paper", flat=True)) == ["A4", "A5"]


def test_when_redis_forgets_everything_the_sweep_finds_the_receipt(officer, resident, worker):
    worker.kill()
    receipt = open_file(officer, resident)
    tasks.render_receipt.delay(receipt.pk)
    redis.from_url(settings.REDIS_URL).flushdb()
    Receipt.objects.update(issued_at=timezone.now() - dt.timedelta(minutes=1))  # the sweep gives a message time first
    worker.start()
    tasks.render_due.delay()  # what beat does every 20 seconds
    eventually(lambda: Receipt.objects.get().state == RenderState.READY, what="the receipt after Redis was emptied")
    assert ReceiptFile.objects.count() == 2


def test_a_receipt_whose_work_fails_says_so_and_can_be_tried_again(visit, officer, resident, worker):
    receipt = open_file(officer, resident)
    Receipt.objects.filter(pk=receipt.pk).update(
        state=RenderState.FAILED, error="Chưa in được phiếu. Bấm In lại.", attempts=5
    )
    page = visit(officer).open(reverse("cards:application", args=[receipt.application.public_id]))
    page.get_by_role("button", name="In lại").click()
    page.get_by_role("link", name="In phiếu A5").wait_for(timeout=60_000)


def test_the_main_job_works_without_scripts(visit, officer):
    window = visit(java_script_enabled=False)
    window.sign_in(officer)
    resident = register(window)
    application = take(window, resident)
    assert application.resident == resident


def test_a_double_click_makes_one_record(visit, officer):
    window = visit(officer)
    page = window.open(reverse("registry:resident_new"))
    page.get_by_label("Họ, chữ đệm và tên khai sinh").fill("Trần Mẫu Khôi")
    page.get_by_label("Ngày sinh").fill("2012")
    page.get_by_label("Nam", exact=True).check()
    page.get_by_role("button", name="Ghi nhận").dblclick()
    page.wait_for_url("**/cu-dan/*-*/")
    assert Resident.objects.count() == 1


def test_back_after_saving_and_sending_again_makes_no_second_person(visit, officer):
    window = visit(officer)
    page = window.open(reverse("registry:resident_new"))
    page.get_by_label("Họ, chữ đệm và tên khai sinh").fill("Trần Mẫu Khôi")
    page.get_by_label("Ngày sinh").fill("2012")
    page.get_by_label("Nam", exact=True).check()
    page.get_by_role("button", name="Ghi nhận").click()
    page.wait_for_url("**/cu-dan/*-*/")
    page.go_back()  # the form has become a record: its address leads there, and says so
    page.get_by_text("không ghi thêm lần nữa").wait_for()
    assert page.get_by_role("heading", name="Trần Mẫu Khôi").is_visible()
    assert Resident.objects.count() == 1


def test_the_main_job_fits_a_phone(visit, officer, resident):
    window = visit(officer)
    window.page.set_viewport_size(PHONE)
    for path in ("/", "/cu-dan/", reverse("registry:resident", args=[resident.public_id]),
                 reverse("registry:resident_new"), "/ho-so/", "/lam-sach/", "/nghi-trung/"):  # fmt: skip
        page = window.open(path)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, path


def test_fonts_for_paper_are_there():
    names = {path.name for path in (Path(settings.BASE_DIR) / "static" / "vendor" / "tinos").glob("*.ttf")}
    assert len(names) >= 4
