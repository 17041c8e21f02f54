"""How fresh a record is: last confirmed when, by whom and how; and from which day on that is too long ago.

Four things confirm that somebody lives here and that the record is right: an officer at the door (a field sheet), a
life event or a residence applied with its paper, a card whose text agrees with the record, a citizen at the counter.
The newest counts; nothing moves a record back, except taking back the very confirmation that stands.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Officer, Setting
from registry.models import ConfirmedHow, Resident
from registry.values.partial_date import PartialDate

OLD_AGE_YEARS = 80
NOON = dt.time(12)
COLUMNS = ("confirmed_at", "confirmed_by_id", "confirmed_how")
MARKS = {"scan_due": True}
"""Rule L22 asks again."""


def confirm(
    resident_ids: Iterable[int], how: ConfirmedHow, *, by: Officer, on: dt.date | None = None, scan: bool = True
) -> int:
    """Note that these people were met, or heard of by paper, on this day (today without one). Answers how many.

    The caller holds their rows. Only people the commune answers for; an older day than what stands changes nothing.
    One query. Without `scan` the caller marks them for the check itself.
    """
    at = moment_of(on)
    rows = Resident.objects.current().filter(pk__in=list(resident_ids))
    rows = rows.filter(Q(confirmed_at=None) | Q(confirmed_at__lt=at))
    return rows.update(confirmed_at=at, confirmed_by=by, confirmed_how=how, **(MARKS if scan else {}))


def moment_of(on: dt.date | None) -> dt.datetime:
    """Now for today; noon of an earlier day, of which only the day is known."""
    if on is None or on == timezone.localdate():
        return timezone.now()
    return timezone.make_aware(dt.datetime.combine(on, NOON))


def standing(resident: Resident) -> dict[str, Any]:
    """What stands now, to be kept by whoever may have to take a confirmation back."""
    at = resident.confirmed_at
    return {"at": at.isoformat() if at else "", "by": resident.confirmed_by_id, "how": resident.confirmed_how}


def take_back(resident: Resident, *, given: dt.datetime, before: Mapping[str, Any]) -> bool:
    """A confirmation was entered by mistake: what stood before stands again. False when a newer one came since."""
    if resident.confirmed_at != given:
        return False
    at = dt.datetime.fromisoformat(before["at"]) if before.get("at") else None
    by = before.get("by") if at else None
    values = {"confirmed_at": at, "confirmed_by_id": by, "confirmed_how": before.get("how", "")}
    Resident.objects.filter(pk=resident.pk).update(**values, **MARKS)
    return True


# --- too long ago ----------------------------------------------------------------------------------------------------


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day of an earlier month, or its last: 31/08 six months before is 28/02."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, PartialDate(year, month + 1).latest().day))


def months_after(day: dt.date, months: int) -> dt.date:
    return months_before(day, -months)


@dataclass(frozen=True)
class Terms:
    """After how many months a record is to be confirmed again, by age on the day asked about (rule L22)."""

    months: int
    months_from_80: int

    @classmethod
    def read(cls, values: Mapping[str, int] | None = None) -> "Terms":
        """As they stand today. One query, none with the thresholds already read."""
        values = values or Setting.values_on()
        return cls(values["confirm_months"], values["confirm_months_from_80"])

    def past(self, on: dt.date) -> Q:
        """The condition for people whose record is confirmed too long ago on that day. For rows of since()."""
        old = Q(birth_latest_on__lte=months_before(on, OLD_AGE_YEARS * 12))
        early, late = self.oldest(on, self.months), self.oldest(on, self.months_from_80)
        return (~old & Q(since__lt=early)) | (old & Q(since__lt=late))

    def oldest(self, on: dt.date, months: int) -> dt.datetime:
        """The earliest moment that is still fresh on that day: a midnight so many months before."""
        return timezone.make_aware(dt.datetime.combine(months_before(on, months), dt.time.min))

    def due_on(self, since: dt.datetime, birth_latest_on: dt.date | None) -> dt.date:
        """The last day on which a record confirmed at that moment is still fresh. Whoever turns 80 on the way has the
        shorter term from that day on, at the earliest that day."""
        day = timezone.localdate(since)
        late = months_after(day, self.months)
        if birth_latest_on is None:
            return late
        turns_80 = months_after(birth_latest_on, OLD_AGE_YEARS * 12)
        early = max(months_after(day, self.months_from_80), turns_80 - dt.timedelta(days=1))
        return min(late, early)


def since(rows: QuerySet[Resident]) -> QuerySet[Resident]:
    """Annotate `since`: the last confirmation; of a record never confirmed the day it was made, as rule L22 does."""
    return rows.annotate(since=Coalesce(F("confirmed_at"), F("created_at")))


PAST, NEAR, FRESH = "qua-han", "sap-qua-han", "con-moi"
LEVELS = {PAST: "Đã quá hạn", NEAR: "Sẽ quá hạn trong tháng", FRESH: "Còn mới"}


def of_level(rows: QuerySet[Resident], level: str, *, today: dt.date, until: dt.date, terms: Terms) -> QuerySet:
    """People of `rows` (of since()) who are past due today, will be by the end of `until`, or neither."""
    past, then = terms.past(today), terms.past(until + dt.timedelta(days=1))
    match level:
        case "qua-han":
            return rows.filter(past)
        case "sap-qua-han":
            return rows.filter(then).exclude(past)
        case _:
            return rows.exclude(then).exclude(past)


def level_of(*, today: dt.date, until: dt.date, terms: Terms) -> Case:
    """The level as an expression, for counting all three in one query; the same conditions as of_level()."""
    past, then = terms.past(today), terms.past(until + dt.timedelta(days=1))
    return Case(When(past, then=Value(PAST)), When(then, then=Value(NEAR)), default=Value(FRESH))
