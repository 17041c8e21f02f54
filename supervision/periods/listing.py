"""The list of closed periods: which, of whom, and how many of their numbers turned out otherwise."""

import datetime as dt
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import Officer
from accounts.periods import Period, name_of
from accounts.scope import works_in_one_commune
from accounts.text import fold
from supervision.models import Correction, FrozenPeriod, PeriodKind

COUNTRY = "Toàn quốc"
FIT = {"td": {"class": "fit number"}}


def listed(officer: Officer) -> QuerySet[FrozenPeriod]:
    """With `unexplained`: the newest lines that differ from the closed number and bear no reason."""
    later = Correction.objects.filter(
        frozen=OuterRef("frozen"), code=OuterRef("code"), is_total=OuterRef("is_total"), pk__gt=OuterRef("pk")
    )
    lines = Correction.objects.filter(frozen=OuterRef("pk"), noted_at=None).exclude(now=F("was"))
    newest = lines.alias(later=Subquery(later.values("pk")[:1])).filter(later=None).order_by()
    counted = newest.values("frozen").annotate(how_many=Count("pk")).values("how_many")
    rows = FrozenPeriod.objects.in_scope(officer).select_related("unit")
    rows = rows.defer("values", "totals", "spreads", "targets", "missing")
    return rows.annotate(unexplained=Coalesce(Subquery(counted), 0))


class PeriodTable(tables.Table):
    kind = tables.Column(
        "Kỳ", order_by=("first", "pk"), linkify=("supervision:period", [tables.A("public_id")]), attrs=FIT
    )
    unit = tables.Column("Đơn vị", empty_values=(), order_by=("unit__sort_key", "pk"))
    closed_at = tables.Column("Chốt lúc", attrs=FIT)
    checked_at = tables.Column("Đối chiếu lần cuối", orderable=False, default="chưa", attrs=FIT)
    unexplained = tables.Column("Đính chính", orderable=False)

    class Meta:
        model = FrozenPeriod
        fields: list[str] = []
        sequence = ("kind", "unit", "closed_at", "checked_at", "unexplained")
        order_by = "-kind"
        caption = "Kỳ báo cáo đã chốt số liệu"
        empty_text = "Chưa có kỳ nào được chốt"

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, exclude=("unit",) if works_in_one_commune(officer) else (), **kwargs)

    def render_kind(self, record: FrozenPeriod) -> str:
        return name_of(record.kind, Period(record.first, record.last))

    def render_unit(self, record: FrozenPeriod) -> str:
        return str(record.unit or COUNTRY)

    def render_closed_at(self, value: dt.datetime) -> str:
        return f"{timezone.localtime(value):%H:%M %d/%m/%Y}"

    def render_checked_at(self, value: dt.datetime) -> str:
        return self.render_closed_at(value)

    def render_unexplained(self, value: int) -> str | SafeString:
        if not value:
            return "–"
        return render_to_string("components/pill.html", {"kind": "warn", "text": f"{value} số chưa ghi lý do"})


class PeriodFilter(django_filters.FilterSet):
    ky = django_filters.ChoiceFilter(label="Kỳ", field_name="kind", choices=PeriodKind.choices, empty_label="Tất cả")

    class Meta:
        model = FrozenPeriod
        fields: list[str] = []


class UnitPeriodFilter(PeriodFilter):
    """Of those who see more than one unit."""

    q = django_filters.CharFilter(label="Tên đơn vị", method="by_unit")

    def by_unit(self, rows: QuerySet[FrozenPeriod], name: str, value: str) -> QuerySet[FrozenPeriod]:
        if fold(value) == fold(COUNTRY):
            return rows.filter(unit=None)
        return rows.filter(unit__name_folded__contains=fold(value))


def filter_of(officer: Officer) -> type[PeriodFilter]:
    return PeriodFilter if works_in_one_commune(officer) else UnitPeriodFilter
