"""What figures say, and the pages of their lists: for every role, area and period."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Action, AuditEvent, Holiday
from accounts.working_days import Calendar
from cards.models import StockCard
from registry.models import Hamlet
from supervision.catalogue.figure import percentile
from supervision.catalogue.values import Values
from supervision.catalogue.working_days import WorkingDays
from supervision.dashboard.work_tables import TABLES
from supervision.figures import FIGURES, Ask, Ratio, counts
from tests.factories import IdentityNumberFactory, ResidentFactory
from tests.supervision.world import fill

pytestmark = pytest.mark.django_db

EXPECTED_OF_ONE_COMMUNE = {
    "nhan-khau": 26,
    "ho": 4,
    "tu-14": 23,
    "duoi-6": 1,
    "tu-6-den-14": 1,
    "chua-ro-tuoi": 1,
    "co-the-tu-14": 3,
    "chua-co-the-tu-14": 20,
    "phuc-tra-cu": 1,
    "ho-so-qua-han": 1,
    "ho-so-vuong-mac": 2,
    "the-cho-tra": 2,
    "the-ton-lau": 1,
    "the-tra": 1,
    "phai-lam-sach": 4,
    "da-lam-sach": 2,
    "chua-sach": 2,
    "sach": 24,
    "lam-sach-l": 3,
    "dd2-da-cap": 2,
    "dd2-da-kich-hoat": 1,
    "dd2-chua-kich-hoat": 1,
    "nghi-trung": 2,
    "trung-gop": 2,
    "trung-hoan-tac": 1,
    "trung-xem-lai": 2,
    "trung-cung-ket-luan": 1,
    "thuong-tru": 1,
    "viec-cho": 2,
    "viec-qua-han": 1,
    "dang-tam-tru": 1,
    "tra-cuu-ngoai": 1,
    "sua": 1,
    "nhap-dong": 1,
}


def listed(code: str, query: str = "") -> str:
    return reverse("supervision:figure", args=[code]) + query


def rows_of(response) -> int:
    return len(response.context["table"].data.data)


def test_every_figure_counts_what_it_says(commune, other_commune, chief):
    fill(commune)
    fill(other_commune)
    found = counts(Ask(chief))
    assert {code: found[code] for code in EXPECTED_OF_ONE_COMMUNE} == EXPECTED_OF_ONE_COMMUNE
    assert found.text("ty-le-lam-sach") == "50,00 %"
    assert found.text("ty-le-sach") == "92,30 %"  # rounded down: 100 means all
    assert found.text("trung-thong-nhat") == "50,00 %"
    assert found.text("nhan-khau") == "26"


def test_the_list_of_each_table_shows_what_the_number_counts(filled, supervisor, client_of):
    """One figure of every table, through the page; tests/supervision/test_catalogue.py holds all of them."""
    client = client_of(supervisor)
    found = counts(Ask(supervisor))
    chosen = {}
    for code, one in FIGURES.items():
        if not isinstance(one, Ratio) and one.kind != "spread" and found.get(code):
            chosen.setdefault(one.table_name, code)
    assert set(chosen) == set(TABLES)
    for code in chosen.values():
        page = client.get(listed(code))
        assert (code, rows_of(page)) == (code, found[code])
        assert page.context["table"].page.count == found[code]


def test_every_role_counts_its_own_area(filled, officer, chief, supervisor, ministry):
    everybody = (officer, chief, supervisor, ministry)
    assert [counts(Ask(who))["ho"] for who in everybody] == [4, 4, 8, 12]
    # Pairs of two communes count for both, once each for whoever sees both; an officer sees none across.
    assert [counts(Ask(who))["nghi-trung"] for who in everybody] == [2, 3, 6, 8]
    # A plain officer counts the own look-ups only.
    assert [counts(Ask(who))["tra-cuu-ngoai"] for who in everybody] == [0, 1, 2, 3]


# --- The pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who, status",
    [
        ("officer", 200),
        ("chief", 200),
        ("supervisor", 200),
        ("ministry", 200),
        ("auditor", 403),
        ("administrator", 403),
    ],
)
def test_who_may_see_figures(who, status, request, client_of):
    client = client_of(request.getfixturevalue(who))
    assert client.get(reverse("supervision:figures")).status_code == status
    assert client.get(listed("ho")).status_code == status


def test_the_address_narrows_the_list(worker, commune, other_commune, supervisor, officer, client_of):
    ResidentFactory(commune=other_commune)
    hamlet = Hamlet.objects.get(commune=commune, name="Thôn 2")
    client = client_of(supervisor)
    assert rows_of(client.get(listed("nhan-khau"))) == 27
    assert rows_of(client.get(listed("nhan-khau", "?xa=06001"))) == 26
    assert rows_of(client.get(listed("nhan-khau", f"?xa=06001&thon={hamlet.public_id}"))) == 4
    assert rows_of(client.get(listed("nhan-khau", f"?xa=06001&can_bo={worker.public_id}"))) == 4
    assert rows_of(client.get(listed("nhan-khau", "?xa=06001&thon=ngoai-danh-sach"))) == 20
    assert rows_of(client.get(listed("nhan-khau", "?xa=06001&can_bo=chua-phan-cong"))) == 22
    # Whoever works in one commune need not name it.
    own = client_of(officer)
    assert rows_of(own.get(listed("nhan-khau", f"?thon={hamlet.public_id}"))) == 4
    assert own.get(listed("nhan-khau")).context["place"] == commune.name


def test_the_address_chooses_the_period(worker, chief, client_of):
    client = client_of(chief)
    old = timezone.localdate() - dt.timedelta(days=400)
    assert rows_of(client.get(listed("the-tra"))) == 1
    page = client.get(listed("the-tra", f"?ky=thang&ngay={old:%d/%m/%Y}"))
    assert (page.status_code, rows_of(page)) == (200, 1)
    assert "từ 01/" in page.context["when"]
    assert rows_of(client.get(listed("the-tra", f"?ky=thang&ngay={old - dt.timedelta(days=40):%d/%m/%Y}"))) == 0
    assert client.get(listed("the-tra", "?ngay=31/02/2026")).status_code == 422


@pytest.mark.parametrize(
    "who, query",
    [
        ("supervisor", "?xa=09001"),
        ("chief", "?xa=06002"),
        ("officer", "?xa=06002"),
        ("supervisor", "?tinh=30"),
        ("ministry", "?xa=99999"),
        ("ministry", "?xa=%00"),
        ("ministry", "?tinh=khong"),
        ("ministry", "?thon=khong"),
        ("ministry", "?tinh=20&thon=ngoai-danh-sach"),
        ("supervisor", "?xa=06001&thon=khong"),
    ],
)
def test_an_area_elsewhere_is_not_found(who, query, commune, other_commune, elsewhere, request, client_of):
    client = client_of(request.getfixturevalue(who))
    assert client.get(listed("ho", query)).status_code == 404


def test_an_unknown_figure_is_not_found(chief, client_of):
    assert client_of(chief).get(listed("khong-co")).status_code == 404


def test_opening_a_list_is_audited(worker, chief, client_of):
    AuditEvent.objects.filter(action=Action.VIEW).exists()
    client_of(chief).get(listed("ho-so-qua-han"))
    event = AuditEvent.objects.get(action=Action.VIEW)
    assert event.sentence == "Xem danh sách: Hồ sơ quá hạn, Xã Mẫu Sơn (1 hồ sơ), trang 1/1"
    assert event.data["count"] == 1


def test_a_percentage_opens_the_rows_that_are_worked_on(worker, chief, client_of):
    page = client_of(chief).get(listed("ty-le-lam-sach"))
    assert page.context["figure"].code == "chua-sach"
    assert rows_of(page) == 2


def test_the_list_of_lookups_outside_tells_who_and_why_but_not_about_whom(worker, chief, client_of):
    AuditEvent.objects.create(
        action=Action.SEARCH_OUTSIDE, actor_badge=worker.badge_number, actor_name="Cán bộ Mẫu", unit_code="06001",
        unit_name="Xã Mẫu Sơn", province_code="20", target_label="Nguyễn Văn Lạ", reason="Xác minh theo đơn",
        sentence="Tra cứu ngoài địa bàn số 001190000999: 1 kết quả",
    )  # fmt: skip
    page = client_of(chief).get(listed("tra-cuu-ngoai")).content.decode()
    assert "Cán bộ Mẫu" in page and "Xác minh theo đơn" in page
    assert "Nguyễn Văn Lạ" not in page and "001190000999" not in page


def test_supervisors_read_masked_numbers(commune, chief, supervisor, client_of):
    IdentityNumberFactory(resident=ResidentFactory(commune=commune), number="001190000777")
    url = listed("nhan-khau")
    assert "001190000777" in client_of(chief).get(url).content.decode()
    page = client_of(supervisor).get(url).content.decode()
    assert "001190000777" not in page
    assert "001 ••• 777" in page


def test_the_page_of_all_figures_tells_each_with_its_source(chief, client_of):
    page = client_of(chief).get(reverse("supervision:figures")).content.decode()
    assert page.count('role="rowheader"') == len(FIGURES)
    assert "Luật Căn cước Đ26: 07 ngày làm việc" in page


def test_no_list_asks_more_as_rows_grow(commune, supervisor, client_of, django_assert_max_num_queries):
    """Of every table one list, with one commune's rows and with three times as many."""
    client = client_of(supervisor)
    codes = {one.table_name: code for code, one in FIGURES.items() if one.kind in ("standing", "happened")}

    def queries() -> dict[str, int]:
        seen = {}
        for code in codes.values():
            with django_assert_max_num_queries(12) as asked:
                assert client.get(listed(code)).status_code == 200
            seen[code] = len(asked)
        return seen

    fill(commune)
    few = queries()
    fill(commune)
    fill(commune)
    assert queries() == few


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_values_of_two_units_add_up_and_two_days_leave_what_lies_between():
    one = Values({"nhan-khau": 5, "thu-nhan": 2}, {"ngay-lam-viec": {3: 1}}, frozenset({"co-the-tu-14"}))
    two = Values({"nhan-khau": 7, "thu-nhan": 6}, {"ngay-lam-viec": {3: 1, 9: 2}})
    both = one + two
    assert (dict(both), both.spreads, both.missing) == (
        {"nhan-khau": 12, "thu-nhan": 8}, {"ngay-lam-viec": {3: 2, 9: 2}}, {"co-the-tu-14"},
    )  # fmt: skip
    between = two.since(one)
    assert dict(between) == {"nhan-khau": 7, "thu-nhan": 4}
    assert between.spreads == {"ngay-lam-viec": {9: 2}}
    assert between.text("ngay-lam-viec") == "9 ngày"
    assert between.hundredths("thu-nhan") == 400
    assert both.number("co-the-tu-14") is None and both.text("phu-the-tu-14") == "–"


