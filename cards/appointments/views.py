"""The appointments desk: the day, making and moving an appointment, who came, and the hours that the chief sets."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import record
from accounts.models import Action, Unit
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from cards.applications import intake
from cards.applications.workflow import MoveRefused
from cards.appointments import booking, day, opening
from cards.appointments.booking import BookingRefused
from cards.appointments.day import commune_of
from cards.appointments.forms import BookForm, EndForm, HoursForm, NoteForm
from cards.appointments.opening import HoursRefused
from cards.appointments.panel import purpose_of
from cards.appointments.person_form import PersonBookForm
from cards.models import Application, Appointment, Purpose, SlotRule
from cards.papers import orders
from cards.papers.contents import DAY_LIST, day_list
from cards.tasks import render_print
from registry.models import Resident
from registry.residents.fields import DayField

FILES = Application.objects.select_related("resident", "commune__parent")
ROWS = Appointment.objects.select_related("application__resident", "application__commune")
DAY = DayField(label="Ngày", required=False)


@require_safe
@desk(Right.APPLICATION_TAKE)
def appointments(request: OfficerRequest) -> HttpResponse:
    """Who comes on one day, and which places are free."""
    shown = _day(request.GET.get("ngay", ""))
    context = day.everything(commune_of(request.user), shown)
    record(request, Action.VIEW, sentence=f"Xem lịch hẹn ngày {shown:%d/%m/%Y}, {context['total']} người")
    context |= {"may_manage": request.user.can(Right.CARDS_MANAGE), "submit_token": uuid.uuid4()}
    return render(request, "cards/appointments/day.html", context)


def _day(text: str) -> dt.date:
    """The day asked for; today for anything that is none."""
    try:
        return DAY.clean(text) or timezone.localdate()
    except ValidationError:
        return timezone.localdate()


@require_POST
@desk(Right.APPLICATION_TAKE)
def appointments_print(request: OfficerRequest) -> HttpResponse:
    """The list of a day, on paper."""
    commune, shown = commune_of(request.user), _day(request.POST.get("ngay", ""))
    with transaction.atomic():
        content = day_list(commune, shown, day.visits(commune, shown), by=request.user)
        job = orders.order(
            DAY_LIST, commune=commune, by=request.user, title=content["title"], content=content,
            token=_token(request),
        )  # fmt: skip
        render_print.delay_on_commit(job.pk)
    return redirect("cards:print", public_id=job.public_id)


def _token(request: OfficerRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("submit_token", ""))
    except ValueError:
        return uuid.uuid4()


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.APPLICATION_TAKE)
def appointment_new(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """An appointment for a file: to be taken in, or to get the card."""
    file = find(request, FILES, public_id)
    purpose = purpose_of(file)
    if purpose is None:
        messages.error(request, f"Hồ sơ {file.file_number} không hẹn được ở bước này.")
        return redirect("cards:application", public_id=file.public_id)
    form = BookForm(request.POST or None)
    if form.is_valid():
        try:
            made = booking.book(file, by=request.user, purpose=purpose, **form.cleaned_data)
        except (BookingRefused, MoveRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Đã hẹn {booking.words(made)}.")
            return redirect("cards:application", public_id=file.public_id)
    context = {"file": file, "person": file.resident, "title": f"Hẹn {booking.purpose_words(purpose)}"}
    return _choosing(request, form, file.commune, purpose, context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.APPLICATION_TAKE)
def appointment_of_person(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """A booking that begins with a person: the file is begun as a draft and booked, in one transaction."""
    person = find(request, Resident.objects.select_related("commune__parent"), public_id)
    open_file = intake.open_file_of(person)
    if open_file and request.method != "POST":
        return _to_file(open_file)
    form = PersonBookForm(request.POST or None, person=person)
    if form.is_valid():
        if open_file and open_file.submit_token == form.cleaned_data["submit_token"]:
            return redirect("cards:application", public_id=open_file.public_id)  # the second of two clicks
        try:
            with transaction.atomic():
                file = intake.begin(person, by=request.user, entry=form.entry(), **form.begun())
                booking.book(file, by=request.user, **form.place())
        except intake.IntakeRefused as refused:
            form.add_error(None, " ".join(fault.sentence for fault in refused.faults))
        except (BookingRefused, MoveRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Đã lập hồ sơ {file.file_number} và đặt lịch.")
            return redirect("cards:application", public_id=file.public_id)
    context = {"person": person, "title": "Đặt lịch làm thẻ", "submit_token": form["submit_token"].value()}
    return _choosing(request, form, person.commune, Purpose.INTAKE, context)


def _to_file(file: Application) -> HttpResponse:
    bookable = purpose_of(file) == Purpose.INTAKE
    return redirect("cards:appointment_new" if bookable else "cards:application", public_id=file.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.APPLICATION_TAKE)
def appointment_move(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    row = find(request, ROWS, public_id)
    file, form = row.application, BookForm(request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        try:
            new = booking.move(row, starts_at=values["starts_at"], by=request.user, note=values["note"])
        except BookingRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Đã đổi sang {booking.words(new)}.")
            return redirect("cards:application", public_id=file.public_id)
    context = {"file": file, "person": file.resident, "title": "Đổi lịch hẹn", "was": booking.words(row)}
    return _choosing(request, form, file.commune, row.purpose, context)


def _choosing(
    request: OfficerRequest, form: BookForm, commune: Unit, purpose: str, context: dict[str, Any]
) -> HttpResponse:
    """The open hours of the next days, to choose one."""
    first = max(_day(request.GET.get("tu", "")), timezone.localdate())
    context |= {
        "form": form,
        "days": day.open_days(commune, purpose, first=first),
        "first": first,
        "later": first + dt.timedelta(days=day.SHOWN_DAYS),
        "earlier": first - dt.timedelta(days=day.SHOWN_DAYS),
        "today": timezone.localdate(),
        "chosen": form["starts_at"].value(),
        "may_manage": request.user.can(Right.CARDS_MANAGE),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "cards/appointments/choose.html", context, status=status)


@require_POST
@desk(Right.APPLICATION_TAKE)
def appointment_came(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """“Đã đến”: one click, and the file of who was booked is open to be taken in."""
    row = find(request, ROWS, public_id)
    try:
        file = booking.came(row, by=request.user)
    except (BookingRefused, MoveRefused) as refused:
        messages.error(request, str(refused))
        return _back(request, row)
    messages.success(request, f"{row.application.resident.full_name} đã đến; hồ sơ {file.file_number}.")
    return redirect("cards:application", public_id=file.public_id)


@require_POST
@desk(Right.APPLICATION_TAKE)
def appointment_missed(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    return _close(request, find(request, ROWS, public_id), booking.missed, "Đã ghi “Không đến”.")


@require_POST
@desk(Right.APPLICATION_TAKE)
def appointment_cancel(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    return _close(request, find(request, ROWS, public_id), booking.cancel, "Đã hủy lịch hẹn.")


def _close(request: OfficerRequest, row: Appointment, how: Any, said: str) -> HttpResponse:
    form = NoteForm(request.POST)
    try:
        if not form.is_valid():
            raise BookingRefused(str(form.errors["note"][0]))
        how(row, by=request.user, note=form.cleaned_data["note"])
    except (BookingRefused, MoveRefused) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return _back(request, row)


def _back(request: OfficerRequest, row: Appointment) -> HttpResponse:
    """To the page that the button stood on: the file, or the day."""
    if request.POST.get("ve") == "ho-so":
        return redirect("cards:application", public_id=row.application.public_id)
    shown = timezone.localdate(row.starts_at)
    return redirect(f"{reverse('cards:appointments')}?ngay={shown:%d/%m/%Y}")


@require_POST
@desk(Right.APPLICATION_TAKE)
def walk_in(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Came without an appointment: counted in the hour, and the file is started."""
    file = find(request, FILES, public_id)
    try:
        booking.walk_in(file, by=request.user)
    except (BookingRefused, MoveRefused) as refused:
        messages.error(request, str(refused))
    return redirect("cards:application", public_id=file.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.CARDS_MANAGE)
