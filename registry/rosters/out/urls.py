"""Addresses of this desk."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
