"""Addresses of cards/applications."""

from django.urls import path

from cards.applications import views

urlpatterns = [
    path("ho-so/", views.applications, name="applications"),
    path("ho-so/thu-nhan/<uuid:public_id>/", views.application_new, name="application_new"),
    path("ho-so/thu-nhan/<uuid:public_id>/<uuid:token>/", views.application_form, name="application_form"),
    path("ho-so/<uuid:public_id>/", views.application, name="application"),
    path("ho-so/<uuid:public_id>/buoc/<slug:move>/", views.application_move, name="application_move"),
]
