"""The page of a household: members, what is open, what was done, who lived there before; flat in queries."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from registry.models import Membership
from tests.factories import FindingFactory, MembershipFactory, ResidentFactory
from tests.registry.households.conftest import FEMALE, settle

MOST_QUERIES = 12


def page_of(client, home):
    return client.get(reverse("registry:household", args=[home.public_id]))


def test_the_page_shows_history_to_who_left_and_to_who_came(family, at):
    desk = at(family.household, "tach-ho")
    desk.go(family.an, family.cuc, family.bi)
    desk.typed |= {"new_head": str(family.an.public_id), "place": "same"}
    desk.agree()
    desk.write()
    old = page_of(desk.client, family.household)
    assert [one.title for one in old.context["done"]] == ["Tách hộ"]
    assert {row.resident.given_name for row in old.context["before"]} == {"An", "Cúc", "Bi"}
    home = Membership.objects.get(resident=family.an, to_on=None).household
    new = page_of(desk.client, home)
    assert [one.title for one in new.context["done"]] == ["Tách hộ"]
    assert "Nguyễn Mẫu An, hộ" in new.content.decode()
    assert [action["title"] for action in new.context["actions"]] == [
        "Đổi chủ hộ", "Tách hộ", "Nhập hộ", "Chuyển đi", "Đổi địa chỉ cả hộ",
    ]  # fmt: skip


def test_what_is_open_on_a_member_stands_on_the_page(family, client_of, officer):
    finding = FindingFactory(resident=family.lan)
    page = page_of(client_of(officer), family.household)
    assert reverse("registry:cleanup_case", args=[finding.public_id]) in page.content.decode()


def test_a_reader_sees_the_page_without_the_work(family, client_of, supervisor):
    page = page_of(client_of(supervisor), family.household)
    assert page.status_code == 200
    assert page.context["actions"] == []


def test_looking_is_written_down(family, client_of, officer):
    page_of(client_of(officer), family.household)
    assert AuditEvent.objects.filter(action="view", target_ref=str(family.household.public_id)).count() == 1


def test_a_closed_household_offers_nothing(family, client_of, officer):
    family.household.closed_on = dt.date(2026, 11, 1)
    family.household.save()
    assert page_of(client_of(officer), family.household).context["actions"] == []


@pytest.mark.parametrize("more", [0, 2, 9])
def test_the_pages_stay_flat_however_many_live_there(family, client_of, officer, django_assert_max_num_queries, more):
    Membership.objects.exclude(resident=family.hung).delete()
    for number in range(more):
        one = settle(family.household.commune, family.household, f"Nguyễn Mẫu Con{number}", sex=FEMALE, born=1990,
                     role="CON_DE")  # fmt: skip
        FindingFactory(resident=one)
        gone = ResidentFactory(commune=family.household.commune)
        MembershipFactory(household=family.household, resident=gone, to_on=dt.date(2020, 1, 1))
    client = client_of(officer)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert page_of(client, family.household).status_code == 200
    for kind in ("doi-chu-ho", "tach-ho", "nhap-ho", "chuyen-di", "doi-dia-chi-ho"):
        url = reverse("registry:household_change_new", args=[family.household.public_id, kind])
        url = client.get(url).url
        sent = {"buoc": "sua", "new_head": str(family.hung.public_id)}
        sent |= {f"out_{family.hung.public_id.hex}": "on"}
        with django_assert_max_num_queries(MOST_QUERIES):
            client.get(url)
        with django_assert_max_num_queries(MOST_QUERIES):
            client.post(url, sent)


@pytest.mark.parametrize("rule", ["L03", "E20", "S07", "D35"])
def test_the_case_of_a_household_without_its_head_leads_to_the_work_that_mends_it(family, client_of, officer, rule):
    finding = FindingFactory(resident=family.lan, rule=rule)
    case = client_of(officer).get(reverse("registry:cleanup_case", args=[finding.public_id]))
    url = reverse("registry:household_change_new", args=[family.household.public_id, "doi-chu-ho"])
    first = case.context["works"][0]
    assert (first["title"], first["url"], url in case.content.decode()) == ("Đổi chủ hộ", url, True)
    other = FindingFactory(resident=family.lan, rule="E06")
    case = client_of(officer).get(reverse("registry:cleanup_case", args=[other.public_id]))
    assert url not in case.content.decode()
