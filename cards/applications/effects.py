"""What belongs to a move besides the new state. The table of moves (workflow.py) names these functions.

An effect changes columns of the file, before it is saved, and answers what the step shall say of it. What follows
writes rows of other desks, after the file was saved; both run in the transaction of the move.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Officer, Setting
from accounts.working_days import Calendar, add_working_days
from cards.applications import handover
from cards.applications.eligibility import Fault
from cards.applications.fees import FeeUnknown, price
from cards.applications.handover import PrintedCard
from cards.applications.promise import promised_on
from cards.applications.reasons import REASONS
from cards.appointments import slots
from cards.deliveries import stock
from cards.models import Application, Appointment, AppointmentState, State
from cards.receipts import issue

DAY = "%d/%m/%Y"


@dataclass(frozen=True)
class Given:
    """What comes with a move: the note, the card that is handed over, the colleague who takes the file on."""

    note: str = ""
    card: PrintedCard | None = None
    to: Officer | None = None


class EffectRefused(Exception):
    """What belongs to the move cannot be done; `fault` says why, beside its field."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.sentence)
        self.fault = fault


def nothing(application: Application, by: Officer, given: Given) -> str:
    return ""


def nothing_follows(application: Application, by: Officer, given: Given) -> None:
    return None


def receive(application: Application, by: Officer, given: Given) -> str:
    """The day of receipt, the price of that day with its legal text, and the promise. Four queries. Raises
    EffectRefused when no row says what it costs."""
    now, exempt = timezone.localtime(), application.exemption
    try:
        cost = price(application.kind, application.reason, application.channel, on=now.date(), exemption=exempt)
    except FeeUnknown as unknown:
        raise EffectRefused(Fault("exemption" if exempt else "", str(unknown))) from unknown
    application.fee_vnd, application.fee_text, application.exemption = cost.amount_vnd, cost.legal_text, cost.exemption
    application.received_at, application.data_due_on = now, None
    return promise_anew(application, by, given)


def promise_anew(application: Application, by: Officer, given: Given) -> str:
    """Only now are the data right: the working days run from today, whatever the slip said (promise.py)."""
    application.promised_on = promised_on(timezone.localdate())
    _late_no_more(application)
    return f"Hẹn trả {application.promised_on:{DAY}}, tính từ ngày {timezone.localdate():{DAY}}"


def slip_and_hour(application: Application, by: Officer, given: Given) -> None:
    """The hour at which the card is handed over, where the desk keeps hours, then the slip that prints it. The slip
    last: its number locks the counter of the commune."""
    slots.book_handover(application, by=by)
    issue.issue(application, by=by)


def hour_anew(application: Application, by: Officer, given: Given) -> None:
    """Another day was promised: the hour kept for the old one is let go, and one of the new day kept."""
    if application.received_at:
        slots.book_handover(application, by=by)


def ended_without_card(application: Application, by: Officer, given: Given) -> None:
    """Whoever withdrew or was refused does not come: the places are free again, and the slip is taken back."""
    _close_appointments(application, by, AppointmentState.CANCELLED, "Hồ sơ đã kết thúc")
    title = State(application.state).label
    issue.end_with_file(application, by=by, reason=f"{title}: {given.note}")


def _close_appointments(application: Application, by: Officer, state: AppointmentState, note: str) -> None:
    standing = Appointment.objects.filter(application=application, state=AppointmentState.BOOKED)
    standing.update(state=state, closed_at=timezone.now(), closed_by=by, note=note)


def wait_for_data(application: Application, by: Officer, given: Given) -> str:
    """The law gives the correction two working days (Luật Căn cước Đ26; setting `adjustment_working_days`)."""
    days = Setting.values_on()["adjustment_working_days"]
    application.data_due_on = add_working_days(timezone.localdate(), days)
    return f"Điều chỉnh xong trước hết ngày {application.data_due_on:{DAY}}"


