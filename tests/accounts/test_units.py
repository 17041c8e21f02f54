"""Units: the load command against what the law says there is, and finding a unit by what somebody wrote."""

import ast
import datetime as dt
import time
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count
from django.urls import reverse

from accounts.models import Unit, UnitSuccessor
from accounts.units import source
from accounts.units.find import current_unit, find_units, resolve_place, successors_today
from accounts.units.history import lineage, names_over, path_on, unit_name_on, unit_on
from accounts.units.load import NEW_FROM, OLD_FROM, load_units

ROOT = Path(__file__).resolve().parents[2]
APRIL_2026 = dt.date(2026, 4, 30)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The real tables, loaded once for this file, in a transaction that is given up at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_units()
        yield
        transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def unit(path: str) -> Unit:
    found = resolve_place(path)
    assert found is not None, path
    return found


# --- what is loaded -----------------------------------------------------------------------------------------


def test_today_there_are_34_provinces_and_3321_communes():
    today = Unit.objects.current(dt.date(2026, 11, 21))
    assert Counter(today.values_list("level", flat=True)) == {"province": 34, "commune": 3321}
    kinds = Counter(row.name.split()[0] for row in today)
    assert kinds == {"Xã": 2611, "Phường": 697, "Đặc": 13, "Tỉnh": 27, "Thành": 7}


def test_on_1_july_2025_there_were_2621_xa_and_687_phuong():
    day = Unit.objects.current(NEW_FROM)
    kinds = Counter(row.name.split()[0] for row in day)
    assert kinds == {"Xã": 2621, "Phường": 687, "Đặc": 13, "Tỉnh": 28, "Thành": 6}


def test_before_there_were_63_provinces_696_districts_and_10035_communes():
    """10,040 rows in the source: five island districts had no commune."""
    before = Unit.objects.current(dt.date(2025, 6, 30))
    assert Counter(before.values_list("level", flat=True)) == {"province": 63, "district": 696, "commune": 10_035}


def test_every_province_has_the_communes_the_law_gives_it():
    counts = Unit.objects.current(dt.date(2026, 11, 21)).communes().values_list("parent__code").annotate(Count("pk"))
    expected = {
        "01": 126, "04": 56, "08": 124, "11": 45, "12": 38, "14": 75, "15": 99, "19": 92, "20": 65, "22": 54,
        "24": 99, "25": 148, "31": 114, "33": 104, "37": 129, "38": 166, "40": 130, "42": 69, "44": 78, "46": 40,
        "48": 94, "51": 96, "52": 135, "56": 65, "66": 102, "68": 124, "75": 95, "79": 168, "80": 96, "82": 102,
        "86": 124, "91": 102, "92": 103, "96": 64,
    }  # fmt: skip
    assert dict(counts.order_by()) == expected


def test_a_two_digit_code_means_another_province_before_and_after():
    """Facts 1.2: 80 was Long An and is Tây Ninh."""
    assert Unit.objects.get(level="province", code="80", valid_from=OLD_FROM).name == "Tỉnh Long An"
    assert Unit.objects.get(level="province", code="80", valid_from=NEW_FROM).name == "Tỉnh Tây Ninh"


def test_471_old_communes_were_divided_and_all_others_went_whole():
    """The official table has 441; the package that is loaded counts parts of area among the divided ones, too."""
    divided = UnitSuccessor.objects.filter(kind="divided")
    assert divided.values("old").distinct().count() == 471
    whole = UnitSuccessor.objects.filter(kind="whole", old__level="commune", old__valid_from=OLD_FROM)
    assert (whole.count(), whole.values("old").distinct().count()) == (9564, 9564)


def test_nobody_is_left_without_a_successor():
    left = Unit.objects.filter(successors=None).exclude(valid_to=None).exclude(level="district")
    assert list(left) == []
    assert {row.name for row in Unit.objects.filter(level="district", successors__new__name__startswith="Đặc khu")} == {
        "Huyện Bạch Long Vĩ", "Huyện Cồn Cỏ", "Huyện Hoàng Sa", "Huyện Lý Sơn", "Huyện Côn Đảo",
    }  # fmt: skip


