"""Who of the people a list made can go again as if they had never come, and what keeps the others.

Every table of every app that points at a resident is walked. What the list itself wrote and nobody edited goes, and so
does what workers made of it (findings, pairs, profiles); anything else is somebody's work and keeps the person. A
table that nobody thought of keeps.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from accounts.text import clean
from registry.duplicates import moving
from registry.duplicates.ledger import DERIVED
from registry.duplicates.unmerge_names import LABELS
from registry.models import (
    DuplicatePair,
    Finding,
    FindingState,
    MatchProfile,
    PairState,
    Relation,
    Resident,
    Roster,
    RosterRow,
    RowState,
)
from registry.rosters.writing import WRITTEN

People = Collection[int] | QuerySet[Any]
Own = Mapping[str, set[int]]
"""Table -> ids of the rows that the list wrote with its people."""
Kept = dict[int, list[str]]
"""Resident -> sentences on what keeps the record."""
FOLLOWING: Final = DERIVED | {"address_folded"}
SKIPPED_BY: Final = {"registry.FindingSkip.finding", "registry.Merge.pair", "registry.RosterHousehold.household"}
"""What may hang on a row that goes: it says nothing by itself."""


class Hook(NamedTuple):
    """One relation that points at a resident, or at a row of one."""

    model: type[Model]
    column: str

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.column}"


def hooks_on(model: type[Model]) -> list[Hook]:
    """Every relation that points at this table, hidden ones too; history tables aside. A many-to-many is its rows."""
    found = []
    one: Any
    for one in model._meta.get_fields(include_hidden=True):
        if one.auto_created and not one.concrete and one.is_relation and not one.many_to_many:
            related = one.related_model
            if not related.__name__.endswith("Event"):
                found.append(Hook(related, one.field.name))
    return sorted(found, key=lambda hook: hook.label)


def of_workers() -> dict[str, Q]:
    """Relation -> the rows that workers made and nobody touched."""
    untouched = Q(decided_at=None, handed_at=None, state__in=[FindingState.OPEN, FindingState.CLOSED])
    free = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
    undecided = Q(decided_at=None, state__in=[PairState.SUSPECTED, PairState.GONE])
    return {
        f"{Finding._meta.label}.resident": untouched & free,
        f"{DuplicatePair._meta.label}.left": undecided,
        f"{DuplicatePair._meta.label}.right": undecided,
        f"{MatchProfile._meta.label}.resident": Q(),
        f"{RosterRow._meta.label}.person": Q(),  # what a check found; whoever writes it looks again
    }


def hindrances(people: People, own: Own, *, roster: Roster) -> Kept:
    """Resident -> why the record stays; who is not named can go. A fixed number of queries, some fifty."""
    kept: Kept = defaultdict(list)
    workers = of_workers()
    for hook in hooks_on(Resident):
        rows: QuerySet[Any] = hook.model._base_manager.filter(**{f"{hook.column}__in": people})
        if hook.label == f"{RosterRow._meta.label}.resident":
            rows = rows.exclude(roster=roster).exclude(state=RowState.TAKEN_BACK)
        elif hook.label in workers:
            theirs = rows
            rows = rows.exclude(pk__in=rows.filter(workers[hook.label]).values("pk"))
            _second(kept, hook, theirs, but=rows)
        elif hook.model in WRITTEN and hook.column == "resident":
            _own_rows(kept, hook, rows, own.get(hook.model._meta.label, set()))
            continue
        for row in _with_words(hook, rows):
            kept[getattr(row, f"{hook.column}_id")].append(_sentence(hook, row))
    _edited(kept, Resident, Resident.objects.filter(pk__in=people), lambda row: row.pk)
    return dict(kept)


def _own_rows(kept: Kept, hook: Hook, rows: QuerySet[Any], own: set[int]) -> None:
    """Rows of the tables that the list writes: another's keep, the list's own keep when they were edited, are gone, or
    something hangs on them."""
    standing = dict(rows.values_list("pk", f"{hook.column}_id"))
    others = [pk for pk in standing if pk not in own]
    for row in _with_words(hook, hook.model._base_manager.filter(pk__in=others)):
        kept[row.resident_id].append(_sentence(hook, row))
    mine: QuerySet[Any] = hook.model._base_manager.filter(pk__in=[pk for pk in standing if pk in own])
    _edited(kept, hook.model, mine, lambda row: row.resident_id)
    _second(kept, hook, mine)
    for owner in _dropped(hook.model, own - standing.keys()):
        kept[owner].append(f"{_title(hook)}: có dòng của danh sách đã bị bỏ hoặc chuyển sang hồ sơ khác")


def _dropped(model: type[Model], ids: Collection[int]) -> Iterator[int]:
    """Whose these rows were when the list wrote them."""
    if ids:
        yield from events_of(model).filter(pgh_obj__in=ids, pgh_label="insert").values_list("resident_id", flat=True)


def _second(kept: Kept, hook: Hook, rows: QuerySet[Any], *, but: QuerySet[Any] | None = None) -> None:
    """What hangs on rows that would go along (pictures of a card, repairs of a finding)."""
    going = rows if but is None else rows.exclude(pk__in=but.values("pk"))
    for further in hooks_on(hook.model):
        if further.label in SKIPPED_BY:
            continue
        owner = f"{further.column}__{hook.column}"
        hanging = further.model._base_manager.filter(**{f"{further.column}__in": going.values("pk")})
        name = str(further.model._meta.verbose_name)
        for pk in hanging.order_by().values_list(owner, flat=True).distinct():
            kept[pk].append(f"{_title(hook)}: có {name}")


# --- edited since ----------------------------------------------------------------------------------------------------


def events_of(model: type[Model]) -> QuerySet[Any]:
    events: Any = model._meta.get_field("events").related_model
    return events._default_manager.all()


def _edited(kept: Kept, model: type[Model], rows: QuerySet[Any], owner: Any) -> None:
    """Rows that are no longer as they were inserted, by their history; a text that the clean-up mended by itself is no
    edit. Three queries."""
    events = events_of(model)
    touched = events.filter(pgh_obj__in=rows.values("pk"), pgh_label="update").order_by()
    ids = set(touched.values_list("pgh_obj", flat=True).distinct())
    if not ids:
        return
    names = _compared(model)
    first = {event.pgh_obj_id: event for event in events.filter(pgh_obj__in=ids, pgh_label="insert")}
    for row in model._base_manager.filter(pk__in=ids).order_by("pk"):
        was = first.get(row.pk)
        changed = [name for name in names if was is None or not _same(getattr(was, name), getattr(row, name))]
        if changed:
            kept[owner(row)].append(f"Đã sửa {_named(model, changed)} sau khi ghi")


def edited_of(model: type[Model], rows: QuerySet[Any]) -> set[int]:
    """Which of these rows are no longer as they were inserted."""
    kept: Kept = defaultdict(list)
    _edited(kept, model, rows, lambda row: row.pk)
    return set(kept)


def _compared(model: type[Model]) -> list[str]:
    tracked = {one.attname for one in events_of(model).model._meta.concrete_fields}
    return [one.attname for one in model._meta.concrete_fields if one.attname in tracked - FOLLOWING]


def _same(was: Any, now: Any) -> bool:
    return was == now or (isinstance(was, str) and isinstance(now, str) and clean(was) == now)


def _named(model: type[Model], columns: Iterable[str]) -> str:
    if model is Resident:
        return ", ".join(dict.fromkeys(_lower(LABELS.get(name, _field(model, name))) for name in columns))
    what = ", ".join(_field(model, name) for name in columns)
    return f"{model._meta.verbose_name} ({what})"


def _field(model: type[Model], column: str) -> str:
    return str(model._meta.get_field(column).verbose_name)  # type: ignore[union-attr]


# --- words -----------------------------------------------------------------------------------------------------------


def _with_words(hook: Hook, rows: QuerySet[Any]) -> QuerySet[Any]:
    """With what str() of such a row asks for."""
    references = [one.name for one in hook.model._meta.concrete_fields if one.is_relation]
    return rows.select_related(*references).order_by("pk") if references else rows.order_by("pk")


def _sentence(hook: Hook, row: Any) -> str:
    match row:
        case RosterRow():
            told = f"Danh sách nhập khác cũng ghi vào hồ sơ này: “{row.roster.file_name}”, {row}"
        case Relation() if hook.column == "person":
            told = f"{_title(hook)}: là {row.get_kind_display().lower()} ghi ở hồ sơ {row.resident}"
        case _:
            told = f"{_title(hook)}: {row}"
    return told[:300]


def _title(hook: Hook) -> str:
    return _titles().get(hook.label) or _upper(str(hook.model._meta.verbose_name))


@cache
def _titles() -> dict[str, str]:
    return {relation: mover.title for mover in moving.every() for relation in mover.relations}


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
