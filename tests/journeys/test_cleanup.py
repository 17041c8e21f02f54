"""The queue is worked with the keyboard, and two officers at once never meet on the same person."""

import pytest
from django.urls import reverse

from registry.cleanup.scan import scan
from registry.models import Finding, Resident
from tests.factories import ResidentFactory


@pytest.fixture
def queue(commune):
    """Four people whose telephone number is wrong."""
    people = [
        ResidentFactory(commune=commune, full_name=f"Nguyễn Thị Mẫu {name}", phone="123")
        for name in ("An", "Bình", "Cúc", "Dung")
    ]
    scan([person.pk for person in people])
    Finding.objects.exclude(rule="D31").delete()
    return people


def test_an_officer_empties_the_queue_with_keys(visit, officer, queue):
    page = visit(officer).open(reverse("registry:cleanup_queue", args=["d"]))
    page.keyboard.press("l")
    page.wait_for_url("**/viec/**")
    assert page.get_by_role("heading", level=1).inner_text() == "Nguyễn Thị Mẫu An"

    page.keyboard.press("x")  # nothing typed yet: the key leads to the field
    page.keyboard.type("Đã gọi điện, số đúng")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Nguyễn Thị Mẫu Bình").wait_for()
    first = Finding.objects.get(resident=queue[0])
    assert (first.state, first.basis, first.decided_by) == ("verified", "Đã gọi điện, số đúng", officer)

    page.keyboard.press("d")
    page.get_by_role("heading", level=1, name="Nguyễn Thị Mẫu Cúc").wait_for()
    assert Finding.objects.get(resident=queue[1]).state == "set_aside"

    page.keyboard.press("r")
    page.wait_for_url("**/lam-sach/d/")
    assert not Finding.objects.filter(claimed_by=officer, resident=queue[2]).exists()


def test_correcting_the_record_closes_the_case_on_the_way_back(visit, officer, resident):
    Resident.objects.filter(pk=resident.pk).update(phone="123")
    scan([resident.pk])
    finding = Finding.objects.get(resident=resident, rule="D31")
    page = visit(officer).open(reverse("registry:cleanup_case", args=[finding.public_id]))
    page.keyboard.press("s")
    page.wait_for_url("**/sua/**")
    page.get_by_label("Điện thoại").fill("0912345678")
    page.get_by_label("Điện thoại").press("Control+Enter")
    page.wait_for_url(f"**{reverse('registry:cleanup_case', args=[finding.public_id])}")
    page.get_by_text("Đã sửa xong").wait_for()
    finding.refresh_from_db()
    assert finding.state == "closed"


def test_two_officers_at_once_get_different_people(visit, officer, colleague, queue):
    pages = [visit(one).open(reverse("registry:cleanup_queue", args=["d"])) for one in (officer, colleague)]
    names = []
    for page in pages:
        page.keyboard.press("l")
        page.wait_for_url("**/viec/**")
        names.append(page.get_by_role("heading", level=1).inner_text())
    assert names == ["Nguyễn Thị Mẫu An", "Nguyễn Thị Mẫu Bình"]
