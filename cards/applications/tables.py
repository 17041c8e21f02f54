"""The list of applications, and what it can be filtered by."""

import datetime as dt
import re
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Level, Officer
from accounts.working_days import Calendar
from cards.applications.clock import calendar_for, late_words
from cards.applications.reasons import REASONS
from cards.models import FINAL_STATES, Application, Kind, State, due_today, overdue, waiting_long
from cards.receipts import payload
from registry.models import IdentityNumber, Resident
from registry.residents.search import in_words

FILE_NUMBER = re.compile(r"(?:hs:)?\s*(\d{2})\s*-\s*(\d{1,6})(?:@(\d{5}))?", re.IGNORECASE)

PILLS: dict[str, str] = {
    State.TAKING: "info",
    State.WAITING_FOR_DATA: "warn",
    State.RECEIVED: "info",
    State.SENT_UP: "info",
    State.PRINTING: "info",
    State.ARRIVED: "ok",
    State.HANDED_OVER: "quiet",
    State.REFUSED: "block",
}


def pill(kind: str, text: str) -> SafeString:
    return SafeString(render_to_string("components/pill.html", {"kind": kind, "text": text}))


def read_file_number(text: str) -> Q | None:
    """The condition for "26-00418", "26-418" or the whole text of a slip's code; None when it is none of these."""
    if payload.looks_like_a_code(bare := "".join(text.split())):
        return _of_slip(bare)
    match = FILE_NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    wanted = Q(year=2000 + int(match[1]), serial=int(match[2]))
    return wanted & Q(commune__code=match[3]) if match[3] else wanted


def with_text(rows: QuerySet[Application], text: str, officer: Officer) -> QuerySet[Application]:
    """Files found by their number, by a number of their person, or by the name."""
    if wanted := read_file_number(text):
        return rows.filter(wanted)
    bare = text.replace(" ", "")
    if bare.isdecimal() and len(bare) in (9, 12):
        holders = IdentityNumber.objects.filter(number=bare)
        return rows.filter(resident__in=holders.values("resident"))
    people = in_words(Resident.objects.in_scope(officer), text, officer)
    return rows.filter(resident__in=people.values("pk"))


def _of_slip(digits: str) -> Q | None:
    """The file that a slip's code names; who signed it is verified elsewhere."""
    try:
        code, _, _ = payload.opened(digits)
    except payload.NotACode:
        return None
    return Q(year=code.file[0], serial=code.file[1]) & Q(commune__code=code.commune_code)


class ApplicationTable(tables.Table):
    number = tables.Column(
        "Số hồ sơ",
        accessor="file_number",
        order_by=("year", "serial"),
        linkify=("cards:application", [tables.A("public_id")]),
        attrs={"td": {"class": "number fit"}},
    )
    resident = tables.Column("Công dân", order_by=("resident__sort_key", "pk"))
    kind = tables.Column("Thủ tục", order_by=("kind", "reason"))
    state = tables.Column("Trạng thái", attrs={"td": {"class": "fit"}})
    received_at = tables.Column(
        "Thu nhận", default="chưa", order_by=("created_at", "pk"), attrs={"td": {"class": "number fit"}}
    )
    promised_on = tables.Column("Hẹn trả", attrs={"td": {"class": "fit"}})
    commune = tables.Column("Xã", accessor="commune__name", order_by="commune__sort_key")

    class Meta:
        order_by = ("-received_at",)
        empty_text = "Không có hồ sơ nào khớp bộ lọc."
        caption = "Hồ sơ căn cước"

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        in_one_commune = officer.unit is not None and officer.unit.level == Level.COMMUNE
        super().__init__(*args, exclude=("commune",) if in_one_commune else (), **kwargs)

    def render_resident(self, record: Application) -> str:
        born = record.resident.known_birth
        return format_html("{} <small>{}</small>", record.resident, f"sinh {born.display()}" if born else "")

    def render_kind(self, record: Application) -> str:
        return format_html("{} <small>{}</small>", record.get_kind_display(), REASONS[record.reason].title)

    def render_state(self, record: Application) -> SafeString:
        return pill(PILLS.get(record.state, "quiet"), record.get_state_display())

    def render_received_at(self, value: dt.datetime) -> str:
        return f"{timezone.localtime(value):%d/%m/%Y}"

    def render_promised_on(self, record: Application) -> str:
        if record.promised_on is None:
            return "—"
        day = format_html('<span class="number">{}</span>', f"{record.promised_on:%d/%m/%Y}")
        late = late_words(record, self.calendar) if record.days_overdue else ""
        return format_html("{} {}", day, pill("block", late)) if late else day

    @cached_property
    def calendar(self) -> Calendar:
        """One query a page, and none where nothing is late."""
        return calendar_for([row.record for row in self.page.object_list])


class Due:
    """The values of the filter "Hạn"; home and dashboards link with them."""

    TODAY = "hom-nay"
    OVERDUE = "qua-han"
    WAITING_LONG = "cho-lau"


class ApplicationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Số hồ sơ, họ tên hoặc số định danh", method="by_text")
    state = django_filters.ChoiceFilter(
        label="Trạng thái", choices=[("dang-mo", "Chưa xong"), *State.choices], empty_label="Tất cả", method="by_state"
    )
    kind = django_filters.ChoiceFilter(label="Thủ tục", choices=Kind, empty_label="Tất cả")
    due = django_filters.ChoiceFilter(
        label="Hạn",
        empty_label="Tất cả",
        method="by_due",
        choices=[
            (Due.TODAY, "Hẹn hôm nay hoặc đã quá"),
            (Due.OVERDUE, "Quá hạn"),
            (Due.WAITING_LONG, "Thẻ về lâu chưa trả"),
        ],
    )
    promised_on = django_filters.DateFilter(
        label="Hẹn trả ngày",
        widget=forms.DateInput(attrs={"inputmode": "numeric", "placeholder": "dd/mm/yyyy", "class": "w-date"}),
        error_messages={"invalid": "Nhập ngày/tháng/năm, ví dụ 02/12/2026."},
    )

    class Meta:
        model = Application
        fields: list[str] = []

    def by_text(self, rows: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        return with_text(rows, value, self.request.user)

    def by_state(self, rows: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        return rows.exclude(state__in=FINAL_STATES) if value == "dang-mo" else rows.filter(state=value)

    def by_due(self, rows: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        return rows.filter(DUE[value]())


DUE = {Due.TODAY: due_today, Due.OVERDUE: overdue, Due.WAITING_LONG: waiting_long}
