"""Events of civil status in a browser: the head of a household dies, a child is born."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from registry.models import Change, HouseholdRole, Resident
from registry.residents import family
from tests.conftest import settled
from tests.factories import MembershipFactory, ResidenceFactory, ResidentFactory
from tests.journeys.conftest import DESK, PHONE


def shoot(page: Page, name: str, folder: Path) -> None:
    """Both sizes, for whoever wants to look: SHOTS names a folder."""
    folder = Path(os.environ.get("SHOTS", folder))
    for size, view in (("desk", DESK), ("phone", PHONE)):
        page.set_viewport_size(view)
        page.screenshot(path=folder / f"{name}-{size}.png", full_page=True)
    page.set_viewport_size(DESK)


def fits(page: Page) -> bool:
    page.set_viewport_size(PHONE)
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.set_viewport_size(DESK)
    return not wide


@pytest.fixture
def couple(commune, officer, catalogues) -> tuple[Resident, Resident]:
    """The wife is the head of the household; the husband."""
    wife = settled(commune, number="001190000123", marital_status="2")
    husband = ResidentFactory(commune=commune, full_name="Trần Mẫu Chồng", sex=1, birth_year=1988, marital_status="2")
    home = wife.memberships.get().household
    MembershipFactory(household=home, resident=husband, role=HouseholdRole.objects.get(code="CHONG"))
    for kind in ("permanent", "present"):
        ResidenceFactory(resident=husband, kind=kind)
    family.link(wife, "spouse", by=officer, person=husband)
    return wife, husband


def paper(page: Page, number: str, day: str) -> None:
    page.locator("#id_paper_number").fill(number)
    page.locator("#id_paper_on").fill(day)


def test_the_head_of_a_household_dies(visit, officer, couple, tmp_path):
    wife, husband = couple
    window = visit(officer)
    page = window.open(reverse("registry:resident", args=[wife.public_id]))
    page.locator("summary", has_text="Việc khác").click()
    page.get_by_role("link", name="Khai tử", exact=True).click()
    page.get_by_role("heading", name="Khai tử", level=1).wait_for()
    page.locator("#id_effective_on").fill("1/11/2026")
    page.get_by_role("button", name="Xem trước khi ghi").click()
    expect(page.locator("#div_id_paper_number")).to_contain_text("Ô này bắt buộc.")
    assert page.locator("#id_effective_on").input_value() == "1/11/2026"
    paper(page, "12/2026", "2/11/2026")
    assert fits(page)
    shoot(page, "death-form", tmp_path)
    page.get_by_role("button", name="Xem trước khi ghi").click()
    page.get_by_role("heading", name="Xem trước: Khai tử").wait_for()
    assert page.locator("h2").all_inner_texts()[:2] == ["Nguyễn Thị Mẫu Lan", "Trần Mẫu Chồng"]
    expect(page.get_by_role("row", name="Hôn nhân")).to_contain_text("Góa vợ/chồng")
    assert fits(page)
    shoot(page, "death-preview", tmp_path)
    page.get_by_role("button", name="Ghi vào hồ sơ").click()
    page.wait_for_url(f"**/cu-dan/{wife.public_id}/")
    shoot(page, "death-written", tmp_path)
    husband.refresh_from_db()
    wife.refresh_from_db()
    assert (wife.state, husband.marital_status, Change.objects.count()) == ("deceased", "3b", 1)
    page.get_by_role("link", name="Làm tiếp: Đổi chủ hộ").first.click()
    page.get_by_role("heading", name="Đổi chủ hộ").wait_for()
    shoot(page, "death-next", tmp_path)


def test_a_child_is_born(visit, officer, couple, tmp_path):
    wife, husband = couple
    window = visit(officer)
    page = window.open(reverse("registry:resident_change_new", args=[wife.public_id, "khai-sinh"]))
    page.locator("#id_full_name").fill("Trần Mẫu Bé")
    page.get_by_label("Nam", exact=True).check()
    page.locator("#id_effective_on").fill("2/11/2026")
    assert page.locator(f'input[name="person_chon"][value="{husband.public_id}"]').is_checked()
    paper(page, "40/2026", "10/11/2026")
    assert fits(page)
    shoot(page, "birth-form", tmp_path)
    page.get_by_role("button", name="Xem trước khi ghi").click()
    page.get_by_role("heading", name="Xem trước: Ghi khai sinh cho con").wait_for()
    assert fits(page)
    shoot(page, "birth-preview", tmp_path)
    page.get_by_role("button", name="Ghi vào hồ sơ").click()
    page.wait_for_url(f"**/cu-dan/{wife.public_id}/")
    child = Resident.objects.get(full_name="Trần Mẫu Bé")
    assert child.memberships.get().role.code == "CON_DE"
    assert {row.person for row in child.relations.all()} == {wife, husband}


def test_a_temporary_residence_is_registered(visit, officer, commune, tmp_path, catalogues):
    person = ResidentFactory(commune=commune, full_name="Trần Mẫu Khách", sex=1)
    window = visit(officer)
    page = window.open(reverse("registry:resident_change_new", args=[person.public_id, "dang-ky-tam-tru"]))
    for name, text in (("hamlet", "Thôn 2"), ("effective_on", "1/11/2026"), ("to_on", "2/11/2028")):
        page.locator(f"#id_{name}").fill(text)
    page.get_by_role("button", name="Xem trước khi ghi").click()
    expect(page.locator("#div_id_to_on")).to_contain_text("Tạm trú tối đa 02 năm")
    page.locator("#id_to_on").fill("1/11/2028")
    assert fits(page)
    shoot(page, "temporary-form", tmp_path)
    page.get_by_role("button", name="Xem trước khi ghi").click()
    page.get_by_role("heading", name="Xem trước: Đăng ký tạm trú").wait_for()
    shoot(page, "temporary-preview", tmp_path)
    page.get_by_role("button", name="Ghi vào hồ sơ").click()
    page.wait_for_url(f"**/cu-dan/{person.public_id}/")
    assert person.residences.get(kind="temporary").to_on is not None
