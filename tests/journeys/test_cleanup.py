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


def test_an_officer_empties_the_queue_with_keys_and_the_colleague_finds_his_share(visit, officer, colleague, queue):
    """One key an outcome: mended here, verified, set aside, skipped, handed over; the next opens itself."""
    page = visit(officer).open(reverse("registry:cleanup_queue", args=["d31"]))
    page.keyboard.press("l")
    heading = page.get_by_role("heading", level=1)
    page.get_by_role("heading", level=1, name="Nguyễn Thị Mẫu An").wait_for()

    page.keyboard.press("s")  # the cursor goes to the field that mends it, with its text chosen
    page.keyboard.type("12ab")
    page.keyboard.press("Enter")
    page.get_by_text("Số điện thoại chỉ gồm chữ số").first.wait_for()
    page.get_by_label("Điện thoại").fill("0912 345 678")
    page.get_by_label("Điện thoại").press("Control+Enter")
    page.get_by_role("heading", level=1, name="Nguyễn Thị Mẫu Bình").wait_for()
    assert Finding.objects.get(resident=queue[0], rule="D31").state == "closed"
    assert Resident.objects.get(pk=queue[0].pk).phone == "0912345678"

    page.keyboard.press("x")  # nothing typed yet: the key leads to the field
    page.keyboard.type("Đã gọi điện, số đúng")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Nguyễn Thị Mẫu Cúc").wait_for()
    verified = Finding.objects.get(resident=queue[1])
    assert (verified.state, verified.basis, verified.decided_by) == ("verified", "Đã gọi điện, số đúng", officer)

    page.keyboard.press("d")
    page.get_by_role("heading", level=1, name="Nguyễn Thị Mẫu Dung").wait_for()
    assert Finding.objects.get(resident=queue[2]).state == "set_aside"

    page.keyboard.press("b")
    page.get_by_text("việc vừa bỏ qua vẫn ở trong danh sách").wait_for()
    page.keyboard.press("l")
    page.get_by_role("heading", level=1, name="Nguyễn Thị Mẫu Dung").wait_for()
    page.keyboard.press("c")
    page.get_by_label("Chuyển cho").select_option(label=str(colleague))
    page.get_by_label("Lời nhắn").fill("Nhờ đồng chí ghé nhà hỏi số")
    page.get_by_label("Lời nhắn").press("Enter")
    page.wait_for_url("**/lam-sach/d31/")
    assert heading.inner_text() == "D31 Số điện thoại sai"

    other = visit(colleague).open(reverse("registry:cleanup"))
    other.get_by_role("link", name="Giao cho tôi: 1 việc").click()
    other.get_by_text("Giao Trần Mẫu Vân").wait_for()
    other.keyboard.press("l")
    other.get_by_text("Nhờ đồng chí ghé nhà hỏi số").wait_for()
    other.keyboard.press("r")
    other.wait_for_url("**/lam-sach/tat-ca/")
    handed = Finding.objects.get(resident=queue[3])
    assert (handed.handed_to, handed.claimed_by) == (None, None)


def test_two_officers_at_once_get_different_people(visit, officer, colleague, queue):
    pages = [visit(one).open(reverse("registry:cleanup_queue", args=["d"])) for one in (officer, colleague)]
    names = []
    for page in pages:
        page.keyboard.press("l")
        page.wait_for_url("**/viec/**")
        names.append(page.get_by_role("heading", level=1).inner_text())
    assert names == ["Nguyễn Thị Mẫu An", "Nguyễn Thị Mẫu Bình"]
