"""Temporary residence and stays: two years at most, renewed within the fifteen days before the end."""

import datetime as dt

import pytest

from registry.changes.refusal import ChangeRefused
from registry.models import Residence
from tests.at_work import changed, do, errors, look
from tests.factories import ResidenceFactory
from tests.registry.homes.conftest import held

NEW = {"hamlet": "Thôn 7", "street": "Số 12", "present_same": "on", "effective_on": "1/12/2026", "to_on": "1/12/2028"}


@pytest.fixture
def tenant(guest):
    """Registered until 03/12/2026: the renewal may be filed from 18/11/2026."""
    ResidenceFactory(resident=guest, kind="temporary", from_on=dt.date(2024, 12, 4), to_on=dt.date(2026, 12, 3))
    return guest


def term(person) -> str:
    return str(Residence.objects.get(resident=person, kind="temporary").public_id)


def test_two_years_to_the_day(guest, officer):
    assert changed(look("dang-ky-tam-tru", guest, officer, **NEW, purpose="work")) == {
        "tạm trú": ("", "Số 12, Thôn 7, Xã Mẫu Sơn, làm việc (từ 01/12/2026 đến hết 01/12/2028)"),
        "nơi ở hiện tại": ("", "Số 12, Thôn 7, Xã Mẫu Sơn (từ 01/12/2026)"),
    }
    do("dang-ky-tam-tru", guest, officer, **NEW)
    assert held(guest, "temporary") == [("temporary", "Số 12, Thôn 7, Xã Mẫu Sơn", "2026-12-01", "2028-12-01", "")]


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"to_on": "2/12/2028"}, "Tạm trú tối đa 02 năm (Luật Cư trú Điều 27): muộn nhất 01/12/2028."),
        ({"effective_on": "29/2/2028", "to_on": "1/3/2030"},
         "Tạm trú tối đa 02 năm (Luật Cư trú Điều 27): muộn nhất 28/02/2030."),
        ({"to_on": "1/12/2026"}, "Ngày hết hạn phải sau ngày bắt đầu."),
        ({"to_on": ""}, "Ô này bắt buộc."),
    ],
)  # fmt: skip
def test_the_form_keeps_the_longest_term(guest, officer, typed, sentence):
    assert errors("dang-ky-tam-tru", guest, officer, **NEW | typed) == {"to_on": [sentence]}


def test_less_than_thirty_days_is_a_stay(guest, officer):
    said = look("dang-ky-tam-tru", guest, officer, **NEW | {"to_on": "29/12/2026"}).warnings
    assert said == ["Ở dưới 30 ngày: chỉ cần thông báo lưu trú (Luật Cư trú Điều 30)."]
    assert look("dang-ky-tam-tru", guest, officer, **NEW | {"to_on": "30/12/2026"}).warnings == []


def test_nobody_is_temporary_in_the_commune_of_the_permanent_place(resident, officer):
    with pytest.raises(ChangeRefused, match="không đăng ký tạm trú trong cùng xã"):
        look("dang-ky-tam-tru", resident, officer, **NEW)


def test_a_running_term_is_renewed_not_doubled(tenant, officer):
    with pytest.raises(ChangeRefused) as refused:
        look("dang-ky-tam-tru", tenant, officer, **NEW)
    assert (refused.value.field, str(refused.value)) == (
        "effective_on",
        "Đang tạm trú tại Số 5, Thôn 2, Xã Mẫu Sơn đến hết 03/12/2026: làm gia hạn, hoặc xóa tạm trú đó trước.",
    )
    assert look("dang-ky-tam-tru", tenant, officer, **NEW | {"effective_on": "4/12/2026"}).lines


def test_a_renewal_is_a_term_of_its_own(tenant, officer):
    preview = look("gia-han-tam-tru", tenant, officer, row=term(tenant), to_on="3/12/2028")
    assert preview.warnings == []
    assert changed(preview) == {
        "tạm trú": (
            "Số 5, Thôn 2, Xã Mẫu Sơn (từ 04/12/2024 đến hết 03/12/2026)",
            "Số 5, Thôn 2, Xã Mẫu Sơn (từ 04/12/2024 đến hết 03/12/2026); "
            "Số 5, Thôn 2, Xã Mẫu Sơn (từ 04/12/2026 đến hết 03/12/2028)",
        ),
        "nơi ở hiện tại": ("", "Số 5, Thôn 2, Xã Mẫu Sơn (từ 23/11/2026)"),
    }
    do("gia-han-tam-tru", tenant, officer, row=term(tenant), to_on="3/12/2028")
    assert held(tenant, "temporary") == [
        ("temporary", "Số 5, Thôn 2, Xã Mẫu Sơn", "2024-12-04", "2026-12-03", "Gia hạn đến 03/12/2028"),
        ("temporary", "Số 5, Thôn 2, Xã Mẫu Sơn", "2026-12-04", "2028-12-03", ""),
    ]


