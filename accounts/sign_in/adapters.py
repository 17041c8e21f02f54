"""How django-allauth treats our officers: no sign-up, Vietnamese sentences, encrypted second-factor secrets."""

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest

from accounts.models import Officer


def display(officer: Officer) -> str:
    return str(officer)


class OfficerAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "Số hiệu hoặc mật khẩu không đúng.",
        "too_many_login_attempts": "Sai mật khẩu quá nhiều lần. Tài khoản tạm khóa 15 phút, sau đó thử lại.",
        "incorrect_password": "Mật khẩu không đúng.",
        "enter_current_password": "Nhập mật khẩu hiện tại.",
        "account_inactive": "Tài khoản này đã ngừng hoạt động. Liên hệ quản trị.",
        "rate_limited": "Thao tác quá nhanh. Chờ một phút rồi thử lại.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # the administrator makes accounts

    def add_message(self, *args, **kwargs) -> None:
        """allauth's own "signed in as" messages say nothing an officer needs."""


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Mã không đúng.",
        "cannot_delete_authenticator": "Không được tắt bước xác thực thứ hai.",
        "cannot_generate_recovery_codes": "Bật bước xác thực thứ hai trước khi tạo mã khôi phục.",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    """A key of its own, drawn from SECRET_KEY, so that a stolen database alone gives no second factor."""
    digest = hashlib.sha256(b"second factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
