"""Reported dead, declared missing, nationality, guardians, adoption."""

import datetime as dt

import pytest

from registry.changes.refusal import ChangeRefused
from registry.models import Resident
from tests.at_work import changed, do, errors, look
from tests.factories import IdentityDocumentFactory, ResidentFactory
from tests.registry.events.conftest import PAPER, tied

PAPER = PAPER | {"paper_kind": "Giấy mẫu"}


def test_a_reported_death_waits_for_its_paper(resident, officer):
    typed = {"effective_on": "22/11/2026", "basis": "Trưởng thôn báo"}
    assert changed(look("bao-chet", resident, officer, **typed)) == {"báo đã chết": ("", "22/11/2026")}
    do("bao-chet", resident, officer, **typed)
    assert (resident.state, f"{resident.death_reported_on}") == ("living", "2026-11-22")
    with pytest.raises(ChangeRefused):
        look("bao-chet", resident, officer, **typed)
    assert errors("bao-chet", resident, officer, effective_on="22/11/2026") == {"basis": ["Ô này bắt buộc."]}


def test_the_missing_are_absent_and_their_day_is_kept(resident, officer):
    preview = look("bao-mat-tich", resident, officer, **PAPER, effective_on="1/11/2026")
    assert changed(preview) == {"tình trạng": ("Đang cư trú", "Vắng mặt"), "mất tích": ("", "01/11/2026")}
    assert preview.next_steps == [
        "Đã tuyên bố mất tích: làm tiếp việc xóa đăng ký thường trú, tạm trú (Luật Cư trú Điều 24, Điều 29)."
    ]
    with pytest.raises(ChangeRefused):
        look("bao-mat-tich", resident, officer, **PAPER, effective_on="1/11/1980")


@pytest.mark.parametrize(
    "before, what, other, after",
    [
        (("LA", ""), "nhap", "", ("VN", "")),
        (("LA", ""), "nhap", "LA", ("VN", "LA")),
        (("LA", ""), "tro-lai", "", ("VN", "")),
        (("VN", ""), "thoi", "LA", ("LA", "")),
        (("VN", "LA"), "tuoc", "LA", ("LA", "")),
    ],
)
def test_nationality(resident, officer, before, what, other, after):
    Resident.objects.filter(pk=resident.pk).update(nationality=before[0], second_nationality=before[1])
    resident.refresh_from_db()
    do("quoc-tich", resident, officer, **PAPER, what=what, other=other, effective_on="20/11/2026")
    assert (resident.nationality, resident.second_nationality) == after


def test_leaving_the_nationality_concerns_card_number_and_residence(resident, officer):
    IdentityDocumentFactory(resident=resident)
    said = look("quoc-tich", resident, officer, **PAPER, what="thoi", other="LA", effective_on="20/11/2026").next_steps
    assert said == [
        "Thu hồi thẻ đang dùng (Luật Căn cước Điều 29 khoản 1).",
        "Số định danh còn đang dùng: báo cấp tỉnh (quy tắc D29).",
        "Làm tiếp việc xóa đăng ký thường trú, tạm trú (Luật Cư trú Điều 24, Điều 29).",
    ]


def test_nationality_that_cannot_be(resident, officer):
    with pytest.raises(ChangeRefused) as refused:
        look("quoc-tich", resident, officer, **PAPER, what="nhap", effective_on="20/11/2026")
    assert (refused.value.field, str(refused.value)) == ("what", "Hồ sơ đang ghi quốc tịch Việt Nam.")
    Resident.objects.filter(pk=resident.pk).update(nationality="LA")
    resident.refresh_from_db()
    with pytest.raises(ChangeRefused, match="không ghi quốc tịch Việt Nam"):
        look("quoc-tich", resident, officer, **PAPER, what="thoi", other="LA", effective_on="20/11/2026")
    assert errors("quoc-tich", resident, officer, **PAPER, what="thoi", effective_on="20/11/2026") == {
        "other": ["Ghi quốc tịch còn lại của người này."]
    }


@pytest.fixture
def ward(commune) -> Resident:
    return ResidentFactory(commune=commune, full_name="Lê Mẫu Em", birth_year=2018, sex=1)


