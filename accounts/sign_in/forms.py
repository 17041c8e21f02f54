"""The forms of the account: allauth's, in the office's words."""

from allauth.account.forms import ChangePasswordForm, LoginForm
from django.forms import ValidationError


class SignInForm(LoginForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        badge, password = self.fields["login"], self.fields["password"]
        badge.label = "Số hiệu"
        badge.error_messages["required"] = "Nhập số hiệu."
        badge.widget.attrs.update({"placeholder": "", "autocomplete": "username", "autofocus": True})
        password.label = "Mật khẩu"
        password.help_text = ""
        password.error_messages["required"] = "Nhập mật khẩu."
        password.widget.attrs.update({"placeholder": "", "autocomplete": "current-password"})


class NewPasswordForm(ChangePasswordForm):
    def clean_password1(self) -> str:
        """Another one than before: a password that the administrator knows is not changed by typing it again."""
        password = self.cleaned_data["password1"]
        if self.user.check_password(password):
            raise ValidationError("Mật khẩu mới phải khác mật khẩu hiện tại.")
        return password
