"""The list of slips: found by number, person or phone; and by day, for printing them together."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Level, Officer
from cards.applications.tables import pill, read_file_number
from cards.models import Application, Receipt, RenderState
from cards.receipts import payload
from cards.receipts.verify import at_code
from registry.models import IdentityNumber, Resident
from registry.residents.search import in_words
from registry.values import phone

STATES = {
    "chua-in": ("Chưa in lần nào", Q(print_count=0, withdrawn_at=None)),
    "hieu-luc": ("Còn hiệu lực", Q(withdrawn_at=None)),
    "thu-hoi": ("Đã thu hồi, đã thay", Q(withdrawn_at__isnull=False)),
    "hong": ("Chưa lập được bản in", Q(state=RenderState.FAILED)),
}


def listed(officer: Officer) -> QuerySet[Receipt]:
    return Receipt.objects.in_scope(officer).select_related("application__resident", "commune")


class ReceiptTable(tables.Table):
    tick = tables.TemplateColumn(
        template_name="cards/receipts/_tick.html", verbose_name="Chọn", orderable=False, attrs={"td": {"class": "fit"}}
    )
    number = tables.Column(
        "Số phiếu",
        order_by=("year", "serial"),
        linkify=("cards:receipt", [tables.A("public_id")]),
        attrs={"td": {"class": "number fit"}},
    )
    file = tables.Column(
        "Số hồ sơ",
        accessor="application__file_number",
        order_by=("application__year", "application__serial"),
        linkify=("cards:application", [tables.A("application__public_id")]),
        attrs={"td": {"class": "number fit"}},
    )
    resident = tables.Column("Công dân", accessor="application__resident", orderable=False)
    issued_at = tables.Column("Lập lúc", attrs={"td": {"class": "number fit"}})
    print_count = tables.Column("Đã in", attrs={"td": {"class": "number fit"}})
    standing = tables.Column("Hiệu lực", empty_values=(), orderable=False, attrs={"td": {"class": "fit"}})
    commune = tables.Column("Xã", accessor="commune__name", order_by="commune__sort_key")

    class Meta:
        order_by = ("-issued_at",)
        empty_text = "Không có phiếu hẹn nào khớp bộ lọc."
        caption = "Phiếu hẹn"

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        in_one_commune = officer.unit is not None and officer.unit.level == Level.COMMUNE
        super().__init__(*args, exclude=("commune",) if in_one_commune else (), **kwargs)

    def render_resident(self, value: Resident) -> str:
        born = value.known_birth
        return format_html("{} <small>{}</small>", value, f"sinh {born.display()}" if born else "")

    def render_issued_at(self, record: Receipt) -> str:
        return f"{timezone.localtime(record.issued_at):%H:%M %d/%m/%Y}"

    def render_print_count(self, value: int) -> str:
        return f"{value} lần" if value else "chưa"

    def render_standing(self, record: Receipt) -> SafeString:
        if record.withdrawn_at:
            return pill("quiet", "đã thu hồi")
        if record.state == RenderState.FAILED:
            return pill("block", "chưa lập được")
        return pill("ok", "còn hiệu lực") if record.state == RenderState.READY else pill("info", "đang lập")


class ReceiptFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Số phiếu, số hồ sơ, số định danh, điện thoại hoặc họ tên", method="by_text")
    ngay = django_filters.DateFilter(
        label="Lập ngày",
        field_name="issued_at",
        lookup_expr="date",
        widget=forms.DateInput(attrs={"inputmode": "numeric", "placeholder": "dd/mm/yyyy", "class": "w-date"}),
        error_messages={"invalid": "Nhập ngày/tháng/năm, ví dụ 22/11/2026."},
    )
    tinh_trang = django_filters.ChoiceFilter(
        label="Tình trạng",
        choices=[(code, title) for code, (title, _) in STATES.items()],
        empty_label="Tất cả",
        method="by_state",
    )

    class Meta:
        model = Receipt
        fields: list[str] = []

    def by_state(self, rows: QuerySet[Receipt], name: str, value: str) -> QuerySet[Receipt]:
        return rows.filter(STATES[value][1])

    def by_text(self, rows: QuerySet[Receipt], name: str, value: str) -> QuerySet[Receipt]:
        return rows.filter(wanted(value, self.request.user))


def wanted(text: str, officer: Officer) -> Q:
    """The slips that this text asks for: a scanned code, a number of a slip or a file, a personal number, a phone, or a
    name. One query of its own for a name."""
    bare = "".join(text.split())
    if payload.looks_like_a_code(bare):
        return _by_code(bare)
    if numbered := read_file_number(text):
        return Q(application__in=Application.objects.in_scope(officer).filter(numbered)) | numbered
    if bare.isdecimal() and len(bare) in (9, 12):
        holders = IdentityNumber.objects.filter(number=bare)
        return Q(application__resident__in=holders.values("resident"))
    try:
        return Q(application__resident__phone=phone.normalise(text))
    except phone.PhoneRefused:
        pass
    people = in_words(Resident.objects.in_scope(officer), text, officer)
    return Q(application__resident__in=people.values("pk"))


def _by_code(digits: str) -> Q:
    try:
        code, _, _ = payload.opened(digits)
    except payload.NotACode:
        return Q(pk__in=[])
    return at_code(code.commune_code) & Q(year=code.slip[0], serial=code.slip[1])
