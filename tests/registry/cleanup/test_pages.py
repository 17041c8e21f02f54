"""The desk as an officer meets it."""

import datetime as dt
import uuid
from urllib.parse import quote

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from accounts.models import Action, AuditEvent
from registry.cleanup.checklist import open_items
from registry.cleanup.figures import group_figures, rule_figures, unclean_residents
from registry.cleanup.panel import context_for
from registry.cleanup.queue import findings_open
from registry.cleanup.scan import scan
from registry.cleanup.tables import hamlets_of
from registry.models import Finding, FindingState, Household, Resident
from tests.factories import (
    FindingFactory,
    HouseholdFactory,
    IdentityNumberFactory,
    MembershipFactory,
    OfficerFactory,
    ResidentFactory,
)

pytestmark = pytest.mark.django_db
FindingEvent = apps.get_model("registry", "FindingEvent")


@pytest.fixture
def finding(resident) -> Finding:
    return FindingFactory(
        resident=resident,
        evidence={"sentence": "Hồ sơ chưa ghi nơi đăng ký khai sinh.", "values": [["Hộ", "00217"]], "key": ""},
        opened_at=timezone.now() - dt.timedelta(days=40),
    )


def case_url(finding: Finding, slug: str = "") -> str:
    return reverse("registry:cleanup_case", args=[finding.public_id]) + (f"?hang={slug}" if slug else "")


def decide(client, finding: Finding, **typed):
    return client.post(reverse("registry:finding_decide", args=[finding.public_id]), typed)


def text(response) -> str:
    return response.content.decode()


def test_the_overview_counts_what_the_lists_show(client_of, officer, finding, outsider):
    FindingFactory(resident=finding.resident, rule="L22", group="L", severity="remind")
    FindingFactory(resident=outsider)
    client = client_of(officer)
    shown = text(client.get(reverse("registry:cleanup")))
    assert "Thiếu nơi đăng ký khai sinh" in shown
    for figure in group_figures(officer):
        listed = client.get(figure.url)
        assert len(listed.context["table"].rows) == figure.count == findings_open(officer, figure.group).count()


def test_the_number_of_a_rule_opens_its_own_queue(client_of, officer, finding, commune):
    FindingFactory(resident=ResidentFactory(commune=commune), rule="E07", severity="warning")
    client = client_of(officer)
    for figure in rule_figures(officer):
        page = client.get(figure.url)
        assert [row.record.rule for row in page.context["table"].rows] == [figure.code] * figure.count
        assert f'action="{figure.url}lam-tiep/"' in text(page)
    filtered = client.get(reverse("registry:cleanup_queue", args=["e"]), {"quy_tac": "E07"})
    assert 'action="/lam-sach/e07/lam-tiep/"' in text(filtered)


def test_percent_clean_counts_people_with_something_serious(officer, finding, commune):
    ResidentFactory.create_batch(2, commune=commune)
    FindingFactory(resident=finding.resident, rule="E01")
    FindingFactory(resident=Resident.objects.last(), rule="E27", severity="remind")
    complete = group_figures(officer)[1]
    assert (complete.count, complete.unclean_people, complete.people) == (3, 1, 3)
    assert str(complete.percent_clean) == "66.66"
    assert list(unclean_residents(officer, "E")) == [finding.resident]
    assert [str(figure.percent_clean) for figure in group_figures(officer)][0] == "100.00"


