"""The head, the signature and who gets a report, by the level it is made at (NĐ 30/2020/NĐ-CP, facts.md 12)."""

from typing import Final

from django.utils import timezone

from accounts.models import Level, Unit
from accounts.paper import words
from supervision.models import ReportKind
from supervision.reports.layout import LAYOUTS
from supervision.reports.shape import Head

COUNTRY: Final = "Toàn quốc"
MINISTRY: Final = "BỘ CÔNG AN"
DEPARTMENT: Final = "CỤC CẢNH SÁT QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI"
DEPARTMENT_IN_TEXT: Final = "Cục Cảnh sát quản lý hành chính về trật tự xã hội"
CAPITAL: Final = "Hà Nội"
NUMBER: Final = "\N{NO-BREAK SPACE}" * 14 + "/BC"  # the office's register gives the number


def head(kind: str, unit: Unit | None, period: str, *, by: str = "") -> Head:
    """`period` as it stands in a sentence; `by` is printed under the signature. No query when the unit's province was
    read along."""
    above, own, in_text, place = _agency(unit)
    return {
        "agency_above": above,
        "agency": own,
        "agency_in_text": in_text,
        "place_date": f"{place}, {words.long_date(timezone.localdate())}",
        "number": NUMBER,
        "title": f"{ReportKind(kind).label} {period}",
        "heading": "BÁO CÁO",
        "under_heading": f"{LAYOUTS[kind].heading} {period}",
        "send_to": _send_to(unit),
        "receivers": ["Như trên", "Lưu: VT"] if unit is not None else ["Lãnh đạo Bộ (để báo cáo)", "Lưu: VT"],
        "sign_head": _sign_head(unit),
        "sign_name": by,
    }


def level_of(unit: Unit) -> str:
    """ "tỉnh", "thành phố", "phường"; what the level is called where the name does not say."""
    return (words.split_level(unit.name)[0] or ("tỉnh" if unit.level == Level.PROVINCE else "xã")).lower()


def _agency(unit: Unit | None) -> tuple[str, str, str, str]:
    if unit is None:
        return MINISTRY, DEPARTMENT, DEPARTMENT_IN_TEXT, CAPITAL
    above = words.police_of(unit.parent) if unit.parent and unit.level == Level.COMMUNE else MINISTRY
    in_text = f"Công an {words.in_sentence(unit)}"
    return words.kept_together(above), words.kept_together(words.police_of(unit)), in_text, words.place_name(unit)


def _send_to(unit: Unit | None) -> str:
    if unit is None:
        return ""
    if unit.level == Level.COMMUNE and unit.parent is not None:
        return f"Công an {words.in_sentence(unit.parent)}"
    return f"Bộ Công an ({DEPARTMENT_IN_TEXT})"


def _sign_head(unit: Unit | None) -> str:
    """The chief of a commune's police, the director of a province's."""
    if unit is None:
        return "CỤC TRƯỞNG"
    return "GIÁM ĐỐC" if unit.level == Level.PROVINCE else f"TRƯỞNG CÔNG AN {level_of(unit).upper()}"
