"""What is said of somebody who must come: on the screen, on the letter, in the lists."""

import datetime as dt
from typing import Any

from cards.invitations.contacts import said_of_last
from cards.invitations.must_come import AGES, LEGAL, due_on
from cards.models import Invitation, Why
from registry.models import Resident


def reason(why: str, due: dt.date) -> str:
    """One sentence for the citizen."""
    day = f"{due:%d/%m/%Y}"
    if why == Why.EXPIRED:
        return f"Thẻ đã cấp hết hạn sử dụng từ ngày {day}."
    if why == Why.CMND:
        return "Chứng minh nhân dân hết giá trị sử dụng từ ngày 01/01/2025."
    if why == Why.NO_CARD:
        return f"Đã đủ 14 tuổi từ ngày {day}, chưa được cấp thẻ căn cước."
    if why == Why.AGE_14:
        return f"Đủ 14 tuổi ngày {day}: phải có thẻ căn cước."
    return f"Đủ {AGES[why]} tuổi ngày {day}: phải đổi thẻ căn cước."


def legal(why: str) -> str:
    return LEGAL[why]


def bring(why: str) -> list[str]:
    """What to take along."""
    if why == Why.AGE_14:
        return ["Giấy khai sinh (nếu thông tin chưa có trong Cơ sở dữ liệu quốc gia về dân cư)",
                "Thẻ căn cước đã cấp (nếu có)"]  # fmt: skip
    if why == Why.NO_CARD:
        return ["Giấy khai sinh hoặc giấy tờ chứng minh nhân thân đang có"]
    if why == Why.CMND:
        return ["Chứng minh nhân dân đang giữ"]
    return ["Thẻ căn cước, thẻ căn cước công dân đang giữ"]


def born(person: Resident) -> str:
    return person.known_birth.display() if person.known_birth else "chưa rõ"


def home(person: Any) -> str:
    """Where somebody of `with_reasons` lives: house and hamlet of the household; empty where there is none."""
    return ", ".join(filter(None, [person.street, person.hamlet]))


def due_of(person: Any) -> dt.date | None:
    """The day of somebody of `with_reasons`; None when no reason holds any more."""
    return due_on(person, person.why) if person.why else None


def file_number(year: int, serial: int) -> str:
    return f"{year % 100:02d}-{serial:05d}"


def letter(row: Invitation, person: Any) -> dict[str, Any]:
    """One letter as it is printed; `person` as with_reasons answers it."""
    return {
        "number": row.number,
        "name": person.full_name,
        "birth": born(person),
        "address": home(person),
        "group": row.group,
        "reason": reason(row.why, row.due_on),
        "legal": legal(row.why),
        "come_on": f"{row.come_on:%d/%m/%Y}" if row.come_on else "",
        "bring": bring(row.why),
        "under_14": row.why == Why.AGE_14,
    }


def last_contact(row: Any) -> str:
    """Of a row of contacts.with_last: what came of the last try and when to try again."""
    return "; ".join(filter(None, said_of_last(row)))
