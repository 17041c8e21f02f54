"""The lists of this desk: findings to choose from, the lines of a run, the runs of the commune."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Officer
from accounts.text import fold
from registry.cleanup.checklist import Item
from registry.cleanup.rules import RULE_TEXTS
from registry.cleanup.tables import hamlets_of
from registry.models import Finding, LineState, Membership, RepairLine, RepairRun, RunState
from registry.repairs import kinds
from registry.repairs.fix import Change, Fix, Proposal
from registry.residents.masking import shown_text

AGES = {"7": "Từ 7 ngày", "30": "Từ 30 ngày", "90": "Từ 90 ngày"}
RUN_PILLS = {
    RunState.CHOOSING: "quiet",
    RunState.PREVIEWED: "quiet",
    RunState.RUNNING: "info",
    RunState.DONE: "ok",
    RunState.UNDOING: "info",
    RunState.UNDONE: "remind",
    RunState.DROPPED: "quiet",
}
LINE_PILLS = {
    LineState.CHOSEN: "quiet",
    LineState.READY: "info",
    LineState.REFUSED: "warn",
    LineState.DONE: "ok",
    LineState.UNDONE: "remind",
    LineState.KEPT: "warn",
}
NAME = {"td": {"class": "name"}}
WRITTEN = (LineState.DONE, LineState.UNDONE, LineState.KEPT)
"""Of lines that were done, whatever became of them later."""


def pill(kind: str, text: str) -> SafeString:
    return render_to_string("components/pill.html", {"kind": kind, "text": text})


def changes_as_shown(changes: list[Change], officer: Officer) -> list[Change]:
    return [{name: shown_text(text, officer) for name, text in one.items()} for one in changes]


# --- findings to choose from -----------------------------------------------------------------------------------------


def listed(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    home = Membership.objects.filter(resident=OuterRef("resident"), to_on=None)
    return rows.select_related("resident").annotate(hamlet=home.values("household__hamlet")[:1])


class ChoiceFilter(django_filters.FilterSet):
    """`quy_tac` only where the fix serves several rules."""

    q = django_filters.CharFilter(label="Họ tên", method="by_text")
    quy_tac = django_filters.ChoiceFilter(label="Quy tắc", field_name="rule", empty_label="Mọi quy tắc")
    thon = django_filters.ChoiceFilter(label="Thôn, tổ", method="by_hamlet", empty_label="Mọi thôn, tổ")
    tuoi = django_filters.ChoiceFilter(
        label="Đã mở", choices=list(AGES.items()), method="by_age", empty_label="Mọi lúc"
    )

    class Meta:
        model = Finding
        fields: list[str] = []

    def __init__(self, *args: Any, officer: Officer, fix: Fix, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(fix.rules) > 1:
            self.filters["quy_tac"].extra["choices"] = [
                (code, f"{code} {RULE_TEXTS[code].title}") for code in fix.rules
            ]
        else:
            del self.filters["quy_tac"]
        if hamlets := hamlets_of(officer):
            self.filters["thon"].extra["choices"] = hamlets
        else:
            del self.filters["thon"]

    def by_text(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        return rows.filter(resident__name_folded__contains=fold(value))

    def by_hamlet(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        living = Membership.objects.filter(resident=OuterRef("resident"), to_on=None, household__hamlet=value)
        return rows.filter(Exists(living))

    def by_age(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        return rows.filter(opened_at__lte=timezone.now() - dt.timedelta(days=int(value)))


class ChoiceTable(tables.Table):
    """`proposals` and `ticked` are of the page that is shown, by the finding's id; set after paging."""

    ticked = tables.Column("Chọn", accessor="public_id", orderable=False, attrs={"td": {"class": "fit"}})
    person = tables.Column("Cư dân", accessor="public_id", order_by=("resident__sort_key", "pk"), attrs=NAME)
    change = tables.Column("Sẽ sửa", accessor="public_id", orderable=False)
    rule = tables.Column("Quy tắc", attrs={"td": {"class": "fit"}})
    hamlet = tables.Column("Thôn, tổ", default="chưa rõ")
    opened_at = tables.Column("Đã mở", order_by=("opened_at", "pk"), attrs={"td": {"class": "fit"}})

    class Meta:
        model = Finding
        fields: list[str] = []
        sequence = ("ticked", "person", "change", "rule", "hamlet", "opened_at")
        order_by = "opened_at"
        empty_text = "Không có việc nào khớp bộ lọc"

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer
        self.proposals: Mapping[int, Proposal] = {}
        self.chosen: set[int] = set()

    def render_ticked(self, record: Finding) -> str:
        return render_to_string(
            "registry/repairs/_tick.html",
            {"finding": record, "is_on": record.pk in self.chosen, "refused": self.proposals[record.pk].refused},
        )

    def render_person(self, record: Finding) -> str:
        return render_to_string("registry/repairs/_person.html", {"person": record.resident})

    def render_change(self, record: Finding) -> str:
        proposal = self.proposals[record.pk]
        changes = changes_as_shown(proposal.changes, self.officer)
        return render_to_string("registry/repairs/_changes.html", {"changes": changes, "refused": proposal.refused})

    def render_opened_at(self, value: dt.datetime) -> str:
        days = (timezone.localdate() - timezone.localdate(value)).days
        said = "hôm nay" if days <= 0 else f"{days} ngày"
        return format_html('{}<span class="cell-note">{}</span>', said, timezone.localtime(value).strftime("%d/%m/%Y"))


