"""The two lines as an administrator types them: bits, with a comma."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from registry.residents.fields import TextField, speak_vietnamese
from registry.thresholds.lines import LEAST, MOST, Lines


class BitsField(forms.CharField):
    """ "7,5" bits, answered as 750 hundredths."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=8, **kwargs)
        self.widget.attrs.update({"inputmode": "text", "autocomplete": "off", "class": "is-number"})

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 100:g}".replace(".", ",") if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        text = str(super().clean(value)).strip().replace("−", "-").replace(",", ".")
        try:
            hundredths = Decimal(text) * 100
        except InvalidOperation:
            raise forms.ValidationError("Ghi số bit, ví dụ 0; 7,5; -2.") from None
        if not hundredths.is_finite() or hundredths != hundredths.to_integral_value():
            raise forms.ValidationError("Ghi số bit với nhiều nhất hai chữ số lẻ.")
        if not LEAST <= hundredths <= MOST:
            raise forms.ValidationError(f"Ngưỡng nằm trong khoảng {LEAST // 100} đến {MOST // 100} bit.")
        return int(hundredths)


class LinesForm(forms.Form):
    """Tried out: nothing is written."""

    error_css_class = "has-error"

    review = BitsField(label="Cần xem từ (bit)", help_text="cặp thấp hơn không vào hàng đợi")
    certain = BitsField(label="Gần chắc chắn từ (bit)", help_text="từ đây mới được kết luận nhiều vụ một lúc")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_vietnamese(self.fields.values())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        review, certain = values.get("review"), values.get("certain")
        if review is not None and certain is not None and review > certain:
            self.add_error("certain", "Ngưỡng “gần như chắc chắn” không được thấp hơn ngưỡng “cần xem”.")
        return values

    @property
    def lines(self) -> Lines:
        return Lines(self.cleaned_data["review"], self.cleaned_data["certain"])


class DrawForm(LinesForm):
    """The same with the reason: this one is written."""

    reason = TextField(
        label="Lý do",
        min_length=10,
        max_length=300,
        error_messages={"required": "Ghi lý do đổi ngưỡng.", "min_length": "Ghi rõ lý do, ít nhất 10 ký tự."},
    )
    version = forms.CharField(widget=forms.HiddenInput)
