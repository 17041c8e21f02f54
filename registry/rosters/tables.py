"""The lists of this desk: the lists of the commune, and the rows of one."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

import django_filters
import django_tables2 as tables
from django.db.models import Count, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.models import Officer
from accounts.text import fold
from registry.models import Roster, RosterRow, RosterState, RowDecision, RowState, RowVerdict
from registry.residents.masking import shown_number, shown_text
from registry.rosters import reasons
from registry.rosters.deciding import OPEN_ROWS
from registry.rosters.fields import FIELDS, Kind

NAME = {"td": {"class": "name"}}
FIT = {"td": {"class": "fit"}}
PILLS = {
    RosterState.UPLOADED: "info", RosterState.READ: "remind", RosterState.CHECKING: "info",
    RosterState.CHECKED: "remind", RosterState.APPLYING: "info", RosterState.APPLIED: "ok",
    RosterState.WEIGHING: "info",
    RosterState.TAKING_BACK: "info", RosterState.TAKEN_BACK: "quiet", RosterState.REFUSED: "block",
    RosterState.DROPPED: "quiet",
}  # fmt: skip
VERDICT_PILLS = {
    RowVerdict.NEW: "ok", RowVerdict.SAME: "quiet", RowVerdict.CHANGED: "info", RowVerdict.SUSPECT: "warn",
    RowVerdict.WRONG: "block",
}  # fmt: skip
ROW_PILLS = {
    RowState.APPLIED: "ok", RowState.PARKED: "warn", RowState.TAKEN_BACK: "quiet", RowState.KEPT: "warn",
}  # fmt: skip
DECISION_PILLS = {
    RowDecision.WRITE: "ok", RowDecision.AS_NEW: "ok", RowDecision.AS_PERSON: "ok", RowDecision.SKIP: "quiet",
}  # fmt: skip
UNDECIDED = "chua"
WAITING = (RowVerdict.NEW, RowVerdict.CHANGED, RowVerdict.SUSPECT)
"""Verdicts that somebody has to decide."""
SHOWN_CHANGES = 3


def pill(kind: str, text: str) -> SafeString:
    return render_to_string("components/pill.html", {"kind": kind, "text": text})


def many(count: int) -> str:
    """ "1.204"."""
    return f"{count:,}".replace(",", ".")


# --- the lists of the commune ----------------------------------------------------------------------------------------

Counts = Mapping[int, Counter[str]]


def counted(ids: Iterable[int]) -> Counts:
    """List -> how many rows of each verdict, and of each state. One query."""
    rows = RosterRow.objects.filter(roster__in=list(ids)).order_by().values_list("roster", "verdict", "state")
    found: dict[int, Counter[str]] = {}
    for roster, verdict, state, count in rows.annotate(count=Count("pk")):
        told = found.setdefault(roster, Counter())
        told[verdict] += count
        told[state] += count
    return found


class RosterFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Tên tệp, nguồn", method="by_text")
    tinh_trang = django_filters.ChoiceFilter(
        label="Tình trạng", field_name="state", choices=RosterState.choices, empty_label="Mọi tình trạng"
    )

    class Meta:
        model = Roster
        fields: list[str] = []

    def by_text(self, rows: QuerySet[Roster], name: str, value: str) -> QuerySet[Roster]:
        return rows.filter(Q(file_name__icontains=value.strip()) | Q(source__name__icontains=value.strip()))


class RosterTable(tables.Table):
    """`counts` are of the page that is shown; set after paging."""

    file_name = tables.Column("Danh sách", order_by=("file_name", "pk"), attrs=NAME)
    state = tables.Column("Tình trạng", orderable=False)
    uploaded_at = tables.Column("Nộp", order_by=("uploaded_at", "pk"), attrs=FIT)
    counts = tables.Column("Kết quả kiểm tra", accessor="pk", orderable=False)
    written = tables.Column("Đã ghi", accessor="pk", orderable=False, attrs={"td": {"class": "end fit"}})

    class Meta:
        model = Roster
        fields: list[str] = []
        sequence = ("file_name", "state", "uploaded_at", "counts", "written")
        order_by = "-uploaded_at"
        empty_text = "Chưa có danh sách nào"
        empty_hint = "Nhập danh sách mới, hoặc tải mẫu DC01 để điền."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_hint = self.Meta.empty_hint
        self.counts_of: Counts = {}

    def _counts(self, roster: Roster) -> Counter[str]:
        return self.counts_of.get(roster.pk, Counter())

    def render_file_name(self, record: Roster) -> str:
        note = ", ".join(filter(None, [record.source.name if record.source else "", record.get_kind_display()
                                       if record.kind == "return" else ""]))  # fmt: skip
        link = format_html('<a href="{}">{}</a>', record.get_absolute_url(), record.file_name)
        return format_html('{}<span class="cell-note">{}</span>', link, note)

    def render_state(self, record: Roster) -> str:
        shown = pill(PILLS[RosterState(record.state)], record.get_state_display())
        note = f"{record.percent} %" if record.is_at_work and record.total_rows else ""
        return format_html('{}<span class="cell-note">{}</span>', shown, note)

    def render_uploaded_at(self, value: dt.datetime, record: Roster) -> str:
        moment = f"{timezone.localtime(value):%H:%M %d/%m/%Y}"
        return format_html('{}<span class="cell-note">{}</span>', moment, record.uploaded_by.full_name)

    def render_counts(self, record: Roster) -> str:
        counts = self._counts(record)
        if not any(counts[verdict] for verdict in RowVerdict):
            return f"{many(record.total_rows)} dòng" if record.total_rows else "–"
        told = [
            (counts[RowVerdict.NEW], "mới"),
            (counts[RowVerdict.CHANGED], "thay đổi"),
            (counts[RowVerdict.SUSPECT], "nghi trùng"),
            (counts[RowVerdict.WRONG], "sai"),
            (counts[RowVerdict.SAME], "không khác"),
        ]
        return ", ".join(f"{many(count)} {words}" for count, words in told if count)

    def render_written(self, record: Roster) -> str:
        written = self._counts(record)[RowState.APPLIED]
        return many(written) if written else "–"


# --- the rows of one list --------------------------------------------------------------------------------------------


LETTERS: Final = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"


def spelled(text: str) -> str:
    """A pattern that finds these letters under any marks and in either case: a row's name has no folded twin, and to
    fold 120,000 names in the database takes a second."""
    ways = {letter: {letter, letter.upper()} for letter in "abcdefghijklmnopqrstuvwxyz"}
    for letter in LETTERS:
        ways[fold(letter)] |= {letter, letter.upper()}
    return "".join(f"[{''.join(sorted(ways[one]))}]" if one in ways else one for one in fold(text))


class RowFilter(django_filters.FilterSet):
    """`ly_do` by the codes the rows are grouped by, `muc` by a field that changes, is wrong or was repaired."""

    q = django_filters.CharFilter(label="Họ tên hoặc số dòng", method="by_text")
    ket_qua = django_filters.ChoiceFilter(
        label="Kết quả kiểm tra", field_name="verdict", choices=RowVerdict.choices, empty_label="Mọi kết quả"
    )
    ly_do = django_filters.ChoiceFilter(label="Nhóm", method="by_reason", empty_label="Mọi nhóm")
    muc = django_filters.ChoiceFilter(label="Mục", method="by_field", empty_label="Mọi mục")
    quyet_dinh = django_filters.ChoiceFilter(label="Quyết định", method="by_decision", empty_label="Mọi quyết định")
    tinh_trang = django_filters.ChoiceFilter(
        label="Đã ghi chưa", field_name="state", choices=RowState.choices, empty_label="Mọi dòng"
    )

    class Meta:
        model = RosterRow
        fields: list[str] = []

    def __init__(self, *args: Any, roster: Roster, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["muc"].extra["choices"] = [(name, FIELDS[name].label) for name in made_of(roster.columns.values())]
        self.filters["quyet_dinh"].extra["choices"] = [(UNDECIDED, "Chưa quyết định"), *RowDecision.choices]
        if asked := str((self.data or {}).get("ly_do", "")):  # the groups stand on the page of the list
            self.filters["ly_do"].extra["choices"] = [(asked, reasons.title_of(asked))]
        else:
            del self.filters["ly_do"]

    def by_text(self, rows: QuerySet[RosterRow], name: str, value: str) -> QuerySet[RosterRow]:
        text = value.strip()
        if text.isdecimal() and len(text) < 8:
            return rows.filter(number=int(text))
        return rows.filter(name__regex=spelled(text))

    def by_reason(self, rows: QuerySet[RosterRow], name: str, value: str) -> QuerySet[RosterRow]:
        return rows.filter(reasons__contains=[value])

    def by_field(self, rows: QuerySet[RosterRow], name: str, value: str) -> QuerySet[RosterRow]:
        told = [{"field": value}]
        return rows.filter(Q(changes__contains=told) | Q(problems__contains=told) | Q(repairs__contains=told))

    def by_decision(self, rows: QuerySet[RosterRow], name: str, value: str) -> QuerySet[RosterRow]:
        if value == UNDECIDED:
            return rows.filter(decision="", verdict__in=WAITING, state__in=OPEN_ROWS)
        return rows.filter(decision=value)


MADE_OF: Final = {
    "surname_and_middle": ("full_name",), "surname": ("full_name",), "middle_name": ("full_name",),
    "given_name": ("full_name",), "birth_day": ("birth_date",), "birth_month": ("birth_date",),
    "birth_year": ("birth_date",), "birth_male": ("birth_date", "sex"), "birth_female": ("birth_date", "sex"),
    "is_male": ("sex",), "is_female": ("sex",), "any_number": ("number", "cmnd"),
}  # fmt: skip
"""Columns that are parts of a field, and the fields that are put together from them (reading/cells.py)."""


def made_of(columns: Iterable[str]) -> list[str]:
    """The fields that these columns give, each once."""
    fields = [field for name in columns for field in MADE_OF.get(name, (name,))]
    return [name for name in dict.fromkeys(fields) if name in FIELDS and FIELDS[name].kind != Kind.IGNORED]


class RowTable(tables.Table):
    """`query` is the filter of the address, so that one row opens within its group."""

    ticked = tables.Column("Chọn", accessor="public_id", orderable=False, attrs=FIT)
    number = tables.Column("Dòng", order_by=("number",), localize=False, attrs={"td": {"class": "fit number"}})
    name = tables.Column("Họ tên", order_by=("name", "number"), attrs=NAME, empty_values=())
    verdict = tables.Column("Kết quả", orderable=False, attrs=FIT)
    why = tables.Column("Vì sao, thay đổi gì", accessor="pk", orderable=False)
    decision = tables.Column("Quyết định", orderable=False, empty_values=())

    class Meta:
        model = RosterRow
        fields: list[str] = []
        sequence = ("ticked", "number", "name", "verdict", "why", "decision")
        order_by = "number"
        empty_text = "Không có dòng nào khớp bộ lọc"

    def __init__(self, *args: Any, roster: Roster, officer: Officer, query: str, may_decide: bool, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.roster, self.officer, self.query = roster, officer, query
        if not may_decide:
            self.columns.hide("ticked")

    def render_ticked(self, record: RosterRow) -> str:
        return render_to_string("registry/rosters/_tick.html", {"row": record})

    def render_name(self, record: RosterRow) -> str:
        address = reverse("registry:roster_row", args=[self.roster.public_id, record.number])
        link = format_html('<a href="{}{}">{}</a>', address, f"?{self.query}" if self.query else "",
                           record.name or "(không có tên)")  # fmt: skip
        born, number = record.typed.get("birth_date", ""), record.typed.get("number", "")
        known = filter(None, [f"sinh {born}" if born else "", shown_number(number, self.officer) if number else ""])
        return format_html("{}{}", link, format_html_join("", '<span class="cell-note nowrap">{}</span>', zip(known)))

    def render_verdict(self, record: RosterRow) -> str:
        return pill(VERDICT_PILLS[RowVerdict(record.verdict)], record.get_verdict_display())

    def render_why(self, record: RosterRow) -> str:
        return render_to_string("registry/rosters/_why.html", why_of(record, self.officer))

    def render_decision(self, record: RosterRow) -> str:
        return render_to_string("registry/rosters/_decision.html", outcome_of(record))


def why_of(row: RosterRow, officer: Officer) -> dict[str, Any]:
    """Sentences for a list: what is wrong, who it may be, which fields change. Of sensitive fields the name only."""
    lines = [_told(one["field"], shown_text(one["said"], officer)) for one in row.problems if one.get("said")]
    if row.verdict == RowVerdict.NEW and row.household_key:
        lines.append(f"Hộ số {row.household_key} trong tệp")
    if row.verdict == RowVerdict.SUSPECT and row.candidates:
        lines.append(shown_text(row.candidates[0].get("sentence", ""), officer))
    changes = [
        {"label": one["label"], "hidden": is_sensitive(one["field"])}
        | {name: shown_text(str(one.get(name) or ""), officer) for name in ("before", "after")}
        for one in row.changes
    ]
    return {
        "lines": list(dict.fromkeys(filter(None, lines))),
        "changes": changes[:SHOWN_CHANGES],
        "more": max(0, len(changes) - SHOWN_CHANGES),
        "repaired": len(row.repairs),
        "noted": len(row.notes),
    }


def _told(field: str, said: str) -> str:
    if is_sensitive(field):
        return f"{FIELDS[field].label}: mở dòng để xem."
    return f"{FIELDS[field].label}: {said}" if field in FIELDS else said


def is_sensitive(field: str) -> bool:
    return field in FIELDS and FIELDS[field].is_sensitive


def outcome_of(row: RosterRow) -> dict[str, Any]:
    """What became of a row, or what was decided of it."""
    if row.state in ROW_PILLS:
        return {"kind": ROW_PILLS[RowState(row.state)], "text": row.get_state_display(), "said": row.said}
    if row.decision:
        kind = DECISION_PILLS[RowDecision(row.decision)]
        return {"kind": kind, "text": row.get_decision_display(), "said": row.said}
    waits = row.verdict in WAITING
    return {"kind": "warn" if waits else "quiet", "text": "chưa quyết định" if waits else "không ghi", "said": row.said}
