"""Who gets in at the card desk: the stranger nowhere, each role where its rights say."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Right
from cards.models import Receipt, State
from tests.cards.conftest import form_url, move_url

pytestmark = pytest.mark.django_db


def addresses(resident, application) -> list[tuple[str, str, Right]]:
    receipt = application.receipt
    look, take = Right.APPLICATION_VIEW, Right.APPLICATION_TAKE
    return [
        ("get", reverse("cards:application_new", args=[resident.public_id]), take),
        ("get", form_url(resident), take),
        ("post", form_url(resident), take),
        ("get", reverse("cards:application", args=[application.public_id]), look),
        ("post", move_url(application, "send_up"), take),
        ("get", reverse("cards:receipt_corner", args=[application.public_id]), look),
        ("get", reverse("cards:receipt_pdf", args=[receipt.public_id, "A5"]), look),
        ("post", reverse("cards:receipt_retry", args=[receipt.public_id]), take),
    ]


def test_a_stranger_gets_404_everywhere_and_each_attempt_is_audited(client_of, stranger, resident, taken, printable):
    browser = client_of(stranger)
    for number, (method, url, _) in enumerate(addresses(resident, taken), start=1):
        assert getattr(browser, method)(url).status_code == 404, url
        assert AuditEvent.objects.filter(action="refused").count() == number, url
    assert taken.file_number not in browser.get(reverse("cards:applications")).content.decode()
    taken.refresh_from_db()
    assert taken.state == State.RECEIVED
    assert Receipt.objects.get().print_count == 0


def test_each_role_gets_in_where_its_rights_say(
    client_of, officer, chief, supervisor, ministry, auditor, administrator, resident, taken, printable
):
    for somebody in (officer, chief, supervisor, ministry, auditor, administrator):
        browser = client_of(somebody)
        rows = [*addresses(resident, taken), ("get", reverse("cards:applications"), Right.APPLICATION_VIEW)]
        for method, url, right in rows:
            allowed = getattr(browser, method)(url).status_code != 403
            assert allowed is somebody.can(right), f"{somebody.role} {url}"
