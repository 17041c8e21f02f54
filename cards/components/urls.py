"""Addresses of cards/components."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
