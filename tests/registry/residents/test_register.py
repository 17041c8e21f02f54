"""Registering and correcting: one transaction, one person per form, nothing half-written."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pghistory.models
import pytest
from django.db import connection, transaction
from django.urls import reverse

from accounts.models import AuditEvent, Draft
from registry.models import Household, IdentityNumber, Residence, Resident
from registry.residents.forms import ResidentForm, initial_of
from registry.residents.numbers import retire
from registry.residents.refusal import RegisterRefused
from registry.residents.register import confirm, correct, register
from tests.conftest import settled
from tests.factories import (
    HouseholdFactory,
    HouseholdRoleFactory,
    IdentityNumberFactory,
    MembershipFactory,
    RelationFactory,
    ResidenceFactory,
    ResidentFactory,
)


@pytest.fixture
def child_role(db):
    return HouseholdRoleFactory(code="CON_DE", name="Con đẻ")


@pytest.fixture
def typed(commune) -> dict[str, str]:
    """A form filled in completely and rightly."""
    return {
        "number": "001 1 90 000777", "full_name": "Nguyễn  Thị Mẫu Thúy", "birth_date": "1/2/1990", "sex": "2",
        "cmnd": "012345678", "phone": "0912.345.678", "ethnic_group": "01", "religion": "00", "nationality": "VN",
        "marital_status": "1", "birth_registration_place": "Xã Thử, Huyện Mẫu, Hà Nội",
        "birth_registration_province": "001", "home_town": "Xã Thử, Huyện Mẫu, Hà Nội",
        "father_name": "Nguyễn Văn Mẫu", "mother_name": "Lê Thị Mẫu", "permanent_unit": "Xã Mẫu Sơn",
        "permanent_hamlet": "Thôn 2", "permanent_street": "Số 5", "permanent_from": "1/7/2010", "present_same": "on",
        "household_choice": "none",
    }  # fmt: skip


def address(token=None) -> str:
    return reverse("registry:resident_form", args=[token or uuid.uuid4()])


def errors_of(response) -> dict[str, list[str]]:
    return {field: list(errors) for field, errors in response.context["form"].errors.items()}


def test_a_filled_form_becomes_a_whole_record(client_of, officer, typed):
    response = client_of(officer).post(address(), typed)
    person = Resident.objects.get()
    assert response.url == reverse("registry:resident", args=[person.public_id])
    assert person.full_name == "Nguyễn Thị Mẫu Thúy"
    assert (person.surname, person.middle_name, person.given_name) == ("Nguyễn", "Thị Mẫu", "Thúy")
    assert person.birth_date.display() == "01/02/1990"
    assert person.phone == "0912345678"
    assert dict(person.numbers.values_list("kind", "number")) == {"SDDCN": "001190000777", "CMND9": "012345678"}
    assert dict(person.relations.values_list("kind", "name")) == {"father": "Nguyễn Văn Mẫu", "mother": "Lê Thị Mẫu"}
    assert sorted(person.residences.values_list("kind", "hamlet")) == [("permanent", "Thôn 2"), ("present", "Thôn 2")]
    assert person.commune == officer.unit and person.created_by == officer
    assert person.scan_due and person.matching_due


def test_registering_leaves_an_audit_line_and_history_with_the_officer(client_of, officer, typed):
    client_of(officer).post(address(), typed)
    assert AuditEvent.objects.filter(action="create", actor_badge="MS-001").count() == 1
    event = pghistory.models.Events.objects.tracks(Resident.objects.get()).get(pgh_label="insert")
    assert event.pgh_context["badge"] == "MS-001"


def test_sending_the_same_form_twice_makes_one_person(client_of, officer, typed):
    client, token = client_of(officer), uuid.uuid4()
    first, second = client.post(address(token), typed), client.post(address(token), typed)
    assert first.url == second.url
    assert Resident.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_person(officer, typed):
    token = uuid.uuid4()

    def send(_):
        form = ResidentForm(typed, officer=officer)
        assert form.is_valid(), form.errors
        try:
            return register(form.cleaned_data, by=officer, token=token)[0].pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        people = set(pool.map(send, range(4)))
    assert len(people) == 1
    assert Resident.objects.count() == 1
    assert IdentityNumber.objects.count() == 2


BAD = [
    ("number", "00119000077", "Số định danh phải đủ 12 chữ số; đang có 11."),
    ("number", "00119000077x", None),
    ("full_name", "", "Nhập họ, chữ đệm và tên."),
    ("full_name", "Nguyễn Văn 2", "Họ tên chỉ gồm chữ cái; bỏ chữ số và ký hiệu."),
    ("full_name", "x" * 101, "Dài quá 100 ký tự."),
    ("birth_date", "", "Nhập ngày sinh; chỉ biết năm thì ghi năm."),
    ("birth_date", "31/2/1990", None),
    ("birth_date", "1/1/2090", "Ngày sinh ở tương lai; kiểm tra lại năm."),
    ("sex", "", "Chọn giới tính."),
    ("sex", "7", "Giới tính chỉ là nam hoặc nữ."),
    ("cmnd", "12345", "Số CMND phải đủ 9 chữ số; đang có 5."),
    ("phone", "12345", None),
    ("other_name", "<b>", None),
    ("ethnic_group", "ZZ", "Giá trị này không có trong danh mục; chọn lại."),
    ("religion", "ZZ", "Giá trị này không có trong danh mục; chọn lại."),
    ("nationality", "Z9", "Giá trị này không có trong danh mục; chọn lại."),
    ("marital_status", "9", "Giá trị này không có trong danh mục; chọn lại."),
    ("birth_registration_province", "003", "Giá trị này không có trong danh mục; chọn lại."),
    ("birth_place", "x" * 201, "Dài quá 200 ký tự."),
    ("birth_registration_place", "x" * 201, "Dài quá 200 ký tự."),
    ("home_town", "x" * 201, "Dài quá 200 ký tự."),
    ("father_name", "Ông 3", "Họ tên chỉ gồm chữ cái; bỏ chữ số và ký hiệu."),
    ("mother_name", "???", None),
    ("parents_unknown", "on", "Đã có tên cha hoặc mẹ thì bỏ đánh dấu ô này."),
    ("permanent_unit", "Xã Không Có", "Không tìm thấy đúng một xã, phường; ghi thêm tên tỉnh hoặc chọn từ gợi ý."),
    ("permanent_unit", "", "Ghi xã, phường của nơi thường trú."),
    ("permanent_hamlet", "x" * 101, "Dài quá 100 ký tự."),
    ("permanent_street", "x" * 151, "Dài quá 150 ký tự."),
    ("permanent_from", "13/13/2013", None),
    ("permanent_from", "1980", "Cần đủ ngày, tháng, năm."),
    ("permanent_from", "1/1/1989", "Ngày đăng ký thường trú trước ngày sinh."),
    ("no_permanent_residence", "on", "Đã ghi nơi thường trú thì bỏ đánh dấu ô này."),
    ("temporary_from", "1/1/2026", None),
    ("temporary_to", "32/1/2026", None),
    ("temporary_hamlet", "x" * 101, "Dài quá 100 ký tự."),
    ("temporary_street", "x" * 151, "Dài quá 150 ký tự."),
    ("present_unit", "Xã Không Có", "Không tìm thấy đúng một xã, phường; ghi thêm tên tỉnh hoặc chọn từ gợi ý."),
    ("present_hamlet", "x" * 101, "Dài quá 100 ký tự."),
    ("present_street", "x" * 151, "Dài quá 150 ký tự."),
    ("household_choice", "khác", None),
    ("household_choice", "", "Chọn hộ."),
    ("household_code", "", None),
    ("household_role", "99999", "Quan hệ này không có trong danh mục hiện hành."),
    ("note", "x" * 301, "Dài quá 300 ký tự."),
    ("permanent_line", "x" * 301, "Dài quá 300 ký tự."),
    ("temporary_line", "x" * 301, "Dài quá 300 ký tự."),
    ("present_line", "x" * 301, "Dài quá 300 ký tự."),
    ("full_name", "NguyÔn V¨n §øc", "Chữ bị lỗi phông TCVN3, VNI. Có lẽ là “Nguyễn Văn Đức”."),
    ("father_name", "Nguyá»…n VÄƒn Máº«u", "Chữ bị lỗi bảng mã UTF-8. Có lẽ là “Nguyễn Văn Mẫu”."),
    ("surname", "Trần", None),
    ("middle_name", "Thị 2", "Họ tên chỉ gồm chữ cái; bỏ chữ số và ký hiệu."),
    ("given_name", "Thúy Hằng", None),
    ("second_nationality", "Z9", "Giá trị này không có trong danh mục; chọn lại."),
    ("blood_group", "C", "Giá trị này không có trong danh mục; chọn lại."),
    ("email", "a@", "Địa chỉ thư điện tử chưa đúng, ví dụ a@b.vn."),
    ("residence_file_number", "x" * 31, "Dài quá 30 ký tự."),
    ("other_information", "x" * 501, "Dài quá 500 ký tự."),
    ("source", "BIA", "Giá trị này không có trong danh mục; chọn lại."),
    ("source_on", "1/1/2090", "Ngày này ở tương lai; kiểm tra lại năm."),
]


@pytest.mark.parametrize(("name", "value", "sentence"), BAD)
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_writes_nothing(
    name, value, sentence, client_of, officer, typed
):
    typed[name] = value
    if name == "household_code":
        typed["household_choice"] = "existing"
    response = client_of(officer).post(address(), typed)
    assert response.status_code == 422
    found = errors_of(response)
    if name == "surname":
        typed |= {"given_name": "Thúy"}
        found = errors_of(client_of(officer).post(address(), typed))
    where = {"temporary_from": "temporary_hamlet", "temporary_to": "temporary_to", "given_name": "surname"}.get(
        name, name
    )
    assert where in found
    if sentence:
        assert found[where] == [sentence]
    page = response.content.decode()
    assert f'value="{typed["full_name"]}"' in page or name in ("full_name",)
    assert not Resident.objects.exists()
    assert not AuditEvent.objects.filter(action="create").exists()


def test_every_field_of_the_form_was_tried_with_bad_input():
    """Tick boxes that cannot be wrong by themselves are the only ones left out."""
    never_wrong = {"never_had_cmnd", "present_same", "opened_with", "birth_date_confirmed", "from_card"}
    assert set(ResidentForm.base_fields) - {name for name, _, _ in BAD} == never_wrong


def test_a_number_that_another_record_holds_is_refused_beside_the_field(client_of, officer, typed, outsider):
    IdentityNumberFactory(resident=outsider, kind="CMND9", number="012345678")  # a CMND may repeat
    typed["number"] = "001190000999"
    response = client_of(officer).post(address(), typed)
    [sentence] = errors_of(response)["number"]
    assert "do Công an Xã Mẫu Hạ quản lý" in sentence
    assert outsider.full_name not in response.content.decode()
    assert Resident.objects.filter(commune=officer.unit).count() == 0


def test_only_the_year_is_known_stays_only_the_year(client_of, officer, typed):
    client_of(officer).post(address(), typed | {"birth_date": "1948", "number": ""})
    person = Resident.objects.get()
    assert (person.birth_year, person.birth_month, person.birth_day) == (1948, None, None)
    assert person.birth_latest_on.isoformat() == "1948-12-31"


def test_a_new_household_takes_the_next_number(client_of, officer, typed, child_role):
    head = HouseholdRoleFactory(code="CHU_HO", name="Chủ hộ")
    for number in ("001190000701", "001190000702"):
        client_of(officer).post(
            address(), typed | {"number": number, "household_choice": "new", "household_role": head.pk}
        )
    assert list(Household.objects.order_by("code").values_list("code", flat=True)) == ["00001", "00002"]


def test_a_household_has_one_head(client_of, officer, typed, resident):
    household = resident.memberships.get().household
    typed |= {
        "household_choice": "existing",
        "household_code": household.code,
        "household_role": resident.memberships.get().role_id,
    }
    response = client_of(officer).post(address(), typed)
    assert errors_of(response)["household_role"] == [f"Hộ {household.code} đã có chủ hộ; chọn quan hệ khác."]


def test_a_saved_form_takes_its_draft_away(client_of, officer, typed):
    client, token = client_of(officer), uuid.uuid4()
    client.post(f"{reverse('accounts:draft')}?path={address(token)}", typed)
    assert Draft.objects.get().fields["full_name"] == [typed["full_name"]]
    client.post(address(token), typed)
    assert not Draft.objects.exists()


def test_a_draft_fills_the_form_again(client_of, officer, typed):
    client, token = client_of(officer), uuid.uuid4()
    client.post(f"{reverse('accounts:draft')}?path={address(token)}", typed)
    assert 'value="001 1 90 000777"' in client.get(address(token)).content.decode()


def edit(client, person, **changes):
    """Open the edit form and send it back with some fields changed."""
    sent = edit_fields(client, person) | changes
    return client.post(reverse("registry:resident_edit", args=[person.public_id]), sent)


def edit_fields(client, person) -> dict:
    """What a browser would send of the edit form, untouched."""
    form = client.get(reverse("registry:resident_edit", args=[person.public_id])).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in typed.items() if value not in (None, False)}
    for name in ("permanent_from", "temporary_from", "temporary_to"):
        if hasattr(sent.get(name), "strftime"):
            sent[name] = sent[name].strftime("%d/%m/%Y")
    return sent


def test_saving_an_untouched_record_changes_nothing(client_of, officer, resident):
    before = pghistory.models.Events.objects.tracks(*resident.residences.all()).count()
    response = edit(client_of(officer), resident)
    assert response.status_code == 302
    assert not AuditEvent.objects.filter(action="change").exists()
    assert pghistory.models.Events.objects.tracks(*resident.residences.all()).count() == before


def test_a_correction_says_what_changed(client_of, officer, resident):
    edit(client_of(officer), resident, phone="0987654321", note="công dân khai")
    event = AuditEvent.objects.get(action="change")
    assert event.data == {"điện thoại": ["0912345678", "0987654321"]}
    assert event.reason == "công dân khai"


@pytest.mark.parametrize("number", ["001190000124", ""])
def test_a_recorded_number_is_neither_changed_nor_emptied_on_the_form(number, client_of, officer, resident):
    response = edit(client_of(officer), resident, number=number, phone="0987654321")
    assert response.status_code == 422
    assert "không sửa, không bỏ trên phiếu này" in errors_of(response)["number"][0]
    resident.refresh_from_db()
    assert (resident.numbers.get().number, resident.phone) == ("001190000123", "0912345678")


def test_a_first_number_is_written_on_the_form(client_of, officer, resident):
    resident.numbers.all().delete()
    edit(client_of(officer), resident, number="001190000124", cmnd="012345678")
    assert dict(resident.numbers.values_list("kind", "number")) == {"SDDCN": "001190000124", "CMND9": "012345678"}


def test_a_refused_correction_leaves_everything_as_it_was(client_of, officer, resident, outsider):
    response = edit(client_of(officer), resident, full_name="Tên Khác", number="001190000999")
    assert response.status_code == 422
    resident.refresh_from_db()
    assert resident.full_name == "Nguyễn Thị Mẫu Lan"
    assert resident.numbers.get(kind="SDDCN").number == "001190000123"


def test_two_permanent_residences_cannot_overlap(resident):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError, match="one_permanent_residence_at_a_time"), transaction.atomic():
        Residence.objects.create(resident=resident, kind="permanent", unit=resident.commune, from_on="2020-01-01")


def test_correcting_inside_a_failed_transaction_writes_nothing(officer, resident, commune):
    other = settled(commune, number="001190000888", name="Trần Thị Mẫu")
    form_values = {"full_name": "Trần Thị Khác", "number": "001190000123", "birth_date": other.birth_date, "sex": 2}
    with pytest.raises(RegisterRefused) as refused:
        correct(other, form_values, by=officer)
    assert refused.value.field == "number"
    other.refresh_from_db()
    assert other.full_name == "Trần Thị Mẫu"


# --- What a correction must not touch -----------------------------------------------------------------------------


def test_a_phone_call_does_not_revive_an_ended_residence(client_of, officer, resident):
    ended = resident.residences.get(kind="permanent")
    ended.to_on = dt.date(2020, 1, 1)
    ended.save()
    edit(client_of(officer), resident, phone="0987654321")
    ended.refresh_from_db()
    assert ended.to_on == dt.date(2020, 1, 1) and ended.closed_at is None


def test_a_temporary_residence_elsewhere_stays_elsewhere(client_of, officer, resident, other_commune):
    away = ResidenceFactory(resident=resident, kind="temporary", unit=other_commune, to_on=dt.date(2030, 1, 1))
    edit(client_of(officer), resident, phone="0987654321")
    away.refresh_from_db()
    assert away.unit == other_commune and away.closed_at is None


def test_two_fathers_and_two_old_numbers_survive_an_unrelated_correction(client_of, officer, resident):
    RelationFactory(resident=resident, kind="father", name="Trần Văn Khác")
    for number in ("012345678", "087654321"):
        IdentityNumberFactory(resident=resident, kind="CMND9", number=number)
    edit(client_of(officer), resident, phone="0987654321")
    fathers = resident.relations.filter(kind="father", is_current=True).order_by("pk")
    assert [one.name for one in fathers] == ["Nguyễn Văn Mẫu", "Trần Văn Khác"]
    assert resident.numbers.filter(kind="CMND9", is_active=True).count() == 2


def test_a_second_father_can_be_taken_off_the_record(client_of, officer, resident):
    wrong = RelationFactory(resident=resident, kind="father", name="Trần Văn Khác")
    client_of(officer).post(reverse("registry:relation_end", args=[resident.public_id, wrong.public_id]))
    assert [one.name for one in resident.relations.filter(kind="father", is_current=True)] == ["Nguyễn Văn Mẫu"]


def test_a_move_keeps_the_old_home_on_the_life_line(client_of, officer, resident):
    edit(client_of(officer), resident, permanent_hamlet="Thôn 9", permanent_from="1/6/2026")
    homes = resident.residences.filter(kind="permanent").order_by("from_on")
    assert [(home.hamlet, home.from_on, home.to_on) for home in homes] == [
        ("Thôn 2", dt.date(2010, 1, 1), dt.date(2026, 5, 31)),
        ("Thôn 9", dt.date(2026, 6, 1), None),
    ]


def test_a_misspelt_address_is_corrected_in_place(client_of, officer, resident):
    edit(client_of(officer), resident, permanent_hamlet="Thôn Hai")
    assert [home.hamlet for home in resident.residences.filter(kind="permanent")] == ["Thôn Hai"]


def test_another_spelling_of_a_parent_keeps_the_link(client_of, officer, resident, commune):
    father = ResidentFactory(commune=commune, full_name="Nguyễn Văn Mẫu", sex=1)
    resident.relations.filter(kind="father").update(person=father)
    client = client_of(officer)
    edit(client, resident, father_name="Nguyên Văn Mẫu")
    assert resident.relations.get(kind="father").person == father
    edit(client, resident, father_name="Trần Văn Khác")
    assert resident.relations.get(kind="father", is_current=True).person is None


def test_a_number_that_comes_back_is_taken_up_again(client_of, officer, resident):
    retire(resident.numbers.get(), on=dt.date(2026, 11, 1))
    edit(client_of(officer), resident, number="001190000123")
    row = resident.numbers.get()
    assert (row.number, row.is_active, row.valid_to) == ("001190000123", True, None)


def test_a_draft_does_not_tick_a_box_again(client_of, officer, typed):
    client, token = client_of(officer), uuid.uuid4()
    del typed["present_same"]
    client.post(f"{reverse('accounts:draft')}?path={address(token)}", typed)
    assert client.get(address(token)).context["form"]["present_same"].value() is False


def test_a_person_in_two_households_is_put_into_one(client_of, officer, resident):
    second = MembershipFactory(household=HouseholdFactory(commune=resident.commune), resident=resident)
    role = HouseholdRoleFactory(code="CON_DE", name="Con đẻ")
    edit(client_of(officer), resident, household_code=second.household.code, household_role=role.pk)
    assert [one.household for one in resident.memberships.filter(to_on=None)] == [second.household]


def test_nobody_becomes_a_second_head_by_changing_the_role(client_of, officer, resident, commune):
    household, head = resident.memberships.get().household, resident.memberships.get().role
    other = settled(commune, number="001190000124")
    other.memberships.update(household=household, role=HouseholdRoleFactory(code="CON_DE", name="Con đẻ"))
    response = edit(client_of(officer), other, household_role=head.pk)
    assert errors_of(response)["household_role"] == [f"Hộ {household.code} đã có chủ hộ; chọn quan hệ khác."]


@pytest.mark.django_db(transaction=True)
def test_two_officers_correcting_one_family_do_not_wait_for_each_other(officer, colleague, resident, commune):
    other = settled(commune, number="001190000124")
    household = resident.memberships.get().household
    other.memberships.update(household=household, role=HouseholdRoleFactory(code="CON_DE", name="Con đẻ"))

    def correct_often(person, by):
        try:
            for n in range(15):
                form = ResidentForm(officer=by, resident=person, initial=initial_of(person))
                values = {name: form.initial.get(name) for name in form.fields} | {
                    "phone": f"09123456{n:02d}", "permanent_unit": commune, "present_unit": commune,
                    "household_code": household, "household_role": person.memberships.get().role, "opened_with": None,
                    "household_choice": "existing",
                }  # fmt: skip
                correct(person, values, by=by)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(correct_often, resident, officer), pool.submit(correct_often, other, colleague)]:
            done.result(timeout=60)
    assert {one.phone for one in Resident.objects.all()} == {"0912345614"}


def test_confirming_sees_the_record_as_it_is_and_not_a_dead_one(officer, resident):
    stale = Resident.objects.get(pk=resident.pk)
    resident.full_name, resident.given_name = "Lê Thị Khác", ""
    resident.save()
    confirm(stale, by=officer)
    resident.refresh_from_db()
    assert (resident.full_name, resident.name_folded) == ("Lê Thị Khác", "le thi khac")
    resident.state = "deceased"
    resident.save()
    with pytest.raises(RegisterRefused):
        confirm(resident, by=officer)


def test_back_and_send_again_says_that_it_was_written(client_of, officer, typed):
    client, token = client_of(officer), uuid.uuid4()
    client.post(address(token), typed)
    page = client.post(address(token), typed | {"full_name": "Tên Khác"}, follow=True).content.decode()
    assert "không ghi thêm lần nữa" in page
    assert Resident.objects.get().full_name == "Nguyễn Thị Mẫu Thúy"


def test_asking_for_a_number_of_another_commune_by_the_form_is_written_down(client_of, officer, typed, outsider):
    client_of(officer).post(address(), typed | {"number": "001190000999"})
    assert AuditEvent.objects.filter(action="search_outside").count() == 1


def test_a_dead_record_is_not_edited(client_of, officer, resident):
    resident.state = "deceased"
    resident.save()
    response = client_of(officer).get(reverse("registry:resident_edit", args=[resident.public_id]))
    assert response.url == reverse("registry:resident", args=[resident.public_id])
