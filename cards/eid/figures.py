"""Electronic identity as Project 06 counts it: taken in, granted and activated, in a period and up to its end.

Each figure is one condition: the number counts it and the list behind the number asks it. Cumulative figures hold what
stands on record today with its day up to the end of the period; an account that rose to level 2 counts there and no
longer at level 1. Source: facts.md 9.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from django.db.models import Count, Q

from accounts.models import Officer
from accounts.periods import ONE_DAY, Period, moment, month_of, week_of, year_of
from cards.eid.listing import accounts_of
from cards.models import EidLevel


def choices(today: dt.date, *, starts: int) -> dict[str, tuple[str, Period]]:
    """What can be chosen by one click: name in the address -> (words, period)."""
    week, month = week_of(today, starts=starts), month_of(today)
    return {
        "tuan-nay": ("Tuần này", week),
        "tuan-truoc": ("Tuần trước", week_of(week.first - ONE_DAY, starts=starts)),
        "thang-nay": ("Tháng này", month),
        "thang-truoc": ("Tháng trước", month_of(month.first - ONE_DAY)),
        "nam-nay": ("Năm nay", year_of(today)),
    }


def during(column: str) -> Callable[[Period], Q]:
    return lambda period: Q(
        **{f"{column}__gte": moment(period.first), f"{column}__lt": moment(period.last + ONE_DAY)}
    )  # fmt: skip


def until(column: str) -> Callable[[Period], Q]:
    return lambda period: Q(**{f"{column}__lt": moment(period.last + ONE_DAY)})


@dataclass(frozen=True)
class Figure:
    code: str
    title: str
    level: int
    condition: Callable[[Period], Q]

    def rows(self, period: Period) -> Q:
        return Q(level=self.level) & self.condition(period)


STEPS: Final = (("thu", "Thu nhận", "collected_at"), ("cap", "Đã cấp", "granted_at"),
                ("kich", "Kích hoạt", "activated_at"))  # fmt: skip
FIGURES: Final[dict[str, Figure]] = {
    figure.code: figure
    for level in (EidLevel.TWO, EidLevel.ONE)
    for code, title, column in STEPS
    for figure in (
        Figure(f"{code}-{level}-ky", f"{title} mức {level} trong kỳ", level, during(column)),
        Figure(f"{code}-{level}-luy-ke", f"{title} mức {level} lũy kế", level, until(column)),
    )
}


def counts(officer: Officer, period: Period) -> dict[str, int]:
    """code -> number. One query."""
    wanted = {code.replace("-", "_"): Count("pk", filter=one.rows(period)) for code, one in FIGURES.items()}
    found: dict[str, Any] = accounts_of(officer).aggregate(**wanted)
    return {code: found[code.replace("-", "_")] for code in FIGURES}


def percent(part: int, whole: int) -> str:
    """Two decimals, comma, rounded down: 100,00 only when it is all. "—" of nothing."""
    if not whole:
        return "—"
    share = (Decimal(100) * part / whole).quantize(Decimal("0.01"), rounding=ROUND_DOWN)
    return f"{share:.2f}".replace(".", ",")
