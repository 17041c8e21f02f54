"""Lists of people and households, and what they can be filtered by."""

import datetime as dt

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Officer
from accounts.text import fold
from registry.models import Household, Membership, Residence, ResidenceKind, Resident, ResidentState, Sex
from registry.residents.masking import shown_number

AGES = {
    "u14": ("Dưới 14", 0, 13),
    "14-17": ("14–17", 14, 17),
    "18-59": ("18–59", 18, 59),
    "60": ("Từ 60", 60, 150),
}


class ResidentTable(tables.Table):
    """`number` and `hamlet` come as annotations, so that the list needs no query per row."""

    full_name = tables.Column("Họ và tên", order_by="sort_key", linkify=("registry:resident", [tables.A("public_id")]))
    birth = tables.Column(
        "Ngày sinh", accessor="birth_date", order_by="birth_latest_on", attrs={"td": {"class": "number"}}
    )
    sex = tables.Column("Giới tính")
    number = tables.Column(
        "Số định danh", accessor="personal_number", orderable=False, attrs={"td": {"class": "number fit"}}
    )
    hamlet = tables.Column("Thôn, tổ", accessor="hamlet", orderable=False)
    household_code = tables.Column("Hộ", accessor="household_code", orderable=False, attrs={"td": {"class": "number"}})
    state = tables.Column("Tình trạng")

    class Meta:
        order_by = "full_name"
        empty_text = "Không có cư dân nào khớp bộ lọc."

    def __init__(self, *args, officer: Officer, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer

    def render_birth(self, value) -> str:
        return value.display() if value else "chưa rõ"

    def render_number(self, value: str) -> str:
        return shown_number(value, self.officer)


def listed(rows: QuerySet[Resident]) -> QuerySet[Resident]:
    """Add the columns of a list: number, hamlet and household code, as subqueries of the same query."""
    from registry.models import IdentityNumber, NumberKind

    number = IdentityNumber.objects.filter(resident=OuterRef("pk"), kind=NumberKind.PERSONAL, is_active=True)
    lived = Residence.objects.filter(
        resident=OuterRef("pk"), kind__in=[ResidenceKind.PERMANENT, ResidenceKind.TEMPORARY], closed_at=None
    ).order_by("kind")
    member = Membership.objects.filter(resident=OuterRef("pk"), to_on=None)
    return rows.annotate(
        personal_number=number.values("number")[:1],
        hamlet=lived.values("hamlet")[:1],
        household_code=member.values("household__code")[:1],
    )


class ResidentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Họ tên hoặc năm sinh", method="by_text")
    hamlet = django_filters.CharFilter(
        label="Thôn, tổ", method="by_hamlet", widget=forms.TextInput(attrs={"list": "thon", "autocomplete": "off"})
    )
    age = django_filters.ChoiceFilter(
        label="Độ tuổi", choices=[(key, age[0]) for key, age in AGES.items()], empty_label="Tất cả", method="by_age"
    )
    sex = django_filters.ChoiceFilter(label="Giới tính", choices=Sex.choices, empty_label="Tất cả")
    state = django_filters.ChoiceFilter(label="Tình trạng", choices=ResidentState.choices, empty_label="Đang quản lý")

    class Meta:
        model = Resident
        fields: list[str] = []

    def by_text(self, rows: QuerySet[Resident], name: str, value: str) -> QuerySet[Resident]:
        for word in fold(value).split():
            rows = rows.filter(search_text__contains=word)
        return rows

    def by_hamlet(self, rows: QuerySet[Resident], name: str, value: str) -> QuerySet[Resident]:
        lived = Residence.objects.filter(resident=OuterRef("pk"), closed_at=None, hamlet__iexact=value.strip())
        return rows.filter(Exists(lived))

    def by_age(self, rows: QuerySet[Resident], name: str, value: str) -> QuerySet[Resident]:
        """Full years today. `birth_latest_on` is the careful side of a partial date."""
        _, youngest, oldest = AGES[value]
        today = timezone.localdate()
        return rows.filter(
            birth_latest_on__lte=years_before(today, youngest), birth_latest_on__gt=years_before(today, oldest + 1)
        )


def years_before(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


class HouseholdTable(tables.Table):
    code = tables.Column(
        "Số hộ", linkify=("registry:household", [tables.A("public_id")]), attrs={"td": {"class": "number"}}
    )
    head = tables.Column("Chủ hộ", accessor="head_name", orderable=False)
    hamlet = tables.Column("Thôn, tổ")
    street = tables.Column("Số nhà, đường", orderable=False)
    members = tables.Column(
        "Nhân khẩu", accessor="member_count", orderable=False, attrs={"td": {"class": "end number"}}
    )

    class Meta:
        order_by = "code"
        empty_text = "Không có hộ nào khớp bộ lọc."


class HouseholdFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Số hộ hoặc tên chủ hộ", method="by_text")
    hamlet = django_filters.CharFilter(
        label="Thôn, tổ", lookup_expr="iexact", widget=forms.TextInput(attrs={"list": "thon", "autocomplete": "off"})
    )

    class Meta:
        model = Household
        fields: list[str] = []

    def by_text(self, rows: QuerySet[Household], name: str, value: str) -> QuerySet[Household]:
        value = value.strip()
        if value.isdigit():
            return rows.filter(code=value.zfill(5))
        return rows.filter(Q(head_folded__contains=fold(value)))
