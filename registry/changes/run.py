"""Preview, receive, apply, decide: what a change does is the same code each time; a preview only takes it back.

The officer's preview carries a seal of its lines. Applying does the work again under lock and compares: what is written
is what was seen, or nothing is.
"""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import note_basis, record
from accounts.models import Action, Officer, Unit
from accounts.working_days import add_working_days
from registry.changes.kinds import Concerned, Kind, Subject
from registry.changes.picture import Line, lines_between, pictures
from registry.changes.refusal import ChangeMoved, ChangeRefused
from registry.cleanup.blocking import refuse_blocked
from registry.cleanup.scan import mark_household
from registry.duplicates import index
from registry.models import (
    Change,
    ChangedPerson,
    ChangeState,
    ConfirmedHow,
    Household,
    Membership,
    Resident,
    ResidentState,
)
from registry.residents import freshness
from registry.residents.refusal import OF_THE_DATABASE, refused_constraint

PAPER = ("received_on", "effective_on", "paper_kind", "paper_number", "paper_on", "paper_by", "basis")


@dataclass
class Order:
    """What `Kind.apply` is given. `subject` is locked and fresh; `people` are all locked residents by id.

    `warn()` adds a sentence to the preview; `then()` one that is said again after writing: what is to be done next.
    `also()` names people and households that came into being on the way; `tell()` and `veiled()` add a line of what
    changed and no picture shows.
    """

    kind: Kind
    subject: Any
    values: dict[str, Any]
    by: Officer
    people: dict[int, Resident]
    change: Change
    warnings: list[str] = field(default_factory=list)
    next_steps: list[str] = field(default_factory=list)
    told: list[Line] = field(default_factory=list)
    new_people: set[int] = field(default_factory=set)
    new_households: set[int] = field(default_factory=set)

    @property
    def on(self) -> dt.date:
        """The day it takes effect: the form's, or today."""
        return self.values.get("effective_on") or timezone.localdate()

    @property
    def commune(self) -> Unit:
        return self.subject.commune

    def warn(self, sentence: str) -> None:
        self.warnings.append(sentence)

    def then(self, sentence: str) -> None:
        self.warnings.append(sentence)
        self.next_steps.append(sentence)

    def tell(self, person: Resident, what: str, before: str, after: str) -> None:
        line = {"of": "resident", "who": person.full_name, "ref": str(person.public_id), "what": what}
        self.told.append(line | {"before": before, "after": after})

    def veiled(self, person: Resident, what: str) -> None:
        """A sensitive value of this person (dân tộc …): that it changed is shown and kept, never the value."""
        self.tell(person, what, "••••", "đã thay đổi")

    def also(self, *, residents: Iterable[int] = (), households: Iterable[int] = ()) -> None:
        self.new_people.update(residents)
        self.new_households.update(households)


