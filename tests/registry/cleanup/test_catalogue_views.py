"""Danh mục quy tắc: every rule on one page and each on its own, with what is in force and what is open."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Setting
from accounts.thresholds import THRESHOLDS
from registry.cleanup.catalogue_views import in_force
from registry.cleanup.conditions import CONDITIONS, condition_of
from registry.cleanup.rules import catalogue
from tests.factories import FindingFactory

pytestmark = pytest.mark.django_db
LIST = reverse("registry:cleanup_rules")


def page(code: str) -> str:
    return reverse("registry:cleanup_rule", args=[code.lower()])


def shown(client) -> dict:
    answer = client.get(LIST)
    return {one.rule.code: one for group in answer.context["groups"] for one in group["rules"]}


def test_every_rule_says_in_words_what_it_looks_at():
    assert list(CONDITIONS) == [code for letter in "DESL" for code in sorted(catalogue()) if code[0] == letter]
    values = {code: one.default for code, one in THRESHOLDS.items()}
    for code, rule in catalogue().items():
        told = condition_of(code, values)
        assert told[0].isalnum() and told.endswith(".") and "{" not in told
        for threshold in rule.thresholds:
            assert f"{{{threshold}}}" in CONDITIONS[code], (code, threshold)


def test_the_list_shows_all_122_and_each_number_opens_its_list(client_of, officer, resident, outsider):
    for person in (resident, outsider):
        FindingFactory(resident=person, rule="E06")
    client = client_of(officer)
    rows = shown(client)
    assert len(rows) == 122
    assert {code: one.open for code, one in rows.items() if one.open} == {"E06": 1}
    text = client.get(LIST).content.decode()
    assert rows["E06"].queue_url in text
    assert client.get(rows["E06"].queue_url).status_code == 200
    assert rows["S21"].rule.severity_name == "KHÔNG BÁO" and "không báo" in text


@pytest.mark.parametrize("code", list(catalogue()))
def test_every_rule_has_its_page(client_of, officer, code):
    answer = client_of(officer).get(page(code))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert catalogue()[code].usual_fix in text.replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")
    assert answer.context["example"]


def test_a_threshold_is_shown_with_its_day_and_what_is_to_come(client_of, officer):
    today = timezone.localdate()
    begun, later = today - dt.timedelta(days=10), today + dt.timedelta(days=30)
    Setting.objects.create(code="stay_days", value=20, valid_from=begun, basis="QĐ 12")
    Setting.objects.create(code="stay_days", value=25, valid_from=later)
    stay = in_force()["stay_days"]
    assert (stay.told, stay.basis) == ("20 ngày", "QĐ 12")
    assert stay.since_told == f"từ {begun:%d/%m/%Y}; 25 ngày từ {later:%d/%m/%Y}"
    assert in_force()["newborn_days"].since_told == "mặc định"
    answer = client_of(officer).get(page("L07"))
    assert answer.context["shown"].condition == "Lưu trú liên tục quá 20 ngày."


def test_who_may_not_see_cases_sees_the_rules_without_numbers(client_of, administrator, auditor, resident):
    FindingFactory(resident=resident, rule="E06")
    for one in (administrator, auditor):
        client = client_of(one)
        assert {row.open for row in shown(client).values()} == {None}
        assert "mở danh sách" not in client.get(LIST).content.decode()
        assert client.get(page("E06")).status_code == 200


def test_an_unknown_code_is_not_there(client_of, officer):
    assert client_of(officer).get("/lam-sach/quy-tac/d99/").status_code == 404


def test_the_pages_cost_the_same_however_much_is_open(client_of, officer, resident, django_assert_max_num_queries):
    client = client_of(officer)
    for rules in ((), ("E06", "E07", "E08")):
        for rule in rules:
            FindingFactory(resident=resident, rule=rule)
        for url in (LIST, page("E06")):
            with django_assert_max_num_queries(12):
                client.get(url)
