"""The list of merges, and what it can be searched and filtered by."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils.html import format_html

from accounts.models import Officer
from accounts.text import fold
from registry.duplicates.merge_page import STATE_PILLS
from registry.models import Merge, MergeState
from registry.residents.masking import shown_text


class MergeTable(tables.Table):
    survivor = tables.Column("Hồ sơ giữ lại", order_by="survivor__sort_key")
    folded = tables.Column("Hồ sơ được gộp", orderable=False)
    reason = tables.Column("Lý do", orderable=False)
    created_by = tables.Column("Người đề nghị", accessor="created_by__full_name", orderable=False)
    created_at = tables.DateColumn(verbose_name="Ngày", format="d/m/Y", attrs={"td": {"class": "fit"}})
    state = tables.Column("Tình trạng", orderable=False, attrs={"td": {"class": "fit"}})

    class Meta:
        model = Merge
        fields: list[str] = []
        order_by = "-created_at"
        empty_text = "Không có việc gộp nào khớp bộ lọc"

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer

    def render_reason(self, value: str) -> str:
        return shown_text(value, self.officer)

    def render_survivor(self, record: Merge) -> str:
        return format_html(
            '<a href="{}">{}</a><small>{}</small>', record.get_absolute_url(), record.survivor.full_name,
            record.survivor.commune.name,
        )  # fmt: skip

    def render_folded(self, record: Merge) -> str:
        return format_html("{}<small>{}</small>", record.folded.full_name, record.folded.commune.name)

    def render_state(self, record: Merge) -> str:
        pill = {"kind": STATE_PILLS[MergeState(record.state)], "text": record.get_state_display()}
        return render_to_string("components/pill.html", pill)


class MergeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Họ tên", method="by_text")
    tinh_trang = django_filters.ChoiceFilter(
        label="Tình trạng", field_name="state", choices=MergeState.choices, empty_label="Tất cả"
    )
    dia_ban = django_filters.ChoiceFilter(
        label="Địa bàn", choices=[("lien", "Liên xã")], empty_label="Mọi việc", method="by_place"
    )

    class Meta:
        model = Merge
        fields: list[str] = []

    def by_text(self, rows: QuerySet[Merge], name: str, value: str) -> QuerySet[Merge]:
        words = fold(value)
        return rows.filter(Q(survivor__name_folded__contains=words) | Q(folded__name_folded__contains=words))

    def by_place(self, rows: QuerySet[Merge], name: str, value: str) -> QuerySet[Merge]:
        return rows.exclude(survivor__commune=F("folded__commune"))
