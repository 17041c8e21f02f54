"""Addresses of accounts."""

from django.urls import path

from accounts.audit_trail.views import audit_trail
from accounts.home.views import home
from accounts.sign_in.views import draft, draft_drop, draft_forget, draft_look, draft_take, stay
from accounts.units.views import suggest_units, unit_lookup

app_name = "accounts"

urlpatterns = [
    path("", home, name="home"),
    path("nhat-ky/", audit_trail, name="audit_trail"),
    path("phien/o-lai/", stay, name="stay"),
    path("nhap/", draft, name="draft"),
    path("nhap/bo/", draft_forget, name="draft_forget"),
    path("nhap/<uuid:public_id>/", draft_look, name="draft_look"),
    path("nhap/<uuid:public_id>/nhan/", draft_take, name="draft_take"),
    path("nhap/<uuid:public_id>/bo/", draft_drop, name="draft_drop"),
    path("don-vi/goi-y/", suggest_units, name="units"),
    path("don-vi/tra-cuu/", unit_lookup, name="unit_lookup"),
]
