"""S03 and S04 say what the matching engine found and nobody decided: nothing of their own."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.cleanup import pairs
from registry.cleanup.scan import scan, scan_due
from registry.duplicates import review, search
from registry.models import DuplicatePair, Finding, Resident
from tests.factories import ResidentFactory
from tests.registry.duplicates.folding import pair_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(commune):
    return [ResidentFactory(commune=commune, full_name=name) for name in ("Lê Thị Mẫu Một", "Lê Thị Mẫu Hai")]


def found(*people) -> set[tuple[str, str]]:
    scan([one.pk for one in people])
    rows = Finding.objects.filter(state="open", rule__in=["S03", "S04"])
    return set(rows.values_list("rule", "resident__full_name"))


@pytest.mark.parametrize(
    ("kind", "score", "rule"),
    [("M", 1000, "S03"), ("M", 999, "S04"), ("F", 1400, "S04")],
    ids=["certain", "to be looked at", "one family"],
)
def test_a_waiting_pair_is_found_on_both_sides(two, kind, score, rule):
    pair_of(*two, kind=kind, score=score)
    assert found(*two) == {(rule, "Lê Thị Mẫu Một"), (rule, "Lê Thị Mẫu Hai")}
    seen = Finding.objects.get(resident=two[0], rule=rule).evidence
    assert seen["values"] == [["Hồ sơ giống 1", "Lê Thị Mẫu Hai, sinh 21/05/1990"]]


def test_a_decision_marks_both_and_the_next_scan_closes_the_findings(two, officer):
    pair = pair_of(*two, score=640)
    assert len(found(*two)) == 2
    review.decide(pair, review.Decision.DIFFERENT, by=officer, note="Hai chị em")
    assert set(Resident.objects.filter(scan_due=True)) == set(two)
    assert scan_due() == 2
    assert found() == set()
    review.decide(DuplicatePair.objects.get(), review.Decision.REOPEN, by=officer, note="Xem lại")
    scan_due()
    assert len(found()) == 2


def test_a_search_that_finds_a_pair_marks_both(commune):
    two = [ResidentFactory(commune=commune, full_name="Lê Thị Mẫu Trùng", matching_due=True) for _ in range(2)]
    search.search_due()
    DuplicatePair.objects.all().delete()
    Resident.objects.update(scan_due=False)
    search.search_resident(two[0].pk)
    assert DuplicatePair.objects.waiting().count() == 1
    assert set(Resident.objects.filter(scan_due=True)) == set(two)


def test_a_record_elsewhere_is_not_named(two, outsider):
    pair_of(two[0], outsider)
    assert found(two[0]) == {("S04", "Lê Thị Mẫu Một")}
    seen = Finding.objects.get(rule="S04").evidence
    assert seen["values"] == [["Hồ sơ giống 1", "hồ sơ ở xã khác"]]
    assert outsider.full_name not in str(seen)


def test_reading_takes_two_queries_for_many(commune):
    people = [ResidentFactory(commune=commune, full_name=f"Lê Thị Mẫu {n}") for n in range(5)]
    for other in people[1:]:
        pair_of(people[0], other)
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as queries:
            pairs.load([one.pk for one in some])
        assert len(queries) == 2
