"""Writing new people in bulk: the same rows as one by one."""

import uuid

import pytest
from django.apps import apps
from django.db import transaction

from accounts.models import AuditEvent
from registry.models import HEAD, Resident
from registry.residents.register import register
from registry.rosters import applying, values
from registry.rosters.values import Context
from tests.factories import HouseholdRoleFactory
from tests.registry.rosters.listing import DAY, approved, checked, person, piece, write

pytestmark = pytest.mark.django_db

FULL = {
    "number": "001080000011", "cmnd": "012345678", "other_name": "Ba Mẫu", "birth_place": "Xã Mẫu Sơn, Tỉnh Mẫu",
    "birth_registration_place": "Xã Mẫu Sơn, Tỉnh Mẫu", "home_town": "Xã Mẫu Hạ, Tỉnh Mẫu", "ethnic_group": "Kinh",
    "religion": "Không", "nationality": "Việt Nam", "blood_group": "O", "marital_status": "Chưa kết hôn",
    "father_name": "Nguyễn Văn Cha", "mother_name": "Trần Thị Mẹ", "phone": "0912345678", "email": "a@b.vn",
    "residence_file_number": "HS-9", "other_information": "Không", "permanent_line": "Số 5, Thôn 2, Xã Mẫu Sơn",
    "permanent_from": "01/02/2010",
}  # fmt: skip
PEOPLE = [
    person("Nguyễn Văn Đủ", **FULL),
    person("Lò Thị Năm", birth_date="1975", sex="Nữ", permanent_line="Thôn 3, Xã Mẫu Sơn"),
    person("H'Nhung Niê", birth_date="5/1990", sex="Nữ", temporary_line="Thôn 1, Xã Mẫu Sơn",
           temporary_from="01/01/2026", temporary_to="01/12/2027", permanent_line="Thôn 9, Xã Mẫu Hạ, Tỉnh Mẫu"),
    person("Trần Văn Trơ", present_line="Số 1, Thôn 1, Xã Mẫu Hạ, Tỉnh Mẫu"),
]  # fmt: skip
TABLES = ["Resident", "IdentityNumber", "Relation", "Residence", "Membership", "Household", "MatchProfile",
          "IdentityDocument"]  # fmt: skip
NOT_COMPARED = {"id", "public_id", "submit_token", "created_at", "updated_at", "resident_id"}


def everything() -> dict[str, list]:
    """Every row of the tables of people, ids and moments aside, people by their names."""
    names = dict(Resident.objects.values_list("pk", "full_name"))
    found = {}
    for table in TABLES:
        model = apps.get_model("registry", table)
        columns = [one.attname for one in model._meta.concrete_fields if one.attname not in NOT_COMPARED]
        rows = model.objects.order_by("pk").values(*columns, *(["resident_id"] if hasattr(model, "resident") else []))
        told = [{name: names.get(value, value) if name == "resident_id" else value for name, value in row.items()}
                for row in rows]  # fmt: skip
        found[table] = sorted(told, key=lambda row: str(sorted(row.items(), key=str)))
    lines = AuditEvent.objects.filter(action="create", target_kind="cư dân").order_by("pk")
    found["trail"] = [(one.target_label, one.actor_badge, one.sentence.split(", từ dòng")[0]) for one in lines]
    return found


def test_writing_many_at_once_gives_the_rows_that_the_form_writes_one_by_one(commune, other_commune, chief):
    with transaction.atomic():
        roster = write(checked(chief, PEOPLE), chief)
        in_bulk = everything()
        transaction.set_rollback(True)
    context = Context.of(commune, roster.source_code, DAY)
    for one in PEOPLE:
        register(values.read(one, context).values, by=chief, token=uuid.uuid4())
    assert len(in_bulk["Resident"]) == len(in_bulk["trail"]) == len(PEOPLE)
    assert in_bulk == everything()


def test_a_household_written_in_bulk_is_the_one_that_the_form_founds(commune, chief):
    head = HouseholdRoleFactory(code=HEAD, name="Chủ hộ")
    told = person("Nguyễn Văn Đủ", **FULL)
    with transaction.atomic():
        write(checked(chief, [told | {"household_key": "H7", "household_role": "Chủ hộ"}]), chief)
        in_bulk = everything()
        transaction.set_rollback(True)
    said = values.read(told, Context.of(commune, "TANG_THU", DAY)).values
    register(said | {"household_choice": "new", "household_role": head}, by=chief, token=uuid.uuid4())
    one_by_one = everything()
    assert len(in_bulk["Membership"]) == len(in_bulk["Household"]) == 1
    for rows in (in_bulk, one_by_one):
        rows["Membership"][0].pop("household_id")
    assert in_bulk == one_by_one


def test_statements_do_not_grow_with_the_rows(chief, django_assert_max_num_queries):
    names = ["Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám"]
    roster = approved(checked(chief, [person(f"Lò Văn {name}") for name in names]), chief)
    with django_assert_max_num_queries(60):
        piece(roster, applying.next_piece)
    assert Resident.objects.count() == len(names)
