"""Fees are the administrator's: dated rows, checked, audited; nobody else gets in."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from cards.applications import intake
from cards.models import Fee, FeeExemption

pytestmark = pytest.mark.django_db

HALF = dt.date(2025, 7, 1)

NEW = {
    "kind": "change", "reason": "", "channel": "", "amount_vnd": "60000", "legal_text": "Thông tư mới",
    "valid_from": "01/01/2028", "valid_to": "",
}  # fmt: skip


@pytest.fixture
def ended(db) -> None:
    """The open row of a change ends, so that a new one has room."""
    Fee.objects.filter(kind="change", reason="", channel="", valid_to=None).update(valid_to=dt.date(2027, 12, 31))


@pytest.fixture
def filed(resident, officer, entry):
    """A file received today by the fee of a change at the counter, whose one row is from 01/07/2025 on."""
    rows = Fee.objects.filter(kind="change", reason="", channel="")
    rows.filter(valid_from__gt=HALF).delete()
    rows.filter(valid_from=HALF).update(valid_to=None)
    return intake.open(resident, by=officer, entry=entry("g"), submit_token=uuid.uuid4())


def priced_by(file) -> Fee:
    return Fee.objects.get(kind="change", reason="", channel="", legal_text=file.fee_text)


def sent(row: Fee, **changes) -> dict:
    ends = f"{row.valid_to:%d/%m/%Y}" if row.valid_to else ""
    return NEW | {
        "kind": row.kind, "amount_vnd": str(row.amount_vnd), "legal_text": row.legal_text,
        "valid_from": f"{row.valid_from:%d/%m/%Y}", "valid_to": ends,
    } | changes  # fmt: skip


def test_the_administrator_enters_a_fee_and_the_trail_says_so(client_of, administrator, ended):
    client_of(administrator).post(reverse("admin:cards_fee_add"), NEW)
    assert Fee.objects.get(valid_from="2028-01-01").amount_vnd == 60_000
    line = AuditEvent.objects.get(action="admin")
    assert line.sentence == "Thêm mức lệ phí Cấp đổi 60000 đ từ 01/01/2028"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": "lost"}, "Lý do của thủ tục này chỉ gồm"),
        ({"valid_to": "01/01/2027"}, "Ngày kết thúc phải từ ngày bắt đầu trở đi."),
        ({"valid_from": ""}, "Ô này bắt buộc."),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(client_of, administrator, ended, changes, sentence):
    page = client_of(administrator).post(reverse("admin:cards_fee_add"), NEW | changes).content.decode()
    assert sentence in page
    assert not Fee.objects.filter(valid_from="2028-01-01").exists()


@pytest.mark.parametrize("model", ["fee", "feeexemption"])
def test_the_lists_open_for_the_administrator_only(client_of, administrator, officer, model):
    url = reverse(f"admin:cards_{model}_changelist")
    assert client_of(administrator).get(url).status_code == 200
    assert client_of(officer).get(url).status_code in (302, 403)


ACROSS = [
    ({}, "Trùng thời gian với dòng từ 01/01/2027, chưa có ngày kết thúc. Kết thúc dòng đó trước."),
    (
        {"valid_from": "31/12/2026", "valid_to": "31/12/2026"},
        "Trùng thời gian với dòng từ 01/07/2025, đến hết 31/12/2026",
    ),
    ({"valid_from": "20/10/2024", "valid_to": "21/10/2024"}, "Trùng thời gian với dòng từ 21/10/2024"),
    ({"valid_from": "19/10/2024", "valid_to": "20/10/2024"}, ""),
    ({"reason": "e"}, ""),
    ({"channel": "online"}, ""),
]


@pytest.mark.parametrize(("changes", "sentence"), ACROSS)
def test_two_rows_for_the_same_thing_never_lie_across_each_other(client_of, administrator, changes, sentence):
    before = Fee.objects.count()
    page = client_of(administrator).post(reverse("admin:cards_fee_add"), NEW | changes).content.decode()
    assert sentence in page
    assert Fee.objects.count() - before == (0 if sentence else 1)


def test_exemptions_never_lie_across_each_other_either(client_of, administrator):
    new = {"code": "HO_NGHEO", "name": "Hộ nghèo", "legal_text": "mới", "valid_from": "01/01/2028", "valid_to": ""}
    page = client_of(administrator).post(reverse("admin:cards_feeexemption_add"), new).content.decode()
    assert "Trùng thời gian với dòng từ 21/10/2024" in page
    assert not FeeExemption.objects.filter(legal_text="mới").exists()


@pytest.mark.parametrize("changes", [{"amount_vnd": "1"}, {"legal_text": "khác"}, {"valid_from": "02/07/2025"}])
def test_a_row_that_priced_a_file_stays_as_it_was(client_of, administrator, filed, changes):
    row = priced_by(filed)
    answer = client_of(administrator).post(reverse("admin:cards_fee_change", args=[row.pk]), sent(row, **changes))
    assert "chỉ ghi được ngày kết thúc" in answer.content.decode()
    assert Fee.objects.get(pk=row.pk).legal_text == filed.fee_text


def test_its_last_day_may_be_written_but_not_before_its_last_file(client_of, administrator, filed):
    row, today = priced_by(filed), timezone.localdate()
    url = reverse("admin:cards_fee_change", args=[row.pk])
    yesterday = f"{today - dt.timedelta(days=1):%d/%m/%Y}"
    page = client_of(administrator).post(url, sent(row, valid_to=yesterday)).content.decode()
    assert f"Đã có hồ sơ tính theo dòng này ngày {today:%d/%m/%Y}; kết thúc từ ngày đó." in page
    client_of(administrator).post(url, sent(row, valid_to=f"{today:%d/%m/%Y}"))
    row.refresh_from_db()
    assert row.valid_to == today


def test_a_row_that_priced_a_file_is_not_deleted_and_another_is(client_of, administrator, filed):
    row = priced_by(filed)
    other = Fee.objects.create(kind="change", amount_vnd=1, legal_text="thừa", valid_from=dt.date(2029, 1, 1))
    browser = client_of(administrator)
    for one, left in ((row, True), (other, False)):
        browser.post(reverse("admin:cards_fee_delete", args=[one.pk]), {"post": "yes"})
        assert Fee.objects.filter(pk=one.pk).exists() is left


def test_an_exemption_that_was_given_stays(client_of, administrator, resident, officer, entry):
    intake.open(resident, by=officer, entry=entry("g", exemption="HO_NGHEO"), submit_token=uuid.uuid4())
    browser = client_of(administrator)
    for code, left in (("HO_NGHEO", True), ("BIEN_GIOI", False)):
        row = FeeExemption.objects.get(code=code)
        browser.post(reverse("admin:cards_feeexemption_delete", args=[row.pk]), {"post": "yes"})
        assert FeeExemption.objects.filter(pk=row.pk).exists() is left


def test_a_file_keeps_the_price_and_the_text_of_its_day(client_of, officer, filed):
    """Whatever becomes of the rows afterwards: the file, its page and its slip say what was said that day."""
    text, amount, slip = filed.fee_text, filed.fee_vnd, dict(filed.receipt.content)
    Fee.objects.filter(kind="change").update(amount_vnd=99_000, legal_text="Văn bản khác")
    filed.refresh_from_db()
    assert (filed.fee_vnd, filed.fee_text) == (amount, text) == (25_000, text)
    page = client_of(officer).get(reverse("cards:application", args=[filed.public_id])).content.decode()
    assert text in page
    assert "Văn bản khác" not in page
    assert filed.receipt.content == slip


def test_the_pages_of_the_administrator_speak_vietnamese(client_of, administrator):
    page = client_of(administrator).get(reverse("admin:cards_fee_add")).content.decode()
    for words in ("Thêm vào mức lệ phí", "Mức thu (đồng)", "Áp dụng từ", "Đến hết ngày", "Lưu lại"):
        assert words in page, words
