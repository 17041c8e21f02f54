"""What is typed about a target: of which figure, for whom, how much, from when."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Level, Officer, Unit
from accounts.roles import Role
from registry.residents.fields import DayField, TextField, speak_vietnamese
from supervision.figures import FIGURES
from supervision.models import PeriodKind
from supervision.targets.choices import grouped
from supervision.targets.hundredths import NumberRefused, read
from supervision.targets.work import TargetRefused, settable_units

COUNTRY = "ca-nuoc"
DAY_ERROR = {"invalid": "Ghi ngày theo kiểu 01/12/2026."}


class TargetForm(forms.Form):
    """`unit` is the code of a commune or a province, or COUNTRY. Whether it is in scope is asked by the view."""

    code = forms.ChoiceField(label="Chỉ số", error_messages={"required": "Chọn chỉ số."})
    unit = forms.ChoiceField(label="Áp dụng cho", error_messages={"required": "Chọn nơi áp dụng."})
    value = TextField(
        label="Mức cần đạt",
        max_length=20,
        help_text="Tỷ lệ ghi phần trăm, ví dụ 95,5; số lượng ghi số nguyên.",
        widget=forms.TextInput(attrs={"class": "is-number w-date", "autocomplete": "off"}),
        error_messages={"required": "Ghi mức cần đạt."},
    )
    period = forms.ChoiceField(
        label="Trong mỗi",
        required=False,
        choices=[("", "– không theo kỳ –"), *PeriodKind.choices],
        help_text="Chỉ với số phát sinh trong kỳ.",
    )
    since = DayField(label="Từ ngày", error_messages=DAY_ERROR | {"required": "Ghi ngày bắt đầu."})
    until = DayField(
        label="Đến hết ngày", required=False, help_text="Bỏ trống nếu chưa định.", error_messages=DAY_ERROR
    )
    note = TextField(label="Căn cứ, ghi chú", required=False, max_length=300)

    def __init__(self, *args: Any, officer: Officer, chosen: Unit | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"since": f"{timezone.localdate():%d/%m/%Y}"} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self._offer("code", grouped(with_direction=True))
        self._offer("unit", unit_choices(officer, chosen))
        for name in ("since", "until"):
            self.fields[name].widget.attrs["class"] = "w-date"
        speak_vietnamese(self.fields.values())

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        figure = FIGURES.get(data.get("code", ""))
        if figure and data.get("value"):
            try:
                data["value"] = read(figure, data["value"])
            except NumberRefused as refused:
                self.add_error("value", ValidationError(str(refused), code="number"))
        return data

    def show(self, refused: TargetRefused) -> None:
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))


def unit_choices(officer: Officer, chosen: Unit | None) -> list[tuple[str, str]]:
    """Of the ministry the country, the provinces, and the commune that the address names; of a province itself and its
    communes. One query."""
    units = settable_units(officer)
    rows = [(one.code, f"Mọi xã của {one.name}" if one.level == Level.PROVINCE else one.name) for one in units]
    if officer.role == Role.MINISTRY_SUPERVISOR:
        rows.insert(0, (COUNTRY, "Mọi xã trong cả nước"))
    if chosen is not None and chosen.code not in dict(rows):
        rows.append((chosen.code, chosen.path))
    return rows
