"""Every address of the portal, by app."""

from allauth.account import views as account_views
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from accounts.sign_in.views import recovery_codes, recovery_codes_file
from config.gallery import gallery
from config.health import healthz

# Only the doors an officer needs: no sign-up, no e-mail, no reset by mail (the administrator sets a new password).
account_urls = [
    path("dang-nhap/", account_views.login, name="account_login"),
    path("dang-xuat/", account_views.logout, name="account_logout"),
    path("mat-khau/", account_views.password_change, name="account_change_password"),
    path("xac-nhan-lai/", account_views.reauthenticate, name="account_reauthenticate"),
    path("ngung-hoat-dong/", account_views.account_inactive, name="account_inactive"),
    # Before allauth's own of the same address and name: whoever looks at recovery codes leaves a line.
    path("xac-thuc/recovery-codes/", recovery_codes, name="mfa_view_recovery_codes"),
    path("xac-thuc/recovery-codes/download/", recovery_codes_file, name="mfa_download_recovery_codes"),
    path("xac-thuc/", include("allauth.mfa.urls")),
]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("tai-khoan/", include(account_urls)),
    path("quan-tri/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("registry.urls")),
    path("", include("cards.urls")),
    path("", include("supervision.urls")),
]

if settings.SHOW_GALLERY:
    urlpatterns.append(path("mau/", gallery, name="gallery"))
