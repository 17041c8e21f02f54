"""Handing a case to a colleague, asking the chief, and answering."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Action, AuditEvent
from registry.cleanup.figures import group_figures
from registry.cleanup.handing import colleagues_for
from registry.cleanup.queue import (
    QueueRefused,
    ask_chief,
    claim_next,
    hand_over,
    release,
    set_aside,
    skip,
    take,
    verify,
)
from registry.cleanup.queues import named, queue_for
from registry.models import Finding, FindingState, Hamlet
from tests.factories import FindingFactory, OfficerFactory, ResidentFactory

pytestmark = pytest.mark.django_db
LIST = reverse("registry:cleanup_queue", args=["tat-ca"])


def case(commune, *, days_old: int = 1, resident=None, **fields) -> Finding:
    resident = resident or ResidentFactory(commune=commune)
    return FindingFactory(resident=resident, opened_at=timezone.now() - dt.timedelta(days=days_old), **fields)


def decide(client, finding: Finding, **typed):
    return client.post(reverse("registry:finding_decide", args=[finding.public_id]), typed)


def listed(client, **query) -> list[int]:
    return [row.record.pk for row in client.get(LIST, query).context["table"].rows]


def test_what_was_handed_to_me_comes_first_and_only_to_me(commune, officer, colleague):
    case(commune, days_old=30, severity="block")
    handed = case(commune, severity="remind")
    hand_over(handed, to=colleague, by=officer, message="Đồng chí ghé nhà hỏi giúp")
    assert claim_next(colleague) == handed
    Finding.objects.update(claimed_by=None, claimed_until=None)
    assert claim_next(officer) != handed


def test_a_case_handed_to_somebody_else_is_never_given(commune, officer, colleague):
    hand_over(case(commune), to=colleague, by=officer, message="Hỏi giúp")
    assert claim_next(officer) is None
    assert claim_next(OfficerFactory(unit=commune)) is None


def test_a_case_handed_to_somebody_who_left_is_everybodys_again(commune, other_commune, officer, colleague):
    gone, moved = case(commune), case(commune)
    hand_over(gone, to=colleague, by=officer, message="Hỏi giúp")
    elsewhere = OfficerFactory(unit=commune)
    hand_over(moved, to=elsewhere, by=officer, message="Hỏi giúp")
    type(officer).objects.filter(pk=colleague.pk).update(is_active=False)
    type(officer).objects.filter(pk=elsewhere.pk).update(unit=other_commune)
    assert {claim_next(officer).pk, claim_next(OfficerFactory(unit=commune)).pk} == {gone.pk, moved.pk}


def test_what_the_chief_was_asked_is_only_for_the_chief(commune, officer, colleague, chief):
    asked = case(commune, severity="remind")
    case(commune, days_old=30, severity="block", resident=ResidentFactory(commune=commune))
    ask_chief(asked, by=officer, message="Hai giấy tờ nói khác nhau")
    assert claim_next(chief) == asked
    Finding.objects.update(claimed_by=None, claimed_until=None)
    assert claim_next(colleague) != asked
    with pytest.raises(QueueRefused, match="đang chờ trưởng"):
        verify(asked, by=officer, basis="Giấy khai sinh")


def test_the_chief_hands_it_back_with_a_message(commune, officer, colleague, chief):
    asked = case(commune)
    ask_chief(asked, by=officer, message="Hai giấy tờ nói khác nhau")
    asked.refresh_from_db()
    assert colleagues_for(asked, hamlet="", but=chief)[1] == officer
    hand_over(asked, to=officer, by=chief, message="Theo giấy khai sinh gốc")
    asked.refresh_from_db()
    assert (asked.handed_to, asked.handed_by, asked.is_for_chief, asked.message) == (
        officer, chief, False, "Theo giấy khai sinh gốc",
    )  # fmt: skip
    assert claim_next(officer) == asked


@pytest.mark.parametrize("decision", ["verify", "set_aside"])
def test_a_decision_ends_the_question(commune, officer, chief, decision):
    asked = case(commune)
    ask_chief(asked, by=officer, message="Có xác minh được không?")
    if decision == "verify":
        verify(asked, by=chief, basis="Đã gặp công dân")
    else:
        set_aside(asked, by=chief, until=timezone.localdate() + dt.timedelta(days=2))
    asked.refresh_from_db()
    assert (asked.is_for_chief, asked.handed_at, asked.handed_by, asked.message) == (False, None, None, "")
    assert asked.decided_by == chief


def test_who_handed_it_over_can_take_it_back_and_a_third_cannot(commune, officer, colleague):
    third = OfficerFactory(unit=commune)
    handed = case(commune)
    hand_over(handed, to=colleague, by=officer, message="Hỏi giúp")
    for refused in (lambda: verify(handed, by=third, basis="Giấy khai sinh"),
                    lambda: hand_over(handed, to=officer, by=third, message="Xin lại"),
                    lambda: ask_chief(handed, by=third, message="Xin ý kiến")):  # fmt: skip
        with pytest.raises(QueueRefused, match="đã giao đồng chí Trung úy Trần Mẫu Vân"):
            refused()
    release(handed, by=third)
    handed.refresh_from_db()
    assert handed.handed_to == colleague
    release(handed, by=officer)
    handed.refresh_from_db()
    assert (handed.handed_to, handed.handed_at, handed.message) == (None, None, "")


@pytest.mark.parametrize(
    ("to", "message", "field"),
    [("officer", "Hỏi giúp", "to"), ("stranger", "Hỏi giúp", "to"), ("colleague", " ", "message")],
)
def test_handing_over_refuses(request, commune, officer, to, message, field):
    handed = case(commune)
    with pytest.raises(QueueRefused) as refused:
        hand_over(handed, to=request.getfixturevalue(to), by=officer, message=message)
    handed.refresh_from_db()
    assert (refused.value.field, handed.handed_to, handed.handed_at) == (field, None, None)


def test_the_chief_asks_nobody(commune, chief):
    with pytest.raises(QueueRefused, match="Đồng chí là trưởng"):
        ask_chief(case(commune), by=chief, message="Xin ý kiến")


def test_handing_over_brings_back_what_was_set_aside_and_is_audited(commune, officer, colleague):
    handed = case(commune)
    set_aside(handed, by=officer, until=timezone.localdate() + dt.timedelta(days=5))
    hand_over(handed, to=colleague, by=officer, message="Hỏi giúp")
    handed.refresh_from_db()
    assert (handed.state, handed.set_aside_until) == (FindingState.OPEN, None)
    event = AuditEvent.objects.filter(action=Action.DECIDE).latest("pk")
    assert (event.sentence, event.reason) == (
        "Chuyển đồng chí Trung úy Trần Mẫu Vân: E06 Thiếu nơi đăng ký khai sinh", "Hỏi giúp",
    )  # fmt: skip


def test_the_officer_of_the_hamlet_is_proposed(client_of, commune, officer, colleague, resident):
    Hamlet.objects.create(commune=commune, name="thôn 2", officer=colleague)  # the household writes "Thôn 2"
    finding = FindingFactory(resident=resident)
    form = client_of(officer).get(reverse("registry:cleanup_case", args=[finding.public_id])).context["outcomes"]
    assert form["hand_over"].initial == {"to": str(colleague.public_id)}


def test_a_colleague_is_given_the_case_on_the_page_and_finds_it(client_of, commune, officer, colleague, stranger):
    handed, following = case(commune, days_old=3), case(commune)
    client = client_of(officer)
    sent = {"outcome": "hand_over", "to": str(colleague.public_id), "handed_message": "Hỏi giúp bà Lan", "hang": "e"}
    answers = [decide(client, handed, **sent) for _ in range(2)]  # a second click goes on as well
    assert {answer.url for answer in answers} == {
        reverse("registry:cleanup_case", args=[following.public_id]) + "?hang=e"
    }
    assert AuditEvent.objects.filter(action=Action.DECIDE).count() == 1
    theirs = client_of(colleague)
    assert listed(theirs, can_bo="toi", vai="giao") == [handed.pk]
    assert listed(client, can_bo="toi", vai="chuyen") == [handed.pk]
    assert listed(client, can_bo=str(colleague.public_id)) == [handed.pk]
    shown = theirs.get(reverse("registry:cleanup_case", args=[handed.public_id])).content.decode()
    assert "Hỏi giúp bà Lan" in shown
    assert 'value="verify"' in shown
    assert (
        'value="verify"' not in client.get(reverse("registry:cleanup_case", args=[handed.public_id])).content.decode()
    )


@pytest.mark.parametrize(
    "typed",
    [
        {"outcome": "hand_over", "to": "", "handed_message": "Nhờ đồng chí hỏi"},
        {"outcome": "hand_over", "to": "none", "handed_message": "Nhờ đồng chí hỏi"},
        {"outcome": "ask_chief", "question": ""},
        {"outcome": "hand_over", "handed_message": ""},
        {"outcome": "khong-co"},
    ],
)
def test_bad_input_is_422_and_nothing_is_handed(client_of, commune, officer, colleague, typed):
    finding = case(commune)
    answer = decide(client_of(officer), finding, **typed)
    assert answer.status_code == 422
    assert typed.get("handed_message", "") in answer.content.decode()
    finding.refresh_from_db()
    assert finding.handed_at is None


def test_a_stranger_can_not_be_chosen(client_of, commune, officer, stranger):
    finding = case(commune)
    typed = {"outcome": "hand_over", "to": str(stranger.public_id), "handed_message": "Hỏi giúp"}
    assert "Chọn một đồng chí đang công tác tại xã." in decide(client_of(officer), finding, **typed).content.decode()


def test_the_overview_counts_what_the_lists_show(client_of, commune, officer, colleague, chief, outsider):
    mine, asked, others = case(commune), case(commune, rule="D04", group="D"), case(commune)
    hand_over(mine, to=officer, by=colleague, message="Hỏi giúp")
    hand_over(others, to=colleague, by=officer, message="Hỏi giúp")
    ask_chief(asked, by=officer, message="Xin ý kiến")
    FindingFactory(resident=outsider, is_for_chief=True)
    client = client_of(officer)
    page = client.get(reverse("registry:cleanup"))
    assert (page.context["for_me"], page.context["for_chief"]) == (1, 1)
    assert listed(client, can_bo="toi", vai="giao") == [mine.pk]
    assert listed(client, tinh_trang="cho-truong") == [asked.pk]
    for query in ("can_bo=toi&amp;vai=giao", "tinh_trang=cho-truong"):
        assert f'href="{LIST}?{query}"' in page.content.decode()
    assert [figure.for_chief for figure in group_figures(chief)] == [1, 0, 0, 0]
    assert "Giao cho tôi: 1 việc" in client.get("/").content.decode()
    assert "Chờ đồng chí cho ý kiến: 1 việc" in client_of(chief).get("/").content.decode()
    assert "ý kiến: " not in client.get("/").content.decode()


def test_the_rest_of_the_person_comes_before_the_next_person(commune, officer):
    person = ResidentFactory(commune=commune)
    first = case(commune, days_old=9, resident=person, severity="block")
    rest = case(commune, days_old=1, resident=person, rule="S22", group="S", severity="warning")
    reminder = case(commune, days_old=9, resident=person, rule="L22", group="L", severity="remind")
    older = case(commune, days_old=8)
    queue, got = named("e"), []
    finding = claim_next(officer, queue)
    while finding:
        got.append(finding.pk)
        set_aside(finding, by=officer, until=timezone.localdate() + dt.timedelta(days=1))
        finding = claim_next(officer, queue, after=finding)
    assert got == [first.pk, rest.pk, older.pk]  # a reminder of another group waits for its own queue
    assert claim_next(officer, named("l")) == reminder


def test_the_queue_of_a_rule_stays_within_it(commune, officer):
    person = ResidentFactory(commune=commune)
    wanted = case(commune, resident=person)
    case(commune, resident=person, rule="E07", severity="block")
    finding = claim_next(officer, named("e06"))
    assert finding == wanted
    set_aside(finding, by=officer, until=timezone.localdate() + dt.timedelta(days=1))
    assert claim_next(officer, named("e06"), after=finding) is None


def test_skipped_cases_come_last_and_the_one_skipped_longest_ago_first(commune, officer, colleague):
    one, two = case(commune, days_old=3), case(commune, days_old=2)
    skip(one, by=officer)
    assert claim_next(officer, after=one) == two
    skip(two, by=officer)
    assert claim_next(officer, after=two) == one
    Finding.objects.update(claimed_by=None, claimed_until=None)
    assert claim_next(colleague) == one


def test_skipping_the_only_case_says_so(client_of, commune, officer):
    finding = case(commune)
    answer = decide(client_of(officer), finding, outcome="skip", hang="e")
    assert answer.url == reverse("registry:cleanup_queue", args=["e"])
    finding.refresh_from_db()
    assert (finding.state, finding.claimed_by) == (FindingState.OPEN, None)


def test_taking_a_case_from_the_list_holds_the_whole_person(client_of, commune, officer, colleague):
    finding = case(commune)
    beside = case(commune, resident=finding.resident, rule="E11")
    decide(client_of(officer), finding, outcome="take")
    assert claim_next(colleague) is None
    with pytest.raises(QueueRefused, match="đang xử lý"):
        take(beside, by=colleague)


@pytest.mark.parametrize("slug", ["e99", "x", "E", "e6", "e061", "d00"])
def test_there_is_no_queue_of_another_name(client_of, officer, slug):
    assert named(slug) is None
    assert client_of(officer).get(f"/lam-sach/{slug}/").status_code == 404


def test_a_case_keeps_to_the_queue_it_was_opened_from(commune):
    finding = case(commune)
    slugs = ["tat-ca", "e", "e06", "d", "e07", "zz", ""]
    assert [queue_for(finding, slug).slug for slug in slugs] == ["tat-ca", "e", "e06", "e", "e", "e", "e"]
