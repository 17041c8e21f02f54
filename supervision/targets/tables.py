"""The list of targets: which hold today, which are to come, which are over."""

import datetime as dt
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Officer
from supervision.figures import FIGURES
from supervision.models import Target
from supervision.targets.choices import plain
from supervision.targets.work import goal_of, may_end, place_of

FIT = {"td": {"class": "fit number"}}
HOLDING, COMING, OVER, ALL = "dang-ap-dung", "sap-ap-dung", "da-het", "tat-ca"
SHOWN = {HOLDING: "Đang áp dụng", COMING: "Sắp áp dụng", OVER: "Đã hết", ALL: "Tất cả"}


def is_over(target: Target, day: dt.date) -> bool:
    return target.ended_at is not None or (target.valid_to is not None and target.valid_to < day)


class TargetFilter(django_filters.FilterSet):
    """Those in force and to come unless the address asks for others."""

    loc = django_filters.ChoiceFilter(label="Tình trạng", choices=list(SHOWN.items()), method="by_state",
                                      empty_label="Còn áp dụng")  # fmt: skip
    so = django_filters.ChoiceFilter(label="Chỉ số", field_name="code", empty_label="Tất cả", choices=[])

    class Meta:
        model = Target
        fields: list[str] = []

    def __init__(self, data: Any, rows: QuerySet[Target], **kwargs: Any) -> None:
        super().__init__(data, rows, **kwargs)
        self.filters["so"].extra["choices"] = plain()

    @property
    def qs(self) -> QuerySet[Target]:
        rows = super().qs
        return rows if self.data.get("loc") in SHOWN else self.by_state(rows, "loc", "")

    def by_state(self, rows: QuerySet[Target], name: str, value: str) -> QuerySet[Target]:
        today = timezone.localdate()
        over = ~Q(ended_at=None) | Q(valid_to__lt=today)
        if value == HOLDING:
            return rows.exclude(over).filter(valid_from__lte=today)
        if value == COMING:
            return rows.exclude(over).filter(valid_from__gt=today)
        if value == OVER:
            return rows.filter(over)
        return rows if value == ALL else rows.exclude(over)


class TargetTable(tables.Table):
    code = tables.Column("Chỉ số", order_by=("code", "-valid_from", "pk"))
    unit = tables.Column("Áp dụng cho", empty_values=(), order_by=("unit__sort_key", "code", "pk"))
    value = tables.Column("Chỉ tiêu", orderable=False, attrs=FIT)
    valid_from = tables.Column("Từ ngày", order_by=("valid_from", "pk"), attrs=FIT)
    state = tables.Column("Tình trạng", empty_values=(), orderable=False, attrs={"td": {"class": "fit"}})
    set_by = tables.Column("Người đặt", orderable=False)
    act = tables.TemplateColumn(
        template_name="supervision/targets/_end.html",
        verbose_name="Thao tác",
        orderable=False,
        attrs={"td": {"class": "fit"}},
    )

    class Meta:
        model = Target
        fields: list[str] = []
        sequence = ("code", "unit", "value", "valid_from", "state", "set_by", "act")
        empty_text = "Chưa đặt chỉ tiêu nào."
        caption = "Chỉ tiêu"

    def __init__(self, *args: Any, officer: Officer, may_set: bool, **kwargs: Any) -> None:
        super().__init__(*args, exclude=[] if may_set else ["act"], **kwargs)
        self.officer, self.today = officer, timezone.localdate()

    def render_code(self, record: Target) -> SafeString:
        figure = FIGURES.get(record.code)
        note = format_html('<span class="cell-note">{}</span>', record.note) if record.note else ""
        return format_html("{}{}", figure.title if figure else record.code, note)

    def render_unit(self, record: Target) -> str:
        place = place_of(record)
        return place[0].upper() + place[1:]

    def render_value(self, record: Target) -> str:
        return goal_of(record)

    def render_valid_from(self, record: Target) -> str:
        until = f" – {record.valid_to:%d/%m/%Y}" if record.valid_to else ""
        return f"{record.valid_from:%d/%m/%Y}{until}"

    def render_state(self, record: Target) -> SafeString:
        if record.ended_at is not None:
            return _pill("quiet", f"thôi từ {timezone.localtime(record.ended_at):%d/%m/%Y}")
        if is_over(record, self.today):
            return _pill("quiet", "đã hết")
        return _pill("info", "sắp áp dụng") if record.valid_from > self.today else _pill("ok", "đang áp dụng")

    def mark_ends(self) -> None:
        """Which of the rows on the page this officer may end: the template asks."""
        for row in self.page.object_list:
            row.record.ends = not is_over(row.record, self.today) and may_end(self.officer, row.record)


def _pill(kind: str, text: str) -> SafeString:
    return render_to_string("components/pill.html", {"kind": kind, "text": text})
