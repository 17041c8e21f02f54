"""How a case is decided: the outcomes, what each needs, and what is said when it is missing."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Officer

VERIFY, SET_ASIDE, HAND_OVER, ASK_CHIEF = "verify", "set_aside", "hand_over", "ask_chief"
RELEASE, SKIP, TAKE = "release", "skip", "take"
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


class HandOverForm(forms.Form):
    """`among` are the colleagues to choose from, `meant` who is proposed. Answers the officer as `to`."""

    to = forms.ChoiceField(
        label="Chuyển cho",
        error_messages={
            "required": "Chọn đồng chí nhận việc.", "invalid_choice": "Chọn một đồng chí đang công tác tại xã.",
        },
    )  # fmt: skip
    handed_message = forms.CharField(
        label="Lời nhắn",
        max_length=300,
        error_messages={"required": "Ghi một câu để đồng chí nhận việc biết cần làm gì."},
    )

    def __init__(
        self, data: Any = None, *, among: Sequence[Officer] = (), meant: Officer | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        proposed = {"to": str(meant.public_id)} if meant else {}
        super().__init__(data, initial=proposed | (initial or {}))
        self.officers = {str(one.public_id): one for one in among}
        to: Any = self.fields["to"]
        to.choices = [("", "– chọn đồng chí –"), *((code, self._called(one)) for code, one in self.officers.items())]

    def _called(self, officer: Officer) -> str:
        return f"{officer} (phụ trách thôn, tổ)" if getattr(officer, "looks_after", False) else str(officer)

    def clean_to(self) -> Officer:
        return self.officers[self.cleaned_data["to"]]


class AskChiefForm(forms.Form):
    question = forms.CharField(
        label="Nội dung xin ý kiến", max_length=300, error_messages={"required": "Ghi điều cần trưởng cho ý kiến."}
    )
