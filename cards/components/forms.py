"""What is typed about the parts of a file."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from registry.residents.fields import NameField, TextField
from registry.values import personal_number


class TickForm(forms.Form):
    """`there` "1" or "0", and a note."""

    there = forms.ChoiceField(choices=[("1", "có"), ("0", "không")])
    note = TextField(
        required=False, max_length=300, error_messages={"max_length": "Ghi chú dài quá 300 ký tự; ghi ngắn lại."}
    )

    def values(self) -> dict[str, Any]:
        return {"is_there": self.cleaned_data["there"] == "1", "note": self.cleaned_data["note"]}


class RepresentativeForm(forms.Form):
    name = NameField(
        label="Họ tên người đại diện",
        max_length=100,
        error_messages={"required": "Ghi họ tên người đại diện.", "max_length": "Họ tên dài quá 100 ký tự."},
    )
    number = forms.CharField(label="Số định danh", required=False, max_length=20)
    relation = TextField(
        label="Quan hệ", max_length=30,
        error_messages={"required": "Ghi quan hệ với công dân.", "max_length": "Quan hệ dài quá 30 ký tự."},
    )  # fmt: skip

    def clean_number(self) -> str:
        text = self.cleaned_data["number"].strip()
        try:
            return personal_number.parse(text) if text else ""
        except ValueError as refused:
            raise forms.ValidationError(str(refused)) from refused


def uploads(files: list[Any]) -> list[tuple[str, Any]]:
    """Name and content of each file that was sent."""
    return [(one.name or "", one) for one in files if isinstance(one, UploadedFile)]
