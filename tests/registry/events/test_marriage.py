"""Marriage and divorce, on both records in one step."""

import pytest

from registry.changes.refusal import ChangeRefused
from registry.models import Resident
from registry.residents.refusal import RegisterRefused
from tests.at_work import do, errors, lines, look
from tests.factories import ResidentFactory
from tests.registry.events.conftest import PAPER, tied

MARRIAGE = PAPER | {"paper_kind": "Giấy chứng nhận kết hôn", "effective_on": "19/11/2026"}


@pytest.fixture
def groom(commune) -> Resident:
    return ResidentFactory(commune=commune, full_name="Trần Mẫu Chồng", sex=1, birth_year=1988)


def with_(one: Resident, **more) -> dict[str, str]:
    return MARRIAGE | {"person": one.full_name, "person_chon": str(one.public_id)} | more


def test_both_records_change(resident, groom, officer):
    assert lines(look("ket-hon", resident, officer, **with_(groom))) == [
        ("Trần Mẫu Chồng", "hôn nhân", "Chưa kết hôn", "Đang có vợ/chồng"),
        ("Trần Mẫu Chồng", "vợ, chồng", "", "Nguyễn Thị Mẫu Lan (đã liên kết)"),
        ("Nguyễn Thị Mẫu Lan", "hôn nhân", "Chưa kết hôn", "Đang có vợ/chồng"),
        ("Nguyễn Thị Mẫu Lan", "vợ, chồng", "", "Trần Mẫu Chồng (đã liên kết)"),
    ]
    do("ket-hon", resident, officer, **with_(groom))
    row = resident.relations.get(kind="spouse")
    assert (row.person, f"{row.from_on}", row.source) == (groom, "2026-11-19", "GIAY_TO")
    assert groom.relations.get(kind="spouse").person == resident


def test_somebody_from_elsewhere_is_a_name(resident, officer):
    do("ket-hon", resident, officer, **MARRIAGE, name="Lê Văn Mẫu Xa", birth_year="1985", nationality="VN")
    row = resident.relations.get(kind="spouse")
    assert (row.name, row.person, row.birth_year, row.nationality) == ("Lê Văn Mẫu Xa", None, 1985, "VN")
    assert resident.marital_status == "2"


def test_who_is_under_age_on_the_day_is_warned_about(resident, commune, officer):
    young = ResidentFactory(commune=commune, full_name="Trần Mẫu Trẻ", sex=1, birth_year=2006, birth_month=11,
                            birth_day=20)  # fmt: skip
    said = look("ket-hon", resident, officer, **with_(young)).warnings
    assert said == ["Trần Mẫu Trẻ chưa đủ 20 tuổi ngày 19/11/2026 (Luật Hôn nhân và gia đình Điều 8)."]
    assert look("ket-hon", resident, officer, **with_(young, effective_on="20/11/2026")).warnings == []


@pytest.mark.parametrize(
    "fields, sentence",
    [
        ({"state": "deceased"}, "Trần Mẫu Chồng đã chết theo hồ sơ."),
        ({"marital_status": "2"}, "Trần Mẫu Chồng đang ghi “Đang có vợ/chồng” mà chưa ghi tên vợ, chồng. "
         "Nếu chỉ thiếu tên thì bổ sung ở mục Nhân thân; nếu đã ly hôn thì ghi ly hôn trước."),
    ],
)  # fmt: skip
def test_who_is_not_free_is_refused(resident, groom, officer, fields, sentence):
    Resident.objects.filter(pk=groom.pk).update(**fields)
    with pytest.raises(ChangeRefused) as refused:
        look("ket-hon", resident, officer, **with_(groom))
    assert (refused.value.field, str(refused.value)) == ("person", sentence)


def test_who_is_married_is_refused_by_name(couple, groom, officer, commune):
    bride = ResidentFactory(commune=commune, full_name="Lê Thị Mẫu Mới")
    with pytest.raises(ChangeRefused) as refused:
        look("ket-hon", bride, officer, **with_(couple.husband))
    assert str(refused.value) == (
        "Trần Mẫu Chồng đang ghi vợ, chồng là Nguyễn Thị Mẫu Lan; ghi ly hôn hoặc khai tử trước."
    )
    with pytest.raises(ChangeRefused) as refused:
        look("ket-hon", couple.wife, officer, **with_(groom))
    assert refused.value.field is None


def test_not_with_oneself_nor_with_nobody_nor_twice_named(resident, groom, officer, outsider):
    assert errors("ket-hon", resident, officer, **with_(resident)) == {
        "person": ["Đây chính là người đang làm thủ tục; chọn người khác."]
    }
    assert errors("ket-hon", resident, officer, **MARRIAGE) == {
        "person": ["Chọn vợ hoặc chồng trong địa bàn, hoặc ghi họ tên ở ô bên."]
    }
    assert errors("ket-hon", resident, officer, **with_(groom, name="Trần Mẫu Chồng")) == {
        "name": ["Đã chọn người trong địa bàn thì bỏ trống ô này."]
    }
    assert errors("ket-hon", resident, officer, **with_(outsider)) == {
        "person": ["Không tìm thấy người đã chọn; tìm lại."]
    }


def test_two_of_one_sex_are_refused(resident, commune, officer):
    with pytest.raises(RegisterRefused, match="cùng giới tính"):
        look("ket-hon", resident, officer, **with_(ResidentFactory(commune=commune, full_name="Lê Mẫu Nữ")))


# --- divorce ---------------------------------------------------------------------------------------------------------

DIVORCE = PAPER | {"paper_kind": "Bản án", "paper_number": "5/HNGĐ", "effective_on": "22/11/2026"}


def test_a_divorce_ends_both_lines(couple, officer):
    tie = couple.wife.relations.get(kind="spouse").public_id
    assert lines(look("ly-hon", couple.wife, officer, **DIVORCE, tie=tie)) == [
        ("Trần Mẫu Chồng", "hôn nhân", "Đang có vợ/chồng", "Đã ly hôn"),
        ("Trần Mẫu Chồng", "vợ, chồng", "Nguyễn Thị Mẫu Lan (đã liên kết)", ""),
        ("Nguyễn Thị Mẫu Lan", "hôn nhân", "Đang có vợ/chồng", "Đã ly hôn"),
        ("Nguyễn Thị Mẫu Lan", "vợ, chồng", "Trần Mẫu Chồng (đã liên kết)", ""),
    ]
    do("ly-hon", couple.wife, officer, **DIVORCE, tie=tie)
    assert couple.wife.relations.get(kind="spouse").ended_reason == "Ly hôn, Bản án số 5/HNGĐ"
    assert tied(couple.husband)[1] == ("spouse", "Nguyễn Thị Mẫu Lan", False, "2026-11-22")


def test_a_divorce_takes_effect_not_before_its_paper(couple, officer):
    tie = couple.wife.relations.get(kind="spouse").public_id
    assert errors("ly-hon", couple.wife, officer, **DIVORCE | {"effective_on": "19/11/2026"}, tie=tie) == {
        "effective_on": ["Bản án, quyết định có hiệu lực không sớm hơn ngày ra bản án, quyết định."]
    }


def test_who_is_not_married_cannot_divorce(resident, officer):
    with pytest.raises(ChangeRefused, match="không có vợ, chồng hiện tại"):
        look("ly-hon", resident, officer, **DIVORCE)


def test_who_is_married_to_nobody_named_can(resident, officer):
    Resident.objects.filter(pk=resident.pk).update(marital_status="2")
    resident.refresh_from_db()
    do("ly-hon", resident, officer, **DIVORCE)
    assert resident.marital_status == "3a"
