"""Which household a person belongs to, and as what. Splitting and changing the head are workflows of their own."""

from typing import Any

from django.db.models import IntegerField, Max
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import Unit
from registry.cleanup.scan import mark_household
from registry.models import HEAD, Household, HouseholdRole, Membership, Resident, RosterPart
from registry.residents.refusal import RegisterRefused
from registry.residents.sources import chosen


def set_household(resident: Resident, values: dict[str, Any]) -> None:
    """Join, found, leave, or take another role; every other household is left (rule S06). Marks whom it concerns.

    The caller holds the locks of current.lock_with_housemates(). Raises RegisterRefused.
    """
    role = values.get("household_role")
    household = wanted_household(resident, values)
    if household and is_head(role):
        refuse_second_head(household, resident)
    open_rows = list(resident.memberships.filter(to_on=None).order_by("pk"))
    kept = next((row for row in open_rows if household and row.household_id == household.pk), None)
    left = [row for row in open_rows if row is not kept]
    if left or (kept and kept.role != role):
        mark_household([resident.pk])  # those who are left behind, before the lines are closed
    for row in left:
        row.to_on = timezone.localdate()
        row.save()
    if kept and kept.role != role:
        kept.role, kept.source_on = role, timezone.localdate()
        kept.save()
    if household and kept is None:
        Membership.objects.create(
            household=household,
            resident=resident,
            role=role,
            from_on=values.get("permanent_from"),
            **chosen(values).columns,
        )
        mark_household([resident.pk])


def wanted_household(resident: Resident, values: dict[str, Any]) -> Household | None:
    match values.get("household_choice"):
        case "existing":
            return values.get("household_code")
        case "new":
            return new_household(resident.commune, values)
    return None


def is_head(role: HouseholdRole | None) -> bool:
    return role is not None and role.code == HEAD


def refuse_second_head(household: Household, resident: Resident) -> None:
    """Rule S07. The household's row is locked: two officers cannot both name a head."""
    Household.objects.select_for_update().get(pk=household.pk)
    heads = household.memberships.filter(role__code=HEAD, to_on=None).exclude(resident=resident)
    if heads.exists():
        raise RegisterRefused("household_role", f"Hộ {household.code} đã có chủ hộ; chọn quan hệ khác.")


def new_household(commune: Unit, values: dict[str, Any]) -> Household:
    household = founded(commune, next_number(commune), values)
    household.save()
    return household


def next_number(commune: Unit) -> int:
    """The next number of the commune. The unit's row is locked meanwhile, or two officers would take the same one.

    Behind those that are set aside for a list being written: they are asked for first, for they become households."""
    Unit.objects.select_for_update(no_key=True).get(pk=commune.pk)
    set_aside = RosterPart.objects.filter(roster__commune=commune).aggregate(last=Max("last_household"))["last"]
    numbered = Household.objects.filter(commune=commune, code__regex=r"^\d{1,9}$")
    last = numbered.aggregate(last=Max(Cast("code", IntegerField())))["last"]
    return max(set_aside or 0, last or 0) + 1


def founded(commune: Unit, number: int, values: dict[str, Any]) -> Household:
    """A household of this number where the values say that the person lives; not saved."""
    kind = "permanent" if values.get("permanent_unit") else "temporary"
    return Household(
        commune=commune,
        code=f"{number:05d}",
        hamlet=values.get(f"{kind}_hamlet", ""),
        street=values.get(f"{kind}_street", ""),
    )
