"""Many plain cases at once: which are plain, what is written for each, and what is said of those left."""

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Setting
from registry.duplicates import bulk, queue, review
from registry.models import DuplicateCase, DuplicatePair, Merge, PairState, SecondLook
from tests.factories import IdentityNumberFactory, PairFactory, ResidentFactory

pytestmark = pytest.mark.django_db

BULK = "/nghi-trung/nhieu-vu/"
PLAIN = [["name", "exact", 700], ["birth", "exact", 500], ["address", "other", -90]]


def plain(commune, **fields) -> DuplicatePair:
    left, right = (ResidentFactory(commune=commune) for _ in range(2))
    return PairFactory(left=left, right=right, **{"score": 1110, "lines": PLAIN, **fields})


def eligible(officer) -> set[int]:
    return set(bulk.eligible(officer, 1000).values_list("pk", flat=True))


def test_a_plain_case_is_eligible(commune, officer):
    pair = plain(commune)
    assert eligible(officer) == {pair.case_id}


@pytest.mark.parametrize(
    "fields",
    [
        {"score": 999},
        {"kind": "F"},
        {"state": PairState.ASKED},
        {"returned_for": "họ tên của hồ sơ 2 đã đổi"},
        {"lines": [["name", "exact", 1400], ["mother", "other", -150]]},
    ],
)
def test_what_asks_for_an_eye_is_not(commune, officer, fields):
    plain(commune, **fields)
    assert eligible(officer) == set()


def test_two_numbers_in_use_two_communes_three_records_or_a_colleague_keep_it_out(
    commune, other_commune, officer, colleague, chief
):
    numbered = ResidentFactory(commune=commune), ResidentFactory(commune=commune)
    for side in numbered:
        IdentityNumberFactory(resident=side)
    PairFactory(left=numbered[0], right=numbered[1], score=1500, lines=PLAIN)
    across = ResidentFactory(commune=commune), ResidentFactory(commune=other_commune)
    PairFactory(left=across[0], right=across[1], score=1500, lines=PLAIN)
    three = plain(commune)
    PairFactory(left=three.right, right=ResidentFactory(commune=commune))
    queue.take(plain(commune).case, by=colleague)
    assert eligible(officer) == eligible(chief) == set()
    assert len(eligible(colleague)) == 1


def test_each_is_decided_and_one_goes_to_a_second_officer(commune, officer):
    pairs = [plain(commune) for _ in range(4)]
    outcomes = bulk.conclude_same([pair.case.public_id for pair in pairs], by=officer)
    assert [outcome.done for outcome in outcomes] == [True] * 4
    assert set(DuplicatePair.objects.values_list("state", "decided_by")) == {(PairState.SAME, officer.pk)}
    assert SecondLook.objects.get().first_verdict == "same"
    assert AuditEvent.objects.filter(action="decide", sentence__startswith="Kết luận: một người").count() == 8


def test_the_share_of_the_office_is_drawn(commune, officer):
    Setting.objects.create(code="second_look_percent", value=50, valid_from="2026-01-01")
    pairs = [plain(commune) for _ in range(6)]
    bulk.conclude_same([pair.case.public_id for pair in pairs], by=officer)
    assert SecondLook.objects.count() == 3


def test_what_cannot_be_done_is_said_and_the_rest_goes_on(commune, other_commune, officer, colleague):
    good, held, decided, bait = plain(commune), plain(commune), plain(commune), plain(other_commune)
    queue.take(held.case, by=colleague)
    review.decide(decided, "different", by=colleague)
    outcomes = bulk.conclude_same([one.case.public_id for one in (held, decided, bait, good)], by=officer)
    assert [outcome.done for outcome in outcomes] == [False, False, False, True]
    assert "đang có đồng chí xử lý" in outcomes[0].said
    assert "không còn trong địa bàn" in outcomes[2].said
    assert bait.left.full_name not in outcomes[2].title
    assert SecondLook.objects.get(first_by=officer).pair == good  # drawn in place of one that could not be decided
    bait.refresh_from_db()
    assert bait.state == PairState.SUSPECTED


def test_the_second_click_of_a_double_one_writes_nothing_more(commune, officer):
    pair = plain(commune)
    for _ in range(2):
        outcome = bulk.conclude_same([pair.case.public_id], by=officer)[0]
        assert outcome.done
    assert AuditEvent.objects.filter(action="decide", sentence__startswith="Kết luận").count() == 2
    assert (Merge.objects.count(), SecondLook.objects.count()) == (1, 1)


