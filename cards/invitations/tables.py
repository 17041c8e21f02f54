"""The lists of this desk: who must come, and the letters; and what they can be searched and filtered by."""

import datetime as dt
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Officer
from cards.applications.tables import pill
from cards.invitations import must_come, words
from cards.invitations.contacts import said_of_last
from cards.invitations.inviting import came
from cards.models import Invitation, Why
from registry.cleanup.tables import hamlets_of
from registry.models import IdentityNumber, Resident
from registry.residents.search import in_words

FREE, INVITED, WITH_FILE = "chua-moi", "da-moi", "co-ho-so"
MARKS = {FREE: "Chưa mời, chưa có hồ sơ", INVITED: "Đã mời, chưa đến", WITH_FILE: "Đang có hồ sơ"}
CALL_TODAY, NEVER_CALLED = "goi-lai", "chua-goi"
CALLS = {CALL_TODAY: "Đến ngày liên hệ lại", NEVER_CALLED: "Chưa liên hệ"}
WAITS, CAME, CANCELLED = "chua-den", "da-den", "da-bo"
STATES = {WAITS: "Chưa đến", CAME: "Đã đến làm hồ sơ", CANCELLED: "Đã bỏ"}
PILLS: dict[str, str] = {Why.EXPIRED: "block", Why.CMND: "block", Why.NO_CARD: "warn"}


class MustComeTable(tables.Table):
    tick = tables.TemplateColumn(
        template_name="cards/invitations/_tick.html", verbose_name="Chọn", orderable=False,
        attrs={"td": {"class": "fit"}},
    )  # fmt: skip
    full_name = tables.Column("Họ và tên", order_by=("sort_key", "pk"))
    birth = tables.Column("Ngày sinh", accessor="birth_latest_on", empty_values=(), attrs={"td": {"class": "fit"}})
    lives = tables.Column("Nơi ở", accessor="hamlet", empty_values=(), order_by=("hamlet", "pk"))
    reason = tables.Column("Vì sao", accessor="why", empty_values=(), orderable=False)
    mark = tables.Column("Đã làm gì", empty_values=(), orderable=False)
    called = tables.Column("Liên hệ gần nhất", empty_values=(), orderable=False)

    class Meta:
        order_by = ("birth",)
        empty_text = "Không có ai phải làm thẻ khớp bộ lọc."
        caption = "Người phải làm thẻ"

    def render_full_name(self, record: Resident) -> SafeString:
        page = reverse("registry:resident", args=[record.public_id])
        return format_html('<a href="{}">{}</a>', page, record.full_name)

    def render_birth(self, record: Resident) -> str:
        return words.born(record)

    def render_lives(self, record: Any) -> SafeString:
        return format_html(
            '{}<span class="cell-note">{}</span>', record.hamlet or "chưa thuộc hộ nào", record.street or ""
        )

    def render_reason(self, record: Any) -> SafeString:
        due = words.due_of(record)
        if due is None:
            return SafeString("—")
        label = pill(PILLS.get(record.why, "info"), Why(record.why).label)
        return format_html('{} <span class="number">{}</span>', label, f"{due:%d/%m/%Y}")

    def render_mark(self, record: Any) -> SafeString:
        if record.file_id:
            page = reverse("cards:application", args=[record.file_id])
            number = words.file_number(record.file_year, record.file_serial)
            return format_html('<a href="{}">hồ sơ {}</a>', page, number)
        if record.letter_id:
            page = reverse("cards:invitation", args=[record.letter_id])
            return format_html('<a href="{}">đã mời {}</a>', page, f"{timezone.localtime(record.letter_at):%d/%m/%Y}")
        return format_html('<span class="soft">{}</span>', "chưa mời")

    def render_called(self, record: Any) -> SafeString:
        said, again = said_of_last(record)
        return format_html('{}<span class="cell-note">{}</span>', said or "chưa", again)


