"""Ends of ties within an event: both halves where both records are ours, else only our half."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from registry.changes.kinds import Concerned
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.cleanup.scan import mark_household
from registry.events.memory import Memory
from registry.models import Relation, RelationKind, Resident
from registry.residents import family

TIE = ("is_current", "to_on", "ended_reason")


def tied_to(subject: Resident, kinds: Iterable[str]) -> set[int]:
    """Database ids of who stands in such a tie with this person, from either end, in the same commune. Two queries."""
    rows = Relation.objects.filter(kind__in=kinds, is_current=True)
    ours = rows.filter(resident=subject, person__commune=subject.commune_id).values_list("person", flat=True)
    theirs = rows.filter(person=subject, resident__commune=subject.commune_id).values_list("resident", flat=True)
    return {*ours, *theirs}


def concerned_by(*kinds: str) -> Callable[[Resident, dict[str, Any]], Concerned]:
    """For Kind.concerned: the subject, and who is tied to them so."""

    def concerned(subject: Resident, values: dict[str, Any]) -> Concerned:
        people = {subject.pk, *tied_to(subject, kinds)}
        chosen = values.get("person")
        return Concerned(residents=frozenset(people | ({chosen.pk} if chosen else set())))

    return concerned


def ties_of(person: Resident, *kinds: str) -> list[Relation]:
    rows = person.relations.filter(kind__in=kinds, is_current=True).select_related("person__commune", "resident")
    return list(rows.order_by("kind", "pk"))


def named_by(person: Resident, people: Iterable[int], *kinds: str) -> list[Relation]:
    """Lines of these people that name this person: what is left when only the other side was recorded."""
    rows = Relation.objects.filter(person=person, resident__in=people, kind__in=kinds, is_current=True)
    return list(rows.select_related("resident", "person").order_by("pk"))


def chosen(order: Order, *kinds: str) -> Relation:
    """The line that the form named, if it still stands."""
    found = [row for row in ties_of(order.subject, *kinds) if str(row.public_id) == order.values.get("tie")]
    if not found:
        raise ChangeRefused("tie", "Quan hệ này vừa được đổi hoặc kết thúc; xem lại hồ sơ.")
    return found[0]


def end(order: Order, row: Relation, *, on: dt.date, reason: str, memory: Memory | None = None) -> Resident | None:
    """End a tie. Answers the other person where the record is ours; tells the officer where it is not."""
    is_ours = row.person_id is None or row.person_id in order.people
    halves = family.other_halves(row) if is_ours else []
    if memory:
        for half in [row, *halves]:
            memory.watch(half, *TIE)
    if is_ours:
        family.end(row, by=order.by, on=on, reason=reason)
        return order.people.get(row.person_id) if row.person_id else None
    row.is_current, row.to_on, row.ended_reason = False, on, reason
    row.save()
    assert row.person is not None and row.person_id is not None
    mark_household([row.person_id])
    order.then(f"{row.name} do Công an {row.person.commune.name} quản lý: báo nơi đó cập nhật.")
    return None


def set_marital_status(person: Resident, code: str, *, memory: Memory | None = None) -> None:
    if memory:
        memory.watch(person, "marital_status")
    person.marital_status = code
    person.save(update_fields=["marital_status"])


SPOUSE = RelationKind.SPOUSE
GUARDS = (RelationKind.GUARDIAN, RelationKind.WARD)
