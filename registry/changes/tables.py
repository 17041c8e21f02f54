"""The list of changes, and what it can be filtered by."""

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.text import fold
from registry.changes import kinds
from registry.models import Change, ChangeState


class ChangeTable(tables.Table):
    kind = tables.Column("Việc", accessor="title", order_by="kind", linkify=lambda record: record.get_absolute_url())
    who = tables.Column("Người, hộ", accessor="pk", orderable=False)
    received_on = tables.DateColumn(verbose_name="Nhận ngày", format="d/m/Y")
    due_on = tables.DateColumn(verbose_name="Hạn", format="d/m/Y")
    created_by = tables.Column("Cán bộ", accessor="created_by__full_name", orderable=False)
    state = tables.Column("Tình trạng", orderable=False)

    class Meta:
        order_by = "due_on"
        empty_text = "Không có việc nào khớp bộ lọc."

    def render_who(self, record: Change) -> str:
        return str(record.resident or record.household)

    def render_state(self, record: Change) -> str:
        late = record.is_waiting and record.due_on and record.due_on < timezone.localdate()
        pill = ("block", "Quá hạn") if late else ("quiet", record.get_state_display())
        return render_to_string("components/pill.html", {"kind": pill[0], "text": pill[1]})


class ChangeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Họ tên hoặc số hộ", method="by_text")
    kind = django_filters.ChoiceFilter(label="Việc", empty_label="Tất cả")
    state = django_filters.ChoiceFilter(label="Tình trạng", choices=ChangeState.choices, empty_label="Đang giải quyết")
    due = django_filters.ChoiceFilter(
        label="Hạn", choices=[("late", "Quá hạn"), ("today", "Đến hạn hôm nay")], empty_label="Tất cả", method="by_due"
    )

    class Meta:
        model = Change
        fields: list[str] = []

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = [(kind.code, kind.title) for kind in kinds.every().values()]

    def by_text(self, rows: QuerySet[Change], name: str, value: str) -> QuerySet[Change]:
        text = value.strip()
        if text.isdigit():
            return rows.filter(household__code=text.zfill(5))
        return rows.filter(Q(resident__name_folded__contains=fold(text)))

    def by_due(self, rows: QuerySet[Change], name: str, value: str) -> QuerySet[Change]:
        today = timezone.localdate()
        return rows.filter(due_on__lt=today) if value == "late" else rows.filter(due_on=today)
