"""The ledger of a merge: whatever a merge writes, it writes through here, so that everything has its way back."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils import timezone

from registry.models import Merge, MergeMove, MoveKind, Resident

DERIVED = {"name_folded", "search_text", "sort_key", "birth_latest_on", "updated_at", "scan_due", "matching_due"}
"""Columns of a resident that follow from others, and the workers' marks: no image holds them."""
LONGEST_WORDS = 300


@dataclass(frozen=True)
class Kept:
    """A row that stays with the folded record, and why."""

    title: str
    words: str
    why: str


@dataclass
class Ledger:
    """Writes rows and remembers what they were. `save` keeps it with the merge, once, at the end."""

    now: dt.datetime = field(default_factory=timezone.now)
    entries: list[MergeMove] = field(default_factory=list)
    unsealed: set[int] = field(default_factory=set)
    kept: list[Kept] = field(default_factory=list)

    @property
    def today(self) -> dt.date:
        return timezone.localdate(self.now)

    def change(
        self, row: Model, kind: MoveKind, *, title: str, words: str, column: str = "resident", sealed: bool = True,
        **values: Any,
    ) -> None:  # fmt: skip
        """Set these columns (by attribute name, `resident_id`) and save. What stands so already is left alone."""
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changed:
            return
        before = columns_of(row, changed)
        set_columns(row, changed)
        self._enter(row, kind, title, words, column, sealed, before=before, after=columns_of(row, changed))

    def drop(self, row: Model, *, title: str, words: str, column: str = "resident", sealed: bool = True) -> None:
        """Delete a row that says what another says already. Nothing may hang on it."""
        whole = columns_of(row, [one.attname for one in row._meta.concrete_fields])
        self._enter(row, MoveKind.DROPPED, title, words, column, sealed, whole=whole)
        row.delete()

    def keep(self, *, title: str, words: str, why: str) -> None:
        """Nothing is written: only said in the preview."""
        self.kept.append(Kept(title, words[:LONGEST_WORDS], why))

    def _enter(
        self, row: Model, kind: MoveKind, title: str, words: str, column: str, sealed: bool, *,
        before: dict[str, Any] | None = None, after: dict[str, Any] | None = None, whole: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        entry = MergeMove(table=row._meta.label, row_pk=row.pk, column=column, kind=kind, title=title,
                          words=words[:LONGEST_WORDS], before=before or {}, after=after or {},
                          row=whole or {})  # fmt: skip
        if not sealed:
            self.unsealed.add(id(entry))
        self.entries.append(entry)

    def save(self, merge: Merge) -> None:
        for entry in self.entries:
            entry.merge = merge
        MergeMove.objects.bulk_create(self.entries)

    def seal(self, *more: Any) -> str:
        """Changes with any row that would be written otherwise. The moment and the day of writing are no difference,
        nor is what the workers keep (findings, suspected pairs): it may change by itself meanwhile."""
        rows = [
            [one.table, one.row_pk, one.kind, one.before, self._timeless(one.after), one.row]
            for one in self.entries
            if id(one) not in self.unsealed
        ]
        text = json.dumps([rows, more], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _timeless(self, after: Mapping[str, Any]) -> dict[str, Any]:
        volatile = {self.now.isoformat(): "now", self.today.isoformat(): "today"}
        return {name: volatile.get(value, value) if isinstance(value, str) else value for name, value in after.items()}


def columns_of(row: Model, names: Iterable[str]) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in names}


def set_columns(row: Model, values: Mapping[str, Any]) -> None:
    """Save only these columns. A resident whose imported birth date no calendar has can still change state."""
    for name, value in values.items():
        setattr(row, name, value)
    if isinstance(row, Resident) and set(values) == {"state"}:
        Resident.objects.filter(pk=row.pk).update(state=row.state)
    else:
        row.save(update_fields=sorted(values))


def read_back(row: Model | type[Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of JSON as the columns hold them."""
    return {name: row._meta.get_field(name).to_python(value) for name, value in values.items()}  # type: ignore[union-attr]


def plain(value: Any) -> Any:
    """As JSON keeps it, moments to the last microsecond: rounded ones would not come back as they were."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def image(person: Resident) -> dict[str, Any]:
    """Every column of the person that officers write."""
    return columns_of(person, [one.attname for one in person._meta.concrete_fields if one.attname not in DERIVED])
