"""Taking in a file: what is asked, what is refused beside the field, and that nothing typed is lost."""

import io
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from registry.models import Roster, RosterSource
from registry.rosters import forms
from tests.registry.rosters.standing import a_list

pytestmark = pytest.mark.django_db
NEW = "/danh-sach/nhap/moi/"
LIST = "Họ và tên,Ngày sinh\nTrần Văn Mẫu Đông,02/03/1980\n".encode()


@pytest.fixture
def browser(client_of, officer):
    return client_of(officer)


def text(answer) -> str:
    return answer.content.decode()


def sending(content: bytes = LIST, name: str = "thon-2.csv", **typed) -> dict:
    asked = {"source_name": "Sổ hộ khẩu Thôn 2", "source_code": "TANG_THU", "source_on": "1/11/2026",
             "submit_token": str(uuid.uuid4())}  # fmt: skip
    return asked | typed | {"file": SimpleUploadedFile(name, content)}


def test_a_file_becomes_a_list_that_waits_to_be_read(browser, officer):
    answer = browser.post(NEW, sending())
    one = Roster.objects.get()
    assert answer.url == one.get_absolute_url()
    assert (one.state, one.commune, one.file_name, str(one.source)) == (
        "uploaded", officer.unit, "thon-2.csv", "Sổ hộ khẩu Thôn 2",
    )  # fmt: skip
    assert (one.source_code, f"{one.source_on:%d/%m/%Y}") == ("TANG_THU", "01/11/2026")
    assert "Đã nhận tệp, đang đọc" in text(browser.get(answer.url))


def test_a_double_click_makes_one_list(browser):
    token = str(uuid.uuid4())
    first = browser.post(NEW, sending(submit_token=token))
    assert browser.post(NEW, sending(submit_token=token)).url == first.url
    assert Roster.objects.count() == 1


def test_sources_used_before_are_offered_and_never_the_neighbours(browser, officer, stranger):
    RosterSource.objects.create(commune=officer.unit, name="Sổ hộ khẩu Thôn 7")
    RosterSource.objects.create(commune=stranger.unit, name="Sổ của xã bên")
    page = text(browser.get(NEW))
    assert '<option value="Sổ hộ khẩu Thôn 7">' in page and "Sổ của xã bên" not in page


def test_without_a_file_the_sentence_stands_beside_the_field_and_what_was_typed_is_kept(browser):
    typed = sending(source_on="31/02/2026")
    del typed["file"]
    answer = browser.post(NEW, typed)
    assert answer.status_code == 422
    page = text(answer)
    assert "Chọn tệp danh sách." in page
    assert 'value="Sổ hộ khẩu Thôn 2"' in page and 'value="31/02/2026"' in page
    assert not Roster.objects.exists()


def test_a_day_to_come_is_no_day_of_a_source(browser):
    answer = browser.post(NEW, sending(source_on="1/1/2050"))
    assert answer.status_code == 422 and "Ngày này ở tương lai" in text(answer)


def test_a_file_too_large_is_refused_before_it_is_kept(browser, monkeypatch):
    monkeypatch.setattr(forms, "LARGEST_BYTES", 20)
    answer = browser.post(NEW, sending())
    assert answer.status_code == 422 and forms.TOO_LARGE in text(answer)
    assert not Roster.objects.exists()


def test_an_empty_list_says_so_beside_the_field(browser):
    answer = browser.post(NEW, sending(b"\n \n"))
    assert answer.status_code == 422 and 'value="Sổ hộ khẩu Thôn 2"' in text(answer)
    assert not Roster.objects.exists()


def test_macros_are_refused_beside_the_field_and_what_was_typed_is_kept(browser):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/vbaProject.bin", b"macro")
    answer = browser.post(NEW, sending(held.getvalue(), "so.xlsm"))
    assert answer.status_code == 422
    assert "macro" in answer.context["form"].errors["file"][0] and 'value="Sổ hộ khẩu Thôn 2"' in text(answer)
    assert not Roster.objects.exists()


def test_mended_rows_are_uploaded_to_the_list_they_come_from(browser, officer):
    source = RosterSource.objects.create(commune=officer.unit, name="Sổ hộ khẩu Thôn 2")
    parent = a_list(officer, state="applied", source=source, source_code="GIAY_TO")
    page = text(browser.get(NEW, {"sua": parent.public_id}))
    assert "Nộp lại các dòng đã sửa" in page and 'value="GIAY_TO" selected' in page
    browser.post(f"{NEW}?sua={parent.public_id}", sending())
    assert Roster.objects.latest("pk").parent == parent


def test_another_communes_list_is_no_parent(browser, stranger):
    bait = a_list(stranger, state="applied")
    assert browser.get(NEW, {"sua": bait.public_id}).status_code == 404
    assert browser.post(f"{NEW}?sua={bait.public_id}", sending()).status_code == 404
    assert Roster.objects.count() == 1


def test_what_a_refused_file_was_said_to_be_is_asked_again_with_its_answers(browser, officer):
    source = RosterSource.objects.create(commune=officer.unit, name="Sổ hộ khẩu Thôn 9")
    refused = a_list(officer, state="refused", source=source)
    assert 'value="Sổ hộ khẩu Thôn 9"' in text(browser.get(NEW, {"thay": refused.public_id}))


def test_the_form_says_what_is_looked_at_before_sending(browser):
    page = text(browser.get(NEW))
    assert 'accept=".xlsx,.xls,.ods,.csv"' in page and 'data-most-bytes="52428800"' in page
    assert reverse("registry:roster_template") in page
