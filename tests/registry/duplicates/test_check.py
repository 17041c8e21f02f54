"""Who may already be here: the question every path that writes a person asks, answered without workers or Redis."""

import uuid

import pytest
from django.urls import reverse

from accounts.models import Action, AuditEvent
from registry.duplicates import check, index
from registry.duplicates.search import search_due
from registry.models import DuplicatePair, NumberKind, RelationKind, Resident
from tests.factories import IdentityNumberFactory, RelationFactory, ResidentFactory

pytestmark = pytest.mark.django_db

LAN = {"full_name": "nguyen thi mau lan", "birth_date": "21/5/1990", "sex": "2"}


@pytest.fixture
def lan(commune) -> Resident:
    person = ResidentFactory(commune=commune, phone="0912345678")
    index.refresh([person.pk])
    return person


def known(person: Resident) -> Resident:
    index.refresh([person.pk])
    return person


def test_name_and_birth_find_her_with_the_reason(officer, lan):
    answer = check.already_here(LAN, officer=officer)
    assert [one.resident for one in answer.here] == [lan]
    assert "cùng họ tên khi bỏ dấu" in answer.here[0].sentence.lower()
    assert not answer.elsewhere


def test_somebody_else_is_not_found(officer, lan):
    assert check.already_here(LAN | {"full_name": "Trần Văn Khác", "sex": "1"}, officer=officer).here == []


def test_a_retired_number_alone_finds_its_person(officer, lan):
    IdentityNumberFactory(resident=lan, number="001190000001", is_active=False)
    known(lan)
    found = check.already_here({"personal_number": "001190000001"}, officer=officer).here
    assert [one.resident for one in found] == [lan]


def test_the_record_being_corrected_is_no_copy_of_itself(officer, lan):
    assert check.already_here(LAN, officer=officer, but=lan.pk).here == []


def test_of_another_commune_only_that_there_is_one(officer, other_commune):
    there = ResidentFactory(commune=other_commune)
    IdentityNumberFactory(resident=there, number="001190000001")
    known(there)
    answer = check.already_here(LAN | {"personal_number": "001190000001"}, officer=officer)
    assert (answer.here, answer.elsewhere) == ([], True)


def test_the_hint_of_a_twin(officer, commune):
    brother = ResidentFactory(commune=commune, full_name="Nguyễn Văn Hùng", sex=1, phone="")
    IdentityNumberFactory(resident=brother, number="001090000001")
    RelationFactory(resident=brother, kind=RelationKind.MOTHER, name="Lê Thị Mẫu")
    RelationFactory(resident=brother, kind=RelationKind.FATHER, name="Nguyễn Văn Mẫu")
    known(brother)
    typed = {
        "full_name": "Nguyễn Văn Hưng", "birth_date": "21/05/1990", "sex": "1", "personal_number": "001090000002",
        "mother_name": "Lê Thị Mẫu", "father_name": "Nguyễn Văn Mẫu", "commune_code": commune.code,
    }  # fmt: skip
    [found] = check.already_here(typed, officer=officer).here
    assert (found.resident, found.is_twin) == (brother, True)


def test_nothing_typed_asks_nobody(officer, lan, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert check.already_here({}, officer=officer).here == []


@pytest.mark.parametrize("others", [1, 3])
def test_five_queries_however_many_resemble(officer, commune, others, django_assert_max_num_queries):
    for _ in range(others):
        known(ResidentFactory(commune=commune))
    with django_assert_max_num_queries(5):
        assert len(check.already_here(LAN, officer=officer).here) == others


def test_the_score_is_the_one_that_the_search_stores(officer, commune, lan):
    ResidentFactory(commune=commune, full_name="NGUYEN THI MAU LAN", matching_due=True)
    search_due()
    pair = DuplicatePair.objects.get()
    [found] = check.like(pair.right, officer=officer).here
    assert (found.score.bits, [list(line) for line in found.score.lines]) == (pair.score, pair.lines)


# --- Every path that writes a person ---------------------------------------------------------------------------------


def test_while_typing(client_of, officer, lan):
    page = client_of(officer).post(reverse("registry:decode"), LAN).content.decode()
    assert "đã có hồ sơ" in page
    assert lan.get_absolute_url() in page


def test_while_typing_somebody_of_another_commune_is_written_down_once(client_of, officer, other_commune):
    there = ResidentFactory(commune=other_commune)
    IdentityNumberFactory(resident=there, number="012345678", kind=NumberKind.CMND9)
    known(there)
    client, typed = client_of(officer), LAN | {"cmnd": "012345678", "phone": there.phone}
    for _ in range(2):
        page = client.post(reverse("registry:decode"), typed).content.decode()
    assert "Có hồ sơ rất giống ở xã khác" in page
    assert there.full_name not in page
    lines = AuditEvent.objects.filter(action=Action.SEARCH_OUTSIDE, sentence__contains="rất giống")
    assert lines.count() == 1


@pytest.fixture
def form(commune) -> dict[str, str]:
    return {
        "full_name": "Nguyễn Thị Mẫu Lan", "birth_date": "21/5/1990", "sex": "2", "ethnic_group": "01",
        "religion": "00", "nationality": "VN", "marital_status": "1", "phone": "0912345678",
        "birth_registration_place": "Xã Thử, Huyện Mẫu, Hà Nội", "birth_registration_province": "001",
        "home_town": "Xã Thử, Huyện Mẫu, Hà Nội", "father_name": "Nguyễn Văn Mẫu", "mother_name": "Lê Thị Mẫu",
        "permanent_unit": "Xã Mẫu Sơn", "permanent_hamlet": "Thôn 2", "permanent_street": "Số 5",
        "permanent_from": "1/7/2010", "present_same": "on", "household_choice": "none",
    }  # fmt: skip


def test_after_registering_and_the_profile_is_there_at_once(client_of, officer, lan, form):
    sent = client_of(officer).post(reverse("registry:resident_form", args=[uuid.uuid4()]), form, follow=True)
    assert "Có thể đã có hồ sơ: Nguyễn Thị Mẫu Lan" in sent.content.decode()
    person = Resident.objects.exclude(pk=lan.pk).get()  # told, never refused
    assert index.read([person.pk]) == index.records_of([person.pk])


def test_after_correcting(client_of, officer, lan, form):
    client = client_of(officer)
    client.post(reverse("registry:resident_form", args=[uuid.uuid4()]), form | {"full_name": "Trần Thị Khác"})
    other = Resident.objects.exclude(pk=lan.pk).get()
    address = reverse("registry:resident_edit", args=[other.public_id])
    sent = client.post(address, form, follow=True)
    assert "Có thể đã có hồ sơ: Nguyễn Thị Mẫu Lan" in sent.content.decode()


def test_a_scanned_card_of_an_unknown_number(client_of, officer, lan):
    card = "001190000777||Nguyễn Thị Mẫu Lan|21051990|Nữ|Số 5, Thôn 2, Xã Mẫu Sơn|01072021"
    page = client_of(officer).post(reverse("registry:scan"), {"q": card})
    assert page.context["near"] == [lan]