def data_are_right(application: Application, by: Officer, given: Given) -> str:
    """A file that was received goes on with a new promise; one that was not is taken in further."""
    application.data_due_on = None
    return promise_anew(application, by, given) if application.received_at else ""


def sent_up(application: Application, by: Officer, given: Given) -> str:
    application.returned_at, application.returned_reason = None, ""
    return ""


def returned(application: Application, by: Officer, given: Given) -> str:
    application.returned_at, application.returned_reason = timezone.now(), given.note
    return ""


def stop_clock(application: Application, by: Officer, given: Given) -> str:
    application.paused_at, application.paused_by, application.pause_reason = timezone.now(), by, given.note
    return ""


def start_clock(application: Application, by: Officer, given: Given) -> str:
    """The working days that passed while the citizen was waited for are added to what was promised, and to the day by
    which data are to be right. One query."""
    since = timezone.localdate(application.paused_at)
    today = timezone.localdate()
    latest = max([today, *(day for day in (application.promised_on, application.data_due_on) if day)])
    calendar = Calendar(since, latest + dt.timedelta(days=(today - since).days * 2 + 60))
    passed = calendar.between(since, today)
    _clock_runs(application)
    said = [f"Đã chờ {passed} ngày làm việc"]
    if application.data_due_on:
        application.data_due_on = calendar.add(application.data_due_on, passed)
    if application.promised_on and passed:
        before, application.promised_on = application.promised_on, calendar.add(application.promised_on, passed)
        _late_no_more(application)
        said.append(f"hẹn trả dời từ {before:{DAY}} sang {application.promised_on:{DAY}}")
    return "; ".join(said)


def leave(application: Application, by: Officer, given: Given) -> str:
    """A file that ends waits for nobody any more."""
    _clock_runs(application)
    application.data_due_on = None
    return ""


def explain(application: Application, by: Officer, given: Given) -> str:
    application.overdue_reason, application.overdue_reason_at = given.note, timezone.now()
    application.overdue_reason_by = by
    return ""


def take(application: Application, by: Officer, given: Given) -> str:
    return _give_to(application, by)


def assign(application: Application, by: Officer, given: Given) -> str:
    """Guarded by `needs_officer`: there is one."""
    assert given.to is not None
    return _give_to(application, given.to)


def hand_over(application: Application, by: Officer, given: Given) -> str:
    """Guarded by `needs_card`: there is one."""
    assert given.card is not None
    return handover.hand_over(application, given.card, by=by)


def card_arrived(application: Application, by: Officer, given: Given) -> None:
    stock.arrived(application, by=by)


def card_gone_back(application: Application, by: Officer, given: Given) -> None:
    stock.gone_back(application, by=by, reason=given.note)


def card_never_came(application: Application, by: Officer, given: Given) -> None:
    stock.never_came(application, by=by)


def card_handed(application: Application, by: Officer, given: Given) -> None:
    assert given.card is not None
    card = given.card
    try:
        stock.handed(
            application, by=by, receiver=card.receiver, receiver_name=card.receiver_name,
            receiver_number=card.receiver_number,
        )  # fmt: skip
    except stock.StockRefused as refused:
        raise EffectRefused(Fault(refused.field, str(refused))) from refused
    _close_appointments(application, by, AppointmentState.CAME, "")


def _give_to(application: Application, to: Officer) -> str:
    before, application.assigned_to = application.assigned_to, to
    return f"Từ {before or 'chưa ai giữ'} sang {to}"


def _clock_runs(application: Application) -> None:
    application.paused_at = application.paused_by = None
    application.pause_reason = ""


def _late_no_more(application: Application) -> None:
    """A new day was promised: what was said about the old one is in the steps."""
    application.overdue_reason, application.overdue_reason_at, application.overdue_reason_by = "", None, None


def title_of(application: Application) -> str:
    """ "cấp đổi, theo yêu cầu của công dân": for audit sentences."""
    reason = REASONS[application.reason]
    return f"{reason.kind.label}, {reason.title}".lower()