def test_each_gets_a_merge_that_waits_for_its_hour(commune, officer):
    pair = plain(commune)
    outcome = bulk.conclude_same([pair.case.public_id], by=officer)[0]
    merge = Merge.objects.get()
    assert (merge.state, merge.pair, merge.created_by) == ("planned", pair, officer)
    assert merge.not_before > timezone.now() + dt.timedelta(hours=1)
    assert outcome.said.startswith("Đã ghi kết luận; sẽ gộp sau ")
    again = bulk.conclude_same([pair.case.public_id], by=officer)[0]
    assert (again.done, again.said) == (True, "Đã ghi kết luận và hẹn gộp.")
    assert Merge.objects.count() == 1


def test_what_cannot_be_merged_stays_decided_and_says_why(commune, officer):
    pair = plain(commune)
    third = ResidentFactory(commune=commune)
    chosen = {"survivor": third, "folded": pair.right, "created_by": officer, "reason": "Đã xem", "seal": "x"}
    Merge.objects.create(state="waiting", **chosen)
    outcome = bulk.conclude_same([pair.case.public_id], by=officer)[0]
    assert outcome.done
    assert outcome.said.startswith("Đã ghi kết luận, chưa hẹn gộp được: Đang có một đề nghị gộp khác")
    pair.refresh_from_db()
    assert pair.state == PairState.SAME


# --- The pages -------------------------------------------------------------------------------------------------------


def test_tick_confirm_done(commune, officer, client_of):
    first, _ = plain(commune), plain(commune)
    client = client_of(officer)
    page = client.get(BULK).content.decode()
    assert page.count('type="checkbox" name="case"') == 2
    ticked = {"case": [str(first.case.public_id)]}
    page = client.post(BULK, ticked).content.decode()
    assert "Kết luận: một người, 1 vụ" in page
    assert DuplicatePair.objects.filter(state=PairState.SAME).count() == 0
    page = client.post(BULK, ticked | {"confirmed": "yes"}).content.decode()
    assert "Đã kết luận 1 vụ" in page
    assert list(DuplicatePair.objects.filter(state=PairState.SAME)) == [first]


@pytest.mark.parametrize("ticked", [[], ["khong-phai-ma"], ["00000000-0000-4000-8000-000000000000"] * 2])
def test_nothing_ticked_or_nonsense_writes_nothing(commune, officer, client_of, ticked):
    plain(commune)
    answer = client_of(officer).post(BULK, {"case": ticked, "confirmed": "yes"})
    assert answer.status_code == (200 if ticked and "-8000-" in ticked[0] else 422)
    assert not DuplicatePair.objects.filter(state=PairState.SAME).exists()


def test_too_many_at_once_are_refused(commune, officer, client_of):
    answer = client_of(officer).post(BULK, {"case": [uuid4() for _ in range(21)]})
    assert (answer.status_code, "Chọn nhiều nhất 20 vụ một lần." in answer.content.decode()) == (422, True)


def test_confirming_shows_no_case_of_another_commune(commune, other_commune, officer, client_of):
    bait = plain(other_commune)
    page = client_of(officer).post(BULK, {"case": [str(bait.case.public_id)]}).content.decode()
    assert "Kết luận: một người, 0 vụ" in page
    assert "Nguyễn Thị Mẫu Lan" not in page


def test_one_row_and_three_cost_the_same(commune, officer, client_of, django_assert_max_num_queries):
    client = client_of(officer)
    counts = []
    for _ in range(2):
        plain(commune)
        with django_assert_max_num_queries(12) as seen:
            client.get(BULK)
        with django_assert_max_num_queries(12) as posted:
            client.post(BULK, {"case": [str(case.public_id) for case in DuplicateCase.objects.all()]})
        counts.append((len(seen), len(posted)))
        plain(commune)
    assert counts[0] == counts[1]


def test_the_desk_says_how_many_are_plain(commune, officer, client_of):
    plain(commune)
    plain(commune, score=500)
    page = client_of(officer).get(reverse("registry:duplicates")).content.decode()
    assert "Kết luận nhiều vụ (1)" in page
