"""The trail as a table, and what it can be filtered by."""

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet

from accounts.models import Action, AuditEvent


class AuditTable(tables.Table):
    at = tables.DateTimeColumn(format="H:i:s d/m/Y")
    actor_name = tables.Column(linkify=False)

    class Meta:
        model = AuditEvent
        fields = ["at", "actor_name", "unit_name", "action", "sentence", "target_label", "reason", "ip_address"]
        order_by = "-at"
        empty_text = "Không có dòng nào khớp bộ lọc."


class AuditFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Cán bộ hoặc đối tượng", method="by_text")
    action = django_filters.ChoiceFilter(label="Việc", choices=Action, empty_label="Tất cả")
    since = django_filters.DateFilter(
        label="Từ ngày",
        field_name="at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs={"inputmode": "numeric"}),
    )
    until = django_filters.DateFilter(
        label="Đến ngày",
        field_name="at",
        lookup_expr="date__lte",
        widget=forms.DateInput(attrs={"inputmode": "numeric"}),
    )

    class Meta:
        model = AuditEvent
        fields: list[str] = []

    def by_text(self, rows: QuerySet[AuditEvent], name: str, value: str) -> QuerySet[AuditEvent]:
        return rows.filter(
            Q(actor_badge__iexact=value)
            | Q(actor_name__icontains=value)
            | Q(target_label__icontains=value)
            | Q(target_ref=value)
        )