# --- the lines of a run ----------------------------------------------------------------------------------------------


class LineFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Họ tên", method="by_text")
    ket_qua = django_filters.ChoiceFilter(label="Kết quả", field_name="state", empty_label="Mọi dòng")

    class Meta:
        model = RepairLine
        fields: list[str] = []

    def __init__(self, *args: Any, counts: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(state.value, f"{state.label} ({counts[state]})") for state in LineState if counts.get(state)]
        self.filters["ket_qua"].extra["choices"] = states

    def by_text(self, rows: QuerySet[RepairLine], name: str, value: str) -> QuerySet[RepairLine]:
        return rows.filter(finding__resident__name_folded__contains=fold(value))


class LineTable(tables.Table):
    person = tables.Column("Cư dân", accessor="pk", order_by=("finding__resident__sort_key", "pk"), attrs=NAME)
    changes = tables.Column("Thay đổi", accessor="pk", orderable=False)
    state = tables.Column("Kết quả", accessor="pk", orderable=False)

    class Meta:
        model = RepairLine
        fields: list[str] = []
        sequence = ("person", "changes", "state")
        empty_text = "Không có dòng nào khớp bộ lọc"

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer

    def render_person(self, record: RepairLine) -> str:
        finding = record.finding
        return render_to_string("registry/repairs/_person.html", {"person": finding.resident, "item": Item(finding)})

    def render_changes(self, record: RepairLine) -> str:
        changes = changes_as_shown(record.changes, self.officer)
        return render_to_string("registry/repairs/_changes.html", {"changes": changes, "refused": ""})

    def render_state(self, record: RepairLine) -> str:
        said = [shown_text(text, self.officer) for text in [record.said, *record.kept] if text]
        kind, text = LINE_PILLS[LineState(record.state)], record.get_state_display()
        return render_to_string("registry/repairs/_outcome.html", {"kind": kind, "text": text, "said": said})


# --- the runs --------------------------------------------------------------------------------------------------------


def with_counts(rows: QuerySet[RepairRun]) -> QuerySet[RepairRun]:
    """`chosen`, `written`, `refused`: how many lines."""
    return rows.annotate(
        chosen=Count("lines"),
        written=Count("lines", filter=Q(lines__state__in=WRITTEN)),
        refused=Count("lines", filter=Q(lines__state=LineState.REFUSED)),
        stayed=Count("lines", filter=Q(lines__state=LineState.KEPT)),
    )


class RunTable(tables.Table):
    created_at = tables.Column("Đợt", order_by=("created_at", "pk"))
    created_by = tables.Column("Người làm", orderable=False)
    lines = tables.Column("Dòng", accessor="pk", orderable=False)
    state = tables.Column("Tình trạng", orderable=False)

    class Meta:
        model = RepairRun
        fields: list[str] = []
        sequence = ("created_at", "created_by", "lines", "state")
        order_by = "-created_at"
        empty_text = "Chưa có đợt sửa hàng loạt nào"

    def render_created_at(self, value: dt.datetime, record: RepairRun) -> str:
        moment = timezone.localtime(record.started_at or value)
        link = format_html('<a href="{}">{}</a>', record.get_absolute_url(), kinds.title_of(record.kind))
        return format_html('{}<span class="cell-note">{}</span>', link, f"{moment:%H:%M %d/%m/%Y}")

    def render_created_by(self, value: Officer) -> str:
        return value.full_name

    def render_lines(self, record: Any) -> str:
        if not record.has_begun:
            return f"{record.chosen} đã chọn"
        refused = f"{record.refused} không sửa được" if record.refused else ""
        return format_html('{} đã sửa<span class="cell-note">{}</span>', record.written, refused)

    def render_state(self, record: Any) -> str:
        shown = pill(RUN_PILLS[RunState(record.state)], record.get_state_display())
        if record.undone_by is None:
            return shown
        told = f"{record.undone_by.full_name}, {timezone.localtime(record.undone_at):%H:%M %d/%m/%Y}"
        told += f"; giữ lại {record.stayed} dòng" if record.stayed else ""
        return format_html('{}<span class="cell-note">{}</span>', shown, told)
