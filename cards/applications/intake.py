"""open(): take one application in. Everything it means happens in one transaction, or nothing does."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.roles import Right
from cards.applications import numbering
from cards.applications.eligibility import Entry, Fault, faults, person_fault
from cards.applications.fees import FeeUnknown, Price, price
from cards.applications.promise import promised_on
from cards.applications.rules import look_again
from cards.models import Application, State, Step
from cards.receipts import issue
from registry.models import Resident


class IntakeRefused(Exception):
    """The file was not opened and nothing was written. `faults` says why, each beside its field."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(" ".join(fault.sentence for fault in faults))


@transaction.atomic
def open(resident: Resident, *, by: Officer, entry: Entry, submit_token: uuid.UUID) -> Application:
    """Take one application in: number, promised day, fee, first step, waiting receipt and audit line.

    The same `submit_token` answers the file it made before. Raises IntakeRefused for a person who cannot be served
    or has a file open already, and for anything missing. About fifteen queries.
    """
    person = _locked(resident, by)
    if earlier := Application.objects.filter(submit_token=submit_token).first():
        return _same_person(earlier, person)
    _check(person, entry)
    application = _write(person, entry, by=by, submit_token=submit_token)
    Step.objects.create(application=application, move="open", to_state=State.RECEIVED, at=application.created_at, by=by)
    issue.issue(application, by=by)
    look_again(person.pk)
    what = f"{entry.reason.kind.label}, {entry.reason.title}".lower()
    record(by, Action.CREATE, target=application, sentence=f"Thu nhận hồ sơ {application.file_number}: {what}")
    return application


def _write(person: Resident, entry: Entry, *, by: Officer, submit_token: uuid.UUID) -> Application:
    now = timezone.localtime()
    cost = _cost(entry, on=now.date())
    return Application.objects.create(
        submit_token=submit_token,
        resident=person,
        commune=person.commune,
        year=now.year,
        serial=numbering.take(person.commune, year=now.year),
        kind=entry.reason.kind,
        reason=entry.reason.code,
        state=State.RECEIVED,
        channel=entry.channel,
        delivery=entry.delivery,
        delivery_address=entry.delivery_address,
        representative_name=entry.representative_name,
        old_card_taken=entry.old_card_taken,
        biometrics_taken=entry.biometrics_taken,
        cc01_signed=entry.cc01_signed,
        received_at=now,
        promised_on=promised_on(now.date()),
        fee_vnd=cost.amount_vnd,
        fee_text=cost.legal_text,
        exemption=cost.exemption,
        note=entry.note,
        created_at=now,
        created_by=by,
        assigned_to=by,
    )


def open_file_of(resident: Resident) -> Application | None:
    return Application.objects.open().filter(resident=resident).first()


def _locked(resident: Resident, by: Officer) -> Resident:
    """Lock the person first: two officers opening a file for one person wait here, not at the constraint."""
    rows = Resident.objects.in_scope(by).select_for_update(of=("self",), no_key=True).select_related("commune__parent")
    person = rows.filter(pk=resident.pk).first()
    if person is None or not by.can(Right.APPLICATION_TAKE):
        raise IntakeRefused(Fault("", "Đồng chí không thu nhận hồ sơ cho công dân của địa bàn này."))
    return person


def _same_person(earlier: Application, person: Resident) -> Application:
    if earlier.resident_id != person.pk:
        raise IntakeRefused(Fault("", "Biểu mẫu này đã dùng cho một hồ sơ khác. Mở lại từ trang công dân."))
    return earlier


def _check(person: Resident, entry: Entry) -> None:
    if fault := person_fault(person):
        raise IntakeRefused(fault)
    if first := open_file_of(person):
        state = first.get_state_display().lower()
        sentence = f"Công dân đang có hồ sơ {first.file_number} ({state}); xử lý xong hồ sơ đó trước."
        raise IntakeRefused(Fault("", sentence))
    if found := faults(entry, age_years=person.age_years):
        raise IntakeRefused(*found)


def _cost(entry: Entry, *, on: dt.date) -> Price:
    reason = entry.reason
    try:
        return price(reason.kind, reason.code, entry.channel, on=on, exemption=entry.exemption)
    except FeeUnknown as unknown:
        raise IntakeRefused(Fault("exemption" if entry.exemption else "", str(unknown))) from unknown
