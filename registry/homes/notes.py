"""What the residence card of a record says about terms: until when, and what is to be done by then."""

import datetime as dt
from collections.abc import Iterable

from registry.homes.rows import DAY, LONGEST_STAY_DAYS
from registry.homes.temporary import opens_on
from registry.models import Residence, ResidenceKind


def notes_of(residences: Iterable[Residence], today: dt.date) -> list[str]:
    """One sentence for each residence whose term asks for something, the earliest first. No query.

    "Tạm trú hết hạn 03/12/2026, nộp gia hạn từ 18/11/2026". Struck-out rows and rows without an end say nothing.
    """
    rows = [row for row in residences if row.closed_at is None]
    found = [(row.to_on or row.from_on or today, sentence) for row in rows if (sentence := _note(row, rows, today))]
    return [sentence for _, sentence in sorted(found)]


def _note(row: Residence, rows: list[Residence], today: dt.date) -> str:
    match row.kind:
        case ResidenceKind.TEMPORARY:
            return _temporary(row, rows, today)
        case ResidenceKind.STAY:
            return _stay(row, today)
        case ResidenceKind.ABSENCE:
            return _absence(row, today)
    return ""


def _temporary(row: Residence, rows: list[Residence], today: dt.date) -> str:
    if row.to_on is None:
        return f"Tạm trú tại {row.address} chưa ghi ngày hết hạn."
    follows = next((one for one in rows if one.carries_on(row)), None)
    if follows:
        holds = follows.from_on and follows.from_on > today
        return f"Tạm trú đã gia hạn đến {follows.to_on:{DAY}}." if holds and follows.to_on else ""
    if row.to_on < today:
        return f"Tạm trú đã hết hạn {row.to_on:{DAY}}: xóa tạm trú, hoặc đăng ký mới nếu còn ở."
    first = opens_on(row.to_on)
    if today < first:
        return f"Tạm trú hết hạn {row.to_on:{DAY}}, nộp gia hạn từ {first:{DAY}}."
    return f"Tạm trú hết hạn {row.to_on:{DAY}}, đang trong thời hạn nộp gia hạn."


def _stay(row: Residence, today: dt.date) -> str:
    if row.from_on is None or (row.to_on and row.to_on < today):
        return ""
    last = row.from_on + dt.timedelta(days=LONGEST_STAY_DAYS)
    if today > last or (row.to_on and row.to_on > last):
        return f"Lưu trú từ {row.from_on:{DAY}}, quá 30 ngày: phải đăng ký tạm trú."
    return ""


def _absence(row: Residence, today: dt.date) -> str:
    if row.to_on is None:
        since = f" từ {row.from_on:{DAY}}" if row.from_on else ""
        return f"Vắng mặt{since}, chưa biết ngày về." if row.purpose else f"Vắng mặt{since}, không khai báo."
    if row.to_on < today:
        return f"Tạm vắng đến {row.to_on:{DAY}}, chưa ghi đã về."
    return f"Tạm vắng đến {row.to_on:{DAY}}."
