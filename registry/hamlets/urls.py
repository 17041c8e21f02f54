"""Addresses of the hamlets desk, under /thon-to/."""

from django.urls import path

from registry.hamlets import views

urlpatterns = [
    path("", views.hamlets, name="hamlets"),
    path("them/", views.hamlet_add, name="hamlet_add"),
    path("ghi-thong-nhat/", views.hamlet_call, name="hamlet_call"),
    path("<uuid:public_id>/", views.hamlet, name="hamlet"),
    path("<uuid:public_id>/can-bo/", views.hamlet_officer, name="hamlet_officer"),
    path("<uuid:public_id>/dong/", views.hamlet_close, name="hamlet_close"),
]
