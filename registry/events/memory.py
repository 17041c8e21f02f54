"""What an event changed, row by row, kept with its Change: so that a mistake can be taken back exactly.

A row is put back only while it still is as the event left it; what somebody changed since is theirs.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from registry.changes.run import Order
from registry.models import Change, IdentityDocument, Membership, Relation, Residence, Resident

KEY = "_nho"
"""Beside what was typed, in Change.fields: no form has a field of this name."""
MODELS: dict[str, type[Model]] = {
    "resident": Resident,
    "residence": Residence,
    "membership": Membership,
    "relation": Relation,
    "document": IdentityDocument,
}


class Memory:
    """`watch()` a row before it changes; `keep()` once, after all of it. One query a row."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.watched: dict[tuple[type[Model], Any], tuple[Model, dict[str, Any]]] = {}

    def watch(self, row: Model, *names: str) -> None:
        _, was = self.watched.setdefault((type(row), row.pk), (row, {}))
        for name, value in values_of(row, names).items():
            was.setdefault(name, value)

    def keep(self) -> None:
        kept = []
        for row, was in self.watched.values():
            now = type(row)._default_manager.get(pk=row.pk)
            kept.append(json.dumps({
                "row": _called(row),
                "id": row.pk,
                "of": row.pk if isinstance(row, Resident) else row.resident_id,  # type: ignore[attr-defined]
                "was": was,
                "now": values_of(now, was),
            }))  # fmt: skip
        self.order.change.fields = {**self.order.change.fields, KEY: kept}


@dataclass(frozen=True)
class Kept:
    """One row of a memory. `of` is the resident it belongs to."""

    called: str
    id: int
    of: int
    was: dict[str, Any]
    now: dict[str, Any]

    def row(self) -> Model | None:
        return MODELS[self.called]._default_manager.filter(pk=self.id).first()

    def put_back(self, row: Model) -> bool:
        """Whether it was: no, when the row is no longer as the event left it."""
        if values_of(row, self.now) != self.now:
            return False
        for name, value in self.was.items():
            field: Any = row._meta.get_field(name)
            setattr(row, field.attname, field.to_python(value))
        row.save()
        return True


def kept_by(change: Change) -> Iterator[Kept]:
    for text in change.fields.get(KEY, []):
        told = json.loads(text)
        yield Kept(told["row"], told["id"], told["of"], told["was"], told["now"])


def values_of(row: Model, names: Any) -> dict[str, Any]:
    """The columns as JSON keeps them, so that old and new can be compared."""
    plain = {name: row._meta.get_field(name).value_from_object(row) for name in names}  # type: ignore[union-attr]
    return json.loads(json.dumps(plain, cls=DjangoJSONEncoder))


def _called(row: Model) -> str:
    return next(name for name, model in MODELS.items() if isinstance(row, model))
