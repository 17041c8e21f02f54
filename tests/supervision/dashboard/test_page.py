"""The pages of figures, from the country down to a hamlet: who sees what, and where every number leads."""

import datetime as dt

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.models import Level, Officer, Unit
from accounts.periods import Period, previous, week_of
from cards.models import State
from registry.models import Hamlet, RuleGroup
from supervision.dashboard.asked import asked
from supervision.dashboard.commune import HAMLET_CODES, OFFICER_CODES
from supervision.figures import FIGURES
from tests.factories import (
    AlertFactory,
    ApplicationFactory,
    FigureDayFactory,
    FindingFactory,
    HouseholdFactory,
    MembershipFactory,
    OfficerFactory,
    ResidentFactory,
    TargetFactory,
    UnitFactory,
)
from tests.supervision.world import fill

pytestmark = pytest.mark.django_db

HOME = "/so-lieu/"
BELOW = "/so-lieu/theo-thon-can-bo/"
MINE = "/so-lieu/viec-cua-toi/"
FRAGMENT = {"HX-Request": "true"}
SINCE = dt.date(2026, 1, 5)


def this_week() -> Period:
    return week_of(timezone.localdate(), starts=4)


def kept(unit: Unit | None, day: dt.date, *, done: int, people: int = 1000, **more: int) -> None:
    """A day of a unit: `done` of a hundred were put right. `taken`: files taken in since ever."""
    named = {name.replace("_", "-"): number for name, number in more.items()}
    values = {"nhan-khau": people, "phai-lam-sach": 100, "da-lam-sach": done} | named
    FigureDayFactory(unit=unit, day=day, values=values, taken_at=timezone.now())


@pytest.fixture
def third(province) -> Unit:
    return UnitFactory(code="06003", name="Xã Mẫu Thượng", parent=province)


@pytest.fixture
def busy(commune) -> Officer:
    """The own commune, in which every figure counts something; answers who did it and looks after its Thôn 2."""
    return fill(commune)


@pytest.fixture
def compared(province, commune, other_commune, third, elsewhere) -> None:
    """Three communes this week and the week before, their province, and a stranger's commune as bait."""
    today, before = timezone.localdate(), this_week().first - dt.timedelta(days=1)
    for unit, then, now in ((commune, 60, 70), (other_commune, 95, 90), (third, 80, 80), (elsewhere, 1, 2)):
        kept(unit, before, done=then, thu_nhan=10)
        kept(unit, today, done=now, thu_nhan=15)
    kept(province, before, done=78, people=3000, thu_nhan=30)
    kept(province, today, done=80, people=3000, thu_nhan=45)


def opened(client, address: str = HOME):
    response = client.get(address)
    assert response.status_code == 200
    return response


def names(response) -> list[str]:
    return [line.name for line in response.context["compared"].lines]


# --- a province, the country ------------------------------------------------------------------------------------------


def test_the_commune_furthest_behind_stands_first_with_how_much_and_since_when(
    compared, province, commune, supervisor, client_of
):
    TargetFactory(unit=province, code="ty-le-lam-sach", value=8500, valid_from=SINCE, set_by=supervisor)
    AlertFactory(unit=commune, code="ty-le-lam-sach", value=7000, against=8500, since=SINCE, kind="below_target")
    response = opened(client_of(supervisor))
    lines = response.context["compared"].lines
    assert [(line.name, line.rank, line.cell.text, line.gap) for line in lines] == [
        ("Xã Mẫu Sơn", 3, "70,00 %", "thiếu 15,00 điểm"),
        ("Xã Mẫu Thượng", 2, "80,00 %", "thiếu 5,00 điểm"),
        ("Xã Mẫu Hạ", 1, "90,00 %", ""),
    ]
    assert [line.change.text for line in lines] == ["▲ 10,00 điểm", "không đổi", "▼ 5,00 điểm"]
    assert [line.since for line in lines] == [SINCE, None, None]
    first, second = response.context["behind"]
    assert (first.title, first.gap, first.since) == ("Xã Mẫu Sơn", "thiếu 15,00 điểm", SINCE)
    assert (second.title, second.gap) == ("Xã Mẫu Thượng", "thiếu 5,00 điểm")
    assert first.ask_url == f"{reverse('supervision:request_new')}?chi-so=ty-le-lam-sach&xa=06001"


