"""Duplicates: suspected, decided, folded, undone; and how far two officers agree."""

from collections.abc import Iterable
from typing import Final

from django.db.models import F, Q

from registry.models import MergeState, PairState
from supervision.catalogue.asked import Frame
from supervision.catalogue.bases import MERGES, PAIRS, SECOND_LOOKS
from supervision.catalogue.figure import Base, Better, Condition, Counted, Figure, Ratio

SECTION: Final = "Nghi trùng"
SOURCE: Final = "Luật Căn cước Đ12: mỗi người một số; “sạch” là mỗi người một hồ sơ"
BOTH: Final = "Cặp của hai xã tính ở cả hai xã"
WAITING: Final = (PairState.SUSPECTED, PairState.ASKED)
DECIDED: Final = (PairState.SAME, PairState.DIFFERENT)


def _waiting(frame: Frame) -> Q:
    """Of a moment gone by: found before, and decided after it or never. What had gone by itself is not known."""
    if frame.at is None:
        return Q(state__in=WAITING)
    return Q(found_at__lt=frame.at) & (Q(state__in=WAITING) | Q(state__in=DECIDED, decided_at__gte=frame.at))


def _found(frame: Frame) -> Q:
    return frame.during("found_at")


def _decided(frame: Frame) -> Q:
    return Q(state__in=DECIDED) & frame.during("decided_at")


def _folded(frame: Frame) -> Q:
    return Q(state__in=(MergeState.DONE, MergeState.UNDONE)) & frame.during("done_at")


def _undone(frame: Frame) -> Q:
    return Q(state=MergeState.UNDONE) & frame.during("undone_at")


def _looked_at_again(frame: Frame) -> Q:
    return frame.during("second_at")


def _agreed(frame: Frame) -> Q:
    return Q(second_verdict=F("first_verdict")) & _looked_at_again(frame)


def _figures() -> Iterable[Figure]:
    yield Counted(
        "nghi-trung", "Cặp nghi trùng", "cặp", f"Chờ kết luận. {BOTH}", SOURCE, SECTION, "Nghi trùng", base=PAIRS,
        where=_waiting, better="down", knows_past=True,
    )  # fmt: skip
    yield _happened("trung-phat-hien", "Cặp nghi trùng phát hiện", "cặp", "Máy tìm thấy trong kỳ", PAIRS, _found)
    yield _happened("trung-ket-luan", "Cặp nghi trùng đã kết luận", "cặp", "Một người hoặc hai người, trong kỳ", PAIRS,
                    _decided, of_officer="decided_by", better="up")  # fmt: skip
    yield _happened("trung-gop", "Hồ sơ đã gộp", "lần gộp", "Gộp trong kỳ, kể cả lần sau đó hoàn tác", MERGES, _folded,
                    of_officer="created_by")  # fmt: skip
    yield _happened("trung-hoan-tac", "Lần gộp đã hoàn tác", "lần gộp", "Hoàn tác trong kỳ", MERGES, _undone,
                    of_officer="undone_by", better="down")  # fmt: skip
    yield _happened("trung-xem-lai", "Kết luận được xem lại lần hai", "lượt", "Đồng chí thứ hai đã trả lời trong kỳ",
                    SECOND_LOOKS, _looked_at_again, of_officer="first_by")  # fmt: skip
    yield _happened("trung-cung-ket-luan", "Hai đồng chí cùng kết luận", "lượt", "Trong số được xem lại trong kỳ",
                    SECOND_LOOKS, _agreed, of_officer="first_by", better="up")  # fmt: skip
    yield Ratio(
        "trung-thong-nhat", "Tỷ lệ hai đồng chí cùng kết luận", note="Cùng kết luận trên số được xem lại lần hai",
        source=SOURCE, section=SECTION, short="Thống nhất %", parts=("trung-cung-ket-luan", "trung-xem-lai"),
        shows="trung-xem-lai", better="up",
    )  # fmt: skip


def _happened(code: str, title: str, unit: str, note: str, base: Base, where: Condition, *, of_officer: str = "",
              better: Better = "") -> Figure:  # fmt: skip
    return Counted(
        code, title, unit, f"{note}. {BOTH}", SOURCE, SECTION, "", "happened", better, base, of_officer=of_officer,
        where=where,
    )  # fmt: skip


FIGURES: Final[list[Figure]] = list(_figures())
