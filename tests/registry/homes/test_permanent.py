"""Permanent residence: registered, struck out, taken over by another commune."""

import datetime as dt

import pytest

from registry.changes import kinds, run
from registry.changes.refusal import ChangeRefused
from registry.models import Membership, Residence, Resident
from tests.at_work import changed, do, errors, form_of, lines, look
from tests.factories import ResidenceFactory
from tests.registry.homes.conftest import held

CODE = "dang-ky-thuong-tru"
NEW = {"hamlet": "Thôn 7", "street": "Số 12", "present_same": "on", "effective_on": "20/11/2026"}


def test_the_preview_shows_both_places_and_the_present_one(resident, officer):
    assert changed(look(CODE, resident, officer, **NEW)) == {
        "thường trú": (
            "Số 5, Thôn 2, Xã Mẫu Sơn (từ 01/01/2010)",
            "Số 5, Thôn 2, Xã Mẫu Sơn (từ 01/01/2010 đến hết 19/11/2026); Số 12, Thôn 7, Xã Mẫu Sơn (từ 20/11/2026)",
        ),
        "nơi ở hiện tại": (
            "Số 5, Thôn 2, Xã Mẫu Sơn (từ 01/01/2010)",
            "Số 5, Thôn 2, Xã Mẫu Sơn (từ 01/01/2010 đến hết 19/11/2026); Số 12, Thôn 7, Xã Mẫu Sơn (từ 20/11/2026)",
        ),
    }


def test_the_former_place_ends_the_day_before_and_says_why(resident, officer):
    do(CODE, resident, officer, **NEW, paper_number="HS-77", paper_on="18/11/2026")
    assert held(resident) == [
        ("permanent", "Số 5, Thôn 2, Xã Mẫu Sơn", "2010-01-01", "2026-11-19", "Đăng ký thường trú nơi mới"),
        ("permanent", "Số 12, Thôn 7, Xã Mẫu Sơn", "2026-11-20", "", ""),
        ("present", "Số 5, Thôn 2, Xã Mẫu Sơn", "2010-01-01", "2026-11-19", "Đổi nơi ở"),
        ("present", "Số 12, Thôn 7, Xã Mẫu Sơn", "2026-11-20", "", ""),
    ]
    row = Residence.objects.get(resident=resident, kind="permanent", to_on=None)
    assert (row.source, f"{row.source_on}", row.basis) == ("GIAY_TO", "2026-11-18", "số HS-77 ngày 18/11/2026")


def test_the_household_is_named_when_its_address_is_another(resident, officer):
    code = resident.memberships.get().household.code
    assert look(CODE, resident, officer, **NEW).next_steps == [
        f"Hộ {code} ghi địa chỉ Số 5, Thôn 2, khác nơi vừa đăng ký: "
        "làm tiếp việc tách hộ, chuyển hộ hoặc sửa địa chỉ hộ."
    ]


def test_who_goes_along_is_registered_too(resident, child, officer):
    do(CODE, resident, officer, **NEW, **{f"with_{child.public_id.hex}": "on"})
    assert held(child, "permanent")[-1] == ("permanent", "Số 12, Thôn 7, Xã Mẫu Sơn", "2026-11-20", "", "")


def test_who_is_not_ticked_stays(resident, child, officer):
    do(CODE, resident, officer, **NEW)
    assert held(child, "permanent") == [("permanent", "Số 5, Thôn 2, Xã Mẫu Sơn", "2015-06-01", "", "")]


def test_a_refusal_of_who_goes_along_stands_at_the_box(resident, child, officer):
    Residence.objects.filter(resident=child, kind="permanent").update(from_on=dt.date(2026, 11, 21))
    with pytest.raises(ChangeRefused) as refused:
        look(CODE, resident, officer, **NEW, **{f"with_{child.public_id.hex}": "on"})
    assert refused.value.field == f"with_{child.public_id.hex}"
    assert str(refused.value) == "Trần Mẫu Con: Đã ghi thường trú từ 21/11/2026: ngày này phải sau ngày đó."


def test_who_left_the_household_meanwhile_is_refused(resident, child, officer):
    form = form_of(CODE, resident, officer, **NEW, **{f"with_{child.public_id.hex}": "on"})
    assert form.is_valid()
    Membership.objects.filter(resident=child).update(to_on=dt.date(2026, 11, 1))
    with pytest.raises(ChangeRefused) as refused:
        run.preview(kinds.every()[CODE], resident, form.cleaned_data, by=officer)
    assert (refused.value.field, str(refused.value)) == (
        f"with_{child.public_id.hex}",
        "Trần Mẫu Con vừa rời hộ; bỏ dấu ở ô này.",
    )