def test_without_targets_those_on_the_far_side_of_the_middle_are_named(compared, supervisor, client_of):
    (only,) = opened(client_of(supervisor)).context["behind"]
    assert (only.title, only.gap, only.why) == ("Xã Mẫu Sơn", "thiếu 10,00 điểm", "mức giữa 80,00 %")
    assert opened(client_of(supervisor), f"{HOME}?chi-so=nhan-khau").context["behind"] == []


def test_alerts_of_today_do_not_stand_beside_a_period_gone_by(compared, commune, supervisor, client_of):
    AlertFactory(unit=commune, code="ho-so-qua-han", value=100, against=0)
    past = previous("week", this_week())
    shown = opened(client_of(supervisor)).context["behind"]
    assert [one.about for one in shown] == [FIGURES["ty-le-lam-sach"].name, FIGURES["ho-so-qua-han"].name]
    shown = opened(client_of(supervisor), f"{HOME}?ngay={past.last:%d/%m/%Y}").context["behind"]
    assert {one.about for one in shown} == {FIGURES["ty-le-lam-sach"].name}


@pytest.mark.parametrize(
    "order, expected",
    [
        ("tot", ["Xã Mẫu Hạ", "Xã Mẫu Thượng", "Xã Mẫu Sơn"]),
        ("ten", ["Xã Mẫu Hạ", "Xã Mẫu Sơn", "Xã Mẫu Thượng"]),
        ("doi", ["Xã Mẫu Hạ", "Xã Mẫu Thượng", "Xã Mẫu Sơn"]),
    ],
)
def test_the_address_says_the_order(order, expected, compared, supervisor, client_of):
    assert names(opened(client_of(supervisor), f"{HOME}?xep={order}")) == expected


def test_another_figure_may_be_compared_and_what_happened_is_of_the_period(compared, supervisor, client_of):
    response = opened(client_of(supervisor), f"{HOME}?chi-so=thu-nhan")
    assert {line.cell.text for line in response.context["compared"].lines} == {"5"}
    assert [tile.text for tile in response.context["tiles"] if tile.figure.code == "thu-nhan"] == ["15"]
    # The week runs still: nothing is held against the whole week before.
    assert {line.change.text for line in response.context["compared"].lines} == {""}


def test_a_province_supervisor_sees_nothing_of_the_province_next_door(compared, supervisor, client_of):
    page = opened(client_of(supervisor)).content.decode()
    assert "Xã Mẫu Hạ" in page
    assert "Xã Mẫu Xa" not in page


def test_the_ministry_compares_provinces_and_opens_one(compared, ministry, client_of):
    client = client_of(ministry)
    response = opened(client)
    assert names(response) == ["Tỉnh Mẫu"]
    url = response.context["compared"].lines[0].url
    assert url == "/so-lieu/?tinh=20"
    assert names(opened(client, url)) == ["Xã Mẫu Sơn", "Xã Mẫu Thượng", "Xã Mẫu Hạ"]


def test_a_unit_of_which_nothing_is_known_is_named_and_not_ranked(compared, province, supervisor, client_of):
    UnitFactory(code="06009", name="Xã Mẫu Mới", parent=province)
    response = opened(client_of(supervisor))
    assert "Xã Mẫu Mới" not in names(response)
    assert [unit.name for unit in response.context["compared"].silent] == ["Xã Mẫu Mới"]


