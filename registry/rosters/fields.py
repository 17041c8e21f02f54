"""What a column of a list may mean. One table for reading headings, for checking, for the template and for lists out.

Names are those of the form of a resident (registry/residents/forms.py) where it has the field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """How a cell is read (rosters/reading/cells.py)."""

    NAME = "name"
    TEXT = "text"
    BIRTH = "birth"  # day, month or year only
    DAY = "day"  # full
    DAY_PART = "day_part"  # one of three columns of a date
    SEX = "sex"
    NUMBER = "number"  # twelve digits
    CMND = "cmnd"
    PHONE = "phone"
    EMAIL = "email"
    CODE = "code"  # of a code list
    ROLE = "role"
    UNIT = "unit"
    LINE = "line"  # an address in one cell
    TICK = "tick"
    KEY = "key"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Field:
    """`label` is what screens, templates and exports call it. `group` names the DC01 part it stands in; "" is not of
    DC01. `is_sensitive`: NĐ 356/2025 Đ4, off by default in every list that goes out."""

    name: str
    label: str
    kind: Kind
    group: str = ""
    is_sensitive: bool = False


PERSON, KIN, HOME, HOUSE, CONTACT = "Nhân thân", "Người thân", "Nơi cư trú", "Hộ gia đình", "Liên hệ"
_ALL = (
    Field("full_name", "Họ, chữ đệm và tên khai sinh", Kind.NAME, PERSON),
    Field("other_name", "Tên gọi khác", Kind.NAME, PERSON),
    Field("number", "Số định danh cá nhân", Kind.NUMBER, PERSON),
    Field("birth_date", "Ngày, tháng, năm sinh", Kind.BIRTH, PERSON),
    Field("sex", "Giới tính", Kind.SEX, PERSON),
    Field("birth_place", "Nơi sinh", Kind.TEXT, PERSON),
    Field("birth_registration_place", "Nơi đăng ký khai sinh", Kind.TEXT, PERSON),
    Field("home_town", "Quê quán", Kind.TEXT, PERSON),
    Field("ethnic_group", "Dân tộc", Kind.CODE, PERSON, is_sensitive=True),
    Field("religion", "Tôn giáo", Kind.CODE, PERSON, is_sensitive=True),
    Field("nationality", "Quốc tịch", Kind.CODE, PERSON),
    Field("blood_group", "Nhóm máu", Kind.CODE, PERSON, is_sensitive=True),
    Field("cmnd", "Số CMND 09 số", Kind.CMND, PERSON),
    Field("card_issued_on", "Ngày cấp thẻ", Kind.DAY, PERSON),
    Field("card_issued_by", "Nơi cấp thẻ", Kind.TEXT, PERSON),
    Field("card_expires_on", "Thẻ có giá trị đến", Kind.DAY, PERSON),
    Field("marital_status", "Tình trạng hôn nhân", Kind.CODE, PERSON),
    Field("father_name", "Họ tên cha", Kind.NAME, KIN),
    Field("father_number", "Số định danh của cha", Kind.NUMBER, KIN),
    Field("mother_name", "Họ tên mẹ", Kind.NAME, KIN),
    Field("mother_number", "Số định danh của mẹ", Kind.NUMBER, KIN),
    Field("spouse_name", "Họ tên vợ, chồng", Kind.NAME, KIN),
    Field("spouse_number", "Số định danh của vợ, chồng", Kind.NUMBER, KIN),
    Field("permanent_line", "Nơi thường trú", Kind.LINE, HOME),
    Field("permanent_from", "Thường trú từ ngày", Kind.DAY, HOME),
    Field("temporary_line", "Nơi tạm trú", Kind.LINE, HOME),
    Field("temporary_from", "Tạm trú từ ngày", Kind.DAY, HOME),
    Field("temporary_to", "Tạm trú đến ngày", Kind.DAY, HOME),
    Field("present_line", "Nơi ở hiện tại", Kind.LINE, HOME),
    Field("residence_file_number", "Số hồ sơ cư trú", Kind.TEXT, HOME),
    Field("household_key", "Số hộ", Kind.KEY, HOUSE),
    Field("household_role", "Quan hệ với chủ hộ", Kind.ROLE, HOUSE),
    Field("head_name", "Họ tên chủ hộ", Kind.NAME, HOUSE),
    Field("head_number", "Số định danh chủ hộ", Kind.NUMBER, HOUSE),
    Field("phone", "Số thuê bao di động", Kind.PHONE, CONTACT),
    Field("email", "Địa chỉ thư điện tử", Kind.EMAIL, CONTACT),
    Field("other_information", "Thông tin khác", Kind.TEXT, CONTACT),
    # What lists have besides, in parts or otherwise: read, put together, not of DC01.
    Field("surname_and_middle", "Họ và chữ đệm (cột riêng)", Kind.NAME),
    Field("surname", "Họ (cột riêng)", Kind.NAME),
    Field("middle_name", "Chữ đệm (cột riêng)", Kind.NAME),
    Field("given_name", "Tên (cột riêng)", Kind.NAME),
    Field("birth_day", "Ngày sinh (cột riêng)", Kind.DAY_PART),
    Field("birth_month", "Tháng sinh (cột riêng)", Kind.DAY_PART),
    Field("birth_year", "Năm sinh (cột riêng)", Kind.DAY_PART),
    Field("birth_male", "Ngày, năm sinh – cột Nam", Kind.BIRTH),
    Field("birth_female", "Ngày, năm sinh – cột Nữ", Kind.BIRTH),
    Field("is_male", "Nam (đánh dấu)", Kind.TICK),
    Field("is_female", "Nữ (đánh dấu)", Kind.TICK),
    Field("any_number", "Số CCCD, CMND (cột chung)", Kind.NUMBER),
    Field("permanent_hamlet", "Thôn, tổ dân phố", Kind.TEXT),
    Field("permanent_street", "Số nhà, đường", Kind.TEXT),
    Field("permanent_unit", "Xã, phường thường trú", Kind.UNIT),
    Field("ordinal", "Số thứ tự", Kind.IGNORED),
    Field("note", "Ghi chú (không nhập)", Kind.IGNORED),
    Field("record_id", "Mã hồ sơ", Kind.KEY),
    Field("record_version", "Phiên bản", Kind.KEY),
)
FIELDS: Final[Mapping[str, Field]] = {one.name: one for one in _ALL}
DC01: Final = tuple(one for one in _ALL if one.group)
