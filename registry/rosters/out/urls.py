"""Addresses of this desk."""

from django.urls import path

from registry.rosters.out import views

urlpatterns = [
    path("", views.exports, name="exports"),
    path("moi/<slug:kind>/", views.export_new, name="export_new"),
    path("<uuid:public_id>/", views.export, name="export"),
    path("<uuid:public_id>/tien-do/", views.export_progress, name="export_progress"),
    path("<uuid:public_id>/lap-lai/", views.export_again, name="export_again"),
    path("<uuid:public_id>/tep/", views.export_file, name="export_file"),
]