def hours(request: OfficerRequest) -> HttpResponse:
    """The hours of the commune, and new ones; ?cu=1 also those that ended."""
    commune = commune_of(request.user)
    tomorrow = f"{timezone.localdate() + dt.timedelta(days=1):%d/%m/%Y}"
    form = HoursForm(request.POST or None, initial={"valid_from": tomorrow, "weekdays": [0, 1, 2, 3, 4]})
    if form.is_valid():
        try:
            made = opening.add(commune, form.wish(), by=request.user)
        except HoursRefused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, f"Đã thêm {len(made)} khung giờ.")
            return redirect("cards:hours")
    everything = "cu" in request.GET
    rules = list(SlotRule.objects.in_scope(request.user))
    shown = rules if everything else opening.current_and_coming(rules, timezone.localdate())
    context = {
        "form": form,
        "desks": [(label, [rule for rule in shown if rule.purpose == code]) for code, label in Purpose.choices],
        "everything": everything,
        "today": f"{timezone.localdate():%d/%m/%Y}",
    }
    return render(request, "cards/appointments/hours.html", context, status=422 if form.errors else 200)


@require_POST
@desk(Right.CARDS_MANAGE)
def hours_end(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    rule = find(request, SlotRule.objects.all(), public_id)
    form = EndForm(request.POST)
    try:
        if not form.is_valid():
            raise HoursRefused(str(form.errors["last_day"][0]))
        left = opening.end(rule, last_day=form.cleaned_data["last_day"], by=request.user)
    except HoursRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Đã kết thúc khung giờ.")
        if left:
            messages.warning(request, f"Còn {left} lịch hẹn sau ngày đó trong khung này: gọi công dân để đổi giờ.")
    return redirect("cards:hours")
