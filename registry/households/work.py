"""The writers of households: every workflow is made of these. The caller holds the locks (registry/changes/run.py)."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db.models import Q
from django.utils import timezone

from accounts.models import Unit
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.cleanup.scan import mark_household
from registry.homes.rows import ONE_DAY, Place, begin, end_before, lasting, open_rows, strike_out
from registry.households.roll import Roll, is_head, is_minor, roll_of
from registry.models import (
    Finding,
    FindingState,
    Household,
    HouseholdRole,
    Membership,
    ResidenceKind,
    Resident,
)
from registry.residents.membership import new_household

MOVED_WITH_THE_HOUSEHOLD = "Chuyển chỗ ở cùng hộ"
MOVED_MEANWHILE = "Thành viên của hộ vừa thay đổi; quay lại phiếu và xem lại."


# --- relations -------------------------------------------------------------------------------------------------------


def roles_on(day: dt.date) -> dict[str, HouseholdRole]:
    """The official list as it stood on a day; before the first list there is, that one. One query."""
    rows = list(HouseholdRole.objects.order_by("position", "valid_from"))
    valid = [row for row in rows if row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)]
    if not valid and rows:
        first = min(row.valid_from for row in rows)
        valid = [row for row in rows if row.valid_from == first]
    return {row.code: row for row in valid}


def set_roles(rows: Iterable[Membership], codes: Mapping[int, str], *, on: dt.date) -> None:
    """Write the relation of each member, as confirmed today. A member nobody was asked about refuses the whole."""
    valid = roles_on(on)
    for row in rows:
        code = codes.get(row.resident_id)
        if code is None or code not in valid:
            raise ChangeRefused(None, MOVED_MEANWHILE)
        row.role, row.source_on = valid[code], timezone.localdate()
        row.save()


# --- coming and going ------------------------------------------------------------------------------------------------


def enter(household: Household, resident: Resident, role: HouseholdRole, *, on: dt.date) -> Membership:
    """Become a member. Every other membership is to be ended first: nobody is in two households (rule S06)."""
    return Membership.objects.create(household=household, resident=resident, role=role, from_on=on)


def leave(row: Membership, *, on: dt.date) -> None:
    """The last day is the one before `on`; somebody who came later than that leaves on the day of coming."""
    row.to_on = max(on - ONE_DAY, row.from_on or dt.date.min)
    row.save()


def take_leave_of_the_gone(roll: Roll, *, on: dt.date) -> None:
    """The dead, and those who moved away, are no members any more."""
    for row in roll.gone:
        row.to_on = max(min(on, row.resident.died_on or on), row.from_on or dt.date.min)
        row.save()


def found(commune: Unit, *, hamlet: str, street: str, code: str = "") -> Household:
    """A new household, by the office's next number unless one is given."""
    household = new_household(commune, {"permanent_unit": commune, "permanent_hamlet": hamlet,
                                        "permanent_street": street})  # fmt: skip
    if code:
        household.code = code
        household.save()
    return household


def close_if_empty(household: Household, *, on: dt.date) -> bool:
    """A household nobody lives in is closed (rule E23)."""
    if household.closed_on or household.memberships.filter(to_on=None).exists():
        return False
    household.closed_on = on
    household.save()
    asked = Finding.objects.filter(rule="E23", resident__memberships__household=household)
    mark_household(asked.exclude(state=FindingState.CLOSED).values_list("resident", flat=True))
    return True


# --- addresses -------------------------------------------------------------------------------------------------------


def move_home(order: Order, resident: Resident, place: Place) -> None:
    """Permanent residence and present home in this commune, if there are any, move to another address of it.

    The old ones end the day before. What began on the same day or later is corrected in place.
    """
    for row in lasting(open_rows(resident, ResidenceKind.PERMANENT, ResidenceKind.PRESENT), order.on):
        if row.unit_id != place.unit.pk or place.is_of(row):
            continue
        if row.from_on and row.from_on >= order.on:
            row.hamlet, row.street = place.hamlet, place.street
            row.save()
            continue
        ends = row.to_on
        end_before(row, order.on, reason=MOVED_WITH_THE_HOUSEHOLD)
        begin(order, resident, ResidenceKind(row.kind), place, on=order.on, to_on=ends)


def close_homes(resident: Resident, commune: Unit, *, on: dt.date, reason: str) -> None:
    """Strike out every residence in this commune: permanent, temporary, present home. Others are not ours."""
    for row in open_rows(resident, ResidenceKind.PERMANENT, ResidenceKind.TEMPORARY, ResidenceKind.PRESENT):
        if row.unit_id == commune.pk:
            strike_out(row, last_day=on, reason=reason)


def lodges_here(resident: Resident, commune: Unit) -> bool:
    """Whether the person holds a temporary residence in this commune."""
    return resident.residences.filter(
        Q(to_on=None) | Q(to_on__gte=timezone.localdate()), kind=ResidenceKind.TEMPORARY, unit=commune, closed_at=None
    ).exists()


# --- refusals and warnings -------------------------------------------------------------------------------------------


def fresh(household: Household) -> Roll:
    """The roll as it stands now, under lock. Raises ChangeRefused for a closed household."""
    household.__dict__.pop("_roll", None)
    if household.closed_on:
        raise ChangeRefused(None, f"Hộ {household.code} đã đóng ngày {household.closed_on:%d/%m/%Y}.")
    return roll_of(household)


def refuse_only_minors(people: Iterable[Resident], where: str) -> None:
    """Children cannot be left alone in a household of their own."""
    everybody = list(people)
    if everybody and all(map(is_minor, everybody)):
        raise ChangeRefused(None, f"{where} chỉ còn người chưa đủ 18 tuổi; cần ít nhất một người thành niên ở cùng.")


def minor_head(head: Resident, others: Iterable[Resident]) -> str:
    """Rule D35 in one sentence; "" when it does not fire."""
    if is_minor(head) and not all(map(is_minor, others)):
        return f"{head.full_name} chưa đủ 18 tuổi trong khi hộ có người thành niên (Luật Cư trú Điều 10)."
    return ""


def refuse_headless(household: Household) -> None:
    """What is left behind has one head, or nobody (rules E20, S07). Reads the rows as they were just written."""
    rows = household.memberships.filter(to_on=None).select_related("role")
    heads = [row for row in rows if is_head(row)]
    if rows and len(heads) != 1:
        raise ChangeRefused(None, f"Hộ {household.code} phải có đúng một chủ hộ; {MOVED_MEANWHILE.lower()}")
