"""Addresses of cards/eid."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
