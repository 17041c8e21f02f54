"""What a record says by the fields of a list, and reading that again."""

import datetime as dt

from registry.models import Residence
from registry.rosters.current import records_of
from registry.rosters.differing import differences
from registry.rosters.values import Context, read
from tests.factories import IdentityDocumentFactory, IdentityNumberFactory, RelationFactory, ResidenceFactory


def everything(resident):
    resident.other_name, resident.email, resident.blood_group = "Lan Mẫu", "lan@example.vn", "AB"
    resident.save()
    IdentityNumberFactory(resident=resident, kind="CMND9", number="012345678")
    RelationFactory(resident=resident, kind="spouse", name="Lê Văn Mẫu", personal_number="001088000001")
    IdentityDocumentFactory(resident=resident)
    ResidenceFactory(
        resident=resident, kind="temporary", hamlet="Thôn 9", street="Số 1",
        from_on=dt.date(2026, 1, 1), to_on=dt.date(2027, 1, 1),
    )  # fmt: skip


def test_the_texts_are_what_an_officer_would_type(resident):
    everything(resident)
    texts = records_of([resident.pk])[resident.pk].texts
    assert texts == {
        "full_name": "Nguyễn Thị Mẫu Lan", "other_name": "Lan Mẫu", "birth_date": "21/05/1990", "sex": "Nữ",
        "birth_place": "Xã Thử, Huyện Mẫu, Hà Nội", "birth_registration_place": "Xã Thử, Huyện Mẫu, Hà Nội",
        "home_town": "Xã Thử, Huyện Mẫu, Hà Nội", "ethnic_group": "Kinh", "religion": "Không",
        "nationality": "Việt Nam", "blood_group": "AB", "marital_status": "Chưa kết hôn",
        "residence_file_number": "HS-001", "phone": "0912345678", "email": "lan@example.vn",
        "number": "001190000123", "cmnd": "012345678", "father_name": "Nguyễn Văn Mẫu", "mother_name": "Lê Thị Mẫu",
        "spouse_name": "Lê Văn Mẫu", "spouse_number": "001088000001",
        "permanent_line": "Số 5, Thôn 2, Xã Mẫu Sơn, Tỉnh Mẫu", "permanent_from": "01/01/2010",
        "temporary_line": "Số 1, Thôn 9, Xã Mẫu Sơn, Tỉnh Mẫu", "temporary_from": "01/01/2026",
        "temporary_to": "01/01/2027", "present_line": "Số 5, Thôn 2, Xã Mẫu Sơn, Tỉnh Mẫu",
        "household_key": resident.memberships.get().household.code, "household_role": "Chủ hộ",
        "head_name": "Nguyễn Thị Mẫu Lan", "head_number": "001190000123", "card_issued_on": "10/01/2025",
        "card_issued_by": "Bộ Công an", "card_expires_on": "21/05/2030",
    }  # fmt: skip


def test_reading_the_texts_again_changes_nothing(resident, commune):
    everything(resident)
    record = records_of([resident.pk])[resident.pk]
    row = read(record.texts, Context.of(commune, "TANG_THU", dt.date(2026, 11, 1)))
    found = differences(record, row, resident.memberships.get().household, "1")
    assert (row.problems, row.repairs, found.changes, found.kept) == ([], [], [], [])


def test_a_residence_that_ended_is_not_said(resident):
    Residence.objects.filter(resident=resident, kind="permanent").update(to_on=dt.date(2020, 1, 1))
    assert "permanent_line" not in records_of([resident.pk])[resident.pk].texts


def test_a_fixed_number_of_queries(resident, outsider, django_assert_num_queries):
    with django_assert_num_queries(8):
        records_of([resident.pk])
    with django_assert_num_queries(8):
        assert records_of([resident.pk, outsider.pk]).keys() == {resident.pk, outsider.pk}
