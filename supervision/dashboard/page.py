"""What the first page shows: tiles, the four groups, and the units below. A constant number of queries."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Officer, Unit
from accounts.roles import Role
from registry.cleanup.figures import GROUP_NOTES
from registry.models import RuleGroup
from supervision.dashboard.area import name_of, query_of
from supervision.figures import (
    FIGURES,
    GROUP_CODES,
    Area,
    Counts,
    Figure,
    counts,
    counts_by_unit,
    percent_clean,
)

TILES = ["nhan-khau", "ho", "ho-so-dang-giai-quyet", "ho-so-qua-han", "the-cho-tra", "nghi-trung"]
ATTEND = {"ho-so-qua-han"}
COLUMNS = {
    "nhan-khau": "Nhân khẩu",
    "ho": "Hộ",
    "chua-sach": "Chưa sạch",
    "lam-sach-d": "Đúng",
    "lam-sach-e": "Đủ",
    "lam-sach-s": "Sạch",
    "lam-sach-l": "Sống",
    "ho-so-dang-giai-quyet": "Đang mở",
    "ho-so-qua-han": "Quá hạn",
    "the-cho-tra": "Chờ trả",
    "nghi-trung": "Nghi trùng",
}
LONGEST_CHART = 40


@dataclass(frozen=True)
class Cell:
    """One number and the address of its list."""

    value: int
    url: str
    title: str


@dataclass(frozen=True)
class Group:
    """One of Đúng, Đủ, Sạch, Sống."""

    label: str
    note: str
    open: Cell
    unclean: Cell
    percent: Decimal | None


@dataclass(frozen=True)
class Line:
    """One unit of the table."""

    name: str
    url: str
    percent: Decimal | None
    cells: list[Cell]


def everything(officer: Officer, area: Area) -> dict[str, Any]:
    """At most five queries."""
    found = counts(officer, area)
    query = query_of(area)
    lines = lines_of(officer, area)
    return {
        "place": name_of(area, officer),
        "now": timezone.localtime(),
        "tiles": [(FIGURES[code], _cell(FIGURES[code], found, query), code in ATTEND) for code in TILES],
        "groups": [_group(group, letter, found, query) for group, letter in GROUP_CODES.items()],
        "all_clean": _all_clean(found, query),
        "columns": list(COLUMNS.values()),
        "lines": lines,
        "charted": _lowest_first(lines)[:LONGEST_CHART],
        "kind_of_unit": "Tỉnh, thành phố" if _by_province(officer, area) else "Xã, phường, đặc khu",
        "is_narrowed": area.unit is not None,
        "up_url": _up(area, officer),
    }


def _lowest_first(lines: list[Line]) -> list[Line]:
    return sorted((line for line in lines if line.percent is not None), key=lambda line: line.percent or 0)


def lines_of(officer: Officer, area: Area) -> list[Line]:
    """The units below: provinces for the ministry, communes of a province; none below a commune. Two queries."""
    if officer.role not in (Role.PROVINCE_SUPERVISOR, Role.MINISTRY_SUPERVISOR) or (area.unit and not area.is_province):
        return []
    by_province = _by_province(officer, area)
    figures = [FIGURES[code] for code in COLUMNS]
    found = counts_by_unit(officer, area, by_province=by_province, figures=figures)
    return [_line(unit, found.get(unit.pk, {}), by_province) for unit in _units(officer, area, by_province, set(found))]


def _by_province(officer: Officer, area: Area) -> bool:
    return officer.role == Role.MINISTRY_SUPERVISOR and area.unit is None


def _units(officer: Officer, area: Area, by_province: bool, counted: set[int]) -> list[Unit]:
    """Today's units, and former ones that still keep records."""
    units = Unit.objects.in_scope(officer)
    units = units.provinces() if by_province else units.communes()
    if area.unit is not None:
        units = units.filter(parent=area.unit)
    today = Unit.objects.current().values("pk")
    return list(units.filter(Q(pk__in=today) | Q(pk__in=counted)))


def _line(unit: Unit, found: Counts, by_province: bool) -> Line:
    query = query_of(Area(unit, is_province=by_province))
    cells = [_cell(FIGURES[code], found, query) for code in COLUMNS]
    percent = percent_clean(found.get("chua-sach", 0), found.get("nhan-khau", 0))
    return Line(unit.name, reverse("supervision:dashboard") + query, percent, cells)


def _cell(figure: Figure, found: Counts, query: str) -> Cell:
    return Cell(found.get(figure.code, 0), reverse("supervision:figure", args=[figure.code]) + query, figure.title)


def _group(group: RuleGroup, letter: str, found: Counts, query: str) -> Group:
    unclean = FIGURES[f"chua-sach-{letter}"]
    return Group(
        label=group.label,
        note=GROUP_NOTES[group],
        open=_cell(FIGURES[f"lam-sach-{letter}"], found, query),
        unclean=_cell(unclean, found, query),
        percent=percent_clean(found[unclean.code], found["nhan-khau"]),
    )


def _all_clean(found: Counts, query: str) -> tuple[Decimal | None, Cell]:
    return percent_clean(found["chua-sach"], found["nhan-khau"]), _cell(FIGURES["chua-sach"], found, query)


def _up(area: Area, officer: Officer) -> str:
    """One level higher: from a commune to its province, from a province to everything."""
    if area.unit is None:
        return ""
    if not area.is_province and officer.role == Role.MINISTRY_SUPERVISOR and area.unit.parent:
        return reverse("supervision:dashboard") + query_of(Area(area.unit.parent, is_province=True))
    return reverse("supervision:dashboard")
