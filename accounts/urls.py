"""Addresses of accounts."""

from django.urls import path

from accounts.audit_trail.views import audit_trail
from accounts.home.views import home
from accounts.sign_in.views import draft, draft_forget, stay
from accounts.units.views import suggest_units

app_name = "accounts"

urlpatterns = [
    path("", home, name="home"),
    path("nhat-ky/", audit_trail, name="audit_trail"),
    path("phien/o-lai/", stay, name="stay"),
    path("nhap/", draft, name="draft"),
    path("nhap/bo/", draft_forget, name="draft_forget"),
    path("don-vi/goi-y/", suggest_units, name="units"),
]
