"""Every figure once: its code, title, unit and rows. The number and the list behind it are the same query."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value

from accounts.models import Officer, Unit
from cards.models import Application, State
from registry.cleanup.figures import GROUP_NOTES, unclean_residents
from registry.cleanup.queue import findings_open
from registry.models import DuplicatePair, Finding, Household, Resident, RuleGroup


@dataclass(frozen=True)
class Area:
    """What the officer chose to look at within the own scope: one commune, one province, or everything."""

    unit: Unit | None = None
    is_province: bool = False

    def of(self, path: str) -> Q:
        """The condition for rows whose commune stands at `path`."""
        if self.unit is None:
            return Q()
        return Q(**{f"{path}__parent" if self.is_province else path: self.unit.pk})


@dataclass(frozen=True)
class Figure:
    """One number. `rows_of(officer)` is in the officer's scope; `paths` lead from a row to its commune: a pair has two.

    `table` names how the list shows its rows (supervision/dashboard/tables.py).
    """

    code: str
    title: str
    unit: str
    note: str
    table: str
    rows_of: Callable[[Officer], QuerySet[Any]]
    paths: tuple[str, ...] = ("commune",)

    def rows(self, officer: Officer, area: Area = Area()) -> QuerySet[Any]:
        """The list behind the number."""
        within = Q()
        for path in self.paths:
            within |= area.of(path)
        return self.rows_of(officer).filter(within)

    def count(self, officer: Officer, area: Area = Area()) -> int:
        return self.rows(officer, area).count()


def _residents(officer: Officer) -> QuerySet[Resident]:
    return Resident.objects.in_scope(officer).current()


def _households(officer: Officer) -> QuerySet[Household]:
    return Household.objects.in_scope(officer).filter(closed_on=None)


def _findings(group: RuleGroup) -> Callable[[Officer], QuerySet[Finding]]:
    return lambda officer: findings_open(officer, group)


def _unclean(group: RuleGroup | None = None) -> Callable[[Officer], QuerySet[Resident]]:
    return lambda officer: unclean_residents(officer, group)


def _applications(officer: Officer) -> QuerySet[Application]:
    return Application.objects.in_scope(officer).open()


def _overdue(officer: Officer) -> QuerySet[Application]:
    return Application.objects.in_scope(officer).overdue()


def _cards(officer: Officer) -> QuerySet[Application]:
    return Application.objects.in_scope(officer).filter(state=State.ARRIVED)


def _pairs(officer: Officer) -> QuerySet[DuplicatePair]:
    return DuplicatePair.objects.in_scope(officer).waiting()


GROUP_CODES = {group: letter.lower() for group, letter in zip(RuleGroup, "DESL", strict=True)}

_ALL = [
    Figure("nhan-khau", "Nhân khẩu", "người", "Đang cư trú hoặc vắng mặt", "residents", _residents),
    Figure("ho", "Hộ", "hộ", "Đang có hiệu lực", "households", _households),
    *(
        Figure(
            f"lam-sach-{letter}",
            f"{group.label}: việc đang mở",
            "việc",
            GROUP_NOTES[group],
            "findings",
            _findings(group),
        )
        for group, letter in GROUP_CODES.items()
    ),
    *(
        Figure(
            f"chua-sach-{letter}",
            f"Hồ sơ chưa sạch, nhóm {group.label}",
            "người",
            "Còn việc mức CHẶN hoặc LỖI",
            "residents",
            _unclean(group),
        )
        for group, letter in GROUP_CODES.items()
    ),
    Figure(
        "chua-sach", "Hồ sơ chưa sạch", "người", "Còn việc mức CHẶN hoặc LỖI ở bất kỳ nhóm nào", "residents",
        _unclean(),
    ),
    Figure("ho-so-dang-giai-quyet", "Hồ sơ đang mở", "hồ sơ", "Căn cước, chưa kết thúc", "applications", _applications),
    Figure("ho-so-qua-han", "Hồ sơ quá hạn", "hồ sơ", "Qua ngày hẹn, thẻ chưa về", "applications", _overdue),
    Figure("the-cho-tra", "Thẻ chờ trả", "thẻ", "Thẻ đã về xã, công dân chưa nhận", "applications", _cards),
    Figure(
        "nghi-trung", "Cặp nghi trùng", "cặp", "Chờ kết luận", "pairs", _pairs, ("left__commune", "right__commune")
    ),
]  # fmt: skip
FIGURES: dict[str, Figure] = {figure.code: figure for figure in _ALL}

Counts = dict[str, int]


def counts(officer: Officer, area: Area = Area(), *, figures: Iterable[Figure] = _ALL) -> Counts:
    """code -> number. One query: each part counts exactly the rows of its figure's list."""
    parts = [_counted(figure, figure.rows(officer, area)) for figure in figures]
    found = dict.fromkeys((figure.code for figure in figures), 0)
    found.update((row["figure_code"], row["how_many"]) for row in _together(parts))
    return found


def counts_by_unit(
    officer: Officer, area: Area = Area(), *, by_province: bool, figures: Iterable[Figure] = _ALL
) -> dict[int, Counts]:
    """commune (or province) id -> code -> number. One query. A pair of two communes counts in both."""
    suffix = "__parent" if by_province else ""
    parts = []
    for figure in figures:
        first, *others = (f"{path}{suffix}" for path in figure.paths)
        rows = figure.rows(officer)
        parts.append(_counted(figure, rows.filter(area.of(figure.paths[0])), by=first))
        for path, commune in zip(others, figure.paths[1:], strict=True):
            parts.append(_counted(figure, rows.filter(area.of(commune)).exclude(**{path: F(first)}), by=path))
    found: dict[int, Counts] = defaultdict(lambda: defaultdict(int))
    for row in _together(parts):
        found[row["place_id"]][row["figure_code"]] += row["how_many"]
    return found


def _counted(figure: Figure, rows: QuerySet[Any], *, by: str | None = None) -> QuerySet[Any, dict[str, Any]]:
    place = F(by) if by else Value(0)
    return rows.order_by().values(figure_code=Value(figure.code), place_id=place).annotate(how_many=Count("pk"))


def _together(parts: list[QuerySet[Any, dict[str, Any]]]) -> QuerySet[Any, dict[str, Any]]:
    first, *others = parts
    return first.union(*others, all=True)


def percent_clean(unclean: int, residents: int) -> Decimal | None:
    """Share of records with nothing serious open, in percent to two decimals, rounded down: 100 only when it is all.

    None when there is nobody.
    """
    if not residents:
        return None
    share = Decimal(100) * (residents - unclean) / residents
    return share.quantize(Decimal("0.01"), rounding=ROUND_DOWN)
