"""Lists for schools: who reaches 14 and needs a card, by year of birth and hamlet, to be signed for."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from accounts.models import Officer
from cards.invitations import must_come, words
from cards.invitations.excel import Sheet
from cards.invitations.must_come import Horizon
from cards.models import Why
from registry.values.card_terms import COVERED_YEARS

MOST_PUPILS: Final = 1000
COLUMNS: Final = (("TT", 6), ("Họ và tên", 30), ("Ngày sinh", 13), ("Giới tính", 10), ("Thôn, tổ", 22), ("Số nhà", 24),
                  ("Đủ 14 tuổi ngày", 15), ("Ký nhận", 20))  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """`year` of birth, or None for who reaches 14 within the warning time; `hamlet` "" for all; `group` the school."""

    year: int | None = None
    hamlet: str = ""
    group: str = ""

    @property
    def title(self) -> str:
        at = f" – {self.group}" if self.group else ""
        return f"Danh sách học sinh đến tuổi làm thẻ căn cước{at}"

    def under(self, horizon: Horizon) -> str:
        who = f"sinh năm {self.year}" if self.year else f"đủ 14 tuổi trước ngày {horizon.soon:%d/%m/%Y}"
        return f"Công dân {who}{f', {self.hamlet}' if self.hamlet else ''}, chưa có thẻ cấp từ 12 tuổi"


def birth_years(today: dt.date) -> list[int]:
    """Of those who reach 14 last year, this year and next."""
    return [today.year - 14 + shift for shift in (-1, 0, 1)]


def pupils(officer: Officer, wish: Wish, horizon: Horizon) -> QuerySet[Any]:
    """Of a year of birth: who turned or turns 14 in that year and holds no card issued from 12 on (Đ21 k2); without a
    year exactly whom rule L11 finds. Hamlet by hamlet, then by name."""
    if wish.year is None:
        rows = must_come.coming(officer, horizon, why=Why.AGE_14)
    else:
        born = Q(birth_latest_on__range=(dt.date(wish.year, 1, 1), dt.date(wish.year, 12, 31)))
        rows = must_come.people_of(officer).filter(born & ~Q(must_come.issued_from(14 - COVERED_YEARS)))
    if wish.hamlet:
        rows = rows.filter(must_come.lives_in(wish.hamlet))
    return must_come.with_reasons(rows, horizon).order_by("hamlet", "sort_key", "pk")


def line(place: int, person: Any) -> list[str]:
    birth = person.known_birth
    return [
        str(place), person.full_name, words.born(person), person.get_sex_display() if person.sex else "",
        person.hamlet or "", person.street or "", f"{birth.turns_on(14):%d/%m/%Y}" if birth else "", "",
    ]  # fmt: skip


def sheet(wish: Wish, people: list[Any], horizon: Horizon) -> Sheet:
    rows = [line(place, person) for place, person in enumerate(people, start=1)]
    return Sheet(wish.title, wish.under(horizon), COLUMNS, rows, is_signed=True)
