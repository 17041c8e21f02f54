"""The idle clock of a session, and the second factor that some roles must have."""

import time
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.audit import record
from accounts.models import Action
from accounts.roles import SECOND_FACTOR_ROLES
from accounts.scope import OfficerRequest
from accounts.sign_in import drafts

SEEN = "last_seen"
REFRESH_SECONDS = 30  # how old the stored moment may grow before it is written again: spares a write per request


def wind(request: HttpRequest) -> None:
    """The officer is at work now."""
    request.session[SEEN] = time.time()


class IdleSessionMiddleware:
    """End a session after IDLE_SECONDS without work. What a late submit carried is kept as a draft first.

    Runs as `process_view`, after Django's CSRF check: nobody else's page can plant a draft.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: OfficerRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        now = time.time()
        idle = now - request.session.get(SEEN, now)
        if idle > settings.IDLE_SECONDS:
            return self.end(request)
        is_old = idle > min(REFRESH_SECONDS, settings.IDLE_SECONDS / 4)
        if SEEN not in request.session or (is_old and not getattr(view, "is_poll", False)):
            wind(request)
        return None

    def end(self, request: OfficerRequest) -> HttpResponse | None:
        """Sign out and lead back here. The page shows the draft again once the same officer has signed in.

        A page whose own clock ran out comes to the sign-in page by itself, with its way back in the address.
        """
        page = page_of(request)
        if request.method == "POST":
            drafts.keep(request.user, page, request.POST)
        record(request, Action.SESSION_ENDED, sentence="Phiên làm việc kết thúc vì không thao tác")
        logout(request)
        messages.info(request, "Phiên làm việc đã hết vì lâu không thao tác. Nội dung đang nhập được giữ lại.")
        if request.resolver_match and request.resolver_match.view_name == "account_login":
            return None
        address = f"{reverse('account_login')}?{urlencode({'next': page})}"
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": address})
        return redirect(address)


def page_of(request: OfficerRequest) -> str:
    """The page the officer was looking at: for a fragment or an autosave, the page that asked for it."""
    if request.htmx and request.htmx.current_url_abs_path:
        return urlsplit(request.htmx.current_url_abs_path).path
    if request.resolver_match and request.resolver_match.view_name in {"accounts:draft", "accounts:stay"}:
        return request.GET.get("path") or reverse("accounts:home")
    return request.path


class SecondFactorMiddleware:
    """Where SECOND_FACTOR_REQUIRED is set, chiefs and above must register a second factor before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: OfficerRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        if request.user.role not in SECOND_FACTOR_ROLES or request.session.get("second_factor"):
            return None
        if is_mfa_enabled(request.user):
            request.session["second_factor"] = True
            return None
        if request.resolver_match and request.resolver_match.view_name.startswith(("mfa_", "account_", "healthz")):
            return None
        messages.warning(request, "Tài khoản này phải có bước xác thực thứ hai trước khi làm việc.")
        return redirect("mfa_activate_totp")
