"""Which hours the desk offers on a day, how many places are free, and the hour that is kept for handing a card over.

The chief's dated rules say the hours of each weekday; a holiday closes the day, and a Saturday or Sunday worked in
exchange opens it. A place is taken under a lock on the rule: of two who ask for the last place, the second is refused.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Holiday, Officer, Unit
from cards.models import (
    FINAL_STATES,
    Application,
    Appointment,
    AppointmentState,
    AppointmentVia,
    Delivery,
    Purpose,
    SlotRule,
    State,
    Weekday,
)

ONE_DAY = dt.timedelta(days=1)
BEFORE_HANDOVER = (State.RECEIVED, State.SENT_UP, State.PRINTING, State.ARRIVED)
Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Slot:
    """One slot of one day: `capacity` places, `taken` of them gone. More may have come than there were places."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    capacity: int
    taken: int
    rule: SlotRule

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.taken)

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()


def standing() -> Q:
    """Appointments that hold a place. Who cancelled or did not come gives it back, and so does a file that ended."""
    booked = Q(state=AppointmentState.BOOKED) & ~Q(application__state__in=FINAL_STATES)
    return booked | Q(state=AppointmentState.CAME)


class Hours:
    """What one commune offers from `first` to `last`, read once; then arithmetic without queries. Three queries."""

    def __init__(self, commune: Unit, first: dt.date, last: dt.date) -> None:
        self.first, self.last = first, last
        days = Holiday.objects.filter(day__range=(first, last))
        self.exceptions = {row.day: row for row in days}
        rules = SlotRule.objects.filter(commune=commune, valid_from__lte=last)
        self.rules = list(rules.filter(Q(valid_to=None) | Q(valid_to__gte=first)).order_by("valid_from", "pk"))
        self.taken = _taken(commune, first, last)

    def closed_because(self, day: dt.date) -> str:
        """The name of the holiday that closes the office that day, "" when none does."""
        row = self.exceptions.get(day)
        return row.name if row and not row.is_working else ""

    def slots(self, day: dt.date, purpose: str) -> list[Slot]:
        """The slots of one day, in order; none on a holiday."""
        if self.closed_because(day):
            return []
        return [
            Slot(*span, capacity=rule.capacity, taken=self.taken[purpose, span[0]], rule=rule)
            for rule in self.rules_of(day, purpose)
            for span in spans_of(rule, day)
        ]

    def rules_of(self, day: dt.date, purpose: str) -> list[SlotRule]:
        """The rules of that day. A day worked in exchange for another goes by its own weekday or, where that has no
        hours, by Monday's."""
        own = self._of_weekday(day, purpose, day.weekday())
        if own or day not in self.exceptions:
            return own
        return self._of_weekday(day, purpose, Weekday.MONDAY)

    def _of_weekday(self, day: dt.date, purpose: str, weekday: int) -> list[SlotRule]:
        """Of rules that begin at the same hour the newest holds."""
        newest = {
            rule.starts: rule for rule in self.rules
            if (rule.purpose, rule.weekday) == (purpose, weekday) and holds(rule, day)
        }  # fmt: skip
        return [newest[starts] for starts in sorted(newest)]

    def days(self) -> Iterator[dt.date]:
        for n in range((self.last - self.first).days + 1):
            yield self.first + n * ONE_DAY


def holds(rule: SlotRule, day: dt.date) -> bool:
    return rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)


def _taken(commune: Unit, first: dt.date, last: dt.date) -> Counter[tuple[str, dt.datetime]]:
    """How many places are gone, by purpose and the moment the slot begins."""
    rows = Appointment.objects.filter(standing(), commune=commune)
    rows = rows.filter(starts_at__gte=at(first, dt.time.min), starts_at__lt=at(last + ONE_DAY, dt.time.min))
    return Counter(rows.values_list("purpose", "starts_at"))


