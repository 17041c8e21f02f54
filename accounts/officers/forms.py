"""The administrator's forms for accounts: a new officer, a change, a new password."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation

from accounts.models import Officer, Unit
from accounts.roles import Role
from accounts.text import clean
from accounts.units.find import find_units, resolve_place

NO_UNIT = frozenset({Role.MINISTRY_SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR})
"""Roles that may stand without a unit; an auditor with one reads only that unit's trail."""


class UnitTextField(forms.CharField):
    """A unit that exists today, by its code or its name: "06541", "Xã Mẫu Sơn, Tỉnh Lạng Sơn"."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("widget", forms.TextInput(attrs={"size": 60}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = Unit.objects.select_related("parent").filter(pk=value).first()
        return value.path if isinstance(value, Unit) else value

    def clean(self, value: Any) -> Unit | None:
        text = clean(super().clean(value))
        if not text:
            return None
        unit = Unit.objects.current().filter(code=text).first() if text.isdigit() else self._by_name(text)
        if unit is None:
            near = "; ".join(place.unit.path for place in find_units(text, include_old=False, limit=3))
            hint = f" Có phải: {near}?" if near else ""
            raise forms.ValidationError(
                f"Không tìm thấy đúng một đơn vị đang tồn tại. Ghi mã đơn vị hoặc tên kèm tỉnh.{hint}"
            )
        return unit

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    @staticmethod
    def _by_name(text: str) -> Unit | None:
        unit = resolve_place(text)
        return unit if unit is not None and unit.is_current else None


class OfficerForm(forms.ModelForm):
    """Everything about an account except its password."""

    unit = UnitTextField(
        label="Đơn vị",
        required=False,
        help_text="Mã (06541) hoặc tên kèm tỉnh (Xã Mẫu Sơn, Tỉnh Lạng Sơn). Giám sát cấp tỉnh: mã hoặc tên tỉnh.",
    )

    class Meta:
        model = Officer
        fields = ["badge_number", "full_name", "rank", "role", "unit", "is_active"]
        labels = {"is_active": "Đang làm việc"}
        help_texts = {"is_active": "Bỏ đánh dấu để khóa tài khoản. Tài khoản không bao giờ bị xóa."}

    by: Officer | None = None
    """Who fills in the form; set by the admin."""

    def clean_badge_number(self) -> str:
        return clean(self.cleaned_data["badge_number"]).upper()

    def clean_full_name(self) -> str:
        return clean(self.cleaned_data["full_name"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self._check_unit(values.get("role"), values.get("unit"))
        self._check_own_account(values)
        return values

    def _check_unit(self, role: str | None, unit: Unit | None) -> None:
        if role is None or "unit" in self.errors:
            return
        if unit is None:
            if role not in NO_UNIT:
                self.add_error("unit", "Vai trò này phải có đơn vị.")
            return
        wanted = {Role.OFFICER: "commune", Role.CHIEF: "commune", Role.PROVINCE_SUPERVISOR: "province"}.get(Role(role))
        if wanted is not None and unit.level != wanted:
            level = "cấp xã" if wanted == "commune" else "cấp tỉnh"
            self.add_error("unit", f"Vai trò này cần đơn vị {level}.")

    def _check_own_account(self, values: dict[str, Any]) -> None:
        """An administrator who locks himself out may leave nobody to open the door."""
        if self.by is None or self.by.pk != self.instance.pk:
            return
        if values.get("role") != Role.ADMINISTRATOR:
            self.add_error("role", "Không tự đổi vai trò của chính mình; nhờ quản trị khác.")
        if not values.get("is_active"):
            self.add_error("is_active", "Không tự khóa tài khoản của chính mình.")


class _TwoPasswords(forms.Form):
    """The same password twice, held against the rules of AUTH_PASSWORD_VALIDATORS."""

    password1 = forms.CharField(
        label="Mật khẩu mới",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Ít nhất 10 ký tự, không chỉ gồm chữ số, không giống số hiệu hay họ tên. Báo riêng cho cán bộ.",
    )
    password2 = forms.CharField(
        label="Nhập lại mật khẩu", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_password2(self) -> str:
        first, second = self.cleaned_data.get("password1"), self.cleaned_data["password2"]
        if first and first != second:
            raise forms.ValidationError("Hai lần nhập không giống nhau.")
        return second

    def check_password(self, officer: Officer) -> None:
        """Put what is wrong with the password beside its field."""
        if password := self.cleaned_data.get("password2"):
            try:
                password_validation.validate_password(password, officer)
            except forms.ValidationError as refused:
                self.add_error("password1", refused)


class NewOfficerForm(OfficerForm, _TwoPasswords):
    """An account with its first password, which the officer must change after signing in."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # ModelForm has it, the stubs do not
        self.check_password(self.instance)

    def save(self, commit: bool = True) -> Officer:
        self.instance.set_password(self.cleaned_data["password1"])
        self.instance.must_change_password = True
        return super().save(commit=commit)


class ResetPasswordForm(_TwoPasswords):
    """A new password for an officer who forgot the old one; a lost telephone's second factor can go with it."""

    remove_second_factor = forms.BooleanField(label="Gỡ xác thực hai lớp (cán bộ mất điện thoại)", required=False)

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.check_password(self.officer)
        return values
