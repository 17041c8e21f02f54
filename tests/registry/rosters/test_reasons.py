"""What groups of rows are called."""

import pytest

from registry.codes import RULE_TEXTS
from registry.rosters import reasons
from registry.rosters.fields import FIELDS


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("fill", "Chỉ điền thêm ô còn trống"),
        ("overwrite:phone", "Thay thông tin đang ghi: Số thuê bao di động"),
        ("value:birth_date", "Giá trị không đọc được: Ngày, tháng, năm sinh"),
        ("rule:D04", "Quy tắc D04: Số định danh không khớp giới tính"),
        ("suspect:certain", "Gần như chắc chắn đã có hồ sơ"),
        ("rule:Z99", "Không qua quy tắc dữ liệu"),
        ("something", "Khác"),
    ],
)
def test_every_group_has_a_title(code, title):
    assert reasons.title_of(code) == title


def test_every_code_fits_its_column():
    codes = [*reasons.TITLES, *map(reasons.of_rule, RULE_TEXTS)]
    codes += [make(name) for name in FIELDS for make in (reasons.of_value, reasons.of_overwrite)]
    assert max(map(len, codes)) <= 40
    assert all(reasons.title_of(code) != reasons.NONE_OF_THE_LIST for code in codes)
