"""The list of cards, and what it can be filtered by; the hand-over lists that were printed."""

import datetime as dt
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Officer
from accounts.scope import works_in_one_commune
from cards.applications.tables import with_text
from cards.deliveries import shelf
from cards.models import Application, ContactResult, PrintJob, RenderState, State, StockCard, StockState
from registry.cleanup.tables import hamlets_of
from registry.residents.masking import shown_phone

DAY = "%d/%m/%Y"
FIT = {"td": {"class": "fit"}}
NO_BOX = "chua-ghi"
PILLS = {
    StockState.HERE: "info", StockState.POSTED: "warn", StockState.HANDED_OVER: "ok", StockState.SENT_BACK: "block",
}  # fmt: skip
CALLED = {
    ContactResult.REACHED: "ok", ContactResult.WILL_COME: "ok", ContactResult.NO_ANSWER: "warn",
    ContactResult.WRONG_NUMBER: "block", ContactResult.SENT: "info", ContactResult.DONE: "ok",
}  # fmt: skip


def pill(kind: str, text: str) -> SafeString:
    return SafeString(render_to_string("components/pill.html", {"kind": kind, "text": text}))


class StockFilter(django_filters.FilterSet):
    """`muc` names the list; without it what lies here."""

    q = django_filters.CharFilter(label="Họ tên, số định danh hoặc số hồ sơ", method="by_text")
    muc = django_filters.ChoiceFilter(
        label="Danh sách", empty_label=None, method="by_section",
        choices=[(one.slug, one.title) for one in shelf.SECTIONS.values()],
    )  # fmt: skip
    thon = django_filters.ChoiceFilter(label="Thôn, tổ", field_name="hamlet", empty_label="Mọi thôn, tổ")
    hop = django_filters.ChoiceFilter(label="Hộp, ngăn", method="by_box", empty_label="Mọi hộp")

    class Meta:
        model = Application
        fields: list[str] = []

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer
        if hamlets := hamlets_of(officer):
            self.filters["thon"].extra["choices"] = hamlets
        else:
            del self.filters["thon"]
        names = [(name, name) for name in shelf.boxes(officer)]
        self.filters["hop"].extra["choices"] = [*names, (NO_BOX, "Chưa ghi hộp")]

    @property
    def section(self) -> shelf.Section:
        asked = self.form.cleaned_data.get("muc") if self.form.is_valid() else ""
        return shelf.SECTIONS[asked or shelf.FIRST]

    def filter_queryset(self, queryset: QuerySet[Application]) -> QuerySet[Application]:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("muc") else self.by_section(rows, "", shelf.FIRST)

    def by_text(self, rows: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        return with_text(rows, value, self.officer)

    def by_section(self, rows: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        return rows.filter(shelf.conditions()[shelf.SECTIONS[value].figure])

    def by_box(self, rows: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        if value == NO_BOX:
            return rows.exclude(stock__box__gt="")
        return rows.filter(stock__box=value)


class StockTable(tables.Table):
    """Files of shelf.files(). `may_choose`: with a box to tick on each row."""

    ticked = tables.Column("Chọn", accessor="public_id", orderable=False, attrs=FIT)
    person = tables.Column("Công dân", accessor="resident", order_by=("resident__sort_key", "pk"))
    number = tables.Column("Hồ sơ", accessor="file_number", order_by=("year", "serial", "pk"), attrs=FIT)
    hamlet = tables.Column("Thôn, tổ", default="chưa rõ", order_by=("hamlet", "pk"))
    box = tables.Column("Hộp", empty_values=(), accessor="public_id", order_by=("stock__box", "pk"), attrs=FIT)
    came_at = tables.Column("Về ngày", default="chưa rõ", order_by=("came_at", "pk"), attrs=FIT)
    called = tables.Column("Đã báo", empty_values=(), accessor="public_id", order_by=("called_at", "pk"))
    state = tables.Column("Thẻ", empty_values=(), orderable=False, accessor="public_id", attrs=FIT)
    commune = tables.Column("Xã", accessor="commune__name", orderable=False)

    class Meta:
        order_by = "came_at"
        caption = "Thẻ căn cước"
        empty_text = "Không có thẻ nào khớp bộ lọc"

    def __init__(self, *args: Any, officer: Officer, may_choose: bool, limit: int, **kwargs: Any) -> None:
        gone = ["commune"] if works_in_one_commune(officer) else []
        super().__init__(*args, exclude=tuple(gone if may_choose else [*gone, "ticked"]), **kwargs)
        self.officer, self.limit = officer, limit

    def render_ticked(self, record: Application) -> str:
        return render_to_string("cards/deliveries/_tick.html", {"file": record})

    def render_person(self, record: Application) -> SafeString:
        person = record.resident
        parts = [f"sinh {person.known_birth.display()}" if person.known_birth else ""]
        parts.append(shown_phone(person.phone, self.officer) if person.phone else "không có số điện thoại")
        note = " · ".join(part for part in parts if part)
        return format_html('<a href="{}">{}</a><span class="cell-note">{}</span>',
                           reverse("cards:stock_card", args=[record.public_id]), person, note)  # fmt: skip

    def render_number(self, record: Application) -> SafeString:
        url = reverse("cards:application", args=[record.public_id])
        return format_html('<a class="number" href="{}">{}</a>', url, record.file_number)

    def render_box(self, record: Application) -> str:
        card = shelf.stock_of(record)
        return card.box if card and card.box else "—"

    def render_came_at(self, value: dt.datetime, record: Application) -> SafeString:
        days = shelf.days_here(value) or 0
        said = "hôm nay" if days == 0 else f"{days} ngày"
        late = record.state == State.ARRIVED and days > self.limit
        shown = pill("warn", said) if late else SafeString(said)
        return format_html('{}<span class="cell-note">{}</span>', shown, f"{timezone.localtime(value):{DAY}}")

    def render_called(self, record: Any) -> SafeString:
        if record.called_at is None:
            return SafeString("chưa báo")
        result = ContactResult(record.call_result)
        told = f"{timezone.localtime(record.called_at):{DAY}}"
        told += f", gọi lại {record.again_on:{DAY}}" if record.again_on else ""
        return format_html('{}<span class="cell-note">{}</span>', pill(CALLED[result], str(result.label)), told)

    def render_state(self, record: Application) -> SafeString:
        return state_of(record)


def state_of(file: Application) -> SafeString:
    card = shelf.stock_of(file)
    state = StockState(card.state) if card else StockState.HERE
    shown = pill(PILLS[state], str(state.label))
    note = note_of(card) if card else ""
    return format_html('{}<span class="cell-note">{}</span>', shown, note) if note else shown


def note_of(card: StockCard) -> str:
    """Where it went: the code of the post, who received it, why it went back."""
    if card.state == StockState.POSTED and card.posted_at:
        return f"{card.post_code}, {timezone.localtime(card.posted_at):{DAY}}"
    if card.state == StockState.HANDED_OVER and card.handed_at:
        who = card.receiver_name or card.get_receiver_display().lower()
        return f"{who}, {timezone.localtime(card.handed_at):{DAY}}"
    if card.state == StockState.SENT_BACK:
        return card.sent_back_reason
    return ""


class ListTable(tables.Table):
    """Hand-over lists that were printed."""

    title = tables.Column("Danh sách", orderable=False, linkify=("cards:hand_over_list", [tables.A("public_id")]))
    total = tables.Column("Thẻ", accessor="content__total", orderable=False, attrs={"td": {"class": "end number fit"}})
    asked_at = tables.Column("Lập lúc", order_by=("asked_at", "pk"), attrs={"td": {"class": "number fit"}})
    asked_by = tables.Column("Người lập", orderable=False)
    paper = tables.Column("Bản in", accessor="state", orderable=False, attrs=FIT)

    class Meta:
        order_by = "-asked_at"
        caption = "Danh sách trả thẻ"
        empty_text = "Chưa in danh sách trả thẻ nào"

    def render_asked_at(self, value: dt.datetime) -> str:
        return f"{timezone.localtime(value):%H:%M {DAY}}"

    def render_paper(self, record: PrintJob) -> SafeString:
        words = "mở bản in" if record.state == RenderState.READY else record.get_state_display().lower()
        return format_html('<a href="{}">{}</a>', reverse("cards:print", args=[record.public_id]), words)
