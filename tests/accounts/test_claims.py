"""Rows that are work orders, by the example of lists that go out: held by one, renewed, left to rest, given up."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts import claims
from accounts.claims import Claim, Orders
from registry.models import ListExport
from tests.factories import ListExportFactory

pytestmark = pytest.mark.django_db
LEASE = dt.timedelta(seconds=60)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def orders(told) -> Orders[ListExport]:
    return Orders(rows=lambda: ListExport.objects.select_related("commune"), lease=LEASE, gave_up="Không được.",
                  told=lambda row: told.append(row.error))  # fmt: skip


@pytest.fixture
def order(officer) -> ListExport:
    return ListExportFactory(asked_by=officer)


def fresh(order: ListExport) -> ListExport:
    return ListExport.objects.get(pk=order.pk)


def its_lease_is_over(order: ListExport) -> None:
    ListExport.objects.filter(pk=order.pk).update(claimed_until=timezone.now() - dt.timedelta(seconds=1))


def test_who_claims_a_row_holds_it_for_the_lease(orders, order):
    before = timezone.now()
    claim = orders.take(order.pk)
    assert before + LEASE <= claim.until <= timezone.now() + LEASE
    assert (fresh(order).claimed_until, fresh(order).attempts) == (claim.until, 1)
    assert orders.held(claim) == order
    assert orders.take(order.pk) is None and not orders.free().exists()


@pytest.mark.parametrize("state", ["ready", "failed", "purged"])
def test_what_does_not_wait_is_nobodys(orders, order, state):
    ListExport.objects.update(state=state)
    assert orders.take(order.pk) is None


def test_who_comes_back_too_late_holds_nothing(orders, order):
    slow = orders.take(order.pk)
    its_lease_is_over(order)
    quick = orders.take(order.pk)
    assert (orders.held(slow), orders.renew(slow, rows_done=9), orders.held(quick)) == (None, None, order)
    orders.give_back(slow, because="Muộn.")
    assert (fresh(order).state, fresh(order).rows_done, fresh(order).claimed_until) == ("waiting", 0, quick.until)


def test_a_claim_that_ran_out_and_that_nobody_took_is_still_ours(orders, order):
    claim = orders.take(order.pk)
    its_lease_is_over(order)
    late = Claim(claim.row, fresh(order).claimed_until)
    assert orders.renew(late) is not None


def test_renewing_gives_a_whole_lease_and_tells_how_far_it_is(orders, order):
    first = orders.take(order.pk)
    before = timezone.now()
    second = orders.renew(first, rows_done=500)
    assert second.until >= before + LEASE > first.until
    assert (fresh(order).claimed_until, fresh(order).rows_done, fresh(order).attempts) == (second.until, 500, 1)
    assert (orders.held(first), orders.renew(first), orders.held(second)) == (None, None, order)


def test_a_renewed_claim_keeps_the_row_past_the_first_lease(orders, order, monkeypatch):
    claim = orders.renew(orders.take(order.pk))
    monkeypatch.setattr(claims.timezone, "now", lambda: claim.until - dt.timedelta(microseconds=1))
    assert orders.take(order.pk) is None
    monkeypatch.setattr(claims.timezone, "now", lambda: claim.until)
    assert orders.take(order.pk) is not None


def test_work_that_failed_rests_a_little_and_is_then_due(orders, order):
    ListExport.objects.update(asked_at=timezone.now() - dt.timedelta(minutes=5))
    before = timezone.now()
    orders.give_back(orders.take(order.pk))
    assert fresh(order).state == "waiting"
    assert before + claims.REST <= fresh(order).claimed_until <= timezone.now() + claims.REST
    assert (orders.due(5), orders.take(order.pk)) == ([], None)
    its_lease_is_over(order)
    assert orders.due(5) == [order.pk]


def test_the_sweep_leaves_a_new_row_to_its_message_and_takes_the_oldest_first(orders, order, officer):
    old = ListExportFactory.create_batch(3, asked_by=officer, asked_at=timezone.now() - 2 * claims.GRACE)
    assert orders.due(2) == [old[0].pk, old[1].pk]
    assert order.pk not in orders.due(9)


def test_the_fifth_failure_gives_the_row_up_and_tells_it(orders, order, told):
    for attempt in range(1, 6):
        assert told == []
        claim = orders.take(order.pk)
        assert claim.row.attempts == attempt
        orders.give_back(claim)
        its_lease_is_over(order)
    assert (fresh(order).state, fresh(order).error, told) == ("failed", "Không được.", ["Không được."])
    assert (orders.take(order.pk), orders.due(5)) == (None, [])


def test_five_workers_that_died_give_the_row_up_as_well(orders, order, told):
    for _ in range(5):
        assert orders.take(order.pk) is not None
        its_lease_is_over(order)
    assert orders.take(order.pk) is None
    assert (fresh(order).state, fresh(order).claimed_until, told) == ("failed", None, ["Không được."])


def test_a_reason_that_stays_gives_the_row_up_at_once(orders, order, told):
    orders.give_back(orders.take(order.pk), because="Không còn quyền.")
    assert (fresh(order).state, fresh(order).attempts, told) == ("failed", 1, ["Không còn quyền."])


def test_a_failed_row_waits_again_for_an_officer_of_its_commune(orders, order, officer, stranger):
    again = []
    assert orders.again(order.pk, by=officer, told=again.append) is False  # it waits already
    ListExport.objects.update(state="failed", attempts=5, error="Không được.", claimed_until=timezone.now())
    assert orders.again(order.pk, by=stranger, told=again.append) is False
    assert again == []
    assert orders.again(order.pk, by=officer, told=again.append) is True
    row = fresh(order)
    assert (row.state, row.attempts, row.error, row.claimed_until) == ("waiting", 0, "", None)
    assert again == [row] and orders.take(order.pk) is not None


def test_among_says_which_rows_are_for_whom(orders, order, officer):
    ListExport.objects.update(state="failed")
    rows = ListExport.objects
    assert orders.again(order.pk, by=officer, told=str, among=rows.exclude(pk=order.pk)) is False
    assert orders.again(order.pk, by=officer, told=str, among=rows.filter(asked_by=officer)) is True