def test_spelling_of_the_source_is_mended():
    names = set(Unit.objects.values_list("name", flat=True))
    assert {"Thị trấn Óc Eo", "Thành phố Đồng Hới", "Xã Pa Ủ", "Xã Đại Áng", "Xã Ya Ly", "Xã É Tòng"} <= names
    assert not [name for name in names if name.startswith(("xã ", "Thị Trấn ", "Thành Phố ", "Thị Xã "))]
    assert "Thị trấn Nông trường Việt Lâm" in names


def test_the_doubtful_code_is_kept_and_noted():
    row = Unit.objects.get(level="commune", code="06970", valid_from=NEW_FROM)
    assert (row.name, row.basis) == ("Xã Ba Chẽ", "QĐ 19/2025/QĐ-TTg; nguồn khác ghi mã 06978")
    assert not Unit.objects.filter(code="06978").exists()


def test_every_unit_of_today_is_on_the_map_and_no_former_one_is():
    today = Unit.objects.current(dt.date(2026, 11, 21))
    assert not today.filter(latitude=None).exists()
    assert not today.exclude(latitude__range=(8, 24), longitude__range=(102, 115)).exists()
    assert not Unit.objects.filter(valid_from=OLD_FROM).exclude(latitude=None).exists()
    ba_dinh = unit("Phường Ba Đình, Hà Nội")
    assert (ba_dinh.latitude, ba_dinh.longitude, ba_dinh.area_km2) == (21.0386, 105.838, 2.97)
    assert today.communes().filter(area_km2=None).count() == 2  # the source knows no area of these


def test_a_renamed_commune_lies_where_it_lay():
    new = unit("Phường Trảng Bom, Thành phố Đồng Nai")
    old = Unit.objects.get(level="commune", code=new.code, valid_from=NEW_FROM)
    assert new.latitude is not None
    assert (old.latitude, old.longitude) == (new.latitude, new.longitude)
    assert new.parent is not None and new.parent.latitude is not None


def test_units_loaded_before_coordinates_were_kept_get_them_afterwards():
    row = unit("Phường Ba Đình, Hà Nội")
    Unit.objects.filter(pk=row.pk).update(latitude=None, longitude=None, area_km2=None)
    assert load_units().placed == 1
    row.refresh_from_db()
    assert (row.latitude, row.area_km2) == (21.0386, 2.97)


def test_a_second_run_changes_nothing_and_is_quick():
    before = list(Unit.objects.order_by("pk").values_list())
    started = time.process_time()  # our own work, however busy the machine is
    assert load_units().nothing
    assert time.process_time() - started < 4
    assert list(Unit.objects.order_by("pk").values_list()) == before


def test_an_administrators_correction_is_not_overwritten():
    row = unit("Xã Mẫu Sơn, Tỉnh Lạng Sơn")
    Unit.objects.filter(pk=row.pk).update(basis="sửa tay", latitude=21.9, longitude=106.9)
    call_command("load_units", verbosity=0)
    row.refresh_from_db()
    assert (row.basis, row.latitude, row.longitude) == ("sửa tay", 21.9, 106.9)


# --- 30/04/2026 ---------------------------------------------------------------------------------------------


def test_dong_nai_is_a_city_since_30_april_2026():
    old, new = Unit.objects.filter(level="province", code="75", valid_from__gte=NEW_FROM).order_by("valid_from")
    assert (old.name, old.valid_to, new.name, new.valid_from) == (
        "Tỉnh Đồng Nai", dt.date(2026, 4, 29), "Thành phố Đồng Nai", APRIL_2026,
    )  # fmt: skip
    assert list(old.successors.values_list("new", "kind")) == [(new.pk, "whole")]


def test_ten_communes_became_phuong_and_keep_their_codes():
    new = Unit.objects.filter(level="commune", valid_from=APRIL_2026)
    assert new.count() == 10
    row = unit("Phường Trảng Bom, Thành phố Đồng Nai")
    before = Unit.objects.get(level="commune", code=row.code, valid_from=NEW_FROM)
    assert (before.path, before.valid_to) == ("Xã Trảng Bom, Tỉnh Đồng Nai", dt.date(2026, 4, 29))
    assert successors_today(before) == [row]


