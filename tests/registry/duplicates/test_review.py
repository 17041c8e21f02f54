"""Deciding a pair: what is written, and what is refused."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from registry.duplicates import queue, review
from registry.duplicates.deciding import changed, fingerprints, returned_for
from registry.duplicates.review import decide
from registry.models import DuplicatePair, IdentityNumber, Merge, PairState, ResidentState
from tests.factories import IdentityNumberFactory, PairFactory, RelationFactory, ResidentFactory

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


@pytest.mark.parametrize("decision, closed", [("same", True), ("different", True), ("ask", False)])
def test_a_case_ends_with_the_conclusion_of_its_last_pair(pair, officer, decision, closed):
    decide(pair, decision, by=officer)
    pair.case.refresh_from_db()
    assert (pair.case.closed_at is not None) is closed
    assert (pair.case.held_by == officer) is not closed


def test_the_same_decision_twice_is_one(pair, officer):
    decide(pair, "same", by=officer)
    decide(pair, "same", by=officer)
    assert AuditEvent.objects.filter(action="decide").count() == 2


def test_a_pair_asked_about_is_decided_by_a_colleague(pair, officer, colleague):
    decide(pair, "ask", by=officer, note="Đồng chí Vân biết không?")
    queue.release(pair.case, by=officer)
    assert decide(pair, "different", by=colleague).decided_by == colleague


def test_who_comes_second_learns_who_was_first(pair, officer, colleague):
    decide(pair, "same", by=officer)
    with pytest.raises(review.AlreadyDecided, match="Đại úy Lê Mẫu Hải đã kết luận “Một người” lúc "):
        decide(pair, "different", by=colleague)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == (PairState.SAME, officer)


def test_a_pair_in_a_colleagues_hands_is_refused_with_his_name_and_until_when(pair, officer, colleague):
    held = queue.claim_next(officer)
    with pytest.raises(review.HeldByAnother) as refused:
        decide(pair, "same", by=colleague)
    until = timezone.localtime(held.held_until)
    assert str(refused.value) == f"Đồng chí Đại úy Lê Mẫu Hải đang xử lý vụ này, đến {until:%H:%M}."
    pair.refresh_from_db()
    assert pair.state == PairState.SUSPECTED


def test_working_on_a_case_takes_and_renews_its_lease(pair, officer, commune):
    PairFactory(left=pair.right, right=ResidentFactory(commune=commune))
    decide(pair, "different", by=officer)
    case = pair.case.pairs.model.objects.waiting().get().case
    assert case.held_by == officer
    assert case.held_until > timezone.now() + dt.timedelta(minutes=14)


def test_a_pair_that_is_gone_needs_no_decision(pair, officer):
    DuplicatePair.objects.update(state=PairState.GONE)
    with pytest.raises(review.PairGone):
        decide(pair, "same", by=officer)


@pytest.mark.parametrize("is_active", [True, False])
def test_two_people_with_one_number_needs_words(pair, officer, is_active):
    IdentityNumberFactory(resident=pair.left, number="001190000001")
    IdentityNumberFactory(resident=pair.right, number="001190000001", is_active=False, kind="SDDCN_DA_HUY")
    IdentityNumber.objects.filter(resident=pair.left).update(is_active=is_active)
    with pytest.raises(review.NoteMissing):
        decide(pair, "different", by=officer, note="   ")
    assert AuditEvent.objects.filter(action="decide").count() == 0
    assert decide(pair, "different", by=officer, note="Số của người em ghi nhầm").state == PairState.DIFFERENT


def test_two_people_with_two_numbers_need_no_words(pair, officer):
    IdentityNumberFactory(resident=pair.left, number="001190000001")
    IdentityNumberFactory(resident=pair.right, number="001190000002")
    assert decide(pair, "different", by=officer).state == PairState.DIFFERENT


def test_a_stranger_decides_nothing(pair, stranger, supervisor):
    with pytest.raises(review.OutOfScope):
        decide(pair, "same", by=stranger)
    assert decide(pair, "same", by=supervisor).state == PairState.SAME


def test_a_pair_of_both_communes_is_decided_by_who_may_look_across(commune, other_commune, officer, stranger, chief):
    pair = PairFactory(left=ResidentFactory(commune=commune), right=ResidentFactory(commune=other_commune))
    for one in (officer, stranger):
        with pytest.raises(review.OutOfScope):
            decide(pair, "different", by=one)
    assert decide(pair, "different", by=chief).state == PairState.DIFFERENT


def test_a_case_for_the_chief_is_decided_by_the_chief(pair, officer, chief):
    type(pair.case).objects.update(is_for_chief=True)
    with pytest.raises(review.ForTheChief):
        decide(pair, "same", by=officer)
    assert decide(pair, "same", by=chief).state == PairState.SAME


def test_a_decision_can_be_looked_at_again_with_a_reason(pair, officer):
    with pytest.raises(review.NotDecided):
        decide(pair, "reopen", by=officer, note="nhầm")
    decide(pair, "different", by=officer)
    with pytest.raises(review.NoteMissing):
        decide(pair, "reopen", by=officer)
    decide(pair, "reopen", by=officer, note="Bấm nhầm")
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, pair.decided_on) == (PairState.SUSPECTED, None, {})
    assert pair.case.closed_at is None


@pytest.mark.parametrize("decision", ["same", "different", "ask"])
def test_one_takes_back_ones_own_decision_of_a_moment_ago(pair, officer, decision):
    decide(pair, decision, by=officer)
    decide(pair, "undo", by=officer)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, pair.decided_on) == (PairState.SUSPECTED, None, {})
    assert queue.claim_next(officer) == pair.case


def test_a_colleagues_or_an_old_decision_is_not_undone_with_one_key(pair, officer, colleague):
    decide(pair, "different", by=officer)
    with pytest.raises(review.TooLate):
        decide(pair, "undo", by=colleague)
    DuplicatePair.objects.update(decided_at=timezone.now() - dt.timedelta(minutes=16))
    with pytest.raises(review.TooLate):
        decide(pair, "undo", by=officer)
    assert DuplicatePair.objects.get().state == PairState.DIFFERENT


@pytest.mark.parametrize("decision", ["undo", "reopen"])
def test_records_that_are_one_already_are_not_taken_apart_here(pair, officer, decision):
    decide(pair, "same", by=officer)
    pair.right.state = ResidentState.MERGED
    pair.right.save()
    with pytest.raises(review.AlreadyMerged):
        decide(pair, decision, by=officer, note="Bấm nhầm")


def test_a_decision_whose_merge_waits_is_not_looked_at_again(pair, officer):
    decide(pair, "same", by=officer)
    fields = {"survivor": pair.left, "folded": pair.right, "created_by": officer, "reason": "Đã xem", "seal": "x"}
    merge = Merge.objects.create(state="waiting", pair=pair, **fields)
    with pytest.raises(review.AlreadyMerged, match="đang chờ gộp"):
        decide(pair, "undo", by=officer)
    merge.state = "withdrawn"
    merge.save()
    assert decide(pair, "undo", by=officer).state == PairState.SUSPECTED


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_make_one_decision(pair, officer, colleague):
    refused, start = [], threading.Barrier(2)

    def work(by, decision) -> None:
        start.wait(10)
        try:
            decide(pair, decision, by=by)
        except (review.AlreadyDecided, review.HeldByAnother) as error:
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


# --- What "different" stood on ---------------------------------------------------------------------------------------


def test_different_keeps_what_it_stood_on(pair, officer):
    prints = fingerprints([pair.left_id, pair.right_id])
    assert set(prints[pair.left_id]) == {"name", "birth", "sex"}
    kept = decide(pair, "different", by=officer).decided_on
    assert kept == {"left": prints[pair.left_id], "right": prints[pair.right_id]}
    assert decided_now(pair) == ""


def decided_now(pair) -> str:
    found = fingerprints([pair.left_id, pair.right_id])
    return returned_for(DuplicatePair.objects.get(pk=pair.pk).decided_on, found[pair.left_id], found[pair.right_id])


def rename(pair):
    pair.right.full_name = "Nguyễn Thị Mẫu Liên"
    pair.right.save()


def give_number(pair):
    IdentityNumberFactory(resident=pair.right)


def give_mother(pair):
    RelationFactory(resident=pair.left, kind="mother", name="Lê Thị Mẫu")


def give_both(pair):
    IdentityNumberFactory(resident=pair.left, kind="CMND9", number="211234567")
    pair.right.birth_day = 22
    pair.right.sex = 1
    pair.right.save()


def move_house(pair):
    pair.right.phone, pair.right.home_town, pair.right.full_name = "0987654321", "Nơi khác", "Nguyễn Thị Mẫu Lan"
    pair.right.save()


@pytest.mark.parametrize(
    "change, said",
    [
        (rename, "họ tên của hồ sơ 2 đã đổi"),
        (give_number, "số định danh của hồ sơ 2 đã đổi"),
        (give_mother, "mẹ của hồ sơ 1 đã đổi"),
        (give_both, "số CMND của hồ sơ 1; ngày sinh, giới tính của hồ sơ 2 đã đổi"),
        (move_house, ""),
    ],
)
def test_a_decision_holds_until_a_deciding_field_changes(pair, officer, change, said):
    decide(pair, "different", by=officer)
    change(pair)
    assert decided_now(pair) == said


def test_a_number_that_is_no_longer_in_use_is_a_change(pair, officer):
    number = IdentityNumberFactory(resident=pair.left)
    decide(pair, "different", by=officer)
    IdentityNumber.objects.filter(pk=number.pk).update(is_active=False)
    assert decided_now(pair) == "số định danh của hồ sơ 1 đã đổi"


def test_the_same_name_written_with_other_marks_is_no_change(commune):
    one = ResidentFactory(commune=commune, full_name="Võ Thị Mẫu Thúy")
    before = fingerprints([one.pk])[one.pk]
    type(one).objects.filter(pk=one.pk).update(full_name="Võ Thị Mẫu Thuý")
    assert changed(before, fingerprints([one.pk])[one.pk]) == []


def test_fingerprints_of_many_cost_what_those_of_one_do(commune, django_assert_num_queries):
    people = [ResidentFactory(commune=commune) for _ in range(4)]
    for many in (people[:1], people):
        with django_assert_num_queries(3):
            assert len(fingerprints([one.pk for one in many])) == len(many)


def test_nothing_kept_says_nothing():
    assert returned_for({}, {"name": "a"}, {}) == ""
