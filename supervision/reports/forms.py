"""What is asked before a report is made: which one, of which period, what the office has to say, why once more."""

import datetime as dt
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.periods import ONE_DAY, Period, name_of, of_kind, previous
from registry.residents.fields import TextField, speak_vietnamese
from supervision.models import PeriodKind, ReportKind

OFFERED: Final = {PeriodKind.WEEK: 12, PeriodKind.MONTH: 12, PeriodKind.QUARTER: 8, PeriodKind.YEAR: 3}
LONGEST: Final = 3000


class ParagraphField(TextField):
    """Several lines, each cleaned as one text of a record is."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        lines = [super(ParagraphField, self).to_python(line) for line in str(value or "").splitlines()]
        return "\n".join(lines).strip()


class PeriodField(forms.ChoiceField):
    """A period by its kind and first day, "week:2026-11-13": one of those offered, the running one among them."""

    def __init__(self, *, starts: int, today: dt.date, **kwargs: Any) -> None:
        self.periods = {value_of(kind, one): (kind, one) for kind, one in offered(starts=starts, today=today)}
        super().__init__(choices=self._grouped(today), **kwargs)

    def _grouped(self, today: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
        groups: dict[str, list[tuple[str, str]]] = {}
        for value, (kind, period) in self.periods.items():
            words = name_of(kind, period) + (" (đang chạy)" if period.last >= today else "")
            groups.setdefault(PeriodKind(kind).label, []).append((value, words))
        return list(groups.items())

    def clean(self, value: Any) -> tuple[str, Period]:
        return self.periods[super().clean(value)]


def offered(*, starts: int, today: dt.date) -> list[tuple[str, Period]]:
    """The running period of each kind and those before it, the latest first."""
    found = []
    for kind, how_many in OFFERED.items():
        period = of_kind(kind, today, starts=starts)
        for _ in range(how_many):
            found.append((kind.value, period))
            period = previous(kind, period)
    return found


def value_of(kind: str, period: Period) -> str:
    return f"{kind}:{period.first:%Y-%m-%d}"


def last_ended(*, starts: int, today: dt.date) -> str:
    """What is most often asked for: the week that ended last."""
    week = of_kind(PeriodKind.WEEK, today, starts=starts)
    return value_of(PeriodKind.WEEK, of_kind(PeriodKind.WEEK, week.first - ONE_DAY, starts=starts))


class ReportForm(forms.Form):
    kind = forms.ChoiceField(
        label="Báo cáo", choices=ReportKind.choices, initial=ReportKind.PROJECT_06, widget=forms.RadioSelect
    )
    difficulties = ParagraphField(
        label="Khó khăn, vướng mắc", required=False, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}), help_text="In nguyên văn trong báo cáo.",
    )  # fmt: skip
    proposals = ParagraphField(
        label="Kiến nghị, đề xuất", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )
    reason = TextField(
        label="Lý do lập lại", required=False, max_length=300,
        help_text="Bắt buộc khi báo cáo của kỳ này đã lập; bản trước vẫn giữ nguyên.",
    )  # fmt: skip

    def __init__(self, *args: Any, starts: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        initial = last_ended(starts=starts, today=today)
        self.fields["period"] = PeriodField(
            label="Kỳ", starts=starts, today=today, initial=initial,
            help_text="Kỳ chưa chốt thì báo cáo ghi rõ là số liệu sơ bộ.",
        )  # fmt: skip
        self.order_fields(["kind", "period", "difficulties", "proposals", "reason"])
        speak_vietnamese(self.fields.values())

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if reason and len(reason) < 5:
            raise ValidationError("Ghi rõ lý do, ít nhất vài chữ.")
        return reason