def test_the_other_85_communes_keep_their_rows_under_the_city():
    """A new row for each would make every address there an old one (rule L04) although nothing about it changed."""
    city = Unit.objects.get(level="province", code="75", valid_from=APRIL_2026)
    assert city.children.filter(valid_from=NEW_FROM, valid_to=None).count() == 85
    assert unit("Xã An Viễn, Đồng Nai").path == "Xã An Viễn, Thành phố Đồng Nai"


# --- finding ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("kim chung dong anh", "Xã Kim Chung, Huyện Đông Anh, Thành phố Hà Nội"),
        ("Xã Kim Chung, Huyện Đông Anh", "Xã Kim Chung, Huyện Đông Anh, Thành phố Hà Nội"),
        ("mẫu sơn", "Xã Mẫu Sơn, Tỉnh Lạng Sơn"),
        ("x. Mẫu Sơn, h. Lộc Bình", "Xã Mẫu Sơn, Huyện Lộc Bình, Tỉnh Lạng Sơn"),
        ("TP.HCM", "Thành phố Hồ Chí Minh"),
        ("trang bom", "Phường Trảng Bom, Thành phố Đồng Nai"),
        ("P1 Bảo Lộc", "Phường 1 Bảo Lộc, Tỉnh Lâm Đồng"),
    ],
)
def test_the_best_unit_for_what_was_typed_stands_first(typed, first):
    assert find_units(typed)[0].unit.path == first


def test_a_former_unit_says_what_it_is_today_and_a_divided_one_names_all():
    place = find_units("kim chung dong anh")[0]
    assert place.is_divided
    assert place.label == ("Xã Kim Chung, Huyện Đông Anh, Thành phố Hà Nội (nay: Xã Thiên Lộc hoặc Xã Vĩnh Thanh)")


def test_only_todays_units_when_asked():
    assert [place.unit.path for place in find_units("mẫu sơn lạng sơn", include_old=False)] == [
        "Xã Mẫu Sơn, Tỉnh Lạng Sơn"
    ]


def test_finding_takes_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        for place in find_units("phuong 1", limit=30):
            assert place.label


@pytest.mark.parametrize("typed", ["", "  ", "zzz", "'; drop table", "% _", "\\", "." * 500])
def test_nonsense_finds_nothing(typed):
    assert find_units(typed) == []
    assert resolve_place(typed) is None


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("Xã Mẫu Sơn, Tỉnh Lạng Sơn", "Xã Mẫu Sơn, Tỉnh Lạng Sơn"),
        ("Mẫu Sơn, Lộc Bình, Lạng Sơn", "Xã Mẫu Sơn, Huyện Lộc Bình, Tỉnh Lạng Sơn"),
        ("Kim Chung, Đông Anh, Hà Nội", "Xã Kim Chung, Huyện Đông Anh, Thành phố Hà Nội"),
        ("Hà Nội", "Thành phố Hà Nội"),
        ("Đồng Nai", "Thành phố Đồng Nai"),
        ("TP.HCM", "Thành phố Hồ Chí Minh"),
        ("P. Kim Chung, H. Đông Anh, Hà Nội", "Xã Kim Chung, Huyện Đông Anh, Thành phố Hà Nội"),
        ("x.Mẫu Sơn h.Lộc Bình t.Lạng Sơn", "Xã Mẫu Sơn, Huyện Lộc Bình, Tỉnh Lạng Sơn"),
        ("xa kim chung huyen dong anh ha noi", "Xã Kim Chung, Huyện Đông Anh, Thành phố Hà Nội"),
        ("Kim Chung Đông Anh Hà Nội", "Xã Kim Chung, Huyện Đông Anh, Thành phố Hà Nội"),
        ("Xã Kim Chung (cũ), huyện Đông Anh, TP Hà Nội, Việt Nam", "Xã Kim Chung, Huyện Đông Anh, Thành phố Hà Nội"),
        ("TT Óc Eo, H Thoại Sơn, An Giang", "Thị trấn Óc Eo, Huyện Thoại Sơn, Tỉnh An Giang"),
        ("P.03, Q.1, TP HCM", None),
        ("Phường 03, TP. Đà Lạt, Lâm Đồng", "Phường 3, Thành phố Đà Lạt, Tỉnh Lâm Đồng"),
        ("Xã Ea H'leo, H. Ea H'leo, Đắc Lắc", "Xã Ea H'leo, Huyện Ea H'leo, Tỉnh Đắk Lắk"),
        ("P. Vĩnh Ninh, Q. Thuận Hóa, TP Huế", "Phường Vĩnh Ninh, Quận Thuận Hóa, Thành phố Huế"),
        ("P. Vĩnh Ninh, TT Huế", "Phường Vĩnh Ninh, Quận Thuận Hóa, Thành phố Huế"),
        ("P. Vĩnh Ninh, TP Huế, Thừa Thiên Huế", "Phường Vĩnh Ninh, Quận Thuận Hóa, Thành phố Huế"),
        ("Đồng Đăng, Cao Lộc, Lạng Sơn", "Thị trấn Đồng Đăng, Huyện Cao Lộc, Tỉnh Lạng Sơn"),
    ],
)
def test_a_written_place_that_means_one_unit_is_that_unit(written, path):
    if path is None:
        assert resolve_place(written) is None
    else:
        assert unit(written).path == path


