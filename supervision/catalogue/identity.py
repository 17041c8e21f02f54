"""Electronic identity as Project 06 counts it: taken in, granted and activated, levels 1 and 2."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Q

from cards.models import EidLevel
from supervision.catalogue.asked import Frame
from supervision.catalogue.bases import ACCOUNTS, living
from supervision.catalogue.figure import Condition, Counted, Figure, Ratio
from supervision.catalogue.people import aged

SECTION: Final = "Định danh điện tử"
LAW: Final = "Nghị định 69/2024/NĐ-CP"
REPORT: Final = f"{LAW}; báo cáo Đề án 06"
STEPS: Final = (("thu-nhan", "Thu nhận", "collected"), ("cap", "Đã cấp", "granted"),
                ("kich-hoat", "Kích hoạt", "activated"))  # fmt: skip
RISEN: Final = "Tài khoản đã nâng lên mức 2 chỉ tính ở mức 2"


def _during(step: str, level: int) -> Condition:
    return lambda frame: Q(level=level) & frame.during(f"{step}_at")


def _by_then(step: str, level: int) -> Condition:
    column = f"{step}_at"
    return lambda frame: Q(level=level, **{f"{column}__isnull": False}) & frame.before(column)


def _not_activated(frame: Frame) -> Q:
    activated = Q(activated_at__isnull=False) & frame.before("activated_at")
    return _by_then("granted", EidLevel.TWO)(frame) & ~activated


def _grown_with_level_two(frame: Frame) -> Q:
    grown = living("resident") & aged(frame.day, 14, None, "resident__birth_latest_on")
    return _by_then("granted", EidLevel.TWO)(frame) & grown & frame.before("resident__created_at")


def _figures() -> Iterable[Figure]:
    for level in (EidLevel.TWO, EidLevel.ONE):
        for slug, title, step in STEPS:
            yield Counted(
                f"dd{level}-{slug}", f"{title} định danh mức {level}", "tài khoản", f"Trong kỳ. {RISEN}", REPORT,
                SECTION, f"{title} mức {level}", "happened", "up", ACCOUNTS, of_officer=f"{step}_by",
                where=_during(step, level),
            )  # fmt: skip
        for slug, title, step in STEPS[1:]:
            yield Counted(
                f"dd{level}-da-{slug}", f"Tài khoản mức {level} {title.lower().removeprefix('đã ')} đến nay",
                "tài khoản", f"Lũy kế: tài khoản có ngày {title.lower().removeprefix('đã ')}. {RISEN}", REPORT, SECTION,
                f"Mức {level}, {title.lower()}", base=ACCOUNTS, where=_by_then(step, level), better="up",
                knows_past=True,
            )  # fmt: skip
        yield Ratio(
            f"dd{level}-kich-hoat-ty-le", f"Tỷ lệ kích hoạt mức {level}",
            note=f"Tài khoản mức {level} đã kích hoạt trên đã cấp, lũy kế", source=REPORT, section=SECTION,
            short=f"Kích hoạt mức {level} %", parts=(f"dd{level}-da-kich-hoat", f"dd{level}-da-cap"), better="up",
            shows="dd2-chua-kich-hoat" if level == EidLevel.TWO else "",
        )  # fmt: skip
    yield Counted(
        "dd2-chua-kich-hoat", "Tài khoản mức 2 chưa kích hoạt", "tài khoản", "Đã cấp, chưa có ngày kích hoạt",
        f"{LAW}; quy tắc L23", SECTION, "Chưa kích hoạt", base=ACCOUNTS, where=_not_activated, better="down",
        knows_past=True,
    )  # fmt: skip
    yield Counted(
        "co-dd2-tu-14", "Từ đủ 14 tuổi đã có định danh mức 2", "người",
        "Nhân khẩu từ đủ 14 tuổi có tài khoản mức 2 đã cấp; mỗi người một tài khoản", REPORT, SECTION,
        "Có định danh mức 2", base=ACCOUNTS, where=_grown_with_level_two, better="up", knows_past=True,
    )  # fmt: skip
    yield Ratio(
        "phu-dd2-tu-14", "Tỷ lệ có định danh mức 2, từ đủ 14 tuổi",
        note="Người từ đủ 14 tuổi có tài khoản mức 2 đã cấp trên nhân khẩu từ đủ 14 tuổi", source=REPORT,
        section=SECTION, short="Định danh mức 2 %", parts=("co-dd2-tu-14", "tu-14"), better="up",
    )  # fmt: skip


FIGURES: Final[list[Figure]] = list(_figures())
