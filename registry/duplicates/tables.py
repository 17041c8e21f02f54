"""The list of cases: what it can be searched, filtered and sorted by, and its columns."""

import datetime as dt
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html

from accounts.models import Officer
from accounts.text import fold
from registry.cleanup.tables import hamlets_of
from registry.duplicates.cases import WAITING
from registry.duplicates.score import CERTAIN_AT, band
from registry.models import (
    DuplicateCase,
    DuplicatePair,
    IdentityNumber,
    Membership,
    PairClass,
    PairState,
    ResidentState,
    SecondLook,
)
from registry.values.personal_number import bare

BANDS = {"chac": "Gần như chắc chắn", "xem": "Cần xem"}
CLASSES = {PairClass.SAME.value: "Một người", PairClass.FAMILY.value: "Người trong nhà"}
SORTS = {
    "lien": ("Liên xã", Q(is_cross=True)),
    "truong": ("Trưởng xem", Q(is_for_chief=True)),
    "lan": ("Lẫn nhiều người", Q(is_mixed=True)),
    "nhieu": ("Từ 3 hồ sơ", Q(people__gt=2)),
    "hai": ("Đúng 2 hồ sơ", Q(people=2)),
}
AGES = {"7": "Từ 7 ngày", "30": "Từ 30 ngày", "90": "Từ 90 ngày"}
WAITS = "cho"
STATES = {
    WAITS: "Chờ kết luận",
    "giu": "Tôi đang giữ",
    "hoi": "Đang hỏi đồng chí khác",
    "gop": "Một người, chờ gộp",
    "xong": "Đã xong",
    "tat-ca": "Tất cả",
}
STATE_PILLS = {
    PairState.SUSPECTED: "warn",
    PairState.ASKED: "info",
    PairState.SAME: "ok",
    PairState.DIFFERENT: "ok",
    PairState.GONE: "quiet",
}


def listed(officer: Officer) -> QuerySet[DuplicateCase]:
    """Cases with the pairs of them that the officer may see, as `seen_pairs`, the strongest first."""
    pairs = DuplicatePair.objects.in_scope(officer).select_related("left__commune", "right__commune")
    rows = DuplicateCase.objects.in_scope(officer).select_related("held_by")
    return rows.prefetch_related(Prefetch("pairs", pairs, to_attr="seen_pairs"))


def shown_pair(case: Any) -> DuplicatePair:
    """The pair that stands for a case of `listed()`: the strongest that waits, or the strongest."""
    return next((pair for pair in case.seen_pairs if pair.state in WAITING), case.seen_pairs[0])


