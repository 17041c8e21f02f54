"""A supervisor sees who is behind, opens the commune, one of its hamlets, and the people behind a number."""

import datetime as dt

from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Unit
from accounts.periods import week_of
from supervision import snapshots
from tests.factories import FigureDayFactory, ResidentFactory, TargetFactory
from tests.journeys.conftest import DESK, PHONE
from tests.supervision.world import fill


def test_from_the_province_to_the_list_in_four_clicks(visit, province, commune, other_commune, supervisor):
    fill(commune)
    ResidentFactory(commune=other_commune)
    before = week_of(timezone.localdate(), starts=4).first - dt.timedelta(days=1)
    for number, unit in enumerate((commune, other_commune)):
        Unit.objects.filter(pk=unit.pk).update(latitude=21.8 + number / 10, longitude=106.7)
        FigureDayFactory(unit=unit, day=before, values={"nhan-khau": 9, "phai-lam-sach": 5, "da-lam-sach": 4})
        snapshots.take(unit)
    snapshots.take_above(timezone.localdate())
    TargetFactory(unit=province, code="ty-le-lam-sach", value=9000, valid_from=before, set_by=supervisor)

    page = visit(supervisor).open("/so-lieu/")
    behind = page.locator("section.card-attend")
    expect(behind.get_by_text("chỉ tiêu 90,00 %").first).to_be_visible()
    assert page.evaluate("document.querySelector('.dash-behind').getBoundingClientRect().top") < DESK["height"] / 2
    expect(page.locator(".dash-mark")).to_have_count(2 + page.locator(".dash-legend .dash-mark").count())

    behind.get_by_role("link", name="Xã Mẫu Sơn", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Số liệu · Xã Mẫu Sơn")
    expect(page.locator("canvas")).to_be_visible()
    page.get_by_role("link", name="Thôn 2", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Số liệu · Thôn 2, Xã Mẫu Sơn")
    people = page.locator(".page-lead a").first
    told = people.inner_text()
    people.click()
    expect(page.locator(".number-big")).to_have_text(told)

    page.set_viewport_size(PHONE)
    for address in ("/so-lieu/", "/so-lieu/?xa=06001"):
        page.goto(page.url.split("/so-lieu/")[0] + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.set_viewport_size(DESK)
