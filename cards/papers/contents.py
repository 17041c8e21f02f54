"""What a paper says when its desk has only plain rows: functions from plain data to frozen content."""

import datetime as dt
from collections.abc import Iterable
from typing import TypedDict

from accounts.models import Officer, Unit
from accounts.paper import words
from cards.papers import orders
from cards.papers.heads import head
from cards.papers.orders import Content, PaperKind

DAY_LIST = "day_list"


class Visit(TypedDict):
    """One line of a day: who comes when, and what for."""

    hours: str
    name: str
    birth: str
    file_number: str
    purpose: str
    phone: str
    note: str


def sign_up() -> None:
    orders.register(PaperKind(DAY_LIST, "Danh sách lịch hẹn trong ngày", "print/day_list.html"))


def day_list(commune: Unit, day: dt.date, visits: Iterable[Visit], *, by: Officer) -> Content:
    """Who comes on one day, in the order given."""
    rows = [{"place": place, **visit} for place, visit in enumerate(visits, start=1)]
    return head(commune, by=by) | {
        "title": f"Lịch hẹn ngày {day:%d/%m/%Y}",
        "heading": "DANH SÁCH LỊCH HẸN",
        "under_heading": f"{words.weekday(day)[:1].upper()}{words.weekday(day)[1:]}, {words.long_date(day)}",
        "wide": True,
        "rows": rows,
        "total": len(rows),
    }
