"""What is asked when letters are written, one is taken back, and a list for a school is made."""

from typing import Any

from django import forms
from django.utils import timezone

from cards.invitations import school
from cards.invitations.school import Wish
from registry.residents.fields import DayField, TextField, speak_vietnamese


class InviteForm(forms.Form):
    come_on = DayField(label="Mời đến ngày", required=False)
    group = TextField(
        label="Trường, nơi phát", required=False, max_length=100, help_text="Ghi khi gửi qua trường, thôn, tổ."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "moi-%s"} | kwargs)
        speak_vietnamese(self.fields.values())


class CancelForm(forms.Form):
    reason = TextField(label="Lý do bỏ", max_length=300, error_messages={"required": "Ghi lý do bỏ giấy mời."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "bo-%s"} | kwargs)
        speak_vietnamese(self.fields.values())


class SchoolForm(forms.Form):
    """`hamlets` are the texts of the commune's households."""

    truong = TextField(label="Trường", required=False, max_length=100, help_text="Tên trường in trên danh sách.")
    nam = forms.TypedChoiceField(label="Năm sinh", required=False, coerce=int, empty_value=None)
    thon = forms.ChoiceField(label="Thôn, tổ", required=False)

    def __init__(self, *args: Any, hamlets: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "truong-%s"} | kwargs)
        years = school.birth_years(timezone.localdate())
        told = [(year, f"{year} (đủ 14 tuổi năm {year + 14})") for year in years]
        self.fields["nam"].choices = [("", "Sắp đủ 14 tuổi"), *told]  # type: ignore[attr-defined]
        self.fields["thon"].choices = [("", "Mọi thôn, tổ"), *hamlets]  # type: ignore[attr-defined]
        speak_vietnamese(self.fields.values())

    def wish(self) -> Wish:
        """What was asked as far as it can be read; the page shows what could not."""
        values = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return Wish(values.get("nam"), values.get("thon") or "", values.get("truong") or "")