# --- what it is today ---------------------------------------------------------------------------------------


def test_a_former_unit_with_one_successor_is_taken_and_named():
    found = current_unit("x. Mẫu Sơn, h. Lộc Bình, Lạng Sơn")
    assert (found.unit.path, found.was.path) == (
        "Xã Mẫu Sơn, Tỉnh Lạng Sơn", "Xã Mẫu Sơn, Huyện Lộc Bình, Tỉnh Lạng Sơn",
    )  # fmt: skip
    assert found.sentence == (
        "Xã Mẫu Sơn, Huyện Lộc Bình, Tỉnh Lạng Sơn nay là Xã Mẫu Sơn, Tỉnh Lạng Sơn (từ 01/07/2025)."
    )


def test_a_divided_unit_offers_what_it_was_divided_into_and_the_nearest_first():
    near = unit("Xã Vĩnh Thanh, Hà Nội")
    found = current_unit("Xã Kim Chung, Huyện Đông Anh", near=near)
    assert found.unit is None
    assert [one.path for one in found.choices] == ["Xã Vĩnh Thanh, Thành phố Hà Nội", "Xã Thiên Lộc, Thành phố Hà Nội"]
    assert found.sentence == (
        "Xã Kim Chung, Huyện Đông Anh, Thành phố Hà Nội đã chia về nhiều nơi: Xã Vĩnh Thanh, Thành phố Hà Nội; "
        "Xã Thiên Lộc, Thành phố Hà Nội. Chọn nơi đang ở."
    )


def test_a_unit_of_today_is_taken_without_a_word():
    found = current_unit("Xã Mẫu Sơn, Lạng Sơn")
    assert (found.unit.path, found.was, found.sentence) == ("Xã Mẫu Sơn, Tỉnh Lạng Sơn", None, "")


def test_ones_own_commune_needs_no_province(django_assert_num_queries):
    near = Unit.objects.select_related("parent").get(pk=unit("Xã Tân Tiến, Lạng Sơn").pk)
    assert resolve_place("Tân Tiến") is None
    with django_assert_num_queries(0):
        for written in ("Tân Tiến", "x. Tân Tiến", "xa tan tien", "Xã Tân Tiến, Tỉnh Lạng Sơn"):
            assert current_unit(written, near=near).unit == near


def test_every_former_name_of_trang_bom_is_the_phuong_of_today():
    for written in ("Xã Trảng Bom, Đồng Nai", "Thị trấn Trảng Bom, Huyện Trảng Bom", "Trảng Bom, Đồng Nai"):
        assert current_unit(written).unit.path == "Phường Trảng Bom, Thành phố Đồng Nai", written


def test_a_name_that_many_bear_offers_a_choice_of_the_nearest_dozen():
    found = current_unit("Xã Tân Lập", near=unit("Xã Mẫu Sơn, Lạng Sơn"))
    assert found.unit is None
    assert 1 < len(found.choices) <= 12
    assert found.sentence.startswith("Có nhiều nơi tên này: ")


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("Huyện Đông Anh, Hà Nội", "“Huyện Đông Anh” chưa đến cấp xã; ghi thêm tên xã, phường."),
        ("Lạng Sơn", "“Tỉnh Lạng Sơn” chưa đến cấp xã; ghi thêm tên xã, phường."),
        ("Xã Không Đâu", "Không tìm thấy đúng một xã, phường; ghi thêm tên tỉnh hoặc chọn từ gợi ý."),
    ],
)
def test_what_is_no_commune_says_why(written, sentence):
    found = current_unit(written)
    assert (found.unit, found.choices, found.sentence) == (None, [], sentence)


