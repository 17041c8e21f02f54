"""The list of a queue: its columns, and what it can be searched and filtered by."""

import datetime as dt
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html

from accounts.models import Officer
from accounts.scope import works_in_one_commune
from accounts.text import fold
from registry.cleanup import today
from registry.cleanup.checklist import Item
from registry.cleanup.handing import texts_looked_after, workers_of
from registry.cleanup.queue import URGENCY
from registry.cleanup.queues import ALL, Queue
from registry.cleanup.rules import RULE_TEXTS, catalogue
from registry.models import Finding, FindingState, Household, IdentityNumber, Membership, Severity
from registry.values.personal_number import bare

AGES = {"7": "Từ 7 ngày", "30": "Từ 30 ngày", "90": "Từ 90 ngày"}
ME = "toi"
HOLDS, HAS_BEEN_GIVEN, LOOKS_AFTER, HAS_GIVEN, FREE = "giu", "giao", "thon", "chuyen", "trong"
PARTS = {
    HOLDS: "Đang giữ",
    HAS_BEEN_GIVEN: "Được giao",
    LOOKS_AFTER: "Phụ trách thôn, tổ",
    HAS_GIVEN: "Đã chuyển, đã hỏi",
    FREE: "Chưa ai giữ, chưa giao",
}
WAITS, FOR_CHIEF, LATER, VERIFIED, FIXED = "cho", "cho-truong", "de-sau", "da-xac-minh", "da-sua"
STATES = {
    WAITS: "Đang chờ",
    FOR_CHIEF: "Chờ trưởng cho ý kiến",
    LATER: "Để sau",
    VERIFIED: "Đã xác minh, đúng",
    FIXED: "Đã sửa trong 30 ngày",
}
DAYS_FIXED = 30


