"""Taking an application in: begin() a file with little known, or open() one that is complete at the counter.

A begun file goes on by the moves `start` and `receive` (workflow.py); open() is begin and receive in one transaction.
"""

import hashlib
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.roles import Right
from cards.applications import effects, guards, numbering
from cards.applications.effects import EffectRefused, Given
from cards.applications.eligibility import Entry, Fault, person_fault
from cards.applications.rules import look_again
from cards.components import ticking
from cards.models import Application, State, Step
from registry.models import Resident

BEGINNINGS = (State.DRAFT, State.TAKING)
STILL_OPEN = (State.DRAFT, State.BOOKED, State.TAKING, State.WAITING_FOR_DATA)
"""States in which what was entered can be changed: no slip was given yet."""


class IntakeRefused(Exception):
    """The file was not opened and nothing was written. `faults` says why, each beside its field."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(" ".join(fault.sentence for fault in faults))


@transaction.atomic
def begin(
    resident: Resident, *, by: Officer, entry: Entry, submit_token: uuid.UUID, state: State = State.DRAFT,
    proposed: str = "",
) -> Application:  # fmt: skip
    """Begin a file: its number, its first step and audit line; no promise, no price, no slip. `state` is DRAFT, or
    TAKING when the citizen is at the counter.

    The same `submit_token` answers the file it made before. Raises IntakeRefused for a person who cannot be served or
    has a file open already. `proposed` is the reason that the papers spoke for. Take no other lock of this desk before.
    """
    assert state in BEGINNINGS
    person = _locked(resident, by)
    if earlier := Application.objects.filter(submit_token=submit_token).first():
        return _same_person(earlier, person)
    _refuse(_nobody_else(person))
    application = _fresh(person, entry, by=by, submit_token=submit_token, state=state, proposed=proposed)
    _number_and_save(application)
    _first_step(application, "begin", by=by)
    ticking.note_parts(application, entry.parts or (), by=by)
    sentence = f"Lập hồ sơ {application.file_number} ({state.label.lower()}): {effects.title_of(application)}"
    record(by, Action.CREATE, target=application, sentence=sentence)
    return application


@transaction.atomic
def open(
    resident: Resident, *, by: Officer, entry: Entry, submit_token: uuid.UUID, proposed: str = ""
) -> Application:  # fmt: skip
    """Take one application in that is complete: number, price, promised day, hour of handing over, first step, waiting
    receipt and audit line.

    The same `submit_token` answers the file it made before. Raises IntakeRefused for a person who cannot be served
    or has a file open already, for anything missing, and for data that must be corrected first. About twenty queries.
    """
    person = _locked(resident, by)
    if earlier := Application.objects.filter(submit_token=submit_token).first():
        return _same_person(earlier, person)
    _refuse(_nobody_else(person))
    application = _fresh(person, entry, by=by, submit_token=submit_token, state=State.RECEIVED, proposed=proposed)
    _refuse(guards.may_be_received(application, seen=entry.parts))
    try:
        effects.receive(application, by, Given())
    except EffectRefused as refused:
        raise IntakeRefused(refused.fault) from refused
    _number_and_save(application)
    _first_step(application, "open", by=by)
    ticking.note_parts(application, entry.parts or (), by=by)
    effects.slip_and_hour(application, by, Given())
    sentence = f"Thu nhận hồ sơ {application.file_number}: {effects.title_of(application)}"
    record(by, Action.CREATE, target=application, sentence=sentence)
    return application


@transaction.atomic
def change(application: Application, *, by: Officer, entry: Entry, seen: str = "") -> Application:
    """Write what is known by now into a file that was begun and not received yet. `seen`: what it looked like when the
    form was opened (seal()). Raises IntakeRefused when it was received, ended or changed by a colleague meanwhile."""
    rows = Application.objects.in_scope(by).select_for_update(of=("self",), no_key=True).select_related("resident")
    current = rows.filter(pk=application.pk).first()
    if current is None or not by.can(Right.APPLICATION_TAKE):
        raise IntakeRefused(Fault("", "Hồ sơ này không thuộc địa bàn của đồng chí."))
    if not may_be_filled(current):
        state = current.get_state_display().lower()
        raise IntakeRefused(
            Fault("", f"Hồ sơ {current.file_number} đã ở bước “{state}”, không sửa phiếu thu nhận nữa.")
        )
    if seen and seen != seal(current):
        sentence = "Hồ sơ vừa được sửa ở nơi khác trong lúc đồng chí nhập. Mở lại phiếu để xem rồi ghi."
        raise IntakeRefused(Fault("", sentence))
    ticking.note_parts(current, entry.parts or (), by=by)
    changed = [name for name, value in columns(entry).items() if getattr(current, name) != value]
    if changed:
        for name in changed:
            setattr(current, name, columns(entry)[name])
        current.save(update_fields=changed)
        look_again(current.resident_id)
        titles = ", ".join(str(Application._meta.get_field(name).verbose_name) for name in changed)  # type: ignore[union-attr]
        record(by, Action.CHANGE, target=current, sentence=f"Sửa hồ sơ {current.file_number}: {titles}")
    return current


def may_be_filled(application: Application) -> bool:
    """Begun, and not received yet: what was entered can be changed."""
    return application.state in STILL_OPEN and application.received_at is None


def seal(application: Application) -> str:
    """What was entered so far, as a short text that changes when any of it does."""
    return hashlib.sha256(repr(columns(guards.entry_of(application))).encode()).hexdigest()[:16]


def columns(entry: Entry) -> dict[str, object]:
    """What was entered, by the columns that keep it."""
    return {
        "kind": entry.reason.kind.value,
        "reason": entry.reason.code,
        "channel": entry.channel,
        "delivery": entry.delivery,
        "delivery_address": entry.delivery_address,
        "representative_name": entry.representative_name,
        "representative_number": entry.representative_number,
        "representative_relation": entry.representative_relation,
        "exemption": entry.exemption,
        "old_card_taken": entry.old_card_taken,
        "biometrics_taken": entry.biometrics_taken,
        "cc01_signed": entry.cc01_signed,
        "note": entry.note,
    }


def open_file_of(resident: Resident) -> Application | None:
    return Application.objects.open().filter(resident=resident).first()


def _fresh(
    person: Resident, entry: Entry, *, by: Officer, submit_token: uuid.UUID, state: State, proposed: str
) -> Application:
    """The file as it will be, not written yet and without a number."""
    now = timezone.localtime()
    return Application(
        submit_token=submit_token,
        resident=person,
        commune=person.commune,
        year=now.year,
        state=state,
        proposed_reason=proposed,
        created_at=now,
        created_by=by,
        assigned_to=by,
        **columns(entry),
    )


def _number_and_save(application: Application) -> None:
    application.serial = numbering.take(application.commune, year=application.year)
    application.save(force_insert=True)


def _first_step(application: Application, move: str, *, by: Officer) -> None:
    Step.objects.create(
        application=application, move=move, to_state=application.state, at=application.created_at, by=by
    )  # fmt: skip
    look_again(application.resident_id)


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


def _nobody_else(person: Resident) -> list[Fault]:
    """Somebody who can be served, and whose files are all done. One query."""
    if fault := person_fault(person):
        return [fault]
    if first := open_file_of(person):
        state = first.get_state_display().lower()
        sentence = f"Công dân đang có hồ sơ {first.file_number} ({state}); xử lý xong hồ sơ đó trước."
        return [Fault("", sentence)]
    return []


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise IntakeRefused(*faults)
