"""Households with how many of their people had to be cleaned and are."""

import django_tables2 as tables
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from registry.models import LIVING_STATES, Household, Membership
from registry.scores.asked import Asked
from registry.scores.figures import DONE, EVERYBODY, HAD_TO
from registry.scores.places import Place
from registry.scores.share import Share
from registry.scores.standing import left, serious, was_open

FIGURE = {"td": {"class": "end number"}, "th": {"class": "end"}}


def counted(rows: QuerySet[Household], asked: Asked) -> QuerySet[Household]:
    """Add people, must and left as subqueries: only the households on the page are counted."""
    cases = serious(asked.group).filter(resident=OuterRef("resident"))
    must, waits = Exists(cases.filter(was_open(asked.since))), Exists(cases.filter(left()))
    return rows.annotate(people=_number(), must=_number(must), left=_number(waits))


def with_something_left(rows: QuerySet[Household], asked: Asked) -> QuerySet[Household]:
    cases = serious(asked.group).filter(left(), resident=OuterRef("resident"))
    return rows.filter(Exists(_members().filter(Exists(cases))))


def _members() -> QuerySet[Membership]:
    return Membership.objects.filter(household=OuterRef("pk"), to_on=None, resident__state__in=LIVING_STATES)


def _number(*conditions: Exists) -> Coalesce:
    rows = _members().filter(*conditions).order_by().values("household").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


class HouseholdScores(tables.Table):
    code = tables.Column(
        "Số hộ", linkify=("registry:household", [tables.A("public_id")]), attrs={"td": {"class": "number"}}
    )
    hamlet = tables.Column("Thôn, tổ", order_by=("hamlet", "code"))
    people = tables.Column("Nhân khẩu", orderable=False, attrs=FIGURE)
    must = tables.Column("Phải làm sạch", orderable=False, attrs=FIGURE)
    done = tables.Column("Đã làm sạch", empty_values=(), orderable=False, attrs=FIGURE)
    share = tables.Column("Tỷ lệ", empty_values=(), orderable=False, attrs=FIGURE)

    class Meta:
        order_by = "code"
        empty_text = "Không có hộ nào khớp bộ lọc."

    def __init__(self, *args, asked: Asked, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked

    def render_people(self, record, value: int) -> SafeString:
        return self._link(record, EVERYBODY, value)

    def render_must(self, record, value: int) -> SafeString:
        return self._link(record, HAD_TO, value)

    def render_done(self, record) -> SafeString:
        return self._link(record, DONE, record.must - record.left)

    def render_share(self, record) -> str:
        return Share(record.must - record.left, record.must).percent_text

    def _link(self, record: Household, figure: str, value: int) -> SafeString:
        if not value:
            return format_html('<span class="soft">{}</span>', 0)
        url = reverse("registry:scores_people", args=[figure])
        return format_html(
            '<a href="{}">{}</a>', url + self.asked.address(Place(query={"ho": str(record.public_id)})), value
        )
