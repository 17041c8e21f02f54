"""The pages of residence procedures: bounds, bait, Back, double click, a colleague in between."""

import uuid

import pytest
from django.urls import reverse

from registry.changes import kinds
from registry.models import Change, HouseholdRole, Residence, Resident
from tests.factories import MembershipFactory, ResidentFactory

CODES = [kind.code for kind in kinds.every().values() if kind.group == "residence"]
NEW = {
    "received_on": "23/11/2026",
    "hamlet": "Thôn 7",
    "street": "Số 12",
    "present_same": "on",
    "effective_on": "20/11/2026",
}


def address(person: Resident, code: str = "dang-ky-thuong-tru") -> str:
    return reverse("registry:resident_change", args=[person.public_id, code, uuid.uuid4()])


@pytest.mark.parametrize("code", CODES)
def test_every_form_opens(resident, officer, client_of, code):
    page = client_of(officer).get(address(resident, code))
    assert page.status_code == 200
    assert kinds.every()[code].title in page.content.decode()


@pytest.mark.parametrize("members", [1, 3])
def test_a_form_and_its_preview_stay_within_twelve_queries(
    resident, officer, client_of, members, django_assert_max_num_queries
):
    home = resident.memberships.get().household
    for n in range(members - 1):
        one = ResidentFactory(commune=resident.commune, full_name=f"Trần Mẫu Con {n}")
        MembershipFactory(household=home, resident=one, role=HouseholdRole.objects.get(code="CON_DE"))
    client = client_of(officer)
    with django_assert_max_num_queries(12):
        client.get(address(resident))


def test_a_stranger_finds_no_form_and_no_row(outsider, officer, client_of, resident):
    client = client_of(officer)
    assert client.get(address(outsider)).status_code == 404
    assert client.post(address(outsider), NEW | {"buoc": "ghi"}).status_code == 404
    row = Residence.objects.get(resident=outsider, kind="permanent")
    answer = client.post(address(resident, "xoa-noi-cu-tru"), {
        "buoc": "xem", "received_on": "23/11/2026", "row": str(row.public_id), "reason": "Thử"})  # fmt: skip
    assert answer.status_code == 422
    assert "Nơi này vừa được xóa hoặc đổi; chọn lại." in answer.content.decode()


def test_a_stranger_never_goes_along(resident, outsider, officer, client_of):
    answer = client_of(officer).post(address(resident), NEW | {"buoc": "xem", f"with_{outsider.public_id.hex}": "on"})
    assert [line["who"] for line in answer.context["preview"].lines] == [resident.full_name] * 2


def test_twice_sent_is_once_written(resident, officer, client_of):
    client, url = client_of(officer), address(resident)
    seen = client.post(url, NEW | {"buoc": "xem"}).context["preview"].seal
    for _ in range(2):
        client.post(url, NEW | {"buoc": "ghi", "seen": seen})
    assert Change.objects.count() == 1
    assert Residence.objects.filter(resident=resident, kind="permanent").count() == 2


def test_back_keeps_what_was_typed(resident, officer, client_of):
    page = client_of(officer).post(address(resident), NEW | {"buoc": "sua"})
    assert page.context["form"]["street"].value() == "Số 12"
    assert Residence.objects.filter(resident=resident).count() == 2


def test_bad_input_keeps_the_text_and_writes_nothing(resident, officer, client_of):
    page = client_of(officer).post(address(resident), NEW | {"buoc": "ghi", "effective_on": "31/11/2026"})
    assert page.status_code == 422
    assert page.context["form"]["effective_on"].value() == "31/11/2026"
    assert not Change.objects.exists()


def test_a_colleague_was_faster(resident, officer, colleague, client_of):
    client, url = client_of(officer), address(resident)
    seen = client.post(url, NEW | {"buoc": "xem"}).context["preview"].seal
    Residence.objects.filter(resident=resident, kind="permanent").update(street="Số 6")
    answer = client.post(url, NEW | {"buoc": "ghi", "seen": seen})
    assert answer.status_code == 422
    assert "dữ liệu đã thay đổi" in answer.context["notice"]
    assert not Change.objects.exists()


def test_what_is_next_is_said_after_writing(resident, officer, client_of):
    client, url = client_of(officer), address(resident)
    seen = client.post(url, NEW | {"buoc": "xem"}).context["preview"].seal
    page = client.post(url, NEW | {"buoc": "ghi", "seen": seen}, follow=True)
    assert "làm tiếp việc tách hộ, chuyển hộ hoặc sửa địa chỉ hộ." in page.content.decode()


def test_the_dead_are_offered_only_what_closes(resident, officer, client_of):
    Resident.objects.filter(pk=resident.pk).update(state="deceased")
    resident.refresh_from_db()
    offered = [kind.code for _, found in kinds.offered_to(resident) for kind in found if kind.group == "residence"]
    assert offered == ["xoa-tam-tru", "xoa-thuong-tru", "xoa-noi-cu-tru"]
    assert client_of(officer).get(address(resident)).status_code == 302


def test_hamlets_of_the_commune_are_suggested(resident, officer, client_of):
    page = client_of(officer).get(address(resident)).content.decode()
    assert '<datalist id="thon"><option value="Thôn 2"></option></datalist>' in page