def test_asking_takes_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        current_unit("P. Kim Chung, H. Đông Anh, Hà Nội")


def test_every_former_commune_written_in_full_is_understood():
    """The whole table: what is written as the decisions write it never needs a guess."""
    former = Unit.objects.communes().exclude(valid_to=None).select_related("parent__parent").order_by("code")
    for row in list(former)[::97]:
        found = current_unit(row.path)
        assert found.unit or len(found.choices) > 1, row.path


# --- what it was called -------------------------------------------------------------------------------------


def test_a_name_on_a_day_goes_back_through_both_reforms():
    row = unit("Phường Trảng Bom, Đồng Nai")
    assert path_on(row, dt.date(2026, 11, 21)) == "Phường Trảng Bom, Thành phố Đồng Nai"
    assert path_on(row, dt.date(2025, 12, 1)) == "Xã Trảng Bom, Tỉnh Đồng Nai"
    hint = "Khu phố 3, thị trấn Trảng Bom, huyện Trảng Bom"
    assert path_on(row, dt.date(2020, 1, 1), hint=hint) == "Thị trấn Trảng Bom, Huyện Trảng Bom, Tỉnh Đồng Nai"


def test_a_commune_that_went_on_is_shown_under_the_province_of_that_day():
    row = unit("Xã An Viễn, Đồng Nai")
    assert path_on(row, dt.date(2025, 12, 1)) == "Xã An Viễn, Tỉnh Đồng Nai"
    assert path_on(row, dt.date(2026, 5, 1)) == "Xã An Viễn, Thành phố Đồng Nai"


def test_where_several_came_together_the_old_address_says_which_or_todays_name_stands():
    row = unit("Xã Mẫu Sơn, Lạng Sơn")
    assert len({one.pk for one in Unit.objects.filter(successors__new=row)}) > 1
    assert unit_on(row, dt.date(2020, 1, 1)) is None
    assert unit_name_on(row, dt.date(2020, 1, 1)) == "Xã Mẫu Sơn"
    old = Unit.objects.filter(successors__new=row).select_related("parent__parent").order_by("pk").first()
    assert unit_on(row, dt.date(2020, 1, 1), hint=f"Thôn 2, {old.path}") == old


def test_a_former_name_is_shown_as_what_it_became_on_a_later_day():
    old = unit("Thị trấn Trảng Bom, Huyện Trảng Bom, Tỉnh Đồng Nai")
    assert path_on(old, dt.date(2025, 12, 1)) == "Xã Trảng Bom, Tỉnh Đồng Nai"
    divided = unit("Xã Kim Chung, Huyện Đông Anh, Hà Nội")
    assert path_on(divided, dt.date(2025, 12, 1)) == "Xã Kim Chung, Huyện Đông Anh, Thành phố Hà Nội"


def test_a_life_line_has_one_piece_for_each_name():
    row = unit("Phường Trảng Bom, Đồng Nai")
    line = lineage(row, hint="tt. Trảng Bom, h. Trảng Bom")
    pieces = names_over(row, from_on=dt.date(2009, 1, 1), to_on=None, line=line)
    assert [(one.name.split(",")[0], one.from_on, one.to_on) for one in pieces] == [
        ("Thị trấn Trảng Bom", dt.date(2009, 1, 1), dt.date(2025, 6, 30)),
        ("Xã Trảng Bom", dt.date(2025, 7, 1), dt.date(2026, 4, 29)),
        ("Phường Trảng Bom", dt.date(2026, 4, 30), None),
    ]
    since_may = names_over(row, from_on=dt.date(2026, 5, 1), to_on=None, line=line)
    assert [one.name for one in since_may] == ["Phường Trảng Bom, Thành phố Đồng Nai"]


def test_a_life_line_that_begins_before_our_table_has_no_hole():
    row = unit("Xã Mẫu Sơn, Lạng Sơn")
    pieces = names_over(row, from_on=dt.date(1990, 1, 1), to_on=None)
    assert [(one.from_on, one.to_on) for one in pieces] == [(dt.date(1990, 1, 1), None)]


# --- the pages ----------------------------------------------------------------------------------------------


