"""What is asked when results come back."""

from django import forms

from cards.batches.xlsx import LARGEST_BYTES, TOO_LARGE
from registry.residents.fields import TextField


class ResultUploadForm(forms.Form):
    file = forms.FileField(
        label="Tệp kết quả (.xlsx hoặc .json)",
        max_length=200,
        error_messages={
            "required": "Chọn tệp kết quả.",
            "empty": "Tệp trống.",
            "invalid": "Chọn tệp .xlsx hoặc .json.",
            "max_length": "Tên tệp dài quá 200 ký tự.",
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.json"}),
    )

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file


class ReasonForm(forms.Form):
    """Why a file stays behind, or why a batch is taken back."""

    reason = TextField(
        label="Lý do",
        max_length=200,
        error_messages={"required": "Ghi lý do.", "max_length": "Lý do dài quá 200 ký tự."},
    )
