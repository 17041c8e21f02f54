"""Form fields that understand what an officer types. Each answers bad input with one Vietnamese sentence."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.text import clean, leftover_marks
from registry.values import cmnd, partial_date, personal_number, phone
from registry.values.legacy_fonts import encoding_flaw
from registry.values.partial_date import DateRefused, PartialDate

REQUIRED = "Ô này bắt buộc."
CHOOSE = "– chọn –"
NOT_LISTED = "Giá trị này không có trong danh mục; chọn lại."


def speak_vietnamese(fields: Iterable[forms.Field]) -> None:
    """Our sentences where Django would say its own; one that a desk wrote for a field stays."""
    for field in fields:
        said = field.error_messages
        if said["required"] == forms.Field.default_error_messages["required"]:
            said["required"] = REQUIRED
        if said.get("invalid_choice", "") == field.default_error_messages.get("invalid_choice"):
            said["invalid_choice"] = NOT_LISTED
        if isinstance(field, forms.CharField) and field.max_length:
            said["max_length"] = f"Dài quá {field.max_length} ký tự."


class TextField(forms.CharField):
    """Text of a record: NFC, true Đ, no hidden or doubled spaces. What needs guessing is refused, with a proposal
    where one can be made: the page offers it as a button (`proposal`), and only the officer accepts it."""

    proposal = ""

    def to_python(self, value: Any) -> str:
        text = clean(super().to_python(value) or "")
        if leftover_marks(text):
            raise ValidationError("Có dấu rời không ghép được vào chữ; gõ lại chữ đó.", code="marks")
        if broken := encoding_flaw(text):
            self.proposal = broken.proposal
            source = "phông TCVN3, VNI" if broken.rule == "S15" else "bảng mã UTF-8"
            meant = f" Có lẽ là “{broken.proposal}”." if broken.proposal else " Gõ lại."
            raise ValidationError(f"Chữ bị lỗi {source}.{meant}", code="encoding")
        return text


class NameField(TextField):
    """A person's name: letters, spaces, apostrophe, hyphen, and the dot of K'."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and any(not (char.isalpha() or char in " '-.") for char in value):
            raise ValidationError("Họ tên chỉ gồm chữ cái; bỏ chữ số và ký hiệu.", code="characters")
        if value and not any(char.isalpha() for char in value):
            raise ValidationError("Họ tên phải có chữ cái.", code="letters")


class NumberField(forms.CharField):
    """A number that `read` turns into what is stored; the sentence of its refusal goes beside the field."""

    read: Callable[[str], str]
    inputmode = "numeric"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)
        self.widget.attrs.update({"inputmode": self.inputmode, "autocomplete": "off", "class": "is-number"})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return type(self).read(text)
        except ValueError as refused:
            raise ValidationError(str(refused), code="number") from refused


class PersonalNumberField(NumberField):
    read = staticmethod(personal_number.parse)


class CmndField(NumberField):
    read = staticmethod(cmnd.parse)


class PhoneField(NumberField):
    read = staticmethod(phone.normalise)
    inputmode = "tel"


class PartialDateField(forms.CharField):
    """1/2/1980, 01021980, 2/1980 or 1980. The future is refused. Answers a PartialDate or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs.update({"inputmode": "text", "autocomplete": "off", "class": "is-number"})

    def prepare_value(self, value: Any) -> Any:
        return value.display() if isinstance(value, PartialDate) else value

    def clean(self, value: Any) -> PartialDate | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            date = partial_date.parse(text)
        except DateRefused as refused:
            raise ValidationError(str(refused), code="date") from refused
        if date.earliest() > timezone.localdate():
            raise ValidationError("Ngày sinh ở tương lai; kiểm tra lại năm.", code="future")
        return date


class DayField(forms.DateField):
    """A full date, typed like a birth date; optionally not after today."""

    def __init__(self, *, future: bool = True, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"inputmode": "text", "autocomplete": "off"}), **kwargs)
        self.future = future

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            date = partial_date.parse(value)
        except DateRefused as refused:
            raise ValidationError("Ghi đủ ngày, tháng, năm, ví dụ 1/7/2026.", code="date") from refused
        if not date.is_full:
            raise ValidationError("Cần đủ ngày, tháng, năm.", code="partial")
        if not self.future and date.earliest() > timezone.localdate():
            raise ValidationError("Ngày này ở tương lai; kiểm tra lại năm.", code="future")
        return date.as_date()
