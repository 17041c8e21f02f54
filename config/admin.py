"""Django's admin for the administrator: officers, units, dated tables. No resident is ever registered here."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

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

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> Any:
        """Passwords are changed on the portal's own page, which asks for the old one and ends the session."""
        return redirect("account_change_password")

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_authenticated and request.user.can(Right.ACCOUNTS_MANAGE)

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """There is one door only: the portal's own sign-in, with its rate limits and second factor."""
        if request.user.is_authenticated:
            from accounts.scope import refuse

            return refuse(request, Right.ACCOUNTS_MANAGE)
        return redirect_to_login(request.GET.get("next") or request.get_full_path(), reverse("account_login"))
