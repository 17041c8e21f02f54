"""The list of files: filters, sorting, and how few queries it takes."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cards.conftest import queries

pytestmark = pytest.mark.django_db


def listed(browser, query: str = "") -> str:
    return browser.get(reverse("cards:applications") + query).content.decode()


FILTERS = [
    ("", {0, 1, 2}),
    ("?q={number0}", {0}),
    ("?q=HS:{number1}@06001", {1}),
    ("?q=HS:{number1}@06002", set()),
    ("?q=tran van duc", {1}),
    ("?q=001190000125", {2}),
    ("?state=arrived", {2}),
    ("?state=dang-mo", {0, 1, 2}),
    ("?due=hom-nay", {0, 1}),
    ("?due=qua-han", {0}),
    ("?due=cho-lau", {2}),
    ("?promised_on={today}", {1}),
    ("?kind=first", set()),
]


def test_the_list_is_filtered(browser, three, subtests):
    values = {f"number{n}": row.file_number for n, row in enumerate(three)}
    for query, shown in FILTERS:
        with subtests.test(query=query):
            page = listed(browser, query.format(today=f"{timezone.localdate():%d/%m/%Y}", **values))
            assert {n for n, row in enumerate(three) if str(row.public_id) in page} == shown


def test_a_nonsense_filter_is_no_error(browser, three, subtests):
    for query in ["?promised_on=31/02/2026", "?state=x", "?sort=nonsense", "?page=999", "?q=%00"]:
        with subtests.test(query=query):
            assert browser.get(reverse("cards:applications") + query).status_code == 200


def test_the_list_is_sorted_by_each_column(browser, three, subtests):
    for sort in ["number", "-number", "resident", "kind", "state", "received_at", "-promised_on"]:
        with subtests.test(sort=sort):
            assert three[0].file_number in listed(browser, f"?sort={sort}")


def test_the_list_takes_as_few_queries_for_three_as_for_one(browser, three):
    all_of_them = queries(browser, reverse("cards:applications"))
    one = queries(browser, reverse("cards:applications") + f"?q={three[0].file_number}")
    assert one == all_of_them
    assert all_of_them <= 12
