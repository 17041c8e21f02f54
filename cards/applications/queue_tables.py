"""The list of a queue: its columns, and what it can be searched and filtered by."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.scope import works_in_one_commune
from accounts.working_days import Calendar
from cards.applications import queues
from cards.applications.clock import calendar_for, clock_of
from cards.applications.reasons import REASONS
from cards.applications.tables import PILLS, pill, with_text
from cards.models import Application, Kind, State

ME, NOBODY = "toi", "chua-giao"


class QueueFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Số hồ sơ, họ tên hoặc số định danh", method="by_text")
    kind = django_filters.ChoiceFilter(label="Thủ tục", choices=Kind, empty_label="Tất cả")
    state = django_filters.ChoiceFilter(label="Trạng thái", choices=State, empty_label="Tất cả")
    can_bo = django_filters.ChoiceFilter(label="Người giữ", method="by_holder", empty_label="Tất cả")
    ly_do = django_filters.ChoiceFilter(
        label="Lý do quá hạn", method="by_why", empty_label="Tất cả", choices=[("chua", "Chưa ghi"), ("da", "Đã ghi")]
    )

    class Meta:
        model = Application
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        officer = self.request.user
        if not works_in_one_commune(officer):
            del self.filters["can_bo"]
            return
        others = [(str(one.public_id), str(one)) for one in queues.workers_of(officer) if one != officer]
        self.filters["can_bo"].extra["choices"] = [(ME, "Tôi"), (NOBODY, "Chưa ai giữ"), *others]

    def by_text(self, rows: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        return with_text(rows, value, self.request.user)

    def by_holder(self, rows: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        if value == NOBODY:
            return rows.filter(assigned_to=None)
        if value == ME:
            return rows.filter(assigned_to=self.request.user)
        return rows.filter(assigned_to__public_id=value)

    def by_why(self, rows: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        late = rows.filter(queues.overdue())
        return late.filter(overdue_reason="") if value == "chua" else late.exclude(overdue_reason="")


class QueueTable(tables.Table):
    """`measure()` once the page is known: the clocks of its rows share one reading of the holidays."""

    chosen = tables.TemplateColumn(
        '<input class="form-check-input" type="checkbox" name="ho_so" value="{{ record.public_id }}" form="giao-ho-so"'
        ' aria-label="Chọn hồ sơ {{ record.file_number }}">',
        verbose_name="Chọn", orderable=False, attrs={"td": {"class": "fit"}},
    )  # fmt: skip
    number = tables.Column(
        "Số hồ sơ", accessor="file_number", order_by=("year", "serial"),
        linkify=("cards:application", [tables.A("public_id")]), attrs={"td": {"class": "number fit"}},
    )  # fmt: skip
    resident = tables.Column("Công dân", order_by=("resident__sort_key", "pk"))
    kind = tables.Column("Thủ tục", order_by=("kind", "reason"))
    state = tables.Column("Trạng thái", attrs={"td": {"class": "fit"}})
    clock = tables.Column("Thời hạn", accessor="promised_on", empty_values=(), attrs={"td": {"class": "fit"}})
    assigned_to = tables.Column("Người giữ", order_by=("assigned_to__full_name", "pk"), default="chưa ai giữ")
    why = tables.Column("Ghi chú", empty_values=(), orderable=False)

    class Meta:
        order_by = ("clock",)
        empty_text = "Không có hồ sơ nào trong hàng đợi này."
        caption = "Hàng đợi hồ sơ căn cước"

    def __init__(self, *args: Any, may_assign: bool, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if may_assign else ("chosen",), **kwargs)
        self.calendar: Calendar | None = None

    def measure(self) -> None:
        """One query."""
        assert self.page is not None
        self.calendar = calendar_for([row.record for row in self.page.object_list])

    def render_resident(self, record: Application) -> str:
        born = record.resident.known_birth
        return format_html("{} <small>{}</small>", record.resident, f"sinh {born.display()}" if born else "")

    def render_kind(self, record: Application) -> str:
        reason = REASONS.get(record.reason)
        return format_html("{} <small>{}</small>", record.get_kind_display(), reason.title if reason else "")

    def render_state(self, record: Application) -> SafeString:
        return pill(PILLS.get(record.state, "quiet"), record.get_state_display())

    def render_clock(self, record: Application) -> str:
        clock = clock_of(record, self.calendar) if self.calendar else None
        day = f"hẹn {record.promised_on:%d/%m/%Y}" if record.promised_on else "chưa hẹn trả"
        if clock is None:
            return format_html('<span class="cell-note">{}</span>', day)
        return format_html('{}<span class="cell-note">{}</span>', pill(clock.kind, clock.words), day)

    def render_why(self, record: Application) -> str:
        return why_of(record)


def why_of(application: Application) -> str:
    """What somebody said about its standing still: waiting, returned, late; or that nobody has yet."""
    if application.is_paused:
        return f"Chờ công dân: {application.pause_reason}"
    if application.returned_at:
        return f"Cấp trên trả lại: {application.returned_reason}"
    if application.days_overdue:
        return f"Quá hạn: {application.overdue_reason}" if application.overdue_reason else "Chưa ghi lý do quá hạn"
    return ""
