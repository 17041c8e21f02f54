"""Before any view: no page is stored elsewhere, the idle clock of a session, and what an account must do first."""

import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.scope import OfficerRequest
from accounts.sign_in import drafts

SEEN = "last_seen"
SECOND_FACTOR = "second_factor"
REFRESH_SECONDS = 30  # how old the stored moment may grow before it is written again: spares a write per request
log = logging.getLogger(__name__)


def wind(request: HttpRequest) -> None:
    """The officer is at work now."""
    request.session[SEEN] = time.time()


def lead_to(request: OfficerRequest, address: str) -> HttpResponse:
    """The whole page goes there, also when only a fragment was asked for."""
    return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)


class NoStoreMiddleware:
    """What a signed-in officer sees stays in no cache, of browser or proxy, unless its view chose otherwise.

    Not in desk() alone: the pages of the account (the second factor's secret) and refusals need it as well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response and request.user.is_authenticated:
            patch_cache_control(response, no_store=True, private=True)
        return response


class IdleSessionMiddleware:
    """End a session after IDLE_SECONDS without work. What a late submit carried is kept as a draft.

    Runs as `process_view`, after Django's CSRF check: nobody else's page can plant a draft. An address that leads to
    no view is looked at before: its 404 names the officer too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: OfficerRequest) -> HttpResponse:
        if is_dead_end(request.path_info) and self.is_over(request) and (ended := self.end(request)):
            return ended
        return self.get_response(request)

    def process_view(self, request: OfficerRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        if self.is_over(request):
            return self.end(request)
        idle = time.time() - request.session.get(SEEN, 0)
        is_old = idle > min(REFRESH_SECONDS, settings.IDLE_SECONDS / 4)
        if SEEN not in request.session or (is_old and not getattr(view, "is_poll", False)):
            wind(request)
        return None

    @staticmethod
    def is_over(request: OfficerRequest) -> bool:
        seen = request.session.get(SEEN)
        return request.user.is_authenticated and seen is not None and time.time() - seen > settings.IDLE_SECONDS

    def end(self, request: OfficerRequest) -> HttpResponse | None:
        """Sign out and lead back here. The page shows the draft again once the same officer has signed in.

        A page whose own clock ran out comes to the sign-in page by itself, with its way back in the address.
        """
        page, officer = page_of(request), request.user
        record(request, Action.SESSION_ENDED, sentence="Phiên làm việc kết thúc vì không thao tác")
        logout(request)
        is_lost = carries_work(request) and not keep_draft(officer, page, request)
        kept = "Việc vừa gửi chưa được ghi; đăng nhập rồi làm lại." if is_lost else "Nội dung đang nhập được giữ lại."
        messages.info(request, f"Phiên làm việc đã hết vì lâu không thao tác. {kept}")
        if request.resolver_match and request.resolver_match.view_name == "account_login":
            return None
        return lead_to(request, f"{reverse('account_login')}?{urlencode({'next': page})}")


def carries_work(request: OfficerRequest) -> bool:
    """Whether something was sent that would be missed."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    return request.method == "POST" and name not in {"accounts:stay", "accounts:draft_forget", "account_logout"}


def keep_draft(officer: Officer, page: str, request: OfficerRequest) -> bool:
    """Whether what was sent is kept. The session has ended already; a draft that cannot be stored changes nothing."""
    try:
        return drafts.keep(officer, urlsplit(page).path, request.POST) is not None
    except (DatabaseError, ValueError) as refused:
        log.error("A draft was not kept: %s", type(refused).__name__)
        return False


def page_of(request: OfficerRequest) -> str:
    """The page the officer was looking at, with its query: where signing in again leads back to.

    For a fragment, an autosave or a submit that is the page that sent it; never an address that only takes a POST.
    """
    if request.htmx and request.htmx.current_url_abs_path:
        return openable(request.htmx.current_url_abs_path)
    if request.resolver_match and request.resolver_match.view_name in SENT_BY_A_PAGE:
        return openable(request.GET.get("path", ""))
    if request.method != "POST":
        return request.get_full_path() if drafts.is_of_ours(request.get_full_path()) else reverse("accounts:home")
    return openable(sender_of(request) or request.path)


SENT_BY_A_PAGE = {"accounts:draft", "accounts:draft_forget", "accounts:stay"}


def sender_of(request: HttpRequest) -> str:
    """Path and query of the page that sent this, when the browser says so and it is one of ours."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def openable(address: str) -> str:
    """The address, if it is ours and opens by GET; otherwise the nearest one above it that does."""
    if not drafts.is_of_ours(address):
        return reverse("accounts:home")
    path = urlsplit(address).path
    if takes_get(path):
        return address
    steps = path.strip("/").split("/")
    above = (f"/{'/'.join(steps[:count])}/" for count in range(len(steps) - 1, 0, -1))
    return next(filter(takes_get, above), reverse("accounts:home"))


def takes_get(path: str) -> bool:
    """Whether a page opens there: a view answers, and none of its decorators names other methods only."""
    if is_dead_end(path):
        return False
    view: Any = resolve(path).func
    while view is not None:
        code = getattr(view, "__code__", None)
        kept = dict(zip(code.co_freevars, view.__closure__ or (), strict=True)) if code else {}
        if "request_method_list" in kept:  # what Django's require_http_methods remembers
            return "GET" in kept["request_method_list"].cell_contents
        view = getattr(view, "__wrapped__", None)
    return True


def is_dead_end(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return True
    return False


class FirstPasswordMiddleware:
    """A password that the administrator gave is changed before anything else is done."""

    DOORS = {"account_change_password", "account_login", "account_logout", "healthz"}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: OfficerRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        if not request.user.is_authenticated or not request.user.must_change_password:
            return None
        if request.resolver_match and request.resolver_match.view_name in self.DOORS:
            return None
        messages.warning(request, "Mật khẩu này do quản trị đặt. Đổi mật khẩu trước khi làm việc.")
        return lead_to(request, reverse("account_change_password"))


class SecondFactorMiddleware:
    """Where SECOND_FACTOR_REQUIRED is set, chiefs and above must register a second factor before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: OfficerRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        if not request.user.is_authenticated or not request.user.must_have_second_factor:
            return None
        if request.session.get(SECOND_FACTOR):
            return None
        if is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
            request.session[SECOND_FACTOR] = True  # receivers.py takes it back when the second factor goes
            return None
        if request.resolver_match and request.resolver_match.view_name.startswith(("mfa_", "account_", "healthz")):
            return None
        messages.warning(request, "Tài khoản này phải có bước xác thực thứ hai trước khi làm việc.")
        return lead_to(request, reverse("mfa_activate_totp"))