def test_a_queue_can_be_searched_and_filtered(client_of, officer, finding, commune):
    other = ResidentFactory(commune=commune, full_name="Trần Văn Bền", phone="0987654321")
    IdentityNumberFactory(resident=other, number="001190777777")
    other_home = HouseholdFactory(commune=commune, hamlet="Thôn 9", code="00777")
    MembershipFactory(resident=other, household=other_home)
    FindingFactory(resident=other, rule="E07", severity="warning", claimed_by=officer,
                   claimed_until=timezone.now() + dt.timedelta(minutes=5))  # fmt: skip
    client, url = client_of(officer), reverse("registry:cleanup_queue", args=["e"])

    def names(**query) -> set[str]:
        return {row.record.resident.full_name for row in client.get(url, query).context["table"].rows}

    both = {"Nguyễn Thị Mẫu Lan", "Trần Văn Bền"}
    assert names() == both
    for query in (
        {"q": "tran van ben"}, {"q": "001 190 777 777"}, {"q": "0987654321"}, {"muc": "warning"}, {"quy_tac": "E07"},
        {"thon": "Thôn 9"}, {"can_bo": "toi"}, {"can_bo": "toi", "vai": "giu"}, {"vai": "giu"}, {"ho": other_home.code},
        {"ho": other_home.code.lstrip("0")},
    ):  # fmt: skip
        assert names(**query) == {"Trần Văn Bền"}, query
    for query in ({"tuoi": "30"}, {"vai": "trong"}, {"cu_dan": str(finding.resident.public_id)}):
        assert names(**query) == {"Nguyễn Thị Mẫu Lan"}, query
    assert names(vai="giao") == names(can_bo="toi", vai="thon") == names(tinh_trang="cho-truong") == set()


def test_sorting_by_age_by_severity_and_by_name(client_of, officer, finding, commune):
    FindingFactory(resident=ResidentFactory(commune=commune, full_name="Trần Văn An"), rule="E07", severity="block")
    client, url = client_of(officer), reverse("registry:cleanup_queue", args=["e"])

    def first(sort: str = "") -> str:
        return client.get(url, {"sort": sort} if sort else {}).context["table"].rows[0].record.resident.full_name

    assert [first(), first("-opened_at"), first("severity"), first("person")] == [
        "Nguyễn Thị Mẫu Lan", "Trần Văn An", "Trần Văn An", "Trần Văn An",
    ]  # fmt: skip


def test_next_opens_a_case_and_holds_it(client_of, officer, finding):
    answer = client_of(officer).post(reverse("registry:cleanup_next", args=["e"]))
    assert answer.url == case_url(finding, "e")
    finding.refresh_from_db()
    assert finding.claimed_by == officer


def test_an_empty_queue_says_so(client_of, officer):
    answer = client_of(officer).post(reverse("registry:cleanup_next", args=["s"]), follow=True)
    assert "Nhóm Sạch không còn việc nào chờ." in text(answer)


def test_the_case_shows_the_person_the_evidence_and_what_else_is_open(client_of, officer, finding):
    FindingFactory(resident=finding.resident, rule="L22", group="L", severity="remind")
    shown = text(client_of(officer).get(case_url(finding)))
    for wanted in (
        "Nguyễn Thị Mẫu Lan", "Thiếu nơi đăng ký khai sinh", "Hồ sơ chưa ghi nơi đăng ký khai sinh.", "00217",
        "Luật CC Đ9 k7", "Lâu chưa phúc tra", f"?ve={quote(case_url(finding, 'e'))}", 'data-key="x"',
    ):  # fmt: skip
        assert wanted in shown
    event = AuditEvent.objects.get(action=Action.VIEW, target_ref=str(finding.resident.public_id))
    assert event.sentence.startswith("Xem Nguyễn Thị Mẫu Lan, sinh 21/05/1990 để làm sạch: E06")


def test_a_verified_case_opens_the_next(client_of, officer, finding, commune):
    following = FindingFactory(resident=ResidentFactory(commune=commune))
    answer = decide(client_of(officer), finding, outcome="verify", basis="Giấy khai sinh số 12/1990")
    assert answer.url == case_url(following, "e")
    finding.refresh_from_db()
    assert finding.state == FindingState.VERIFIED


