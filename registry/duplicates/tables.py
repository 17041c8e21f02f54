"""The list of pairs: what it can be searched and filtered by, and its columns."""

import django_filters
import django_tables2 as tables
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.text import fold
from registry.duplicates.reasons import ALMOST_CERTAIN, WORTH_A_LOOK
from registry.models import DuplicatePair, IdentityNumber, PairState
from registry.values.personal_number import bare

LEVELS = {
    "chac": ("Gần như chắc", Q(strength__gte=ALMOST_CERTAIN)),
    "xem": ("Cần xem", Q(strength__gte=WORTH_A_LOOK, strength__lt=ALMOST_CERTAIN)),
    "yeu": ("Yếu", Q(strength__lt=WORTH_A_LOOK)),
}
PLACES = {
    "mot": ("Trong một xã", Q(left__commune=F("right__commune"))),
    "lien": ("Liên xã", ~Q(left__commune=F("right__commune"))),
}
STATES = {
    "cho": ("Đang chờ kết luận", [PairState.SUSPECTED, PairState.ASKED]),
    "hoi": ("Đang hỏi đồng chí khác", [PairState.ASKED]),
    "mot": ("Đã kết luận: một người", [PairState.SAME]),
    "hai": ("Đã kết luận: hai người", [PairState.DIFFERENT]),
    "het": ("Không còn giống", [PairState.GONE]),
    "tat-ca": ("Tất cả", list(PairState)),
}
STATE_PILLS = {
    PairState.SUSPECTED: "warn",
    PairState.ASKED: "info",
    PairState.SAME: "ok",
    PairState.DIFFERENT: "ok",
    PairState.GONE: "quiet",
}


def _titles(options: dict[str, tuple]) -> list[tuple[str, str]]:
    return [(code, option[0]) for code, option in options.items()]


class PairFilter(django_filters.FilterSet):
    """Without a state, the pairs that wait."""

    q = django_filters.CharFilter(label="Họ tên hoặc số", method="by_text")
    tinh_trang = django_filters.ChoiceFilter(
        label="Tình trạng", choices=_titles(STATES), method="by_state", empty_label=None
    )
    muc = django_filters.ChoiceFilter(label="Mức", choices=_titles(LEVELS), method="by_level", empty_label="Mọi mức")
    dia_ban = django_filters.ChoiceFilter(
        label="Địa bàn", choices=_titles(PLACES), method="by_place", empty_label="Mọi cặp"
    )

    class Meta:
        model = DuplicatePair
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[DuplicatePair]) -> QuerySet[DuplicatePair]:
        rows = super().filter_queryset(queryset)
        if not self.form.cleaned_data.get("tinh_trang"):
            rows = rows.filter(state__in=STATES["cho"][1])
        return rows

    def by_text(self, rows: QuerySet[DuplicatePair], name: str, value: str) -> QuerySet[DuplicatePair]:
        digits = bare(value)
        if digits.isdigit():
            # Only numbers of our own side: a masked one could be guessed digit by digit here.
            held = IdentityNumber.objects.in_scope(self.request.user).filter(number=digits)
            left, right = (Exists(held.filter(resident=OuterRef(side))) for side in ("left", "right"))
            return rows.filter(left | right)
        words = fold(value)
        return rows.filter(Q(left__name_folded__contains=words) | Q(right__name_folded__contains=words))

    def by_state(self, rows: QuerySet[DuplicatePair], name: str, value: str) -> QuerySet[DuplicatePair]:
        return rows.filter(state__in=STATES[value][1])

    def by_level(self, rows: QuerySet[DuplicatePair], name: str, value: str) -> QuerySet[DuplicatePair]:
        return rows.filter(LEVELS[value][1])

    def by_place(self, rows: QuerySet[DuplicatePair], name: str, value: str) -> QuerySet[DuplicatePair]:
        return rows.filter(PLACES[value][1])


class PairTable(tables.Table):
    people = tables.TemplateColumn(
        template_name="registry/duplicates/_people.html", verbose_name="Hai hồ sơ", order_by="left__sort_key"
    )
    sentence = tables.Column(verbose_name="Vì sao nghi trùng", orderable=False)
    strength = tables.TemplateColumn(
        template_name="registry/duplicates/_level.html", verbose_name="Mức", attrs={"td": {"class": "fit"}}
    )
    state = tables.TemplateColumn(
        template_name="registry/duplicates/_state.html", verbose_name="Tình trạng", attrs={"td": {"class": "fit"}}
    )
    found_at = tables.DateColumn(verbose_name="Tìm thấy", format="d/m/Y", attrs={"td": {"class": "fit"}})

    class Meta:
        model = DuplicatePair
        fields: list[str] = []
        sequence = ["people", "sentence", "strength", "state", "found_at"]
        empty_text = "Không có cặp nào khớp bộ lọc"
