"""Family ties, both halves at once: A has father B as surely as B has child A. The writers of Relation.

A tie is to a record (`person`) or to a name on a paper only. What cannot be is refused (kin_checks.py); what is only
unlikely, or one-sided in old data, becomes a finding (rules D14–D16, D19, D20, S08, S09, S27).
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.text import clean, fold
from registry.cleanup.scan import mark_household
from registry.models import Relation, RelationKind, Resident, Sex
from registry.residents.kin_checks import OTHER_GUARD, PARENTS, refuse_impossible, refuse_second
from registry.residents.refusal import RegisterRefused

FROM_PAPER = "GIAY_TO"


@transaction.atomic
def link(
    resident: Resident,
    kind: str,
    *,
    by: Officer,
    person: Resident | None = None,
    name: str = "",
    birth_year: int | None = None,
    number: str = "",
    cmnd: str = "",
    nationality: str = "",
    is_adoptive: bool = False,
    from_on: dt.date | None = None,
    source: str = FROM_PAPER,
    line: Relation | None = None,
) -> Relation:
    """Write that `resident` has this relative, and the other half on the relative's record. Answers the first half.

    A line that already names the same person (linked, or by the same folded name), or `line`, is completed and not
    doubled: linking twice changes nothing. Locks both records, lowest id first; a caller that holds other people's
    locks must hold these too (a change names them in `concerned`). Writes no line of the trail: its caller does.
    Raises RegisterRefused.
    """
    what = RelationKind(kind)
    name = clean(name) or (person.full_name if person else "")
    if not name:
        raise RegisterRefused("name", "Ghi họ tên, hoặc chọn người trong địa bàn.")
    _lock(resident, person)
    refuse_impossible(resident, what, person, name=name, birth_year=birth_year, by=by)
    about = {"birth_year": birth_year, "personal_number": number, "cmnd": cmnd, "nationality": nationality}
    tie = {"is_adoptive": is_adoptive, "from_on": from_on, "source": source}
    row = _write(resident, what, person, name, {**about, **tie}, line=line)
    if person is not None:
        _write(person, other_kind(resident, what), resident, resident.full_name, tie)
    _mark(resident, person)
    return row


@transaction.atomic
def end(relation: Relation, *, by: Officer, on: dt.date, reason: str) -> list[Relation]:
    """Close a tie from that day, both halves; it stays in the history. Answers the lines that were closed.

    Writes no line of the trail: its caller does. Raises RegisterRefused without a reason.
    """
    if not reason.strip():
        raise RegisterRefused("reason", "Ghi lý do kết thúc quan hệ.")
    if relation.from_on and on < relation.from_on:
        raise RegisterRefused("effective_on", f"Quan hệ này bắt đầu ngày {relation.from_on:%d/%m/%Y}; xem lại ngày.")
    _lock(relation.resident, relation.person)
    ended = [relation, *other_halves(relation)]
    for row in ended:
        row.is_current, row.to_on, row.ended_reason = False, on, reason.strip()[:200]
        row.save()
    _mark(relation.resident, relation.person)
    return ended


@transaction.atomic
def end_relation(relation: Relation, *, by: Officer) -> None:
    """Take off a line that should not be there, such as a second father (rule S09), with a line of the trail."""
    ended = end(relation, by=by, on=timezone.localdate(), reason="Dòng ghi thừa")
    for row in ended:
        person = row.resident
        record(by, Action.CHANGE, target=person, sentence=f"Bỏ dòng “{row}” của {person.audit_label()}")


def set_parent(resident: Resident, kind: str, name: str, **told: Any) -> None:
    """Father or mother as the form of the child names them. Another spelling is the same person; another name is not.

    A link to a record ends on both sides when the name becomes another's, or is emptied. `told`: the columns of its
    source. The caller holds the child.
    """
    current = resident.relations.filter(kind=kind, is_current=True).order_by("is_adoptive", "pk").first()
    if current is None:
        if name:
            Relation.objects.create(resident=resident, kind=kind, name=name, **told)
        return
    if current.name == name:
        return
    if name and (current.person_id is None or fold(current.name) == fold(name)):
        current.name = name
        for column, value in told.items():
            setattr(current, column, value)
        current.save()
    elif current.person_id is None:
        current.delete()
    else:
        _end_from_the_form(current)
        if name:
            Relation.objects.create(resident=resident, kind=kind, name=name, **told)


def other_kind(resident: Resident, kind: RelationKind) -> RelationKind:
    """What `resident` is to a relative of this kind."""
    match kind:
        case RelationKind.FATHER | RelationKind.MOTHER:
            return RelationKind.CHILD
        case RelationKind.CHILD:
            return RelationKind.FATHER if resident.sex == Sex.MALE else RelationKind.MOTHER
        case RelationKind.GUARDIAN | RelationKind.WARD:
            return OTHER_GUARD[kind]
    return RelationKind.SPOUSE


def other_halves(relation: Relation) -> list[Relation]:
    """The lines of the relative that say the same from the other end. One query, none for a name only."""
    if relation.person_id is None:
        return []
    match RelationKind(relation.kind):
        case RelationKind.FATHER | RelationKind.MOTHER:
            kinds: tuple[RelationKind, ...] = (RelationKind.CHILD,)
        case RelationKind.CHILD:
            kinds = PARENTS
        case kind:
            kinds = (other_kind(relation.resident, kind),)
    rows = Relation.objects.filter(resident=relation.person_id, person=relation.resident_id, is_current=True)
    return list(rows.filter(kind__in=kinds).select_related("resident").order_by("pk"))


def missing_halves(relations: Iterable[Relation]) -> list[Relation]:
    """For bulk writers (the sample, an import): the unsaved other half of each linked line that has none among them.

    Nothing is checked and nothing is read but `resident` and `person` of each line.
    """
    rows = [row for row in relations if row.person is not None and row.is_current]
    known = {(id(row.resident), RelationKind(row.kind), id(row.person)) for row in rows}
    missing = []
    for row in rows:
        assert row.person is not None
        kind = other_kind(row.resident, RelationKind(row.kind))
        if (id(row.person), kind, id(row.resident)) in known:
            continue
        half = Relation(resident=row.person, kind=kind, person=row.resident, name=row.resident.full_name,
                        is_adoptive=row.is_adoptive, from_on=row.from_on, source=row.source)  # fmt: skip
        missing.append(half.derive())
        known.add((id(row.person), kind, id(row.resident)))
    return missing


def _lock(resident: Resident, person: Resident | None) -> None:
    ids = {resident.pk, *([person.pk] if person else [])}
    list(Resident.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _write(
    holder: Resident, kind: RelationKind, other: Resident | None, name: str, details: dict, line: Relation | None = None
) -> Relation:
    """One half: the line that names this relative already, with what it lacked; otherwise a new one."""
    row = line or _standing(holder, kind, other, name)
    if row is None:
        refuse_second(holder, kind, is_adoptive=details["is_adoptive"], chosen=other)
        row = Relation(resident=holder, kind=kind, name=name)
    if other is not None:
        row.person = other
        row.name = row.name if fold(row.name) == fold(name) else name  # the paper's spelling stays, another name not
    for field, value in details.items():
        if value:
            setattr(row, field, value)
    row.save()
    return row


def _standing(holder: Resident, kind: RelationKind, other: Resident | None, name: str) -> Relation | None:
    rows = list(holder.relations.filter(kind=kind, is_current=True).order_by("pk"))
    if other is not None:
        linked = next((row for row in rows if row.person_id == other.pk), None)
        if linked:
            return linked
        rows = [row for row in rows if row.person_id is None]
    return next((row for row in rows if row.name_folded == fold(name)), None)


def _end_from_the_form(relation: Relation) -> None:
    """Both halves; the other record is marked without waiting for it: the form holds only the child."""
    reason = f"Sửa họ tên {relation.get_kind_display().lower()} trên phiếu"
    for row in [relation, *other_halves(relation)]:
        row.is_current, row.to_on, row.ended_reason = False, timezone.localdate(), reason
        row.save()
    if relation.person_id is not None:
        mark_household([relation.person_id])


def _mark(resident: Resident, person: Resident | None) -> None:
    ids = [one.pk for one in (resident, person) if one is not None]
    Resident.objects.filter(pk__in=ids).update(scan_due=True, matching_due=True)
