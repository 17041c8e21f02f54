"""What each work on a number asks. The shape of a number is checked here, whose it is by residents/numbers.py."""

from typing import Any, cast

from django import forms

from registry import codes
from registry.changes.forms import ChangeForm
from registry.models import IdentityNumber, NumberKind, Resident
from registry.residents.fields import CHOOSE, DayField, PersonalNumberField, TextField
from registry.values import cmnd, personal_number

# Grounds for cancelling a number and setting another: NĐ 70/2024/NĐ-CP Đ11 k7.
CANCEL_REASONS = [
    ("gioi-tinh", "Đã xác định lại giới tính hoặc cải chính năm sinh"),
    ("thu-thap-sai", "Sai nơi đăng ký khai sinh, năm sinh hoặc giới tính khi thu thập"),
    ("giay-to-gia", "Giấy tờ làm căn cứ là giả"),
    ("thu-hoi-khai-sinh", "Giấy khai sinh bị thu hồi, hủy bỏ"),
]
CMND_REASONS = [
    ("ghi-sai", "Ghi sai khi nhập hồ sơ"),
    ("cua-nguoi-khac", "Là số của người khác"),
    ("cap-so-khac", "Đã được cấp số CMND khác"),
    ("cap-sai", "CMND cấp sai, đã bị thu hồi"),
]
BEFORE, NOW = "truoc", "nay"


def reason_field(choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label="Lý do", choices=[("", CHOOSE), *choices])


def source_field() -> forms.ChoiceField:
    return forms.ChoiceField(label="Nguồn", choices=codes.choices(codes.SOURCES), initial="GIAY_TO", required=False)


class NumberForm(ChangeForm):
    """A basis is always asked, and kept with the reason: somebody else will judge by it."""

    effective_on = DayField(label="Có hiệu lực từ", required=False, future=False)
    basis = TextField(label="Căn cứ", max_length=200, help_text="Văn bản, giấy tờ nào cho thấy phải làm việc này")

    def clean_source(self) -> str:
        return self.cleaned_data.get("source") or "GIAY_TO"

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("reason") and values.get("basis"):
            reasons: dict[str, str] = dict(cast(Any, self.fields["reason"]).choices)
            values["basis"] = f"{reasons[values['reason']]}. {values['basis']}"
        return values


class CancelNumberForm(NumberForm):
    SECTIONS = [("Số định danh", [("reason", 6), ("new_number", 6)])]

    reason = reason_field(CANCEL_REASONS)
    new_number = PersonalNumberField(
        label="Số định danh mới", required=False, help_text="Chưa có thì để trống, ghi sau trên phiếu sửa hồ sơ"
    )


class WrongNumberForm(NumberForm):
    SECTIONS = [("Số định danh", [("new_number", 6), ("source", 6)])]

    new_number = PersonalNumberField(label="Số đúng, theo thẻ hoặc giấy khai sinh")
    source = source_field()


class CmndChangeForm(NumberForm):
    SECTIONS = [("Số CMND", [("line", 6), ("reason", 6), ("new_number", 6), ("source", 6)])]

    line = forms.ChoiceField(label="Số cần hủy, sửa")
    reason = reason_field(CMND_REASONS)
    new_number = forms.CharField(
        label="Số đúng", required=False, max_length=30, help_text="Để trống nếu chỉ bỏ số này",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "is-number"}),
    )  # fmt: skip
    source = source_field()

    def prepare(self) -> None:
        field = cast(forms.ChoiceField, self.fields["line"])
        field.choices = [(row.number, f"{row.get_kind_display()}: {row.number}") for row in self._rows()]
        if len(field.choices) == 1:
            field.initial = field.choices[0][0]
        field.widget.attrs["required"] = True

    def _rows(self) -> list[IdentityNumber]:
        person = cast(Resident, self.subject)
        kinds = [NumberKind.CMND9, NumberKind.CMND12]
        return list(person.numbers.filter(kind__in=kinds, is_active=True).order_by("kind", "pk"))

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        old, new = values.get("line"), values.get("new_number")
        if old and new:
            values["new_number"] = self._read(new, NumberKind.CMND12 if len(old) == 12 else NumberKind.CMND9)
            if values["new_number"] == old:
                self.add_error("new_number", "Số đúng giống số đang ghi.")
        return values

    def _read(self, text: str, kind: NumberKind) -> str:
        try:
            return read_number(text, kind)
        except ValueError as refused:
            self.add_error("new_number", str(refused))
            return ""


class AddNumberForm(NumberForm):
    SECTIONS = [
        ("Số", [("number_kind", 6), ("number", 6), ("standing", 6), ("source", 6), ("from_on", 3), ("to_on", 3)])
    ]
    effective_on = None  # type: ignore[assignment]  # the number's own dates say it
    basis = TextField(label="Căn cứ, ghi chú", required=False, max_length=300)

    number_kind = forms.ChoiceField(
        label="Loại số",
        choices=[("", CHOOSE), *((one.value, one.label) for one in NumberKind if one != NumberKind.PERSONAL)],
    )
    number = forms.CharField(
        label="Số", max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "is-number"}),
    )  # fmt: skip
    standing = forms.ChoiceField(
        label="Số này", choices=[(BEFORE, "là số trước đây"), (NOW, "là số đang ghi trên giấy tờ")], initial=BEFORE,
        widget=forms.RadioSelect,
    )  # fmt: skip
    source = source_field()
    from_on = DayField(label="Có từ ngày", required=False, future=False)
    to_on = DayField(label="Đến ngày", required=False, future=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        kind, number = values.get("number_kind"), values.get("number")
        if kind and number:
            try:
                values["number"] = read_number(number, NumberKind(kind))
            except ValueError as refused:
                self.add_error("number", str(refused))
        if kind == NumberKind.CANCELLED and values.get("standing") == NOW:
            self.add_error("standing", "Số đã hủy không còn là số đang dùng.")
        if values.get("to_on") and values.get("standing") == NOW:
            self.add_error("to_on", "Số đang dùng chưa có ngày kết thúc.")
        if values.get("from_on") and values.get("to_on") and values["to_on"] < values["from_on"]:
            self.add_error("to_on", "Ngày kết thúc trước ngày bắt đầu.")
        return values


def read_number(text: str, kind: NumberKind) -> str:
    """The digits of a number of this kind. Raises ValueError with the sentence."""
    if kind == NumberKind.CMND9:
        return cmnd.parse(text)
    if kind == NumberKind.PERSONAL or kind == NumberKind.CANCELLED:
        return personal_number.parse(text)
    digits = personal_number.bare(text)
    if not (digits.isascii() and digits.isdigit() and len(digits) == 12):
        raise ValueError(f"{kind.label} phải đủ 12 chữ số.")
    return digits
