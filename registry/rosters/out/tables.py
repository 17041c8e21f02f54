"""The lists that were taken out."""

import datetime as dt
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Officer
from accounts.roles import Role
from registry.models import ExportState, ListExport
from registry.rosters.out.asking import figure

PILLS = {ExportState.WAITING: "info", ExportState.READY: "ok", ExportState.FAILED: "block", ExportState.PURGED: "quiet"}
FIT = {"td": {"class": "fit"}}


class ExportTable(tables.Table):
    title = tables.Column("Danh sách", linkify=lambda record: record.get_absolute_url(), orderable=False)
    asked_at = tables.Column("Yêu cầu lúc", order_by=("asked_at", "pk"), attrs={"td": {"class": "number fit"}})
    asked_by = tables.Column("Người xuất", orderable=False)
    reason = tables.Column("Mục đích", orderable=False)
    rows_count = tables.Column("Số dòng", orderable=False, attrs={"td": {"class": "end number"}})
    state = tables.Column("Tình trạng", orderable=False, attrs=FIT)
    opened_count = tables.Column("Đã tải", orderable=False, attrs=FIT)
    purge_on = tables.Column("Giữ đến", orderable=False, attrs={"td": {"class": "number fit"}})

    class Meta:
        model = ListExport
        fields: list[str] = []
        sequence = ("title", "asked_at", "asked_by", "reason", "rows_count", "state", "opened_count", "purge_on")
        order_by = "-asked_at"
        caption = "Danh sách đã xuất"
        empty_text = "Chưa xuất danh sách nào"

    empty_hint = "Mở một danh sách, lọc, rồi bấm “Xuất danh sách”."

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if officer.role == Role.CHIEF else ("asked_by",), **kwargs)

    def render_asked_at(self, value: dt.datetime) -> str:
        return f"{timezone.localtime(value):%H:%M %d/%m/%Y}"

    def render_rows_count(self, value: int) -> str:
        return figure(value)

    def render_state(self, record: ListExport) -> str:
        told = {"kind": PILLS[ExportState(record.state)], "text": record.get_state_display()}
        return render_to_string("components/pill.html", told)

    def render_opened_count(self, value: int) -> str:
        return f"{value} lần" if value else "chưa"

    def render_purge_on(self, value: dt.date) -> str:
        return f"{value:%d/%m/%Y}"
