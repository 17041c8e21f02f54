"""Days, places and offices in the words of an official paper (NĐ 30/2020/NĐ-CP)."""

import datetime as dt
from typing import Final

from accounts.models import Level, Unit

WEEKDAYS: Final = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
LEVEL_WORDS: Final = ("Xã", "Phường", "Đặc khu", "Thị trấn", "Tỉnh", "Thành phố")


def long_date(day: dt.date) -> str:
    """ "ngày 05 tháng 02 năm 2026": a zero before days below 10 and before January and February (NĐ 30/2020)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def weekday(day: dt.date) -> str:
    return WEEKDAYS[day.weekday()]


def place_name(unit: Unit) -> str:
    """The name without its level, as before the date of a paper: "Mẫu Sơn"; numbered ones keep it: "Phường 1"."""
    level, bare = split_level(unit.name)
    return unit.name if not level or bare.isdecimal() else bare


def in_sentence(unit: Unit) -> str:
    """The name inside a sentence: "xã Mẫu Sơn"."""
    level, bare = split_level(unit.name)
    return f"{level.lower()} {bare}" if level else unit.name


def split_level(name: str) -> tuple[str, str]:
    """("Xã", "Mẫu Sơn"); ("", name) when no level stands in front."""
    for level in LEVEL_WORDS:
        if name.startswith(f"{level} "):
            return level, name[len(level) + 1 :]
    return "", name


def police_of(unit: Unit) -> str:
    """ "CÔNG AN XÃ MẪU SƠN", "CÔNG AN TỈNH LẠNG SƠN"."""
    return f"CÔNG AN {unit.name}".upper()


def kept_together(agency: str) -> str:
    """The name of an agency for a narrow column: a line may break before the unit's own name, not inside it."""
    for level in LEVEL_WORDS:
        start = f"CÔNG AN {level.upper()} "
        if agency.startswith(start):
            return start + agency[len(start) :].replace(" ", "\N{NO-BREAK SPACE}")
    return agency


def full_place(unit: Unit) -> str:
    """ "xã Mẫu Sơn, tỉnh Lạng Sơn"."""
    parts = [in_sentence(unit)]
    if unit.parent is not None and unit.parent.level == Level.PROVINCE:
        parts.append(in_sentence(unit.parent))
    return ", ".join(parts)
