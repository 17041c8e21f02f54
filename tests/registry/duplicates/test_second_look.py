"""A random sample of decisions is answered again by a second officer who does not know the first answer."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Setting
from registry.duplicates import bulk, queue
from registry.duplicates.cases import regroup
from registry.duplicates.review import decide
from registry.duplicates.second_look import LookRefused, Sample, answer, by_month, by_officer, looks_for
from registry.models import DuplicatePair, Merge, PairState, ResidentState, SecondLook
from tests.factories import IdentityNumberFactory, OfficerFactory, PairFactory, ResidentFactory

pytestmark = pytest.mark.django_db

LIST = "/nghi-trung/xem-lan-hai/"


@pytest.fixture
def pair(commune) -> DuplicatePair:
    return pair_in(commune)


def pair_in(commune) -> DuplicatePair:
    left, right = (ResidentFactory(commune=commune) for _ in range(2))
    return PairFactory(left=left, right=right)


def drawn(pair, by, decision="different") -> SecondLook:
    decide(pair, decision, by=by, sample=Sample.SURELY)
    return SecondLook.objects.get(pair=pair)


def url_of(look, name="second_look") -> str:
    return reverse(f"registry:{name}", args=[look.public_id])


# --- The sample ------------------------------------------------------------------------------------------------------


def test_of_every_ten_decisions_one_is_drawn(commune, officer, colleague):
    for number in range(30):
        decide(pair_in(commune), "same" if number % 2 else "different", by=officer)
        if number % 10 == 9:
            assert SecondLook.objects.filter(first_by=officer).count() == number // 10 + 1
    decide(pair_in(commune), "ask", by=colleague)
    assert not SecondLook.objects.filter(first_by=colleague).exists()


def test_the_place_in_the_ten_cannot_be_foreseen(commune, officer):
    places = set()
    for _ in range(6):
        DuplicatePair.objects.all().delete()
        for number in range(10):
            decide(pair_in(commune), "same", by=officer)
            if SecondLook.objects.exists():
                places.add(number)
                break
    assert len(places) > 1


@pytest.mark.parametrize("percent, expected", [(0, 0), (100, 5)])
def test_the_office_sets_the_share(commune, officer, percent, expected):
    Setting.objects.create(code="second_look_percent", value=percent, valid_from="2026-01-01")
    for _ in range(5):
        decide(pair_in(commune), "same", by=officer)
    assert SecondLook.objects.count() == expected


def test_taking_the_decision_back_takes_the_look_back(pair, officer):
    drawn(pair, officer)
    decide(pair, "undo", by=officer)
    assert not SecondLook.objects.exists()


# --- The second answer -----------------------------------------------------------------------------------------------


def test_nobody_looks_at_his_own_decision(pair, officer, colleague, stranger):
    look = drawn(pair, officer)
    assert [looks_for(who).count() for who in (officer, colleague, stranger)] == [0, 1, 0]
    with pytest.raises(LookRefused, match="đồng chí khác"):
        answer(look, "same", by=officer)
    with pytest.raises(LookRefused):
        answer(look, "same", by=stranger)
    assert SecondLook.objects.awaited().count() == 1


def test_agreement_is_counted_and_changes_nothing(pair, officer, colleague):
    look = drawn(pair, officer)
    for _ in range(2):  # a double click is one answer
        answer(look, "different", by=colleague)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == (PairState.DIFFERENT, officer)
    look.refresh_from_db()
    assert (look.second_by, look.second_verdict, look.picture) == (colleague, "different", [])
    lines = AuditEvent.objects.filter(actor_badge=colleague.badge_number, action="decide")
    assert {line.target_ref for line in lines} == {str(pair.left.public_id), str(pair.right.public_id)}
    assert lines[0].sentence.startswith("Xem lần hai: hai người (cùng kết luận); người kia: ")


def test_disagreement_gives_the_pair_to_the_chief(pair, officer, colleague, chief):
    look = drawn(pair, officer, "same")
    answer(look, "different", by=colleague)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == (PairState.SUSPECTED, None)
    assert pair.returned_for == "hai đồng chí kết luận khác nhau, trưởng công an xã quyết định"
    assert pair.case.is_for_chief
    assert (queue.claim_next(officer), queue.claim_next(chief)) == (None, pair.case)
    decide(pair, "different", by=chief, sample=Sample.SURELY)
    assert SecondLook.objects.count() == 1  # the chief's word ends it
    pair.refresh_from_db()
    assert (pair.state, pair.returned_for) == (PairState.DIFFERENT, "")


def test_disagreement_takes_back_a_merge_that_waits(pair, officer, colleague):
    DuplicatePair.objects.update(score=1500, lines=[["name", "exact", 1400]])
    regroup([pair.left_id])
    assert bulk.conclude_same([pair.case.public_id], by=officer)[0].done
    merge = Merge.objects.get(state="planned")
    answer(SecondLook.objects.get(), "different", by=colleague)
    merge.refresh_from_db()
    pair.refresh_from_db()
    assert (merge.state, merge.decision_note) == ("withdrawn", "Đồng chí xem lần hai kết luận khác")
    assert (pair.state, pair.case.is_for_chief) == (PairState.SUSPECTED, True)


def test_records_that_are_one_already_stay_so_until_the_chief_takes_it_back(pair, officer, colleague):
    look = drawn(pair, officer, "same")
    pair.right.state = ResidentState.MERGED
    pair.right.save()
    answer(look, "different", by=colleague)
    pair.refresh_from_db()
    assert pair.state == PairState.SAME
    assert SecondLook.objects.contested().get() == look


def test_a_third_comes_too_late(pair, officer, colleague, chief):
    look = drawn(pair, officer)
    answer(look, "different", by=colleague)
    with pytest.raises(LookRefused, match="Trung úy Trần Mẫu Vân đã xem lần hai"):
        answer(look, "same", by=chief)


# --- Agreement -------------------------------------------------------------------------------------------------------


def test_agreement_by_month_and_by_officer(commune, other_commune, officer, colleague, chief, stranger):
    for verdict in ("different", "different", "same"):
        answer(drawn(pair_in(commune), officer), verdict, by=colleague)
    last_month = answer(drawn(pair_in(commune), colleague), "different", by=officer)
    before = timezone.now() - dt.timedelta(days=60)
    SecondLook.objects.filter(pk=last_month.pk).update(second_at=before)
    drawn(pair_in(commune), officer)  # awaited: not counted
    answer(drawn(pair_in(other_commune), stranger), "same", by=_somebody(other_commune))  # the bait
    rows = [(row.title, row.looked, row.agreed, row.percent) for row in by_month(officer)]
    assert rows[1] == (f"{timezone.localtime(before):%m/%Y}", 1, 1, 100)
    assert rows[0][1:] == (3, 2, 66)
    assert [(row.title, row.looked, row.agreed) for row in by_officer(chief)] == [
        ("Đại úy Lê Mẫu Hải", 3, 2),
        ("Trung úy Trần Mẫu Vân", 1, 1),
    ]


def _somebody(commune):
    return OfficerFactory(unit=commune)


# --- The pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decision, word", [("same", "Kết luận: Một người"), ("different", "Kết luận: Hai người")])
def test_the_second_officer_is_not_told_the_first_answer(pair, officer, colleague, client_of, decision, word):
    decide(pair, decision, by=officer, note="Chính là một", sample=Sample.SURELY)
    look = SecondLook.objects.get()
    client = client_of(colleague)
    pages = [LIST, url_of(look), reverse("registry:duplicate_pair", args=[pair.public_id])]
    for page in pages:
        html = client.get(page).content.decode()
        assert word not in html
        assert "Chính là một" not in html
        assert officer.full_name not in html
    assert word in client_of(officer).get(pages[2]).content.decode()


def test_nor_by_the_other_pairs_of_the_case(pair, commune, officer, colleague, client_of):
    other = PairFactory(left=pair.right, right=ResidentFactory(commune=commune), score=10)
    drawn(pair, officer, "same")
    address = reverse("registry:duplicate_pair", args=[other.public_id])
    htmls = [client_of(who).get(address).content.decode() for who in (officer, colleague)]
    assert ["chờ xem lần hai" in html for html in htmls] == [False, True]
    assert [html.count("</svg>Một người</span>") for html in htmls] == [1, 0]


def test_the_second_officer_sees_what_the_first_saw(pair, officer, colleague, client_of):
    IdentityNumberFactory(resident=pair.right, number="001190000777")
    look = drawn(pair, officer)
    type(pair.right).objects.filter(pk=pair.right_id).update(full_name="Tên đã đổi", state="merged")
    pair.right.numbers.all().delete()
    html = client_of(colleague).get(url_of(look)).content.decode()
    assert "001190000777" in html
    seen = AuditEvent.objects.filter(action="view", sentence__startswith="Xem lần hai cặp nghi trùng với ")
    assert {line.target_ref for line in seen} == {str(pair.left.public_id), str(pair.right.public_id)}


def test_ones_own_decision_is_not_found_and_a_strangers_attempt_is_audited(pair, officer, stranger, client_of):
    look = drawn(pair, officer)
    assert client_of(officer).get(url_of(look)).status_code == 404
    assert client_of(stranger).get(url_of(look)).status_code == 404
    assert AuditEvent.objects.filter(action="refused", actor_badge=stranger.badge_number).exists()


def test_an_answer_opens_the_next(commune, officer, colleague, client_of):
    looks = [drawn(pair_in(commune), officer) for _ in range(2)]
    client = client_of(colleague)
    first = client.post(url_of(looks[0], "second_look_answer"), {"verdict": "different"})
    assert first.headers["Location"] == url_of(looks[1])
    assert client.post(url_of(looks[1], "second_look_answer"), {"verdict": "?"}).status_code == 422
    last = client.post(url_of(looks[1], "second_look_answer"), {"verdict": "same"})
    assert last.headers["Location"] == LIST


def test_the_chief_reads_who_disagreed_and_officers_do_not(pair, officer, colleague, chief, client_of):
    answer(drawn(pair, officer), "same", by=colleague)
    words = f"{officer.full_name}: hai người · {colleague.full_name}: một người"
    assert words in client_of(chief).get(LIST).content.decode()
    assert words not in client_of(colleague).get(LIST).content.decode()


def test_the_desk_shows_the_agreement(pair, officer, colleague, client_of):
    answer(drawn(pair, officer), "different", by=colleague)
    assert "1/1 lượt cùng kết luận (100%)" in client_of(officer).get("/nghi-trung/").content.decode()


def test_one_row_and_three_cost_the_same(commune, officer, colleague, chief, client_of, django_assert_max_num_queries):
    client, counts = client_of(chief), []
    for _ in range(2):
        look = drawn(pair_in(commune), officer)
        answer(drawn(pair_in(commune), officer), "same", by=colleague)
        with django_assert_max_num_queries(12) as listed:
            client.get(LIST)
        with django_assert_max_num_queries(12) as seen:
            assert client.get(url_of(look)).status_code == 200
        counts.append((len(listed), len(seen)))
        drawn(pair_in(commune), officer)
    assert counts[0] == counts[1]
