"""Card files for the sample: every state, some promised for today, some overdue, some waiting for their owner.

They are written in bulk; fees, promised days, moves and the texts of the slips come from what the counter itself uses.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Officer, Unit
from accounts.working_days import Calendar
from cards import sample_desk
from cards.applications.fees import Price, exemption_for_age, price
from cards.applications.handover import expiry
from cards.applications.numbering import APPLICATIONS, RECEIPTS
from cards.applications.promise import working_days
from cards.applications.reasons import REASONS, Reason
from cards.applications.workflow import MOVES
from cards.eid.sample import accounts_for
from cards.models import Application, Channel, Counter, Delivery, EidAccount, EidStep, Kind, Receipt, State, Step
from cards.receipts import issue, signing
from registry.models import (
    DocumentState,
    IdentityDocument,
    IdentityNumber,
    NumberKind,
    Resident,
    ResidentState,
)
from registry.residents.documents import CARD, ISSUER
from registry.values.periods import years_after

WAITING_SLIPS = 10
"""How many slips of each commune the workers still have to render."""

# Where a file stands, how many working days ago it was taken in, how many such files; and the moves that led there.
ROAD = {
    State.RECEIVED: [],
    State.SENT_UP: ["send_up"],
    State.PRINTING: ["send_up", "printing"],
    State.ARRIVED: ["send_up", "printing", "arrive"],
    State.HANDED_OVER: ["send_up", "printing", "arrive", "hand_over"],
    State.WAITING_FOR_DATA: ["wait_for_data"],
    State.REFUSED: ["refuse"],
    State.WITHDRAWN: ["withdraw"],
    State.CANCELLED_DUPLICATE: ["cancel_duplicate"],
}
NOTES = {
    "wait_for_data": "Ngày sinh trên khai sinh khác hồ sơ",
    "refuse": "Không đủ giấy tờ chứng minh",
    "withdraw": "Công dân đổi ý",
    "cancel_duplicate": "Đã có hồ sơ khác",
}


@dataclass(frozen=True)
class Batch:
    state: State
    working_days_ago: tuple[int, int]
    count: int
    rule: str = ""  # the clean-up rule that must find these files


PLAN = [
    Batch(State.RECEIVED, (0, 0), 7),
    Batch(State.RECEIVED, (1, 3), 8),
    Batch(State.RECEIVED, (1, 3), 3, rule="E30"),  # nobody signed the CC01
    Batch(State.SENT_UP, (1, 5), 10),
    Batch(State.PRINTING, (3, 6), 8),
    Batch(State.PRINTING, (7, 7), 5),  # promised for today
    Batch(State.SENT_UP, (9, 14), 4, rule="L16"),
    Batch(State.PRINTING, (11, 18), 3, rule="L16"),
    Batch(State.WAITING_FOR_DATA, (2, 6), 3),
    Batch(State.ARRIVED, (7, 16), 9),
    Batch(State.ARRIVED, (34, 48), 4, rule="L17"),
    Batch(State.HANDED_OVER, (9, 60), 60),
    Batch(State.REFUSED, (4, 40), 3),
    Batch(State.WITHDRAWN, (4, 40), 3),
    Batch(State.CANCELLED_DUPLICATE, (4, 40), 1),
    Batch(State.DRAFT, (0, 1), 2),
    Batch(State.BOOKED, (0, 1), 2),
    Batch(State.TAKING, (0, 0), 2),
]


@dataclass
class Filed:
    """What was written, and which people the clean-up must find for their files and accounts."""

    applications: int = 0
    accounts: int = 0
    waiting_slips: int = 0
    truth: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Counters:
    """One commune's counter: who works at it, and what the days were."""

    commune: Unit
    officers: list[Officer]
    today: dt.date
    random: Random
    calendar: Calendar
    promise_days: int
    prices: dict[tuple, Price] = field(default_factory=dict)

    def day_ago(self, working_days: int) -> dt.date:
        """The latest day with so many working days after it; a file taken in then is promised `promise_days` on."""
        day = self.today
        while not self.calendar.is_working(day):
            day -= dt.timedelta(days=1)
        while self.calendar.between(day, self.today) < working_days or not self.calendar.is_working(day):
            day -= dt.timedelta(days=1)
        return day

    def moment(self, day: dt.date) -> dt.datetime:
        clock = dt.time(self.random.randrange(7, 17), self.random.randrange(60))
        moment = timezone.make_aware(dt.datetime.combine(day, clock))
        return min(moment, timezone.now()) if day >= timezone.localdate() else moment

    def price(self, reason: Reason, channel: str, on: dt.date, exemption: str) -> Price:
        key = (reason.code, channel, on, exemption)
        if key not in self.prices:
            self.prices[key] = price(reason.kind, reason.code, channel, on=on, exemption=exemption)
        return self.prices[key]


