"""Father and mother as the paper names them; the link to a record is kept while the name stays the same."""

from django.db import transaction

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.text import fold
from registry.models import Relation, Resident


def set_parent(resident: Resident, kind: str, name: str) -> None:
    current = resident.relations.filter(kind=kind, is_current=True).order_by("pk").first()
    if current is None:
        if name:
            Relation.objects.create(resident=resident, kind=kind, name=name)
    elif not name:
        current.delete()
    elif current.name != name:
        if fold(current.name) != fold(name):  # another spelling is the same person; another name is not
            current.person = None
        current.name = name
        current.save()


@transaction.atomic
def end_relation(relation: Relation, *, by: Officer) -> None:
    """Close a line that should not be there, such as a second father (rule S09). It stays in the history."""
    person = Resident.objects.select_for_update(no_key=True).get(pk=relation.resident_id)
    relation.is_current = False
    relation.save()
    person.scan_due = True
    person.save(update_fields=["scan_due"])
    record(by, Action.CHANGE, target=person, sentence=f"Bỏ dòng “{relation}” của {person.audit_label()}")
