"""Addresses of closed periods, under /ky-da-chot/."""

from django.urls import path

from supervision.periods import views

urlpatterns = [
    path("", views.periods, name="periods"),
    path("<uuid:public_id>/", views.period, name="period"),
    path("<uuid:public_id>/doi-chieu/", views.period_check, name="period_check"),
    path("<uuid:public_id>/dinh-chinh/", views.period_note, name="period_note"),
]