def fill_applications(
    communes: Iterable[Unit],
    *,
    officers: dict[int, list[Officer]],
    flawed: set[str],
    seed: int,
    today: dt.date,
) -> Filed:
    """Files for each commune, inside the caller's transaction. `flawed`: public ids that have a flaw already."""
    filed = Filed()
    calendar = Calendar(today - dt.timedelta(days=150), today + dt.timedelta(days=60))
    promise_days = working_days(today)
    for commune in communes:
        random = Random(f"{seed} {commune.code}")
        counter = Counters(commune, officers[commune.pk], today, random, calendar, promise_days)
        _fill_commune(counter, flawed, filed)
    return filed


def _fill_commune(counter: Counters, flawed: set[str], filed: Filed) -> None:
    people = [one for one in _applicants(counter.commune) if str(one.public_id) not in flawed]
    counter.random.shuffle(people)
    people.sort(key=lambda one: one.age_years != 14)  # whoever just turned 14 comes first
    planned = [
        (counter.day_ago(counter.random.randint(*batch.working_days_ago)), batch)
        for batch in PLAN
        for _ in range(batch.count)
    ]
    files = []
    counter.random.shuffle(planned)
    for (day, batch), person in _each_of_age(planned, people):
        application = _application(counter, person, batch, day)
        files.append(application)
        if batch.rule:
            filed.truth.setdefault(batch.rule, []).append(str(person.public_id))
    files.sort(key=lambda one: one.created_at)
    _number(counter, files)
    _stop_some(counter, files)
    Application.objects.bulk_create(files)
    Step.objects.bulk_create([step for one in files for step in _steps(counter, one)])
    sample_desk.furnish(
        counter.commune, files, officers=counter.officers, random=counter.random, calendar=counter.calendar
    )
    _give_cards([one for one in files if one.state == State.HANDED_OVER], counter)
    filed.applications += len(files)
    with_file = {one.resident_id for one in files}
    filed.accounts += _give_accounts([one for one in people if one.pk not in with_file], counter, filed)
    filed.waiting_slips += _issue_slips(files)


def _each_of_age(
    planned: list[tuple[dt.date, Batch]], people: list[Resident]
) -> Iterable[tuple[tuple[dt.date, Batch], Resident]]:
    """Each plan with the next person; whoever just turned 14 comes on a day on which they were."""
    left = list(planned)
    for person in people:
        if not left:
            return
        assert person.birth_latest_on  # they were chosen by it
        birthday = years_after(person.birth_latest_on, 14)
        of_age = next((number for number, (day, _) in enumerate(left) if day >= birthday), None)
        if of_age is not None:
            yield left.pop(of_age), person


def _give_accounts(people: list[Resident], counter: Counters, filed: Filed) -> int:
    """Electronic identity for those without a file."""
    found, truth = accounts_for(people, officers=counter.officers, random=counter.random, today=counter.today)
    EidAccount.objects.bulk_create(found)
    EidStep.objects.bulk_create(sample_desk.steps_of(found))
    for rule, planted in truth.items():
        filed.truth.setdefault(rule, []).extend(planted)
    return len(found)


def _applicants(commune: Unit) -> QuerySet[Resident]:
    """People of the commune with a number and an age to come to the counter: with a card in use, or just turned 14."""
    numbers = IdentityNumber.objects.filter(resident=OuterRef("pk"), kind=NumberKind.PERSONAL, is_active=True)
    cards = IdentityDocument.objects.filter(resident=OuterRef("pk"), kind__in=["CAN_CUOC", "CCCD_CHIP"])
    rows = Resident.objects.filter(Exists(numbers), commune=commune, state=ResidentState.LIVING)
    today = timezone.localdate()
    rows = rows.annotate(has_card=Exists(cards)).filter(birth_latest_on__lte=years_after(today, -14))
    return rows.exclude(birth_day=None).select_related("commune__parent").order_by("pk")


def _application(counter: Counters, person: Resident, batch: Batch, day: dt.date) -> Application:
    reason = _reason(counter.random, person)
    channel = Channel.ONLINE if counter.random.random() < 0.15 and not batch.rule else Channel.COUNTER
    exemption = exemption_for_age(person.age_years) if channel == Channel.COUNTER else ""
    cost = counter.price(reason, channel, day, exemption)
    taken = batch.state not in (State.DRAFT, State.BOOKED, State.TAKING)
    by_post = counter.random.random() < 0.1
    moment, officer = counter.moment(day), counter.random.choice(counter.officers)
    return Application(
        resident=person,
        commune=counter.commune,
        year=day.year,
        kind=reason.kind,
        reason=reason.code,
        state=batch.state,
        channel=channel,
        delivery=Delivery.POST if by_post else Delivery.OFFICE,
        delivery_address=f"{counter.commune.path}" if by_post else "",
        old_card_taken=taken and reason.kind == Kind.CHANGE,
        biometrics_taken=taken,
        cc01_signed=taken and batch.rule != "E30",
        received_at=moment if taken else None,
        promised_on=counter.calendar.add(day, counter.promise_days) if taken else None,
        fee_vnd=cost.amount_vnd if taken else 0,
        fee_text=cost.legal_text if taken else "",
        exemption=cost.exemption,
        created_at=moment,
        created_by=officer,
        assigned_to=officer,
    )


