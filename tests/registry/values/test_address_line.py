"""A typed line of address: lines as cards, books and clerks write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.text import clean, fold
from registry.values.address_line import PartKind, split_address, tidy_hamlet

LINES = [
    # typed line, street, hamlet, units
    ("Số 5, ngõ 12, tổ dân phố 3, P. Kim Chung, H. Đông Anh, Hà Nội",
     "Số 5, ngõ 12", "Tổ dân phố 3", "P. Kim Chung, H. Đông Anh, Hà Nội"),
    ("Số 5 ngõ 12 tổ dân phố 3 P. Kim Chung H. Đông Anh Hà Nội",
     "Số 5, ngõ 12", "Tổ dân phố 3", "P. Kim Chung, H. Đông Anh Hà Nội"),
    ("so 5 ngo 12 to dan pho 3 p. kim chung h. dong anh ha noi",
     "So 5, ngo 12", "To dan pho 3", "p. kim chung, h. dong anh ha noi"),
    ("12/3A Trần Phú, KP3, P.5, Q.3, TP.HCM", "12/3A Trần Phú", "Khu phố 3", "P.5, Q.3, TP.HCM"),
    ("12/3A Trần Phú KP3 P5 Q3 TPHCM", "12/3A Trần Phú", "Khu phố 3", "P5, Q3, TPHCM"),
    ("SN 05 TDP 03 P.Mường Thanh TP.Điện Biên Phủ Tỉnh Điện Biên",
     "SN 05", "Tổ dân phố 3", "P.Mường Thanh, TP.Điện Biên Phủ, Tỉnh Điện Biên"),
    ("Thôn Nà Mạ, xã Mẫu Sơn, Lạng Sơn", "", "Thôn Nà Mạ", "xã Mẫu Sơn, Lạng Sơn"),
    ("thon na ma xa mau son lang son", "", "Thon na ma", "xa mau son lang son"),
    ("Bản Phố, xã Bản Lầu, huyện Mường Khương, Lào Cai", "", "Bản Phố", "xã Bản Lầu, huyện Mường Khương, Lào Cai"),
    ("Buôn Ea Sút, xã Ea Kpam, H. Cư M'gar, Đắk Lắk", "", "Buôn Ea Sút", "xã Ea Kpam, H. Cư M'gar, Đắk Lắk"),
    ("Tổ 5, P. Tân Lợi, Buôn Ma Thuột, Đắk Lắk", "", "Tổ 5", "P. Tân Lợi, Buôn Ma Thuột, Đắk Lắk"),
    ("Km 12 quốc lộ 1A, ấp 3, xã Phước Thái, Long Thành, Đồng Nai",
     "Km 12, quốc lộ 1A", "Ấp 3", "xã Phước Thái, Long Thành, Đồng Nai"),
    ("ngách 5/12 ngõ 30 phố Tạ Quang Bửu, phường Bách Khoa, quận Hai Bà Trưng, Hà Nội",
     "Ngách 5/12, ngõ 30, phố Tạ Quang Bửu", "", "phường Bách Khoa, quận Hai Bà Trưng, Hà Nội"),
    ("Phòng 1203 tòa CT2 KĐT Xa La, phường Phúc La, Hà Đông, Hà Nội",
     "Phòng 1203, tòa CT2, KĐT Xa La", "", "phường Phúc La, Hà Đông, Hà Nội"),
    ("Đội 4 thôn Đoài xã Nam Hồng Đông Anh Hà Nội", "", "Đội 4, Thôn Đoài", "xã Nam Hồng Đông Anh Hà Nội"),
    ("Xã Nam Hồng, thôn Đoài", "", "Thôn Đoài", "Xã Nam Hồng"),
    ("Kim Chung, Đông Anh, Hà Nội", "", "", "Kim Chung, Đông Anh, Hà Nội"),
    ("Số 8 đường Làng, thôn Phố Mới, xã X, huyện Y", "Số 8, đường Làng", "Thôn Phố Mới", "xã X, huyện Y"),
    ("Kiệt 42 Hùng Vương, Tổ 12, Phường Phú Nhuận, TP Huế", "Kiệt 42 Hùng Vương", "Tổ 12", "Phường Phú Nhuận, TP Huế"),
    ("Nhà bà Lan, xóm Chùa, xã Kim Chung", "Nhà bà Lan", "Xóm Chùa", "xã Kim Chung"),
    ("Đ. 30/4, khóm 2, P. 1, TX. Ngã Năm, T. Sóc Trăng", "Đ. 30/4", "Khóm 2", "P. 1, TX. Ngã Năm, T. Sóc Trăng"),
    ("Số 12 Phố Huế - Phường Ngô Thì Nhậm - Hai Bà Trưng - Hà Nội",
     "Số 12, Phố Huế", "", "Phường Ngô Thì Nhậm, Hai Bà Trưng, Hà Nội"),
    ("Tiểu khu 3, thị trấn Mộc Châu, Sơn La", "", "Tiểu khu 3", "thị trấn Mộc Châu, Sơn La"),
    ("Phum Xoài, xã Ô Lâm, Tri Tôn, An Giang", "", "Phum Xoài", "xã Ô Lâm, Tri Tôn, An Giang"),
    ("Sóc Ruộng, Xã Tân Hùng", "", "Sóc Ruộng", "Xã Tân Hùng"),
    ("Ấp Bắc, xã Tân Phú, Sóc Trăng", "", "Ấp Bắc", "xã Tân Phú, Sóc Trăng"),
    ("Khối 3, khu 2, Phố Ràng, Bảo Yên, Lào Cai", "", "Khối 3, Khu 2", "Phố Ràng, Bảo Yên, Lào Cai"),
    ("QL1A thôn 2 xã Hòa Phước", "QL1A", "Thôn 2", "xã Hòa Phước"),
    ("ĐT743 kp 3", "ĐT743", "Khu phố 3", ""),
    ("Số 7/12/3 hẻm 5 đ. Lê Lợi tổ 3 kp 2 phường 1 quận 3",
     "Số 7/12/3, hẻm 5, đ. Lê Lợi", "Tổ 3, Khu phố 2", "phường 1, quận 3"),
    ("5 Phó Đức Chính, P. 1", "5 Phó Đức Chính", "", "P. 1"),
    ("Tổ dân phố Đống Đa, phường Sóc Sơn", "", "Tổ dân phố Đống Đa", "phường Sóc Sơn"),
    ("Thửa đất 12 tờ bản đồ 5, khối 3", "Thửa đất 12, tờ bản đồ 5", "Khối 3", ""),
    ("", "", "", ""),
    (",,;", "", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "street", "hamlet", "units"), LINES, ids=[line[0] or "nothing" for line in LINES])
def test_a_line_is_taken_apart(line, street, hamlet, units):
    found = split_address(line)
    assert (found.street, found.hamlet, found.units) == (street, hamlet, units)


KINDS = ["thôn", "xóm", "ấp", "bản", "buôn", "làng", "phum", "sóc", "tổ dân phố", "tổ", "khu phố", "khu", "khối",
         "khóm", "đội", "khu dân cư", "tiểu khu", "plei", "bon"]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_hamlet_of_the_country_is_known(kind):
    found = split_address(f"Số 3 đường Lê Lợi {kind} 7 xã Mẫu Sơn")
    assert (found.hamlet, found.units) == (f"{kind[0].upper()}{kind[1:]} 7", "xã Mẫu Sơn")


def test_the_line_itself_is_kept_as_it_was_typed():
    assert split_address("  SN 05,TDP 03 ,P.Mường  Thanh").raw == "SN 05,TDP 03 ,P.Mường Thanh"


def test_a_hamlet_is_written_out():
    assert [tidy_hamlet(text) for text in ("tdp 03", "KP 2", "thôn Nà Mạ")] == [
        "Tổ dân phố 3",
        "Khu phố 2",
        "Thôn Nà Mạ",
    ]


WORDS = st.sampled_from([*KINDS, "số", "ngõ", "P.", "H.", "TP.", "x.", "Kim", "Chung", "12/3A", "Đông", "5", "TDP03",
                         ",", "-", "Sóc", "Trăng", "xa", "to", "QL1A", ".", "Đ.", "T"])  # fmt: skip


@given(st.text(max_size=80) | st.lists(WORDS, max_size=25).map(" ".join))
def test_any_line_is_read_and_no_word_is_lost(text):
    """Every word lands in exactly one part, in the order in which it was typed."""
    found = split_address(text)
    assert fold(" ".join(part.text for part in found.parts)) == fold(clean(text))
    assert all(part.text and part.kind in PartKind for part in found.parts)
    assert isinstance(found.street + found.hamlet + found.units, str)