@pytest.mark.parametrize(
    "filed, warned",
    [("17/11/2026", True), ("18/11/2026", False), ("23/11/2026", False)],
)
def test_the_window_of_renewal_opens_fifteen_days_before(tenant, officer, filed, warned):
    said = look("gia-han-tam-tru", tenant, officer, row=term(tenant), to_on="3/12/2027", received_on=filed).warnings
    sentence = "Nộp sớm: thời hạn gia hạn từ 18/11/2026 đến 03/12/2026 (Luật Cư trú Điều 28 khoản 3)."
    assert said == ([sentence] if warned else [])


@pytest.mark.parametrize("filed, refused", [("3/12/2026", False), ("4/12/2026", True)])
def test_after_the_end_there_is_nothing_to_renew(tenant, officer, clock, filed, refused):
    clock(dt.date(2026, 12, 10))
    typed = {"row": term(tenant), "to_on": "3/12/2027", "received_on": filed}
    if not refused:
        assert look("gia-han-tam-tru", tenant, officer, **typed).warnings == []
        return
    with pytest.raises(ChangeRefused) as said:
        look("gia-han-tam-tru", tenant, officer, **typed)
    assert (said.value.field, str(said.value)) == (
        "received_on",
        "Nộp sau ngày hết hạn (03/12/2026): xóa tạm trú cũ và đăng ký tạm trú mới.",
    )


@pytest.mark.parametrize(
    "end, sentence",
    [
        ("3/12/2026", "Phải sau ngày hết hạn cũ (03/12/2026)."),
        ("4/12/2028", "Mỗi lần gia hạn tối đa 02 năm (Luật Cư trú Điều 27): muộn nhất 03/12/2028."),
    ],
)
def test_the_new_end_lies_within_two_years(tenant, officer, end, sentence):
    with pytest.raises(ChangeRefused) as refused:
        look("gia-han-tam-tru", tenant, officer, row=term(tenant), to_on=end)
    assert (refused.value.field, str(refused.value)) == ("to_on", sentence)


def test_only_the_latest_term_of_a_place_can_be_renewed(tenant, officer):
    first = term(tenant)
    do("gia-han-tam-tru", tenant, officer, row=first, to_on="3/12/2027")
    assert errors("gia-han-tam-tru", tenant, officer, row=first, to_on="3/12/2028")["row"] == [
        "Nơi này vừa được xóa hoặc đổi; chọn lại."
    ]


def test_who_has_no_term_is_told_so(guest, officer):
    assert errors("gia-han-tam-tru", guest, officer, to_on="3/12/2028")["row"] == [
        "Hồ sơ không có nơi nào để làm việc này."
    ]


def test_striking_out_keeps_the_ground(tenant, officer):
    typed = {"row": term(tenant), "ground": "het-thue", "effective_on": "22/11/2026"}
    assert changed(look("xoa-tam-tru", tenant, officer, **typed)) == {
        "tạm trú": ("Số 5, Thôn 2, Xã Mẫu Sơn (từ 04/12/2024 đến hết 03/12/2026)", "")
    }
    do("xoa-tam-tru", tenant, officer, **typed)
    why = "Hết thuê, mượn, ở nhờ mà không đăng ký tạm trú chỗ khác (Luật Cư trú Điều 29 khoản 1 e)"
    assert held(tenant, "temporary") == [("temporary", "Số 5, Thôn 2, Xã Mẫu Sơn", "2024-12-04", "2026-11-22", why)]


def test_striking_out_before_it_began_is_refused(tenant, officer):
    with pytest.raises(ChangeRefused) as refused:
        look("xoa-tam-tru", tenant, officer, row=term(tenant), ground="huy", effective_on="3/12/2024")
    assert str(refused.value) == "Trước ngày bắt đầu tạm trú (04/12/2024)."


STAY = {"hamlet": "Thôn 7", "effective_on": "23/11/2026", "to_on": "23/12/2026"}


def test_a_stay_of_thirty_days(guest, officer):
    preview = look("luu-tru", guest, officer, **STAY)
    assert preview.warnings == []
    assert changed(preview) == {"lưu trú": ("", "Thôn 7, Xã Mẫu Sơn (từ 23/11/2026 đến hết 23/12/2026)")}


def test_a_longer_stay_is_warned_about(guest, officer):
    said = look("luu-tru", guest, officer, **STAY | {"to_on": "24/12/2026"}).warnings
    assert said == ["Quá 30 ngày: phải đăng ký tạm trú (Luật Cư trú Điều 27)."]


def test_the_same_stay_is_not_written_twice(guest, officer):
    do("luu-tru", guest, officer, **STAY)
    with pytest.raises(ChangeRefused) as refused:
        look("luu-tru", guest, officer, **STAY | {"effective_on": "1/12/2026"})
    assert refused.value.field == "effective_on"
    assert errors("luu-tru", guest, officer, **STAY | {"to_on": "22/11/2026"}) == {
        "to_on": ["Ngày đi phải sau ngày đến."]
    }
