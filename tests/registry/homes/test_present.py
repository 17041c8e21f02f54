"""The present place, corrections in place, the declaration of who may not register, and closing by hand."""

import datetime as dt

import pytest

from accounts.units.find import current_unit
from registry.changes.refusal import ChangeRefused
from registry.models import Residence
from tests.at_work import changed, do, errors, look
from tests.factories import ResidenceFactory, ResidentFactory
from tests.registry.homes.conftest import held

NEW = {"unit": "Xã Mẫu Hạ", "hamlet": "Thôn 1", "effective_on": "20/11/2026"}


def test_the_present_place_moves(resident, officer, other_commune):
    do("cap-nhat-noi-o", resident, officer, **NEW)
    assert held(resident, "present") == [
        ("present", "Số 5, Thôn 2, Xã Mẫu Sơn", "2010-01-01", "2026-11-19", "Đổi nơi ở"),
        ("present", "Thôn 1, Xã Mẫu Hạ", "2026-11-20", "", ""),
    ]


def test_the_same_day_again_corrects(resident, officer, other_commune):
    do("cap-nhat-noi-o", resident, officer, **NEW)
    do("cap-nhat-noi-o", resident, officer, **NEW | {"hamlet": "Thôn 3"})
    assert held(resident, "present")[1:] == [("present", "Thôn 3, Xã Mẫu Hạ", "2026-11-20", "", "")]


def test_an_earlier_day_than_the_standing_place_is_refused(resident, officer, other_commune):
    with pytest.raises(ChangeRefused) as refused:
        look("cap-nhat-noi-o", resident, officer, **NEW | {"effective_on": "1/1/2009"})
    assert refused.value.field == "effective_on"


def test_the_place_where_one_already_is_changes_nothing(resident, officer):
    with pytest.raises(ChangeRefused, match="Không có gì thay đổi"):
        look("cap-nhat-noi-o", resident, officer, unit="Xã Mẫu Sơn", hamlet="thôn 2", street="Số 5")


def test_a_place_that_no_unit_is_called_is_refused(resident, officer):
    assert errors("cap-nhat-noi-o", resident, officer, **NEW | {"unit": "Xã Không Có"})["unit"] == [
        current_unit("Xã Không Có").sentence
    ]


def test_a_correction_reaches_who_shares_the_place_and_is_no_move(resident, child, officer):
    row = Residence.objects.get(resident=resident, kind="permanent")
    typed = {"row": row.public_id, "hamlet": "Thôn 2", "street": "Số 15", "from_on": "2/1/2010",
             f"with_{child.public_id.hex}": "on"}  # fmt: skip
    do("dieu-chinh-cu-tru", resident, officer, **typed)
    assert held(resident, "permanent") == [("permanent", "Số 15, Thôn 2, Xã Mẫu Sơn", "2010-01-02", "", "")]
    assert held(child, "permanent") == [("permanent", "Số 15, Thôn 2, Xã Mẫu Sơn", "2015-06-01", "", "")]


def test_a_corrected_day_lies_within_life_and_term(guest, officer):
    row = ResidenceFactory(resident=guest, kind="temporary", from_on=dt.date(2026, 1, 1), to_on=dt.date(2026, 9, 1))
    for day, sentence in (
        ("1/1/1980", "Trước ngày sinh (21/05/1990)."),
        ("2/9/2026", "Sau ngày hết hạn (01/09/2026)."),
    ):
        with pytest.raises(ChangeRefused) as refused:
            look("dieu-chinh-cu-tru", guest, officer, row=row.public_id, hamlet="Thôn 2", from_on=day)
        assert (refused.value.field, str(refused.value)) == ("from_on", sentence)


def test_who_may_not_register_declares_where_they_are(commune, officer):
    person = ResidentFactory(commune=commune)
    typed = {"unit": "Xã Mẫu Sơn", "hamlet": "Thôn 4"}
    assert changed(look("khai-bao-cu-tru", person, officer, **typed)) == {
        "nơi ở hiện tại": ("", "Thôn 4, Xã Mẫu Sơn (từ 23/11/2026)"),
        "đánh dấu": ("", "không có nơi thường trú"),
    }
    do("khai-bao-cu-tru", person, officer, **typed)
    assert person.no_permanent_residence


def test_who_is_registered_need_not_declare(resident, officer):
    with pytest.raises(ChangeRefused, match="Không thuộc diện này: đang có thường trú"):
        look("khai-bao-cu-tru", resident, officer, unit="Xã Mẫu Sơn", hamlet="Thôn 4")


def test_closing_by_hand_needs_a_reason(resident, officer):
    row = Residence.objects.get(resident=resident, kind="present")
    assert errors("xoa-noi-cu-tru", resident, officer, row=row.public_id) == {"reason": ["Ô này bắt buộc."]}
    do("xoa-noi-cu-tru", resident, officer, row=row.public_id, reason="Ghi nhầm người", effective_on="1/11/2026")
    assert held(resident, "present") == [
        ("present", "Số 5, Thôn 2, Xã Mẫu Sơn", "2010-01-01", "2026-11-01", "Ghi nhầm người")
    ]


def test_closing_the_absence_by_hand_brings_home(resident, officer):
    row = ResidenceFactory(resident=resident, kind="absence", from_on=dt.date(2026, 11, 1))
    resident.state = "absent"
    resident.save()
    do("xoa-noi-cu-tru", resident, officer, row=row.public_id, reason="Ghi nhầm", effective_on="1/11/2026")
    assert resident.state == "living"
