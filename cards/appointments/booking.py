"""Making an appointment, moving it, calling it off; who came and who did not. The only writer of Appointment besides
slots.book_handover().

Everything locks the file first, then the rule of the slot. Who did it and when stays on the row and in the trail.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Setting
from accounts.roles import Right
from cards.applications import workflow
from cards.appointments.slots import BEFORE_HANDOVER, Slot, locked, standing_of
from cards.models import (
    Application,
    Appointment,
    AppointmentState,
    AppointmentVia,
    Purpose,
    State,
)

LONGEST_NOTE = 300
BEFORE_INTAKE = (State.DRAFT, State.BOOKED, State.TAKING, State.WAITING_FOR_DATA)
BOOKABLE = {Purpose.INTAKE: BEFORE_INTAKE, Purpose.HANDOVER: BEFORE_HANDOVER}


class BookingRefused(Exception):
    """Nothing was written; the message is the sentence the officer reads."""


@transaction.atomic
def book(
    application: Application, *, starts_at: dt.datetime, by: Officer, purpose: str = Purpose.INTAKE,
    via: str = AppointmentVia.OFFICE, note: str = "",
) -> Appointment:  # fmt: skip
    """Take a place in the slot that begins then. A draft becomes "Đã đặt lịch". Raises BookingRefused when the slot is
    full, closed or past, when the file is not at that step, or when it has such an appointment already."""
    file = _locked_file(application, by)
    _allow(file, purpose)
    if standing := standing_of(file, purpose).first():
        raise BookingRefused(f"Hồ sơ {file.file_number} đã có lịch hẹn {words(standing)}. Đổi lịch đó.")
    slot = _place(file, starts_at, purpose)
    made = Appointment.objects.create(
        commune=file.commune, application=file, purpose=purpose, via=via, starts_at=slot.starts_at,
        ends_at=slot.ends_at, note=_short(note), created_by=by,
    )  # fmt: skip
    if file.state == State.DRAFT:
        workflow.move(file, "book", by=by, note=f"Hẹn {words(made)}")
    _record(made, by, f"Hẹn {purpose_words(purpose)} {words(made)}")
    return made


@transaction.atomic
def walk_in(application: Application, *, by: Officer) -> Appointment:
    """Somebody came without an appointment: written down as having come now. Nobody is sent away for lack of a place,
    but the place counts."""
    file = _locked_file(application, by)
    _allow(file, Purpose.INTAKE)
    if standing_of(file, Purpose.INTAKE).exists():
        raise BookingRefused("Công dân có lịch hẹn: ghi “Đã đến” vào lịch đó.")
    now = timezone.now()
    slot = _around(locked(file.commune, timezone.localdate(now), Purpose.INTAKE), now)
    starts_at, ends_at = (slot.starts_at, slot.ends_at) if slot else (now, now + dt.timedelta(minutes=1))
    made = Appointment.objects.create(
        commune=file.commune, application=file, purpose=Purpose.INTAKE, via=AppointmentVia.WALK_IN,
        starts_at=starts_at, ends_at=ends_at, state=AppointmentState.CAME, created_by=by, closed_at=now, closed_by=by,
    )  # fmt: skip
    _start(file, by)
    _record(made, by, "Công dân đến trực tiếp")
    return made


@transaction.atomic
def move(appointment: Appointment, *, starts_at: dt.datetime, by: Officer, note: str = "") -> Appointment:
    """To another slot: the old row stays, cancelled, and says where to. Raises BookingRefused."""
    file, old = _locked_standing(appointment, by)
    if starts_at == old.starts_at:
        raise BookingRefused("Đây chính là khung giờ đang hẹn; chọn khung khác.")
    slot = _place(file, starts_at, old.purpose)
    new = Appointment(
        commune=file.commune, application=file, purpose=old.purpose, via=old.via, starts_at=slot.starts_at,
        ends_at=slot.ends_at, created_by=by,
    )  # fmt: skip
    _close(old, AppointmentState.CANCELLED, by, _short("; ".join(filter(None, [f"Đổi sang {words(new)}", note]))))
    new.save()
    _record(new, by, f"Đổi lịch hẹn từ {words(old)} sang {words(new)}", reason=note)
    return new


@transaction.atomic
def cancel(appointment: Appointment, *, by: Officer, note: str) -> Appointment:
    """Called off, with the reason. A file that was only booked is a draft again. Raises BookingRefused."""
    file, row = _locked_standing(appointment, by)
    if not note.strip():
        raise BookingRefused("Ghi lý do hủy lịch hẹn.")
    _close(row, AppointmentState.CANCELLED, by, _short(note))
    _record(row, by, f"Hủy lịch hẹn {words(row)}", reason=note)
    _unbook(file, row, by)
    return row


@transaction.atomic
def missed(appointment: Appointment, *, by: Officer, note: str = "") -> Appointment:
    """Did not come. Only once the slot has begun. A file that was only booked is a draft again. Raises
    BookingRefused."""
    file, row = _locked_standing(appointment, by)
    if row.starts_at > timezone.now():
        raise BookingRefused(f"Chưa đến giờ hẹn ({words(row)}); chưa ghi “Không đến” được.")
    _close(row, AppointmentState.MISSED, by, _short(note))
    _record(row, by, f"Không đến theo lịch hẹn {words(row)}", reason=note)
    _unbook(file, row, by)
    return row


@transaction.atomic
def came(appointment: Appointment, *, by: Officer) -> Application:
    """The citizen is here. A file that was booked is started. Also somebody who comes early, or on another day. Said
    twice, it is said once. Raises BookingRefused, and MoveRefused from the table of moves."""
    file = _locked_file(appointment.application, by)
    row = _of_file(appointment, file)
    if row.state == AppointmentState.CAME:
        return file
    if row.state != AppointmentState.BOOKED:
        raise BookingRefused(f"Lịch hẹn này đã ghi “{row.get_state_display().lower()}”; hẹn lại nếu công dân đến.")
    _close(row, AppointmentState.CAME, by, row.note)
    _record(row, by, f"Công dân đến theo lịch hẹn {words(row)}")
    return _start(file, by) if row.purpose == Purpose.INTAKE else file


def _unbook(file: Application, row: Appointment, by: Officer) -> None:
    if row.purpose == Purpose.INTAKE and file.state == State.BOOKED:
        workflow.move(file, "unbook", by=by, note=_short(f"{row.get_state_display()} {words(row)}"))


def _start(file: Application, by: Officer) -> Application:
    if file.state not in (State.DRAFT, State.BOOKED):
        return file
    return workflow.move(file, "start", by=by)


def _locked_file(application: Application, by: Officer) -> Application:
    rows = Application.objects.in_scope(by).select_for_update(of=("self",), no_key=True)
    file = rows.select_related("resident", "commune").filter(pk=application.pk).first()
    if file is None or not by.can(Right.APPLICATION_TAKE):
        raise BookingRefused("Đồng chí không ghi được lịch hẹn của hồ sơ này.")
    return file


def _locked_standing(appointment: Appointment, by: Officer) -> tuple[Application, Appointment]:
    file = _locked_file(appointment.application, by)
    row = _of_file(appointment, file)
    if row.state != AppointmentState.BOOKED:
        who = f", {row.closed_by}" if row.closed_by else ""
        raise BookingRefused(f"Lịch hẹn này đã ghi “{row.get_state_display().lower()}”{who}. Tải lại trang.")
    return file, row


def _of_file(appointment: Appointment, file: Application) -> Appointment:
    return Appointment.objects.select_related("application", "closed_by").get(pk=appointment.pk, application=file)


def _allow(file: Application, purpose: str) -> None:
    if file.state not in BOOKABLE[Purpose(purpose)]:
        state = file.get_state_display().lower()
        raise BookingRefused(
            f"Hồ sơ {file.file_number} đang ở bước “{state}”, không hẹn {purpose_words(purpose)} được."
        )


def _place(file: Application, starts_at: dt.datetime, purpose: str) -> Slot:
    """The slot that begins then, with a free place, its rule locked."""
    day = timezone.localdate(starts_at)
    furthest = timezone.localdate() + dt.timedelta(days=Setting.values_on()["card_booking_days"])
    if day > furthest:
        raise BookingRefused(f"Chỉ hẹn trước đến hết ngày {furthest:%d/%m/%Y}.")
    slot = next((one for one in locked(file.commune, day, purpose) if one.starts_at == starts_at), None)
    if slot is None:
        raise BookingRefused("Đơn vị không tiếp công dân vào giờ này. Chọn khung giờ trong danh sách.")
    if slot.is_over:
        raise BookingRefused("Khung giờ này đã qua. Chọn khung giờ khác.")
    if not slot.free:
        raise BookingRefused(f"Khung {timezone.localtime(starts_at):%H:%M} ngày {day:%d/%m/%Y} vừa hết chỗ. Chọn khác.")
    return slot


def _around(slots: list[Slot], now: dt.datetime) -> Slot | None:
    return next((slot for slot in slots if slot.starts_at <= now < slot.ends_at), None)


def _close(row: Appointment, state: AppointmentState, by: Officer, note: str) -> None:
    row.state, row.note = state, note
    row.closed_at, row.closed_by = timezone.now(), by
    row.save(update_fields=["state", "note", "closed_at", "closed_by"])


def _record(row: Appointment, by: Officer, sentence: str, reason: str = "") -> None:
    file = row.application
    record(by, Action.CHANGE, target=file, sentence=f"Hồ sơ {file.file_number}: {_lower(sentence)}", reason=reason)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _short(note: str) -> str:
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise BookingRefused(f"Ghi chú dài quá {LONGEST_NOTE} ký tự; ghi ngắn lại.")
    return note


def purpose_words(purpose: str) -> str:
    return Purpose(purpose).label.lower()


def words(row: Appointment) -> str:
    """ "08:30 ngày 24/11/2026"."""
    return f"{timezone.localtime(row.starts_at):%H:%M} ngày {timezone.localdate(row.starts_at):%d/%m/%Y}"
