"""Corrections of civil status: each value old -> new, and what follows from them."""

import pytest

from registry.changes.refusal import ChangeRefused
from registry.models import Change, Resident
from tests.at_work import changed, do, errors, lines, look
from tests.factories import IdentityDocumentFactory
from tests.registry.events.conftest import PAPER, tied

PAPER = PAPER | {"paper_kind": "Trích lục cải chính"}
RESET = (
    "Số định danh không còn khớp năm sinh, giới tính: lập DC02 đề nghị hủy, xác lập lại số (Nghị định 70/2024 Điều 11 "
    "khoản 7), 15 ngày làm việc, hạn 15/12/2026."
)
CARD = "Thẻ đang dùng in thông tin cũ: hướng dẫn công dân cấp đổi thẻ (Luật Căn cước Điều 24)."


def test_only_what_is_filled_in_changes(resident, officer):
    preview = look("cai-chinh", resident, officer, **PAPER, birth_place="Xã Mẫu Hạ", mother_name="Lê Thị Mẫu Đúng")
    assert changed(preview) == {
        "nơi sinh": ("Xã Thử, Huyện Mẫu, Hà Nội", "Xã Mẫu Hạ"),
        "mẹ": ("Lê Thị Mẫu", "Lê Thị Mẫu Đúng"),
    }
    assert preview.warnings == []


def test_a_new_name_is_split_anew_and_reaches_the_family(couple, officer):
    typed = PAPER | {"full_name": "Nguyễn Thị Mẫu Lân"}
    assert lines(look("cai-chinh", couple.wife, officer, **typed)) == [
        ("Trần Mẫu Chồng", "vợ, chồng", "Nguyễn Thị Mẫu Lan (đã liên kết)", "Nguyễn Thị Mẫu Lân (đã liên kết)"),
        ("Trần Mẫu Con", "mẹ", "Nguyễn Thị Mẫu Lan (đã liên kết)", "Nguyễn Thị Mẫu Lân (đã liên kết)"),
        ("Nguyễn Thị Mẫu Lân", "họ tên", "Nguyễn Thị Mẫu Lan", "Nguyễn Thị Mẫu Lân"),
        (f"Hộ {couple.home.code}", "chủ hộ", "Nguyễn Thị Mẫu Lan", "Nguyễn Thị Mẫu Lân"),
    ]
    do("cai-chinh", couple.wife, officer, **typed)
    assert (couple.wife.given_name, couple.wife.sources["full_name"]) == (
        "Lân", {"source": "GIAY_TO", "on": "2026-11-20"},
    )  # fmt: skip
    assert tied(couple.daughter)[1] == ("mother", "Nguyễn Thị Mẫu Lân", True, "")


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"birth_date": "21/5/1991"}, [RESET, CARD]),
        ({"birth_date": "22/5/1990"}, [CARD]),
        ({"sex": "1"}, [RESET, CARD]),
        ({"full_name": "Nguyễn Thị Mẫu Lân"}, [CARD]),
        ({"birth_place": "Xã Mẫu Hạ"}, []),
    ],
)
def test_what_follows(resident, officer, typed, said):
    """001190000123: Hà Nội, a woman, 1990."""
    IdentityDocumentFactory(resident=resident)
    assert look("cai-chinh", resident, officer, **PAPER, **typed).next_steps == said


def test_without_number_and_card_nothing_follows(resident, officer):
    resident.numbers.all().delete()
    assert look("cai-chinh", resident, officer, **PAPER, birth_date="1991").next_steps == []


def test_the_ethnic_group_changes_without_being_shown(resident, officer, client_of):
    change = do("cai-chinh", resident, officer, **PAPER, ethnic_group="02")
    assert resident.ethnic_group == "02"
    assert [(line["what"], line["before"], line["after"]) for line in change.lines] == [
        ("dân tộc", "••••", "đã thay đổi")
    ]
    page = client_of(officer).get(change.get_absolute_url()).content.decode()
    assert "đã thay đổi" in page and "Tày" not in page and "Kinh" not in page


def test_a_linked_parent_of_another_name_is_another_person(couple, officer):
    do("cai-chinh", couple.daughter, officer, **PAPER, father_name="Lê Văn Mẫu Khác")
    assert tied(couple.daughter)[0:2] == [
        ("father", "Lê Văn Mẫu Khác", True, ""), ("father", "Trần Mẫu Chồng", False, "2026-11-23"),
    ]  # fmt: skip
    assert tied(couple.husband)[0] == ("child", "Trần Mẫu Con", False, "2026-11-23")


def test_the_same_sex_as_the_spouse_is_refused(couple, officer):
    with pytest.raises(ChangeRefused) as refused:
        look("cai-chinh", couple.wife, officer, **PAPER, sex="1")
    assert refused.value.field == "sex"


def test_an_empty_form_and_the_same_values_are_refused(resident, officer):
    assert errors("cai-chinh", resident, officer, **PAPER) == {"__all__": ["Ghi ít nhất một nội dung mới."]}
    with pytest.raises(ChangeRefused, match="Không có gì thay đổi"):
        look("cai-chinh", resident, officer, **PAPER, full_name=resident.full_name)
    assert not Change.objects.exists()


def test_a_future_birth_is_refused(resident, officer):
    assert errors("cai-chinh", resident, officer, **PAPER, birth_date="2027") == {
        "birth_date": ["Ngày sinh ở tương lai; kiểm tra lại năm."]
    }


def test_the_form_shows_what_stands_but_nothing_sensitive(resident, officer, client_of):
    Resident.objects.filter(pk=resident.pk).update(ethnic_group="02")
    page = client_of(officer).get(f"/cu-dan/{resident.public_id}/lam/cai-chinh/", follow=True).content.decode()
    assert "Hiện nay: 21/05/1990" in page
    assert "Hiện nay: Tày" not in page and '<option value="02" selected' not in page
