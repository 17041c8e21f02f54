"""Below a commune: its hamlets and its officers, counted just now; and the four groups of the cleaning.

To count by place costs more than all the rest of a commune's page: the page shows the rows with their numbers still to
come, and asks for them when it stands there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from accounts.models import Officer
from accounts.roles import Role
from accounts.scope import works_in_one_commune
from registry.models import Hamlet
from supervision.catalogue.asked import UNASSIGNED, UNLISTED
from supervision.catalogue.values import NO_VALUES, Values
from supervision.dashboard.asked import Asked, asking
from supervision.dashboard.compare import Cell, cell
from supervision.figures import FIGURES, GROUP_CODES, Area, counts, counts_by

HAMLET_CODES: Final = (
    "nhan-khau", "ty-le-sach", "chua-sach", "chua-co-the-tu-14", "phuc-tra-cu", "thu-nhan", "ho-so-qua-han",
)  # fmt: skip
LOOKED_AFTER: Final = ("nhan-khau", "ty-le-sach", "chua-sach", "phuc-tra-cu")
OWN_WORK: Final = ("ghi-moi", "sua", "xu-ly-viec", "giu-ho-so")
OFFICER_CODES: Final = (*LOOKED_AFTER, *OWN_WORK)
GROUP_COLUMNS: Final = ("phai-lam-sach", "da-lam-sach", "chua-sach")
GROUP_FIGURES: Final = tuple(
    f"{code}{end}" for code in GROUP_COLUMNS for end in ("", *(f"-{letter}" for letter in GROUP_CODES.values()))
)
OTHERS: Final = "Các cán bộ khác"
OUTSIDE: Final = "Ngoài danh sách thôn, tổ"


@dataclass(frozen=True)
class Row:
    """A hamlet or an officer. `note`: who looks after it, or what is looked after. No cells while they are to come."""

    name: str
    note: str
    cells: list[Cell]
    is_me: bool = False
    bar: float | None = None
    url: str = ""


@dataclass(frozen=True)
class Group:
    """One of Đúng, Đủ, Sạch, Sống."""

    label: str
    cells: list[Cell]
    percent: str
    bar: float | None


@dataclass(frozen=True)
class Below:
    """The chief and those above see all officers; an officer nobody else's work, and the own one apart (mine)."""

    hamlets: list[Row]
    officers: list[Row]


def below(chosen: Asked) -> Below:
    """Five queries; four for whoever looks from above, three for an officer."""
    commune, listed = chosen.ask.commune, chosen.ask.hamlets
    by_hamlet = counts_by(chosen.ask, "hamlet", HAMLET_CODES)
    hamlets = [_hamlet(chosen, one, by_hamlet.get(one.name_folded, NO_VALUES)) for one in listed]
    known = {one.name_folded for one in listed}
    outside = sum((found for text, found in by_hamlet.items() if text not in known), NO_VALUES)
    if outside.get("nhan-khau"):
        area = Area(commune, rest=UNLISTED)
        cells = _cells(chosen, HAMLET_CODES, outside, area)
        hamlets.append(Row(OUTSIDE, "", cells, bar=_bar(outside), url=chosen.of_area(area)))
    if chosen.officer.role == Role.OFFICER:
        return Below(hamlets, [])
    return Below(hamlets, _officers(chosen, counts_by(chosen.ask, "officer", OFFICER_CODES), listed))


def below_to_come(chosen: Asked) -> Below:
    """The same rows before they are counted, so that the numbers come where they are awaited. Two queries; one for
    whoever looks from above and for an officer."""
    listed = chosen.ask.hamlets
    hamlets = [_hamlet(chosen, one, None) for one in listed]
    return Below(hamlets, [] if chosen.officer.role == Role.OFFICER else _officers(chosen, None, listed))


