"""What was done today, and the lists behind the numbers; cases in every state can be found."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from registry.cleanup.queue import set_aside, verify
from registry.cleanup.scan import scan
from registry.cleanup.today import CHOICES, rows_of, today_of
from registry.models import Finding, Resident
from registry.residents.register import correct
from tests.factories import FindingFactory, ResidentFactory

pytestmark = pytest.mark.django_db
LIST = reverse("registry:cleanup_queue", args=["tat-ca"])


def counts(officer) -> tuple[list[int], list[int]]:
    today = today_of(officer)
    return [one.count for one in today.mine], [one.count for one in today.all]


def wrong_phone(commune) -> Resident:
    person = ResidentFactory(commune=commune, phone="123")
    scan([person.pk])
    Finding.objects.filter(resident=person).exclude(rule="D31").delete()
    return person


@pytest.fixture
def worked(commune, officer, colleague, outsider):
    """Mine: one fixed, one verified, one set aside. A colleague's: one fixed. Bait: next door, yesterday, by itself."""
    for by in (officer, colleague):
        person = wrong_phone(commune)
        correct(person, {"phone": "0912345678"}, by=by)
        scan([person.pk])
    verify(FindingFactory(resident=ResidentFactory(commune=commune)), by=officer, basis="Giấy khai sinh")
    later = FindingFactory(resident=ResidentFactory(commune=commune))
    set_aside(later, by=officer, until=timezone.localdate() + dt.timedelta(days=3), reason="Chờ giấy tờ")
    now, yesterday = timezone.now(), timezone.now() - dt.timedelta(days=1)
    FindingFactory(resident=outsider, state="closed", closed_at=now)
    FindingFactory(resident=ResidentFactory(commune=commune), state="closed", closed_at=yesterday)
    FindingFactory(resident=ResidentFactory(commune=commune), rule="S17", group="S", severity="self", state="closed",
                   closed_at=now)  # fmt: skip


def test_the_day_is_counted_from_the_rows(officer, colleague, worked):
    assert counts(officer) == ([1, 1, 1], [2, 1, 1])
    assert counts(colleague) == ([1, 0, 0], [2, 1, 1])


def test_every_number_opens_exactly_its_list(client_of, officer, worked):
    client = client_of(officer)
    for figure in (*today_of(officer).mine, *today_of(officer).all):
        rows = [row.record for row in client.get(figure.url).context["table"].rows]
        assert len(rows) == figure.count == rows_of(officer, figure.code).count()


def test_the_numbers_of_the_day_are_one_query(officer, worked, django_assert_num_queries):
    with django_assert_num_queries(1):
        today_of(officer)


@pytest.mark.parametrize("page", ["registry:cleanup", "queue"])
def test_the_day_is_shown(client_of, officer, worked, page):
    shown = client_of(officer).get(LIST if page == "queue" else reverse(page)).content.decode()
    for code, _ in CHOICES:
        assert f"?hom_nay={code}" in shown


def test_cases_in_every_state_are_found_with_what_was_said(client_of, officer, worked):
    client = client_of(officer)

    def told(**query) -> list[str]:
        page = client.get(LIST, query)
        return [str(row.get_cell("standing")) for row in page.context["table"].rows]

    day = timezone.localdate() + dt.timedelta(days=3)
    assert told(tinh_trang="de-sau") == [
        f'Để sau đến {day:%d/%m/%Y}<span class="cell-note">Lê Mẫu Hải: Chờ giấy tờ</span>'
    ]
    (verified,) = told(tinh_trang="da-xac-minh")
    assert verified.startswith("Đã xác minh ")
    assert "Lê Mẫu Hải: Giấy khai sinh" in verified
    assert len(told(tinh_trang="da-sua")) == 4
