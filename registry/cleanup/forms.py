"""How a case is decided: three outcomes, what each needs, and what is said when it is missing."""

import datetime as dt

from django import forms
from django.utils import timezone

VERIFY, SET_ASIDE, RELEASE = "verify", "set_aside", "release"
DAYS_SET_ASIDE = 7


def in_a_week() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=DAYS_SET_ASIDE)


class VerifyForm(forms.Form):
    basis = forms.CharField(
        label="Căn cứ đã xác minh",
        max_length=300,
        help_text="Giấy tờ hoặc cách đã xác minh, ví dụ: Giấy khai sinh số 12/1990.",
        error_messages={"required": "Ghi căn cứ đã xác minh, ví dụ: “Giấy khai sinh số 12/1990”."},
    )


class SetAsideForm(forms.Form):
    until = forms.DateField(
        label="Để đến ngày",
        initial=in_a_week,
        widget=forms.DateInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Chọn ngày làm lại.", "invalid": "Không đọc được ngày. Nhập ngày/tháng/năm."},
    )
    reason = forms.CharField(label="Lý do", max_length=300, required=False)
