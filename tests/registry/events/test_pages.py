"""The pages of events: bounds, bait, Back, double click, a colleague in between."""

import uuid

import pytest
from django.urls import reverse

from registry.changes import kinds
from registry.models import Change, HouseholdRole, Resident
from tests.factories import MembershipFactory, ResidentFactory
from tests.registry.events.conftest import PAPER

CODES = [kind.code for kind in kinds.every().values() if kind.group == "event"]
DEATH = PAPER | {"paper_kind": "Trích lục khai tử", "received_on": "23/11/2026", "effective_on": "18/11/2026"}


def address(person: Resident, code: str = "khai-tu") -> str:
    return reverse("registry:resident_change", args=[person.public_id, code, uuid.uuid4()])


@pytest.mark.parametrize("code", CODES)
def test_every_form_opens_within_twelve_queries(couple, officer, client_of, code, django_assert_max_num_queries):
    client = client_of(officer)
    if code == "dinh-chinh-con-song":
        Resident.objects.filter(pk=couple.wife.pk).update(state="deceased")
    with django_assert_max_num_queries(12):
        page = client.get(address(couple.wife, code))
    assert page.status_code == 200
    assert kinds.every()[code].title in page.content.decode()


@pytest.mark.parametrize("members", [1, 3])
def test_a_big_household_costs_no_more(resident, officer, client_of, members, django_assert_max_num_queries):
    home = resident.memberships.get().household
    for n in range(members - 1):
        one = ResidentFactory(commune=resident.commune, full_name=f"Trần Mẫu Con {n}")
        MembershipFactory(household=home, resident=one, role=HouseholdRole.objects.get(code="CON_DE"))
    client = client_of(officer)
    with django_assert_max_num_queries(12):
        client.get(address(resident, "khai-sinh"))


def test_a_stranger_records_no_death(outsider, officer, client_of):
    client = client_of(officer)
    assert client.get(address(outsider)).status_code == 404
    assert client.post(address(outsider), DEATH | {"buoc": "ghi", "seen": "x"}).status_code == 404
    outsider.refresh_from_db()
    assert outsider.state == "living"


def test_twice_sent_is_once_written(couple, officer, client_of):
    client, url = client_of(officer), address(couple.wife)
    seen = client.post(url, DEATH | {"buoc": "xem"}).context["preview"].seal
    answers = [client.post(url, DEATH | {"buoc": "ghi", "seen": seen}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Change.objects.count() == 1


def test_a_birth_twice_sent_is_one_child(couple, officer, client_of):
    typed = PAPER | {"paper_kind": "Giấy khai sinh", "received_on": "23/11/2026", "full_name": "Trần Mẫu Bé",
                     "sex": "1", "effective_on": "2/11/2026", "joins": "on", "lives_here": "on"}  # fmt: skip
    client, url = client_of(officer), address(couple.wife, "khai-sinh")
    seen = client.post(url, typed | {"buoc": "xem"}).context["preview"].seal
    for _ in range(2):
        client.post(url, typed | {"buoc": "ghi", "seen": seen})
    assert Resident.objects.filter(full_name="Trần Mẫu Bé").count() == 1


def test_a_birth_that_waits_links_to_nobody_yet(couple, officer, client_of):
    typed = PAPER | {"paper_kind": "Giấy khai sinh", "received_on": "23/11/2026", "full_name": "Trần Mẫu Bé",
                     "sex": "1", "effective_on": "2/11/2026", "joins": "on", "lives_here": "on"}  # fmt: skip
    client = client_of(officer)
    client.post(address(couple.wife, "khai-sinh"), typed | {"buoc": "nhan"})
    change = Change.objects.get()
    page = client.get(change.get_absolute_url())
    assert "<h2>Trần Mẫu Bé</h2>" in page.content.decode()
    decide = reverse("registry:change_decide", args=[change.public_id])
    looked = client.post(decide, {"buoc": "xem"})
    assert "<h2>Trần Mẫu Bé</h2>" in looked.content.decode()
    client.post(decide, {"buoc": "dong-y", "seen": looked.context["preview"].seal})
    child = Resident.objects.get(full_name="Trần Mẫu Bé")
    assert f'href="{child.get_absolute_url()}"' in client.get(change.get_absolute_url()).content.decode()


def test_back_keeps_what_was_typed(couple, officer, client_of):
    page = client_of(officer).post(address(couple.wife), DEATH | {"buoc": "sua"})
    assert page.context["form"]["paper_number"].value() == "12/2026"


def test_bad_input_keeps_the_text_and_writes_nothing(couple, officer, client_of):
    page = client_of(officer).post(address(couple.wife), DEATH | {"buoc": "ghi", "effective_on": "31/11/2026"})
    assert page.status_code == 422
    assert page.context["form"]["effective_on"].value() == "31/11/2026"
    assert not Change.objects.exists()


def test_a_colleague_was_faster(couple, officer, client_of):
    client, url = client_of(officer), address(couple.wife)
    seen = client.post(url, DEATH | {"buoc": "xem"}).context["preview"].seal
    Resident.objects.filter(pk=couple.husband.pk).update(marital_status="3a")
    answer = client.post(url, DEATH | {"buoc": "ghi", "seen": seen})
    assert (answer.status_code, Change.objects.count()) == (422, 0)
    assert "dữ liệu đã thay đổi" in answer.context["notice"]


def test_the_link_to_the_change_of_head_is_there_before_and_after(couple, officer, client_of):
    client, url = client_of(officer), address(couple.wife)
    link = f'<a href="/ho-gia-dinh/{couple.home.public_id}/lam/doi-chu-ho/">Làm tiếp: Đổi chủ hộ</a>'
    looked = client.post(url, DEATH | {"buoc": "xem"})
    assert link in looked.content.decode()
    page = client.post(url, DEATH | {"buoc": "ghi", "seen": looked.context["preview"].seal}, follow=True)
    assert link in page.content.decode()


def test_an_event_is_received_and_waits_three_working_days(couple, officer, client_of):
    client, url = client_of(officer), address(couple.wife)
    client.post(url, DEATH | {"buoc": "nhan"})
    change = Change.objects.get()
    assert (change.state, f"{change.due_on}") == ("waiting", "2026-11-27")  # 24/11 is a holiday
    couple.wife.refresh_from_db()
    assert (couple.wife.state, couple.wife.scan_due) == ("living", True)
    decide = reverse("registry:change_decide", args=[change.public_id])
    page = client.post(decide, {"buoc": "xem"})
    client.post(decide, {"buoc": "dong-y", "seen": page.context["preview"].seal})
    couple.wife.refresh_from_db()
    assert couple.wife.state == "deceased"


def test_a_number_held_next_door_is_written_down(couple, outsider, officer, client_of):
    from accounts.models import AuditEvent

    typed = PAPER | {"paper_kind": "Giấy khai sinh", "received_on": "23/11/2026", "full_name": "Trần Mẫu Bé",
                     "sex": "2", "effective_on": "2/11/2026", "number": "001190000999"}  # fmt: skip
    answer = client_of(officer).post(address(couple.wife, "khai-sinh"), typed | {"buoc": "xem"})
    assert answer.status_code == 422
    assert outsider.full_name not in answer.content.decode()
    assert AuditEvent.objects.filter(action="search_outside").count() == 1
