"""A number and its list are one query: for every figure, every role, every area."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Level, Unit
from cards.models import State
from registry.models import FindingState, PairState, ResidentState, RuleGroup, Severity
from supervision.figures import FIGURES, Area, counts, counts_by_unit, percent_clean
from tests.factories import (
    ApplicationFactory,
    FindingFactory,
    HouseholdFactory,
    IdentityNumberFactory,
    OfficerFactory,
    PairFactory,
    ResidentFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

CODES = list(FIGURES)
ROLES = ["chief", "supervisor", "ministry"]


@pytest.fixture
def elsewhere(db):
    """A commune of another province: the bait for the province supervisor."""
    return UnitFactory(
        code="09001", name="Xã Mẫu Xa", parent=UnitFactory(code="30", name="Tỉnh Xa", level=Level.PROVINCE)
    )


@pytest.fixture
def filled(commune, other_commune, elsewhere):
    for unit, size in ((commune, 1), (other_commune, 2), (elsewhere, 3)):
        for _ in range(size):
            fill(unit)
    pair_of(commune, other_commune)
    pair_of(other_commune, elsewhere)


def fill(unit) -> None:
    """One row that counts in every figure, and one beside it that must not."""
    person = ResidentFactory(commune=unit)
    ResidentFactory(commune=unit, state=ResidentState.MOVED)
    ResidentFactory(commune=unit, state=ResidentState.MERGED)
    HouseholdFactory(commune=unit)
    HouseholdFactory(commune=unit, closed_on=dt.date(2026, 1, 1))
    for rule, group in zip(("D01", "E06", "S01", "L01"), RuleGroup, strict=True):
        FindingFactory(resident=person, rule=rule, group=group, severity=Severity.ERROR)
        FindingFactory(resident=person, rule=f"{group}90", group=group, severity=Severity.REMIND)
        FindingFactory(resident=person, rule=f"{group}91", group=group, state=FindingState.CLOSED)
    officer = OfficerFactory(unit=unit)
    today = timezone.localdate()
    dates = {"promised_on": today - dt.timedelta(days=3)}
    for state, more in (
        (State.RECEIVED, {}),
        (State.PRINTING, dates),
        (State.ARRIVED, dates),
        (State.HANDED_OVER, dates),
    ):
        ApplicationFactory(resident=ResidentFactory(commune=unit), created_by=officer, state=state, **more)
    pair_of(unit, unit)
    pair_of(unit, unit, state=PairState.DIFFERENT)


def pair_of(left, right, **fields):
    return PairFactory(left=ResidentFactory(commune=left), right=ResidentFactory(commune=right), **fields)


EXPECTED_OF_ONE_FILL = {
    "nhan-khau": 9,
    "ho": 1,
    **{f"lam-sach-{letter}": 2 for letter in "desl"},
    **{f"chua-sach-{letter}": 1 for letter in "desl"},
    "chua-sach": 1,
    "ho-so-dang-giai-quyet": 3,
    "ho-so-qua-han": 1,
    "the-cho-tra": 1,
    "nghi-trung": 1,
}


def test_every_figure_counts_what_it_says(commune, other_commune, chief):
    fill(commune)
    fill(other_commune)
    assert counts(chief) == EXPECTED_OF_ONE_FILL


@pytest.mark.parametrize("who", ROLES)
def test_the_number_is_the_length_of_its_list(who, filled, request, client_of):
    officer = request.getfixturevalue(who)
    client = client_of(officer)
    found = counts(officer)
    assert list(found) == CODES
    for code in CODES:
        table = client.get(reverse("supervision:figure", args=[code])).context["table"]
        assert (code, len(table.data.data), len(FIGURES[code].rows(officer))) == (code, found[code], found[code])


def test_every_role_counts_its_own_area(filled, chief, supervisor, ministry):
    assert [counts(who)["ho"] for who in (chief, supervisor, ministry)] == [1, 3, 6]
    # Pairs of two communes count for both, once each for whoever sees both.
    assert [counts(who)["nghi-trung"] for who in (chief, supervisor, ministry)] == [2, 5, 8]


@pytest.mark.parametrize("who, by_province", [("supervisor", False), ("ministry", False), ("ministry", True)])
def test_the_table_by_unit_says_what_each_list_holds(who, by_province, filled, request):
    officer = request.getfixturevalue(who)
    by_unit = counts_by_unit(officer, by_province=by_province)
    units = [unit for unit in units_of(by_province).in_scope(officer) if unit.pk in by_unit]
    assert len(units) == (2 if who == "supervisor" or by_province else 3)
    for unit in units:
        area = Area(unit, is_province=by_province)
        assert dict(by_unit[unit.pk]) == {code: n for code, n in counts(officer, area).items() if n}


def units_of(by_province: bool):
    return Unit.objects.provinces() if by_province else Unit.objects.communes()


def test_a_province_supervisor_learns_nothing_about_the_province_next_door(filled, supervisor, elsewhere):
    assert elsewhere.pk not in {
        pk for pk, found in counts_by_unit(supervisor, by_province=False).items() if set(found) - {"nghi-trung"}
    }


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_those_without_residents_count_nothing(who, filled, request):
    assert set(counts(request.getfixturevalue(who)).values()) == {0}


def test_counting_everything_is_one_query(filled, ministry, django_assert_num_queries):
    with django_assert_num_queries(1):
        counts(ministry)
    with django_assert_num_queries(1):
        counts_by_unit(ministry, by_province=True)


@pytest.mark.parametrize(
    "unclean, residents, expected",
    [(0, 3, "100.00"), (1, 3, "66.66"), (1, 100_000, "99.99"), (3, 3, "0.00"), (0, 0, None)],
)
def test_percent_is_rounded_down_so_that_100_means_all(unclean, residents, expected):
    assert percent_clean(unclean, residents) == (Decimal(expected) if expected else None)


# --- The pages -------------------------------------------------------------------------------------------------------


def dashboard(query: str = "") -> str:
    return reverse("supervision:dashboard") + query


def names(response) -> list[str]:
    return [line.name for line in response.context["lines"]]


@pytest.mark.parametrize(
    "who, status",
    [
        ("officer", 403),
        ("chief", 200),
        ("supervisor", 200),
        ("ministry", 200),
        ("auditor", 403),
        ("administrator", 403),
    ],
)
def test_who_may_see_figures(who, status, filled, request, client_of):
    client = client_of(request.getfixturevalue(who))
    assert client.get(dashboard()).status_code == status
    assert client.get(reverse("supervision:figure", args=["ho"])).status_code == status


def test_the_chief_sees_one_commune_and_the_supervisors_the_units_below(filled, chief, supervisor, ministry, client_of):
    assert names(client_of(chief).get(dashboard())) == []
    assert names(client_of(supervisor).get(dashboard())) == ["Xã Mẫu Hạ", "Xã Mẫu Sơn"]
    provinces = names(client_of(ministry).get(dashboard()))
    assert {"Tỉnh Mẫu", "Tỉnh Xa"} <= set(provinces)
    assert names(client_of(ministry).get(dashboard("?tinh=30"))) == ["Xã Mẫu Xa"]


def test_the_address_narrows_numbers_and_lists_alike(filled, supervisor, client_of):
    client = client_of(supervisor)
    response = client.get(dashboard("?xa=06002"))
    tiles = {figure.code: cell for figure, cell, _ in response.context["tiles"]}
    assert tiles["ho"].value == 2
    assert tiles["ho"].url == "/so-lieu/ho/?xa=06002"
    assert len(client.get(tiles["ho"].url).context["table"].data.data) == 2


@pytest.mark.parametrize(
    "who, query",
    [
        ("supervisor", "?xa=09001"),
        ("chief", "?xa=06002"),
        ("supervisor", "?tinh=30"),
        ("ministry", "?xa=99999"),
        ("ministry", "?xa=%00"),
        ("ministry", "?tinh=khong"),
    ],
)
def test_an_area_elsewhere_is_not_found(who, query, filled, request, client_of):
    client = client_of(request.getfixturevalue(who))
    assert client.get(dashboard(query)).status_code == 404
    assert client.get(reverse("supervision:figure", args=["ho"]) + query).status_code == 404


def test_an_unknown_figure_is_not_found(chief, client_of):
    assert client_of(chief).get(reverse("supervision:figure", args=["khong-co"])).status_code == 404


def test_opening_a_list_is_audited(filled, chief, client_of):
    client_of(chief).get(reverse("supervision:figure", args=["ho-so-qua-han"]))
    event = AuditEvent.objects.get(action="view")
    assert event.sentence == "Xem danh sách: Hồ sơ quá hạn, Xã Mẫu Sơn (1 hồ sơ), trang 1"


def test_supervisors_read_masked_numbers(commune, chief, supervisor, client_of):
    IdentityNumberFactory(resident=ResidentFactory(commune=commune), number="001190000777")
    url = reverse("supervision:figure", args=["nhan-khau"])
    assert "001190000777" in client_of(chief).get(url).content.decode()
    page = client_of(supervisor).get(url).content.decode()
    assert "001190000777" not in page
    assert "001 ••• 777" in page


def test_percentages_have_two_decimals_the_vietnamese_way(commune, chief, client_of):
    people = [ResidentFactory(commune=commune) for _ in range(3)]
    FindingFactory(resident=people[0], rule="E06", group=RuleGroup.COMPLETE, severity=Severity.BLOCK)
    html = client_of(chief).get(dashboard()).content.decode()
    assert html.count("66,66 %") == 2  # Đủ, and all four groups together
    assert html.count("100,00 %") == 3


@pytest.mark.parametrize("who", ROLES)
def test_no_page_asks_more_as_rows_grow(who, commune, request, client_of, django_assert_max_num_queries):
    client = client_of(request.getfixturevalue(who))
    urls = [dashboard(), *(reverse("supervision:figure", args=[code]) for code in CODES)]

    def queries() -> list[int]:
        numbers = []
        for url in urls:
            with django_assert_max_num_queries(12) as seen:
                assert client.get(url).status_code == 200
            numbers.append(len(seen))
        return numbers

    fill(commune)
    few = queries()
    fill(commune)
    fill(commune)
    assert queries() == few
