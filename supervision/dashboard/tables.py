"""How the list behind a figure shows its rows. Numbers are masked for those who may not see sensitive data."""

from typing import Any

import django_tables2 as tables
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string

from accounts.models import Officer
from accounts.roles import Right
from cards.models import Application
from registry.codes import RULE_TEXTS
from registry.duplicates.score import band_of
from registry.models import DuplicatePair, Finding, Household, IdentityNumber, Membership, NumberKind, Resident

RECORD = ("registry:resident", [tables.A("public_id")])
OF_RECORD = ("registry:resident", [tables.A("resident__public_id")])
FIT = {"td": {"class": "fit number"}}
END = {"th": {"class": "end"}, "td": {"class": "end number"}}


def born(person: Resident) -> str:
    """As far as it is known; a day that its month does not have (rule D08) is left out."""
    birth = person.known_birth
    return birth.display() if birth else "chưa rõ"


class RowTable(tables.Table):
    """A list of figure rows. `listed` adds what the columns need, without a query per row."""

    caption = "Danh sách phía sau con số"
    empty_text = "Không có dòng nào"

    @classmethod
    def listed(cls, rows: QuerySet[Any], officer: Officer) -> QuerySet[Any]:
        return rows

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        self.sees_sensitive = officer.can(Right.SENSITIVE_VIEW)
        super().__init__(*args, **kwargs)


class ResidentRows(RowTable):
    full_name = tables.Column("Họ và tên", order_by="sort_key", linkify=RECORD)
    birth = tables.Column("Ngày sinh", empty_values=(), order_by="birth_latest_on", attrs=FIT)
    sex = tables.Column("Giới tính")
    number = tables.Column("Số định danh", accessor="personal_number", orderable=False, attrs=FIT)
    commune = tables.Column("Xã", accessor="commune__name", order_by="commune__sort_key")
    state = tables.Column("Tình trạng")

    class Meta:
        model = Resident
        fields: list[str] = []

    @classmethod
    def listed(cls, rows: QuerySet[Resident], officer: Officer) -> QuerySet[Resident]:
        number = IdentityNumber.objects.filter(resident=OuterRef("pk"), kind=NumberKind.PERSONAL, is_active=True)
        return rows.select_related("commune").annotate(personal_number=Subquery(number.values("number")[:1]))

    def render_birth(self, record: Resident) -> str:
        return born(record)

    def render_number(self, value: str) -> str:
        return value if self.sees_sensitive else f"{value[:3]} ••• {value[-3:]}"


class HouseholdRows(RowTable):
    code = tables.Column("Số hộ", linkify=("registry:household", [tables.A("public_id")]), attrs=FIT)
    hamlet = tables.Column("Thôn, tổ dân phố")
    street = tables.Column("Số nhà, đường", orderable=False)
    members = tables.Column("Nhân khẩu", accessor="member_count", orderable=False, attrs=END)
    commune = tables.Column("Xã", accessor="commune__name", order_by="commune__sort_key")

    class Meta:
        model = Household
        fields: list[str] = []

    @classmethod
    def listed(cls, rows: QuerySet[Household], officer: Officer) -> QuerySet[Household]:
        living = Membership.objects.filter(household=OuterRef("pk"), to_on=None).order_by().values("household")
        members = Coalesce(Subquery(living.annotate(how_many=Count("pk")).values("how_many")), 0)
        return rows.select_related("commune").annotate(member_count=members)


class FindingRows(RowTable):
    resident = tables.Column(
        "Họ và tên", accessor="resident__full_name", order_by="resident__sort_key", linkify=OF_RECORD
    )
    birth = tables.Column("Ngày sinh", empty_values=(), orderable=False, attrs=FIT)
    rule = tables.Column("Việc", linkify=("registry:cleanup_case", [tables.A("public_id")]))
    severity = tables.TemplateColumn(
        template_name="supervision/dashboard/_severity.html", verbose_name="Mức", attrs={"td": {"class": "fit"}}
    )
    opened_at = tables.DateColumn(verbose_name="Mở ngày", format="d/m/Y", attrs=FIT)
    commune = tables.Column("Xã", accessor="commune__name", order_by="commune__sort_key")

    class Meta:
        model = Finding
        fields: list[str] = []

    @classmethod
    def listed(cls, rows: QuerySet[Finding], officer: Officer) -> QuerySet[Finding]:
        return rows.select_related("resident", "commune")

    def render_birth(self, record: Finding) -> str:
        return born(record.resident)

    def render_rule(self, value: str) -> str:
        text = RULE_TEXTS.get(value)
        return f"{value} · {text.title}" if text else value


class ApplicationRows(RowTable):
    file_number = tables.Column(
        "Số hồ sơ", order_by=("year", "serial"), linkify=("cards:application", [tables.A("public_id")]), attrs=FIT
    )
    resident = tables.Column(
        "Họ và tên", accessor="resident__full_name", order_by="resident__sort_key", linkify=OF_RECORD
    )
    kind = tables.Column("Thủ tục", attrs={"td": {"class": "fit"}})
    state = tables.Column("Trạng thái", attrs={"td": {"class": "fit"}})
    promised_on = tables.DateColumn(verbose_name="Hẹn trả", format="d/m/Y", attrs=FIT)
    late = tables.Column("Quá hạn", accessor="days_overdue", orderable=False, attrs=END)
    commune = tables.Column("Xã", accessor="commune__name", order_by="commune__sort_key")

    class Meta:
        model = Application
        fields: list[str] = []
        order_by = "promised_on"

    @classmethod
    def listed(cls, rows: QuerySet[Application], officer: Officer) -> QuerySet[Application]:
        return rows.select_related("resident", "commune")

    def render_late(self, value: int) -> str:
        return f"{value} ngày" if value else "–"


class PairRows(RowTable):
    people = tables.TemplateColumn(
        template_name="registry/duplicates/_people.html", verbose_name="Hai hồ sơ", orderable=False
    )
    sentence = tables.Column("Vì sao nghi trùng", orderable=False)
    score = tables.Column("Mức", attrs={"td": {"class": "fit"}})
    found_at = tables.DateColumn(verbose_name="Tìm thấy", format="d/m/Y", attrs=FIT)
    commune = tables.TemplateColumn(
        template_name="supervision/dashboard/_pair_communes.html", verbose_name="Xã", orderable=False
    )

    class Meta:
        model = DuplicatePair
        fields: list[str] = []

    @classmethod
    def listed(cls, rows: QuerySet[DuplicatePair], officer: Officer) -> QuerySet[DuplicatePair]:
        return rows.select_related("left__commune", "right__commune")

    def render_score(self, record: DuplicatePair) -> str:
        kind, text = band_of(record)
        return render_to_string("components/pill.html", {"kind": kind, "text": text})
