"""Card files: open and late, taken in, cards that came, were handed over and lie here, and how long it took."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.lookups import In, LessThan

from accounts.periods import moment
from cards.models import FINAL_STATES, Kind, State, Step, StockState
from cards.models.application import due_by
from supervision.catalogue.asked import Frame
from supervision.catalogue.bases import CARDS, FILES, STEPS
from supervision.catalogue.figure import Condition, Counted, Figure, Spread
from supervision.catalogue.working_days import WorkingDays

SECTION: Final = "Hồ sơ căn cước"
OPEN_STATES: Final = [state for state in State if state not in FINAL_STATES]
STEPS_OF: Final = "Quy trình cấp xã, QĐ 5230/QĐ-BCA-C06 ngày 18/8/2026"
REPORT: Final = "Báo cáo Đề án 06 (QĐ 06/QĐ-TTg 2022, QĐ 826/QĐ-TTg 2026)"
STATES: Final = {
    State.DRAFT: "nhap", State.BOOKED: "dat-lich", State.TAKING: "dang-thu-nhan",
    State.WAITING_FOR_DATA: "cho-du-lieu", State.RECEIVED: "da-thu-nhan", State.SENT_UP: "da-chuyen",
    State.PRINTING: "dang-in",
}  # fmt: skip
KINDS: Final = {Kind.FIRST: "cap-moi", Kind.CHANGE: "cap-doi", Kind.REISSUE: "cap-lai"}
FIRST_REASONS: Final = {
    "cap-moi-tu-14": ("from_14", "từ đủ 14 tuổi"), "cap-moi-6-14": ("from_6", "từ đủ 6 đến dưới 14 tuổi"),
    "cap-moi-duoi-6": ("under_6", "dưới 6 tuổi"),
}  # fmt: skip


def in_states(frame: Frame, states: Iterable[State]) -> Q:
    """Now by the file itself; of a moment gone by by its last step before, a file without one being a draft then."""
    wanted = list(states)
    if frame.at is None:
        return Q(state__in=wanted)
    steps = Step.objects.filter(application=OuterRef("pk"), at__lt=frame.at).order_by("-at", "-pk")
    begun = Q(created_at__lt=frame.at)
    stood = Q(In(Subquery(steps.values("to_state")[:1]), wanted))
    return begun & stood


def is_open(frame: Frame) -> Q:
    return in_states(frame, OPEN_STATES)


def of_state(state: State) -> Condition:
    return lambda frame: in_states(frame, [state])


def has_lain_long(frame: Frame) -> Q:
    """Came for the last time more than `card_waiting_days` days ago: as rule L17 and cards.models.waiting_long()."""
    limit = moment(frame.day - dt.timedelta(days=frame.setting("card_waiting_days")))
    came = Step.objects.filter(application=OuterRef("pk"), to_state=State.ARRIVED).order_by("-at")
    return Q(state=State.ARRIVED) & Q(LessThan(Subquery(came.values("at")[:1]), limit))


def _received(frame: Frame) -> Q:
    return frame.during("received_at")


def _arrived(frame: Frame) -> Q:
    return frame.during("arrived_at")


def _handed(frame: Frame) -> Q:
    return Q(state=StockState.HANDED_OVER) & frame.during("handed_at")


def _ended(frame: Frame) -> Q:
    return Q(to_state__in=(State.REFUSED, State.WITHDRAWN, State.CANCELLED_DUPLICATE)) & frame.during("at")


def _figures() -> Iterable[Figure]:
    yield _standing("ho-so-dang-giai-quyet", "Hồ sơ đang mở", "Căn cước, chưa kết thúc", STEPS_OF, knows_past=True)
    for state, slug in STATES.items():
        yield _standing(f"ho-so-{slug}", f"Hồ sơ {state.label.lower()}", f"Đang ở bước “{state.label}”", STEPS_OF,
                        short=str(state.label), where=of_state(state), knows_past=True)  # fmt: skip
    for kind, slug in KINDS.items():
        yield _standing(f"ho-so-mo-{slug}", f"Hồ sơ đang mở, {kind.label.lower()}", f"Thủ tục {kind.label.lower()}",
                        "Luật Căn cước Đ21, Đ23, Đ24", short=str(kind.label), knows_past=True,
                        where=_of_kind(kind))  # fmt: skip
    yield _standing(
        "ho-so-qua-han", "Hồ sơ quá hạn", "Qua ngày hẹn, thẻ chưa về; hồ sơ đang chờ công dân không tính",
        "Luật Căn cước Đ26: 07 ngày làm việc; quy tắc L16", short="Quá hạn", better="down", where=_is_overdue,
    )  # fmt: skip
    yield _standing(
        "ho-so-vuong-mac", "Hồ sơ vướng mắc", "Cấp trên trả lại chưa nộp lại, hoặc dừng để chờ công dân",
        REPORT, short="Vướng mắc", better="down",
        where=lambda frame: Q(returned_at__isnull=False) | Q(paused_at__isnull=False),
    )  # fmt: skip
    yield from _happened()
    yield _standing(
        "the-cho-tra", "Thẻ chờ trả", "Thẻ đã về xã, công dân chưa nhận", REPORT, unit="thẻ", short="Chờ trả",
        better="down", where=of_state(State.ARRIVED), knows_past=True,
    )  # fmt: skip
    yield _standing(
        "the-ton-lau", "Thẻ về lâu chưa trả", "Về quá số ngày của ngưỡng “Thẻ về chưa trả quá”", "Quy tắc L17",
        unit="thẻ", short="Tồn lâu", better="down", where=has_lain_long,
    )  # fmt: skip
    yield from _spreads()


def _of_kind(kind: Kind) -> Condition:
    return lambda frame: Q(kind=kind)


def _is_overdue(frame: Frame) -> Q:
    return due_by(frame.day - dt.timedelta(days=1))


def _standing(code: str, title: str, note: str, source: str, *, unit: str = "hồ sơ", short: str = "",
              where: Condition = is_open, **more: bool | str) -> Figure:  # fmt: skip
    return Counted(
        code, title, unit, note, source, SECTION, short, base=FILES, among=is_open, where=where,
        of_officer="assigned_to", **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _happened() -> Iterable[Figure]:
    yield Counted(
        "thu-nhan", "Hồ sơ thu nhận", "hồ sơ", "Hồ sơ căn cước có ngày thu nhận trong kỳ", REPORT, SECTION, "Thu nhận",
        "happened", "up", FILES, of_officer="created_by", among=_received,
    )  # fmt: skip
    for code, (reason, words) in FIRST_REASONS.items():
        yield Counted(
            code, f"Thu nhận cấp mới, {words}", "hồ sơ", f"Cấp thẻ lần đầu cho người {words}",
            "Luật Căn cước Đ19, Đ23; báo cáo Đề án 06", SECTION, f"Cấp mới, {words}", "happened", "", FILES,
            of_officer="created_by", among=_received, where=_of_reason(reason),
        )  # fmt: skip
    for kind in (Kind.CHANGE, Kind.REISSUE):
        yield Counted(
            KINDS[kind], f"Thu nhận {kind.label.lower()}", "hồ sơ", f"Thủ tục {kind.label.lower()} thẻ",
            f"Luật Căn cước Đ24 k{1 if kind == Kind.CHANGE else 2}; báo cáo Đề án 06", SECTION,
            str(kind.label),
            "happened", "", FILES, of_officer="created_by", among=_received, where=_of_kind(kind),
        )  # fmt: skip
    yield Counted(
        "the-ve", "Thẻ về xã", "thẻ", "Thẻ in xong về trụ sở trong kỳ", REPORT, SECTION, "Thẻ về", "happened", "",
        CARDS, of_officer="arrived_by", among=_arrived,
    )  # fmt: skip
    yield Counted(
        "the-tra", "Thẻ đã trả", "thẻ", "Thẻ trao tận tay hoặc đã phát qua bưu chính trong kỳ",
        "Luật Căn cước Đ23; báo cáo Đề án 06", SECTION, "Đã trả", "happened", "up", CARDS,
        of_officer="handed_by", among=_handed,
    )  # fmt: skip
    for state, slug in ((State.REFUSED, "tu-choi"), (State.WITHDRAWN, "rut"), (State.CANCELLED_DUPLICATE, "huy-trung")):
        yield Counted(
            f"ho-so-{slug}", f"Hồ sơ kết thúc: {state.label.lower()}", "hồ sơ", f"Kết thúc ở “{state.label}” trong kỳ",
            STEPS_OF, SECTION, str(state.label), "happened", "", STEPS, of_officer="by", among=_ended,
            where=_to_state(state),
        )  # fmt: skip


def _of_reason(reason: str) -> Condition:
    return lambda frame: Q(kind=Kind.FIRST, reason=reason)


def _to_state(state: State) -> Condition:
    return lambda frame: Q(to_state=state)


def _to_arrival() -> WorkingDays:
    return WorkingDays(F("application__received_at"), F("arrived_at"))


def _to_hand() -> WorkingDays:
    return WorkingDays(F("application__received_at"), F("handed_at"))


def _spreads() -> Iterable[Figure]:
    term = "Luật Căn cước Đ26: 07 ngày làm việc"
    for code, title, note, where, days in (
        ("ngay-lam-viec", "Số ngày làm việc đến khi thẻ về", "Từ ngày thu nhận đến ngày thẻ về xã", _arrived,
         _to_arrival),
        ("ngay-den-tay", "Số ngày làm việc đến khi trả thẻ", "Từ ngày thu nhận đến ngày công dân nhận thẻ", _handed,
         _to_hand),
    ):  # fmt: skip
        for percent, ending, words in ((50, "", "trung vị: một nửa số thẻ xong trong chừng ấy ngày"),
                                       (90, "-p90", "90 % số thẻ xong trong chừng ấy ngày")):  # fmt: skip
            yield Spread(
                f"{code}{ending}", f"{title}, {words.split(':')[0] if not ending else '90 % số thẻ'}",
                note=f"{note}; {words}. Ngày thu nhận không tính; thứ Bảy, Chủ nhật, ngày lễ không tính", source=term,
                section=SECTION, short="Trung vị, ngày" if not ending else "90 %, ngày", base=CARDS, where=where,
                days=days, percent=percent, of=code if ending else "", parts=(code,) if ending else (), better="down",
                of_officer="arrived_by" if code == "ngay-lam-viec" else "handed_by",
            )  # fmt: skip


FIGURES: Final[list[Figure]] = list(_figures())