class CaseFilter(django_filters.FilterSet):
    """Without a state, the cases that wait (queue.cases_open)."""

    q = django_filters.CharFilter(label="Họ tên hoặc số", method="by_text")
    muc = django_filters.ChoiceFilter(label="Mức", choices=list(BANDS.items()), method="by_band", empty_label="Mọi mức")
    loai = django_filters.ChoiceFilter(
        label="Loại", field_name="kind", choices=list(CLASSES.items()), empty_label="Mọi loại"
    )
    vu = django_filters.ChoiceFilter(
        label="Vụ", choices=[(code, title) for code, (title, _) in SORTS.items()], method="by_sort",
        empty_label="Mọi vụ",
    )  # fmt: skip
    thon = django_filters.ChoiceFilter(label="Thôn, tổ", method="by_hamlet", empty_label="Mọi thôn, tổ")
    tuoi = django_filters.ChoiceFilter(
        label="Đã chờ", choices=list(AGES.items()), method="by_age", empty_label="Mọi lúc"
    )
    tinh_trang = django_filters.ChoiceFilter(
        label="Tình trạng", choices=list(STATES.items()), method="by_state", empty_label=None
    )

    class Meta:
        model = DuplicateCase
        fields: list[str] = []

    def __init__(self, *args: Any, officer: Officer, certain_at: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer, self.certain_at = officer, certain_at
        if hamlets := hamlets_of(officer):
            self.filters["thon"].extra["choices"] = hamlets
        else:
            del self.filters["thon"]

    def filter_queryset(self, queryset: QuerySet[DuplicateCase]) -> QuerySet[DuplicateCase]:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("tinh_trang") else self.by_state(rows, "", WAITS)

    def _with(self, rows: QuerySet[DuplicateCase], wanted: Q) -> QuerySet[DuplicateCase]:
        """Cases with such a pair among those the officer may see."""
        pairs = DuplicatePair.objects.in_scope(self.officer).filter(wanted, case=OuterRef("pk"))
        return rows.filter(Exists(pairs))

    def by_text(self, rows: QuerySet[DuplicateCase], name: str, value: str) -> QuerySet[DuplicateCase]:
        digits = bare(value)
        if digits.isdigit():
            # Only numbers of our own side: a masked one could be guessed digit by digit here.
            held = IdentityNumber.objects.in_scope(self.officer).filter(number=digits)
            left, right = (Exists(held.filter(resident=OuterRef(side))) for side in ("left", "right"))
            return self._with(rows, Q(left) | Q(right))
        words = fold(value)
        return self._with(rows, Q(left__name_folded__contains=words) | Q(right__name_folded__contains=words))

    def by_band(self, rows: QuerySet[DuplicateCase], name: str, value: str) -> QuerySet[DuplicateCase]:
        certain = Q(score__gte=self.certain_at)
        return rows.filter(certain if value == "chac" else ~certain)

    def by_sort(self, rows: QuerySet[DuplicateCase], name: str, value: str) -> QuerySet[DuplicateCase]:
        return rows.filter(SORTS[value][1])

    def by_hamlet(self, rows: QuerySet[DuplicateCase], name: str, value: str) -> QuerySet[DuplicateCase]:
        living = Membership.objects.in_scope(self.officer).filter(to_on=None, household__hamlet=value)
        left, right = (Exists(living.filter(resident=OuterRef(side))) for side in ("left", "right"))
        return self._with(rows, Q(left) | Q(right))

    def by_age(self, rows: QuerySet[DuplicateCase], name: str, value: str) -> QuerySet[DuplicateCase]:
        return rows.filter(found_at__lte=timezone.now() - dt.timedelta(days=int(value)))

    def by_state(self, rows: QuerySet[DuplicateCase], name: str, value: str) -> QuerySet[DuplicateCase]:
        if value == WAITS:
            return self._with(rows.filter(closed_at=None), Q(state__in=WAITING))
        if value == "giu":
            return rows.filter(held_by=self.officer, held_until__gt=timezone.now())
        if value == "hoi":
            return self._with(rows, Q(state=PairState.ASKED))
        if value == "gop":
            merged = Q(left__state=ResidentState.MERGED) | Q(right__state=ResidentState.MERGED)
            return self._with(rows, Q(state=PairState.SAME) & ~merged)
        return rows.exclude(closed_at=None) if value == "xong" else rows


class CaseTable(tables.Table):
    records = tables.Column(verbose_name="Hồ sơ", accessor="public_id", orderable=False)
    why = tables.Column(verbose_name="Vì sao nghi trùng", accessor="public_id", orderable=False)
    score = tables.Column(verbose_name="Mức", attrs={"td": {"class": "fit"}})
    people = tables.Column(verbose_name="Số hồ sơ", attrs={"td": {"class": "fit"}})
    found_at = tables.Column(verbose_name="Đã chờ", attrs={"td": {"class": "fit"}})
    held_by = tables.Column(verbose_name="Đang xử lý", default="", orderable=False)

    class Meta:
        model = DuplicateCase
        fields: list[str] = []
        sequence = ("records", "why", "score", "people", "found_at", "held_by")
        empty_text = "Không có vụ nào khớp bộ lọc"

    def __init__(self, *args: Any, certain_at: int = CERTAIN_AT, **kwargs: Any) -> None:
        self.certain_at = certain_at
        super().__init__(*args, **kwargs)

    def render_records(self, record: DuplicateCase) -> str:
        return render_to_string("registry/duplicates/_case.html", {"case": record, "pair": shown_pair(record)})

    def render_why(self, record: DuplicateCase) -> str:
        pair = shown_pair(record)
        back = format_html('<span class="cell-note">Trở lại: {}</span>', pair.returned_for) if pair.returned_for else ""
        return format_html("{}{}", pair.sentence, back)

    def render_score(self, record: DuplicateCase) -> str:
        kind, text = band(record.score, record.kind, self.certain_at)
        return render_to_string("components/pill.html", {"kind": kind, "text": text})

    def render_found_at(self, value: dt.datetime) -> str:
        days = (timezone.localdate() - timezone.localdate(value)).days
        said = "hôm nay" if days <= 0 else f"{days} ngày"
        return format_html('{}<span class="cell-note">{}</span>', said, timezone.localtime(value).strftime("%d/%m/%Y"))

    def render_held_by(self, value: Officer, record: DuplicateCase) -> str:
        if record.held_until is None or record.held_until <= timezone.now():
            return ""
        return f"{value.full_name}, đến {timezone.localtime(record.held_until):%H:%M}"


class PlainTable(CaseTable):
    """The same with a box to tick in front."""

    ticked = tables.Column(verbose_name="Chọn", accessor="public_id", orderable=False, attrs={"td": {"class": "fit"}})

    class Meta:
        model = DuplicateCase
        fields: list[str] = []
        sequence = ("ticked", "records", "why", "score", "found_at")
        exclude = ("people", "held_by")
        empty_text = "Không có vụ nào đủ điều kiện kết luận cùng lúc"

    def render_ticked(self, record: DuplicateCase) -> str:
        pair = shown_pair(record)
        label = f"Chọn {pair.left.full_name} và {pair.right.full_name}"
        return format_html(
            '<input class="form-check-input" type="checkbox" name="case" value="{}" aria-label="{}">',
            record.public_id,
            label,
        )


class LookTable(tables.Table):
    people = tables.TemplateColumn(
        template_name="registry/duplicates/_look.html", verbose_name="Hai hồ sơ", orderable=False
    )
    first_at = tables.DateColumn(verbose_name="Giao ngày", format="d/m/Y", attrs={"td": {"class": "fit"}})

    class Meta:
        model = SecondLook
        fields: list[str] = []
        sequence = ("people", "first_at")
        empty_text = "Không có cặp nào chờ đồng chí xem lần hai"
