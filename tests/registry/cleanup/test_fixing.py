"""Mending a case where it is shown, with the record's own fields, checks and writer."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Action, AuditEvent, Draft
from registry.cleanup.queue import claim_next, verify
from registry.cleanup.scan import scan
from registry.models import Finding, FindingState, IdentityNumber, Relation, Resident
from registry.residents.register import correct
from tests.conftest import settled
from tests.factories import FindingFactory, OfficerFactory, RelationFactory, ResidentFactory

pytestmark = pytest.mark.django_db


def spoiled(resident: Resident, rule: str, **fields) -> Finding:
    """The record with something wrong, and nothing else open on it: the rest is verified."""
    Resident.objects.filter(pk=resident.pk).update(**fields)
    scan([resident.pk])
    by = OfficerFactory(unit=resident.commune)
    rest = Finding.objects.filter(resident=resident).exclude(rule=rule)
    rest.update(state=FindingState.VERIFIED, decided_by=by, decided_at=timezone.now(), basis="Giấy khai sinh")
    return Finding.objects.get(resident=resident, rule=rule)


def case_url(finding: Finding) -> str:
    return reverse("registry:cleanup_case", args=[finding.public_id])


def opened(client, finding: Finding) -> dict[str, str]:
    """What the form of the page would send back as it stands."""
    page = client.get(case_url(finding))
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    token = page.context["submit_token"]
    return {name: str(value) for name, value in sent.items() if value not in (None, False)} | {"submit_token": token}


def fix(client, finding: Finding, sent: dict[str, str], **typed: str):
    return client.post(reverse("registry:finding_fix", args=[finding.public_id]), sent | typed)


def texts(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def wrong(resident) -> Finding:
    return spoiled(resident, "D31", phone="123")


def test_a_mended_case_closes_at_once_and_the_next_opens(client_of, officer, wrong, commune):
    following = FindingFactory(resident=ResidentFactory(commune=commune), rule="D04", group="D")
    client = client_of(officer)
    answer = fix(client, wrong, opened(client, wrong), phone="0912 345 678", hang="d", note="Hỏi tại nhà")
    assert answer.url == f"{case_url(following)}?hang=d"
    wrong.refresh_from_db()
    person = Resident.objects.get(pk=wrong.resident_id)
    assert (wrong.state, person.phone, person.scan_due) == (FindingState.CLOSED, "0912345678", False)
    event = AuditEvent.objects.get(action=Action.CHANGE)
    assert (event.sentence, event.reason) == (f"Sửa {person.audit_label()}: điện thoại", "Hỏi tại nhà")


def test_only_the_asked_field_is_written(client_of, officer, wrong):
    """The name has been taken apart by an officer, the residence has its dates: none of it is on the page."""
    person = wrong.resident
    parts = {"surname": "Nguyễn Thị", "middle_name": "Mẫu", "given_name": "Lan", "split_confirmed": True}
    Resident.objects.filter(pk=person.pk).update(**parts)
    before = [list(rows.order_by("pk").values()) for rows in (person.residences, person.memberships, person.relations)]
    client = client_of(officer)
    fix(client, wrong, opened(client, wrong), phone="0912345678")
    after = [list(rows.order_by("pk").values()) for rows in (person.residences, person.memberships, person.relations)]
    person.refresh_from_db()
    assert before == after
    assert {name: getattr(person, name) for name in parts} == parts


def test_the_source_and_the_paper_are_written_with_the_value(client_of, officer, wrong):
    client = client_of(officer)
    fix(client, wrong, opened(client, wrong), phone="0912345678", source="GIAY_TO", source_on="2/1/2026")
    assert Resident.objects.get().sources["phone"] == {"source": "GIAY_TO", "on": "2026-01-02"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"phone": "12ab"}, "Số điện thoại"), ({"phone": "0912345678", "source_on": "31/2/2026"}, "Ghi đủ ngày, tháng")],
)
def test_bad_input_is_told_beside_the_field_and_nothing_is_written(client_of, officer, wrong, typed, said):
    client = client_of(officer)
    answer = fix(client, wrong, opened(client, wrong), **typed)
    assert answer.status_code == 422
    for text in (said, *typed.values()):
        assert text in texts(answer)
    wrong.refresh_from_db()
    assert (wrong.state, Resident.objects.get().phone) == (FindingState.OPEN, "123")
    assert not AuditEvent.objects.filter(action=Action.CHANGE).exists()


def test_values_that_still_fire_are_kept_and_told(client_of, officer, resident):
    finding = spoiled(resident, "S19", full_name="Nguyeenx Thij Hoa")
    client = client_of(officer)
    answer = fix(client, finding, opened(client, finding), full_name="Nguyễn Thij Hoa")
    assert answer.url == f"{case_url(finding)}?hang=s"
    page = texts(client.get(answer.url))
    assert "Quy tắc S19 vẫn còn báo" in page
    assert 'value="Nguyễn Thij Hoa"' in page
    assert Resident.objects.get().full_name == "Nguyễn Thij Hoa"


def test_a_colleagues_change_meanwhile_is_not_lost(client_of, officer, colleague, wrong):
    client = client_of(officer)
    sent = opened(client, wrong)
    correct(wrong.resident, {"phone": "0987654321"}, by=colleague)
    answer = fix(client, wrong, sent, phone="0912345678")
    assert answer.status_code == 422
    assert "Trần Mẫu Vân đã ghi" in texts(answer)
    assert Resident.objects.get().phone == "0987654321"
    sheet = answer.context["sheet"]
    again = sent | {"opened_with": sheet.form.data["opened_with"], "seen_with": sheet.seen_with, "chon_phone": "mine"}
    fix(client, wrong, again, phone="0912345678")
    assert Resident.objects.get().phone == "0912345678"


def test_a_colleagues_change_elsewhere_in_the_record_does_not_matter(client_of, officer, colleague, wrong):
    client = client_of(officer)
    sent = opened(client, wrong)
    correct(wrong.resident, {"home_town": "Xã Khác, Huyện Mẫu, Hà Nội"}, by=colleague)
    assert fix(client, wrong, sent, phone="0912345678").status_code == 302
    person = Resident.objects.get()
    assert (person.phone, person.home_town) == ("0912345678", "Xã Khác, Huyện Mẫu, Hà Nội")


def test_a_double_click_writes_once_and_goes_on(client_of, officer, wrong, commune):
    following = FindingFactory(resident=ResidentFactory(commune=commune), rule="D04", group="D")
    client = client_of(officer)
    sent = opened(client, wrong) | {"phone": "0912345678"}
    answers = [fix(client, wrong, sent) for _ in range(2)]
    assert {answer.url for answer in answers} == {f"{case_url(following)}?hang=d"}
    assert AuditEvent.objects.filter(action=Action.CHANGE).count() == 1


def test_a_case_in_a_colleagues_hands_is_not_mended(client_of, officer, colleague, wrong):
    client = client_of(officer)
    sent = opened(client, wrong)
    claim_next(colleague)
    answer = fix(client, wrong, sent, phone="0912345678")
    assert answer.status_code == 422
    assert "Đồng chí Trung úy Trần Mẫu Vân đang xử lý người này" in texts(answer)
    assert 'value="0912345678"' in texts(answer)
    assert Resident.objects.get().phone == "123"


def test_a_case_that_is_not_open_is_not_mended_here(client_of, officer, wrong):
    client = client_of(officer)
    sent = opened(client, wrong)
    verify(wrong, by=officer, basis="Đã gọi điện, số đúng")
    answer = fix(client, wrong, sent, phone="0912345678")
    assert answer.status_code == 422
    assert "Việc này không còn mở: đã xác minh, đúng." in texts(answer)
    assert Resident.objects.get().phone == "123"


def test_next_doors_case_answers_404(client_of, stranger, officer, wrong):
    sent = opened(client_of(officer), wrong)
    assert fix(client_of(stranger), wrong, sent, phone="0912345678").status_code == 404
    assert Resident.objects.get().phone == "123"


def test_parents_are_mended_in_place(client_of, officer, resident):
    Relation.objects.filter(resident=resident, kind="mother").delete()
    finding = spoiled(resident, "E12")
    client = client_of(officer)
    sent = opened(client, finding)
    assert sent["father_name"] == "Nguyễn Văn Mẫu"
    fix(client, finding, sent, mother_name="Lê Thị Mẫu")
    finding.refresh_from_db()
    assert finding.state == FindingState.CLOSED
    assert sorted(resident.relations.filter(is_current=True).values_list("name", flat=True)) == [
        "Lê Thị Mẫu", "Nguyễn Văn Mẫu",
    ]  # fmt: skip


def test_a_number_is_given_and_one_of_another_record_is_refused(client_of, officer, resident, commune):
    IdentityNumber.objects.filter(resident=resident).delete()
    finding = spoiled(resident, "E01")
    settled(commune, number="001190000777")
    client = client_of(officer)
    answer = fix(client, finding, opened(client, finding), number="001190000777")
    assert answer.status_code == 422
    assert not IdentityNumber.objects.filter(resident=resident).exists()
    fix(client, finding, opened(client, finding), number="001190000778")
    assert IdentityNumber.objects.get(resident=resident).number == "001190000778"


def test_a_number_that_stands_is_changed_by_its_own_desk(client_of, officer, resident):
    finding = spoiled(resident, "D04", sex=1)
    page = client_of(officer).get(case_url(finding))
    assert page.context["form"].only == ("sex",)
    number_work = reverse("registry:resident_change_new", args=[resident.public_id, "sua-so"])
    assert f'href="{number_work}?ve=/lam-sach/viec/' in texts(page)


def test_a_record_without_a_real_birth_date_is_mended_there_first(client_of, officer, resident):
    finding = spoiled(resident, "D31", phone="123")
    Resident.objects.filter(pk=resident.pk).update(birth_month=2, birth_day=31)
    client = client_of(officer)
    answer = fix(client, finding, opened(client, finding), phone="0912345678")
    assert answer.status_code == 422
    assert "sửa ngày sinh trước" in texts(answer)
    assert Resident.objects.get().phone == "123"


def test_another_desks_work_brings_the_officer_back(client_of, officer, resident):
    finding = FindingFactory(resident=resident, rule="E17", evidence={"sentence": "Thiếu nơi ở hiện tại."})
    client = client_of(officer)
    work = client.get(case_url(finding)).context["works"][0]
    form = client.get(work["url"], {"ve": work["back"]})
    here = form.url  # a form of its own, which still knows the way back
    day, place = "20/11/2026", {"unit": "Xã Mẫu Sơn", "hamlet": "Thôn 5", "street": "Số 1"}
    typed = {"buoc": "xem", "received_on": day, "effective_on": day} | place
    preview = client.post(here, typed)
    assert preview.status_code == 200, preview.context["form"].errors
    answer = client.post(here, typed | {"buoc": "ghi", "seen": preview.context["preview"].seal})
    assert answer.url == f"{case_url(finding)}?hang=e"


# --- what the case proposes --------------------------------------------------------------------------------------


@pytest.fixture
def proposed(resident) -> Finding:
    Resident.objects.filter(pk=resident.pk).update(sources={"full_name": {"source": "QR", "on": "2026-01-02"}})
    return spoiled(resident, "S20", full_name="Nguyễn Thị Thúy Hùynh")


def accept(client, finding: Finding, **typed: str):
    page = client.get(case_url(finding))
    sent = {"chap_nhan": "1", "da_xem": page.context["seal"], "submit_token": page.context["submit_token"]}
    return client.post(reverse("registry:finding_fix", args=[finding.public_id]), sent | typed)


def test_one_click_writes_what_is_proposed_and_keeps_the_source(client_of, officer, proposed):
    client = client_of(officer)
    assert "Nguyễn Thị Thúy Huỳnh" in texts(client.get(case_url(proposed)))
    assert accept(client, proposed).url == reverse("registry:cleanup_queue", args=["s"])
    proposed.refresh_from_db()
    person = Resident.objects.get()
    assert (proposed.state, person.full_name) == (FindingState.CLOSED, "Nguyễn Thị Thúy Huỳnh")
    assert person.sources["full_name"]["source"] == "QR"
    event = AuditEvent.objects.get(action=Action.CHANGE)
    assert event.reason == "Chấp nhận gợi ý: S20 Dấu thanh đặt sai chữ"
    assert event.data == {"họ, chữ đệm và tên": ["Nguyễn Thị Thúy Hùynh", "Nguyễn Thị Thúy Huỳnh"]}


def test_broken_letters_of_a_parent_are_accepted_too(client_of, officer, resident):
    RelationFactory(resident=resident, kind="spouse", name="NguyÔn V¨n §øc")
    finding = spoiled(resident, "S15")
    accept(client_of(officer), finding)
    assert resident.relations.get(kind="spouse").name == "Nguyễn Văn Đức"


def test_a_proposal_that_moved_is_refused(client_of, officer, colleague, proposed):
    client = client_of(officer)
    seal = client.get(case_url(proposed)).context["seal"]
    correct(proposed.resident, {"full_name": "Nguyễn Thị Khác"}, by=colleague)
    answer = client.post(reverse("registry:finding_fix", args=[proposed.public_id]), {"chap_nhan": "1", "da_xem": seal})
    assert (answer.status_code, Resident.objects.get().full_name) == (422, "Nguyễn Thị Khác")
    assert "Hồ sơ vừa đổi" in texts(answer)


def test_accepting_is_refused_while_a_colleague_has_the_person(client_of, officer, colleague, proposed):
    client = client_of(officer)
    page = client.get(case_url(proposed))
    claim_next(colleague)
    answer = client.post(
        reverse("registry:finding_fix", args=[proposed.public_id]), {"chap_nhan": "1", "da_xem": page.context["seal"]}
    )
    assert answer.status_code == 422
    assert Resident.objects.get().full_name == "Nguyễn Thị Thúy Hùynh"


# --- verified, then changed --------------------------------------------------------------------------------------


def test_a_verification_lapses_with_the_value_and_can_be_given_again(officer, colleague, resident):
    finding = spoiled(resident, "D12", full_name="Nguyễn Văn Mẫu Lan")
    verify(finding, by=officer, basis="Giấy khai sinh số 12/1990")
    scan([resident.pk])
    finding.refresh_from_db()
    assert finding.state == FindingState.VERIFIED  # the same value: it holds
    correct(resident, {"full_name": "Nguyễn Văn Mẫu Lan Anh"}, by=officer)
    scan([resident.pk])
    finding.refresh_from_db()
    assert (finding.state, finding.decided_by, finding.decided_at, finding.basis) == (FindingState.OPEN, None, None, "")
    verify(finding, by=colleague, basis="Trích lục khai sinh 2026")
    scan([resident.pk])
    finding.refresh_from_db()
    assert (finding.state, finding.decided_by, finding.basis) == (
        FindingState.VERIFIED, colleague, "Trích lục khai sinh 2026",
    )  # fmt: skip


def test_what_was_typed_when_the_session_ended_is_in_the_fields_again(client_of, officer, wrong):
    Draft.objects.create(
        officer=officer,
        unit=officer.unit,
        path=case_url(wrong),
        fields={"phone": ["0912"], "question": ["Có đúng không?"]},
    )
    page = texts(client_of(officer).get(case_url(wrong)))
    assert 'value="0912"' in page
    assert 'value="Có đúng không?"' in page
