"""The form that takes an account in, and the one that moves it."""

from typing import Any

from django import forms

from cards.eid.moves import EidRefused
from cards.models import EidLevel
from registry.residents.fields import NameField, TextField, speak_vietnamese


class CollectForm(forms.Form):
    """On the citizen's form TK01. What may be is asked by work.collect()."""

    level = forms.TypedChoiceField(
        label="Mức độ", choices=EidLevel.choices, coerce=int, initial=EidLevel.TWO, widget=forms.RadioSelect
    )
    phone = TextField(
        label="Số điện thoại của tài khoản",
        required=False,
        max_length=20,
        help_text="Số di động chính chủ; mỗi số một tài khoản.",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "class": "is-number"}),
    )
    representative = NameField(
        label="Người đại diện", required=False, max_length=100, help_text="Bắt buộc khi công dân dưới 14 tuổi."
    )
    has_form = forms.BooleanField(label="Đã nhận phiếu TK01 có chữ ký", required=False)
    note = TextField(label="Ghi chú", required=False, max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_vietnamese(self.fields.values())

    def show(self, refused: EidRefused) -> None:
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))


class MoveForm(forms.Form):
    """What a move may need beside its name: why, and the new number."""

    note = TextField(label="Lý do", required=False, max_length=300)
    phone = TextField(label="Số điện thoại mới", required=False, max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "buoc-%s"} | kwargs)
        speak_vietnamese(self.fields.values())

    def show(self, refused: EidRefused) -> None:
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))