def test_where_nothing_was_kept_yet_it_is_counted_live(busy, other_commune, elsewhere, supervisor, client_of):
    for unit in (other_commune, elsewhere):
        ResidentFactory(commune=unit)
    response = opened(client_of(supervisor))
    lines = {line.name: line for line in response.context["compared"].lines}
    assert set(lines) == {"Xã Mẫu Sơn", "Xã Mẫu Hạ"}
    cell = next(one for one in lines["Xã Mẫu Sơn"].others if one.figure.code == "ho-so-qua-han")
    assert cell.text == str(count_of(client_of(supervisor), cell.url)) != "0"


# --- the map ----------------------------------------------------------------------------------------------------------


def test_the_map_links_every_commune_and_says_its_class_in_a_number(
    compared, commune, other_commune, third, supervisor, client_of
):
    for unit, spot in ((commune, (21.8, 106.9)), (other_commune, (21.9, 106.7)), (third, (21.7, 106.5))):
        Unit.objects.filter(pk=unit.pk).update(latitude=spot[0], longitude=spot[1])
    response = opened(client_of(supervisor))
    marks = {mark.name: mark for mark in response.context["map"].marks}
    assert {name: mark.grade for name, mark in marks.items()} == {"Xã Mẫu Hạ": 1, "Xã Mẫu Thượng": 2, "Xã Mẫu Sơn": 4}
    assert marks["Xã Mẫu Sơn"].url == "/so-lieu/?xa=06001"
    assert marks["Xã Mẫu Hạ"].y < marks["Xã Mẫu Sơn"].y < marks["Xã Mẫu Thượng"].y  # north is above
    assert "Xã Mẫu Sơn: 70,00 %, hạng 3" in response.content.decode()


def test_the_country_shows_both_archipelagos(compared, ministry, client_of):
    for number, unit in enumerate(Unit.objects.filter(level=Level.PROVINCE)):
        Unit.objects.filter(pk=unit.pk).update(latitude=21.0 - number, longitude=106.0)
    page = opened(client_of(ministry)).content.decode()
    assert "Quần đảo Hoàng Sa (thuộc Đà Nẵng)" in page
    assert "Quần đảo Trường Sa (thuộc Khánh Hòa)" in page


# --- a commune --------------------------------------------------------------------------------------------------------


def count_of(client, url: str) -> int:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.context["table"].page.count


def rows_behind(officer: Officer, code: str, url: str) -> int:
    """What the list would hold: the address read as the list's view reads it."""
    request = RequestFactory().get(url)
    request.user = officer
    assert url.startswith(f"/so-lieu/{code}/")
    return FIGURES[code].rows(asked(request).ask).count()


def pieces_of(told) -> set[tuple[str, str, str]]:
    return {(figure.code, text, url) for figure, text, url in told if figure.kind in ("standing", "happened")}


def cells_of(rows) -> list:
    return [(cell.figure, cell.text, cell.url) for row in rows for cell in row.cells]


def test_every_number_of_the_chiefs_page_is_the_length_of_its_list(busy, chief, client_of):
    context = opened(client_of(chief)).context
    told = [(tile.figure, tile.text, tile.url) for tile in context["tiles"]]
    told += [*context["size"], *cells_of(context["groups"])]
    below = opened(client_of(chief), BELOW).context["below"]
    told += cells_of([*below.hamlets, *below.officers])
    pieces = pieces_of(told)
    assert len(pieces) > 60
    assert [one for one in pieces if one[1] != str(rows_behind(chief, one[0], one[2]))] == []
    assert sum(text != "0" for _, text, _ in pieces) > 30


def test_every_number_of_an_officers_own_work_is_the_length_of_its_list(busy, client_of):
    row = opened(client_of(busy), MINE).context["mine"]
    pieces = pieces_of(cells_of([row]))
    assert len(pieces) == 7
    assert [one for one in pieces if one[1] != str(rows_behind(busy, one[0], one[2]))] == []
    assert sum(text != "0" for _, text, _ in pieces) > 3


