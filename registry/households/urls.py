"""Addresses of the households desk; its workflows have theirs in registry/changes/urls.py."""

from django.urls import path

from registry.households import views

urlpatterns = [
    path("ho-gia-dinh/<uuid:public_id>/", views.household, name="household"),
]
