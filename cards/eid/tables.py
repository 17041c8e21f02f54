"""The list of accounts, and what it can be searched and filtered by."""

import datetime as dt
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Level, Officer
from accounts.periods import Period
from cards.applications.tables import pill
from cards.eid.figures import FIGURES, Figure
from cards.eid.listing import is_overdue, not_activated, overdue
from cards.invitations.contacts import said_of_last, with_last
from cards.models import About, EidAccount, EidLevel, EidState
from registry.models import IdentityNumber, Resident
from registry.residents.fields import DayField
from registry.residents.search import in_words
from registry.values import phone as phones

PILLS: dict[str, str] = {
    EidState.COLLECTED: "info",
    EidState.APPROVED: "info",
    EidState.GRANTED: "warn",
    EidState.ACTIVATED: "ok",
    EidState.LOCKED: "block",
}
OVERDUE, NOT_ACTIVATED, CALL_TODAY, NEVER_CALLED = "qua-han", "chua-kich-hoat", "goi-lai", "chua-goi"
WAITS = {
    OVERDUE: "Quá hạn cấp",
    NOT_ACTIVATED: "Cấp lâu chưa kích hoạt",
    CALL_TODAY: "Đến ngày liên hệ lại",
    NEVER_CALLED: "Chưa kích hoạt, chưa liên hệ",
}


def listed(rows: QuerySet[EidAccount]) -> QuerySet[EidAccount]:
    return with_last(rows.select_related("resident", "resident__commune"), About.EID, person="resident")


class AccountTable(tables.Table):
    tick = tables.TemplateColumn(
        template_name="cards/eid/_tick.html", verbose_name="Chọn", orderable=False, attrs={"td": {"class": "fit"}}
    )
    resident = tables.Column("Công dân", order_by=("resident__sort_key", "pk"))
    level = tables.Column("Mức độ", attrs={"td": {"class": "fit"}})
    state = tables.Column("Trạng thái", attrs={"td": {"class": "fit"}})
    collected_at = tables.Column("Thu nhận", default="", attrs={"td": {"class": "number fit"}})
    promised_on = tables.Column("Hẹn trả", default="", attrs={"td": {"class": "fit"}})
    granted_at = tables.Column("Đã cấp", default="", attrs={"td": {"class": "number fit"}})
    called = tables.Column("Liên hệ gần nhất", empty_values=(), orderable=False)
    commune = tables.Column("Xã", accessor="resident__commune__name", order_by="resident__commune__sort_key")

    class Meta:
        order_by = ("-collected_at",)
        empty_text = "Không có tài khoản nào khớp bộ lọc."
        caption = "Tài khoản định danh điện tử"

    def __init__(self, *args: Any, officer: Officer, can_work: bool, **kwargs: Any) -> None:
        in_one_commune = officer.unit is not None and officer.unit.level == Level.COMMUNE
        gone = [*(["commune"] if in_one_commune else []), *([] if can_work else ["tick"])]
        super().__init__(*args, exclude=gone, **kwargs)

    def render_resident(self, record: EidAccount) -> SafeString:
        born = record.resident.known_birth
        note = f"sinh {born.display()}" if born else "chưa rõ ngày sinh"
        if record.phone:  # never broken in the middle of the number
            note = format_html('{} · <span class="nowrap">{}</span>', note, phones.masked(record.phone))
        page = reverse("cards:eid_account", args=[record.public_id])
        return format_html('<a href="{}">{}</a><span class="cell-note">{}</span>', page, record.resident, note)

    def render_level(self, record: EidAccount) -> str:
        return record.get_level_display()

    def render_state(self, record: EidAccount) -> SafeString:
        return pill(PILLS[record.state], record.get_state_display())

    def render_collected_at(self, value: dt.datetime) -> str:
        return f"{timezone.localtime(value):%d/%m/%Y}"

    def render_promised_on(self, record: EidAccount) -> SafeString:
        day = format_html('<span class="number">{}</span>', f"{record.promised_on:%d/%m/%Y}")
        return format_html("{} {}", day, pill("block", "quá hạn")) if is_overdue(record) else day

    def render_granted_at(self, value: dt.datetime) -> str:
        return f"{timezone.localtime(value):%d/%m/%Y}"

    def render_called(self, record: EidAccount) -> SafeString:
        said, again = said_of_last(record)
        return format_html('{}<span class="cell-note">{}</span>', said or "chưa", again)


class AccountFilter(django_filters.FilterSet):
    """`so`, `tu` and `den` come from the page of figures: the rows behind one number."""

    q = django_filters.CharFilter(label="Họ tên, số định danh hoặc số điện thoại", method="by_text")
    muc = django_filters.ChoiceFilter(label="Mức độ", field_name="level", choices=EidLevel, empty_label="Tất cả")
    trang_thai = django_filters.ChoiceFilter(
        label="Trạng thái", field_name="state", choices=EidState, empty_label="Tất cả"
    )
    cho = django_filters.ChoiceFilter(
        label="Đang chờ", choices=list(WAITS.items()), method="by_waiting", empty_label="Tất cả"
    )

    so = django_filters.CharFilter(method="by_figure", widget=forms.HiddenInput)
    tu = django_filters.CharFilter(method="as_it_is", widget=forms.HiddenInput)
    den = django_filters.CharFilter(method="as_it_is", widget=forms.HiddenInput)

    class Meta:
        model = EidAccount
        fields: list[str] = []

    def by_figure(self, rows: QuerySet[EidAccount], name: str, value: str) -> QuerySet[EidAccount]:
        """The rows behind one number of the page of figures."""
        figure, period = asked_figure(self.data)
        return rows.filter(figure.rows(period)) if figure and period else rows

    def as_it_is(self, rows: QuerySet[EidAccount], name: str, value: str) -> QuerySet[EidAccount]:
        """The period belongs to the figure."""
        return rows

    def by_text(self, rows: QuerySet[EidAccount], name: str, value: str) -> QuerySet[EidAccount]:
        bare = value.replace(" ", "")
        if bare.isdecimal() and len(bare) in (9, 12):
            return rows.filter(resident__in=IdentityNumber.objects.filter(number=bare).values("resident"))
        if bare.lstrip("+").isdecimal() and len(bare) >= 9:
            try:
                return rows.filter(phone=phones.normalise(bare))
            except phones.PhoneRefused:
                return rows.none()
        officer = self.request.user
        people = in_words(Resident.objects.in_scope(officer), value, officer)
        return rows.filter(resident__in=people.values("pk"))

    def by_waiting(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == OVERDUE:
            return rows.filter(overdue())
        if value == NOT_ACTIVATED:
            return rows.filter(not_activated())
        granted = rows.filter(state=EidState.GRANTED)
        if value == CALL_TODAY:
            return granted.filter(again_on__lte=timezone.localdate())
        return granted.filter(called_at=None)


def read_period(query: Any) -> Period | None:
    """`tu` and `den` of the address; None when they are no two days in order."""
    field = DayField(required=True)
    try:
        first, last = field.clean(query.get("tu", "")), field.clean(query.get("den", ""))
    except ValidationError:
        return None
    return Period(first, last) if first <= last else None


def asked_figure(query: Any) -> tuple[Figure | None, Period | None]:
    """The figure that the address names and its period, when it names both."""
    return FIGURES.get(query.get("so", "")), read_period(query)


def figure_title(query: Any) -> str:
    figure, period = asked_figure(query)
    return f"{figure.title}, {period.words}" if figure and period else ""
