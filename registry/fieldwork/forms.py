"""What is asked when a sheet is made, ended, or a list comes back."""

from typing import Any

from django import forms

from accounts.models import Officer, Unit
from accounts.roles import Role
from accounts.text import plain_sort_key
from registry.fieldwork.choosing import MOST_HOUSEHOLDS, Wish, lived_in
from registry.models import Which
from registry.residents.fields import DayField, TextField, speak_vietnamese

USUAL = 20
CODE_LENGTH = 5


class NewSheetForm(forms.Form):
    """Hamlets are the texts of the commune's households, so that none is out of reach. Two queries."""

    hamlets = forms.MultipleChoiceField(
        label="Thôn, tổ dân phố",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "“%(value)s” không phải thôn, tổ đang có hộ của xã."},
    )
    which = forms.ChoiceField(label="Chọn hộ", choices=Which.choices, initial=Which.DUE, widget=forms.RadioSelect)
    most = forms.IntegerField(
        label="Nhiều nhất (hộ)",
        min_value=1,
        max_value=MOST_HOUSEHOLDS,
        initial=USUAL,
        error_messages={
            "invalid": "Ghi một số.",
            "min_value": "Ít nhất 1 hộ.",
            "max_value": f"Một phiếu nhiều nhất {MOST_HOUSEHOLDS} hộ.",
        },
    )
    codes = TextField(
        label="Hoặc chỉ các hộ số",
        required=False,
        max_length=400,
        help_text="Cách nhau bằng dấu phẩy, ví dụ 00217, 00231. Ghi ở đây thì không cần chọn thôn, tổ.",
    )
    assigned_to = forms.ModelChoiceField(
        label="Cán bộ đi",
        queryset=Officer.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="– chưa phân công –",
    )
    planned_on = DayField(label="Đi ngày", required=False)

    def __init__(self, *args: Any, commune: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = lived_in(commune).exclude(hamlet="").order_by().values_list("hamlet", flat=True).distinct()
        ordered = sorted(names, key=plain_sort_key)
        self.fields["hamlets"].choices = [(name, name) for name in ordered]  # type: ignore[attr-defined]
        self.fields["assigned_to"].queryset = officers_of(commune)  # type: ignore[attr-defined]
        speak_vietnamese(self.fields.values())

    def clean_codes(self) -> tuple[str, ...]:
        """As the office writes them: 217 is 00217."""
        parts = self.cleaned_data["codes"].replace(";", ",").split(",")
        return tuple(part.strip().zfill(CODE_LENGTH) for part in parts if part.strip())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not values["hamlets"] and not values["codes"]:
            self.add_error("hamlets", "Chọn ít nhất một thôn, tổ, hoặc ghi số hộ.")
        return values

    def wish(self) -> Wish:
        values = self.cleaned_data
        return Wish(tuple(values["hamlets"]), values["which"], values["most"], values["codes"])


class CancelForm(forms.Form):
    reason = TextField(label="Lý do hủy", max_length=300, error_messages={"required": "Ghi lý do hủy."})


class ListBackForm(forms.Form):
    file = forms.FileField(
        label="Tệp Excel đã nhập",
        error_messages={"required": "Chọn tệp .xlsx đã nhập.", "empty": "Tệp trống.", "invalid": "Chọn tệp .xlsx."},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )


def officers_of(commune: Unit) -> Any:
    """Who may be sent out."""
    return Officer.objects.filter(unit=commune, is_active=True, role__in=[Role.OFFICER, Role.CHIEF]).order_by(
        "full_name"
    )
