"""Signing in, failing to, and signing out leave a line in the trail.

The signals are Django's own: there is no call of ours to follow.
"""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import Action, Officer


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: Officer, **kwargs: Any) -> None:
    record(request, Action.SIGN_IN, sentence=f"{user} đăng nhập")


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: Officer | None, **kwargs: Any) -> None:
    if user is not None:
        record(user, Action.SIGN_OUT, sentence=f"{user} đăng xuất")


@receiver(user_login_failed)
def sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    badge = str(credentials.get("username", ""))[:20]
    record(request, Action.SIGN_IN_REFUSED, sentence=f"Đăng nhập không thành công với số hiệu “{badge}”")
