"""What stands around the sample's card files: hours, bookings, parts, batches handed up, cards on the shelf, calls.

Written in bulk after the files and their steps, with the content and the signature that the desks themselves make.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Final

from django.utils import timezone

from accounts.models import Officer, Unit
from accounts.working_days import Calendar
from cards.appointments.slots import at
from cards.batches import content
from cards.batches.sending import SERIES
from cards.components import table
from cards.models import (
    About,
    Application,
    Appointment,
    AppointmentVia,
    Batch,
    BatchLine,
    BatchState,
    Component,
    Contact,
    ContactResult,
    ContactVia,
    Counter,
    Delivery,
    EidAccount,
    EidStep,
    Purpose,
    Receiver,
    Result,
    SlotRule,
    State,
    Step,
    StockCard,
    StockState,
    Weekday,
)
from cards.receipts import signing

HOURS: Final = {
    Purpose.INTAKE: ((dt.time(7, 30), dt.time(11, 30)), (dt.time(13, 30), dt.time(16, 30))),
    Purpose.HANDOVER: ((dt.time(8), dt.time(11)), (dt.time(14), dt.time(17))),
}
MINUTES: Final = {Purpose.INTAKE: 30, Purpose.HANDOVER: 60}
CAPACITY: Final = {Purpose.INTAKE: 3, Purpose.HANDOVER: 10}
SINCE: Final = dt.date(2026, 7, 1)
RESULTS: Final = {
    State.SENT_UP: Result.PENDING,
    State.PRINTING: Result.PRINTED,
    State.ARRIVED: Result.ARRIVED,
    State.HANDED_OVER: Result.ARRIVED,
}
ON_THE_WAY: Final = (State.RECEIVED, State.SENT_UP, State.PRINTING)


def furnish(
    commune: Unit, files: Sequence[Application], *, officers: Sequence[Officer], random: Random, calendar: Calendar
) -> None:
    """Everything around the files of one commune, inside the caller's transaction. `files` are written already."""
    _open_hours(commune)
    _book([one for one in files if one.state == State.BOOKED], calendar)
    _promise_hours([one for one in files if one.state in ON_THE_WAY and one.delivery == Delivery.OFFICE])
    _tick_parts([one for one in files if one.state == State.RECEIVED])
    _hand_up(commune, [one for one in files if one.state in RESULTS])
    _shelve([one for one in files if one.state in (State.ARRIVED, State.HANDED_OVER)], officers, random)


def steps_of(accounts: Sequence[EidAccount]) -> list[EidStep]:
    """The steps that led these accounts to where they stand."""
    walked = []
    for account in accounts:
        came_from = ""
        for state, move in (("collected", "collect"), ("approved", "approve"), ("granted", "grant"),
                            ("activated", "activate")):  # fmt: skip
            when, by = getattr(account, f"{state}_at"), getattr(account, f"{state}_by")
            if when is not None:
                walked.append(
                    EidStep(account=account, move=move, from_state=came_from, to_state=state, at=when, by=by,
                            level=account.level)
                )  # fmt: skip
                came_from = state
    return walked


def _open_hours(commune: Unit) -> None:
    SlotRule.objects.bulk_create(
        SlotRule(
            commune=commune, purpose=purpose, weekday=weekday, starts=starts, ends=ends, minutes=MINUTES[purpose],
            capacity=CAPACITY[purpose], valid_from=SINCE,
        )
        for purpose, spans in HOURS.items()
        for starts, ends in spans
        for weekday in list(Weekday)[:5]
    )  # fmt: skip


def _book(files: Sequence[Application], calendar: Calendar) -> None:
    day = calendar.add(timezone.localdate(), 1)
    _appoint(files, Purpose.INTAKE, lambda file: day, AppointmentVia.ONLINE)


def _promise_hours(files: Sequence[Application]) -> None:
    today = timezone.localdate()
    kept = [file for file in files if file.promised_on and file.promised_on >= today]
    _appoint(kept, Purpose.HANDOVER, lambda file: file.promised_on or today, AppointmentVia.OFFICE)


