"""Fees are the administrator's: dated rows, checked, audited; nobody else gets in."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from cards.models import Fee

pytestmark = pytest.mark.django_db

NEW = {
    "kind": "change", "reason": "", "channel": "", "amount_vnd": "60000", "legal_text": "Thông tư mới",
    "valid_from": "01/01/2028", "valid_to": "",
}  # fmt: skip


def test_the_administrator_enters_a_fee_and_the_trail_says_so(client_of, administrator):
    client_of(administrator).post(reverse("admin:cards_fee_add"), NEW)
    assert Fee.objects.get(valid_from="2028-01-01").amount_vnd == 60_000
    line = AuditEvent.objects.get(action="admin")
    assert line.sentence == "Thêm mức lệ phí Cấp đổi 60000 đ từ 01/01/2028"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": "lost"}, "Lý do của thủ tục này chỉ gồm"),
        ({"valid_to": "01/01/2027"}, "Ngày kết thúc phải từ ngày bắt đầu trở đi."),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(client_of, administrator, changes, sentence):
    page = client_of(administrator).post(reverse("admin:cards_fee_add"), NEW | changes).content.decode()
    assert sentence in page
    assert not Fee.objects.filter(valid_from="2028-01-01").exists()


@pytest.mark.parametrize("model", ["fee", "feeexemption"])
def test_the_lists_open_for_the_administrator_only(client_of, administrator, officer, model):
    url = reverse(f"admin:cards_{model}_changelist")
    assert client_of(administrator).get(url).status_code == 200
    assert client_of(officer).get(url).status_code in (302, 403)