@dataclass(frozen=True)
class Preview:
    lines: list[Line]
    warnings: list[str]
    next_steps: list[str] = field(default_factory=list)
    new: frozenset[str] = frozenset()  # refs of who comes into being: another one each time it is tried

    @property
    def seal(self) -> str:
        """Changes with any line or warning."""
        text = json.dumps([self.unlinked, self.warnings], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def unlinked(self) -> list[Line]:
        """The lines, those of who does not exist yet without an address."""
        return [line | {"ref": ""} if line["ref"] in self.new else line for line in self.lines]


def preview(kind: Kind, subject: Subject, values: dict[str, Any], *, by: Officer) -> Preview:
    """Do the whole work and take it back. Raises ChangeRefused where applying would."""
    with _refusing(), transaction.atomic():
        seen = _work(kind, subject, values, by=by, change=Change(kind=kind.code))[0]
        transaction.set_rollback(True)
    return seen


def apply(
    kind: Kind,
    subject: Subject,
    values: dict[str, Any],
    *,
    by: Officer,
    token: uuid.UUID,
    fields: dict[str, list[str]],
    seen: str,
) -> tuple[Change, bool]:
    """Write it, in one transaction. Answers (change, was it new): the same token twice is one change.

    Raises ChangeMoved when `seen` is not the seal of what would be written now, ChangeRefused for the rest; nothing is
    written then.
    """
    known = Change.objects.filter(submit_token=token).first()
    if known:
        return known, False
    if kind.second_officer:
        raise ChangeRefused(None, "Việc này cần cán bộ thứ hai đồng ý; gửi để cán bộ khác xem.")
    try:
        with _refusing(), transaction.atomic():
            change = _new(kind, subject, values, by=by, token=token, fields=fields)
            _apply(change, kind, subject, values, by=by, seen=seen)
    except _TwiceSent:
        return Change.objects.get(submit_token=token), False
    return change, True


def receive(
    kind: Kind, subject: Subject, values: dict[str, Any], *, by: Officer, token: uuid.UUID, fields: dict[str, list[str]]
) -> tuple[Change, bool]:
    """Take it in to be decided later, or by the second officer. The preview must stand: what cannot be, is refused.

    `due_on` counts the law's working days from the day of receipt.
    """
    known = Change.objects.filter(submit_token=token).first()
    if known:
        return known, False
    expected = preview(kind, subject, values, by=by)
    try:
        with _refusing(), transaction.atomic():
            change = _new(kind, subject, values, by=by, token=token, fields=fields)
            change.lines = expected.unlinked
            change.save()
            _look_again(change)
            record(by, Action.CREATE, target=subject, reason=change.basis,
                   sentence=f"Nhận việc “{kind.title}” của {subject.audit_label()}")  # fmt: skip
    except _TwiceSent:
        return Change.objects.get(submit_token=token), False
    return change, True


@transaction.atomic
def accept(
    change: Change, kind: Kind, subject: Subject, values: dict[str, Any], *, by: Officer, seen: str, note: str = ""
) -> Change:
    """Apply what was received. A second officer's kind is never applied by who asked for it. Raises ChangeRefused."""
    locked = _waiting(change)
    if kind.second_officer and locked.created_by_id == by.pk:
        raise ChangeRefused(None, "Đồng chí là người đề nghị; cần một cán bộ khác đồng ý.")
    locked.decision_note = note
    with _refusing():
        _apply(locked, kind, subject, values, by=by, seen=seen)
    return locked


@transaction.atomic
def turn_down(change: Change, *, state: ChangeState, by: Officer, note: str) -> Change:
    """Refuse, or let the citizen withdraw: nothing of it is written, the reason stays. Raises ChangeRefused."""
    if not note.strip():
        raise ChangeRefused(None, "Ghi lý do.")
    locked = _waiting(change)
    locked.state, locked.decision_note = state, note.strip()
    locked.decided_at, locked.decided_by = timezone.now(), by
    locked.save()
    _look_again(locked)
    target = locked.resident or locked.household
    record(by, Action.DECIDE, target=target, reason=note, sentence=f"{locked.get_state_display()}: {locked.title}")
    return locked


# --- the work itself -------------------------------------------------------------------------------------------------


def _work(kind: Kind, subject: Subject, values: dict[str, Any], *, by: Officer, change: Change) -> tuple[Preview, set]:
    """Lock, look, write, look again. Answers the preview and the ids of everybody it touched."""
    concerned = kind.concerned(subject, values)
    people, homes = lock(concerned)
    mark_household(people)
    before = pictures(people, homes)
    order = Order(kind, _fresh(subject, people), values, by, people, change)
    _refuse_merged(order.subject)
    kind.apply(order)
    after = pictures({*people, *order.new_people}, {*homes, *order.new_households})
    new = frozenset(ref for key, (_, ref, _picture) in after.items() if key not in before)
    seen = Preview(lines_between(before, after) + order.told, order.warnings, order.next_steps, new)
    refs = {line["ref"] for line in seen.lines if line["of"] == "resident"}
    touched = {key[1] for key, (_, ref, _picture) in after.items() if key[0] == "resident" and ref in refs}
    if not seen.lines:
        raise ChangeRefused(None, "Không có gì thay đổi so với hồ sơ hiện tại.")
    refuse_blocked(touched)
    return seen, touched


def _refuse_merged(subject: Subject) -> None:
    """Under lock: a colleague may have folded the record into another while this form was open."""
    if isinstance(subject, Resident) and subject.state == ResidentState.MERGED:
        raise ChangeRefused(None, "Hồ sơ này vừa được gộp vào hồ sơ khác; làm việc này trên hồ sơ được giữ lại.")


def _apply(change: Change, kind: Kind, subject: Subject, values: dict[str, Any], *, by: Officer, seen: str) -> None:
    note_basis(change.basis or change.paper or kind.title)
    now, touched = _work(kind, subject, values, by=by, change=change)
    if now.seal != seen:
        raise ChangeMoved
    change.state, change.lines, change.next_steps = ChangeState.APPLIED, now.lines, now.next_steps
    change.decided_at, change.decided_by = timezone.now(), by
    change.save()
    ChangedPerson.objects.bulk_create([ChangedPerson(change=change, resident_id=pk) for pk in sorted(touched)])
    Resident.objects.filter(pk__in=touched).update(scan_due=True, matching_due=True)
    if kind.confirms:
        freshness.confirm(touched, ConfirmedHow.EVENT, by=by, scan=False)
    index.refresh(touched)
    _write_down(change, kind, subject, by=by, touched=touched)


def _write_down(change: Change, kind: Kind, subject: Subject, *, by: Officer, touched: set[int]) -> None:
    """One line of the trail for the subject, and one for every other person touched: each record finds it."""
    by_ref: dict[str, dict[str, list[str]]] = {}
    for line in change.lines:
        by_ref.setdefault(line["ref"], {})[line["what"]] = [line["before"], line["after"]]
    targets: list[Subject] = [subject]
    targets += [one for one in Resident.objects.filter(pk__in=touched).select_related("commune") if one != subject]
    for target in targets:
        record(
            by,
            Action.CHANGE,
            target=target,
            reason=change.basis or change.paper,
            data=by_ref.get(str(target.public_id), {}),
            sentence=f"{kind.title}: {target.audit_label()}",
        )


def lock(concerned: Concerned) -> tuple[dict[int, Resident], set[int]]:
    """Lock these people, the members of these households and all they live with, lowest id first; then the households.

    Two officers working on one family wait in one order (docs/decisions.md 20).
    """
    open_rows = Membership.objects.filter(to_on=None)
    homes = set(open_rows.filter(resident__in=concerned.residents).values_list("household", flat=True))
    homes |= concerned.households
    members = open_rows.filter(household__in=homes).values("resident")
    rows = Resident.objects.filter(Q(pk__in=concerned.residents) | Q(pk__in=members))
    people = {one.pk: one for one in rows.order_by("pk").select_for_update(no_key=True, of=("self",))}
    list(Household.objects.filter(pk__in=homes).order_by("pk").select_for_update(no_key=True))
    return people, homes


def _look_again(change: Change) -> None:
    """What waits, and what waits no longer, is itself something that rules ask about (L18–L20)."""
    if change.resident_id:
        mark_household([change.resident_id])


def _fresh(subject: Subject, people: dict[int, Resident]) -> Subject:
    if isinstance(subject, Resident):
        return people[subject.pk]
    return Household.objects.select_related("commune").get(pk=subject.pk)


def _new(
    kind: Kind, subject: Subject, values: dict[str, Any], *, by: Officer, token: uuid.UUID, fields: dict[str, list[str]]
) -> Change:
    paper = {name: values[name] for name in PAPER if values.get(name)}
    change = Change(kind=kind.code, submit_token=token, commune=subject.commune, created_by=by, fields=fields, **paper)
    if isinstance(subject, Household):
        change.household = subject
    else:
        change.resident = subject
    days = kind.term_days(values)
    change.due_on = add_working_days(change.received_on, days) if days else None
    return change


def _waiting(change: Change) -> Change:
    locked = Change.objects.select_for_update(of=("self",)).select_related("resident", "household").get(pk=change.pk)
    if not locked.is_waiting:
        raise ChangeRefused(None, f"Việc này đã được giải quyết: {locked.get_state_display().lower()}.")
    return locked


class _TwiceSent(Exception):
    """The same token was written by another request at the same moment."""


class _refusing:
    """Turns what the database refuses into the sentence the officer reads."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, fault: BaseException | None, trace: Any) -> None:
        if not isinstance(fault, IntegrityError):
            return
        name = refused_constraint(fault)
        if "submit_token" in name:
            raise _TwiceSent from fault
        if name in OF_THE_DATABASE:
            raise ChangeRefused(None, OF_THE_DATABASE[name][1]) from fault
