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
from registry.cleanup.checklist import Item
from registry.cleanup.queue import URGENCY
from registry.cleanup.rules import RULE_TEXTS, catalogue
from registry.models import Finding, Household, IdentityNumber, Membership, Severity
from registry.values.personal_number import bare

AGES = {"7": "Từ 7 ngày", "30": "Từ 30 ngày", "90": "Từ 90 ngày"}
HOLDERS = {"toi": "Tôi đang giữ", "khac": "Người khác đang giữ", "trong": "Chưa ai giữ"}
ALL_GROUPS = "tat-ca"


def listed(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Add what the list shows of the person, as a subquery of the same query."""
    home = Membership.objects.filter(resident=OuterRef("resident"), to_on=None)
    rows = rows.select_related("resident", "claimed_by")
    return rows.annotate(hamlet=home.values("household__hamlet")[:1], urgency=URGENCY)


def hamlets_of(officer: Officer) -> list[tuple[str, str]]:
    """The hamlets of the officer's commune; those who look after several look by search instead. One query."""
    if not works_in_one_commune(officer):
        return []
    names = Household.objects.in_scope(officer).exclude(hamlet="").order_by("hamlet")
    return [(name, name) for name in names.values_list("hamlet", flat=True).distinct()]


class FindingFilter(django_filters.FilterSet):
    """`officer` and `group` say which rules and hamlets can be chosen. `cu_dan` narrows to one person."""

    q = django_filters.CharFilter(label="Họ tên hoặc số", method="by_text")
    quy_tac = django_filters.ChoiceFilter(label="Quy tắc", field_name="rule", empty_label="Mọi quy tắc")
    muc = django_filters.ChoiceFilter(label="Mức", field_name="severity", choices=Severity, empty_label="Mọi mức")
    thon = django_filters.ChoiceFilter(label="Thôn, tổ", method="by_hamlet", empty_label="Mọi thôn, tổ")
    tuoi = django_filters.ChoiceFilter(
        label="Đã mở", choices=list(AGES.items()), method="by_age", empty_label="Mọi lúc"
    )
    giu = django_filters.ChoiceFilter(
        label="Đang xử lý", choices=list(HOLDERS.items()), method="by_holder", empty_label="Tất cả"
    )

    class Meta:
        model = Finding
        fields: list[str] = []

    def __init__(self, *args: Any, officer: Officer, group: str | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer
        rules = [code for code in catalogue() if group is None or code[0] == group]
        self.filters["quy_tac"].extra["choices"] = [(code, f"{code} {RULE_TEXTS[code].title}") for code in rules]
        hamlets = hamlets_of(officer)
        if hamlets:
            self.filters["thon"].extra["choices"] = hamlets
        else:
            del self.filters["thon"]

    def by_text(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        digits = bare(value)
        if digits.isdigit():
            numbers = IdentityNumber.objects.filter(resident=OuterRef("resident"), number=digits)
            return rows.filter(Exists(numbers) | Q(resident__phone=digits))
        return rows.filter(resident__name_folded__contains=fold(value))

    def by_hamlet(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        living = Membership.objects.filter(resident=OuterRef("resident"), to_on=None, household__hamlet=value)
        return rows.filter(Exists(living))

    def by_age(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        return rows.filter(opened_at__lte=timezone.now() - dt.timedelta(days=int(value)))

    def by_holder(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        held = Q(claimed_until__gt=timezone.now(), claimed_by__isnull=False)
        if value == "trong":
            return rows.exclude(held)
        mine = Q(claimed_by=self.officer)
        return rows.filter(held & (mine if value == "toi" else ~mine))


class FindingTable(tables.Table):
    severity = tables.Column(verbose_name="Mức", order_by=("urgency", "opened_at"), attrs={"td": {"class": "fit"}})
    rule = tables.Column(verbose_name="Việc")
    person = tables.TemplateColumn(
        template_name="registry/cleanup/_person.html", verbose_name="Cư dân", order_by="resident__sort_key"
    )
    hamlet = tables.Column(verbose_name="Thôn, tổ", default="chưa rõ")
    opened_at = tables.Column(verbose_name="Đã mở", order_by=("opened_at", "pk"), attrs={"td": {"class": "fit"}})
    claimed_by = tables.Column(verbose_name="Đang xử lý", default="", orderable=False)

    class Meta:
        model = Finding
        fields: list[str] = []
        sequence = ("severity", "rule", "person", "hamlet", "opened_at", "claimed_by")
        order_by = "opened_at"
        empty_text = "Không có việc nào"

    def render_severity(self, record: Finding) -> str:
        item = Item(record)
        return render_to_string("components/pill.html", {"kind": item.pill, "text": item.severity_label})

    def render_rule(self, record: Finding) -> str:
        return render_to_string("registry/cleanup/_case.html", {"item": Item(record)})

    def render_opened_at(self, value: dt.datetime) -> str:
        days = (timezone.localdate() - timezone.localdate(value)).days
        said = "hôm nay" if days == 0 else f"{days} ngày"
        return format_html('{}<span class="cell-note">{}</span>', said, timezone.localtime(value).strftime("%d/%m/%Y"))

    def render_claimed_by(self, value: Officer, record: Finding) -> str:
        if record.claimed_until is None or record.claimed_until <= timezone.now():
            return ""
        return f"{value.full_name}, đến {timezone.localtime(record.claimed_until):%H:%M}"