def _reason(random: Random, person: Resident) -> Reason:
    if not getattr(person, "has_card", True):
        return REASONS["from_14"]
    return REASONS[random.choices(["cccd", "a", "g", "lost", "damaged", "d"], [40, 25, 15, 10, 5, 5])[0]]


def _stop_some(counter: Counters, files: list[Application]) -> None:
    """Files that wait for somebody: the citizen, their data, the level above; and one whose delay was explained."""
    for one in files:
        if one.state == State.WAITING_FOR_DATA:
            one.data_due_on = counter.calendar.add(timezone.localdate(one.created_at), 2)
    received = [one for one in files if one.state == State.RECEIVED and one.cc01_signed]
    for one in received[:1]:
        one.paused_at, one.paused_by = one.created_at + dt.timedelta(minutes=20), one.created_by
        one.pause_reason = "Công dân về lấy giấy khai sinh bản chính"
    for one in received[1:3]:
        one.returned_at, one.returned_reason = one.created_at + dt.timedelta(hours=1), "Ảnh khuôn mặt bị lóa, chụp lại"
    for one in [one for one in files if one.state == State.PRINTING and one.days_overdue][:1]:
        one.overdue_reason, one.overdue_reason_by = "Cấp trên thiếu phôi thẻ, hẹn tuần sau", one.created_by
        one.overdue_reason_at = timezone.now()


def _number(counter: Counters, files: list[Application]) -> None:
    """Serials in the order of receipt, from one each year, and the counters left where they stand."""
    last: dict[int, int] = {}
    for one in files:
        last[one.year] = one.serial = last.get(one.year, 0) + 1
    Counter.objects.bulk_create(
        [Counter(commune=counter.commune, year=year, series=APPLICATIONS, last=serial) for year, serial in last.items()]
    )


def _steps(counter: Counters, application: Application) -> Iterable[Step]:
    """The opening and every move to where the file stands, spread over the days since."""
    moves = ROAD.get(State(application.state), [])
    first = State.RECEIVED if application.state in ROAD else State(application.state)
    yield Step(
        application=application,
        move="open" if application.received_at else "begin",
        to_state=first,
        at=application.created_at,
        by=application.created_by,
    )
    came_from = first
    span = (timezone.now() - application.created_at) / (len(moves) + 1)
    if application.state in (State.ARRIVED, State.HANDED_OVER):
        span = min(span, dt.timedelta(days=3))
    for number, name in enumerate(moves, start=1):
        yield Step(
            application=application,
            move=name,
            from_state=came_from,
            to_state=MOVES[name].target or came_from,
            at=application.created_at + span * number,
            by=counter.random.choice(counter.officers),
            note=NOTES.get(name, ""),
        )
        came_from = MOVES[name].target or came_from


def _give_cards(files: list[Application], counter: Counters) -> None:
    """The cards handed over stand in the register, as workflow.move() would have written them."""
    old = IdentityDocument.objects.filter(resident__in=[one.resident_id for one in files])
    old.filter(state=DocumentState.IN_USE).update(state=DocumentState.REPLACED)
    IdentityDocument.objects.bulk_create([_card(one, counter) for one in files])


def _card(application: Application, counter: Counters) -> IdentityDocument:
    """Issued the working day after the file was taken in, and not before the holder was 14."""
    person, born = application.resident, application.resident.birth_date
    assert born is not None  # see _applicants
    issued_on = max(counter.calendar.add(timezone.localdate(application.created_at), 1), born.turns_on(14))
    ends = expiry(born, issued_on)
    return IdentityDocument(
        resident=person,
        kind=CARD,
        number=person.numbers.get(kind=NumberKind.PERSONAL, is_active=True).number,
        issued_on=issued_on,
        issued_by=ISSUER,
        expires_on=ends,
        no_expiry=ends is None,
    )


def _issue_slips(files: list[Application]) -> int:
    """The newest received files wait for their slip; older ones were handed a paper before this portal came."""
    newest = [one for one in files if one.state == State.RECEIVED][-WAITING_SLIPS:]
    Receipt.objects.bulk_create(
        [
            Receipt(
                application=one,
                commune=one.commune,
                year=one.created_at.year,
                serial=serial,
                content=issue.numbered(issue.freeze(one, by=one.created_by), one, slip=(one.created_at.year, serial)),
                key_id=signing.signing_key_id(),
                issued_at=one.created_at,
            )
            for serial, one in enumerate(newest, start=1)
        ]
    )
    if newest:
        year, commune = newest[0].created_at.year, newest[0].commune
        Counter.objects.create(commune=commune, year=year, series=RECEIPTS, last=len(newest))
    return len(newest)
