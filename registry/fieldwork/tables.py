"""Lists of the desk: sheets, people by how fresh their records are, and what visits left to be done."""

import datetime as dt

import django_tables2 as tables
from django.db.models import Count, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from registry.models import FieldLine, FieldSheet, Outcome, Resident, SheetState
from registry.residents.freshness import LEVELS, Terms

PILLS = {SheetState.OPEN: "info", SheetState.DONE: "ok", SheetState.CANCELLED: "quiet"}
FIGURE = {"td": {"class": "end number fit"}, "th": {"class": "end"}}


def listed(rows: QuerySet[FieldSheet]) -> QuerySet[FieldSheet]:
    """Add how many people and households are on each, and how many people have an outcome: one query."""
    people = Q(lines__resident__isnull=False)
    return rows.select_related("assigned_to").annotate(
        people=Count("lines", filter=people),
        entered=Count("lines", filter=people & Q(lines__entered_at__isnull=False)),
        homes=Count("lines", filter=~people),
    )


class SheetTable(tables.Table):
    number = tables.Column("Phiếu", accessor="number", order_by=("year", "serial"), attrs={"td": {"class": "fit"}})
    hamlets = tables.Column("Thôn, tổ", orderable=False)
    homes = tables.Column("Hộ", orderable=False, attrs=FIGURE)
    entered = tables.Column("Đã nhập", orderable=False, empty_values=(), attrs=FIGURE)
    goes = tables.Column("Cán bộ đi", accessor="assigned_to", orderable=False, default="chưa phân công")
    planned_on = tables.Column("Đi ngày", default="", attrs={"td": {"class": "fit"}})
    state = tables.Column("Tình trạng", orderable=False, attrs={"td": {"class": "fit"}})

    class Meta:
        order_by = "-number"
        empty_text = "Chưa có phiếu nào"
        empty_hint = "Lập phiếu theo thôn, tổ, hoặc từ kế hoạch tháng."

    def render_number(self, record: FieldSheet) -> SafeString:
        return format_html(
            '<a href="{}">{}</a><span class="cell-note">lập {}</span>',
            record.get_absolute_url(), record.number, timezone.localtime(record.created_at).strftime("%d/%m/%Y"),
        )  # fmt: skip

    def render_hamlets(self, value: list[str]) -> str:
        return ", ".join(value)

    def render_entered(self, record: FieldSheet) -> str:
        return f"{record.entered}/{record.people}"  # type: ignore[attr-defined]

    def render_planned_on(self, value: dt.date) -> str:
        return f"{value:%d/%m/%Y}"

    def render_state(self, record: FieldSheet) -> str:
        context = {"kind": PILLS[SheetState(record.state)], "text": record.get_state_display()}
        return render_to_string("components/pill.html", context)


class FreshTable(tables.Table):
    """People behind a number of the plan, the longest unconfirmed first. Give `terms`."""

    full_name = tables.Column(
        "Họ và tên", order_by=("sort_key", "pk"), linkify=("registry:resident", [tables.A("public_id")])
    )
    birth = tables.Column("Ngày sinh", accessor="known_birth", orderable=False, default="chưa rõ")
    lives_in = tables.Column("Thôn, tổ", orderable=False, default="chưa thuộc hộ nào")
    since = tables.Column("Phúc tra gần nhất", order_by=("since", "pk"))
    due = tables.Column("Hạn phúc tra", empty_values=(), orderable=False, attrs={"td": {"class": "fit"}})

    class Meta:
        order_by = "since"
        empty_text = "Không có ai"

    def __init__(self, *args, terms: Terms, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.terms = terms

    def render_birth(self, value) -> str:
        return value.display()

    def render_since(self, record: Resident) -> SafeString:
        if record.confirmed_at is None:
            made = timezone.localtime(record.created_at).strftime("%d/%m/%Y")
            return format_html('chưa lần nào<span class="cell-note">ghi nhận {}</span>', made)
        how = record.get_confirmed_how_display()
        day = timezone.localtime(record.confirmed_at).strftime("%d/%m/%Y")
        return format_html('{}<span class="cell-note">{}</span>', day, how)

    def render_due(self, record: Resident) -> str:
        return f"{self.terms.due_on(record.since, record.birth_latest_on):%d/%m/%Y}"  # type: ignore[attr-defined]


def title_of(level: str) -> str:
    return LEVELS.get(level, "Tất cả")


FIXES = {Outcome.DEAD: ("Khai tử", "khai-tu"), Outcome.MOVED: ("Ghi vắng mặt", "vang-khong-khai-bao")}


class ToDoTable(tables.Table):
    """What visits left for the office, the oldest first."""

    who = tables.Column("Ai", empty_values=(), orderable=False)
    outcome = tables.Column("Kết quả", empty_values=(), orderable=False, attrs={"td": {"class": "fit"}})
    remark = tables.Column("Ghi lại", default="", orderable=False)
    visited_on = tables.Column("Đến ngày", order_by=("visited_on", "pk"), attrs={"td": {"class": "fit"}})
    work = tables.TemplateColumn(
        template_name="registry/fieldwork/_to_do_work.html",
        verbose_name="Làm",
        orderable=False,
        attrs={"td": {"class": "fit"}},
    )

    class Meta:
        order_by = "visited_on"
        empty_text = "Không còn việc nào sau phúc tra"

    def render_who(self, record: FieldLine) -> SafeString:
        target = record.resident or record.household
        name = record.resident.full_name if record.resident else f"{record.household}"
        note = f"{record.household}, {record.household.address} · phiếu {record.sheet.number}"
        return format_html('<a href="{}">{}</a><span class="cell-note">{}</span>',
                           target.get_absolute_url(), name, note)  # fmt: skip

    def render_outcome(self, record: FieldLine) -> str:
        return record.get_outcome_display() or "Ghi chú"

    def render_visited_on(self, value: dt.date, record: FieldLine) -> SafeString:
        return format_html('{}<span class="cell-note">{}</span>', f"{value:%d/%m/%Y}", record.entered_by)


def work_for(line: FieldLine) -> list[tuple[str, str]]:
    """(words, address) of what is usually done for such a line."""
    if line.resident is None:
        return [("Ghi nhận người mới", reverse("registry:resident_new")), ("Mở hộ", line.household.get_absolute_url())]
    back = reverse("registry:field_to_do")
    person = line.resident.public_id
    found = [("Sửa hồ sơ", f"{reverse('registry:resident_edit', args=[person])}?ve={back}")]
    if line.outcome in FIXES:
        words, kind = FIXES[Outcome(line.outcome)]
        found.insert(0, (words, reverse("registry:resident_change_new", args=[person, kind])))
    return found
