"""The sample's past: figures of the last ten weeks made up from its records, and the last periods closed."""

import datetime as dt

from django.utils import timezone

from accounts.models import Setting, Unit
from accounts.periods import ONE_DAY, Period, of_kind, previous, week_starts
from registry.sample import afterwards
from supervision import closing, snapshots
from supervision.models import PeriodKind

ORDER = 10  # targets and requests compare with these
DAYS, WEEKS, CLOSED_WEEKS = 7, 10, 2


def sign_up() -> None:
    afterwards.register(afterwards.Step("figures of the past", ORDER, plant))


def plant() -> None:
    """Some ten seconds; what nobody knows any more of those days is missing in them."""
    today = timezone.localdate()
    communes = list(snapshots.keeping_records(today).order_by("pk"))
    for day in _days(today):
        _take(communes, day)
    snapshots.add_up_due()
    days = Setting.values_on()["report_close_days"]
    for kind, period in _periods(today):
        if closing.closes_on(period, days) <= today:
            closing.close(kind, period)


def _take(communes: list[Unit], day: dt.date) -> None:
    there = [unit for unit in communes if unit.valid_from <= day]
    if there:
        snapshots.take_together(there, day)


def _days(today: dt.date) -> list[dt.date]:
    """Each of the last, the last of each week before, and the ones from which running periods are counted."""
    week = of_kind(PeriodKind.WEEK.value, today, starts=week_starts())
    weeks = {week.first - ONE_DAY - dt.timedelta(weeks=back) for back in range(WEEKS)}
    begun = {of_kind(kind.value, today, starts=week.first.weekday()).first - ONE_DAY for kind in PeriodKind}
    return sorted({today - ONE_DAY * back for back in range(DAYS + 1)} | weeks | begun)


def _periods(today: dt.date) -> list[tuple[str, Period]]:
    week = of_kind(PeriodKind.WEEK.value, today, starts=week_starts())
    found: list[tuple[str, Period]] = []
    for _ in range(CLOSED_WEEKS):
        week = previous(PeriodKind.WEEK.value, week)
        found.append((PeriodKind.WEEK.value, week))
    month = previous(PeriodKind.MONTH.value, of_kind(PeriodKind.MONTH.value, today, starts=0))
    return [*reversed(found), (PeriodKind.MONTH.value, month)]
