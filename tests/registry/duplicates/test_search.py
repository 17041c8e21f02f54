"""The search on a real database: what is found, idempotence, decisions that hold, runaway keys, and two at once."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from registry.duplicates import index
from registry.duplicates import search as searching
from registry.duplicates.review import decide
from registry.duplicates.search import search_due, search_resident
from registry.models import DuplicatePair, MatchBusyKey, NumberKind, PairState, Resident, ResidentState
from tests.factories import IdentityDocumentFactory, IdentityNumberFactory, RelationFactory, ResidentFactory

pytestmark = pytest.mark.django_db


def due(commune, **fields) -> Resident:
    """Without the telephone and the home town that everybody of the factory shares."""
    return ResidentFactory(commune=commune, matching_due=True, **{"phone": "", "home_town": ""} | fields)


def pairs() -> list[tuple]:
    rows = DuplicatePair.objects.order_by("left", "right")
    return [(pair.left_id, pair.right_id, pair.state, pair.lines, pair.sentence, pair.score) for pair in rows]


def only_pair() -> DuplicatePair:
    return DuplicatePair.objects.get()


def mark(*residents: Resident) -> None:
    Resident.objects.filter(pk__in=[resident.pk for resident in residents]).update(matching_due=True)


def levels_of(pair: DuplicatePair) -> dict[str, str]:
    return {field: level for field, level, _ in pair.lines}


# --- What is found ---------------------------------------------------------------------------------------------------


def test_same_name_without_accents_and_same_birth_date(commune, other_commune):
    one = due(commune, full_name="Nguyễn Thị Mẫu Lan")
    two = due(other_commune, full_name="NGUYEN THI MAU LAN")
    due(commune, full_name="Nguyễn Thị Mẫu Lan", birth_day=2, birth_month=11, birth_year=1971)
    assert search_due() == 3
    pair = only_pair()
    assert (pair.left, pair.right, pair.state) == (one, two, PairState.SUSPECTED)
    assert levels_of(pair) | {"name": "without_accents", "birth": "exact"} == levels_of(pair)
    assert pair.score >= 0
    assert pair.kind == "M"
    assert "cùng họ tên khi bỏ dấu" in pair.sentence.lower()
    assert pair.case is not None
    assert Resident.objects.filter(matching_due=True).count() == 0


@pytest.mark.parametrize("kind", [NumberKind.PERSONAL, NumberKind.CANCELLED, NumberKind.CMND12])
def test_same_personal_number_also_a_retired_one(commune, kind):
    one, two = due(commune), due(commune, full_name="Trần Văn Khác", birth_year=1971)
    IdentityNumberFactory(resident=one, number="001190000001")
    IdentityNumberFactory(resident=two, number="001190000001", kind=kind, is_active=False)
    search_due()
    assert levels_of(only_pair())["number"] == "equal"


def test_same_number_on_a_paper(commune):
    one, two = due(commune), due(commune, full_name="Trần Văn Khác", birth_year=1971)
    IdentityNumberFactory(resident=one, number="001190000001")
    IdentityDocumentFactory(resident=two, number="001190000001")
    mark(one)
    search_due()
    assert levels_of(only_pair())["number"] == "equal"


def test_the_number_of_a_birth_certificate_is_no_identity(commune):
    one, two = due(commune), due(commune, full_name="Trần Văn Khác", birth_year=1971)
    for resident in (one, two):
        IdentityDocumentFactory(resident=resident, kind="GIAY_KHAI_SINH", number="123456788")
    search_due()
    assert pairs() == []


def test_same_cmnd_and_another_name_after_a_change_of_name(commune):
    one, two = due(commune), due(commune, full_name="Nguyễn Thị Mẫu Hoa")
    for resident in (one, two):
        IdentityNumberFactory(resident=resident, number="211234567", kind=NumberKind.CMND9)
    search_due()
    assert levels_of(only_pair()) | {"cmnd": "equal", "name": "other_given"} == levels_of(only_pair())


def test_strangers_who_share_an_old_cmnd_are_no_pair(commune):
    """CMND were issued twice; rule S02 asks about them, not this desk."""
    one, two = due(commune), due(commune, full_name="Trần Văn Khác", birth_year=1971, birth_month=3, sex=1)
    for resident in (one, two):
        IdentityNumberFactory(resident=resident, number="211234567", kind=NumberKind.CMND9)
    search_due()
    assert pairs() == []


def test_the_lower_id_is_left_whoever_was_searched(commune):
    one = due(commune)
    two = due(commune)
    search_due()
    DuplicatePair.objects.all().delete()
    assert search_resident(two.pk) == 1
    assert (only_pair().left, only_pair().right) == (one, two)


def test_twins_with_numbers_and_names_of_their_own_are_no_pair(commune):
    for at, name in enumerate(("Nguyễn Văn Hùng", "Nguyễn Văn Hưng")):
        child = due(commune, full_name=name)
        IdentityNumberFactory(resident=child, number=f"00119000001{at}")
        RelationFactory(resident=child, kind="mother", name="Lê Thị Mẫu")
        RelationFactory(resident=child, kind="father", name="Nguyễn Văn Mẫu")
    search_due()
    assert pairs() == []


def test_twins_linked_to_one_mother_are_no_pair(commune):
    """Two children of one linked mother are two, however alike; without the link somebody has to look."""
    mother = due(commune, full_name="Lê Thị Mẫu", birth_year=1955)
    names = (("Nguyễn Văn Hùng", "Lê Thị Mẫu"), ("Nguyễn Văn Hưng", "Lê Thị Mẫu"))
    ties = [
        RelationFactory(resident=due(commune, full_name=name), kind="mother", name=spelt, person=mother)
        for name, spelt in names
    ]
    search_due()
    assert pairs() == []
    ties[0].person = None
    ties[0].save()
    Resident.objects.update(matching_due=True)
    search_due()
    assert only_pair().left_id == ties[0].resident_id


def test_a_child_written_twice_under_one_mother_is_a_pair(commune):
    mother = due(commune, full_name="Lê Thị Mẫu", birth_year=1955)
    for name in ("Nguyễn Văn Hùng", "NGUYEN VAN HUNG"):
        RelationFactory(resident=due(commune, full_name=name), kind="mother", name="Lê Thị Mẫu", person=mother)
    search_due()
    assert only_pair().state == PairState.SUSPECTED


def test_merged_records_are_left_out(commune):
    due(commune)
    due(commune, state=ResidentState.MERGED)
    due(commune, state=ResidentState.MERGED)
    assert search_due() == 3
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
    Resident.objects.filter(pk=two.pk).update(birth_day=2, birth_month=11, birth_year=1971, matching_due=True)
    search_due()
    assert only_pair().state == PairState.GONE
    Resident.objects.filter(pk=two.pk).update(birth_day=21, birth_month=5, birth_year=1990, matching_due=True)
    search_due()
    assert only_pair().state == PairState.SUSPECTED


def test_a_merged_record_takes_its_pairs_off_the_queue(commune):
    due(commune)
    two = due(commune)
    search_due()
    Resident.objects.filter(pk=two.pk).update(state=ResidentState.MERGED, matching_due=True)
    search_due()
    assert only_pair().state == PairState.GONE


def test_different_holds_until_a_deciding_field_changes(commune, officer):
    one, two = due(commune), due(commune)
    search_due()
    decide(only_pair(), "different", by=officer, note="Hai chị em họ")
    mark(one, two)
    search_due()
    assert only_pair().state == PairState.DIFFERENT

    for resident in (one, two):
        IdentityNumberFactory(resident=resident, number="211234567", kind=NumberKind.CMND9)
    mark(one, two)
    search_due()
    pair = only_pair()
    assert pair.state == PairState.SUSPECTED
    assert pair.returned_for == "số CMND của hồ sơ 1; số CMND của hồ sơ 2 đã đổi"
    assert levels_of(pair)["cmnd"] == "equal"
    assert pair.decided_by == officer

    for resident in (one, two):
        resident.numbers.all().delete()
    mark(one, two)
    search_due()
    assert only_pair().state == PairState.DIFFERENT  # again as it was decided


def test_a_phone_is_no_deciding_field(commune, officer):
    one, two = due(commune), due(commune)
    search_due()
    decide(only_pair(), "different", by=officer, note="Hai chị em họ")
    Resident.objects.filter(pk__in=[one.pk, two.pk]).update(phone="0912345678", matching_due=True)
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
    mark(one, two)
    search_due()
    decide(only_pair(), "ask", by=colleague, note="Đồng chí Hải xem lại giúp")
    for resident in (one, two):
        resident.numbers.all().delete()
    mark(one, two)
    search_due()
    pair = only_pair()
    assert (pair.state, pair.decided_by, pair.note) == (PairState.DIFFERENT, officer, "Hai chị em họ")
    assert pair.decided_at == decided.decided_at


def test_one_person_stays_decided(commune, officer):
    due(commune)
    two = due(commune)
    search_due()
    decided = decide(only_pair(), "same", by=officer)
    Resident.objects.filter(pk=two.pk).update(birth_day=22, matching_due=True)
    search_due()
    assert (only_pair().state, only_pair().sentence) == (PairState.SAME, decided.sentence)


def test_a_pair_somebody_was_asked_about_goes_on_waiting(commune, officer):
    one, _ = due(commune), due(commune)
    search_due()
    decide(only_pair(), "ask", by=officer, note="Đồng chí Vân biết hai người này không?")
    mark(one)
    search_due()
    assert only_pair().state == PairState.ASKED


# --- Too many --------------------------------------------------------------------------------------------------------


def test_a_key_of_too_many_people_is_parked_and_said(commune, monkeypatch):
    monkeypatch.setattr(index, "CAP", 3)
    for _ in range(3):
        due(commune)
    search_due()
    assert len(pairs()) == 3

    newcomer = due(commune)
    IdentityNumberFactory(resident=newcomer, number="211234567", kind=NumberKind.CMND9)
    other = due(commune)
    IdentityNumberFactory(resident=other, number="211234567", kind=NumberKind.CMND9)
    Resident.objects.update(matching_due=True)
    search_due()
    # The old pairs stay as they were; the two newest are found by the key that is not parked.
    assert [(left, right) for left, right, *_ in pairs()][-1] == (newcomer.pk, other.pk)
    assert len(pairs()) == 4
    assert MatchBusyKey.objects.filter(kind="words + date", holders=4).exists()
    said = AuditEvent.objects.filter(action="system", sentence__contains="words + date")
    assert [event.sentence for event in said] == ["Tìm trùng: gác lại một khóa “words + date” vì hơn 300 hồ sơ cùng có"]
    Resident.objects.update(matching_due=True)
    search_due()
    assert said.count() == 1
    assert len(pairs()) == 4


def test_one_resident_and_forty_cost_the_same_queries(commune, django_assert_max_num_queries):
    for number in range(40):
        resident = due(commune, full_name=f"Nguyễn Thị Mẫu {number // 2}")
        IdentityNumberFactory(resident=resident)
    Resident.objects.update(matching_due=False)
    Resident.objects.filter(full_name="Nguyễn Thị Mẫu 0").update(matching_due=True)
    with django_assert_max_num_queries(36) as few:
        assert search_due() == 2
    assert DuplicatePair.objects.count() == 1
    Resident.objects.update(matching_due=True)
    with django_assert_max_num_queries(len(few)):
        assert search_due() == 40
    assert DuplicatePair.objects.count() >= 20


# --- One bad record ---------------------------------------------------------------------------------------------------


def test_a_birth_date_that_is_none_stops_nobody(commune):
    """31/02 passes every constraint of the table; an import by SQL can bring it."""
    bad, one, two = (due(commune) for _ in range(3))
    IdentityNumberFactory(resident=bad, number="211234567", kind=NumberKind.CMND9)
    IdentityNumberFactory(resident=one, number="211234567", kind=NumberKind.CMND9)
    Resident.objects.filter(pk=bad.pk).update(birth_month=2, birth_day=31)
    assert (search_due(), search_due()) == (3, 0)
    assert (one.pk, two.pk) in [(left, right) for left, right, *_ in pairs()]
    assert not AuditEvent.objects.filter(action="system").exists()


def test_one_bad_record_does_not_stop_the_others(commune, monkeypatch):
    everyone = [due(commune) for _ in range(5)]
    culprit = everyone[2]
    real = searching.compare

    def compare(ids):
        real(ids)
        if culprit.pk in ids:
            raise ZeroDivisionError("một hồ sơ lạ")

    monkeypatch.setattr(searching, "compare", compare)
    assert (search_due(), search_due()) == (5, 0)
    assert not Resident.objects.filter(matching_due=True).exists()
    line = AuditEvent.objects.get(action="system")
    assert line.target_ref == str(culprit.public_id)
    assert line.sentence == "Tìm trùng: hệ thống không xử lý được hồ sơ này, tạm bỏ qua"
    assert len(pairs()) == 4 * 3 // 2  # the culprit has no profile


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
