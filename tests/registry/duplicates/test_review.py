"""Deciding a pair: what is written, and what is refused."""

import threading

import pytest
from django.db import connection

from accounts.models import AuditEvent
from registry.duplicates import review
from registry.duplicates.review import decide
from registry.models import PairState
from tests.factories import PairFactory, ResidentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(commune):
    return PairFactory(left=ResidentFactory(commune=commune), right=ResidentFactory(commune=commune))


@pytest.mark.parametrize(
    "decision, state", [("same", PairState.SAME), ("different", PairState.DIFFERENT), ("ask", PairState.ASKED)]
)
def test_a_decision_names_who_and_when_and_leaves_a_line_for_each_person(pair, officer, decision, state):
    decide(pair, decision, by=officer, note="  Đã   gặp ")
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, pair.note) == (state, officer, "Đã gặp")
    assert pair.decided_at is not None
    lines = AuditEvent.objects.filter(action="decide")
    assert {line.target_ref for line in lines} == {str(pair.left.public_id), str(pair.right.public_id)}
    assert {line.reason for line in lines} == {"Đã gặp"}


def test_different_keeps_what_it_was_decided_on(pair, officer):
    assert decide(pair, "different", by=officer).decided_on_reasons == ["name_birth"]


def test_the_same_decision_twice_is_one(pair, officer):
    decide(pair, "same", by=officer)
    decide(pair, "same", by=officer)
    assert AuditEvent.objects.filter(action="decide").count() == 2


def test_a_pair_asked_about_is_decided_by_a_colleague(pair, officer, colleague):
    decide(pair, "ask", by=officer, note="Đồng chí Vân biết không?")
    assert decide(pair, "different", by=colleague).decided_by == colleague


def test_who_comes_second_learns_who_was_first(pair, officer, colleague):
    decide(pair, "same", by=officer)
    with pytest.raises(review.AlreadyDecided, match="Đại úy Lê Mẫu Hải đã kết luận “Một người” lúc "):
        decide(pair, "different", by=colleague)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == (PairState.SAME, officer)


def test_a_pair_that_is_gone_needs_no_decision(pair, officer):
    pair.state = PairState.GONE
    pair.save()
    with pytest.raises(review.PairGone):
        decide(pair, "same", by=officer)


def test_two_people_with_one_number_needs_words(pair, officer):
    pair.reasons = ["number:001190000001"]
    pair.save()
    with pytest.raises(review.NoteMissing):
        decide(pair, "different", by=officer, note="   ")
    assert AuditEvent.objects.filter(action="decide").count() == 0
    assert decide(pair, "different", by=officer, note="Số của người em ghi nhầm").state == PairState.DIFFERENT


def test_a_stranger_decides_nothing(pair, stranger, supervisor):
    with pytest.raises(review.OutOfScope):
        decide(pair, "same", by=stranger)
    assert decide(pair, "same", by=supervisor).state == PairState.SAME


def test_either_commune_decides_a_pair_of_both(commune, other_commune, stranger):
    pair = PairFactory(left=ResidentFactory(commune=commune), right=ResidentFactory(commune=other_commune))
    assert decide(pair, "different", by=stranger).state == PairState.DIFFERENT


def test_a_decision_can_be_looked_at_again_with_a_reason(pair, officer):
    with pytest.raises(review.NotDecided):
        decide(pair, "reopen", by=officer, note="nhầm")
    decide(pair, "different", by=officer)
    with pytest.raises(review.NoteMissing):
        decide(pair, "reopen", by=officer)
    decide(pair, "reopen", by=officer, note="Bấm nhầm")
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, pair.decided_on_reasons) == (PairState.SUSPECTED, None, [])


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_make_one_decision(pair, officer, colleague):
    refused, start = [], threading.Barrier(2)

    def work(by, decision) -> None:
        start.wait(10)
        try:
            decide(pair, decision, by=by)
        except review.AlreadyDecided as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=args) for args in ((officer, "same"), (colleague, "different"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(refused) == 1
    assert AuditEvent.objects.filter(action="decide").count() == 2
