"""Rules about work that was received and is not done: L18, L19, L20."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.working_days import Calendar
from registry.changes import kinds
from registry.cleanup.examples import person
from registry.cleanup.facts import Facts, register_facts
from registry.cleanup.rules import Evidence, rule
from registry.models import Change

WAITING = "waiting_changes"
DAY = "%d/%m/%Y"
ADJUSTMENTS = ("family", "number")
"""Điều chỉnh thông tin trong CSDLQGDC (02 working days). Điều chỉnh cư trú has 03 of its own: its `due_on` says so."""
FROM_ELSEWHERE = "thuong-tru-noi-khac"


@dataclass(frozen=True)
class Waiting:
    """A change of this person that is received and not decided. `open_days` are working days since the receipt."""

    kind: str
    title: str
    group: str
    received_on: dt.date
    open_days: int

    @property
    def values(self) -> dict[str, str]:
        return {"Việc": self.title, "Nhận ngày": self.received_on.strftime(DAY)}


def _waiting(kind: str, title: str, group: str, open_days: int) -> dict[str, Sequence[Waiting]]:
    return {WAITING: [Waiting(kind, title, group, dt.date(2026, 11, 10), open_days)]}


def waiting_of(facts: Facts) -> Sequence[Waiting]:
    return facts.more.get(WAITING) or []


@rule(
    "L18",
    fires=lambda: person(more=_waiting("sua-so", "Sửa số ghi sai", "number", 3)),
    quiet=lambda: person(more=_waiting("sua-so", "Sửa số ghi sai", "number", 2)),
    spared=lambda: person(more=_waiting("dieu-chinh-cu-tru", "Điều chỉnh thông tin cư trú", "residence", 3)),
    exception="Điều chỉnh thông tin cư trú có thời hạn riêng, 03 ngày làm việc.",
    thresholds=("adjustment_working_days",),
)
def adjustment_is_late(facts: Facts) -> Evidence | None:
    days = facts.thresholds["adjustment_working_days"]
    for one in waiting_of(facts):
        if one.group in ADJUSTMENTS and one.open_days > days:
            return Evidence(f"“{one.title}” nhận {one.received_on:{DAY}}, quá {days} ngày làm việc.", one.values)
    return None


@rule(
    "L19",
    fires=lambda: person(more=_waiting("ket-hon", "Kết hôn", "event", 4)),
    quiet=lambda: person(more=_waiting("ket-hon", "Kết hôn", "event", 3)),
    thresholds=("event_working_days",),
)
def event_is_not_applied(facts: Facts) -> Evidence | None:
    for one in waiting_of(facts):
        if one.group == "event" and one.open_days > facts.thresholds["event_working_days"]:
            return Evidence(f"“{one.title}” nhận {one.received_on:{DAY}}, chưa ghi vào hồ sơ.", one.values)
    return None


@rule(
    "L20",
    fires=lambda: person(more=_waiting(FROM_ELSEWHERE, "Thông báo đã đăng ký thường trú nơi khác", "residence", 0)),
    quiet=lambda: person(),
    spared=lambda: person(
        more=_waiting(FROM_ELSEWHERE, "Thông báo đã đăng ký thường trú nơi khác", "residence", 0), residences=[]
    ),
    exception="Hồ sơ không còn thường trú tại đây.",
)
def registered_elsewhere(facts: Facts) -> Evidence | None:
    here = [row for row in facts.permanent if row.unit_id == facts.resident.commune_id]
    for one in waiting_of(facts):
        if one.kind == FROM_ELSEWHERE and here:
            values = one.values | {"Thường trú tại đây": here[0].address}
            return Evidence("Có thông báo đã đăng ký thường trú nơi khác, tại đây chưa xóa.", values)
    return None


def load(ids: list[int]) -> dict[int, list[Waiting]]:
    """One query; a second, for the holidays, where anything waits."""
    rows = list(Change.objects.waiting().filter(resident__in=ids).order_by("received_on", "pk"))
    found: dict[int, list[Waiting]] = defaultdict(list)
    if not rows:
        return found
    today, table = timezone.localdate(), kinds.every()
    calendar = Calendar(rows[0].received_on, today)
    for row in rows:
        group = table[row.kind].group if row.kind in table else ""
        assert row.resident_id is not None
        open_days = calendar.between(row.received_on, today)
        found[row.resident_id].append(Waiting(row.kind, row.title, group, row.received_on, open_days))
    return found


register_facts(WAITING, load)
