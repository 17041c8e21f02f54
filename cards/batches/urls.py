"""Addresses of cards/batches."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
