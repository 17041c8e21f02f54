"""Addresses of cards/papers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