def test_the_chief_sees_all_officers_and_an_officer_the_own_work_first(busy, chief, officer, client_of):
    below = opened(client_of(chief), BELOW).context["below"]
    assert {str(busy), str(officer), str(chief), "Chưa phân công"} == {row.name for row in below.officers}
    page = opened(client_of(busy)).content.decode()
    assert "Việc của tôi" in page
    assert page.index("Việc của tôi") < page.index("dash-tiles") < page.index("Theo thôn, tổ dân phố")
    response = opened(client_of(busy), MINE)
    mine = response.context["mine"]
    assert (mine.name, mine.note, mine.is_me) == (str(busy), "Thôn 2", True)
    response = opened(client_of(busy), BELOW)
    assert response.context["below"].officers == []
    for shown in (page, response.content.decode()):
        assert str(chief) not in shown
        assert "Theo cán bộ" not in shown


def test_an_officer_counted_alone_has_the_numbers_of_the_chiefs_table(busy, chief, client_of):
    """The week and the year: what happened is of the period."""
    for query in ("", "?ky=nam"):
        officers = opened(client_of(chief), BELOW + query).context["below"].officers
        row = next(one for one in officers if one.name == str(busy))
        mine = opened(client_of(busy), MINE + query).context["mine"]
        assert [(cell.figure.code, cell.text) for cell in mine.cells] == [
            (cell.figure.code, cell.text) for cell in row.cells
        ]
        assert (mine.note, mine.bar, mine.url) == (row.note, row.bar, row.url)


# --- what is counted when the page stands there -----------------------------------------------------------------------


def test_the_page_keeps_the_rows_and_asks_for_their_numbers(busy, chief, client_of):
    """With what was asked of the page, and with a link for those without scripts."""
    asked_for = "?ky=thang&chi-so=ty-le-sach"
    response = opened(client_of(chief), HOME + asked_for)
    page, counted = response.content.decode(), opened(client_of(chief), BELOW).context["below"]
    address = f"{BELOW}{asked_for}".replace("&", "&amp;")
    assert f'hx-get="{address}" hx-trigger="load"' in page
    assert f'<a href="{address}">' in page
    to_come = response.context["below"]
    assert [one.name for one in to_come.hamlets] == [one.name for one in counted.hamlets if "thon=ngoai" not in one.url]
    assert {one.name for one in counted.officers} - {one.name for one in to_come.officers} == {"Chưa phân công"}
    assert [one.cells for one in (*to_come.hamlets, *to_come.officers) if one.cells] == []
    awaited = len(to_come.hamlets) * len(HAMLET_CODES) + len(to_come.officers) * len(OFFICER_CODES)
    assert page.count('<span class="soft">…</span>') == awaited
    assert page.count('aria-busy="true"') == 2
    assert MINE not in page  # only an officer's


@pytest.mark.parametrize(
    "who, asked_for, address",
    [("chief", HOME, BELOW), ("busy", HOME, BELOW), ("busy", HOME, MINE), ("supervisor", f"{HOME}?xa=06001", BELOW),
     ("ministry", f"{HOME}?xa=06001&ky=nam", BELOW)],
)  # fmt: skip
def test_a_fragment_is_a_page_of_its_own_without_scripts(who, asked_for, address, busy, request, client_of):
    client = client_of(request.getfixturevalue(who))
    address = asked_for.replace(HOME, address)
    assert opened(client, asked_for).context["mine_url" if MINE in address else "below_url"] == address
    fragment = client.get(address, headers=FRAGMENT).content.decode()
    page = opened(client, address).content.decode()
    assert "<html" in page and "<html" not in fragment
    assert f'href="{asked_for}"'.replace("&", "&amp;") in page  # the way back
    assert " ".join(fragment.split()) in " ".join(page.split())
    for word in ("…", "aria-busy", "hx-get"):
        assert word not in fragment


