"""The family of a person as the record shows it: parents, spouse, children, siblings, representative; twins marked.

Of people whom another commune keeps only the name on this record is shown: no link, no number, no date.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse

from accounts.models import Officer
from accounts.roles import Right
from accounts.scope import answers_for
from registry.cleanup.facts import birth_of
from registry.models import (
    IdentityNumber,
    Membership,
    NumberKind,
    Relation,
    RelationKind,
    Resident,
    ResidentState,
    Sex,
)
from registry.residents import twins
from registry.residents.masking import shown_number
from registry.residents.proposals import proposals

GROUPS = {
    "Cha, mẹ": (RelationKind.FATHER, RelationKind.MOTHER),
    "Vợ, chồng": (RelationKind.SPOUSE,),
    "Con": (RelationKind.CHILD,),
    "Anh, chị, em": (),
    "Đại diện": (RelationKind.GUARDIAN, RelationKind.WARD),
}
SIBLINGS = "Anh, chị, em"
PARENTS = (RelationKind.FATHER, RelationKind.MOTHER)


@dataclass
class Kin:
    """One line of the card. `person` is set when the officer may open that record."""

    label: str
    name: str
    person: Resident | None = None
    born: str = ""
    number: str = ""
    state: str = ""
    notes: list[str] = field(default_factory=list)
    twin: str = ""
    is_mate: bool = False
    by_name_only: bool = False
    line: uuid.UUID | None = None
    offers: list[Resident] = field(default_factory=list)

    @property
    def token(self) -> uuid.UUID:
        """A fresh form for each click on an offer."""
        return uuid.uuid4()


def family_card(person: Resident, officer: Officer) -> dict[str, Any]:
    """For _family.html. Three queries however large the family; two for who may not write."""
    relations = list(_with_the_other(person.relations.filter(is_current=True), "person", person))
    others = list(_with_the_other(_lines_of_others(person, relations).in_scope(officer), "resident", person))
    can_write = officer.can(Right.RESIDENT_WRITE) and person.state != ResidentState.MERGED
    offers = proposals([_held(row, person) for row in relations], officer) if can_write else {}
    lines: dict[str, list[Kin]] = {title: [] for title in GROUPS}
    for row in sorted(relations, key=lambda row: (list(RelationKind).index(RelationKind(row.kind)), row.pk)):
        title = next(title for title, kinds in GROUPS.items() if row.kind in kinds)
        lines[title].append(_kin(row, officer, offers.get(row.pk, [])))
    lines["Con"] += _children_who_name(person, relations, others, officer)
    lines[SIBLINGS] = _siblings(person, relations, others, officer)
    _mark_twin_children(lines["Con"])
    return {
        "person": person,
        "groups": [(title, rows) for title, rows in lines.items() if rows],
        "can_write": can_write,
        "add_url": reverse("registry:resident_change_new", args=[person.public_id, "them-quan-he"]),
    }


def _held(row: Relation, person: Resident) -> Relation:
    row.resident = person
    return row


def _with_the_other(rows: Any, side: str, person: Resident) -> Any:
    """Each line with the record at its other end, that one's number, and whether both live in one household."""
    numbers = IdentityNumber.objects.filter(resident=OuterRef(side), kind=NumberKind.PERSONAL, is_active=True)
    mates = Membership.objects.filter(resident=OuterRef(side), to_on=None, household__in=_homes(person))
    rows = rows.select_related(f"{side}__commune")
    return rows.annotate(number=Subquery(numbers.values("number")[:1]), is_mate=Exists(mates))


def _homes(person: Resident) -> Any:
    return Membership.objects.filter(resident=person, to_on=None).values("household")


def _lines_of_others(person: Resident, relations: Iterable[Relation]) -> Any:
    """Lines of children who name this person, of who shares a parent, and of housemates who may be siblings by name."""
    parents = {row.person_id for row in relations if row.kind in PARENTS and row.person_id}
    mates = Membership.objects.filter(household__in=_homes(person), to_on=None).values("resident")
    rows = Relation.objects.filter(kind__in=PARENTS, is_current=True).exclude(resident=person)
    rows = rows.exclude(resident__state=ResidentState.MERGED)
    return rows.filter(Q(person=person) | Q(person__in=parents) | Q(resident__in=mates))


