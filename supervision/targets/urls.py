"""Addresses of targets, under /chi-tieu/."""

from django.urls import path

from supervision.targets import views

urlpatterns = [
    path("", views.targets_list, name="targets"),
    path("moi/", views.target_new, name="target_new"),
    path("<uuid:public_id>/thoi/", views.target_end, name="target_end"),
]
