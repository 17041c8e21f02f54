"""What is asked before a list leaves: columns, format, reason. The work refuses what may not go out (asking.py)."""

from typing import Any

from django import forms

from accounts.models import Officer
from registry.models import ExportFormat
from registry.residents.fields import TextField, speak_vietnamese
from registry.rosters.out.asking import REASON, may_return
from registry.rosters.out.kinds import Kind


class AskForm(forms.Form):
    """The columns are drawn by group(), not by the field's own widget."""

    columns = forms.MultipleChoiceField(
        label="Cột", error_messages={"required": "Chọn ít nhất một cột.", "invalid_choice": "Có cột không xuất được."}
    )
    format = forms.ChoiceField(
        label="Dạng tệp", choices=ExportFormat.choices, initial=ExportFormat.XLSX, widget=forms.RadioSelect,
        error_messages={"required": "Chọn Excel hoặc CSV.", "invalid_choice": "Chọn Excel hoặc CSV."},
    )  # fmt: skip
    for_return = forms.BooleanField(label="Để sửa trên tệp rồi nộp lại (chỉ Excel)", required=False)
    reason = TextField(
        label="Mục đích", max_length=300, error_messages={"required": REASON},
        help_text="Ghi trên tệp, ở chân mỗi trang in và trong nhật ký.",
    )  # fmt: skip

    def __init__(self, *args: Any, kind: Kind, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = kind.offered(officer)
        columns: Any = self.fields["columns"]
        columns.choices = [(one.name, one.label) for one in self.offered]
        columns.initial = [one.name for one in self.offered if one.is_on]
        if not may_return(officer, kind):
            del self.fields["for_return"]
        self.fields["reason"].widget.attrs |= {"autocomplete": "off", "autofocus": True}
        speak_vietnamese(self.fields.values())

    def groups(self) -> list[dict[str, Any]]:
        """The columns as the page shows them, part by part; the sensitive ones stand in a part of their own."""
        ticked = set(self["columns"].value() or [])
        parts: dict[str, list[dict[str, Any]]] = {}
        for one in self.offered:
            part = "Nhạy cảm" if one.is_sensitive else one.group
            shown = {"name": one.name, "label": one.label, "is_ticked": one.name in ticked}
            parts.setdefault(part, []).append(shown)
        sensitive = parts.pop("Nhạy cảm", None)
        groups = [{"title": title, "columns": columns, "is_sensitive": False} for title, columns in parts.items()]
        return groups + ([{"title": "Nhạy cảm", "columns": sensitive, "is_sensitive": True}] if sensitive else [])
