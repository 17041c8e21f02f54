"""How django-allauth treats our officers: no sign-up, Vietnamese sentences, encrypted second-factor secrets."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import Action, Officer


def display(officer: Officer) -> str:
    return str(officer)


def printable(badge: Any) -> str:
    """A badge number as somebody who may be nobody typed it: short, and nothing that disturbs the trail's reader."""
    return "".join(character for character in str(badge or "") if character.isprintable())[:20]


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

    def set_password(self, user: Officer, password: str) -> None:
        """The officer's own choice, by the page of the account: what the administrator gave is gone."""
        user.must_change_password = False
        super().set_password(user, password)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """An attempt while the lock holds leaves a line too; Django's signal tells only of passwords it looked at."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            badge = printable(credentials.get("username"))
            sentence = f"Từ chối đăng nhập số hiệu “{badge}”: đang bị khóa vì sai mật khẩu nhiều lần"
            record(request, Action.SIGN_IN_REFUSED, sentence=sentence)
            raise

    def add_message(self, *args, **kwargs) -> None:
        """allauth's own "signed in as" messages say nothing an officer needs."""


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Mã không đúng.",
        "cannot_delete_authenticator": "Không được tắt bước xác thực thứ hai.",
        "cannot_generate_recovery_codes": "Bật bước xác thực thứ hai trước khi tạo mã khôi phục.",
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whoever must have a second factor keeps it; a lost telephone is the administrator's work."""
        return not authenticator.user.must_have_second_factor

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    """A key of its own, drawn from SECRET_KEY, so that a stolen database alone gives no second factor."""
    digest = hashlib.sha256(b"second factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
