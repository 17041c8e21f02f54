"""History by field: who, when, from what, to what, on which basis."""

import pytest
from django.urls import reverse

from registry.models import Resident
from registry.residents.forms import ResidentForm, initial_of
from registry.residents.history import HIDDEN, history_of


def correct_by_form(client, person: Resident, **values: str) -> None:
    """Open the record's form, type over some fields and send it."""
    page = client.get(reverse("registry:resident_edit", args=[person.public_id]))
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", False)}
    sent = {name: value.display() if hasattr(value, "display") else value for name, value in sent.items()}
    sent = {name: f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else value for name, value in sent.items()}
    answer = client.post(page.request["PATH_INFO"], sent | values)
    assert answer.status_code == 302, answer.context["form"].errors


def test_every_changed_field_is_told_with_officer_and_basis(resident, officer, client_of):
    correct_by_form(client_of(officer), resident, phone="0987654321", ethnic_group="02", note="Theo thẻ căn cước")
    entries = {entry.what: entry for entry in history_of(resident, officer) if entry.what in ("Điện thoại", "Dân tộc")}
    phone, group = entries["Điện thoại"], entries["Dân tộc"]
    assert (phone.before, phone.after, phone.by, phone.basis) == (
        "0912345678", "0987654321", "Lê Mẫu Hải", "Theo thẻ căn cước"
    )  # fmt: skip
    assert group.after == HIDDEN  # neither the old nor the new one is shown


def test_rows_that_hang_on_the_person_are_in_the_history(resident, officer, client_of):
    correct_by_form(client_of(officer), resident, permanent_street="Số 9", permanent_from="01/01/2010")
    told = [entry for entry in history_of(resident, officer) if entry.what == "Thường trú"]
    assert [("Số 9" in entry.after, "Số 5" in entry.before) for entry in told][0] == (True, True)


def test_a_bulk_update_is_in_the_history_too(resident, officer):
    Resident.objects.filter(pk=resident.pk).update(home_town="Xã Khác", birth_day=None)
    told = {entry.what: (entry.before, entry.after, entry.by) for entry in history_of(resident, officer)}
    assert told["Quê quán"] == ("Xã Thử, Huyện Mẫu, Hà Nội", "Xã Khác", "Hệ thống")
    assert told["Ngày sinh"] == ("21/05/1990", "05/1990", "Hệ thống")


@pytest.mark.parametrize("changes", [1, 3])
def test_the_page_is_cheap_and_shows_nobody_elses(
    changes, resident, outsider, officer, client_of, django_assert_max_num_queries
):
    client = client_of(officer)
    for number in range(changes):
        correct_by_form(client, resident, phone=f"098765432{number}")
    Resident.objects.filter(pk=outsider.pk).update(home_town="Bí mật của xã bên")
    with django_assert_max_num_queries(12):
        page = client.get(reverse("registry:resident_history", args=[resident.public_id]))
    assert page.content.decode().count("Điện thoại") == changes
    assert "Bí mật" not in page.content.decode()


def test_the_form_of_the_test_is_the_form_of_the_page(resident, officer):
    assert ResidentForm(officer=officer, resident=resident, initial=initial_of(resident)).initial["phone"]


def test_who_looks_from_above_reads_no_number_phone_or_address_whole(resident, officer, supervisor, client_of):
    correct_by_form(client_of(officer), resident, phone="0987654321", email="lan@mau.vn", note="Theo CMND 012345678")
    asked = reverse("registry:resident_history", args=[resident.public_id])
    whole = client_of(officer).get(asked).content.decode()
    seen = client_of(supervisor).get(asked).content.decode()
    for secret in ("0912345678", "0987654321", "001190000123", "lan@mau.vn", "012345678"):
        assert secret in whole
        assert secret not in seen
    assert "0987 ••• 321" in seen
    trail = reverse("registry:resident_trail", args=[resident.public_id])
    assert "012345678" in client_of(officer).get(trail).content.decode()
    assert "012345678" not in client_of(supervisor).get(trail).content.decode()