def test_a_second_click_goes_on_as_well(client_of, officer, finding, commune):
    following = FindingFactory(resident=ResidentFactory(commune=commune))
    client, typed = client_of(officer), {"outcome": "verify", "basis": "Giấy khai sinh số 12/1990"}
    first, second = decide(client, finding, **typed), decide(client, finding, **typed)
    assert first.url == second.url == case_url(following, "e")
    assert AuditEvent.objects.filter(action=Action.DECIDE).count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"outcome": "verify", "basis": ""}, "Ghi căn cứ đã xác minh"),
        ({"outcome": "verify", "basis": "có"}, "Ghi căn cứ đã xác minh"),
        ({"outcome": "verify", "basis": "x" * 301}, "300"),
        ({"outcome": "set_aside", "until": ""}, "Chọn ngày làm lại."),
        ({"outcome": "set_aside", "until": "31/2/2027"}, "Không đọc được ngày."),
        ({"outcome": "set_aside", "until": "1/1/2020", "reason": "Chờ giấy tờ"}, "Chọn một ngày sau hôm nay"),
    ],
)
def test_bad_input_is_told_beside_the_field_and_nothing_is_lost(client_of, officer, finding, typed, said):
    answer = decide(client_of(officer), finding, **typed)
    assert answer.status_code == 422
    assert said in text(answer)
    for value in typed.values():
        assert value in text(answer)
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN


def test_set_aside_until_a_day(client_of, officer, finding):
    until = timezone.localdate() + dt.timedelta(days=3)
    decide(client_of(officer), finding, outcome="set_aside", until=f"{until:%d/%m/%Y}", reason="Chờ giấy khai sinh")
    finding.refresh_from_db()
    assert (finding.state, finding.set_aside_until, finding.basis) == ("set_aside", until, "Chờ giấy khai sinh")


def test_giving_back_leads_to_the_list(client_of, officer, finding):
    client = client_of(officer)
    client.post(reverse("registry:cleanup_next", args=["e"]))
    assert decide(client, finding, outcome="release").url == reverse("registry:cleanup_queue", args=["e"])
    finding.refresh_from_db()
    assert finding.claimed_by is None


def test_coming_back_from_the_record_finds_the_case_closed(client_of, officer, resident):
    Resident.objects.filter(pk=resident.pk).update(phone="123")
    scan([resident.pk])
    finding = Finding.objects.get(resident=resident, rule="D31")
    Resident.objects.filter(pk=resident.pk).update(phone="0912345678", scan_due=True)
    assert "Đã sửa xong" in text(client_of(officer).get(case_url(finding)))


def test_what_the_check_on_opening_changes_names_the_officer(client_of, officer, resident):
    Resident.objects.filter(pk=resident.pk).update(phone="123")
    scan([resident.pk])
    finding = Finding.objects.get(resident=resident, rule="D31")
    Resident.objects.filter(pk=resident.pk).update(phone="0912345678", scan_due=True)
    client_of(officer).get(case_url(finding))
    closed = FindingEvent.objects.filter(pgh_obj=finding, state=FindingState.CLOSED).latest("pgh_id")
    context = closed.pgh_context.metadata
    assert (context["badge"], context["user"], context["url"]) == (officer.badge_number, officer.pk, case_url(finding))


def test_the_hamlets_to_choose_are_those_of_ones_own_commune(officer, supervisor, ministry, auditor, finding, outsider):
    Household.objects.filter(commune=outsider.commune).update(hamlet="Thôn Xã Bên")
    assert hamlets_of(officer) == [("Thôn 2", "Thôn 2")]
    assert [hamlets_of(one) for one in (supervisor, ministry, auditor)] == [[], [], []]


def test_a_colleague_sees_who_has_the_case_and_cannot_decide(client_of, officer, colleague, finding):
    client_of(officer).post(reverse("registry:cleanup_next", args=["e"]))
    client = client_of(colleague)
    shown = text(client.get(case_url(finding)))
    assert "Đồng chí Lê Mẫu Hải đang xử lý người này" in shown
    assert 'value="verify"' not in shown
    refused = decide(client, finding, outcome="verify", basis="Giấy khai sinh")
    assert refused.status_code == 422
    assert "đang xử lý" in text(refused)


def test_supervisors_look_and_do_not_touch(client_of, supervisor, finding):
    client = client_of(supervisor)
    assert "Sửa cả hồ sơ" not in text(client.get(case_url(finding)))
    assert client.post(reverse("registry:cleanup_next", args=["e"])).status_code == 403
    assert decide(client, finding, outcome="verify", basis="Giấy khai sinh").status_code == 403


