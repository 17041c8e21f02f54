"""Register, correct, confirm: the writers of Resident. One transaction each; all or nothing."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from accounts.audit import note_basis, record, record_each
from accounts.models import Action, Officer, Unit
from accounts.units.find import resolve_place
from registry.cleanup.blocking import refuse_blocked
from registry.duplicates import index
from registry.models import NAME_PARTS, ConfirmedHow, RelationKind, Resident
from registry.residents import freshness
from registry.residents.current import Shown, lock_with_housemates
from registry.residents.family import set_parent
from registry.residents.homes import set_residences
from registry.residents.membership import set_household
from registry.residents.numbers import FIELDS, set_number
from registry.residents.refusal import OF_THE_DATABASE, RecordMoved, RegisterRefused, refused_constraint
from registry.residents.snapshot import Snapshot, differences, snapshot
from registry.residents.sources import chosen, note_sources
from registry.values.partial_date import DateRefused

PLAIN_FIELDS = (
    "full_name", "other_name", "birth_date", "sex", "ethnic_group", "religion", "nationality", "marital_status",
    "birth_place", "birth_registration_place", "birth_registration_province", "home_town", "phone",
    "parents_unknown", "no_permanent_residence", "never_had_cmnd", "second_nationality", "blood_group", "email",
    "residence_file_number", "other_information", "birth_date_confirmed",
)  # fmt: skip
HOMES = {"permanent_unit", "temporary_from", "present_same"}  # with one of them the form asks where somebody lives
CLOSED = "Hồ sơ ở tình trạng “{}”, không sửa và không phúc tra tại đây."


def register(values: dict[str, Any], *, by: Officer, token: uuid.UUID) -> tuple[Resident, bool]:
    """Write a new resident with numbers, parents, residences and household. Answers (resident, was it new).

    The same token twice answers the first record: a double click makes one person. Raises RegisterRefused, with
    nothing written, when the number belongs to another record (rule S01) or another rule of level CHẶN is broken.
    """
    known = Resident.objects.filter(submit_token=token).first()
    if known:
        return known, False
    try:
        with transaction.atomic():
            resident = Resident(submit_token=token, commune=by.unit, created_by=by)
            _set_plain(resident, values, resolve_place)
            lock_with_housemates(resident, _joined(values))
            _set_rows(resident, values)
            refuse_blocked([resident.pk])
            index.refresh([resident.pk])
            record(by, Action.CREATE, target=resident, sentence=f"Ghi nhận cư dân {resident.audit_label()}")
    except IntegrityError as clash:
        return _after_clash(clash, token), False
    return resident, True


def correct(
    resident: Resident,
    values: dict[str, Any],
    *,
    by: Officer,
    basis: str = "",
    opened_with: Snapshot | None = None,
    how: ConfirmedHow | None = None,
    place: Callable[[str], Unit | None] = resolve_place,
) -> list[str]:
    """Change an existing record to `values`. Answers the Vietnamese names of the fields that changed. With `how` the
    person was there: a record that changed is confirmed as of now (freshness.py). `place`: see fill().

    What `values` do not name stays as it is. A number is written only where none stood: to change one is work of its
    own (registry/numbers/). Raises RegisterRefused with nothing written; RecordMoved when the record is no longer what
    `values` were compared with: a colleague's change is never undone unseen.
    """
    try:
        with transaction.atomic():
            locked = lock_with_housemates(resident, _joined(values))
            _refuse_closed(locked)
            before = snapshot(locked)
            if opened_with is not None:
                _refuse_changed(opened_with, before)
            note_basis(basis)
            _set_plain(locked, values, place)
            _set_rows(locked, values)
            changed = differences(before, snapshot(locked))
            if changed:
                refuse_blocked([locked.pk])
                index.refresh([locked.pk])
                if how is not None:
                    freshness.confirm([locked.pk], how, by=by)
                names = ", ".join(changed)
                record(by, Action.CHANGE, target=locked, reason=basis, data=dict(changed),
                       sentence=f"Sửa {locked.audit_label()}: {names}")  # fmt: skip
    except IntegrityError as clash:
        raise _explained(clash) from clash
    return list(changed)


@dataclass(frozen=True)
class Correction:
    """One of many: the record, locked and fresh, with the rows its form shows; `values` name columns of the person
    only, and where they come from."""

    resident: Resident
    shown: Shown
    values: dict[str, Any]
    basis: str


def correct_columns(corrections: Sequence[Correction], *, by: Officer, place: Callable[[str], Unit | None]) -> None:
    """What correct() does, to many records at once: rules, profiles and trail in one go, a statement for each person.

    In the caller's transaction, which holds them and all they live with. Raises RegisterRefused when one of them cannot
    be: then nothing may be kept.
    """
    lines = []
    for one in corrections:
        _refuse_closed(one.resident)
        before = snapshot(one.resident, one.shown)
        fill(one.resident, one.values, place=place)
        one.resident.save()
        if changed := differences(before, snapshot(one.resident, one.shown)):
            said = f"Sửa {one.resident.audit_label()}: {', '.join(changed)}"
            lines.append((one.resident, said, one.basis, dict(changed)))
    written = [resident.pk for resident, *_ in lines]
    refuse_blocked(written)
    index.refresh(written)
    record_each(by, Action.CHANGE, lines)


@transaction.atomic
def confirm(resident: Resident, *, by: Officer, how: ConfirmedHow = ConfirmedHow.COUNTER) -> None:
    """ "Đã phúc tra": the whole record was checked today by this officer. Raises RegisterRefused."""
    locked = Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)
    _refuse_closed(locked)
    freshness.confirm([locked.pk], how, by=by)
    record(by, Action.CHANGE, target=locked, sentence=f"Phúc tra {locked.audit_label()}: thông tin đúng")


# --- Writing ---------------------------------------------------------------------------------------------------------


def _set_plain(resident: Resident, values: dict[str, Any], place: Callable[[str], Unit | None]) -> None:
    fill(resident, values, place=place)
    resident.save()


def fill(resident: Resident, values: dict[str, Any], *, place: Callable[[str], Unit | None] = resolve_place) -> None:
    """Set the columns that these values name, with their sources, and the marks. The caller saves. `place` answers as
    resolve_place(): writers of many have the units at hand."""
    changed = [name for name in PLAIN_FIELDS if name in values and _stands(resident, name) != values[name]]
    for name in changed:
        setattr(resident, name, values[name])
    if resident.pk is None:
        told = chosen(values)
        resident.source, resident.source_on = told.code, told.on
    for name in changed:
        note_sources(resident, [name], chosen(values, name))
    if "full_name" in values:
        _split_name(resident, values)
    written, home = resident.birth_registration_place, resident.home_town
    resident.birth_registration_unit = place(written) if written else None
    resident.home_town_unit = place(home) if home else None
    resident.scan_due = resident.matching_due = True


def _stands(resident: Resident, name: str) -> Any:
    """The value as it stands; a birth date that no calendar has (rule D08) is none."""
    try:
        return getattr(resident, name)
    except DateRefused:
        return None


def _split_name(resident: Resident, values: dict[str, Any]) -> None:
    """As the officer took it apart; otherwise by the order of the ethnic group, when the record is saved."""
    parts = {name: values.get(name, "") for name in NAME_PARTS}
    resident.split_confirmed = bool(parts["given_name"])
    for name, part in parts.items():
        setattr(resident, name, part)


def _set_rows(resident: Resident, values: dict[str, Any]) -> None:
    for kind, name in FIELDS.items():
        if name in values:
            set_number(resident, kind, values[name], **chosen(values, name).columns)
    for parent, name in ((RelationKind.FATHER, "father_name"), (RelationKind.MOTHER, "mother_name")):
        if name in values:
            set_parent(resident, parent, values[name], **chosen(values, name).columns)
    if HOMES & values.keys():
        set_residences(resident, values)
    if "household_choice" in values:
        set_household(resident, values)


def _joined(values: dict[str, Any]) -> list[int]:
    """The household to be joined, whose members are to be locked too."""
    household = values.get("household_code")
    return [household.pk] if household else []


# --- Refusals --------------------------------------------------------------------------------------------------------


def _refuse_closed(resident: Resident) -> None:
    if not resident.is_current:
        raise RegisterRefused(None, CLOSED.format(resident.get_state_display()))


def _refuse_changed(opened_with: Snapshot, now: Snapshot) -> None:
    changed = differences(opened_with, now)
    if changed:
        told = "; ".join(f"{name}: {old or 'trống'} → {new or 'trống'}" for name, (old, new) in changed.items())
        raise RecordMoved(
            None,
            f"Trong lúc đồng chí nhập, hồ sơ đã được sửa ({told}). Xem lại các ô này, "
            "rồi bấm Ghi thay đổi lần nữa để ghi theo nội dung trên màn hình.",
        )


def _after_clash(clash: IntegrityError, token: uuid.UUID) -> Resident:
    """Two submits of one form at once: the loser answers the winner's record."""
    known = Resident.objects.filter(submit_token=token).first()
    if known:
        return known
    raise _explained(clash) from clash


def _explained(clash: IntegrityError) -> Exception:
    told = OF_THE_DATABASE.get(refused_constraint(clash))
    return RegisterRefused(*told) if told else clash
