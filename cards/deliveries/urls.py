"""Addresses of cards/deliveries."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
