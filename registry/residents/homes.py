"""Where a person lives: corrected in place, or moved, which ends the old address the day before the new one begins."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Unit
from registry.models import Residence, ResidenceKind, Resident
from registry.residents.current import shown
from registry.residents.sources import chosen

PLACE = ("unit", "hamlet", "street")


def set_residences(resident: Resident, values: dict[str, Any]) -> None:
    permanent = address(values, "permanent", values.get("permanent_unit"), dates=("from_on",))
    temporary = address(
        values, "temporary", resident.commune if values.get("temporary_from") else None, dates=("from_on", "to_on")
    )
    current = shown(resident).residences
    for kind, wanted in (
        (ResidenceKind.PERMANENT, permanent),
        (ResidenceKind.TEMPORARY, temporary),
        (ResidenceKind.PRESENT, present(values, permanent, temporary)),
    ):
        told = chosen(values, *(f"{kind.value}_{part}" for part in PLACE)).columns
        set_residence(resident, kind, current.get(kind), wanted, told)


def address(values: dict[str, Any], kind: str, unit: Unit | None, *, dates: tuple[str, ...]) -> dict[str, Any] | None:
    """What the form says of one residence: the place, and only those dates that the form asks for."""
    if unit is None:
        return None
    place = {"unit": unit, "hamlet": values.get(f"{kind}_hamlet", ""), "street": values.get(f"{kind}_street", "")}
    if values.get(f"{kind}_raw"):
        place["raw_text"] = values[f"{kind}_raw"]
    return place | {date: values.get(f"{kind}_{date.removesuffix('_on')}") for date in dates}


def present(
    values: dict[str, Any], permanent: dict[str, Any] | None, temporary: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Where the person is now: the temporary place while it lasts, else the permanent one, else what was typed."""
    if not values.get("present_same"):
        return address(values, "present", values.get("present_unit"), dates=())
    lasting = temporary if temporary and (temporary["to_on"] or dt.date.max) >= timezone.localdate() else None
    chosen = lasting or permanent
    return {key: chosen[key] for key in PLACE} if chosen else None


def set_residence(
    resident: Resident,
    kind: ResidenceKind,
    current: Residence | None,
    wanted: dict[str, Any] | None,
    told: dict[str, Any],
) -> None:
    """Begin, correct, move or close the residence that the form shows. What the form does not ask stays as it is.

    `told`: the columns of where it comes from, for what is written now.
    """
    if wanted is None:
        if current:
            current.closed_at, current.closed_reason = timezone.now(), "Bỏ khi sửa hồ sơ"
            current.save()
    elif current is None:
        Residence.objects.create(resident=resident, kind=kind, **wanted, **told)
    elif is_move(current, wanted):
        current.to_on = wanted["from_on"] - dt.timedelta(days=1)
        current.save()
        Residence.objects.create(resident=resident, kind=kind, **wanted, **told)
    elif any(getattr(current, name) != value for name, value in wanted.items()):
        for name, value in (wanted | told).items():
            setattr(current, name, value)
        current.save()


def is_move(current: Residence, wanted: dict[str, Any]) -> bool:
    """Another place from a later day on is a move; the same place, or the same day, is a correction."""
    begins, began = wanted.get("from_on"), current.from_on
    elsewhere = any(getattr(current, name) != wanted[name] for name in PLACE)
    return bool(elsewhere and begins and began and begins > began)
