"""Addresses of the desk "Ngưỡng so trùng"."""

from django.urls import path

from registry.thresholds import views

urlpatterns = [
    path("", views.thresholds, name="thresholds"),
    path("dat/", views.thresholds_draw, name="thresholds_draw"),
    path("duoi-nguong/", views.thresholds_below, name="thresholds_below"),
    path("mo-hinh/", views.thresholds_models, name="thresholds_models"),
]
