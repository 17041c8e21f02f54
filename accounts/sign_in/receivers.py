"""What happens at the door leaves a line in the trail: signing in and out, failing to, passwords, second factors.

The signals are Django's and allauth's own: there is no call of ours to follow.
"""

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.sign_in.adapters import printable
from accounts.sign_in.middleware import SECOND_FACTOR

ADDED = {"totp": "Bật ứng dụng xác thực bước hai", "recovery_codes": "Lập mã khôi phục"}
REMOVED = {"totp": "Tắt ứng dụng xác thực bước hai", "recovery_codes": "Bỏ mã khôi phục"}


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: Officer, **kwargs: Any) -> None:
    record(request, Action.SIGN_IN, sentence=f"{user} đăng nhập")


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: Officer | None, **kwargs: Any) -> None:
    if user is not None:
        record(request, Action.SIGN_OUT, by=user, sentence=f"{user} đăng xuất")


@receiver(user_login_failed)
def sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    badge = printable(credentials.get("username"))
    record(request, Action.SIGN_IN_REFUSED, sentence=f"Đăng nhập không thành công với số hiệu “{badge}”")


@receiver(authentication_failed)
def code_refused(request: HttpRequest, user: Officer, **kwargs: Any) -> None:
    record(request, Action.SIGN_IN_REFUSED, by=user, sentence="Mã xác thực bước hai không đúng")


@receiver(password_changed)
def own_password_changed(request: HttpRequest, user: Officer, **kwargs: Any) -> None:
    record(request, Action.CHANGE, by=user, target=user, sentence=f"{user} tự đổi mật khẩu")


@receiver(authenticator_added)
@receiver(authenticator_reset)
def second_factor_added(request: HttpRequest, user: Officer, authenticator: Authenticator, **kwargs: Any) -> None:
    record(request, Action.CHANGE, by=user, target=user, sentence=ADDED[authenticator.type])


@receiver(authenticator_removed)
def second_factor_removed(request: HttpRequest, user: Officer, authenticator: Authenticator, **kwargs: Any) -> None:
    """Also: the session no longer counts as one with a second factor."""
    request.session.pop(SECOND_FACTOR, None)
    record(request, Action.CHANGE, by=user, target=user, sentence=REMOVED[authenticator.type])
