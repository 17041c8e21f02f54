"""A birth makes the child's whole record in one step."""

import datetime as dt

import pytest

from registry.changes.refusal import ChangeRefused
from registry.duplicates import index
from registry.models import HouseholdRole, IdentityNumber, Membership, Resident
from registry.residents.refusal import RegisterRefused
from tests.at_work import do, errors, lines, look
from tests.factories import ResidentFactory
from tests.registry.events.conftest import PAPER, person, tied
from tests.registry.homes.conftest import held

BIRTH = PAPER | {
    "paper_kind": "Giấy khai sinh", "full_name": "Trần Mẫu Bé", "sex": "1", "effective_on": "2/11/2026",
    "birth_place": "Bệnh viện Mẫu", "birth_registration_place": "Xã Mẫu Sơn, Tỉnh Mẫu", "joins": "on",
    "lives_here": "on", "ethnic_group": "01", "received_on": "20/11/2026",
}  # fmt: skip


def birth(couple, **more) -> dict[str, str]:
    return BIRTH | {"person": couple.husband.full_name, "person_chon": str(couple.husband.public_id)} | more


def test_the_preview_of_a_birth(couple, officer):
    preview = look("khai-sinh", couple.wife, officer, **birth(couple, number="001226000123"))
    code = couple.home.code
    assert lines(preview) == [
        ("Trần Mẫu Bé", "họ tên", "", "Trần Mẫu Bé"),
        ("Trần Mẫu Bé", "tình trạng", "", "Đang cư trú"),
        ("Trần Mẫu Bé", "xã quản lý", "", "Xã Mẫu Sơn"),
        ("Trần Mẫu Bé", "ngày sinh", "", "02/11/2026"),
        ("Trần Mẫu Bé", "giới tính", "", "Nam"),
        ("Trần Mẫu Bé", "quốc tịch", "", "Việt Nam"),
        ("Trần Mẫu Bé", "hôn nhân", "", "Chưa kết hôn"),
        ("Trần Mẫu Bé", "nơi sinh", "", "Bệnh viện Mẫu"),
        ("Trần Mẫu Bé", "nơi đăng ký khai sinh", "", "Xã Mẫu Sơn, Tỉnh Mẫu"),
        ("Trần Mẫu Bé", "số định danh", "", "001226000123"),
        ("Trần Mẫu Bé", "cha", "", "Trần Mẫu Chồng (đã liên kết)"),
        ("Trần Mẫu Bé", "mẹ", "", "Nguyễn Thị Mẫu Lan (đã liên kết)"),
        ("Trần Mẫu Bé", "thường trú", "", "Số 5, Thôn 2, Xã Mẫu Sơn (từ 20/11/2026)"),
        ("Trần Mẫu Bé", "nơi ở hiện tại", "", "Số 5, Thôn 2, Xã Mẫu Sơn (từ 02/11/2026)"),
        ("Trần Mẫu Bé", "hộ", "", f"{code} (Con đẻ)"),
        ("Trần Mẫu Chồng", "con", "Trần Mẫu Con (đã liên kết)",
         "Trần Mẫu Con (đã liên kết); Trần Mẫu Bé (đã liên kết)"),
        ("Nguyễn Thị Mẫu Lan", "con", "Trần Mẫu Con (đã liên kết)",
         "Trần Mẫu Con (đã liên kết); Trần Mẫu Bé (đã liên kết)"),
        (f"Hộ {code}", "số người", "3", "4"),
        ("Trần Mẫu Bé", "dân tộc", "", "đã ghi"),
    ]  # fmt: skip
    assert (preview.warnings, Resident.objects.filter(full_name="Trần Mẫu Bé").count()) == ([], 0)


def test_what_is_written(couple, officer):
    do("khai-sinh", couple.wife, officer, **birth(couple, number="001226000123"))
    child = Resident.objects.get(full_name="Trần Mẫu Bé")
    assert (child.source, f"{child.source_on}", child.ethnic_group, child.created_by) == (
        "GIAY_TO", "2026-11-20", "01", officer,
    )  # fmt: skip
    assert (child.scan_due, child.matching_due, child.birth_date_confirmed) == (True, True, True)
    assert tied(child) == [("father", "Trần Mẫu Chồng", True, ""), ("mother", "Nguyễn Thị Mẫu Lan", True, "")]
    assert ("child", "Trần Mẫu Bé", True, "") in tied(couple.husband)
    assert held(child) == [
        ("permanent", "Số 5, Thôn 2, Xã Mẫu Sơn", "2026-11-20", "", ""),
        ("present", "Số 5, Thôn 2, Xã Mẫu Sơn", "2026-11-02", "", ""),
    ]
    row = child.memberships.get()
    assert (row.role.code, f"{row.from_on}") == ("CON_DE", "2026-11-02")
    assert IdentityNumber.objects.get(resident=child).number == "001226000123"


@pytest.mark.parametrize(
    "sex, role, childs",
    [(1, "CON_DE", "CHAU_NOI"), (2, "CON_DE", "CHAU_NGOAI"), (2, "CON_DAU", "CHAU_NOI"), (1, "CON_RE", "CHAU_NGOAI"),
     (2, "CHAU_NOI", "CHAT_RUOT"), (1, "EM_RUOT", "CHAU_RUOT"), (1, "O_NHO", None)],
)  # fmt: skip
def test_what_the_child_is_to_the_head(couple, officer, sex, role, childs):
    parent = person(couple.home, "Lê Mẫu Út", sex=sex, year=1998, role=role)
    do("khai-sinh", parent, officer, **BIRTH)
    row = Membership.objects.get(resident__full_name="Trần Mẫu Bé")
    assert (row.role.code if row.role else None) == childs


