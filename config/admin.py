"""Django's admin for the administrator: officers, units, dated tables. No resident is ever registered here."""

from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse

from accounts.roles import Right

OUR_APPS = ("accounts", "registry", "cards")


class PortalAdminSite(AdminSite):
    site_header = "Cổng Dân cư · Quản trị"
    site_title = "Quản trị"
    index_title = "Danh mục và tài khoản"
    site_url = "/"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Libraries register tables of their own (groups, secrets of the second factor); only ours are shown."""
        models: list[Any] = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else [*model_or_iterable]
        super().register([one for one in models if one._meta.app_label in OUR_APPS], admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without "view on site": it opens any row of any table by its number, and nothing here links to it."""
        return [one for one in super().get_urls() if getattr(one, "name", None) != "view_on_site"]

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> Any:
        """Passwords are changed on the portal's own page, which asks for the old one and ends the session."""
        return redirect("account_change_password")

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_authenticated and request.user.can(Right.ACCOUNTS_MANAGE)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Whoever is signed in as somebody else is refused right there, and the trail names the address."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                return _refused(request)
            if any("\0" in text for name, values in request.GET.lists() for text in (name, *values)):
                raise SuspiciousOperation("PostgreSQL stores no NUL, and nobody types one.")
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, guarded)

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """There is one door only: the portal's own sign-in, with its rate limits and second factor."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            return _refused(request)
        return redirect_to_login(request.GET.get("next") or request.get_full_path(), reverse("account_login"))


def _refused(request: HttpRequest) -> HttpResponse:
    from accounts.scope import refuse  # this module is read before the models are

    return refuse(request, Right.ACCOUNTS_MANAGE)
