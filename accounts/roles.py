"""Role -> rights: the page one can read to a commander.

A role says what somebody may do; accounts/scope.py says for which communes. Source: facts.md section 10.
"""

from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    OFFICER = "officer", "Cán bộ"
    CHIEF = "chief", "Trưởng công an xã"
    PROVINCE_SUPERVISOR = "province_supervisor", "Giám sát cấp tỉnh"
    MINISTRY_SUPERVISOR = "ministry_supervisor", "Giám sát cấp bộ"
    AUDITOR = "auditor", "Kiểm tra nhật ký"
    ADMINISTRATOR = "administrator", "Quản trị"


class Right(StrEnum):
    WORK = "vào bàn làm việc"
    RESIDENT_VIEW = "xem hồ sơ cư dân"
    RESIDENT_WRITE = "ghi hồ sơ cư dân"
    SENSITIVE_VIEW = "xem dữ liệu nhạy cảm"
    APPLICATION_VIEW = "xem hồ sơ căn cước"
    APPLICATION_TAKE = "thu nhận hồ sơ căn cước"
    CARDS_MANAGE = "điều hành việc làm thẻ của xã"
    CLEANUP_VIEW = "xem việc làm sạch"
    CLEANUP_WORK = "làm sạch dữ liệu"
    DUPLICATES_ACROSS = "xem nghi trùng liên xã"
    ROSTERS_WORK = "nhập danh sách từ tệp"
    ROSTERS_DECIDE = "duyệt ghi, hoàn tác danh sách nhập"
    LISTS_EXPORT = "xuất danh sách ra tệp"
    HAMLETS_MANAGE = "quản lý danh sách thôn, tổ"
    FIGURES_VIEW = "xem số liệu"
    REPORTS_MAKE = "lập báo cáo"
    REQUESTS_ASK = "giao việc, đặt chỉ tiêu"
    REQUESTS_ANSWER = "trả lời việc được giao"
    JOBS_VIEW = "xem việc nền"
    JOBS_START = "cho chạy việc nền của xã"
    MATCHING_VIEW = "xem ngưỡng so trùng"
    AUDIT_READ = "đọc nhật ký truy cập"
    ACCOUNTS_MANAGE = "quản trị tài khoản và danh mục"
    MACHINE_VIEW = "xem tình trạng hệ thống"


_LOOKING = {Right.WORK, Right.RESIDENT_VIEW, Right.APPLICATION_VIEW, Right.CLEANUP_VIEW}
_DOING = _LOOKING | {Right.RESIDENT_WRITE, Right.SENSITIVE_VIEW, Right.APPLICATION_TAKE, Right.CLEANUP_WORK}
_FILES = {Right.ROSTERS_WORK, Right.LISTS_EXPORT}
_FROM_ABOVE = {Right.FIGURES_VIEW, Right.REPORTS_MAKE, Right.REQUESTS_ASK, Right.JOBS_VIEW}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OFFICER: frozenset(_DOING | _FILES | {Right.FIGURES_VIEW}),
    Role.CHIEF: frozenset(
        _DOING
        | _FILES
        | {Right.ROSTERS_DECIDE, Right.FIGURES_VIEW, Right.HAMLETS_MANAGE, Right.DUPLICATES_ACROSS}
        | {Right.JOBS_START, Right.MATCHING_VIEW, Right.CARDS_MANAGE}
        | {Right.JOBS_VIEW, Right.REPORTS_MAKE, Right.REQUESTS_ANSWER}
    ),  # fmt: skip
    Role.PROVINCE_SUPERVISOR: frozenset(
        _LOOKING | _FROM_ABOVE | {Right.LISTS_EXPORT, Right.DUPLICATES_ACROSS, Right.MATCHING_VIEW}
    ),
    Role.MINISTRY_SUPERVISOR: frozenset(
        _LOOKING | _FROM_ABOVE | {Right.LISTS_EXPORT, Right.DUPLICATES_ACROSS, Right.MATCHING_VIEW}
    ),
    Role.AUDITOR: frozenset({Right.WORK, Right.AUDIT_READ}),
    Role.ADMINISTRATOR: frozenset({Right.WORK, Right.ACCOUNTS_MANAGE, Right.MATCHING_VIEW, Right.MACHINE_VIEW}),
}

# "Trưởng trở lên" and those who keep accounts or read the trail sign in with a second factor (production settings).
SECOND_FACTOR_ROLES = frozenset(set(Role) - {Role.OFFICER})
