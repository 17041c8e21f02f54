"""Scans of a file: kept once, served by right, removed with a reason; and the page that shows what a file needs."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from cards.components import scans
from cards.components.scans import ScanRefused, UploadsRefused
from cards.components.ticking import TickRefused
from cards.models import Application, Component, Scan, State
from tests.cards.components.papers import pdf, picture
from tests.cards.conftest import queries
from tests.factories import ApplicationFactory

pytestmark = pytest.mark.django_db
COLOURS = ["red", "green", "blue", "teal", "navy", "black"]


@pytest.fixture
def file(resident, officer) -> Application:
    return ApplicationFactory(
        resident=resident, created_by=officer, state=State.TAKING, reason="b", received_at=None, promised_on=None
    )


def upload(name: str = "trich-luc.jpg", colour: str = "navy") -> tuple[str, io.BytesIO]:
    return name, io.BytesIO(picture(colour=colour))


def kept(file, officer, **more) -> Scan:
    [scan], _ = scans.add(file, "change_paper", [upload(**more)], by=officer)
    return scan


def add_url(file, code: str = "change_paper") -> str:
    return reverse("cards:scan_add", args=[file.public_id, code])


def sent(*files: tuple[str, bytes]) -> dict:
    return {"files": [SimpleUploadedFile(name, data) for name, data in files]}


def test_several_files_are_kept_at_once_and_the_same_one_once(file, officer):
    sent = [upload("a.jpg"), upload("b.jpg"), upload("c.jpg", "teal")]
    added, known = scans.add(file, "change_paper", sent, by=officer)
    assert ([scan.name for scan in added], known) == (["a.jpg", "c.jpg"], 1)
    assert scans.add(file, "change_paper", [upload("d.jpg")], by=officer) == ([], 1)
    assert scans.add(file, "dc02", [upload("d.jpg")], by=officer)[1] == 0
    assert Scan.objects.count() == 3


def test_one_bad_file_among_several_and_none_is_kept(file, officer):
    with pytest.raises(UploadsRefused) as refused:
        scans.add(
            file, "change_paper", [upload(), ("b.pdf", io.BytesIO(b"")), ("c.gif", io.BytesIO(b"GIF"))], by=officer
        )
    assert refused.value.sentences == [
        "b.pdf: Tệp rỗng (0 byte); quét lại.",
        "c.gif: Chỉ nhận tệp PDF, JPEG, PNG; nội dung tệp này là loại khác.",
    ]
    assert not Scan.objects.exists()


@pytest.mark.parametrize(
    ("code", "count", "sentence"),
    [
        ("change_paper", 0, "Chọn tệp cần thêm."),
        ("change_paper", 6, "Mỗi lần thêm nhiều nhất 5 tệp."),
        ("biometrics", 1, "Thành phần này không lưu bản quét."),
        ("x", 1, "Thành phần này không lưu bản quét."),
    ],
)
def test_how_many_and_where_is_limited(file, officer, code, count, sentence):
    with pytest.raises(UploadsRefused) as refused:
        scans.add(file, code, [upload(colour=COLOURS[n]) for n in range(count)], by=officer)
    assert refused.value.sentences == [sentence]


def test_a_file_keeps_so_many_and_no_more(file, officer, monkeypatch):
    monkeypatch.setattr(scans, "MOST_OF_A_FILE", 2)
    scans.add(file, "dc02", [upload(colour="red"), upload(colour="blue")], by=officer)
    with pytest.raises(UploadsRefused, match="nhiều nhất 2 bản quét"):
        scans.add(file, "dc02", [upload(colour="green")], by=officer)


def test_files_that_take_too_long_together_are_to_be_sent_one_by_one(file, officer, monkeypatch):
    monkeypatch.setattr(scans, "SENDING_SECONDS", 0)
    with pytest.raises(UploadsRefused) as refused:
        scans.add(file, "dc02", [("a.pdf", io.BytesIO(pdf()))], by=officer)
    assert refused.value.sentences == ["a.pdf: Các tệp cùng thêm quá nặng; thêm từng tệp một."]


def test_removed_the_bytes_are_gone_and_the_row_says_who_and_why(file, officer, colleague):
    scan = kept(file, officer)
    with pytest.raises(ScanRefused, match="Ghi lý do"):
        scans.remove(scan, by=colleague, reason=" ")
    scans.remove(scan, by=colleague, reason="quét nhầm giấy")
    row = Scan.objects.get()
    assert (row.content, row.removed_by, row.removed_reason) == (None, colleague, "quét nhầm giấy")
    scans.remove(scan, by=officer, reason="lần nữa")
    assert Scan.objects.get().removed_by == colleague
    assert kept(file, officer).pk != scan.pk  # the same paper may be scanned again
    assert AuditEvent.objects.filter(reason="quét nhầm giấy").count() == 1


def test_the_database_keeps_no_bytes_of_a_removed_scan(file, officer):
    scan = kept(file, officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Scan.objects.filter(pk=scan.pk).update(removed_at="2026-11-22T03:00Z", removed_by=officer)


def test_a_closed_file_and_a_stranger_add_and_remove_nothing(file, officer, stranger):
    scan = kept(file, officer)
    with pytest.raises(TickRefused, match="không ghi được"):
        scans.remove(scan, by=stranger, reason="x")
    Application.objects.update(state=State.REFUSED)
    with pytest.raises(TickRefused, match="đã kết thúc"):
        scans.add(file, "dc02", [upload()], by=officer)
    assert Scan.objects.get().content is not None


class TestOverTheWire:
    def test_a_picture_and_a_pdf_come_back_sealed_and_each_opening_is_written_down(self, file, browser):
        browser.post(add_url(file), sent(("Trích lục.png", picture("PNG")), ("to-khai.pdf", pdf(2))))
        for scan, kind, ending in zip(
            Scan.objects.all(), ("image/jpeg", "application/pdf"), ("jpg", "pdf"), strict=True
        ):
            answer = browser.get(reverse("cards:scan", args=[scan.public_id]))
            assert (answer["Content-Type"], answer.content) == (kind, bytes(scan.content))
            assert answer["Content-Disposition"] == f'inline; filename="ban-quet-{file.file_number}.{ending}"'
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Cache-Control"] == "no-store, private"
            policy = answer["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "script" not in policy
        assert AuditEvent.objects.filter(action="reveal").count() == 2

    def test_nobody_without_the_right_or_from_next_door_opens_one(self, file, officer, client_of, supervisor, stranger):
        url = reverse("cards:scan", args=[kept(file, officer).public_id])
        assert client_of(officer).get(url).status_code == 200
        assert client_of(supervisor).get(url).status_code == 403
        assert client_of(stranger).get(url).status_code == 404

    def test_a_removed_one_is_not_found(self, file, officer, browser):
        scan = kept(file, officer)
        gone = reverse("cards:scan_remove", args=[scan.public_id])
        assert browser.post(gone, {"reason": ""}).status_code == 422
        assert browser.post(gone, {"reason": "nhầm"}).status_code == 302
        assert browser.get(reverse("cards:scan", args=[scan.public_id])).status_code == 404

    def test_a_refused_upload_says_the_sentence_on_the_page_and_keeps_nothing(self, file, browser):
        answer = browser.post(add_url(file), sent(("virus.exe", b"MZ")))
        assert answer.status_code == 422
        text = "virus.exe: Chỉ nhận tệp PDF, JPEG, PNG; nội dung tệp này là loại khác."
        assert text in answer.content.decode()
        assert not Scan.objects.exists()

    def test_a_tick_answers_the_panel_to_htmx_and_the_file_to_a_plain_browser(self, file, browser):
        url = reverse("cards:part_tick", args=[file.public_id, "dc02"])
        plain = browser.post(url, {"there": "1"})
        assert (plain.status_code, plain.url) == (302, f"/ho-so/{file.public_id}/#thanh-phan")
        panel = browser.post(url, {"there": "0"}, headers={"HX-Request": "true"}).content.decode()
        assert panel.startswith('<section class="card" id="thanh-phan">')
        assert not Component.objects.get().is_there
        refused = browser.post(url, {"there": "x" * 3}, headers={"HX-Request": "true"})
        assert refused.status_code == 422

    def test_the_panel_lists_what_is_missing_first_and_who_saw_the_rest(self, file, browser, officer):
        browser.post(reverse("cards:part_tick", args=[file.public_id, "dc02"]), {"there": "1", "note": "bản giấy"})
        page = browser.get(reverse("cards:parts", args=[file.public_id])).content.decode()
        assert page.index("Giấy tờ làm căn cứ thay đổi") < page.index("Phiếu đề nghị giải quyết")
        assert "Bản giấy" in page
        assert officer.full_name in page

    def test_the_page_takes_the_same_queries_with_one_scan_and_with_three(self, file, browser, officer):
        kept(file, officer)
        url = reverse("cards:parts", args=[file.public_id])
        one = queries(browser, url)
        for colour in ("red", "green"):
            kept(file, officer, colour=colour)
        assert queries(browser, url) == one <= 12
