"""The list of requests: what is overdue first, and each with its figure then, now and as it should be."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Officer
from accounts.scope import works_in_one_commune
from supervision.models import Request, RequestState
from supervision.models.request import OPEN_REQUESTS
from supervision.requests import measure
from supervision.requests.page import PILLS, calendar_for, due_words, moved
from supervision.targets.choices import plain

OPEN, OVERDUE, ANSWERED, ENDED, ALL = "dang-mo", "qua-han", "da-tra-loi", "ket-thuc", "tat-ca"
SHOWN = {
    OPEN: "Đang mở",
    OVERDUE: "Quá hạn",
    ANSWERED: "Xã đã trả lời",
    ENDED: "Đã kết thúc",
    ALL: "Tất cả",
}
FIT = {"td": {"class": "fit number"}}
END = {"th": {"class": "end"}, "td": {"class": "end number"}}


def listed(rows: QuerySet[Request]) -> QuerySet[Request]:
    """Open ones first, the oldest date first: what is overdue leads."""
    is_over = Case(When(state__in=OPEN_REQUESTS, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.select_related("unit__parent", "asked_by").annotate(is_over=is_over).order_by("is_over", "due_on", "pk")


class RequestFilter(django_filters.FilterSet):
    """Open ones unless the address asks for others."""

    loc = django_filters.ChoiceFilter(
        label="Tình trạng", choices=list(SHOWN.items()), method="by_state", empty_label=None, initial=OPEN
    )
    so = django_filters.ChoiceFilter(label="Chỉ số", field_name="code", empty_label="Tất cả", choices=[])
    xa = django_filters.CharFilter(field_name="unit__code", widget=forms.HiddenInput)

    class Meta:
        model = Request
        fields: list[str] = []

    def __init__(self, data: Any, rows: QuerySet[Request], **kwargs: Any) -> None:
        data = data.copy()
        data.setdefault("loc", OPEN)
        super().__init__(data, rows, **kwargs)
        self.filters["so"].extra["choices"] = plain()

    def by_state(self, rows: QuerySet[Request], name: str, value: str) -> QuerySet[Request]:
        if value == OVERDUE:
            return rows.filter(state__in=OPEN_REQUESTS, due_on__lt=timezone.localdate())
        if value == ANSWERED:
            return rows.filter(state=RequestState.ANSWERED)
        if value == ALL:
            return rows
        over = [RequestState.DONE, RequestState.WITHDRAWN]
        return rows.filter(state__in=over if value == ENDED else OPEN_REQUESTS)


class RequestTable(tables.Table):
    code = tables.Column("Việc", order_by=("code", "due_on", "pk"))
    unit = tables.Column(
        "Xã", accessor="unit__name", order_by=("unit__sort_key", "due_on", "pk"), attrs={"td": {"class": "name"}}
    )
    due_on = tables.Column("Hạn", order_by=("due_on", "pk"), attrs={"td": {"class": "fit"}})
    then = tables.Column("Khi giao", accessor="value_then", orderable=False, empty_values=(), attrs=END)
    now = tables.Column("Hiện nay", orderable=False, empty_values=(), attrs=END)
    goal = tables.Column("Cần đạt", orderable=False, empty_values=(), attrs=END)
    state = tables.Column("Tình trạng", order_by=("state", "due_on", "pk"), attrs={"td": {"class": "fit"}})

    class Meta:
        model = Request
        fields: list[str] = []
        sequence = ("code", "unit", "due_on", "then", "now", "goal", "state")
        caption = "Việc giao"
        empty_text = "Không có việc nào."

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, exclude=["unit"] if works_in_one_commune(officer) else [], **kwargs)
        self.caption = "Việc giao, việc quá hạn đứng trước"

    def measure(self) -> Any:
        """The figures of the rows on the page, before they are drawn; answers from when they are. Three queries."""
        rows = [row.record for row in self.page.object_list]
        now, at = measure.now_of_each(rows)
        self.moved = {row.pk: moved(row, now.get(row.pk)) for row in rows}
        self.calendar = calendar_for([row for row in rows if row.is_overdue])
        return at

    def render_code(self, record: Request) -> SafeString:
        page = reverse("supervision:request", args=[record.public_id])
        text = record.text if len(record.text) <= 90 else f"{record.text[:88].rstrip()}…"
        return format_html(
            '<a href="{}">{}</a><span class="cell-note">{}</span>', page, self.moved[record.pk].title, text
        )

    def render_due_on(self, record: Request) -> SafeString:
        kind, words = due_words(record, self.calendar)
        day = format_html('<span class="number">{}</span>', f"{record.due_on:%d/%m/%Y}")
        return format_html("{}<br>{}", day, pill(kind, words)) if words else day

    def render_then(self, record: Request) -> SafeString | str:
        way = self.moved[record.pk]
        note = format_html('<span class="cell-note">{}</span>', way.then_title) if way.is_counted else ""
        return format_html("{}{}", way.then, note)

    def render_now(self, record: Request) -> SafeString:
        way = self.moved[record.pk]
        change = way.change.replace("điểm phần trăm", "điểm %")  # a column is narrow
        notes = [way.now_title.lower() if way.is_counted else "", "đã đạt" if way.is_met else change]
        note = ", ".join(filter(None, notes))
        return format_html('<b>{}</b><span class="cell-note">{}</span>', way.now, note)

    def render_goal(self, record: Request) -> str:
        return self.moved[record.pk].goal or "–"

    def render_state(self, record: Request) -> SafeString:
        return pill(PILLS[RequestState(record.state)], record.get_state_display())


def pill(kind: str, text: str) -> SafeString:
    return render_to_string("components/pill.html", {"kind": kind, "text": text})
