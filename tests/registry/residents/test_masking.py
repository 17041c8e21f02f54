"""What is masked in a running text, and what is left alone."""

import pytest

from registry.residents.masking import shown_text

CASES = [
    ("001190000123", "001••••••123"),
    ("CMND 012345678; cũ", "CMND 012••••••; cũ"),
    ("Lê Văn Mẫu (sinh 1960, số định danh 001060000111)", "Lê Văn Mẫu (sinh 1960, số định danh 001••••••111)"),
    ("0912345678", "0912 ••• 678"),
    ("gọi 0912 345 678 lúc 8 giờ", "gọi 0912 ••• 678 lúc 8 giờ"),
    ("0912.345.678", "0912 ••• 678"),
    ("+84912345678", "8491 ••• 678"),
    ("020 1 65 494786", "020••••••786"),
    ("lan.mau+1@vnpt.com.vn", "l•••@vnpt.com.vn"),
    ("0912345678 ngày 12/03/2020", "0912 ••• 678 ngày 12/03/2020"),
    ("Số 5, thôn Mẫu (từ 01/01/2010 đến hết 31/12/2026)", "Số 5, thôn Mẫu (từ 01/01/2010 đến hết 31/12/2026)"),
    ("Hộ 00012; 12/TLKT; 2019-2020", "Hộ 00012; 12/TLKT; 2019-2020"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "masked"), CASES)
def test_numbers_phones_and_addresses_are_masked_for_who_looks_from_above(text, masked, supervisor):
    assert shown_text(text, supervisor) == masked


@pytest.mark.parametrize("text", [text for text, _ in CASES])
def test_who_works_with_the_record_reads_it_whole(text, officer):
    assert shown_text(text, officer) == text
