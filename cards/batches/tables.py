"""Lists of the desk: batches, the files of one, and the result files that were read."""

import datetime as dt
from typing import Any

import django_tables2 as tables
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Officer
from accounts.scope import works_in_one_commune
from cards.applications.reasons import REASONS
from cards.batches.gathering import STAYS
from cards.models import Batch, BatchLine, BatchState, Result, ResultFile

DAY = "%d/%m/%Y"
FIT = {"td": {"class": "fit"}}
FIGURE = {"td": {"class": "end number fit"}, "th": {"class": "end"}}
BATCH_PILLS = {BatchState.OPEN: "warn", BatchState.SENT: "info", BatchState.CANCELLED: "quiet"}
RESULT_PILLS = {
    Result.PENDING: "quiet", Result.ACCEPTED: "info", Result.RETURNED: "block", Result.PRINTED: "info",
    Result.ARRIVED: "ok",
}  # fmt: skip


def pill(kind: str, text: str) -> SafeString:
    return SafeString(render_to_string("components/pill.html", {"kind": kind, "text": text}))


def with_counts(rows: QuerySet[Batch]) -> QuerySet[Batch]:
    """`files`, and `answered`: how many of them were answered."""
    goes = ~Q(lines__position=STAYS)
    return rows.select_related("commune", "sent_by").annotate(
        files=Count("lines", filter=goes), answered=Count("lines", filter=goes & ~Q(lines__result=""))
    )


class BatchTable(tables.Table):
    number = tables.Column("Đợt", order_by=("year", "serial"), attrs={"td": {"class": "number fit"}})
    day = tables.Column("Ngày chuyển", order_by=("day", "pk"), attrs={"td": {"class": "number fit"}})
    files = tables.Column("Hồ sơ", orderable=False, attrs=FIGURE)
    answered = tables.Column("Đã có kết quả", orderable=False, attrs=FIGURE)
    sent_by = tables.Column("Người chuyển", orderable=False, default="")
    state = tables.Column("Tình trạng", orderable=False, attrs=FIT)
    commune = tables.Column("Xã", accessor="commune__name", orderable=False)

    class Meta:
        order_by = "-day"
        caption = "Đợt chuyển hồ sơ"
        empty_text = "Chưa có đợt nào"
        empty_hint = "Gom hồ sơ đã thu nhận rồi chuyển cả đợt."

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, exclude=("commune",) if works_in_one_commune(officer) else (), **kwargs)

    def render_number(self, record: Batch) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("cards:batch", args=[record.public_id]), record.number)

    def render_day(self, value: dt.date, record: Batch) -> str:
        return f"{value:{DAY}}" if record.sent_at else "—"

    def render_sent_by(self, record: Batch) -> SafeString:
        assert record.sent_at is not None
        when = f"{timezone.localtime(record.sent_at):%H:%M}"
        return format_html('{}<span class="cell-note">{}</span>', record.sent_by, when)

    def render_state(self, record: Batch) -> SafeString:
        return pill(BATCH_PILLS[BatchState(record.state)], record.get_state_display())


def listed(batch: Batch) -> QuerySet[BatchLine]:
    """`came_before`: the file had gone up in an earlier batch."""
    earlier = BatchLine.objects.filter(
        application=OuterRef("application"), batch__sent_at__isnull=False, pk__lt=OuterRef("pk")
    )
    rows = BatchLine.objects.filter(batch=batch).select_related("batch", "application__resident")
    return rows.annotate(came_before=Exists(earlier))


class LineTable(tables.Table):
    """The files of a batch. `is_open`: a column with what can be done to each."""

    position = tables.Column("STT", order_by=("position", "pk"), attrs=FIGURE)
    file = tables.Column("Hồ sơ", accessor="application", orderable=False, attrs=FIT)
    person = tables.Column("Công dân", accessor="application", order_by=("application__resident__sort_key", "pk"))
    kind = tables.Column("Thủ tục", accessor="application", orderable=False)
    promised = tables.Column("Hẹn trả", accessor="application__promised_on", attrs={"td": {"class": "number fit"}})
    result = tables.Column("Kết quả", empty_values=(), order_by=("result", "pk"))
    work = tables.TemplateColumn(
        template_name="cards/batches/_leave.html", verbose_name="Việc", orderable=False, attrs=FIT
    )

    class Meta:
        order_by = "position"
        caption = "Hồ sơ trong đợt"
        empty_text = "Chưa có hồ sơ nào trong đợt"

    def __init__(self, *args: Any, batch: Batch, may_change: bool, **kwargs: Any) -> None:
        is_open = batch.state == BatchState.OPEN
        gone = ["result"] if is_open else []
        super().__init__(*args, exclude=tuple(gone if is_open and may_change else [*gone, "work"]), **kwargs)

    def render_file(self, record: BatchLine) -> SafeString:
        file = record.application
        url = reverse("cards:application", args=[file.public_id])
        again = getattr(record, "came_before", False)
        note = format_html('<span class="cell-note">chuyển lại</span>') if again else ""
        return format_html('<a class="number" href="{}">{}</a>{}', url, file.file_number, note)

    def render_person(self, record: BatchLine) -> SafeString:
        person = record.application.resident
        born = person.known_birth
        return format_html('{}<span class="cell-note">{}</span>', person, f"sinh {born.display()}" if born else "")

    def render_kind(self, record: BatchLine) -> SafeString:
        file = record.application
        return format_html('{}<span class="cell-note">{}</span>', file.get_kind_display(), REASONS[file.reason].title)

    def render_promised(self, value: dt.date) -> str:
        return f"{value:{DAY}}"

    def render_result(self, record: BatchLine) -> SafeString:
        shown = pill(RESULT_PILLS[Result(record.result)], Result(record.result).label)
        if not record.result_on:
            return shown
        told = f"ngày {record.result_on:{DAY}}" + (f": {record.result_note}" if record.result_note else "")
        return format_html('{}<span class="cell-note">{}</span>', shown, told)


class ResultFileTable(tables.Table):
    name = tables.Column("Tệp", orderable=False, linkify=("cards:result_file", [tables.A("public_id")]))
    read_at = tables.Column("Đọc lúc", order_by=("read_at", "pk"), attrs={"td": {"class": "number fit"}})
    read_by = tables.Column("Người đọc", orderable=False)
    done = tables.Column("Đã ghi", accessor="summary", orderable=False, empty_values=(), attrs=FIGURE)
    wrong = tables.Column("Không ghi được", accessor="summary", orderable=False, empty_values=(), attrs=FIGURE)

    class Meta:
        order_by = "-read_at"
        caption = "Tệp kết quả đã đọc"
        empty_text = "Chưa đọc tệp kết quả nào"

    def render_read_at(self, value: dt.datetime) -> str:
        return f"{timezone.localtime(value):%H:%M {DAY}}"

    def render_done(self, record: ResultFile) -> int:
        return record.summary.get("counts", {}).get("done", 0)

    def render_wrong(self, record: ResultFile) -> int:
        return record.summary.get("counts", {}).get("wrong", 0)