def test_a_temporary_place_at_the_same_address_ends_by_law(guest, officer):
    ResidenceFactory(resident=guest, kind="temporary", hamlet="Thôn 7", street="Số 12",
                     from_on=dt.date(2026, 1, 1), to_on=dt.date(2027, 1, 1))  # fmt: skip
    do(CODE, guest, officer, **NEW)
    assert held(guest, "temporary") == [
        ("temporary", "Số 12, Thôn 7, Xã Mẫu Sơn", "2026-01-01", "2026-11-19",
         "Đã đăng ký thường trú tại nơi tạm trú (Luật Cư trú Điều 29 khoản 1 đ)")
    ]  # fmt: skip


def test_a_temporary_place_elsewhere_in_the_commune_is_mentioned(guest, officer):
    ResidenceFactory(resident=guest, kind="temporary", from_on=dt.date(2026, 1, 1), to_on=dt.date(2027, 1, 1))
    said = look(CODE, guest, officer, **NEW).next_steps
    assert said[0] == (
        "Trần Mẫu Khách còn đăng ký tạm trú tại Số 5, Thôn 2, Xã Mẫu Sơn: xóa tạm trú nếu không còn ở đó."
    )
    assert said[1] == "Trần Mẫu Khách chưa thuộc hộ nào: ghép vào hộ hoặc lập hộ mới."


def test_who_had_moved_away_comes_back(guest, officer):
    Resident.objects.filter(pk=guest.pk).update(state="moved", no_permanent_residence=True)
    guest.refresh_from_db()
    do(CODE, guest, officer, **NEW)
    assert (guest.state, guest.no_permanent_residence) == ("living", False)


def test_another_present_place_is_asked_for(resident, officer, other_commune):
    assert errors(CODE, resident, officer, **NEW | {"present_same": None}) == {
        "present_unit": ["Ghi xã, phường nơi đang ở, hoặc đánh dấu ô bên trên."]
    }
    do(CODE, resident, officer, **NEW | {"present_same": None}, present_unit="Xã Mẫu Hạ", present_hamlet="Thôn 1")
    assert held(resident, "present")[-1] == ("present", "Thôn 1, Xã Mẫu Hạ", "2026-11-20", "", "")


@pytest.mark.parametrize(
    "typed, field, sentence",
    [
        ({"hamlet": "", "street": ""}, "hamlet", "Ghi thôn, tổ dân phố hoặc số nhà, đường."),
        ({"effective_on": "30/11/2026"}, "effective_on", "Ngày này ở tương lai; kiểm tra lại năm."),
        ({"effective_on": "2026"}, "effective_on", "Cần đủ ngày, tháng, năm."),
    ],
)
def test_the_form_says_what_is_wrong(resident, officer, typed, field, sentence):
    assert errors(CODE, resident, officer, **NEW | typed)[field] == [sentence]


@pytest.mark.parametrize(
    "typed, field, sentence",
    [
        ({"effective_on": "1/5/1990"}, "effective_on", "Trước ngày sinh (21/05/1990)."),
        ({"effective_on": "1/1/2010"}, "effective_on", "Đã ghi thường trú từ 01/01/2010: ngày này phải sau ngày đó."),
        ({"hamlet": "thôn 2", "street": "số 5"}, "hamlet", "Đang thường trú tại chính địa chỉ này."),
    ],
)
def test_what_the_rows_forbid_is_refused(resident, officer, typed, field, sentence):
    with pytest.raises(ChangeRefused) as refused:
        look(CODE, resident, officer, **NEW | typed)
    assert (refused.value.field, str(refused.value)) == (field, sentence)
    assert Residence.objects.filter(resident=resident).count() == 2


# --- struck out ------------------------------------------------------------------------------------------------------


def strike(person: Resident, **typed) -> dict:
    row = Residence.objects.filter(resident=person, kind="permanent").last()
    return {"row": row.public_id if row else "", "ground": "pha-do", "effective_on": "20/11/2026"} | typed


