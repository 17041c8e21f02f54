"""The sign-in form: allauth's, in the office's words."""

from allauth.account.forms import LoginForm


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
