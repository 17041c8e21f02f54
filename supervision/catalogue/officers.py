"""Who does how much: records made and corrected, cases decided, files in hand; lists read in; look-ups outside."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Q

from accounts.models import Action
from registry.models import FindingState, RowState
from registry.models.roster import WRITTEN
from supervision.catalogue.asked import Frame
from supervision.catalogue.bases import CASES, FILES, PEOPLE, ROSTER_ROWS, ROSTERS
from supervision.catalogue.figure import Counted, Figure
from supervision.catalogue.files import is_open
from supervision.catalogue.people import recorded
from supervision.catalogue.trail import TRAIL

SECTION: Final = "Cán bộ, danh sách, tra cứu"
DUTY: Final = "Luật Căn cước, Luật Cư trú: việc của công an cấp xã; QĐ 5230/QĐ-BCA-C06"
WATCH: Final = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 Đ19: cơ chế kiểm soát việc xử lý không cần đồng ý"
A_PERSON: Final = "cư dân"
"""How the trail calls the kind of its target (Resident's verbose_name)."""


def _recorded(frame: Frame) -> Q:
    return Q(created_by__isnull=False) & frame.during("created_at")


def _decided(frame: Frame) -> Q:
    return Q(state__in=(FindingState.VERIFIED, FindingState.SET_ASIDE)) & frame.during("decided_at")


def _written(frame: Frame) -> Q:
    return Q(state__in=WRITTEN) & frame.during("applied_at")


def _corrected(frame: Frame) -> Q:
    return Q(action=Action.CHANGE, target_kind=A_PERSON) & frame.during("at")


def _looked_outside(frame: Frame) -> Q:
    return Q(action=Action.SEARCH_OUTSIDE) & frame.during("at")


def _figures() -> Iterable[Figure]:
    yield Counted(
        "ghi-moi", "Hồ sơ cư dân ghi mới", "hồ sơ",
        "Cán bộ lập trong kỳ, kể cả qua danh sách nhập; người đang cư trú hoặc vắng mặt",
        DUTY, SECTION, "Ghi mới", "happened", "", PEOPLE, of_officer="created_by", among=recorded, where=_recorded,
    )  # fmt: skip
    yield Counted(
        "sua", "Lần sửa hồ sơ cư dân", "lần", "Dòng nhật ký “Sửa” về một cư dân trong kỳ", DUTY, SECTION, "Sửa",
        "happened", "", TRAIL, of_officer="actor_badge", among=_corrected,
    )  # fmt: skip
    yield Counted(
        "xu-ly-viec", "Việc làm sạch đã kết luận", "việc", "Xác minh đúng hoặc để sau, trong kỳ; việc tự đóng khi sửa "
        "dữ liệu tính ở “Việc làm sạch đã sửa”", DUTY, SECTION, "Kết luận việc", "happened", "up", CASES,
        of_officer="decided_by", among=_decided,
    )  # fmt: skip
    yield Counted(
        "giu-ho-so", "Hồ sơ căn cước có người giữ", "hồ sơ", "Đang mở và đã giao cho một cán bộ", DUTY, SECTION,
        "Đang giữ", base=FILES, among=is_open, where=lambda frame: Q(assigned_to__isnull=False),
        of_officer="assigned_to",
    )  # fmt: skip
    yield Counted(
        "nhap-danh-sach", "Danh sách đã nhập", "danh sách", "Ghi xong trong kỳ, kể cả danh sách sau đó hoàn tác", DUTY,
        SECTION, "Danh sách", "happened", "", ROSTERS, of_officer="uploaded_by", among=_written,
    )  # fmt: skip
    yield Counted(
        "nhap-dong", "Dòng đã ghi từ danh sách nhập", "dòng", "Của những danh sách còn giữ (hết hạn lưu thì các dòng "
        "được xóa)", DUTY, SECTION, "Dòng đã ghi", base=ROSTER_ROWS, of_officer="roster__uploaded_by",
        among=lambda frame: Q(state=RowState.APPLIED),
    )  # fmt: skip
    yield Counted(
        "tra-cuu-ngoai", "Tra cứu ngoài địa bàn", "lần", "Lần cán bộ hỏi về người của xã khác, có ghi lý do, trong kỳ",
        WATCH, SECTION, "Tra cứu ngoài", "happened", "", TRAIL, of_officer="actor_badge", among=_looked_outside,
    )  # fmt: skip


FIGURES: Final[list[Figure]] = list(_figures())