def test_striking_out_keeps_ground_and_last_day(resident, officer):
    preview = look("xoa-thuong-tru", resident, officer, **strike(resident))
    assert changed(preview) == {"thường trú": ("Số 5, Thôn 2, Xã Mẫu Sơn (từ 01/01/2010)", "")}
    assert preview.next_steps == [
        "Nguyễn Thị Mẫu Lan không còn nơi thường trú: hướng dẫn đăng ký nơi mới, hoặc khai báo thông tin về cư trú "
        "(Luật Cư trú Điều 19)."
    ]
    do("xoa-thuong-tru", resident, officer, **strike(resident))
    why = "Chỗ ở bị phá dỡ, tịch thu; phương tiện bị xóa đăng ký (Luật Cư trú Điều 24 khoản 1 i)"
    assert held(resident, "permanent") == [("permanent", "Số 5, Thôn 2, Xã Mẫu Sơn", "2010-01-01", "2026-11-20", why)]
    assert Residence.objects.get(resident=resident, kind="permanent").closed_at is not None
    assert resident.state == "living"


def test_who_settles_abroad_leaves_commune_and_household(resident, child, officer):
    preview = look("xoa-thuong-tru", resident, officer, **strike(resident, ground="nuoc-ngoai"))
    code = resident.memberships.get().household.code
    assert [line for line in lines(preview) if line[1] in ("tình trạng", "hộ", "chủ hộ")] == [
        ("Nguyễn Thị Mẫu Lan", "tình trạng", "Đang cư trú", "Đã chuyển đi"),
        ("Nguyễn Thị Mẫu Lan", "hộ", f"{code} (Chủ hộ)", ""),
        (f"Hộ {code}", "chủ hộ", "Nguyễn Thị Mẫu Lan", ""),
    ]
    assert "doi-chu-ho" in preview.next_steps[0]  # a link to the work that gives the household a head
    do("xoa-thuong-tru", resident, officer, **strike(resident, ground="nuoc-ngoai"))
    assert resident.state == "moved"
    assert Residence.objects.filter(resident=resident, closed_at=None).count() == 0


def test_the_dead_are_struck_out_by_the_death_itself(resident, officer):
    with pytest.raises(ChangeRefused) as refused:
        look("xoa-thuong-tru", resident, officer, **strike(resident, ground="chet"))
    assert refused.value.field == "ground"
    assert str(refused.value).startswith("Hồ sơ chưa ghi ngày chết")


def test_a_dead_person_of_an_old_import_can_be_struck_out(resident, officer):
    Resident.objects.filter(pk=resident.pk).update(state="deceased", died_on=dt.date(2026, 11, 1))
    resident.refresh_from_db()
    preview = look("xoa-thuong-tru", resident, officer, **strike(resident, ground="chet", effective_on="1/11/2026"))
    assert preview.next_steps == []


def test_a_place_chosen_on_an_old_page_is_refused(resident, officer):
    typed = strike(resident)
    Residence.objects.filter(resident=resident, kind="permanent").update(
        closed_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    )
    assert errors("xoa-thuong-tru", resident, officer, **typed)["row"] == ["Nơi này vừa được xóa hoặc đổi; chọn lại."]


# --- taken over ------------------------------------------------------------------------------------------------------

ELSEWHERE = {"unit": "Xã Mẫu Hạ", "hamlet": "Thôn 9", "effective_on": "15/11/2026"}


def test_a_notice_from_the_new_place_ends_everything_here(resident, officer, other_commune):
    do("thuong-tru-noi-khac", resident, officer, **ELSEWHERE)
    assert held(resident) == [
        ("permanent", "Số 5, Thôn 2, Xã Mẫu Sơn", "2010-01-01", "2026-11-14", "Đăng ký thường trú nơi khác"),
        ("permanent", "Thôn 9, Xã Mẫu Hạ", "2026-11-15", "", ""),
        ("present", "Số 5, Thôn 2, Xã Mẫu Sơn", "2010-01-01", "2026-11-14", "Đổi nơi ở"),
        ("present", "Thôn 9, Xã Mẫu Hạ", "2026-11-15", "", ""),
    ]
    assert resident.state == "moved"
    assert f"{resident.memberships.get().to_on}" == "2026-11-15"


def test_a_move_within_the_commune_is_no_such_notice(resident, officer):
    with pytest.raises(ChangeRefused) as refused:
        look("thuong-tru-noi-khac", resident, officer, **ELSEWHERE | {"unit": "Xã Mẫu Sơn"})
    assert refused.value.field == "unit"