def test_a_child_of_the_heads_husband_with_another_woman(couple, officer):
    do("khai-sinh", couple.husband, officer, **BIRTH, name="Lê Thị Mẫu Khác", birth_year="1995")
    child = Resident.objects.get(full_name="Trần Mẫu Bé")
    assert child.memberships.get().role.code == "CON_RIENG"
    assert tied(child)[1] == ("mother", "Lê Thị Mẫu Khác", True, "")


def test_the_officer_may_choose_the_relation(couple, officer):
    role = HouseholdRole.objects.get(code="CON_RIENG")
    do("khai-sinh", couple.wife, officer, **BIRTH, household_role=role.pk)
    assert Resident.objects.get(full_name="Trần Mẫu Bé").memberships.get().role == role


def test_without_household_and_residence_it_says_what_is_left(couple, officer):
    said = look("khai-sinh", couple.wife, officer, **BIRTH | {"joins": None, "lives_here": None}).next_steps
    assert said == [
        "Trần Mẫu Bé chưa thuộc hộ nào: ghép vào hộ.",
        "Trần Mẫu Bé chưa có nơi thường trú: đăng ký trong 60 ngày từ ngày đăng ký khai sinh.",
    ]


def test_one_certificate_brought_by_both_parents_is_one_child(couple, officer):
    do("khai-sinh", couple.wife, officer, **birth(couple))
    with pytest.raises(ChangeRefused) as refused:
        look("khai-sinh", couple.husband, officer, **BIRTH)
    assert (refused.value.field, str(refused.value)) == (
        "full_name", "Đã ghi người con cùng tên, cùng ngày sinh của người này.",
    )  # fmt: skip
    assert look("khai-sinh", couple.husband, officer, **BIRTH | {"full_name": "Trần Mẫu Tí"}).lines  # a twin


def test_a_number_of_another_record_is_refused(couple, outsider, officer):
    with pytest.raises(RegisterRefused) as refused:
        look("khai-sinh", couple.wife, officer, **birth(couple, number="001190000999"))
    assert (refused.value.field, refused.value.asked_outside) == ("number", True)


def test_the_number_is_compared_with_sex_and_year(couple, officer):
    assert len(look("khai-sinh", couple.wife, officer, **birth(couple, number="001190000888")).warnings) >= 2


def test_nobody_is_born_after_the_mother_died(couple, officer):
    Resident.objects.filter(pk=couple.wife.pk).update(died_on=dt.date(2026, 11, 1), state="deceased")
    with pytest.raises(ChangeRefused) as refused:
        look("khai-sinh", couple.husband, officer, **BIRTH, person="x", person_chon=str(couple.wife.public_id))
    assert str(refused.value) == "Sau ngày mẹ chết (01/11/2026)."


@pytest.mark.parametrize("died, warned", [(dt.date(2026, 1, 6), False), (dt.date(2026, 1, 5), True)])
def test_three_hundred_days_after_the_father(couple, officer, died, warned):
    Resident.objects.filter(pk=couple.husband.pk).update(died_on=died, state="deceased")
    said = look("khai-sinh", couple.wife, officer, **birth(couple)).warnings
    assert any("quy tắc D16" in one for one in said) == warned


def test_a_late_registration_is_warned_about(couple, officer):
    said = look("khai-sinh", couple.wife, officer, **birth(couple, effective_on="20/9/2026")).warnings
    assert "Quá 60 ngày từ ngày sinh: kiểm tra việc đăng ký cư trú quá hạn." in said


def test_the_other_parent_is_of_the_other_sex_and_of_the_commune(couple, officer, outsider):
    woman = ResidentFactory(commune=couple.wife.commune, full_name="Lê Mẫu Nữ")
    assert errors("khai-sinh", couple.wife, officer, **BIRTH, person="x", person_chon=str(woman.public_id)) == {
        "person": ["Người đang làm thủ tục đã là mẹ; chọn người kia."]
    }
    assert errors("khai-sinh", couple.wife, officer, **BIRTH, person="x", person_chon=str(outsider.public_id)) == {
        "person": ["Không tìm thấy người đã chọn; tìm lại."]
    }


def test_the_spouse_is_proposed_as_the_other_parent(couple, officer, client_of):
    page = client_of(officer).get(f"/cu-dan/{couple.wife.public_id}/lam/khai-sinh/", follow=True).content.decode()
    assert f'name="person_chon" value="{couple.husband.public_id}" checked' in page


def test_before_a_birth_is_written(couple, officer):
    other = ResidentFactory(commune=officer.unit, full_name="Trần Mẫu Bé", birth_year=2026, birth_month=11, birth_day=2,
                            sex=1, phone="")  # fmt: skip
    index.refresh([other.pk])
    preview = look("khai-sinh", couple.wife, officer, **birth(couple))
    assert any("Có thể đã có hồ sơ: Trần Mẫu Bé" in warning for warning in preview.warnings)