@pytest.mark.parametrize(
    "query",
    ["?ngay=01/06/2026", "?ngay=32/13", "?ky=ngay", "?thon=ngoai-danh-sach", "?can_bo=chua-phan-cong", "?xa=06002"],
)
def test_what_the_page_does_not_ask_for_is_not_found(query, officer, client_of):
    """A period gone by, a day that is none, a part of a commune, somebody else's commune."""
    for address in (BELOW, MINE):
        assert client_of(officer).get(address + query).status_code == 404


def test_above_a_commune_nothing_is_told_by_hamlet(busy, supervisor, ministry, client_of):
    assert client_of(supervisor).get(BELOW).status_code == 404
    assert client_of(ministry).get(f"{BELOW}?tinh=20").status_code == 404
    page = opened(client_of(supervisor)).content.decode()
    assert BELOW not in page
    assert "đang đếm" not in page


def test_a_hamlet_has_a_page_of_its_own_and_a_way_back(busy, commune, supervisor, chief, client_of):
    client = client_of(chief)
    for code, value in (("ho-so-qua-han", 0), ("ty-le-lam-sach", 9000)):
        TargetFactory(unit=commune, code=code, value=value, valid_from=SINCE, set_by=supervisor)
    row = next(one for one in opened(client, BELOW).context["below"].hamlets if one.name == "Thôn 2")
    response = opened(client, row.url)
    assert response.context["place"] == "Thôn 2, Xã Mẫu Sơn"
    figure, text, url = response.context["size"][0]
    assert text == str(count_of(client, url)) == next(one.text for one in row.cells if one.figure == figure)
    assert response.context["up_url"] == HOME
    asked_for = {tile.figure.code for tile in response.context["tiles"] if tile.target}
    assert asked_for == {"ty-le-lam-sach"}  # so many late files are allowed to the commune, not to each hamlet


def test_a_supervisor_opens_a_commune_its_hamlet_and_the_list(busy, supervisor, client_of):
    client = client_of(supervisor)
    response = opened(client, "/so-lieu/?xa=06001")
    assert response.context["up_url"] == HOME
    below = opened(client, response.context["below_url"]).context["below"]
    assert [row.name for row in below.officers] == [str(busy), "Chưa phân công"]
    cell = next(one for one in below.hamlets[0].cells if not one.is_nothing)
    assert str(count_of(client, cell.url)) == cell.text
    assert "xa=06001" in cell.url


def test_work_that_is_late_is_named_first(busy, chief, client_of):
    first = opened(client_of(chief)).context["behind"][0]
    assert (first.title, first.pill) == ("Hồ sơ quá hạn", "Quá hạn")
    assert first.ask_url == ""  # a chief asks nobody


def test_an_alert_is_told_with_the_number_of_now(busy, commune, chief, client_of):
    """Of a figure that the page shows nowhere else."""
    AlertFactory(unit=commune, code="phuc-tra-moi", value=1, against=100_00, since=SINCE)
    told = {one.title: one for one in opened(client_of(chief)).context["behind"]}
    row = told[FIGURES["phuc-tra-moi"].title]
    number = rows_behind(chief, "phuc-tra-moi", row.list_url)
    assert number > 1
    assert (row.text, row.gap, row.since) == (f"{number} người", f"thiếu {100 - number}", SINCE)


# --- periods ----------------------------------------------------------------------------------------------------------


def test_a_week_gone_by_shows_what_was_kept_and_opens_only_lists_that_can_be_shown(busy, commune, chief, client_of):
    last = previous("week", this_week())
    kept(commune, last.first - dt.timedelta(days=1), done=40)
    kept(commune, last.last, done=55, ho_so_qua_han=77)
    response = opened(client_of(chief), f"{HOME}?ngay={last.first:%d/%m/%Y}")
    tiles = {tile.figure.code: tile for tile in response.context["tiles"]}
    assert (tiles["ty-le-lam-sach"].text, tiles["ty-le-lam-sach"].change.text) == ("55,00 %", "▲ 15,00 điểm")
    assert (tiles["ho-so-qua-han"].text, tiles["ho-so-qua-han"].url) == ("77", "")
    assert tiles["thu-nhan"].url.endswith(f"?ngay={last.last:%d/%m/%Y}")
    assert tiles["thu-nhan"].text == str(count_of(client_of(chief), tiles["thu-nhan"].url))
    assert response.context["periods"]["after_url"] == HOME


