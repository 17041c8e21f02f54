"""Who lives here: people, by age, and households."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from registry.residents.freshness import OLD_AGE_YEARS, Terms, months_before
from registry.residents.tables import years_before
from supervision.catalogue.asked import Frame
from supervision.catalogue.bases import HOUSEHOLDS, PEOPLE
from supervision.catalogue.figure import Condition, Counted, Figure, Ratio

SECTION: Final = "Nhân khẩu, hộ"
LAW: Final = "Luật Căn cước Đ9"
AGES: Final = "Tuổi tròn; chỉ biết năm sinh thì tính từ 31/12 của năm ấy"
BANDS: Final = (
    ("duoi-6", 0, 6), ("tu-6-den-14", 6, 14), ("tu-14-den-18", 14, 18), ("tu-18-den-25", 18, 25),
    ("tu-25-den-40", 25, 40), ("tu-40-den-60", 40, 60), ("tu-60-den-80", 60, 80), ("tu-80", 80, None),
)  # fmt: skip
FRESH: Final = "Tiêu chí “sống” của dữ liệu, chỉ đạo của Bộ trưởng Bộ Công an 28/5/2021; quy tắc L22"


def recorded(frame: Frame) -> Q:
    """On record by then: of people today's are counted, as far as their records existed."""
    return frame.before("created_at")


def aged(day: dt.date, least: int, below: int | None, path: str = "birth_latest_on") -> Q:
    """Of this age on a day; the latest day that a partial date allows counts (facts 7.6)."""
    old = Q(**{f"{path}__lte": years_before(day, least)}) if least else Q(**{f"{path}__isnull": False})
    return old if below is None else old & Q(**{f"{path}__gt": years_before(day, below)})


def of_age(least: int, below: int | None) -> Condition:
    return lambda frame: aged(frame.day, least, below)


def _open(frame: Frame) -> Q:
    """Closed on a day gone by it was still there before."""
    return Q(closed_on=None) if frame.at is None else recorded(frame) & (
        Q(closed_on=None) | Q(closed_on__gt=frame.day)
    )  # fmt: skip


def _is_fresh(frame: Frame) -> Q:
    """As registry.residents.freshness.Terms.past() says it of a record, without an annotation."""
    terms = Terms.read(frame.settings)
    seen = Coalesce(F("confirmed_at"), F("created_at"))
    old = Q(birth_latest_on__lte=months_before(frame.day, OLD_AGE_YEARS * 12))
    early, late = terms.oldest(frame.day, terms.months), terms.oldest(frame.day, terms.months_from_80)
    young = ~old | Q(birth_latest_on=None)
    return Q(young & Q(GreaterThanOrEqual(seen, early))) | Q(old & Q(GreaterThanOrEqual(seen, late)))


def _is_stale(frame: Frame) -> Q:
    terms = Terms.read(frame.settings)
    seen = Coalesce(F("confirmed_at"), F("created_at"))
    old = Q(birth_latest_on__lte=months_before(frame.day, OLD_AGE_YEARS * 12))
    early, late = terms.oldest(frame.day, terms.months), terms.oldest(frame.day, terms.months_from_80)
    young = ~old | Q(birth_latest_on=None)
    return Q(young & Q(LessThan(seen, early))) | Q(old & Q(LessThan(seen, late)))


def age_words(least: int, below: int | None) -> str:
    if below is None:
        return f"từ đủ {least} tuổi"
    return f"từ đủ {least} đến dưới {below} tuổi" if least else f"dưới {below} tuổi"


def _figures() -> Iterable[Figure]:
    yield Counted(
        "nhan-khau", "Nhân khẩu", "người", "Đang cư trú hoặc vắng mặt; người đã chuyển đi, đã chết không tính",
        LAW, SECTION, base=PEOPLE, among=recorded, knows_past=True,
    )  # fmt: skip
    yield Counted(
        "ho", "Hộ", "hộ", "Đang có hiệu lực", f"{LAW} k23; Luật Cư trú Đ10", SECTION, base=HOUSEHOLDS, among=_open,
        knows_past=True,
    )  # fmt: skip
    yield _of_age("tu-14", 14, None)
    for code, least, below in BANDS:
        yield _of_age(code, least, below)
    yield Counted(
        "chua-ro-tuoi", "Chưa rõ năm sinh", "người", "Hồ sơ chưa có năm sinh, không thuộc nhóm tuổi nào", f"{LAW} k4",
        SECTION, "Chưa rõ tuổi", base=PEOPLE, among=recorded, where=lambda frame: Q(birth_latest_on=None),
        better="down", knows_past=True,
    )  # fmt: skip
    yield Counted(
        "phuc-tra-moi", "Hồ sơ đã phúc tra trong hạn", "người",
        "Được xác nhận (đi cơ sở, tại trụ sở, quét thẻ, giấy tờ hộ tịch, cư trú) trong số tháng của ngưỡng “Phúc tra "
        "lại sau”; hồ sơ chưa phúc tra lần nào tính từ ngày ghi nhận",
        FRESH, SECTION, "Còn mới", base=PEOPLE, among=recorded, where=_is_fresh, better="up",
    )  # fmt: skip
    yield Counted(
        "phuc-tra-cu", "Hồ sơ lâu chưa phúc tra", "người", "Quá số tháng của ngưỡng “Phúc tra lại sau”", FRESH,
        SECTION, "Lâu chưa phúc tra", base=PEOPLE, among=recorded, where=_is_stale, better="down",
    )  # fmt: skip
    yield Ratio(
        "song-moi", "Tỷ lệ hồ sơ còn mới", note="Hồ sơ đã phúc tra trong hạn trên tổng nhân khẩu", source=FRESH,
        section=SECTION, short="Còn mới %", parts=("phuc-tra-moi", "nhan-khau"), shows="phuc-tra-cu", better="up",
    )  # fmt: skip


def _of_age(code: str, least: int, below: int | None) -> Figure:
    words = age_words(least, below)
    return Counted(
        code, words.capitalize(), "người", f"Nhân khẩu {words}. {AGES}", f"{LAW} k4; Đ19, Đ21", SECTION,
        words.replace("từ đủ ", "≥ ").replace(" đến dưới ", "–<").replace("dưới ", "< ").replace(" tuổi", ""),
        base=PEOPLE, among=recorded, where=of_age(least, below), knows_past=True,
    )  # fmt: skip


FIGURES: Final[list[Figure]] = list(_figures())
