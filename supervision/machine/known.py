"""The tasks that may be sent again, and what is sent: always one that takes no arguments and may run twice.

What stands in the timetable is sent as it is. A task for one row is not: the sweep of its kind finds that row, and all
the others that failed with it, by their marks. A task that is in neither is unknown, and nobody sends it.
"""

from collections.abc import Collection
from typing import Final

SWEEP_OF: Final = {
    "cards.tasks.render_receipt": "cards.tasks.render_due",
    "cards.tasks.render_print": "cards.tasks.prints_due",
    "registry.tasks.render_field_print": "registry.tasks.field_prints_due",
    "registry.tasks.roster_go_on": "registry.tasks.rosters_left",
    "registry.tasks.roster_help": "registry.tasks.rosters_left",
    "registry.tasks.make_export": "registry.tasks.exports_due",
    "registry.tasks.repair_run": "registry.tasks.repairs_left",
    "registry.tasks.scan_resident": "registry.tasks.scan_due",
    "registry.tasks.search_resident": "registry.tasks.search_due",
    "supervision.tasks.make_report": "supervision.tasks.reports_due",
}
TITLES: Final = {
    "accounts.tasks.clear_sessions": "Dọn phiên làm việc đã hết",
    "accounts.tasks.forget_old_drafts": "Dọn phiếu nhập dở cũ",
    "cards.tasks.prints_due": "Quét giấy chờ in",
    "cards.tasks.render_due": "Quét phiếu hẹn chờ in",
    "cards.tasks.render_print": "Lập một bản in giấy tờ",
    "cards.tasks.render_receipt": "Lập bản in một phiếu hẹn",
    "registry.tasks.exports_due": "Quét danh sách xuất chờ lập",
    "registry.tasks.field_prints_due": "Quét phiếu phúc tra chờ in",
    "registry.tasks.forget_files": "Xóa tệp danh sách quá hạn giữ",
    "registry.tasks.make_export": "Lập một danh sách xuất",
    "registry.tasks.move_to_successors": "Chuyển theo đơn vị mới",
    "registry.tasks.render_field_print": "Lập bản in một phiếu phúc tra",
    "registry.tasks.repair_run": "Một đợt sửa hàng loạt",
    "registry.tasks.repairs_left": "Quét đợt sửa hàng loạt còn dở",
    "registry.tasks.roster_go_on": "Một bước của danh sách nhập",
    "registry.tasks.roster_help": "Phụ một bước của danh sách nhập",
    "registry.tasks.rosters_left": "Quét danh sách nhập còn dở",
    "registry.tasks.run_planned_merges": "Gộp hồ sơ đã đến giờ hẹn",
    "registry.tasks.scan_all": "Kiểm tra dữ liệu mọi hồ sơ (đêm)",
    "registry.tasks.scan_due": "Kiểm tra hồ sơ vừa đổi",
    "registry.tasks.scan_resident": "Kiểm tra một hồ sơ",
    "registry.tasks.scores_all": "Ghi điểm sạch trong ngày (đêm)",
    "registry.tasks.scores_due": "Ghi điểm sạch còn dở",
    "registry.tasks.search_all": "Tìm trùng cả sổ (đêm)",
    "registry.tasks.search_due": "Tìm trùng hồ sơ vừa đổi",
    "registry.tasks.search_everything": "Tìm trùng cả sổ",
    "registry.tasks.search_resident": "Tìm trùng một hồ sơ",
    "supervision.tasks.alerts_night": "Tìm xã cần cảnh báo (đêm)",
    "supervision.tasks.close_periods": "Chốt kỳ số liệu",
    "supervision.tasks.figures_due": "Ghi số liệu trong ngày",
    "supervision.tasks.figures_night": "Ghi số liệu cuối ngày (đêm)",
    "supervision.tasks.make_report": "Lập một báo cáo",
    "supervision.tasks.reports_due": "Quét báo cáo chờ lập",
}


def title_of(task: str) -> str:
    return TITLES.get(task, task)


def sent_for(task: str, timetable: Collection[str]) -> str:
    """The task to send where `task` failed; "" for one that nobody here knows. `timetable`: the tasks beat sends."""
    sent = SWEEP_OF.get(task, task)
    return sent if sent in timetable else ""