def _appoint(files, purpose, day_of, via) -> None:
    """The first free slot of each one's day."""
    taken: dict[dt.date, int] = defaultdict(int)
    starts, _ = HOURS[purpose][0]
    rows = []
    for file in files:
        day = day_of(file)
        start = at(day, starts) + dt.timedelta(minutes=MINUTES[purpose]) * (taken[day] // CAPACITY[purpose])
        taken[day] += 1
        rows.append(
            Appointment(
                commune=file.commune, application=file, purpose=purpose, via=via, starts_at=start,
                ends_at=start + dt.timedelta(minutes=MINUTES[purpose]), created_by=file.created_by,
                created_at=file.created_at,
            )
        )  # fmt: skip
    Appointment.objects.bulk_create(rows)


def _tick_parts(files: Sequence[Application]) -> None:
    """The papers that were looked at; what the file's own columns tell is told there."""
    Component.objects.bulk_create(
        Component(
            application=file, code=need.part.code, is_there=True, checked_at=file.created_at, checked_by=file.created_by
        )
        for file in files
        for need in _asked(file)
        if need.is_needed and not need.part.column
    )


def _asked(file: Application) -> list[table.Need]:
    """Every part that the table asks of this file, none of them written yet."""
    case, held = table.read(file)
    return table.weigh(case, replace(held, is_on_paper_only=False)) if case else []


def _hand_up(commune: Unit, files: Sequence[Application]) -> None:
    """One batch a day, of the files that went up that day."""
    by_pk = {file.pk: file for file in files}
    went: dict[dt.date, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(application__in=by_pk, move="send_up").select_related("by").order_by("at", "pk"):
        went[timezone.localdate(step.at)].append(step)
    serials: dict[int, int] = defaultdict(int)
    for day, steps in sorted(went.items()):
        serials[day.year] += 1
        last = steps[-1]
        batch = Batch.objects.create(
            commune=commune, year=day.year, serial=serials[day.year], day=day, state=BatchState.OPEN,
            created_at=last.at, created_by=last.by,
        )  # fmt: skip
        lines = [_line(batch, by_pk[step.application_id], n) for n, step in enumerate(steps, start=1)]
        BatchLine.objects.bulk_create(lines)
        batch.content = content.of_batch(batch, lines, by=last.by, at=last.at)
        signed = signing.sign(content.canonical(batch.content))
        batch.key_id, batch.signature = signed.key_id, signed.signature.hex()
        batch.state, batch.sent_at, batch.sent_by = BatchState.SENT, last.at, last.by
        batch.save()
    Counter.objects.bulk_create(
        Counter(commune=commune, year=year, series=SERIES, last=serial) for year, serial in serials.items()
    )


def _line(batch: Batch, file: Application, position: int) -> BatchLine:
    result = RESULTS[State(file.state)]
    came = file.steps.filter(to_state__in=[State.PRINTING, State.ARRIVED]).order_by("at").last() if result else None
    day = timezone.localdate(came.at) if came else None
    return BatchLine(batch=batch, application=file, position=position, result=result, result_on=day)


def _shelve(files: Sequence[Application], officers: Sequence[Officer], random: Random) -> None:
    """In boxes of twenty-five; of those that wait every third owner was called."""
    steps: dict[tuple[int, str], Step] = {
        (step.application_id, step.to_state): step
        for step in Step.objects.filter(application__in=[file.pk for file in files]).select_related("by")
    }
    cards, calls = [], []
    for n, file in enumerate(files):
        came, gone = steps[file.pk, State.ARRIVED], steps.get((file.pk, State.HANDED_OVER))
        card = StockCard(
            commune=file.commune, application=file, box=f"Hộp {1 + n // 25}", arrived_at=came.at, arrived_by=came.by
        )
        if gone is not None:
            card.state, card.handed_at, card.handed_by = StockState.HANDED_OVER, gone.at, gone.by
            card.receiver = Receiver.POST if file.delivery == Delivery.POST else Receiver.SELF
        elif n % 3 == 0:
            calls.append(
                Contact(
                    resident_id=file.resident_id, application=file, about=About.CARD, via=ContactVia.PHONE,
                    result=random.choice([ContactResult.WILL_COME, ContactResult.NO_ANSWER]),
                    at=min(came.at + dt.timedelta(hours=20), timezone.now()), by=random.choice(list(officers)),
                )
            )  # fmt: skip
        cards.append(card)
    StockCard.objects.bulk_create(cards)
    Contact.objects.bulk_create(calls)