def listed(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Add what the list shows of the person, as a subquery of the same query."""
    home = Membership.objects.filter(resident=OuterRef("resident"), to_on=None)
    rows = rows.select_related("resident", "claimed_by", "handed_to", "handed_by", "decided_by")
    return rows.annotate(hamlet=home.values("household__hamlet")[:1], urgency=URGENCY)


def hamlets_of(officer: Officer) -> list[tuple[str, str]]:
    """The hamlets of the officer's commune; those who look after several look by search instead. One query."""
    if not works_in_one_commune(officer):
        return []
    names = Household.objects.in_scope(officer).exclude(hamlet="").order_by("hamlet")
    return [(name, name) for name in names.values_list("hamlet", flat=True).distinct()]


class FindingFilter(django_filters.FilterSet):
    """`officer` and `queue` say which rules, hamlets and colleagues can be chosen. Without a state: what waits."""

    q = django_filters.CharFilter(label="Họ tên hoặc số", method="by_text")
    quy_tac = django_filters.ChoiceFilter(label="Quy tắc", field_name="rule", empty_label="Mọi quy tắc")
    muc = django_filters.ChoiceFilter(label="Mức", field_name="severity", choices=Severity, empty_label="Mọi mức")
    thon = django_filters.ChoiceFilter(label="Thôn, tổ", method="by_hamlet", empty_label="Mọi thôn, tổ")
    ho = django_filters.CharFilter(label="Số hộ", method="by_household")
    tuoi = django_filters.ChoiceFilter(
        label="Đã mở", choices=list(AGES.items()), method="by_age", empty_label="Mọi lúc"
    )
    can_bo = django_filters.ChoiceFilter(label="Cán bộ", method="by_officer", empty_label="Mọi cán bộ")
    vai = django_filters.ChoiceFilter(
        label="Vai trò", choices=list(PARTS.items()), method="by_part", empty_label="Mọi vai trò"
    )
    tinh_trang = django_filters.ChoiceFilter(
        label="Tình trạng", choices=list(STATES.items()), method="by_state", empty_label=None
    )
    hom_nay = django_filters.ChoiceFilter(label="Xong hôm nay", choices=today.CHOICES, method="by_day", empty_label="–")

    class Meta:
        model = Finding
        fields: list[str] = []

    def __init__(self, *args: Any, officer: Officer, queue: Queue = ALL, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer
        rules = [code for code in catalogue() if queue.group is None or code[0] == queue.group]
        self.filters["quy_tac"].extra["choices"] = [(code, f"{code} {RULE_TEXTS[code].title}") for code in rules]
        self.hamlets = hamlets_of(officer)
        self.colleagues = list(workers_of(officer.unit)) if works_in_one_commune(officer) else []
        self.filters["thon"].extra["choices"] = self.hamlets
        others = [(str(one.public_id), str(one)) for one in self.colleagues if one != officer]
        self.filters["can_bo"].extra["choices"] = [(ME, "Tôi"), *others]
        gone = (["quy_tac"] if queue.rule else []) + ([] if self.hamlets else ["thon"])
        gone += [] if self.colleagues else ["can_bo", "vai", "hom_nay"]
        for name in gone:
            del self.filters[name]

    def filter_queryset(self, queryset: QuerySet[Finding]) -> QuerySet[Finding]:
        rows = super().filter_queryset(queryset)
        asked = self.form.cleaned_data
        return rows if asked.get("tinh_trang") or asked.get("hom_nay") else self.by_state(rows, "", WAITS)

    def by_text(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        digits = bare(value)
        if digits.isdigit():
            numbers = IdentityNumber.objects.filter(resident=OuterRef("resident"), number=digits)
            return rows.filter(Exists(numbers) | Q(resident__phone=digits))
        return rows.filter(resident__name_folded__contains=fold(value))

    def by_hamlet(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        return rows.filter(_living(household__hamlet=value))

    def by_household(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        code = value.strip()
        return rows.filter(_living(household__code__in=[code, code.zfill(5)]))

    def by_age(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        return rows.filter(opened_at__lte=timezone.now() - dt.timedelta(days=int(value)))

    def by_officer(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        """By what the officer is to the case: as chosen beside it, or any of the first three."""
        asked = self.form.cleaned_data.get("vai")
        officer = next((one for one in self.colleagues if str(one.public_id) == value), self.officer)
        parts = [asked] if asked else [HOLDS, HAS_BEEN_GIVEN, LOOKS_AFTER]
        wanted = Q(pk__in=[])
        for part in parts:
            wanted |= self._part(part, [officer])
        return rows.filter(wanted)

    def by_part(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        return rows if self.form.cleaned_data.get("can_bo") else rows.filter(self._part(value, self.colleagues))

    def _part(self, part: str, officers: list[Officer]) -> Q:
        held = Q(claimed_until__gt=timezone.now(), claimed_by__isnull=False)
        match part:
            case "giu":
                return held & Q(claimed_by__in=officers)
            case "giao":
                return Q(handed_to__in=officers)
            case "thon":
                texts = texts_looked_after(officers, [name for name, _ in self.hamlets])
                return Q(_living(household__hamlet__in=texts))
            case "chuyen":
                return Q(handed_by__in=officers)
        return ~held & Q(handed_at=None)

    def by_state(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        day = timezone.localdate()
        waits = Q(state=FindingState.OPEN) | Q(state=FindingState.SET_ASIDE, set_aside_until__lte=day)
        since = timezone.now() - dt.timedelta(days=DAYS_FIXED)
        return rows.filter(
            {
                WAITS: waits,
                FOR_CHIEF: waits & Q(is_for_chief=True),
                LATER: Q(state=FindingState.SET_ASIDE, set_aside_until__gt=day),
                VERIFIED: Q(state=FindingState.VERIFIED),
                FIXED: Q(state=FindingState.CLOSED, closed_at__gte=since),
            }[value]
        )

    def by_day(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        return rows.filter(pk__in=today.rows_of(self.officer, value).values("pk"))


def _living(**where: Any) -> Exists:
    return Exists(Membership.objects.filter(resident=OuterRef("resident"), to_on=None, **where))


class FindingTable(tables.Table):
    """`slug` is the queue that a case opened from here goes on with."""

    severity = tables.Column(verbose_name="Mức", order_by=("urgency", "opened_at"), attrs={"td": {"class": "fit"}})
    rule = tables.Column(verbose_name="Việc")
    person = tables.TemplateColumn(
        template_name="registry/cleanup/_person.html", verbose_name="Cư dân", order_by="resident__sort_key"
    )
    hamlet = tables.Column(verbose_name="Thôn, tổ", default="chưa rõ")
    opened_at = tables.Column(verbose_name="Đã mở", order_by=("opened_at", "pk"), attrs={"td": {"class": "fit"}})
    standing = tables.Column(verbose_name="Tình trạng", empty_values=(), orderable=False)

    class Meta:
        model = Finding
        fields: list[str] = []
        sequence = ("severity", "rule", "person", "hamlet", "opened_at", "standing")
        order_by = "opened_at"
        empty_text = "Không có việc nào"

    def __init__(self, *args: Any, slug: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slug = slug

    def render_severity(self, record: Finding) -> str:
        item = Item(record)
        return render_to_string("components/pill.html", {"kind": item.pill, "text": item.severity_label})

    def render_rule(self, record: Finding) -> str:
        return render_to_string("registry/cleanup/_case.html", {"item": Item(record), "slug": self.slug})

    def render_opened_at(self, value: dt.datetime) -> str:
        days = (timezone.localdate() - timezone.localdate(value)).days
        said = "hôm nay" if days == 0 else f"{days} ngày"
        return format_html('{}<span class="cell-note">{}</span>', said, timezone.localtime(value).strftime("%d/%m/%Y"))

    def render_standing(self, record: Finding) -> str:
        said, note = standing_of(record)
        return format_html('{}<span class="cell-note">{}</span>', said, note) if note else said


def standing_of(finding: Finding) -> tuple[str, str]:
    """How far a case is, and what was said about it."""
    if finding.state == FindingState.CLOSED:
        return f"Đã sửa {_moment(finding.closed_at)}", ""
    if finding.state == FindingState.VERIFIED:
        return f"Đã xác minh {_moment(finding.decided_at)}", f"{_name(finding.decided_by)}: {finding.basis}"
    if finding.state == FindingState.SET_ASIDE and finding.set_aside_until:
        return f"Để sau đến {finding.set_aside_until:%d/%m/%Y}", _told(finding.decided_by, finding.basis)
    if finding.claimed_by and finding.claimed_until and finding.claimed_until > timezone.now():
        return f"{finding.claimed_by.full_name}, đến {timezone.localtime(finding.claimed_until):%H:%M}", ""
    if finding.is_for_chief:
        return "Chờ trưởng cho ý kiến", _told(finding.handed_by, finding.message)
    if finding.handed_to:
        return f"Giao {finding.handed_to.full_name}", _told(finding.handed_by, finding.message)
    return "", ""


def _told(officer: Officer | None, text: str) -> str:
    return f"{_name(officer)}: {text}" if text else _name(officer)


def _name(officer: Officer | None) -> str:
    return officer.full_name if officer else ""


def _moment(at: dt.datetime | None) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}" if at else ""
