"""Writing what a list says otherwise of people whom we have: only the fields that were taken, as a correction.

A record that moved on since the check is checked again: what still is the same changes is written, anything else goes
back to be decided. What an empty cell says never empties a record.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from accounts.models import Officer
from registry.models import (
    Household,
    IdentityDocument,
    IdentityNumber,
    Merge,
    Resident,
    ResidentState,
    Roster,
    RosterPart,
    RosterRow,
    RowDecision,
    RowVerdict,
)
from registry.repairs import steps
from registry.residents.register import CLOSED, PLAIN_FIELDS, Correction, correct, correct_columns
from registry.rosters import values
from registry.rosters.current import CurrentRecord, records_of
from registry.rosters.parked import Parked
from registry.rosters.re_checking import look_again
from registry.rosters.taken_fields import form_values, write_beside
from registry.rosters.values import Context

CHANGED: Final = "changed"
GONE: Final = "Hồ sơ mà dòng này nói tới không còn trong sổ; kiểm tra lại dòng."
ELSEWHERE: Final = "Hồ sơ nay do xã khác quản lý; không ghi danh sách của xã vào đó được."
MOVED_ON: Final = "Sau khi kiểm tra, hồ sơ đã được sửa và dòng này nay nói khác; xem lại rồi quyết định."
MERGED: Final = "Sau khi kiểm tra, hồ sơ đã gộp vào hồ sơ khác và dòng này nay nói khác; xem lại rồi quyết định."
ALSO: Final = (IdentityNumber, IdentityDocument)


def lock(rows: Iterable[RosterRow]) -> dict[int, CurrentRecord]:
    """Everybody these rows are of, and all they live with, lowest id first; of who was folded the survivor too.
    Answers the records as they stand."""
    ids = {row.person_id for row in rows if row.person_id}
    if not ids:
        return {}
    ids |= set(survivors(ids).values())
    homes = Household.objects.filter(memberships__resident__in=ids, memberships__to_on=None).values("pk")
    mates = Resident.objects.filter(memberships__household__in=homes, memberships__to_on=None).values("pk")
    wanted = Resident.objects.filter(pk__in=ids) | Resident.objects.filter(pk__in=mates)
    list(wanted.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk"))
    return records_of(ids)


def survivors(ids: Iterable[int]) -> dict[int, int]:
    """Folded record -> the one that was kept in the end. A query for each step of the longest chain."""
    found = {pk: pk for pk in ids}
    while True:
        rows = Merge.objects.done().filter(folded__in=set(found.values()))
        onward = dict(rows.values_list("folded_id", "survivor_id"))
        if not onward:
            return {pk: now for pk, now in found.items() if pk != now}
        found = {pk: onward.get(now, now) for pk, now in found.items()}


def write_known(
    part: RosterPart, row: RosterRow, records: Mapping[int, CurrentRecord], *, by: Officer, context: Context
) -> bool:
    """Write what was taken of this row; False when the record says all of it by now. Sets what the row remembers, the
    caller saves it.

    `records`: of lock(), read under it. Raises Parked, and what correct() raises.
    """
    record = _standing(part.roster, row, records)
    if row.verdict == RowVerdict.SAME:
        row.decision = RowDecision.SKIP
        return False
    person = record.resident
    taken = _taken(row)
    told = values.read(row.typed, context, whole=False)
    concerned = {person.pk, *(one.person_id for one in record.shown.relations.values() if one.person_id)}
    before = steps.images(concerned, [], also=ALSO)
    basis = f"Danh sách nhập “{part.roster.file_name}”, dòng {row.number}"[:300]
    wanted = form_values(part, row, told, taken, record)
    correct(person, wanted, by=by, basis=basis, place=context.places.place)
    write_beside(person, told, taken, by=by, basis=basis)
    written = steps.between(before, steps.images(concerned, [], also=ALSO))
    row.resident, row.written = person, {"kind": CHANGED, "steps": written}
    return True


def write_columns(
    rows: Sequence[RosterRow], records: Mapping[int, CurrentRecord], *, by: Officer, context: Context, basis: str
) -> None:
    """Write these rows, of which only columns of the person were taken and whose person is as the check saw
    (`is_plain`), in one go. Raises what correct_columns() raises, then nothing may be kept."""
    corrections, before = [], {}
    for row in rows:
        record = records[row.person_id or 0]
        told = values.read(row.typed, context, whole=False)
        wanted = {name: told.values[name] for name in {*_taken(row), "source", "source_on"} if name in told.values}
        before[row.pk] = {(Resident._meta.label, record.resident.pk): steps.image(record.resident)}
        said = f"{basis}, dòng {row.number}"[:300]
        corrections.append(Correction(record.resident, record.shown, wanted, said))
    correct_columns(corrections, by=by, place=context.places.place)
    for row, one in zip(rows, corrections, strict=True):
        after = {(Resident._meta.label, one.resident.pk): steps.image(one.resident)}
        row.resident, row.written = one.resident, {"kind": CHANGED, "steps": steps.between(before[row.pk], after)}


def is_plain(roster: Roster, row: RosterRow, records: Mapping[int, CurrentRecord]) -> bool:
    """Whether nothing stands in the way of writing this row together with others."""
    record = records.get(row.person_id or 0)
    if record is None or row.verdict != RowVerdict.CHANGED or record.digest != row.seen:
        return False
    is_ours = record.resident.commune_id == roster.commune_id and record.resident.is_current
    return is_ours and _taken(row) <= set(PLAIN_FIELDS)


def _taken(row: RosterRow) -> set[str]:
    return {one["field"] for one in row.changes if one.get("take")}


def _standing(roster: Roster, row: RosterRow, records: Mapping[int, CurrentRecord]) -> CurrentRecord:
    """The record this row is written to today: the survivor of one that was folded. Raises Parked."""
    record = records.get(row.person_id or 0)
    if record is None:
        raise Parked(GONE)
    was_folded = record.resident.state == ResidentState.MERGED
    if was_folded:
        record = records.get(survivors([record.resident.pk]).get(record.resident.pk, 0))
        if record is None:
            raise Parked(GONE)
    if record.resident.commune_id != roster.commune_id:
        raise Parked(ELSEWHERE)
    if not record.resident.is_current:
        raise Parked(CLOSED.format(record.resident.get_state_display()))
    if (was_folded or record.digest != row.seen) and not look_again(roster, row, record):
        raise Parked(MERGED if was_folded else MOVED_ON)
    return record
