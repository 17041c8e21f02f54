"""Paging by key: every row once, forward and backward, whatever happens to the list meanwhile; no page is slow."""

import datetime as dt
import re

import django_tables2 as tables
import pytest
from django.db import connection
from django.urls import reverse

from accounts.lists import FIRST, LAST, PER_PAGE, beyond, order_of, page_of, read_cursor
from accounts.models import AuditEvent
from registry.models import Resident
from tests.factories import ResidentFactory

NAMES = ["Trần Văn An", "Lê Thị Ánh", "Đỗ Văn An", "Phạm Thị Bình", "Nguyễn Văn Đức", "Vũ Thị Dung", "Hồ Văn Ân"]


class PeopleTable(tables.Table):
    full_name = tables.Column(order_by="sort_key")
    birth = tables.Column(accessor="birth_date", order_by="birth_latest_on")
    sex = tables.Column()
    commune = tables.Column(accessor="commune__name", order_by=("commune__sort_key", "birth_year"))

    class Meta:
        order_by = "full_name"


@pytest.fixture
def people(commune, other_commune):
    """Twenty-one people of seven names; every third without a birth date, two of them in the other commune."""
    return [
        ResidentFactory(
            commune=other_commune if n in (4, 5) else commune,
            full_name=NAMES[n % len(NAMES)],
            birth_year=None if n % 3 == 0 else 1950 + n % 4,
            birth_month=None,
            birth_day=None,
            sex=1 + n % 2,
        )
        for n in range(21)
    ]


def page(order="full_name", asked="", per_page=4, **how):
    return page_of(PeopleTable(Resident.objects.all(), order_by=order), asked, per_page=per_page, **how)


def ids(shown):
    return [row.pk for row in shown.object_list.data]


def expected(order):
    return list(PeopleTable(Resident.objects.all(), order_by=order).data.data.values_list("pk", flat=True))


@pytest.mark.parametrize("order", ["full_name", "-full_name", "birth", "-birth", "sex", "-sex", "commune", "-commune"])
def test_walking_forward_and_back_meets_every_row_once(people, order):
    shown, forward = page(order), []
    while True:
        forward.append(ids(shown))
        if not shown.next:
            break
        shown = page(order, shown.next)
    met = [pk for one in forward for pk in one]
    keys = [path for path, _ in order_of(PeopleTable(Resident.objects.all(), order_by=order).data.data)][:-1]
    value = dict(zip(Resident.objects.values_list("pk", flat=True), Resident.objects.values_list(*keys), strict=True))
    assert sorted(met) == sorted(person.pk for person in people)
    assert [value[pk] for pk in met] == [value[pk] for pk in expected(order)]
    backward = [ids(shown)]
    while shown.previous:
        shown = page(order, shown.previous)
        backward.insert(0, ids(shown))
    assert backward == forward


def test_people_without_the_value_stand_last_and_first_when_turned_round(people):
    unknown = {person.pk for person in people if person.birth_year is None}
    assert set(ids(page("birth", LAST, per_page=7))) == unknown
    assert set(ids(page("-birth", per_page=7))) == unknown


def test_a_walk_from_the_end_meets_every_row_once(people):
    shown, met = page(asked=LAST), []
    while True:
        met = ids(shown) + met
        if not shown.previous:
            break
        shown = page(asked=shown.previous)
    # What would be a short first page is shown whole, so its rows may be met a second time, and none is left out.
    assert sorted(set(met)) == sorted(person.pk for person in people)
    assert ids(shown) == ids(page())


def test_rows_that_come_between_are_shown_in_their_place_and_nobody_twice(commune, people):
    first = page()
    before, behind = (ResidentFactory(commune=commune, full_name=name) for name in ("Bùi Văn A", "Bùi Văn Yên"))
    shown, met = first, ids(first)
    while shown.next:
        shown = page(asked=shown.next)
        met += ids(shown)
    assert sorted(met) == sorted([*(person.pk for person in people), behind.pk])
    while shown.previous:
        shown = page(asked=shown.previous)
    assert before.pk in ids(shown)


def test_a_page_is_found_when_the_row_it_began_behind_is_gone(people):
    first = page()
    second = page(asked=first.next)
    Resident.objects.filter(pk__in=ids(first)).delete()
    assert ids(page(asked=first.next)) == ids(second)
    assert ids(page(asked=second.previous)) == ids(second)


def test_behind_the_last_row_the_last_page_is_shown(people):
    shown = page(per_page=20)
    Resident.objects.exclude(pk__in=ids(shown)).delete()
    assert ids(page(asked=shown.next, per_page=20)) == ids(shown)


@pytest.mark.parametrize("asked", ["2", "x", "gAAAAA", "cuoi2", "\x00", "é", "A" * 5000])
def test_what_is_no_cursor_shows_the_first_page(people, asked):
    assert ids(page(asked=asked)) == ids(page())


def test_a_cursor_of_another_order_shows_the_first_page(people):
    assert ids(page("birth", page("full_name").next)) == ids(page("birth"))


def test_a_cursor_tells_neither_name_nor_id(people):
    import base64

    opened = base64.urlsafe_b64decode(page().next)
    assert not any(person.sort_key.encode() in opened for person in people)
    assert read_cursor(page().next[:-4] + "AAA=", order_of(Resident.objects.all())) == FIRST