def test_next_doors_cases_answer_404_and_are_audited(client_of, stranger, finding):
    client = client_of(stranger)
    person = {"cu_dan": str(finding.resident.public_id)}
    answers = [
        client.get(case_url(finding)),
        decide(client, finding, outcome="verify", basis="Giấy khai sinh"),
        client.get(reverse("registry:cleanup_queue", args=["tat-ca"]), person),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert AuditEvent.objects.filter(action=Action.REFUSED).count() == 3
    assert "Nguyễn Thị Mẫu Lan" not in text(client.get(reverse("registry:cleanup_queue", args=["tat-ca"])))


@pytest.mark.parametrize("bad", ["x", "123", "'"])
def test_a_broken_person_in_the_address_is_404(client_of, officer, bad):
    assert client_of(officer).get(reverse("registry:cleanup_queue", args=["e"]), {"cu_dan": bad}).status_code == 404


def household_of(finding: Finding, others: int) -> None:
    home = finding.resident.memberships.get().household
    for person in ResidentFactory.create_batch(others, commune=finding.commune):
        MembershipFactory(household=home, resident=person)
        FindingFactory(resident=person)


@pytest.mark.parametrize("others", [1, 3])
def test_pages_ask_at_most_twelve_queries(client_of, officer, finding, others, django_assert_num_queries):
    household_of(finding, others)
    client = client_of(officer)
    for url, queries in (
        (reverse("registry:cleanup"), 6),
        (reverse("registry:cleanup_queue", args=["e"]), 8),
        (case_url(finding), 10),
    ):
        with django_assert_num_queries(queries):
            assert client.get(url).status_code == 200


@pytest.mark.parametrize("others", [1, 3])
@pytest.mark.parametrize("rule", ["E11", "S03", "D32", "S24", "L22", "E20"])
def test_no_case_asks_more_than_twelve(client_of, officer, resident, rule, others, django_assert_max_num_queries):
    evidence = {"sentence": "Sai.", "values": [["Họ tên cha", "xxx"], ["Họ tên cha (gợi ý)", "Nguyễn"]], "key": ""}
    finding = FindingFactory(resident=resident, rule=rule, group=rule[0], evidence=evidence, handed_to=officer,
                             handed_by=officer, handed_at=timezone.now())  # fmt: skip
    household_of(finding, others)
    OfficerFactory.create_batch(others, unit=resident.commune)
    client = client_of(officer)
    with django_assert_max_num_queries(12):
        assert client.get(case_url(finding)).status_code == 200


def test_going_on_from_a_mended_case_stays_with_the_person(client_of, officer, finding, commune):
    older = FindingFactory(resident=ResidentFactory(commune=commune), opened_at=finding.opened_at)
    rest = FindingFactory(resident=finding.resident, rule="E11")
    Finding.objects.filter(pk=finding.pk).update(state="closed", closed_at=timezone.now())
    client, url = client_of(officer), reverse("registry:cleanup_next", args=["e"])
    assert client.post(url, {"sau": str(finding.public_id)}).url == case_url(rest, "e")
    Finding.objects.update(claimed_by=None, claimed_until=None)
    for nowhere in ("x", "", str(uuid.uuid4())):
        assert client.post(url, {"sau": nowhere}).url == case_url(older, "e")


def test_the_checklist_has_the_person_and_the_household_in_one_query(finding, officer, django_assert_num_queries):
    household_of(finding, 2)
    with django_assert_num_queries(1):
        items = open_items(finding.resident, officer)
    assert [item.is_own for item in items] == [True, False, False]
    assert items[0].title == "Thiếu nơi đăng ký khai sinh"


def test_the_home_box_knows_the_four_groups(officer, finding, django_assert_num_queries):
    with django_assert_num_queries(2):
        context = context_for(officer)
    assert [(figure.title, figure.count) for figure in context["groups"]] == [
        ("Đúng", 0), ("Đủ", 1), ("Sạch", 0), ("Sống", 0),
    ]  # fmt: skip