class MustComeFilter(django_filters.FilterSet):
    """The reason is asked of the whole list before (must_come.coming)."""

    q = django_filters.CharFilter(label="Họ tên hoặc số định danh", method="by_text")
    ly_do = django_filters.ChoiceFilter(label="Vì sao", choices=Why, method="as_it_is", empty_label="Mọi lý do")
    thon = django_filters.ChoiceFilter(label="Thôn, tổ", method="by_hamlet", empty_label="Mọi thôn, tổ")
    nam_sinh = django_filters.NumberFilter(label="Năm sinh", field_name="birth_year")
    dau = django_filters.ChoiceFilter(
        label="Đã làm gì", choices=list(MARKS.items()), method="by_mark", empty_label="Tất cả"
    )
    lien_he = django_filters.ChoiceFilter(
        label="Liên hệ", choices=list(CALLS.items()), method="by_call", empty_label="Tất cả"
    )

    class Meta:
        model = Resident
        fields: list[str] = []

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer
        self.filters["thon"].extra["choices"] = hamlets_of(officer)

    def as_it_is(self, rows: QuerySet[Resident], name: str, value: str) -> QuerySet[Resident]:
        return rows

    def by_text(self, rows: QuerySet[Resident], name: str, value: str) -> QuerySet[Resident]:
        return by_name_or_number(rows, value, self.officer)

    def by_hamlet(self, rows: QuerySet[Resident], name: str, value: str) -> QuerySet[Resident]:
        return rows.filter(must_come.lives_in(value))

    def by_mark(self, rows: QuerySet[Resident], name: str, value: str) -> QuerySet[Resident]:
        if value == WITH_FILE:
            return rows.filter(must_come.has_a_file())
        if value == INVITED:
            return rows.filter(must_come.is_invited()).exclude(must_come.has_a_file())
        return rows.exclude(must_come.has_a_file()).exclude(must_come.is_invited())

    def by_call(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(called_at=None) if value == NEVER_CALLED else rows.filter(again_on__lte=timezone.localdate())


def by_name_or_number(rows: QuerySet[Resident], value: str, officer: Officer) -> QuerySet[Resident]:
    bare = value.replace(" ", "")
    if bare.isdecimal() and len(bare) in (9, 12):
        return rows.filter(pk__in=IdentityNumber.objects.filter(number=bare).values("resident"))
    return in_words(rows, value, officer)


class LetterTable(tables.Table):
    number = tables.Column(
        "Số", accessor="number", order_by=("year", "serial"), linkify=("cards:invitation", [tables.A("public_id")]),
        attrs={"td": {"class": "number fit"}},
    )  # fmt: skip
    resident = tables.Column("Công dân", order_by=("resident__sort_key", "pk"))
    why = tables.Column("Lý do mời", orderable=False)
    group = tables.Column("Trường, nơi phát", default="")
    made_at = tables.Column("Lập ngày", attrs={"td": {"class": "number fit"}})
    come_on = tables.Column("Mời đến", default="", attrs={"td": {"class": "number fit"}})
    state = tables.Column("Kết quả", empty_values=(), orderable=False, attrs={"td": {"class": "fit"}})

    class Meta:
        order_by = ("-number",)
        empty_text = "Không có giấy mời nào khớp bộ lọc."
        caption = "Giấy mời làm thẻ"

    def render_resident(self, record: Invitation) -> SafeString:
        page = reverse("registry:resident", args=[record.resident.public_id])
        note = f"sinh {words.born(record.resident)}"
        return format_html('<a href="{}">{}</a><span class="cell-note">{}</span>', page, record.resident, note)

    def render_why(self, record: Invitation) -> SafeString:
        return format_html('{}<span class="cell-note">{}</span>', record.get_why_display(), f"{record.due_on:%d/%m/%Y}")

    def render_made_at(self, value: dt.datetime) -> str:
        return f"{timezone.localtime(value):%d/%m/%Y}"

    def render_come_on(self, value: dt.date) -> str:
        return f"{value:%d/%m/%Y}"

    def render_state(self, record: Any) -> SafeString:
        return state_pill(record)


def state_pill(letter: Any) -> SafeString:
    """Of a letter with its answer (inviting.with_answers)."""
    if letter.cancelled_at is not None:
        return pill("quiet", "đã bỏ")
    if letter.file_id:
        return pill("ok", f"đã đến, hồ sơ {words.file_number(letter.file_year, letter.file_serial)}")
    return pill("info", "chưa đến")


class LetterFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Số giấy mời, họ tên hoặc số định danh", method="by_text")
    ly_do = django_filters.ChoiceFilter(label="Lý do mời", field_name="why", choices=Why, empty_label="Mọi lý do")
    ket_qua = django_filters.ChoiceFilter(
        label="Kết quả", choices=list(STATES.items()), method="by_state", empty_label="Tất cả"
    )
    noi = django_filters.CharFilter(label="Trường, nơi phát", field_name="group", lookup_expr="icontains")

    class Meta:
        model = Invitation
        fields: list[str] = []

    def by_text(self, rows: QuerySet[Invitation], name: str, value: str) -> QuerySet[Invitation]:
        year, dash, serial = value.strip().partition("-")
        if dash and year.isdecimal() and serial.isdecimal() and len(year) == 2 and len(serial) < 7:
            return rows.filter(year=2000 + int(year), serial=int(serial))
        officer = self.request.user
        people = by_name_or_number(Resident.objects.in_scope(officer), value, officer)
        return rows.filter(Exists(people.filter(pk=OuterRef("resident"))))

    def by_state(self, rows: QuerySet[Invitation], name: str, value: str) -> QuerySet[Invitation]:
        if value == CANCELLED:
            return rows.filter(~Q(cancelled_at=None))
        return rows.filter(came() if value == CAME else ~came(), cancelled_at=None)
