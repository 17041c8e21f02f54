"""The levels of address and home town."""

import pytest

from tests.registry.matching.compare import NOT_KNOWN, Pair, Typed, level_of


def _at(commune: str, address: str = "") -> Typed:
    return {"commune_code": commune, "address": address}


ADDRESS_PAIRS = [
    Pair("same_line", _at("00001", "Số 5, Tổ dân phố 3, phường Mường Thanh"), _at("00001", "SN 05, TDP 3"),
         "abbreviated, and the commune left out"),
    Pair("same_line", _at("00001", "12 ngõ 5 Trần Phú"), _at("", "Ngõ 5, số 12, đường Trần Phú"),
         "another order; one side's commune is not known"),
    Pair("alike_line", _at("00001", "12 ngõ 5 Trần Phú"), _at("00001", "12 ngõ 15 Trần Phú"),
         "a digit more", misses="same_line"),
    Pair("alike_line", _at("00001", "Số 18A, ngõ 17, Thôn Tân Lập"), _at("00001", "Số 18, ngõ 17, Thôn Tân Lập"),
         "most of the letters"),
    Pair("same_hamlet", _at("00001", "Số 18A, ngõ 17 Lê Lợi, Thôn 3"), _at("00001", "Thôn 3"),
         "the hamlet alone", misses="alike_line"),
    Pair("same_hamlet", _at("00001", "Thôn III, xã A"), _at("00001", "Nhà ông Năm, thôn 3"), "Roman or not"),
    Pair("same_commune", _at("00001", "Tổ 3"), _at("00001", "Nhà ông Năm, thôn 3"), "a tổ is no thôn",
         misses="same_hamlet"),
    Pair("same_commune", _at("00001", "Thôn 3"), _at("00001", "Số 9 Lê Lợi"), "only the commune"),
    Pair("same_commune", _at("00001"), _at("00001", "Số 9 Lê Lợi"), "one side knows no line"),
    Pair("other", _at("00001", "Thôn 3"), _at("00002", "Số 9 Lê Lợi"), "not even that", misses="same_commune"),
    Pair("same_line_elsewhere", _at("00001", "Số 9, Thôn Tân Lập"), _at("00002", "Số 9, Thôn Tân Lập"),
         "one commune has its old code"),
    Pair("other", _at("00001", "Số 9, Thôn Tân Lập"), _at("00002", "Số 8, Thôn Tân Lập"), "alike is not the same there",
         misses="same_line_elsewhere"),
    Pair("other", _at("00001", "Thôn 3"), _at("00002", "Số 41 Hai Bà Trưng"), "two places"),
    Pair("same_commune", _at("00001", "Thôn 3"), _at("00001", "Số 41 Hai Bà Trưng"), "one commune", misses="other"),
    Pair(NOT_KNOWN, _at("00001"), _at("", "Thôn 3"), "nothing that both know", misses="other"),
]  # fmt: skip
TOWN_PAIRS = [
    Pair("same", "Xã Đồng Tiến, tỉnh Hưng Yên", "Đồng Tiến, Hưng Yên", "the words before names say nothing"),
    Pair("same", "TP. Hải Phòng", "hai phong", "without accents"),
    Pair("within", "Đồng Tiến, Hưng Yên", "Đồng Tiến, Khoái Châu, Hưng Yên", "the district left out", misses="same"),
    Pair("within", "Hưng Yên", "Đồng Tiến, Hưng Yên", "the province alone"),
    Pair("same_province", "Khoái Châu, Hưng Yên", "Đồng Tiến, Hưng Yên", "another part", misses="within"),
    Pair("same_province", "Văn Giang, Hưng Yên", "Đồng Tiến, Khoái Châu, Hưng Yên", "two towns of one province"),
    Pair("other", "Đồng Tiến, Hưng Yên", "Đồng Tiến, Bắc Ninh", "a name that many communes bear",
         misses="same_province"),
    Pair("other", "Hưng Yên", "Bắc Ninh", "two provinces"),
    Pair("same_province", "Yên Mỹ, Hưng Yên", "Mỹ Hào, Hưng Yên", "one province", misses="other"),
    Pair(NOT_KNOWN, "không rõ", "Hưng Yên", "not known", misses="other"),
]  # fmt: skip


@pytest.mark.parametrize("pair", ADDRESS_PAIRS, ids=lambda pair: pair.why)
def test_two_addresses_stand_on_their_level(pair):
    assert level_of("address", pair.one, pair.other) == pair.level, pair.why


@pytest.mark.parametrize("pair", TOWN_PAIRS, ids=lambda pair: f"{pair.one}-{pair.other}")
def test_two_home_towns_stand_on_their_level(pair):
    assert level_of("home_town", pair.one, pair.other) == pair.level, pair.why
