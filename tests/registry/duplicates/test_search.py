"""The search on a real database: reasons, idempotence, decisions that hold, runaway keys, and two at once."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from registry.duplicates import people
from registry.duplicates import search as searching
from registry.duplicates.reasons import WORTH_A_LOOK
from registry.duplicates.review import decide
from registry.duplicates.search import search_due, search_resident
from registry.models import DuplicatePair, NumberKind, PairState, Resident, ResidentState
from tests.factories import IdentityDocumentFactory, IdentityNumberFactory, RelationFactory, ResidentFactory

pytestmark = pytest.mark.django_db


def due(commune, **fields) -> Resident:
    return ResidentFactory(commune=commune, matching_due=True, **fields)


def pairs() -> list[tuple]:
    rows = DuplicatePair.objects.order_by("left", "right")
    return [(pair.left_id, pair.right_id, pair.state, pair.reasons, pair.sentence, pair.strength) for pair in rows]


def only_pair() -> DuplicatePair:
    return DuplicatePair.objects.get()


def mark(*residents: Resident) -> None:
    Resident.objects.filter(pk__in=[resident.pk for resident in residents]).update(matching_due=True)


def codes_of(pair: DuplicatePair) -> list[str]:
    return [reason.split(":")[0] for reason in pair.reasons]


# --- What is found ---------------------------------------------------------------------------------------------------


def test_same_name_without_accents_and_same_birth_date(commune, other_commune):
    one = due(commune, full_name="Nguyễn Thị Mẫu Lan")
    two = ResidentFactory(commune=other_commune, full_name="NGUYEN THI MAU LAN")
    ResidentFactory(commune=commune, full_name="Nguyễn Thị Mẫu Lan", birth_day=22)
    assert search_due() == 1
    pair = only_pair()
    assert (pair.left, pair.right, pair.state) == (one, two, PairState.SUSPECTED)
    assert pair.reasons == ["name_birth:nguyen thi mau lan|1990-05-21"]
    assert pair.sentence == "Cùng họ tên khi bỏ dấu và ngày sinh."
    assert Resident.objects.filter(matching_due=True).count() == 0


@pytest.mark.parametrize("kind", [NumberKind.PERSONAL, NumberKind.CANCELLED, NumberKind.CMND12])
def test_same_personal_number_also_a_retired_one(commune, kind):
    one, two = due(commune), ResidentFactory(commune=commune, full_name="Trần Văn Khác", birth_year=1971)
    IdentityNumberFactory(resident=one, number="001190000001")
    IdentityNumberFactory(resident=two, number="001190000001", kind=kind, is_active=False)
    search_due()
    assert only_pair().reasons == ["number:001190000001"]


def test_a_retired_number_weighs_less_than_one_in_use(commune):
    one, two = due(commune), ResidentFactory(commune=commune, full_name="Trần Văn Khác", birth_year=1971)
    IdentityNumberFactory(resident=one, number="001190000001")
    IdentityNumberFactory(resident=two, number="001190000001", is_active=False)
    IdentityNumberFactory(resident=two, number="001190000002")
    search_due()
    pair = only_pair()
    assert pair.sentence == "Cùng số định danh cũ/đã hủy; khác số định danh đang dùng, tên."
    assert pair.strength < WORTH_A_LOOK


def test_same_number_on_a_paper(commune):
    one, two = ResidentFactory(commune=commune), due(commune, full_name="Trần Văn Khác", birth_year=1971)
    IdentityNumberFactory(resident=one, number="001190000001")
    IdentityDocumentFactory(resident=two, number="001190000001")
    search_due()
    assert only_pair().reasons == ["number:001190000001"]


def test_the_number_of_a_birth_certificate_is_no_identity(commune):
    one, two = due(commune), ResidentFactory(commune=commune, full_name="Trần Văn Khác", birth_year=1971)
    IdentityDocumentFactory(resident=one, number="211234567", kind="GIAY_KHAI_SINH")
    IdentityDocumentFactory(resident=two, number="211234567", kind="GIAY_KHAI_SINH")
    search_due()
    assert pairs() == []


def test_same_cmnd(commune):
    one, two = due(commune), ResidentFactory(commune=commune, full_name="Trần Văn Khác", birth_year=1971)
    for resident in (one, two):
        IdentityNumberFactory(resident=resident, number="211234567", kind=NumberKind.CMND9)
    search_due()
    assert only_pair().reasons == ["cmnd:211234567"]


def test_the_lower_id_is_left_whoever_was_searched(commune):
    one = ResidentFactory(commune=commune)
    two = due(commune)
    assert search_resident(two.pk) == 1
    assert (only_pair().left, only_pair().right) == (one, two)


def test_twins_with_like_sounding_names_are_no_pair(commune):
    for name in ("Nguyễn Văn Hùng", "Nguyễn Văn Hưng"):
        child = due(commune, full_name=name)
        RelationFactory(resident=child, kind="mother", name="Lê Thị Mẫu")
        RelationFactory(resident=child, kind="father", name="Nguyễn Văn Mẫu")
    search_due()
    assert pairs() == []


def test_twins_linked_to_one_mother_are_no_pair(commune):
    mother = ResidentFactory(commune=commune, full_name="Lê Thị Mẫu", birth_year=1955)
    for name, spelt in (("Nguyễn Văn Hùng", "Lê Thị Mẫu"), ("Nguyễn Văn Hưng", "Lê Thị Mão")):
        RelationFactory(resident=due(commune, full_name=name), kind="mother", name=spelt, person=mother)
    search_due()
    assert pairs() == []


def test_merged_records_are_left_out(commune):
    due(commune)
    ResidentFactory(commune=commune, state=ResidentState.MERGED)
    due(commune, state=ResidentState.MERGED)
    assert search_due() == 2
    assert pairs() == []


# --- Again and again -------------------------------------------------------------------------------------------------


def test_searching_twice_changes_nothing(commune):
    everyone = [due(commune) for _ in range(3)]
    search_due()
    first, events = pairs(), _history_count()
    assert len(first) == 3
    mark(*everyone)
    search_due()
    assert pairs() == first
    assert _history_count() == events


def _history_count() -> int:
    return DuplicatePair.pgh_event_model.objects.count()


def test_limit_leaves_the_rest_for_the_next_run(commune):
    for _ in range(3):
        due(commune)
    assert (search_due(2), search_due(2), search_due(2)) == (2, 1, 0)
    assert len(pairs()) == 3


def test_a_pair_whose_reasons_vanished_is_gone_and_comes_back(commune):
    due(commune)
    two = due(commune)
    search_due()
    Resident.objects.filter(pk=two.pk).update(birth_day=22, matching_due=True)
    search_due()
    assert only_pair().state == PairState.GONE
    Resident.objects.filter(pk=two.pk).update(birth_day=21, matching_due=True)
    search_due()
    assert only_pair().state == PairState.SUSPECTED


def test_a_merged_record_takes_its_pairs_off_the_queue(commune):
    due(commune)
    two = due(commune)
    search_due()
    Resident.objects.filter(pk=two.pk).update(state=ResidentState.MERGED, matching_due=True)
    search_due()
    assert only_pair().state == PairState.GONE


def test_different_holds_until_a_new_reason_comes(commune, officer):
    one, two = due(commune), due(commune)
    search_due()
    decide(only_pair(), "different", by=officer, note="Hai chị em họ")
    mark(one, two)
    search_due()
    assert only_pair().state == PairState.DIFFERENT

    for resident in (one, two):
        IdentityNumberFactory(resident=resident, number="211234567", kind=NumberKind.CMND9)
    mark(one)
    search_due()
    pair = only_pair()
    assert pair.state == PairState.SUSPECTED
    assert codes_of(pair) == ["cmnd", "name_birth"]
    assert pair.decided_by == officer

    two.numbers.all().delete()
    mark(two)
    search_due()
    assert only_pair().state == PairState.DIFFERENT


def test_different_returns_when_the_birth_date_became_more_exact(commune, officer):
    one, two = (due(commune, birth_month=None, birth_day=None) for _ in range(2))
    search_due()
    decide(only_pair(), "different", by=officer)
    Resident.objects.filter(pk__in=[one.pk, two.pk]).update(birth_month=5, birth_day=21, matching_due=True)
    search_due()
    assert only_pair().state == PairState.SUSPECTED


def test_a_pair_that_falls_back_names_who_decided_not_who_asked(commune, officer, colleague):
    one, two = due(commune), due(commune)
    search_due()
    decided = decide(only_pair(), "different", by=officer, note="Hai chị em họ")
    for resident in (one, two):
        IdentityNumberFactory(resident=resident, number="211234567", kind=NumberKind.CMND9)
    mark(one)
    search_due()
    decide(only_pair(), "ask", by=colleague, note="Đồng chí Hải xem lại giúp")
    two.numbers.all().delete()
    mark(two)
    search_due()
    pair = only_pair()
    assert (pair.state, pair.decided_by, pair.note) == (PairState.DIFFERENT, officer, "Hai chị em họ")
    assert pair.decided_at == decided.decided_at


def test_one_person_stays_decided(commune, officer):
    due(commune)
    two = due(commune)
    search_due()
    decide(only_pair(), "same", by=officer)
    Resident.objects.filter(pk=two.pk).update(birth_day=22, matching_due=True)
    search_due()
    assert (only_pair().state, only_pair().sentence) == (PairState.SAME, "Cùng họ tên và ngày sinh.")


def test_a_pair_somebody_was_asked_about_goes_on_waiting(commune, officer):
    one, _ = due(commune), due(commune)
    search_due()
    decide(only_pair(), "ask", by=officer, note="Đồng chí Vân biết hai người này không?")
    mark(one)
    search_due()
    assert only_pair().state == PairState.ASKED


# --- Too many --------------------------------------------------------------------------------------------------------


def test_a_key_of_too_many_people_is_parked_and_said(commune, monkeypatch):
    monkeypatch.setattr(people, "LARGEST_GROUP", 3)
    for _ in range(3):
        due(commune)
    search_due()
    assert len(pairs()) == 3

    newcomer = due(commune)
    IdentityNumberFactory(resident=newcomer, number="211234567", kind=NumberKind.CMND9)
    other = ResidentFactory(commune=commune, full_name="Trần Văn Khác", birth_year=1971)
    IdentityNumberFactory(resident=other, number="211234567", kind=NumberKind.CMND9)
    Resident.objects.update(matching_due=True)
    search_due()
    # The old pairs stay as they were, the new one has only the key that is not parked.
    assert [codes for *_, codes, _, _ in pairs()].count(["cmnd:211234567"]) == 1
    assert DuplicatePair.objects.filter(state=PairState.SUSPECTED).count() == 4
    said = AuditEvent.objects.filter(action="system")
    assert [event.sentence for event in said] == [
        "Tìm trùng: gác lại họ tên và ngày sinh “nguyen thi mau lan, 1990-05-21” vì hơn 50 hồ sơ cùng có"
    ]
    Resident.objects.update(matching_due=True)
    search_due()
    assert said.count() == 1


def test_fifty_people_are_followed_and_fifty_one_are_not(commune):
    for _ in range(50):
        due(commune)
    search_due(100)
    assert DuplicatePair.objects.count() == 50 * 49 // 2
    DuplicatePair.objects.all().delete()
    due(commune)
    Resident.objects.update(matching_due=True)
    search_due(100)
    assert DuplicatePair.objects.count() == 0


def test_one_resident_and_forty_cost_the_same_queries(commune, django_assert_max_num_queries):
    for number in range(40):
        resident = due(commune, full_name=f"Nguyễn Thị Mẫu {number // 2}")
        IdentityNumberFactory(resident=resident)
    Resident.objects.exclude(pk=Resident.objects.earliest("pk").pk).update(matching_due=False)
    with django_assert_max_num_queries(20) as few:
        search_due()
    Resident.objects.update(matching_due=True)
    with django_assert_max_num_queries(len(few)):
        assert search_due() == 40
    assert DuplicatePair.objects.count() == 20 * 1 + 0


# --- One bad record ---------------------------------------------------------------------------------------------------


def test_a_birth_date_that_is_none_stops_nobody(commune):
    """31/02 passes every constraint of the table; an import by SQL can bring it."""
    bad, one, two = (due(commune) for _ in range(3))
    IdentityNumberFactory(resident=bad, number="211234567", kind=NumberKind.CMND9)
    IdentityNumberFactory(resident=one, number="211234567", kind=NumberKind.CMND9)
    Resident.objects.filter(pk=bad.pk).update(birth_month=2, birth_day=31)
    assert (search_due(), search_due()) == (3, 0)
    assert [(left, right) for left, right, *_ in pairs()] == [(bad.pk, one.pk), (one.pk, two.pk)]
    assert not AuditEvent.objects.filter(action="system").exists()


def test_one_bad_record_does_not_stop_the_others(commune, monkeypatch):
    everyone = [due(commune) for _ in range(5)]
    culprit = everyone[2]
    real = searching._compare

    def compare(ids):
        real(ids)
        if culprit.pk in ids:
            raise ZeroDivisionError("một hồ sơ lạ")

    monkeypatch.setattr(searching, "_compare", compare)
    assert (search_due(), search_due()) == (5, 0)
    assert not Resident.objects.filter(matching_due=True).exists()
    line = AuditEvent.objects.get(action="system")
    assert line.target_ref == str(culprit.public_id)
    assert line.sentence == "Tìm trùng: hệ thống không xử lý được hồ sơ này, tạm bỏ qua"
    assert len(pairs()) == 5 * 4 // 2  # the others find the culprit too


# --- Several at once -------------------------------------------------------------------------------------------------


def in_thread(work) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_two_workers_find_every_pair_once(commune):
    for _ in range(8):
        due(commune)
    counts: list[int] = []

    def work() -> None:
        while Resident.objects.filter(matching_due=True).exists():
            counts.append(search_due(4))

    threads = [in_thread(work) for _ in range(4)]
    for thread in threads:
        thread.join(timeout=30)
    assert sum(counts) == 8
    assert DuplicatePair.objects.count() == 8 * 7 // 2


@pytest.mark.django_db(transaction=True)
def test_a_sweep_does_not_wait_for_another_search(commune):
    due(commune)
    searching_now, may_end = threading.Event(), threading.Event()

    def search_slowly() -> None:
        with transaction.atomic():
            search_due()
            searching_now.set()
            may_end.wait(10)

    thread = in_thread(search_slowly)
    assert searching_now.wait(10)
    late = due(commune)
    assert search_due() == 0
    assert thread.is_alive()
    may_end.set()
    thread.join(timeout=10)
    assert list(Resident.objects.filter(matching_due=True)) == [late]
    assert search_due() == 1


@pytest.mark.django_db(transaction=True)
def test_a_change_made_during_the_search_is_searched_again(commune):
    resident = due(commune)
    searched, may_end = threading.Event(), threading.Event()

    def search_slowly() -> None:
        with transaction.atomic():
            search_due()
            searched.set()
            may_end.wait(10)

    def change() -> None:
        with transaction.atomic():
            Resident.objects.filter(pk=resident.pk).update(birth_day=1, matching_due=True, updated_at=timezone.now())

    searching = in_thread(search_slowly)
    assert searched.wait(10)
    changing = in_thread(change)
    changing.join(timeout=0.5)
    assert changing.is_alive()  # it waits for the search to end
    may_end.set()
    searching.join(timeout=10)
    changing.join(timeout=10)
    resident.refresh_from_db()
    assert (resident.matching_due, resident.birth_day) == (True, 1)


@pytest.mark.django_db(transaction=True)
def test_a_record_that_is_being_changed_is_left_for_the_next_run(commune):
    resident, other = due(commune), due(commune)
    changed, may_end = threading.Event(), threading.Event()

    def change_slowly() -> None:
        with transaction.atomic():
            Resident.objects.filter(pk=resident.pk).update(birth_day=1, matching_due=True)
            changed.set()
            may_end.wait(10)

    thread = in_thread(change_slowly)
    assert changed.wait(10)
    assert search_due() == 1
    may_end.set()
    thread.join(timeout=10)
    assert list(Resident.objects.filter(matching_due=True)) == [resident]
    assert other.pk != resident.pk