def with_(one: Resident) -> dict[str, str]:
    return PAPER | {"effective_on": "19/11/2026", "person": one.full_name, "person_chon": str(one.public_id)}


def test_a_guardian_begins_and_ends_on_both_records(ward, resident, officer):
    assert look("giam-ho", ward, officer, **with_(resident)).warnings == []
    do("giam-ho", ward, officer, **with_(resident))
    assert tied(ward) == [("guardian", "Nguyễn Thị Mẫu Lan", True, "")]
    assert tied(resident)[-1] == ("ward", "Lê Mẫu Em", True, "")
    tie = ward.relations.get().public_id
    typed = PAPER | {"effective_on": "20/11/2026", "tie": tie, "reason": "Cha mẹ nhận lại con"}
    assert look("cham-dut-giam-ho", ward, officer, **typed).next_steps == [
        "Lê Mẫu Em dưới 14 tuổi không còn người đại diện: ghi người đại diện khác."
    ]
    do("cham-dut-giam-ho", ward, officer, **typed)
    assert tied(ward) == [("guardian", "Nguyễn Thị Mẫu Lan", False, "2026-11-20")]
    assert tied(resident)[-1] == ("ward", "Lê Mẫu Em", False, "2026-11-20")


def test_a_guardian_of_an_adult_needs_the_court(resident, commune, officer):
    other = ResidentFactory(commune=commune, full_name="Trần Mẫu Anh", sex=1)
    assert look("giam-ho", resident, officer, **with_(other)).warnings == [
        "Người được giám hộ đã đủ 18 tuổi: cần quyết định của Tòa án về năng lực hành vi."
    ]


def test_ending_needs_a_tie_and_a_reason(ward, officer):
    said = errors("cham-dut-giam-ho", ward, officer, **PAPER, effective_on="19/11/2026")
    assert said == {
        "tie": ["Hồ sơ không ghi quan hệ giám hộ nào, hoặc chưa chọn."], "reason": ["Ô này bắt buộc."],
    }  # fmt: skip


def test_an_adoption_keeps_the_parents_by_birth(couple, officer):
    mother = ResidentFactory(commune=couple.wife.commune, full_name="Lê Thị Mẫu Nuôi", birth_year=1980)
    preview = look("nhan-con-nuoi", couple.daughter, officer, **with_(mother), parent="mother")
    assert preview.warnings[:-1] == []
    do("nhan-con-nuoi", couple.daughter, officer, **with_(mother), parent="mother")
    assert tied(couple.daughter) == [
        ("father", "Trần Mẫu Chồng", True, ""), ("mother", "Lê Thị Mẫu Nuôi", True, ""),
        ("mother", "Nguyễn Thị Mẫu Lan", True, ""),
    ]  # fmt: skip
    assert mother.relations.get().is_adoptive
    assert f"{mother.relations.get().from_on}" == "2026-11-19"


def test_an_adoption_that_the_law_looks_at_twice(commune, officer):
    child = ResidentFactory(commune=commune, full_name="Lê Mẫu Lớn", birth_year=2009, sex=1)
    parent = ResidentFactory(commune=commune, full_name="Trần Mẫu Anh", birth_year=1995, sex=1)
    assert look("nhan-con-nuoi", child, officer, **with_(parent), parent="father").warnings[:2] == [
        "Người nhận nuôi phải hơn con nuôi từ 20 tuổi trở lên (Luật Nuôi con nuôi Điều 14); kiểm tra lại.",
        "Con nuôi từ 16 tuổi chỉ trong trường hợp Luật Nuôi con nuôi Điều 8 cho phép; kiểm tra lại.",
    ]


def test_the_dead_neither_guard_nor_adopt(ward, resident, officer):
    Resident.objects.filter(pk=resident.pk).update(state="deceased", died_on=dt.date(2026, 1, 1))
    for code, more in (("giam-ho", {}), ("nhan-con-nuoi", {"parent": "mother"})):
        with pytest.raises(ChangeRefused, match="đã chết theo hồ sơ"):
            look(code, ward, officer, **with_(resident), **more)
