"""A value to try, and the same with a day and a basis: that one is written."""

import datetime as dt
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone

from registry.residents.fields import TextField, speak_vietnamese
from registry.scores.limits import LEAST, MOST, Limit, Seen
from registry.scores.trying import Tried

SALT = "registry.scores.tried"
SEEN_FOR_SECONDS = 3600
LONG_AGO = "Lần thử này đã quá một giờ hoặc không phải của giá trị này; bấm “Thử” lại rồi mới đặt."


class TryForm(forms.Form):
    """Nothing is written."""

    error_css_class = "has-error"

    value = forms.IntegerField(
        label="Thử giá trị",
        min_value=LEAST,
        max_value=MOST,
        widget=forms.TextInput(attrs={"class": "is-number", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": "Ghi một số nguyên.",
            "min_value": f"Không nhỏ hơn {LEAST}.",
            "max_value": f"Không lớn hơn {MOST}.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_vietnamese(self.fields.values())


class DrawForm(TryForm):
    """`seen` is what the trial counted, sealed: nobody changes a threshold without having seen what it does."""

    value = forms.IntegerField(min_value=LEAST, max_value=MOST, widget=forms.HiddenInput)
    since = forms.DateField(
        label="Áp dụng từ ngày",
        widget=forms.TextInput(attrs={"class": "w-date", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Ghi ngày theo kiểu 01/12/2026.", "required": "Ghi ngày áp dụng."},
    )
    basis = TextField(
        label="Căn cứ, lý do",
        min_length=10,
        max_length=200,
        error_messages={"required": "Ghi căn cứ đổi ngưỡng.", "min_length": "Ghi rõ căn cứ, ít nhất 10 ký tự."},
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    @classmethod
    def after(cls, limit: Limit, tried: Tried) -> "DrawForm":
        tomorrow = timezone.localdate() + dt.timedelta(days=1)
        seal = signing.dumps(
            [limit.code, tried.value, tried.queue_now, tried.queue_then, tried.people, tried.of_people], salt=SALT
        )
        return cls(initial={"value": tried.value, "since": f"{tomorrow:%d/%m/%Y}", "seen": seal})

    def seen_of(self, limit: Limit) -> Seen | None:
        """None when the seal is broken, old, or of another value."""
        try:
            code, value, *counted = signing.loads(
                self.data.get("seen", ""), salt=SALT, max_age=SEEN_FOR_SECONDS
            )  # fmt: skip
        except signing.BadSignature:
            return None
        return Seen(*counted) if (code, str(value)) == (limit.code, self.data.get("value")) else None