def spans_of(rule: SlotRule, day: dt.date) -> list[Span]:
    """The slots that a rule makes of a day. A rest too short for one is left out."""
    step, start, end = dt.timedelta(minutes=rule.minutes), at(day, rule.starts), at(day, rule.ends)
    return [(start + step * n, start + step * (n + 1)) for n in range((end - start) // step)]


def at(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))


def slots(commune: Unit, day: dt.date, purpose: str) -> list[Slot]:
    """The slots of one day, in order; none on a holiday. Three queries."""
    return Hours(commune, day, day).slots(day, purpose)


def handover_slot(commune: Unit, day: dt.date) -> Span | None:
    """The first slot of that day with a free place for handing a card over. Three queries."""
    free = next((slot for slot in slots(commune, day, Purpose.HANDOVER) if slot.free), None)
    return (free.starts_at, free.ends_at) if free else None


def locked(commune: Unit, day: dt.date, purpose: str) -> list[Slot]:
    """The slots of one day, counted after their rules were locked, lowest id first: until the transaction ends nobody
    else takes a place there. After the file was locked, before any number is taken."""
    rules = Hours(commune, day, day).rules_of(day, purpose)
    list(SlotRule.objects.select_for_update().filter(pk__in=[rule.pk for rule in rules]).order_by("pk"))
    return slots(commune, day, purpose) if rules else []


@transaction.atomic
def book_handover(application: Application, *, by: Officer) -> Appointment | None:
    """Keep an hour of the promised day for handing the card over. None when the card goes by post, nothing is
    promised, or that day has no free place: then the day alone is promised.

    The file is locked by the caller. An hour of the same day stays as it is; one of another day is let go.
    """
    day, at_office = application.promised_on, application.delivery == Delivery.OFFICE
    kept = standing_of(application, Purpose.HANDOVER).first()
    if kept and at_office and day == timezone.localdate(kept.starts_at):
        return kept
    if kept:
        _close(kept, AppointmentState.CANCELLED, by, "Ngày hẹn trả đã đổi")
    if day is None or not at_office:
        return None
    slot = next((slot for slot in locked(application.commune, day, Purpose.HANDOVER) if slot.free), None)
    if slot is None:
        return None
    return Appointment.objects.create(
        commune=application.commune, application=application, purpose=Purpose.HANDOVER, via=AppointmentVia.OFFICE,
        starts_at=slot.starts_at, ends_at=slot.ends_at, created_by=by,
    )  # fmt: skip


def standing_of(application: Application, purpose: str) -> QuerySet[Appointment]:
    """The one appointment that a file has for this purpose, if it has one."""
    return Appointment.objects.filter(application=application, purpose=purpose, state=AppointmentState.BOOKED)


def follow(application: Application, *, by: Officer) -> None:
    """The appointments of a file that moved, in the move's transaction, after the file was saved: who was taken in or
    got the card has come, what a closed file still has is called off, and the hour of handing over follows the promised
    day. One query where nothing stands."""
    for row in Appointment.objects.filter(application=application, state=AppointmentState.BOOKED):
        became = _became(row.purpose, application.state)
        if became:
            _close(row, became, by, row.note if became == AppointmentState.CAME else "Hồ sơ đã kết thúc")
        elif row.purpose == Purpose.HANDOVER and application.state != State.ARRIVED:
            book_handover(application, by=by)


def _became(purpose: str, state: str) -> AppointmentState | None:
    if purpose == Purpose.INTAKE and state in (State.TAKING, *BEFORE_HANDOVER, State.HANDED_OVER):
        return AppointmentState.CAME
    if purpose == Purpose.HANDOVER and state == State.HANDED_OVER:
        return AppointmentState.CAME
    ended = state in (State.REFUSED, State.WITHDRAWN, State.CANCELLED_DUPLICATE)
    return AppointmentState.CANCELLED if ended else None


def _close(row: Appointment, state: AppointmentState, by: Officer, note: str) -> None:
    row.state, row.note = state, note
    row.closed_at, row.closed_by = timezone.now(), by
    row.save(update_fields=["state", "note", "closed_at", "closed_by"])
