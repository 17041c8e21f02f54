"""Places found in memory are those that the database finds."""

import datetime as dt

import pytest

from accounts.units.find import current_unit, resolve_place
from registry.rosters.gazetteer import gazetteer
from tests.factories import UnitFactory

ENDED = {"valid_from": dt.date(1990, 1, 1), "valid_to": dt.date(2025, 6, 30)}
WRITTEN = [
    "Xã Mẫu Sơn", "xã Mẫu Sơn, Tỉnh Mẫu", "mau son, mau", "X. Mẫu Hạ, T. Mẫu", "Mẫu Cũ, Huyện Mẫu Xa, Tỉnh Mẫu", "Mẫu",
    "Tỉnh Mẫu", "Phường 03, Tỉnh Mẫu", "P.3, Tỉnh Mẫu", "Xã Không Có", "", "Xã Mẫu Chia, Huyện Mẫu Xa, Tỉnh Mẫu",
]  # fmt: skip


@pytest.fixture(autouse=True)
def units(commune, other_commune, province):
    district = UnitFactory(name="Huyện Mẫu Xa", parent=province, level="district", **ENDED)
    UnitFactory(name="Xã Mẫu Cũ", parent=district, **ENDED).successors.create(new=commune, kind="whole")
    divided = UnitFactory(name="Xã Mẫu Chia", parent=district, **ENDED)
    divided.successors.create(new=commune, kind="divided")
    divided.successors.create(new=other_commune, kind="divided")
    UnitFactory(name="Phường 3", parent=province)


@pytest.mark.parametrize("written", WRITTEN)
def test_a_place_is_the_one_that_the_database_finds(commune, written):
    known = gazetteer()
    assert known.place(written) == resolve_place(written)
    assert known.current(written, near=commune) == current_unit(written, near=commune)
    assert known.current(written, near=None) == current_unit(written)


def test_a_unit_that_changed_is_read_anew(commune):
    assert gazetteer().place("Xã Mẫu Đổi Tên") is None
    commune.name = "Xã Mẫu Đổi Tên"
    commune.save()
    assert gazetteer().place("Xã Mẫu Đổi Tên") == commune


def test_asking_takes_no_query(django_assert_num_queries):
    known = gazetteer()
    with django_assert_num_queries(0):
        for written in WRITTEN:
            known.current(written)
