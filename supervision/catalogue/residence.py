"""Residence (cư trú): what was registered in the period, who stays or is away now; numbers cancelled."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Q

from registry.models import ChangeState, ResidenceKind
from supervision.catalogue.asked import Frame
from supervision.catalogue.bases import CHANGES, PEOPLE, STAYS
from supervision.catalogue.figure import Condition, Counted, Figure, Traced

SECTION: Final = "Cư trú"
TERMS: Final = "Luật Cư trú, Thông tư 116/2026/TT-BCA: thời hạn từng việc"
REPORT: Final = "báo cáo Đề án 06"
WORK: Final[dict[str, tuple[str, tuple[str, ...], str]]] = {
    "thuong-tru": ("Đăng ký thường trú", ("dang-ky-thuong-tru",), "Luật Cư trú Đ22"),
    "tam-tru": ("Đăng ký, gia hạn tạm trú", ("dang-ky-tam-tru", "gia-han-tam-tru"), "Luật Cư trú Đ27, Đ28"),
    "xoa": ("Xóa đăng ký thường trú, tạm trú", ("xoa-thuong-tru", "xoa-tam-tru", "thuong-tru-noi-khac"),
            "Luật Cư trú Đ24, Đ29"),
    "tam-vang": ("Khai báo tạm vắng", ("tam-vang",), "Luật Cư trú Đ31"),
    "luu-tru": ("Thông báo lưu trú", ("luu-tru",), "Luật Cư trú Đ30"),
    "khai-sinh": ("Ghi khai sinh", ("khai-sinh",), "Luật Cư trú Đ20"),
    "khai-tu": ("Ghi khai tử", ("khai-tu",), "Luật Hộ tịch Đ33; Luật Cư trú Đ24"),
    "so-huy": ("Hủy, xác lập lại số định danh", ("huy-so",), "Nghị định 70/2024/NĐ-CP Đ11"),
}  # fmt: skip
STANDING: Final = {
    "dang-tam-tru": ("Đang tạm trú", ResidenceKind.TEMPORARY, "Luật Cư trú Đ27"),
    "dang-luu-tru": ("Đang lưu trú", ResidenceKind.STAY, "Luật Cư trú Đ30"),
    "dang-tam-vang": ("Đang tạm vắng", ResidenceKind.ABSENCE, "Luật Cư trú Đ31"),
}


def _applied(frame: Frame) -> Q:
    return Q(state=ChangeState.APPLIED) & frame.during("decided_at")


def _of_kinds(kinds: tuple[str, ...]) -> Condition:
    return lambda frame: Q(kind__in=kinds)


def _stands(kind: ResidenceKind) -> Condition:
    """Begun, and not at its end."""
    return lambda frame: (
        Q(kind=kind)
        & (Q(from_on=None) | Q(from_on__lte=frame.day))
        & (Q(to_on=None) | Q(to_on__gte=frame.day))
    )  # fmt: skip


def _figures() -> Iterable[Figure]:
    for code, (title, kinds, law) in WORK.items():
        yield Counted(
            code, title, "việc", "Ghi vào hồ sơ trong kỳ; một việc có thể về nhiều người", f"{law}; {REPORT}", SECTION,
            "", "happened", "", CHANGES, of_officer="decided_by", among=_applied, where=_of_kinds(kinds),
        )  # fmt: skip
    yield Counted(
        "viec-cho", "Việc cư trú, hộ tịch đang giải quyết", "việc", "Đã nhận, chưa ghi vào hồ sơ, chưa từ chối",
        TERMS, SECTION, "Đang giải quyết", base=CHANGES, among=_waiting, of_officer="created_by",
    )  # fmt: skip
    yield Counted(
        "viec-qua-han", "Việc cư trú, hộ tịch quá hạn", "việc", "Qua ngày hạn giải quyết", TERMS, SECTION,
        "Quá hạn", base=CHANGES, among=_waiting, of_officer="created_by",
        where=lambda frame: Q(due_on__lt=frame.day), better="down",
    )  # fmt: skip
    for code, (title, kind, law) in STANDING.items():
        yield Traced(
            code, title, "người", "Nhân khẩu có nơi cư trú loại này còn thời hạn", law, SECTION, base=PEOPLE,
            trace=STAYS, has=_stands(kind),
        )  # fmt: skip


def _waiting(frame: Frame) -> Q:
    return Q(state=ChangeState.WAITING)


FIGURES: Final[list[Figure]] = list(_figures())
