"""The list of reports: what was made, of which unit and period, where its files are."""

import datetime as dt
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Officer
from accounts.periods import Period, name_of
from accounts.scope import works_in_one_commune
from accounts.text import fold
from supervision.models import PeriodKind, Report, ReportKind, ReportState
from supervision.reports.heads import COUNTRY

PILLS = {ReportState.WAITING: "info", ReportState.READY: "ok", ReportState.FAILED: "block"}
FIT = {"td": {"class": "fit"}}


def listed(officer: Officer) -> QuerySet[Report]:
    rows = Report.objects.in_scope(officer).select_related("unit", "asked_by")
    return rows.defer("pdf", "xlsx", "contents")


class ReportTable(tables.Table):
    kind = tables.Column("Báo cáo", orderable=False)
    first = tables.Column("Kỳ", order_by=("first", "pk"), attrs={"td": {"class": "fit number"}})
    unit = tables.Column("Đơn vị", empty_values=(), order_by=("unit__sort_key", "pk"))
    version = tables.Column("Lần", orderable=False, attrs=FIT)
    asked_at = tables.Column("Lập lúc", order_by=("asked_at", "pk"), attrs={"td": {"class": "fit number"}})
    asked_by = tables.Column("Người lập", default="Tự lập khi chốt kỳ", orderable=False)
    state = tables.Column("Tệp", orderable=False, attrs=FIT)

    class Meta:
        model = Report
        fields: list[str] = []
        sequence = ("kind", "first", "unit", "version", "asked_at", "asked_by", "state")
        order_by = "-first"
        caption = "Báo cáo"
        empty_text = "Chưa có báo cáo nào khớp bộ lọc"

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, exclude=("unit",) if works_in_one_commune(officer) else (), **kwargs)

    def render_kind(self, record: Report) -> SafeString:
        mark = pill("warn", "sơ bộ") if record.is_preliminary else SafeString("")
        page = reverse("supervision:report", args=[record.public_id])
        return format_html('<a href="{}">{}</a> {}', page, record.get_kind_display(), mark)

    def render_first(self, record: Report) -> str:
        return name_of(record.period, Period(record.first, record.last))

    def render_unit(self, record: Report) -> str:
        return str(record.unit or COUNTRY)

    def render_version(self, value: int) -> str:
        return f"lần {value}"

    def render_asked_at(self, value: dt.datetime) -> str:
        return f"{timezone.localtime(value):%H:%M %d/%m/%Y}"

    def render_state(self, record: Report) -> SafeString:
        if record.state != ReportState.READY:
            return pill(PILLS[ReportState(record.state)], record.get_state_display())
        told = f"{record.get_kind_display()} {self.render_first(record)}, lần {record.version}"
        return render_to_string("supervision/reports/_file_links.html", {"report": record, "told": told})


def pill(kind: str, text: str) -> SafeString:
    return render_to_string("components/pill.html", {"kind": kind, "text": text})


class ReportFilter(django_filters.FilterSet):
    loai = django_filters.ChoiceFilter(
        label="Báo cáo", field_name="kind", choices=ReportKind.choices, empty_label="Tất cả"
    )
    ky = django_filters.ChoiceFilter(
        label="Kỳ", field_name="period", choices=PeriodKind.choices, empty_label="Tất cả"
    )  # fmt: skip
    ban = django_filters.ChoiceFilter(
        label="Số liệu", choices=[("chot", "Đã chốt"), ("so-bo", "Sơ bộ")], method="by_state", empty_label="Tất cả"
    )

    class Meta:
        model = Report
        fields: list[str] = []

    def by_state(self, rows: QuerySet[Report], name: str, value: str) -> QuerySet[Report]:
        return rows.filter(is_preliminary=value == "so-bo")


class UnitReportFilter(ReportFilter):
    """Of those who see more than one unit: the own reports are not lost among those of a hundred communes."""

    cua = django_filters.ChoiceFilter(
        label="Của", choices=[("minh", "Đơn vị mình"), ("duoi", "Đơn vị cấp dưới")], method="by_whose",
        empty_label="Tất cả",
    )  # fmt: skip
    q = django_filters.CharFilter(label="Tên đơn vị", method="by_unit")

    def by_whose(self, rows: QuerySet[Report], name: str, value: str) -> QuerySet[Report]:
        own = Q(unit=self.request.user.unit_id)
        return rows.filter(own if value == "minh" else ~own)

    def by_unit(self, rows: QuerySet[Report], name: str, value: str) -> QuerySet[Report]:
        if fold(value) == fold(COUNTRY):
            return rows.filter(unit=None)
        return rows.filter(unit__name_folded__contains=fold(value))


def filter_of(officer: Officer) -> type[ReportFilter]:
    return ReportFilter if works_in_one_commune(officer) else UnitReportFilter
