"""The thresholds that rules read: their values by date, and a new value from a day on. Old values stay as they were."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Setting
from accounts.thresholds import THRESHOLDS, Threshold
from registry.cleanup.rules import Rule, catalogue

LEAST, MOST = 0, 10_000
LONGEST_AHEAD = dt.timedelta(days=366)


class LimitRefused(Exception):
    """Nothing was written; the message is the sentence the officer reads. `field` is where it belongs on the form."""

    def __init__(self, field: str | None, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Limit:
    """One threshold as it stands today. `values` are its dated ones, the newest first; without any the built-in."""

    code: str
    rules: tuple[Rule, ...]
    values: Sequence[Setting]

    @property
    def slug(self) -> str:
        return self.code.replace("_", "-")

    @property
    def what(self) -> Threshold:
        return THRESHOLDS[self.code]

    @property
    def in_force(self) -> Setting | None:
        return self._on(timezone.localdate())

    @property
    def value(self) -> int:
        return self.on(timezone.localdate())

    @property
    def planned(self) -> list[Setting]:
        today = timezone.localdate()
        return [row for row in self.values if row.valid_from > today]

    def on(self, day: dt.date) -> int:
        row = self._on(day)
        return row.value if row else self.what.default

    def _on(self, day: dt.date) -> Setting | None:
        return next((row for row in self.values if row.valid_from <= day), None)

    def told(self, value: int) -> str:
        return f"{value} {self.what.unit}"


def read_by_rules() -> dict[str, tuple[Rule, ...]]:
    """code -> the rules that read it, in the order of the catalogue."""
    found: dict[str, tuple[Rule, ...]] = {}
    for rule in catalogue().values():
        for code in rule.thresholds:
            found[code] = (*found.get(code, ()), rule)
    return {code: found[code] for code in THRESHOLDS if code in found}


def limits() -> list[Limit]:
    """Every threshold that a rule reads. One query."""
    rules = read_by_rules()
    rows = list(Setting.objects.filter(code__in=rules).order_by("-valid_from"))
    return [Limit(code, rules[code], [row for row in rows if row.code == code]) for code in rules]


def limit_at(slug: str) -> Limit | None:
    """One query; none for a name that no rule reads."""
    code = slug.replace("-", "_")
    rules = read_by_rules().get(code)
    if rules is None:
        return None
    return Limit(code, rules, list(Setting.objects.filter(code=code).order_by("-valid_from")))


@dataclass(frozen=True)
class Seen:
    """What the administrator was shown before: the queue of these rules now and with the other value."""

    now: int
    then: int
    people: int
    of_people: int


@transaction.atomic
def draw(limit: Limit, value: int, *, since: dt.date, basis: str, seen: Seen, by: Officer) -> Setting:
    """A new value from a day on, with one line of the trail that tells both values and what the trial counted.

    Findings follow with the scan of the first night it holds. Raises LimitRefused: a day gone by or too far, a day that
    has a value already, the value that holds anyway.
    """
    today = timezone.localdate()
    if not today <= since <= today + LONGEST_AHEAD:
        raise LimitRefused("since", "Chọn ngày áp dụng từ hôm nay, trong vòng một năm.")
    if not LEAST <= value <= MOST:
        raise LimitRefused("value", f"Giá trị nằm trong khoảng {LEAST} đến {MOST}.")
    if any(row.valid_from == since for row in limit.values):
        raise LimitRefused("since", "Ngày này đã có một giá trị; giá trị cũ được giữ, chọn ngày khác.")
    before = limit.on(since)
    if before == value:
        raise LimitRefused(None, f"Ngày {since:%d/%m/%Y} ngưỡng đã là {limit.told(value)}; không có gì đổi.")
    try:
        with transaction.atomic():
            row = Setting.objects.create(code=limit.code, value=value, valid_from=since, basis=basis)
    except IntegrityError as clash:  # two administrators
        raise LimitRefused("since", "Ngày này vừa có một giá trị khác; mở lại trang để xem.") from clash
    scope = "" if seen.people == seen.of_people else f", đếm thử trên {seen.people} trong {seen.of_people} hồ sơ"
    record(
        by,
        Action.ADMIN,
        target=row,
        reason=basis,
        sentence=f"Đặt ngưỡng “{limit.what.title}”: {before} → {limit.told(value)} từ {since:%d/%m/%Y}. "
        f"Hàng đợi {seen.now} → {seen.then} việc{scope}.",
        data={"code": limit.code, "before": before, "after": value, "queue_now": seen.now, "queue_then": seen.then},
    )
    return row