def test_a_week_of_which_nobody_kept_anything_says_so(commune, chief, client_of):
    page = opened(client_of(chief), f"{HOME}?ngay=01/06/2026").content.decode()
    assert "kỳ này không có số liệu được ghi" in page


@pytest.mark.parametrize(
    "typed, words",
    [
        ("32/13", "Ghi ngày theo kiểu 15/11/2026."),
        ("01/01/2100", "Ngày này chưa đến"),
        ("1/1/2020", "Số liệu của các xã"),
    ],
)
def test_a_day_that_is_none_is_said_beside_the_field_and_the_text_stays(typed, words, chief, client_of):
    response = client_of(chief).get(f"{HOME}?ngay={typed}")
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert f'value="{typed}"' in page


@pytest.mark.parametrize("query", ["?ky=ngay", "?chi-so=khong-co", "?xep=ngang"])
def test_an_address_that_asks_for_what_is_not_there_is_not_found(query, chief, client_of):
    assert client_of(chief).get(HOME + query).status_code == 404


def test_links_keep_what_was_asked_for(compared, supervisor, client_of):
    response = opened(client_of(supervisor), f"{HOME}?ky=thang&chi-so=ho-so-qua-han&xep=ten")
    assert response.context["compared"].lines[0].url == "/so-lieu/?xa=06002&ky=thang&chi-so=ho-so-qua-han&xep=ten"


# --- cost, and nobody's name ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who, address",
    [("officer", HOME), ("chief", HOME), ("supervisor", HOME), ("supervisor", f"{HOME}?xa=06001"), ("ministry", HOME),
     ("ministry", f"{HOME}?tinh=20"), ("ministry", f"{HOME}?xa=06001"), ("officer", BELOW), ("officer", MINE),
     ("chief", BELOW), ("supervisor", f"{BELOW}?xa=06001")],
)  # fmt: skip
def test_at_most_twelve_queries_however_many_rows(
    who, address, compared, commune, request, client_of, django_assert_max_num_queries
):
    client = client_of(request.getfixturevalue(who))

    def queries() -> int:
        with django_assert_max_num_queries(12) as seen:
            opened(client, address)
        return len(seen)

    hamlet_of(commune, "Thôn 1")
    few = queries()
    hamlet_of(commune, "Thôn 5")
    hamlet_of(commune, "Thôn 6")
    assert queries() == few


def hamlet_of(commune: Unit, name: str) -> None:
    """With an officer, somebody who lives there, what is wrong with them, and a late file."""
    officer = OfficerFactory(unit=commune)
    Hamlet.objects.create(commune=commune, name=name, officer=officer)
    one = ResidentFactory(commune=commune)
    MembershipFactory(household=HouseholdFactory(commune=commune, hamlet=name), resident=one)
    FindingFactory(resident=one, rule="E06", group=RuleGroup.COMPLETE)
    late = timezone.localdate() - dt.timedelta(days=3)
    ApplicationFactory(resident=one, created_by=officer, assigned_to=officer, state=State.PRINTING, promised_on=late)
    AlertFactory(unit=commune, code="ty-le-sach" if name == "Thôn 1" else f"chua-sach-{'de'[name == 'Thôn 5']}")


def test_no_page_names_a_resident(busy, commune, chief, supervisor, client_of):
    name = commune.residents.first().full_name
    assert name
    places = (HOME, f"{HOME}?xa=06001", f"{BELOW}?xa=06001")
    for who, address in ((chief, HOME), (chief, BELOW), (busy, MINE), *((supervisor, one) for one in places)):
        assert name not in opened(client_of(who), address).content.decode()
