"""Addresses of the addresses desk, under /dia-chi/."""

from django.urls import path

from registry.addresses import views

urlpatterns = [
    path("tach/", views.address_split, name="address_split"),
    path("don-vi-da-chia/", views.divided, name="divided"),
    path("don-vi-da-chia/<slug:unit>/", views.divided_hamlet, name="divided_hamlet"),
]
