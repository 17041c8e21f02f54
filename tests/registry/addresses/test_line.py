"""One typed line into the fields, with the real table of units."""

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import Unit
from accounts.units.find import resolve_place
from accounts.units.load import load_units
from registry.addresses.line import fill_from_line, read_line
from registry.models import Hamlet
from tests.factories import OfficerFactory


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        load_units()
        yield
        transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
KIM_CHUNG = "Số 5, ngõ 12, tổ dân phố 3, P. Kim Chung, H. Đông Anh, Hà Nội"


@pytest.fixture
def near() -> Unit:
    found = resolve_place("Xã Mẫu Sơn, Lạng Sơn")
    assert found is not None
    return found


def test_a_line_of_an_old_card_offers_where_it_may_be_today():
    found = read_line(KIM_CHUNG)
    assert (found.street, found.hamlet, found.place.unit) == ("Số 5, ngõ 12", "Tổ dân phố 3", None)
    assert [unit.name for unit in found.place.choices] == ["Xã Thiên Lộc", "Xã Vĩnh Thanh"]
    assert found.raw == KIM_CHUNG


@pytest.mark.parametrize(
    ("line", "street", "hamlet", "unit"),
    [
        ("Thôn Nà Mạ, xã Mẫu Sơn, huyện Lộc Bình, Lạng Sơn", "", "Thôn Nà Mạ", "Xã Mẫu Sơn, Tỉnh Lạng Sơn"),
        ("Nà Mạ, Mẫu Sơn, Lạng Sơn", "", "Nà Mạ", "Xã Mẫu Sơn, Tỉnh Lạng Sơn"),
        ("sn 3 to 4 xa trang bom dong nai", "Sn 3", "To 4", "Phường Trảng Bom, Thành phố Đồng Nai"),
        ("12/3A Lê Lợi, KP 2, TT. Trảng Bom, H. Trảng Bom, T. Đồng Nai", "12/3A Lê Lợi", "Khu phố 2",
         "Phường Trảng Bom, Thành phố Đồng Nai"),
        ("Thôn 2, Mẫu Sơn", "", "Thôn 2", "Xã Mẫu Sơn, Tỉnh Lạng Sơn"),
    ],
)  # fmt: skip
def test_a_line_fills_the_fields_with_the_commune_of_today(line, street, hamlet, unit, near):
    found = read_line(line, near=near)
    assert (found.street, found.hamlet, found.unit_text) == (street, hamlet, unit)


def test_a_hamlet_of_the_list_is_written_as_the_list_writes_it(near):
    Hamlet.objects.create(commune=near, name="Tổ dân phố 5")
    assert read_line("số 3 tổ 05 xã Mẫu Sơn", near=near).hamlet == "Tổ dân phố 5"


@pytest.mark.parametrize("line", ["", "Số 5", "Thôn 2", "???", "a" * 400, "xã", ", , ,", "P. P. P."])
def test_a_line_without_a_commune_says_so_and_loses_nothing(line, near):
    found = read_line(line, near=near)
    assert found.place.unit is None
    assert found.place.sentence


def test_without_scripts_the_line_fills_what_is_empty(near):
    values = {"permanent_line": "Số 5, Thôn 2, xã Mẫu Sơn, h. Lộc Bình, Lạng Sơn", "permanent_unit": None}
    filled = fill_from_line(values, "permanent", near=near)
    assert (values["permanent_unit"], values["permanent_hamlet"], values["permanent_street"]) == (
        near,
        "Thôn 2",
        "Số 5",
    )
    assert values["permanent_raw"] == "Số 5, Thôn 2, xã Mẫu Sơn, h. Lộc Bình, Lạng Sơn"
    assert (filled.error, filled.notice) == (
        "", "Xã Mẫu Sơn, Huyện Lộc Bình, Tỉnh Lạng Sơn nay là Xã Mẫu Sơn, Tỉnh Lạng Sơn (từ 01/07/2025).",
    )  # fmt: skip


def test_what_the_officer_typed_into_a_field_wins(near):
    values = {"permanent_line": "Số 5, Thôn 2, xã Mẫu Sơn", "permanent_unit": None, "permanent_hamlet": "Thôn 3"}
    assert fill_from_line(values, "permanent", near=near).error == ""
    assert (values["permanent_hamlet"], values["permanent_unit"]) == ("Thôn 3", None)
    assert values["permanent_raw"] == "Số 5, Thôn 2, xã Mẫu Sơn"


def test_a_divided_commune_stops_the_form_and_offers_the_choices(near):
    values = {"permanent_line": KIM_CHUNG, "permanent_unit": None}
    filled = fill_from_line(values, "permanent", near=near)
    assert "đã chia về nhiều nơi" in filled.error
    assert [unit.name for unit in filled.choices] == ["Xã Thiên Lộc", "Xã Vĩnh Thanh"]
    assert values["permanent_unit"] is None


def test_a_temporary_residence_is_in_ones_own_commune(near):
    values = {"temporary_line": "Thôn 2, Phường Trảng Bom, Đồng Nai"}
    assert fill_from_line(values, "temporary", near=near).error == (
        "Địa chỉ này thuộc Phường Trảng Bom, Thành phố Đồng Nai, không thuộc Xã Mẫu Sơn; "
        "ô này chỉ ghi nơi tạm trú trong xã."
    )
    values = {"temporary_line": "Số 5, Thôn 2, Mẫu Sơn"}
    assert fill_from_line(values, "temporary", near=near).error == ""
    assert (values["temporary_hamlet"], values["temporary_street"]) == ("Thôn 2", "Số 5")


def test_an_empty_line_changes_nothing(near):
    values = {"permanent_line": "", "permanent_unit": near}
    assert fill_from_line(values, "permanent", near=near).error == ""
    assert values == {"permanent_line": "", "permanent_unit": near}


# --- the view ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(near, client_of):
    return client_of(OfficerFactory(badge_number="MS-777", unit=near))


def test_the_page_is_told_what_goes_where(client, near, django_assert_max_num_queries):
    Hamlet.objects.create(commune=near, name="Thôn 9")
    with django_assert_max_num_queries(12):
        told = client.post(reverse("registry:address_split"), {"line": "Số 5, Thôn 2, xã Mẫu Sơn, Lạng Sơn"}).json()
    assert told["fields"] == {"unit": "Xã Mẫu Sơn, Tỉnh Lạng Sơn", "hamlet": "Thôn 2", "street": "Số 5"}
    assert told["warning"].startswith("“Thôn 2” chưa có trong danh sách thôn, tổ của Xã Mẫu Sơn")


def test_the_page_is_told_what_an_old_name_is_today(client):
    told = client.post(reverse("registry:address_split"), {"unit": "Xã Kim Chung, Huyện Đông Anh"}).json()
    assert told["choices"] == ["Xã Thiên Lộc, Thành phố Hà Nội", "Xã Vĩnh Thanh, Thành phố Hà Nội"]
    told = client.post(reverse("registry:address_split"), {"unit": "xã trảng bom"}).json()
    assert told["unit"] == "Phường Trảng Bom, Thành phố Đồng Nai"


def test_an_address_is_asked_by_post_so_that_no_log_keeps_it(client):
    assert client.get(reverse("registry:address_split"), {"line": "Số 5"}).status_code == 405
