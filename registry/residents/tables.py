"""Lists of people and households, and what they can be filtered by."""

import datetime as dt

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Officer
from registry.models import HEAD, Household, Membership, Residence, ResidenceKind, Resident, ResidentState, Sex
from registry.residents.masking import shown_number
from registry.residents.search import in_words

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
    # Sorted by these a list would have no index, and the filters above it answer the same question.
    sex = tables.Column("Giới tính", orderable=False)
    number = tables.Column(
        "Số định danh", accessor="personal_number", orderable=False, attrs={"td": {"class": "number fit"}}
    )
    hamlet = tables.Column("Thôn, tổ", accessor="hamlet", orderable=False)
    household_code = tables.Column("Hộ", accessor="household_code", orderable=False, attrs={"td": {"class": "number"}})
    state = tables.Column("Tình trạng", orderable=False)

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
        return in_words(rows, value, self.request.user)

    def by_hamlet(self, rows: QuerySet[Resident], name: str, value: str) -> QuerySet[Resident]:
        """Who lives in the commune's own hamlet of this name."""
        lived = Residence.objects.filter(unit=OuterRef("commune"), closed_at=None, hamlet__iexact=value.strip())
        return rows.filter(Exists(lived.filter(resident=OuterRef("pk"))))

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


def listed_homes(rows: QuerySet[Household]) -> QuerySet[Household]:
    """Add the head's name and how many belong to it now, as subqueries: joined and grouped, every home of the commune
    would be counted for one page."""
    members = Membership.objects.filter(household=OuterRef("pk"), to_on=None)
    counted = members.order_by().values("household").annotate(number=Count("pk")).values("number")
    return rows.annotate(
        head_name=members.filter(role__code=HEAD).values("resident__full_name")[:1],
        member_count=Coalesce(Subquery(counted), 0),
    )


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
        officer = self.request.user
        called = in_words(Resident.objects.in_scope(officer), value, officer).order_by().values("pk")
        heads = Membership.objects.filter(to_on=None, role__code=HEAD, resident__in=called)
        return rows.filter(pk__in=heads.values("household"))
