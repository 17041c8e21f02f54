"""What people wrote on the survivor after a merge: named when it is taken back, and left alone."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Max, Model
from django.utils import timezone

from registry.duplicates import moving
from registry.duplicates.ledger import image, plain
from registry.duplicates.unmerge_names import LABELS, changed_columns
from registry.models import Merge, MergeMove, MoveKind, Resident

ROWS, HISTORY = "rows", "history"
BY_WORKERS = {"registry.DuplicatePair", "registry.Finding"}
"""What the workers write again by themselves: no edit of anybody."""


def standing_of(resident_id: int, entries: Iterable[MergeMove]) -> dict[str, Any]:
    """How things are right after a merge: the ids of every row that hangs on the survivor, by mover; and the last event
    in the history of the rows that moved, by table. Later events of these rows have greater ids: they are locked.
    """
    rows = {
        mover.title: sorted(mover.rows(resident_id).values_list("pk", flat=True))
        for mover in moving.every()
        if mover.rows is not None
    }
    moved: dict[str, set[int]] = {Resident._meta.label: {resident_id}}
    for entry in entries:
        if entry.kind == MoveKind.MOVED:
            moved.setdefault(entry.table, set()).add(entry.row_pk)
    return {ROWS: rows, HISTORY: {table: _last_event(table, ids) for table, ids in moved.items()}}


def _last_event(table: str, ids: Iterable[int]) -> int:
    """0 for a table without history."""
    model: Any = apps.get_model(table)
    if not _has_history(model):
        return 0
    return _events(model).filter(pgh_obj__in=ids).aggregate(last=Max("pgh_id"))["last"] or 0


def of_columns(merge: Merge) -> list[str]:
    """ "Giữ điện thoại đã sửa ngày 24/11/2026." One query."""
    now = image(merge.survivor)
    changed = changed_columns(merge.survivor_after, now)
    if not changed:
        return []
    mark = merge.standing.get(HISTORY, {}).get(Resident._meta.label, 0)
    events = list(_events(Resident).filter(pgh_obj=merge.survivor_id, pgh_id__gt=mark))
    days: dict[str, dt.date | None] = {}
    for column in changed:
        days.setdefault(LABELS[column], _changed_on(column, merge.survivor_after.get(column), events))
    return [_kept(name, day) for name, day in days.items()]


def _changed_on(column: str, before: Any, events: list[Any]) -> dt.date | None:
    """The day of the last change of this column."""
    day = None
    for event in sorted(events, key=lambda one: one.pgh_id):
        value = plain(getattr(event, column))
        if value != before:
            day, before = timezone.localdate(event.pgh_created_at), value
    return day


def _kept(name: str, day: dt.date | None) -> str:
    return f"Giữ {name[:1].lower()}{name[1:]} đã sửa ngày {day:%d/%m/%Y}." if day else f"Giữ {name.lower()} đã sửa."


def of_rows(merge: Merge) -> list[str]:
    """Rows added to the survivor since, which stay there; rows that moved and were edited since, which go back with
    what was written. Two queries a table."""
    return [*_added(merge), *_edited(merge)]


def _added(merge: Merge) -> Iterator[str]:
    for mover in moving.every():
        if mover.rows is None:
            continue
        known = merge.standing.get(ROWS, {}).get(mover.title, [])
        for row in mover.rows(merge.survivor_id).exclude(pk__in=known).order_by("pk"):
            yield f"Giữ ở hồ sơ giữ lại: {mover.title.lower()} thêm sau khi gộp ({mover.words(row)})."


def _edited(merge: Merge) -> Iterator[str]:
    moved = merge.moves.filter(kind=MoveKind.MOVED).order_by("pk")
    by_table: dict[str, dict[int, Any]] = {}
    for entry in moved:
        by_table.setdefault(entry.table, {})[entry.row_pk] = entry
    for table, entries in by_table.items():
        model: Any = apps.get_model(table)
        mark = merge.standing.get(HISTORY, {}).get(table, 0)
        if table in BY_WORKERS or not mark:
            continue
        rows = _events(model).filter(pgh_obj__in=entries, pgh_id__gt=mark, pgh_label="update")
        for pk, at in dict(rows.order_by("pgh_id").values_list("pgh_obj_id", "pgh_created_at")).items():
            entry = entries[pk]
            day = timezone.localdate(at)
            yield f"{entry.title} trả về cùng nội dung đã sửa ngày {day:%d/%m/%Y} ({entry.words})."


def _has_history(model: type[Model]) -> bool:
    try:
        model._meta.get_field("events")
    except FieldDoesNotExist:
        return False
    return True


def _events(model: type[Model]) -> Any:
    events: Any = model._meta.get_field("events").related_model
    return events._default_manager
