"""Away and back: the declaration, the absence nobody declared, the return."""

import datetime as dt

import pytest

from registry.changes.refusal import ChangeRefused
from registry.models import Residence
from tests.at_work import changed, do, errors, look
from tests.factories import ResidenceFactory
from tests.registry.homes.conftest import held

AWAY = {"effective_on": "20/11/2026", "to_on": "20/5/2027", "purpose": "work", "destination": "Xã Mẫu Hạ",
        "moves_present": "on"}  # fmt: skip


def test_who_is_away_is_shown_so_and_lives_there(resident, officer, other_commune):
    assert changed(look("tam-vang", resident, officer, **AWAY)) == {
        "tình trạng": ("Đang cư trú", "Vắng mặt"),
        "tạm vắng": ("", "Xã Mẫu Hạ, làm việc (từ 20/11/2026 đến hết 20/05/2027)"),
        "nơi ở hiện tại": (
            "Số 5, Thôn 2, Xã Mẫu Sơn (từ 01/01/2010)",
            "Số 5, Thôn 2, Xã Mẫu Sơn (từ 01/01/2010 đến hết 19/11/2026); Xã Mẫu Hạ (từ 20/11/2026)",
        ),
    }
    do("tam-vang", resident, officer, **AWAY)
    assert resident.state == "absent"
    assert held(resident, "absence") == [("absence", "Xã Mẫu Hạ", "2026-11-20", "2027-05-20", "")]


def test_an_absence_to_come_leaves_the_state(resident, officer, other_commune):
    do("tam-vang", resident, officer, **AWAY | {"effective_on": "1/12/2026"})
    assert resident.state == "living"


def test_a_destination_abroad_is_kept_in_its_words(resident, officer):
    typed = AWAY | {"destination": "Nhật Bản", "purpose": "abroad"}
    preview = look("tam-vang", resident, officer, **typed)
    assert preview.warnings == ["“Nhật Bản” không phải xã, phường: giữ nguyên văn nơi đến, không đổi nơi ở hiện tại."]
    assert changed(preview)["tạm vắng"] == (
        "",
        "Nhật Bản, ra nước ngoài có thời hạn (từ 20/11/2026 đến hết 20/05/2027)",
    )
    assert "nơi ở hiện tại" not in changed(preview)


def test_two_absences_never_overlap(resident, officer, other_commune):
    do("tam-vang", resident, officer, **AWAY)
    with pytest.raises(ChangeRefused) as refused:
        look("tam-vang", resident, officer, **AWAY | {"effective_on": "1/5/2027", "to_on": ""})
    assert (refused.value.field, str(refused.value)) == (
        "effective_on",
        "Đã ghi tạm vắng từ 20/11/2026 đến 20/05/2027: ghi “Đã về” trước, hoặc sửa ngày.",
    )
    assert look("tam-vang", resident, officer, **AWAY | {"effective_on": "21/5/2027", "to_on": ""}).lines


def test_back_closes_the_absence_on_the_day_of_the_return(resident, officer, other_commune):
    do("tam-vang", resident, officer, **AWAY)
    row = Residence.objects.get(resident=resident, kind="absence")
    typed = {"row": row.public_id, "effective_on": "22/11/2026", "present_same": "on"}
    assert changed(look("da-ve", resident, officer, **typed))["tình trạng"] == ("Vắng mặt", "Đang cư trú")
    do("da-ve", resident, officer, **typed)
    assert resident.state == "living"
    assert held(resident, "absence", "present") == [
        ("absence", "Xã Mẫu Hạ", "2026-11-20", "2026-11-22", "Đã về"),
        ("present", "Số 5, Thôn 2, Xã Mẫu Sơn", "2010-01-01", "2026-11-19", "Đổi nơi ở"),
        ("present", "Xã Mẫu Hạ", "2026-11-20", "2026-11-21", "Đổi nơi ở"),
        ("present", "Số 5, Thôn 2, Xã Mẫu Sơn", "2026-11-22", "", ""),
    ]


def test_a_late_return_is_written_as_it_was(resident, officer):
    row = ResidenceFactory(resident=resident, kind="absence", from_on=dt.date(2026, 1, 1), to_on=dt.date(2026, 3, 1))
    do("da-ve", resident, officer, row=row.public_id, effective_on="20/11/2026")
    row.refresh_from_db()
    assert (f"{row.to_on}", row.closed_reason) == ("2026-11-20", "Đã về")


def test_nobody_is_back_before_leaving(resident, officer):
    row = ResidenceFactory(resident=resident, kind="absence", from_on=dt.date(2026, 11, 1), to_on=None)
    with pytest.raises(ChangeRefused) as refused:
        look("da-ve", resident, officer, row=row.public_id, effective_on="31/10/2026")
    assert (refused.value.field, str(refused.value)) == ("effective_on", "Trước ngày đi (01/11/2026).")


def test_an_absence_nobody_declared_has_no_purpose_and_no_end(resident, officer):
    typed = {"effective_on": "1/10/2026", "basis": "Trưởng thôn báo"}
    assert changed(look("vang-khong-khai-bao", resident, officer, **typed)) == {
        "tình trạng": ("Đang cư trú", "Vắng mặt"),
        "tạm vắng": ("", "Xã Mẫu Sơn (từ 01/10/2026)"),
    }
    do("vang-khong-khai-bao", resident, officer, **typed)
    row = Residence.objects.get(resident=resident, kind="absence")
    assert (row.purpose, row.to_on, row.basis) == ("", None, "Trưởng thôn báo")


def test_an_undeclared_absence_says_who_found_it(resident, officer):
    assert errors("vang-khong-khai-bao", resident, officer, effective_on="1/10/2026") == {"basis": ["Ô này bắt buộc."]}


def test_housemates_go_along(resident, child, officer, other_commune):
    do("tam-vang", resident, officer, **AWAY, **{f"with_{child.public_id.hex}": "on"})
    child.refresh_from_db()
    assert child.state == "absent"
    assert held(child, "absence") == [("absence", "Xã Mẫu Hạ", "2026-11-20", "2027-05-20", "")]
