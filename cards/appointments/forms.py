"""What is typed at the appointments desk."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from cards.appointments.opening import LONGEST_MINUTES, MOST_PEOPLE, Wish
from cards.models import AppointmentVia, Purpose, Weekday
from registry.residents.fields import DayField, TextField

SLOT = "Chọn một khung giờ còn chỗ."
VIAS = [choice for choice in AppointmentVia.choices if choice[0] != AppointmentVia.WALK_IN]


class SlotField(forms.CharField):
    """The moment at which the chosen slot begins, as the page wrote it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages={"required": SLOT}, **kwargs)

    def clean(self, value: Any) -> dt.datetime:
        text = super().clean(value)
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None or timezone.is_naive(moment):
            raise forms.ValidationError(SLOT)
        return moment


class BookForm(forms.Form):
    starts_at = SlotField()
    via = forms.ChoiceField(
        label="Hẹn qua", choices=VIAS, initial=AppointmentVia.OFFICE, required=False,
        error_messages={"invalid_choice": "Chọn lại cách hẹn."},
    )  # fmt: skip
    note = TextField(
        label="Ghi chú", required=False, max_length=300,
        error_messages={"max_length": "Ghi chú dài quá 300 ký tự; ghi ngắn lại."},
    )  # fmt: skip

    def clean_via(self) -> str:
        return self.cleaned_data["via"] or AppointmentVia.OFFICE


class NoteForm(forms.Form):
    note = TextField(required=False, max_length=300, error_messages={"max_length": "Dài quá 300 ký tự; ghi ngắn lại."})


class HoursForm(forms.Form):
    """New hours on several weekdays."""

    purpose = forms.ChoiceField(label="Việc", choices=Purpose.choices)
    weekdays = forms.TypedMultipleChoiceField(
        label="Thứ", choices=Weekday.choices, coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Chọn ít nhất một thứ trong tuần."},
    )  # fmt: skip
    starts = forms.TimeField(
        label="Từ", input_formats=["%H:%M", "%Hh%M", "%Hh", "%H"],
        error_messages={"required": "Ghi giờ bắt đầu, ví dụ 7:30.", "invalid": "Ghi giờ, ví dụ 7:30."},
    )  # fmt: skip
    ends = forms.TimeField(
        label="Đến", input_formats=["%H:%M", "%Hh%M", "%Hh", "%H"],
        error_messages={"required": "Ghi giờ kết thúc, ví dụ 11:30.", "invalid": "Ghi giờ, ví dụ 11:30."},
    )  # fmt: skip
    minutes = forms.IntegerField(
        label="Mỗi khung (phút)", min_value=5, max_value=LONGEST_MINUTES, initial=30,
        error_messages={"required": "Ghi số phút.", "invalid": "Ghi số phút."},
    )  # fmt: skip
    capacity = forms.IntegerField(
        label="Số người mỗi khung", min_value=0, max_value=MOST_PEOPLE, initial=4,
        error_messages={"required": "Ghi số người.", "invalid": "Ghi số người."},
    )  # fmt: skip
    valid_from = DayField(label="Áp dụng từ")
    valid_to = DayField(label="Đến hết ngày", required=False, help_text="Để trống: cho đến khi kết thúc")

    def wish(self) -> Wish:
        values = dict(self.cleaned_data)
        return Wish(weekdays=tuple(values.pop("weekdays")), **values)


class EndForm(forms.Form):
    last_day = DayField(label="Ngày cuối còn áp dụng", error_messages={"required": "Ghi ngày cuối còn áp dụng."})
