"""The list of open alerts, each with the way to ask the commune about it."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Officer
from accounts.roles import Right
from accounts.scope import works_in_one_commune
from supervision.alerts.reading import said
from supervision.figures import FIGURES
from supervision.models import Alert, AlertKind, Request
from supervision.models.request import OPEN_REQUESTS
from supervision.targets.choices import plain

PILLS = {AlertKind.BELOW_TARGET: "block", AlertKind.GETTING_WORSE: "warn", AlertKind.BEHIND_OTHERS: "remind"}


def listed(rows: QuerySet[Alert]) -> QuerySet[Alert]:
    """With the open request about the same figure of the same commune, where there is one."""
    asked = Request.objects.filter(unit=OuterRef("unit"), code=OuterRef("code"), state__in=OPEN_REQUESTS)
    return rows.annotate(request_id=Subquery(asked.values("public_id")[:1]))


class AlertFilter(django_filters.FilterSet):
    vi = django_filters.ChoiceFilter(label="Vì", field_name="kind", choices=AlertKind, empty_label="Tất cả")
    so = django_filters.ChoiceFilter(label="Chỉ số", field_name="code", empty_label="Tất cả", choices=[])
    xa = django_filters.CharFilter(field_name="unit__code", widget=forms.HiddenInput)

    class Meta:
        model = Alert
        fields: list[str] = []

    def __init__(self, data: Any, rows: QuerySet[Alert], **kwargs: Any) -> None:
        super().__init__(data, rows, **kwargs)
        self.filters["so"].extra["choices"] = plain()


class AlertTable(tables.Table):
    kind = tables.Column("Vì", order_by=("rank", "since", "pk"), attrs={"td": {"class": "fit"}})
    unit = tables.Column("Xã", order_by=("unit__sort_key", "rank", "pk"))
    code = tables.Column("Chỉ số", order_by=("code", "rank", "pk"))
    since = tables.DateColumn(verbose_name="Từ ngày", format="d/m/Y", attrs={"td": {"class": "fit number"}})
    act = tables.Column("Việc giao", empty_values=(), orderable=False, attrs={"td": {"class": "fit"}})

    class Meta:
        model = Alert
        fields: list[str] = []
        sequence = ("kind", "unit", "code", "since", "act")
        caption = "Cảnh báo đang mở"
        empty_text = "Không có cảnh báo nào."

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, exclude=["unit"] if works_in_one_commune(officer) else [], **kwargs)
        self.may_ask = officer.can(Right.REQUESTS_ASK)

    def render_kind(self, record: Alert) -> SafeString:
        return render_to_string(
            "components/pill.html", {"kind": PILLS[AlertKind(record.kind)], "text": record.get_kind_display()}
        )

    def render_code(self, record: Alert) -> SafeString:
        page = f"{reverse('supervision:figure', args=[record.code])}?xa={record.unit.code}"
        title = FIGURES[record.code].title
        return format_html('<a href="{}">{}</a><span class="cell-note">{}</span>', page, title, said(record))

    def render_act(self, record: Any) -> SafeString | str:
        if record.request_id:
            page = reverse("supervision:request", args=[record.request_id])
            return format_html('<a href="{}">mở việc giao</a>', page)
        if not self.may_ask:
            return "chưa giao"
        page = f"{reverse('supervision:request_new')}?chi-so={record.code}&xa={record.unit.code}"
        return format_html('<a class="btn btn-outline btn-sm" href="{}">Giao việc</a>', page)