def test_the_place_is_told_as_far_as_it_is_known(people, monkeypatch):
    assert (page().place, page().total) == ("1/6", "21")
    assert page(asked=page().next).place == "2/6"
    assert page(asked=LAST).place == "6/6"
    monkeypatch.setattr("accounts.lists.COUNTED", 10)
    assert (page().place, page().total) == ("1", "hơn 10")
    assert page(asked=page().next).place == "2"
    last = page(asked=LAST)
    assert (last.place, page(asked=last.previous).place) == ("cuối", "cuối − 1")
    assert page(count_all=True).total == "21"


def test_a_page_of_nobody_leads_nowhere(db):
    shown = page()
    assert (ids(shown), shown.previous, shown.next, shown.total) == ([], "", "", "0")


# --- In the browser -------------------------------------------------------------------------------------------------


@pytest.fixture
def hundred(commune):
    return Resident.objects.bulk_create(
        Resident(commune=commune, full_name=f"Nguyễn Văn {chr(65 + n % 26)}{chr(97 + n % 7)}", birth_year=1990).derive()
        for n in range(2 * PER_PAGE + 20)
    )


def test_the_pager_leads_through_the_list(client_of, officer, hundred):
    client, address = client_of(officer), reverse("registry:residents")
    first = client.get(address)
    assert "Trang trước" not in first.content.decode()
    links = re.findall(r'href="([^"]*)" rel="(\w+)"', first.content.decode())
    assert [rel for _, rel in links] == ["next", "last"]
    second = client.get(address + links[0][0])
    assert [rel for _, rel in re.findall(r'href="([^"]*)" rel="(\w+)"', second.content.decode())] == [
        "first", "prev", "next", "last",
    ]  # fmt: skip
    last = client.get(address + links[1][0])
    assert last.context["table"].page.next == ""
    assert "Trang 3/3" in last.content.decode()


def test_the_trail_names_the_list_and_the_page(client_of, officer, hundred):
    client, address = client_of(officer), reverse("registry:residents")
    cursor = client.get(address).context["table"].page.next
    client.get(address, {"page": cursor, "age": "18-59"})
    event = AuditEvent.objects.filter(action="view").latest("pk")
    assert event.sentence == "Xem danh sách cư dân, trang 2/3, 120 dòng"
    assert event.data == {"query": "age=18-59"}


def test_a_page_takes_as_many_queries_with_one_row_as_with_many(
    client_of, officer, commune, django_assert_max_num_queries
):
    client = client_of(officer)
    ResidentFactory(commune=commune)
    for name in ("registry:residents", "registry:households"):
        with django_assert_max_num_queries(10):
            client.get(reverse(name))
    ResidentFactory.create_batch(3, commune=commune)
    for name in ("registry:residents", "registry:households"):
        with django_assert_max_num_queries(10):
            client.get(reverse(name), {"q": "nguyen"})


# --- At speed -------------------------------------------------------------------------------------------------------


@pytest.fixture
def crowd(commune, other_commune):
    """Six thousand people in two communes, and fresh statistics."""
    born = dt.date(1930, 1, 1)
    rows = []
    for n in range(6_000):
        day = born + dt.timedelta(days=5 * n)
        person = Resident(
            commune=commune if n % 3 else other_commune, full_name=f"{NAMES[n % 7]} {chr(97 + n % 23)}",
            birth_year=day.year, birth_month=day.month, birth_day=day.day,
            state="deceased" if n % 50 == 0 else "living",
        )  # fmt: skip
        rows.append(person.derive())
    Resident.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE registry_resident")


def plan_of(rows, cursor_text, order):
    """Nodes of the plan of a page, and how many rows its scans read."""
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as captured:
        beyond(rows, order, read_cursor(cursor_text, order), PER_PAGE + 1)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + captured.captured_queries[0]["sql"])
        [top] = cursor.fetchone()[0]
    nodes, waiting = [], [top["Plan"]]
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        waiting += node.get("Plans", [])
    read = sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in nodes if "Scan" in node["Node Type"]
    )  # fmt: skip
    return {node["Node Type"] for node in nodes}, read


def test_a_page_deep_in_the_list_reads_its_own_rows_only(crowd, officer, subtests):
    for order in ("full_name", "-full_name", "birth", "-birth"):
        with subtests.test(order):
            rows = PeopleTable(Resident.objects.in_scope(officer).current(), order_by=order).data.data
            shown = page_of(PeopleTable(rows, order_by=order), "", per_page=PER_PAGE)
            for _ in range(25):
                shown = page_of(PeopleTable(rows, order_by=order), shown.next, per_page=PER_PAGE)
            kinds, read = plan_of(rows, shown.next, order_of(rows))
            assert not {kind for kind in kinds if "Sort" in kind or kind == "Seq Scan"}
            assert read <= 4 * PER_PAGE
    with subtests.test("the few who live here no more are not looked for among all"):
        gone = Resident.objects.in_scope(officer).filter(state="deceased").order_by("sort_key", "pk")
        kinds, read = plan_of(gone, "", order_of(gone))
        assert read <= 2 * PER_PAGE
