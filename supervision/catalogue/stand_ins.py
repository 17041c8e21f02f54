"""One statement for all communes: put together with stand-ins for who asks and about where, who are replaced by the
real ones whenever it is run. Values only: what a role sees and how an area is cut stay in the text of the statement."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from accounts.models import Officer, Unit
from supervision.catalogue.asked import Ask

ASKER: Final = -9_000_000_001
OFFICE: Final = -9_000_000_002
THERE: Final = -9_000_000_003
ABOVE: Final = -9_000_000_004
BADGE, OFFICE_CODE, THERE_CODE = "\ue001", "\ue002", "\ue003"  # in no badge and no code
Swap = dict[int | str, Any]


def stand_in(ask: Ask) -> tuple[Ask, Swap]:
    """The same question of anybody of that role about any such place, and who stands for whom. Of a part of a commune
    it is asked as it is."""
    area, officer = ask.area, ask.officer
    if area.is_part:
        return ask, {}
    swap: Swap = {}
    there = area.unit and _unit(swap, area.unit, THERE, THERE_CODE)
    office = officer.unit
    if office is not None and there is not None and area.unit is not None:
        if office.pk == area.unit.pk:
            office = there
        else:
            office = _unit(swap, office, OFFICE, OFFICE_CODE)
            if area.unit.parent_id == officer.unit_id:
                there.parent_id = office.pk
    elif office is not None:
        office = _unit(swap, office, OFFICE, OFFICE_CODE)
    swap |= {ASKER: officer.pk, BADGE: officer.badge_number}
    asker = Officer(pk=ASKER, role=officer.role, is_active=officer.is_active, badge_number=BADGE, unit=office)
    return replace(ask, officer=asker, area=replace(area, unit=there)), swap


def _unit(swap: Swap, unit: Unit, pk: int, code: str) -> Unit:
    swap |= {pk: unit.pk, code: unit.code}
    return Unit(pk=pk, code=code, level=unit.level, parent_id=ABOVE)


def real(values: Iterable[Any], swap: Swap) -> list[Any]:
    return [swap.get(one, one) if isinstance(one, int | str) else one for one in values]
