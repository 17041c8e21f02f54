"""Addresses of the desk "Nghi trùng"."""

from django.urls import path

from registry.duplicates import views

urlpatterns = [
    path("", views.duplicates, name="duplicates"),
    path("<uuid:public_id>/", views.duplicate_pair, name="duplicate_pair"),
    path("<uuid:public_id>/ket-luan/", views.duplicate_decide, name="duplicate_decide"),
]