def mine(chosen: Asked) -> Row:
    """The officer's own row: people of the hamlets looked after, and the own work. Four queries."""
    area = Area(chosen.unit, officer=chosen.officer)
    found = counts(asking(chosen.ask, area, chosen.period), OFFICER_CODES)
    return _officer(chosen, chosen.officer, found, chosen.ask.hamlets)


def mine_to_come(chosen: Asked) -> Row:
    """The same before it is counted. One query."""
    row = _officer(chosen, chosen.officer, None, chosen.ask.hamlets)
    return replace(row, cells=[Cell(FIGURES[code], "…", "", True) for code in OFFICER_CODES])


def _officers(chosen: Asked, counted: Mapping[int | None, Values] | None, listed: Sequence[Hamlet]) -> list[Row]:
    """To whoever works in the commune all of its officers; to those above who looks after a hamlet, and the others
    together."""
    rows, found = {one.officer.pk: one.officer for one in listed if one.officer}, counted or {}
    if works_in_one_commune(chosen.officer):
        of_unit = Officer.objects.filter(unit=chosen.unit, role__in=[Role.OFFICER, Role.CHIEF])
        rows = {one.pk: one for one in of_unit if one.is_active or one.pk in rows or one.pk in found}
    in_order = sorted(rows.values(), key=lambda one: one.badge_number)
    usual = None if counted is None else NO_VALUES
    shown = [_officer(chosen, one, found.get(one.pk, usual), listed) for one in in_order]
    others = sum((values for key, values in found.items() if key and key not in rows), NO_VALUES)
    if any(others.values()):
        shown.append(Row(OTHERS, "", _cells(chosen, OFFICER_CODES, others, None), bar=_bar(others)))
    if any(found.get(None, NO_VALUES).values()):
        shown.append(_officer(chosen, None, found[None], listed))
    return shown


def _hamlet(chosen: Asked, hamlet: Hamlet, found: Values | None) -> Row:
    area = Area(chosen.unit, hamlet=hamlet)
    cells = _cells(chosen, HAMLET_CODES, found, area)
    is_mine = hamlet.officer_id == chosen.officer.pk
    keeper = hamlet.officer.full_name if hamlet.officer else ""
    return Row(hamlet.name, keeper, cells, is_mine, _bar(found), chosen.of_area(area))


def _officer(chosen: Asked, officer: Officer | None, found: Values | None, listed: Sequence[Hamlet]) -> Row:
    """Of nobody: where no officer looks after."""
    area = Area(chosen.unit, officer=officer) if officer else Area(chosen.unit, rest=UNASSIGNED)
    hamlets = ", ".join(one.name for one in listed if one.officer_id == (officer.pk if officer else None))
    name = str(officer) if officer else "Chưa phân công"
    cells, is_me = _cells(chosen, OFFICER_CODES, found, area), officer == chosen.officer
    return Row(name, hamlets, cells, is_me, _bar(found), chosen.of_area(area))


def _cells(chosen: Asked, codes: Sequence[str], found: Values | None, area: Area | None) -> list[Cell]:
    """Without an area none has a list; without values they are still to come."""
    if found is None:
        return []
    figures = [FIGURES[code] for code in codes]
    if area is None:
        return [Cell(one, one.text(found), "", not one.number(found)) for one in figures]
    return [cell(chosen, one, found, area) for one in figures]


def _bar(values: Values | None) -> float | None:
    if values is None:
        return None
    percent = values.number("ty-le-sach")
    return None if percent is None else float(percent)


def groups(chosen: Asked, values: Values) -> list[Group]:
    return [_group(chosen, str(group.label), f"-{letter}", values) for group, letter in GROUP_CODES.items()] + [
        _group(chosen, "Cả bốn nhóm", "", values)
    ]


def _group(chosen: Asked, label: str, end: str, values: Values) -> Group:
    cells = [cell(chosen, FIGURES[f"{code}{end}"], values, chosen.area) for code in GROUP_COLUMNS]
    done = f"ty-le-lam-sach{end}"
    number = values.number(done)
    return Group(label, cells, values.text(done), None if number is None else float(number))
