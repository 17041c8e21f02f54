"""What stands at the head and the foot of every paper of the office, as plain text for frozen content."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Officer, Unit
from accounts.paper import words


def head(commune: Unit, *, by: Officer, on: dt.date | None = None, number: str = "") -> dict[str, Any]:
    """The agency's block, the place and the day (today when none is given), and who made it.

    templates/print/_paper.html reads these keys; the desk adds `title` (of the
    document), `heading`, and what its own template wants. One query when the commune's province was not read along.
    """
    day = on or timezone.localdate()
    now = timezone.localtime()
    agency = f"Công an {words.in_sentence(commune)}"
    return {
        "version": 1,
        "agency_above": words.kept_together(words.police_of(commune.parent)) if commune.parent else "",
        "agency": words.kept_together(words.police_of(commune)),
        "agency_in_text": agency,
        "agency_place": words.full_place(commune),
        "place_date": f"{words.place_name(commune)}, {words.long_date(day)}",
        "number": number,
        "sign_head": "NGƯỜI LẬP",
        "sign_name": str(by),
        "foot": f"{agency}. In lúc {now:%H:%M %d/%m/%Y}. Có dữ liệu cá nhân: bảo quản theo quy định.",
    }
