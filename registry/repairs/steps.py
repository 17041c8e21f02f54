"""What one line wrote, row by row, and the way back. A row goes back only while it still is as the line left it.

The rows of everybody concerned are read before and after the work; the difference is what was written, whichever
writers wrote it. No fix deletes a row.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from registry.duplicates.ledger import DERIVED, plain, read_back
from registry.models import Household, Membership, Relation, Residence, Resident

FOLLOWING = DERIVED | {"address_folded"}
"""Columns that follow from others when a row is saved, and the workers' marks."""
Images = dict[tuple[str, int], dict[str, Any]]
Step = dict[str, Any]
"""{"table", "pk", "before", "after"}: column -> value, of the columns that were written. Of a row that is new, `before`
is None and `after` holds all of it."""


class TakenBackInPart(Exception):
    """What is taken back of a line is all or nothing, and something of it cannot be."""


# --- looking ---------------------------------------------------------------------------------------------------------


def images(people: Iterable[int], homes: Iterable[int], *, also: Iterable[type[models.Model]] = ()) -> Images:
    """Every row that hangs on these people, and these households. Five queries, and one for each table of `also`."""
    people, homes = list(people), list(homes)
    read: list[models.QuerySet[Any]] = [
        Resident.objects.filter(pk__in=people),
        Residence.objects.filter(resident__in=people),
        Relation.objects.filter(resident__in=people),
        Membership.objects.filter(resident__in=people),
        Household.objects.filter(pk__in=homes),
        *(model._default_manager.filter(resident__in=people) for model in also),
    ]
    return {(row._meta.label, row.pk): image(row) for rows in read for row in rows.order_by("pk")}


def image(row: models.Model) -> dict[str, Any]:
    """What of a row is compared and given back."""
    names = [one.attname for one in row._meta.concrete_fields if one.attname not in FOLLOWING]
    return {name: plain(getattr(row, name)) for name in names}


def between(before: Images, after: Images) -> list[Step]:
    steps = []
    for (table, pk), now in after.items():
        was = before.get((table, pk))
        if was is None:
            steps.append({"table": table, "pk": pk, "before": None, "after": now})
        elif changed := {name for name, value in now.items() if was[name] != value}:
            told = {"before": {name: was[name] for name in changed}, "after": {name: now[name] for name in changed}}
            steps.append({"table": table, "pk": pk, **told})
    return steps


def owners(steps: Iterable[Step]) -> set[int]:
    """The people whose rows these are today: a merge may have moved a row."""
    return {owner for _, row in _rows(steps) if row is not None and (owner := _owner(row))}


def homes_of(steps: Iterable[Step]) -> set[int]:
    return {step["pk"] for step in steps if step["table"] == Household._meta.label}


def _owner(row: models.Model) -> int | None:
    return row.pk if isinstance(row, Resident) else getattr(row, "resident_id", None)


def _rows(steps: Iterable[Step]) -> Iterator[tuple[Step, models.Model | None]]:
    for step in steps:
        model: Any = apps.get_model(step["table"])
        yield step, model._base_manager.filter(pk=step["pk"]).first()


# --- going back ------------------------------------------------------------------------------------------------------


def take_back(steps: list[Step], *, together: bool) -> list[str]:
    """Every row as it was, the last written first; answers a sentence for each that stays, with what differs.

    The caller holds the people and the households. `together`: one that stays lets all of them stay.
    """
    kept: list[str] = []
    try:
        with transaction.atomic():
            for step, row in _rows(reversed(steps)):
                if said := _put_back(step, row):
                    kept.append(said)
            if kept and together:
                raise TakenBackInPart
    except TakenBackInPart:
        pass
    return kept


def _put_back(step: Step, row: models.Model | None) -> str:
    model: Any = apps.get_model(step["table"])
    if row is None:
        return dropped(model)
    if edited := differing(row, step["after"]):
        return "; ".join(edited)
    try:
        with transaction.atomic():
            if step["before"] is None:
                row.delete()
            else:
                for name, value in read_back(row, step["before"]).items():
                    setattr(row, name, value)
                row.save()
    except IntegrityError:
        return f"{_called(model)}: không trả về được vì nay trùng với dữ liệu khác."
    return ""


def dropped(model: Any) -> str:
    """Of a row that is gone since."""
    return f"{_called(model)}: dòng này đã bị bỏ sau khi sửa."


def differing(row: models.Model, after: Mapping[str, Any]) -> list[str]:
    """A sentence for each column that is no longer as it was left."""
    return [_differs(row, name, value) for name, value in after.items() if plain(getattr(row, name)) != value]


def _differs(row: models.Model, column: str, left: Any) -> str:
    field: Any = row._meta.get_field(column)
    now, then = _shown(field, plain(getattr(row, column))), _shown(field, left)
    return f"{_called(type(row))}, {field.verbose_name}: nay là “{now}”, khi sửa xong là “{then}”"


def _called(model: Any) -> str:
    name = str(model._meta.verbose_name)
    return name[:1].upper() + name[1:]


def _shown(field: Any, value: Any) -> str:
    """A stored value as an officer reads it."""
    if value in (None, ""):
        return "trống"
    if isinstance(value, bool):
        return "có" if value else "không"
    if field.related_model:
        return str(field.related_model._base_manager.filter(pk=value).first() or "không còn")
    known = field.to_python(value)
    if isinstance(known, dt.datetime):
        return f"{timezone.localtime(known):%H:%M %d/%m/%Y}"
    if isinstance(known, dt.date):
        return f"{known:%d/%m/%Y}"
    return str(dict(field.flatchoices).get(value, value))