def _kin(row: Any, officer: Officer, offers: list[Resident]) -> Kin:
    kin = Kin(row.get_kind_display(), row.name, line=row.public_id, offers=offers, is_mate=row.is_mate)
    if row.is_adoptive:
        kin.label += " nuôi"
    if row.person is None:
        kin.by_name_only = True
        kin.born = str(row.birth_year or "")
        kin.number = shown_number(row.personal_number or row.cmnd, officer) if row.personal_number or row.cmnd else ""
    elif answers_for(officer, row.person.commune):
        _describe(kin, row.person, row.number, officer)
    else:
        kin.is_mate = False
    return kin


def _describe(kin: Kin, other: Resident, number: str | None, officer: Officer) -> None:
    born = birth_of(other)
    kin.person, kin.born = other, born.display() if born else ""
    kin.number = shown_number(number, officer) if number else ""
    kin.state = other.get_state_display() if other.state != ResidentState.LIVING else ""


def _children_who_name(person: Resident, relations: list[Relation], others: list[Any], officer: Officer) -> list[Kin]:
    """Children whose own record names this person while this record does not name them (rule D20)."""
    known = {row.person_id for row in relations if row.kind == RelationKind.CHILD}
    found = []
    for row in others:
        if row.person_id == person.pk and row.resident_id not in known:
            kin = Kin("Con", row.resident.full_name, is_mate=row.is_mate, notes=["theo hồ sơ của con"])
            _describe(kin, row.resident, row.number, officer)
            found.append(kin)
    return found


def _siblings(person: Resident, relations: list[Relation], others: list[Any], officer: Officer) -> list[Kin]:
    """By linked parents; within the household also by the same names of both parents."""
    ours = _Parents([row for row in relations if row.kind in PARENTS])
    lines: dict[int, list[Any]] = defaultdict(list)
    for row in others:
        lines[row.resident_id].append(row)
    found, together = [], 1
    for rows in lines.values():
        theirs, other = _Parents(rows), rows[0].resident
        shared = ours.linked.keys() & theirs.linked.keys()
        by_names = not shared and rows[0].is_mate and ours.names == theirs.names and len(ours.names) == len(PARENTS)
        if not (shared or by_names) or other.pk in ours.linked:
            continue
        kin = Kin(_called(other), other.full_name, is_mate=rows[0].is_mate)
        _describe(kin, other, rows[0].number, officer)
        if by_names:
            kin.notes.append("theo họ tên cha, mẹ")
        elif len(shared) == 1 and len(ours.linked) == len(theirs.linked) == len(PARENTS):
            kin.notes.append(f"cùng {ours.linked[next(iter(shared))].lower()}")
        if twins.born_together(person, other):
            kin.twin = "sure" if shared & ours.by_birth & theirs.by_birth else "" if shared else "maybe"
            together += bool(kin.twin)
        found.append(kin)
    for kin in found:
        kin.twin = twins.words(together, is_sure=kin.twin == "sure") if kin.twin else ""
    return sorted(found, key=_eldest_first)


def _eldest_first(kin: Kin) -> tuple[dt.date, str]:
    assert kin.person is not None
    return (kin.person.birth_latest_on or dt.date.max, kin.name)


class _Parents:
    """Father and mother of somebody: the linked ones by id, and both names folded, by birth."""

    def __init__(self, rows: list[Any]) -> None:
        self.linked = {row.person_id: row.get_kind_display() for row in rows if row.person_id}
        self.by_birth = {row.person_id for row in rows if row.person_id and not row.is_adoptive}
        self.names = {(row.kind, row.name_folded) for row in rows if not row.is_adoptive}


def _called(other: Resident) -> str:
    return {Sex.MALE: "Anh, em trai", Sex.FEMALE: "Chị, em gái"}.get(Sex(other.sex), "Anh, chị, em")


def _mark_twin_children(children: list[Kin]) -> None:
    linked = [kin for kin in children if kin.person is not None and "nuôi" not in kin.label]
    for kin in linked:
        assert kin.person is not None
        together = sum(one.person is not None and twins.born_together(kin.person, one.person) for one in linked)
        if together > 1:
            kin.twin = twins.words(together, is_sure=True)
