"""Addresses of supervision."""

from django.urls import path

from supervision.dashboard import views

app_name = "supervision"

urlpatterns = [
    path("so-lieu/", views.dashboard, name="dashboard"),
    path("so-lieu/<slug:code>/", views.figure, name="figure"),
]
