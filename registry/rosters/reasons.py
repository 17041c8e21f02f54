"""By what the rows of a list are grouped: every code that `RosterRow.reasons` may hold, with its title on the screen.

A code is one word, or a word and what it is about: "fill", "overwrite:phone", "rule:D04", "value:birth_date".
"""

from collections.abc import Mapping
from typing import Final

from registry.codes import RULE_TEXTS
from registry.rosters.fields import FIELDS

# Of people we have.
FILL, MOVED, JOINS, OVERWRITE = "fill", "moved", "joins", "overwrite"
# Suspected.
CERTAIN, REVIEW, TWINS, ELSEWHERE = "suspect:certain", "suspect:review", "suspect:twin", "suspect:elsewhere"
NUMBER_OF_ANOTHER, TWICE = "number:differs", "twice"
# Wrong.
NUMBER_ELSEWHERE, NUMBER_HERE = "number_elsewhere", "number_here"
CANCELLED, STRANGER, CLOSED = "number_cancelled", "number:stranger", "closed"
RULE, VALUE = "rule", "value"
# Beside.
KEPT, SECOND_HEAD, NO_HOUSEHOLD, OTHER_HEAD = "kept", "second_head", "no_household", "other_head"
# Of a list that went out and came back.
MOVED_ON, UNKNOWN_RECORD, LOCKED, EMPTIED = "moved_on", "unknown_record", "locked", "emptied"

TITLES: Final[Mapping[str, str]] = {
    FILL: "Chỉ điền thêm ô còn trống",
    MOVED: "Địa chỉ khác hồ sơ",
    JOINS: "Vào hộ, hoặc đổi quan hệ với chủ hộ",
    OVERWRITE: "Thay thông tin đang ghi",
    CERTAIN: "Gần như chắc chắn đã có hồ sơ",
    REVIEW: "Giống một hồ sơ đã có, cần xem",
    TWINS: "Có thể là sinh đôi với người đã có",
    ELSEWHERE: "Giống một hồ sơ ở xã khác",
    NUMBER_OF_ANOTHER: "Cùng số định danh nhưng họ tên hoặc ngày sinh khác",
    TWICE: "Trùng một dòng khác trong tệp",
    NUMBER_ELSEWHERE: "Số định danh đang ở hồ sơ của xã khác",
    NUMBER_HERE: "Số đang dùng ở một hồ sơ khác của xã",
    CANCELLED: "Số định danh đã bị hủy",
    STRANGER: "Số định danh là của người khác",
    CLOSED: "Hồ sơ đã đóng (đã chết, đã chuyển đi)",
    RULE: "Không qua quy tắc dữ liệu",
    VALUE: "Giá trị không đọc được",
    KEPT: "Có ô không sửa được bằng danh sách",
    SECOND_HEAD: "Hộ có hai chủ hộ",
    NO_HOUSEHOLD: "Số hộ có quá nhiều người",
    OTHER_HEAD: "Chủ hộ ghi khác với hồ sơ",
    MOVED_ON: "Hồ sơ đã sửa sau khi xuất",
    UNKNOWN_RECORD: "Không còn hồ sơ của dòng này",
    LOCKED: "Sửa ô đã khóa",
    EMPTIED: "Xóa trắng ô đang có thông tin",
}
"""Every word before a colon is here too."""
NONE_OF_THE_LIST: Final = "Khác"
SUSPICIONS: Final = frozenset({CERTAIN, REVIEW, ELSEWHERE, NUMBER_OF_ANOTHER, TWICE})


def title_of(code: str) -> str:
    """What a group is called: "Quy tắc D04: Số định danh không khớp giới tính"."""
    if code in TITLES:
        return TITLES[code]
    word, _, about = code.partition(":")
    if word == RULE and about in RULE_TEXTS:
        return f"Quy tắc {about}: {RULE_TEXTS[about].title}"
    label = FIELDS[about].label if about in FIELDS else ""
    if word in TITLES and label:
        return f"{TITLES[word]}: {label}"
    return TITLES.get(word, NONE_OF_THE_LIST)


def of_rule(code: str) -> str:
    return f"{RULE}:{code}"


def of_value(field: str) -> str:
    return f"{VALUE}:{field}"


def of_overwrite(field: str) -> str:
    return f"{OVERWRITE}:{field}"