@given(st.dictionaries(st.integers(0, 30), st.integers(1, 9), min_size=1), st.sampled_from([50, 90]))
@settings(max_examples=30)
def test_a_percentile_is_the_first_day_by_which_so_many_were_done(spread, percent):
    days = percentile(spread, percent)
    whole = sum(spread.values())
    done = sum(number for day, number in spread.items() if day <= days)
    before = sum(number for day, number in spread.items() if day < days)
    assert before * 100 < percent * whole <= done * 100
    assert percentile({}, percent) is None


def test_postgresql_counts_working_days_as_the_calendar_does(worker):
    """Over Tết, a swapped Saturday and weekends; nothing when it ended before it began."""
    Holiday.objects.all().delete()
    for day, is_working in ((dt.date(2026, 2, 16), False), (dt.date(2026, 2, 17), False), (dt.date(2026, 2, 21), False),
                            (dt.date(2026, 2, 28), True), (dt.date(2026, 3, 1), True)):  # fmt: skip
        Holiday.objects.create(day=day, name="Mẫu", is_working=is_working)
    calendar = Calendar(dt.date(2026, 1, 1), dt.date(2026, 4, 1))
    card = StockCard.objects.first()
    for first, length in [(day, n) for day in range(0, 20, 3) for n in (-4, 0, 1, 2, 5, 9, 23)]:
        start = dt.datetime(2026, 2, 10, 23, 30, tzinfo=timezone.get_current_timezone()) + dt.timedelta(days=first)
        end = start + dt.timedelta(days=length)
        StockCard.objects.filter(pk=card.pk).update(arrived_at=start, posted_at=end, posted_by=worker)
        days = WorkingDays("arrived_at", "posted_at")
        (found,) = StockCard.objects.filter(pk=card.pk).values_list(days, flat=True)
        assert found == calendar.between(timezone.localdate(start), timezone.localdate(end)), (start, length)
