"""Django's admin for the administrator: officers, units, dated tables. No resident is ever registered here."""

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.roles import Right


class PortalAdminSite(AdminSite):
    site_header = "Cổng Dân cư · Quản trị"
    site_title = "Quản trị"
    index_title = "Danh mục và tài khoản"
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_authenticated and request.user.can(Right.ACCOUNTS_MANAGE)

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """There is one door only: the portal's own sign-in, with its rate limits and second factor."""
        if request.user.is_authenticated:
            from accounts.scope import refuse

            return refuse(request, Right.ACCOUNTS_MANAGE)
        return redirect_to_login(request.GET.get("next") or request.get_full_path(), reverse("account_login"))