def test_the_lookup_page_tells_past_present_basis_and_the_day(client_of, auditor, django_assert_max_num_queries):
    client = client_of(auditor)
    with django_assert_max_num_queries(12):
        answer = client.get(reverse("accounts:unit_lookup"), {"ten": "trang bom dong nai", "ngay": "01/12/2025"})
    text = " ".join(answer.content.decode().split())
    for words in (
        "Phường Trảng Bom, Thành phố Đồng Nai",
        "237/NQ-UBTVQH16",
        "Ngày 01/12/2025",
        "Xã Trảng Bom, Tỉnh Đồng Nai",
    ):
        assert words in text, words


def test_the_lookup_page_says_that_a_unit_was_divided(client_of, auditor):
    answer = client_of(auditor).get(reverse("accounts:unit_lookup"), {"ten": "Xã Kim Chung, Huyện Đông Anh"})
    text = answer.content.decode()
    assert "Đã chia về 2 nơi" in text
    assert "Xã Thiên Lộc, Thành phố Hà Nội" in text


def test_a_day_that_is_none_is_refused_beside_its_field(client_of, auditor):
    answer = client_of(auditor).get(reverse("accounts:unit_lookup"), {"ten": "mau son", "ngay": "31/02/2025"})
    assert answer.status_code == 422
    assert "Ghi đủ ngày, tháng, năm" in answer.content.decode()


def test_a_field_for_todays_units_is_offered_them_by_their_former_names(client_of, administrator):
    page = reverse("accounts:units")
    answer = client_of(administrator).get(page, {"q": "kim chung dong anh", "chi-hien-nay": "1"}).content.decode()
    assert '<option value="Xã Thiên Lộc, Thành phố Hà Nội" label="kim chung dong anh → trước là Xã Kim Chung' in answer
    assert 'value="Xã Kim Chung, Huyện Đông Anh' not in answer


@pytest.mark.parametrize("written", ["Mẫu Sơn", "Trảng Bom, Đồng Nai", "Phường 1", "Tân Lập"])
def test_a_written_place_that_may_mean_several_is_none(written):
    assert resolve_place(written) is None


def test_a_day_chooses_the_row_of_that_day():
    before = resolve_place("Đồng Nai", on=dt.date(2026, 1, 1))
    assert before is not None
    assert (before.name, before.valid_from) == ("Tỉnh Đồng Nai", NEW_FROM)


def test_successors_walk_through_both_reforms():
    old = unit("Thị trấn Trảng Bom, Huyện Trảng Bom, Tỉnh Đồng Nai")
    assert [row.name for row in successors_today(old)] == ["Phường Trảng Bom"]
    assert [row.name for row in successors_today(old, on=dt.date(2026, 1, 1))] == ["Xã Trảng Bom"]


def test_suggestions_are_options_for_whoever_works_here(client_of, administrator, client):
    answer = client_of(administrator).get(reverse("accounts:units"), {"q": "Xã Mẫu Sơn"})
    assert answer.status_code == 200
    assert '<option value="Xã Mẫu Sơn, Tỉnh Lạng Sơn"></option>' in answer.content.decode()
    plain = client_of(administrator).get(reverse("accounts:units"), {"q": "mau son lang"})
    shown = '<option value="Xã Mẫu Sơn, Tỉnh Lạng Sơn" label="mau son lang → Xã Mẫu Sơn, Tỉnh Lạng Sơn"></option>'
    assert shown in plain.content.decode(), "browsers hide what does not hold the typed text"
    assert client.get(reverse("accounts:units"), {"q": "mau son"}).status_code == 302


# --- the package's code stays outside -----------------------------------------------------------------------


def test_nothing_imports_the_package_whose_data_is_read():
    """Its `convert_address` sends the address to an online geocoder."""
    for folder in ("accounts", "registry", "cards", "supervision", "config", "tests", "benchmarks"):
        for file in (ROOT / folder).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(text)) if source.PACKAGE in text else ():
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not [name for name in names if name.split(".")[0] == source.PACKAGE], file


def test_a_missing_package_is_said_plainly(monkeypatch):
    monkeypatch.setattr(source, "PACKAGE", "no_such_package")
    with pytest.raises(source.SourceMissing, match="requirements-data.txt"):
        source.data_folder()
