"""What is asked about a card in stock, and on each line of a list that comes back."""

import datetime as dt
from typing import Any

from django import forms

from cards.applications.handover import can_return_old_card
from cards.deliveries.doing import Call
from cards.deliveries.stock import LONGEST_BOX, LONGEST_CODE, LONGEST_REASON
from cards.deliveries.typing_back import Taken
from cards.models import Application, ContactResult, ContactVia, Receiver
from registry.residents.fields import DayField, NameField, PersonalNumberField, TextField, speak_vietnamese


def tick() -> forms.CheckboxInput:
    return forms.CheckboxInput(attrs={"class": "form-check-input"})


class SpokenForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_vietnamese(self.fields.values())


class BoxForm(SpokenForm):
    box = TextField(label="Hộp, ngăn", required=False, max_length=LONGEST_BOX)


class CallForm(SpokenForm):
    via = forms.ChoiceField(label="Cách báo", choices=ContactVia.choices, initial=ContactVia.PHONE)
    result = forms.ChoiceField(label="Kết quả", choices=[("", "– chọn –"), *ContactResult.choices])
    again_on = DayField(
        label="Gọi lại ngày", required=False, help_text="Để trống: không liên lạc được thì ngày mai, còn lại thì thôi."
    )
    note = TextField(label="Ghi chú", required=False, max_length=300)

    def call(self) -> Call:
        return Call(**self.cleaned_data)


class PostForm(SpokenForm):
    code = TextField(label="Mã bưu gửi", max_length=LONGEST_CODE, error_messages={"required": "Ghi mã bưu gửi."})


class PostReturnedForm(SpokenForm):
    note = TextField(label="Lý do chuyển hoàn", required=False, max_length=200)


class SendBackForm(SpokenForm):
    reason = TextField(
        label="Thẻ sai chỗ nào", max_length=LONGEST_REASON, error_messages={"required": "Ghi thẻ sai chỗ nào."}
    )


class CommonForm(SpokenForm):
    """What most cards of one list share."""

    issued_on = DayField(label="Ngày cấp in trên thẻ (chung)", required=False, future=False)


class LineForm(SpokenForm):
    """One line of the list. Only a line that is ticked is asked for anything; what is left empty is as the common day
    of issue of the list, and as the law says."""

    came = forms.BooleanField(label="Đã nhận", required=False, widget=tick())
    issued_on = DayField(label="Ngày cấp", required=False, future=False)
    expires_on = DayField(label="Hết hạn", required=False)
    no_expiry = forms.BooleanField(label="Không thời hạn", required=False)
    as_printed = forms.BooleanField(label="Thẻ in đúng như đã nhập", required=False)
    old_card_returned = forms.BooleanField(label="Thu thẻ cũ", required=False, widget=tick())
    receiver = forms.ChoiceField(
        label="Ai nhận", choices=[one for one in Receiver.choices if one[0] != Receiver.POST], required=False
    )
    receiver_name = NameField(label="Họ tên người nhận thay", required=False, max_length=100)
    receiver_number = PersonalNumberField(label="Số định danh người nhận thay", required=False)

    def __init__(self, *args: Any, file: Application, common_day: dt.date | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _receiver_of(file))
        super().__init__(*args, auto_id=f"{kwargs.get('prefix', 'd')}-%s", **kwargs)
        self.file, self.common_day = file, common_day
        if not can_return_old_card(file):
            del self.fields["old_card_returned"]

    @property
    def is_ticked(self) -> bool:
        return bool(self["came"].value())

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not found.get("came"):
            return found
        if "issued_on" in found and not (found["issued_on"] or self.common_day):
            self.add_error("issued_on", "Ghi ngày cấp in trên thẻ, ở dòng này hoặc ở ô chung.")
        if found.get("expires_on") and found.get("no_expiry"):
            self.add_error("expires_on", "Ghi ngày hết hạn, hoặc chỉ đánh dấu “Không thời hạn”.")
        if not self._ends(found) and self.file.resident.known_birth is None:
            self.add_error("expires_on", "Hồ sơ không rõ ngày sinh: ghi ngày hết hạn in trên thẻ.")
        return found

    @staticmethod
    def _ends(found: dict[str, Any]) -> bool:
        return bool(found.get("expires_on") or found.get("no_expiry"))

    def taken(self) -> Taken:
        """Only after is_valid(), of a line that is ticked."""
        found = self.cleaned_data
        issued_on = found["issued_on"] or self.common_day
        assert issued_on is not None  # clean() asked for it
        return Taken(
            file=self.file, issued_on=issued_on, expires_on=found["expires_on"], by_law=not self._ends(found),
            old_card_returned=found.get("old_card_returned", False), as_printed=found["as_printed"],
            receiver=found["receiver"] or Receiver.SELF, receiver_name=found["receiver_name"],
            receiver_number=found["receiver_number"],
        )  # fmt: skip

    def show(self, errors: dict[str, list[str]]) -> None:
        for name, sentences in errors.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)


def _receiver_of(file: Application) -> dict[str, Any]:
    """Who will come, as the file says."""
    if not file.representative_name:
        return {"receiver": Receiver.SELF}
    return {
        "receiver": Receiver.REPRESENTATIVE,
        "receiver_name": file.representative_name,
        "receiver_number": file.representative_number,
    }
