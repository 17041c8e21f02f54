"""Addresses of cards/invitations."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
