"""Addresses of clean-up, under /lam-sach/."""

from django.urls import path, re_path

from registry.cleanup import views

urlpatterns = [
    path("", views.overview, name="cleanup"),
    path("viec/<uuid:public_id>/", views.case, name="cleanup_case"),
    path("viec/<uuid:public_id>/ket-luan/", views.decide, name="finding_decide"),
    re_path(r"^(?P<group>[desl]|tat-ca)/$", views.queue_list, name="cleanup_queue"),
    re_path(r"^(?P<group>[desl]|tat-ca)/lam-tiep/$", views.next_case, name="cleanup_next"),
]
