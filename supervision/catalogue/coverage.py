"""Who holds a card, by age; who has still to come."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Q

from supervision.catalogue.asked import Frame
from supervision.catalogue.bases import CARDS_HELD, PEOPLE
from supervision.catalogue.figure import Counted, Figure, Ratio, Without
from supervision.catalogue.people import age_words, aged, of_age

SECTION: Final = "Thẻ căn cước"
LAW: Final = "Luật Căn cước Đ19, Đ21, Đ46"
GROUPS: Final = (("tu-14", 14, None), ("6-14", 6, 14), ("duoi-6", 0, 6))
PEOPLE_OF: Final = {"tu-14": "tu-14", "6-14": "tu-6-den-14", "duoi-6": "duoi-6"}
SHORT_OF: Final = {"tu-14": "Có thẻ ≥ 14 %", "6-14": "Có thẻ 6–<14 %", "duoi-6": "Có thẻ < 6 %"}
VALID: Final = "thẻ căn cước hoặc thẻ CCCD đang dùng, chưa hết hạn"


def valid(frame: Frame) -> Q:
    return Q(expires_on=None) | Q(expires_on__gte=frame.day)


def _holds_one(frame: Frame) -> Q:
    """One condition for all ages: people and cards of a place are brought together once."""
    return Q(CARDS_HELD.has(valid(frame)))


def _figures() -> Iterable[Figure]:
    for code, least, below in GROUPS:
        words = age_words(least, below)
        yield Counted(
            f"co-the-{code}", f"Có thẻ, {words}", "người", f"Nhân khẩu {words} có {VALID}", LAW, SECTION,
            base=PEOPLE, among=_holds_one, where=of_age(least, below), better="up",
        )  # fmt: skip
        yield Ratio(
            f"phu-the-{code}", f"Tỷ lệ có thẻ, {words}", note=f"Người có {VALID} trên nhân khẩu {words}", source=LAW,
            section=SECTION, short=SHORT_OF[code], parts=(f"co-the-{code}", PEOPLE_OF[code]), better="up",
            shows="chua-co-the-tu-14" if code == "tu-14" else "",
        )  # fmt: skip
    yield Without(
        "chua-co-the-tu-14", "Còn phải thu nhận, từ đủ 14 tuổi", "người",
        f"Nhân khẩu từ đủ 14 tuổi không có {VALID}; kể cả người đang có hồ sơ chờ thẻ",
        "Luật Căn cước Đ19 k1; báo cáo Đề án 06, cột “còn phải thu nhận”", SECTION, "Còn phải thu nhận",
        base=PEOPLE, parts=("tu-14", "co-the-tu-14"), trace=CARDS_HELD, has=valid,
        where=lambda frame: aged(frame.day, 14, None), better="down",
    )  # fmt: skip


FIGURES: Final[list[Figure]] = list(_figures())
